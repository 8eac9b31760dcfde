"""`detlint op`: what is known of an operation, by any spelling."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from detlint.ops import all_facts
from detlint.registry import registry

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
        ("nn.AdaptiveAvgPool2d((3, 3))", "torch.nn.AdaptiveAvgPool2d"),
        ("nn.NLLLoss", "torch.nn.NLLLoss"),
        ("CrossEntropyLoss", "torch.nn.CrossEntropyLoss"),
        ("torch.nn.CrossEntropyLoss.forward", "torch.nn.CrossEntropyLoss"),
        ("torch.nn.CrossEntropyLoss.__call__", "torch.nn.CrossEntropyLoss"),
        ("nn.MaxPool3d", "torch.nn.MaxPool3d"),
        ("x.cumsum", "torch.Tensor.cumsum"),
        ("Tensor.index_add_", "torch.Tensor.index_add_"),
        ("tf.nn.bias_add", "tensorflow.nn.bias_add"),
        ("layers.BatchNormalization", "keras.layers.BatchNormalization"),
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


def test_no_name_is_one_that_nobody_writes() -> None:
    names = [fact.name for fact in all_facts(registry().packs)]
    assert not [name for name in names if "__" in name]


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("bincont", "torch.bincount, keras.ops.bincount or torch.Tensor.bincount"),
        ("torch.scater_add_", "torch.Tensor.scatter_add_, torch.scatter_add or torch.Tensor.scatter_add"),
        ("nn.MaxPol3d", "torch.nn.MaxPool3d, torch.max_pool3d or torch.nn.functional.max_pool3d"),
        ("nn.NLLLos", "torch.nn.NLLLoss, torch.nn.functional.nll_loss or torch.nn.NLLLoss2d"),
        ("tf.nn.biasadd", "tensorflow.nn.bias_add"),
    ],
)
def test_what_was_probably_meant(detlint: Run, wrong: str, meant: str) -> None:
    outcome = detlint("op", wrong)
    assert (outcome.status, outcome.err) == (
        2,
        f"detlint: error: nothing is known of {wrong}; did you mean {meant}?\n",
    )


@pytest.mark.parametrize("name", ["np.bincount", "torch.matmul", "", "a b", "torch.lambda"])
def test_what_looks_like_no_op_suggests_none(detlint: Run, name: str) -> None:
    outcome = detlint("op", name)
    assert (outcome.status, outcome.out) == (2, "")
    assert "did you mean" not in outcome.err


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("torch.rand", "DET207"),
        ("np.random.rand", "DET121"),
        ("F.scaled_dot_product_attention", "DET213"),
        ("scaled_dot_product_attention", "DET213"),
        ("torch_scatter.scatter_max", "DET251"),
        ("os.listdir", "DET105"),
    ],
)
def test_calls_without_facts_name_the_rules_about_them(detlint: Run, name: str, rule: str) -> None:
    outcome = detlint("op", name)
    assert outcome.status == 0
    assert f"\n  {rule}  " in outcome.out


def test_what_is_advised_holds_where_it_is_advised(detlint: Run) -> None:
    facts = json.loads(detlint("op", "nn.MaxPool3d", "--devices", "mps", "--output-format", "json").out)
    assert [fact["replacement"] for fact in facts] == ["Pool on another device."]


def test_nothing_known(detlint: Run) -> None:
    outcome = detlint("op", "torch.relu_of_my_own")
    assert outcome.status == 2
    assert "nothing is known of torch.relu_of_my_own" in outcome.err
