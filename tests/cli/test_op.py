"""`detlint op`: what is known of an operation, by any spelling."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Run


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("torch.bincount", "torch.bincount"),
        ("torch.bincount()", "torch.bincount"),
        ("Tensor.scatter_add_", "torch.Tensor.scatter_add_"),
        ("torch.Tensor.scatter_add_", "torch.Tensor.scatter_add_"),
        ("F.interpolate", "torch.nn.functional.interpolate"),
        ("nn.AdaptiveAvgPool2d", "torch.nn.AdaptiveAvgPool2d"),
        ("torch.nn.modules.pooling.AdaptiveAvgPool2d", "torch.nn.AdaptiveAvgPool2d"),
        ("adaptiveavgpool2d", "torch.nn.AdaptiveAvgPool2d"),
    ],
)
def test_spellings(detlint: Run, spelling: str, name: str) -> None:
    outcome = detlint("op", spelling)
    assert outcome.status == 0
    assert outcome.out.splitlines()[0] == name


def test_every_fact_has_a_source_and_an_effect(detlint: Run) -> None:
    out = detlint("op", "torch.bincount", "--output-format", "json").out
    facts = json.loads(out)
    assert facts
    for fact in facts:
        assert fact["source"]
        assert fact["effect"] in ("raises", "switches", "varies")


def test_targets_decide_what_holds(detlint: Run) -> None:
    def holds(target: str) -> set[str]:
        facts = json.loads(detlint("op", "torch.cumsum", "--target", target, "--output-format", "json").out)
        return {fact["effect"] for fact in facts if fact["applies"]}

    assert holds("torch=2.10") == {"raises"}
    assert holds("torch=2.14") == {"switches"}


def test_targets_narrow_what_is_printed(detlint: Run) -> None:
    old, new = (detlint("op", "torch.cumsum", "--target", f"torch={version}").out for version in ("2.10", "2.14"))
    assert "raises under the deterministic mode  [DET201]" in old
    assert "DET202" not in old
    assert "deterministic under the deterministic mode  [DET202]" in new
    assert "DET201" not in new
    assert detlint("op", "torch.cumsum", "--target", "torch=1.8").out.splitlines()[:2] == [
        "torch.cumsum",
        "  torch 1.8: nothing is known against it",
    ]


def test_facts_of_one_name_stand_together(detlint: Run) -> None:
    lines = detlint("op", "bincount").out.splitlines()
    names = [line for line in lines if not line.startswith(" ")]
    assert len(names) > 1
    assert len(names) == len(set(names))


def test_devices_narrow(detlint: Run) -> None:
    out = detlint("op", "torch.bincount", "--devices", "cpu").out
    assert out == "Nothing is known against it on these devices.\n"


def test_an_unknown_device(detlint: Run) -> None:
    outcome = detlint("op", "torch.bincount", "--devices", "gpu")
    assert outcome.status == 2
    assert "gpu" in outcome.err


def test_nothing_known(detlint: Run) -> None:
    outcome = detlint("op", "torch.relu_of_my_own")
    assert outcome.status == 2
    assert "nothing is known of torch.relu_of_my_own" in outcome.err
