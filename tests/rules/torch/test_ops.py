"""The facts of ops, by version, device and name: what `data/ops.toml` says and how it is asked."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detlint.rules.torch import ops
from detlint.versions import Version

VERSIONS = st.tuples(st.integers(1, 3), st.integers(0, 30), st.integers(0, 9)).map(
    lambda v: Version(".".join(map(str, v)))
)
WORDS = frozenset(
    "given absent tensor float sparse quantized spatial one many not-ones ones len-2 len-4 len-6".split()  # noqa: SIM905
)


def effects(name: str, version: str, device: str = "cuda") -> set[str]:
    """The effects that an op may have in a version on a device, whatever the arguments; layers included."""
    op = ops.ops()[name]
    return {fact.effect for fact in op.facts if device in fact.devices and fact.covers(Version(version))}


@pytest.mark.parametrize(
    ("name", "version", "expected"),
    [
        ("torch.cumsum", "1.12.1", set()),
        ("torch.cumsum", "2.13.0", {"raises"}),
        ("torch.cumsum", "2.14.0", {"switches"}),
        ("torch.Tensor.scatter_add_", "1.8.1", {"raises"}),
        ("torch.Tensor.scatter_add_", "1.12.1", {"raises", "switches"}),
        ("torch.Tensor.scatter_add_", "2.4", {"switches"}),
        ("torch.kthvalue", "2.9.1", {"raises"}),
        ("torch.kthvalue", "2.10.0", set()),
        ("torch.nn.MaxPool3d", "2.12.0", {"raises"}),
        ("torch.nn.MaxPool3d", "2.13.0", {"switches"}),
        ("torch.nn.ReplicationPad2d", "2.1.2", {"raises"}),
        ("torch.nn.ReplicationPad2d", "2.2.2", {"switches"}),
        ("torch.nn.ReplicationPad3d", "2.2.2", {"raises"}),
        ("torch.nn.ReplicationPad3d", "2.3.1", {"switches"}),
        ("torch.nn.ReflectionPad2d", "2.4", {"raises"}),
        ("torch.nn.ReflectionPad2d", "2.14.1", {"switches"}),
        ("torch.nn.ReflectionPad1d", "2.15", {"raises"}),
        ("torch.nn.ReflectionPad3d", "1.9.1", set()),
        ("torch.nn.MaxUnpool2d", "1.12.1", set()),
        ("torch.nn.MaxUnpool2d", "1.13.1", {"raises"}),
        ("torch.nn.Embedding", "2.13", set()),
        ("torch.nn.Embedding", "2.14", {"switches"}),
        ("torch.index_select", "1.8.1", {"raises"}),
        ("torch.index_select", "1.9", {"switches"}),
    ],
)
def test_versions(name: str, version: str, expected: set[str]) -> None:
    assert effects(name, version) == expected


def test_devices() -> None:
    assert effects("torch.kthvalue", "2.15", "mps") == {"raises"}
    assert effects("torch.kthvalue", "2.14", "mps") == set()
    assert effects("torch.nn.MaxUnpool1d", "2.4", "cpu") == {"raises"}
    assert effects("torch.median", "2.4", "cpu") == set()


@given(VERSIONS, VERSIONS, st.sampled_from(sorted(ops.ops())))
def test_effects_change_only_at_stated_versions(one: Version, other: Version, name: str) -> None:
    op = ops.ops()[name]
    low, high = sorted((one, other))
    borders = {Version(text) for fact in op.facts for text in (fact.since, fact.before) if text}
    if not any(low < border <= high for border in borders):
        assert effects(name, str(low)) == effects(name, str(high))


@given(VERSIONS, st.sampled_from(sorted(ops.ops())))
def test_no_fact_raises_and_switches_under_the_same_condition(version: Version, name: str) -> None:
    facts = [fact for fact in ops.ops()[name].facts if fact.covers(version)]
    for one, other in itertools.combinations(facts, 2):
        if one.devices & other.devices and one.effect != other.effect:
            assert one.when != other.when, (name, version)


OPS = {op.names[0]: op for op in ops.ops().values()}


@pytest.mark.parametrize("op", OPS.values(), ids=OPS.keys())
def test_every_op_is_well_formed(op: ops.Op) -> None:
    assert op.reason
    assert not op.reason.endswith(".")
    # The messages say where, and that results differ.
    assert "CUDA" not in op.reason
    assert " differ" not in op.reason
    assert all(fact.repair or fact.effect == "switches" for fact in op.facts)
    assert op.facts
    for fact in op.facts:
        assert fact.effect in ("raises", "switches")
        assert fact.devices <= {"cpu", "cuda", "mps"}
        assert fact.since is None or fact.before is None or Version(fact.since) < fact.before
        for parameter, wanted in fact.when.items():
            assert parameter in op.parameters, (op.names, parameter)
            assert not isinstance(wanted, str) or wanted in WORDS
            if not isinstance(wanted, str) and parameter not in op.defaults:
                assert parameter in ("reduce",), "a condition on a value needs the parameter's default"
    assert set(op.defaults) <= set(op.parameters)
    assert not op.index or op.index in op.parameters


def test_names_are_unique() -> None:
    names = [name for op in set(ops.ops().values()) for name in op.names]
    assert len(names) == len(set(names)) == len(ops.ops())


def test_layers_that_the_mode_covers_are_left_to_the_entry_point() -> None:
    assert "torch.nn.Conv2d" not in ops.names("switches")
    assert "torch.nn.functional.interpolate" not in ops.names("switches")
    assert "torch.gather" in ops.names("switches")


def test_positions_of_methods_leave_out_the_receiver() -> None:
    op = ops.ops()["torch.median"]
    assert op.position("dim", bound=False) == 1
    assert op.position("dim", bound=True) == 0
    assert op.position("input", bound=True) is None
    assert ops.ops()["torch.scatter"].position("reduce", bound=False) is None


def test_descriptions_name_condition_and_rule() -> None:
    found = [fact for fact in ops.describe() if fact.name == "torch.nn.functional.interpolate"]
    bicubic = [fact for fact in found if fact.condition == "mode='bicubic'"]
    assert [(fact.effect, fact.last, fact.code) for fact in bicubic] == [("raises", "2.14.1", "DET201")]
    assert all(fact.gradient and fact.source for fact in found)
    linear = [fact for fact in ops.describe() if fact.name == "torch.nn.Conv2d" and fact.effect == "switches"]
    assert [fact.code for fact in linear] == ["DET203"]
