"""`detlint op`: what is known of an operation, by any spelling."""

from __future__ import annotations

import json

import pytest

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


def test_devices_narrow(detlint: Run) -> None:
    out = detlint("op", "torch.bincount", "--devices", "cpu").out
    assert out == "Nothing is known against it on these devices.\n"


def test_nothing_known(detlint: Run) -> None:
    outcome = detlint("op", "torch.relu_of_my_own")
    assert outcome.status == 2
    assert "nothing is known of torch.relu_of_my_own" in outcome.err
