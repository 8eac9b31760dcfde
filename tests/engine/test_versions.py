"""Versions compare as releases do, and targets say where they are from."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version as Packaged

from detlint.versions import Target, Targets, Version

ORDERED = [
    "1.0.dev3",
    "1.0a1",
    "1.0b2",
    "1.0rc1",
    "1.0",
    "1.1",
    "1.9",
    "1.10",
    "1.13.1",
    "2",
    "2.0.1",
    "2.4",
    "2.10",
    "10.0",
]


@pytest.mark.parametrize(("older", "newer"), list(itertools.pairwise(ORDERED)))
def test_order(older: str, newer: str) -> None:
    assert Version(older) < newer
    assert Version(newer) > older
    assert Version(older) != newer
    assert Version(newer) >= Version(older)


@pytest.mark.parametrize(
    ("one", "other"),
    [("2.4", "2.4.0"), ("2.4", "2.4.0+cu121"), ("v1.7", "1.7.0"), ("1.0.post2", "1"), ("2.4.*", "2.4")],
)
def test_what_makes_no_difference(one: str, other: str) -> None:
    assert Version(one) == other
    assert hash(Version(one)) == hash(Version(other))
    assert Version(one) >= other
    assert Version(one) <= other


@given(st.lists(st.integers(0, 30), min_size=1, max_size=4), st.lists(st.integers(0, 30), min_size=1, max_size=4))
def test_order_is_that_of_packaging(one: list[int], other: list[int]) -> None:
    first, second = ".".join(map(str, one)), ".".join(map(str, other))
    assert (Version(first) < second) == (Packaged(first) < Packaged(second))
    assert (Version(first) == second) == (Packaged(first) == Packaged(second))


@pytest.mark.parametrize("text", ["", "new", "1.x", "==2.4", "2.4 or so", "2..4"])
def test_what_is_no_version(text: str) -> None:
    with pytest.raises(ValueError, match="not a version"):
        Version(text)


def test_comparing_with_what_is_no_version_is_an_error() -> None:
    with pytest.raises(ValueError, match="not a version"):
        assert Version("1") < "soon"
    assert Version("1") != 1


def test_targets() -> None:
    targets = Targets({"torch": Target(Version("1.10"), "--target")}, {"torch": "2.9", "xgboost": "3.1"})
    assert targets.version("torch") < "2"
    assert targets.stated("torch")
    assert targets.version("xgboost") == "3.1"
    assert not targets.stated("xgboost")
    assert targets.version("unheard-of") > "1000"
    assert targets.described() == ["torch 1.10 (--target)", "xgboost 3.1 (the newest that detlint knows)"]


def test_as_text() -> None:
    assert str(Version(" 2.4.0+cu121 ")) == "2.4.0+cu121"
    assert repr(Version("2.4")) == "Version('2.4')"
    assert Version("2.4.0").release == (2, 4)
