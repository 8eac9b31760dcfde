"""Rule packs: what a pack gives, the hook that packs implement, and the manager that finds and loads them.

A pack is a value: its rules, what the index must know of the libraries that it is about, what calls of these libraries do
to random states and modes, and the versions of frameworks that it knows. Third parties implement the same hook:

    import detlint

    @detlint.hookimpl
    def detlint_pack() -> detlint.Pack:
        return detlint.Pack(name="acme", prefix="ACM", rules=(NoAcmeRandom,))

and name their module in the entry-point group `detlint`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from detlint.ops import OpFact
    from detlint.project.effects import EffectSource
    from detlint.rules.base import Rule

hookspec = pluggy.HookspecMarker("detlint")
hookimpl = pluggy.HookimplMarker("detlint")


@dataclass(frozen=True, slots=True)
class Library:
    """What the index knows of libraries; all names are qualified names, canonical unless said.

    aliases: a name (or the leading part of names) as it may be written, to the canonical one:
        `{"pytorch_lightning": "lightning.pytorch", "torch.nn.modules.conv.Conv2d": "torch.nn.Conv2d"}`. The longest matching
        leading part wins.
    returns: a callable to the type of its result: `{"torch.randn": "torch.Tensor"}`. `tuple[T]` means a tuple whose elements
        are all T; `self` the type of the receiver; `""` unknown. A name that ends in `.*` stands for all names directly
        below it that are not listed themselves: `{"torch.Tensor.*": "torch.Tensor", "torch.Tensor.numpy": "numpy.ndarray"}`.
        Calling a name whose last part is capitalised gives an instance of that class without an entry.
    attributes: an attribute to its type: `{"torch.Tensor.T": "torch.Tensor"}`; `.*` as above.
    bases: a class to the classes that it derives from, nearest first: `{"torch.nn.Parameter": ("torch.Tensor",)}`. A method not
        known of a class is looked up in these. `.*` as above.
    arithmetic: types for which an operation with anything gives that type again, the strongest first.
    elements: a type to what iterating or subscripting gives: `{"torch.Tensor": "torch.Tensor"}`.
    parameters: a method that users override, to the type of its parameters that are not annotated and have no default:
        `{"torch.nn.Module.forward": "torch.Tensor"}`.
    calls: a class to the method that calling an object of it runs: `{"torch.nn.Module": "forward"}`.
    unique_methods: a method's name that exists on one type only, to that type: `{"scatter_add_": "torch.Tensor"}`. It proves the
        receiver in files that import the type's library, unless a class of the file has a method of that name.
    """

    aliases: Mapping[str, str] = field(default_factory=dict)
    returns: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    bases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    arithmetic: tuple[str, ...] = ()
    elements: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    calls: Mapping[str, str] = field(default_factory=dict)
    unique_methods: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pack:
    """What a pack gives to detlint.

    name: of the pack. prefix: the three letters of its codes. rules: its rule classes. library: what the index needs.
    effects: what calls do to random states, modes and the environment, one table or several.
    versions: a framework's name to the newest version that the pack's facts were checked with.
    facts: gives what the pack knows of ops, for `detlint op` and the documentation; called only when asked for.
    """

    name: str
    prefix: str
    rules: tuple[type[Rule], ...] = ()
    library: Library = field(default_factory=Library)
    effects: tuple[EffectSource, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    facts: Callable[[], Iterable[OpFact]] | None = None


class Hooks:
    """The hooks that a pack's module implements."""

    @hookspec
    def detlint_pack(self) -> Pack:
        """Give the pack. Called once a process; must not import what it is about."""
        raise NotImplementedError
