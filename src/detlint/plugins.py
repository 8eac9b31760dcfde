"""Rule packs: what a pack gives, the hook that packs implement, and the manager that finds and loads them.

A pack is a value: its rules, what the index must know of the libraries that it is about, what calls of these libraries
do to random states and modes, and the versions of frameworks that it knows. Third parties implement the same hook:

    from detlint.plugins import Pack, hookimpl

    @hookimpl
    def detlint_pack() -> Pack:
        return Pack(name="acme", prefix="ACM", rules=(NoAcmeRandom,))

and name their module in the entry-point group `detlint`.
"""

from __future__ import annotations

import importlib
import os
import re
import sys
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from detlint.ops import OpFact
    from detlint.project.effects import EffectSource, StatementEffects
    from detlint.project.subjects import Subjects
    from detlint.rules.base import Rule

hookspec = pluggy.HookspecMarker("detlint")
hookimpl = pluggy.HookimplMarker("detlint")


@dataclass(frozen=True, slots=True)
class Library:
    """What the index knows of libraries; all names are qualified names, canonical unless said.

    aliases: a name (or the leading part of names) as it may be written, to the canonical one:
        `{"pytorch_lightning": "lightning.pytorch", "torch.nn.modules.conv.Conv2d": "torch.nn.Conv2d"}`. The longest
        matching leading part wins.
    returns: a callable to the type of its result: `{"torch.randn": "torch.Tensor"}`. `tuple[T]` is a tuple of
        T alone; `self` the type of the receiver; `<argument>` the type that all its positional arguments have; `""`
        unknown. A name that ends in `.*` stands for all names directly below it that are not listed themselves:
        `{"torch.Tensor.*": "torch.Tensor", "torch.Tensor.numpy": "numpy.ndarray"}`. Calling a name whose last part is
        capitalised gives an instance of that class without an entry. `?.to` is a method of that name of a class of
        which nothing is known.
    attributes: an attribute to its type: `{"torch.Tensor.T": "torch.Tensor"}`; `.*` as above; `[text]` is what a text
    as index gives. bases: a class to the classes that it derives from, nearest first: `{"torch.nn.Parameter":
    ("torch.Tensor",)}`. A method not
        known of a class is looked up in these. `.*` as above.
    arithmetic: types for which an operation with anything gives that type again, the strongest first.
    elements: a type to what iterating or subscripting gives: `{"torch.Tensor": "torch.Tensor"}`.
    parameters: a method that users override, to the type of its parameters that are not annotated and have no default:
        `{"torch.nn.Module.forward": "torch.Tensor"}`; or a callable that is handed a function, to the type of what it
        gives that function first.
    calls: a class to the method that calling an object of it runs: `{"torch.nn.Module": "forward"}`. unique_methods: a
    method's name that exists on one type only, to that type: `{"scatter_add_": "torch.Tensor"}`. It proves the
        receiver in files that import the type's library, unless a class of the file has a method of that name.
    receivers: methods on which so much depends that what gives their receiver is followed into other files: `fit`.
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
    receivers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Pack:
    """What a pack gives to detlint.

    name: of the pack. prefix: the three letters of its codes. rules: its rule classes. library: what the index needs.
    effects: what calls do to random states, modes and the environment, one table or several.
    statements: functions that find effects of statements that are no calls, one look at a file each.
    versions: a framework's name to the newest version that the pack's facts were checked with.
    facts: gives what the pack knows of ops, for `detlint op` and the documentation; called only when asked for.
    subjects: gives the random states, modes and variables that a program can be asked about, for `detlint map`; called
    only when asked for.
    """

    name: str
    prefix: str
    rules: tuple[type[Rule], ...] = ()
    library: Library = field(default_factory=Library)
    effects: tuple[EffectSource, ...] = ()
    statements: tuple[StatementEffects, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    facts: Callable[[], Iterable[OpFact]] | None = None
    subjects: Callable[[], Subjects] | None = None


class Hooks:
    """The hooks that a pack's module implements."""

    @hookspec
    def detlint_pack(self) -> Pack:
        """Give the pack. Called once a process; must not import what it is about."""
        raise NotImplementedError


BUILT_IN = (
    "detlint.rules.core",
    "detlint.rules.python",
    "detlint.rules.torch",
    "detlint.rules.tensorflow",
    "detlint.rules.xgboost",
    "detlint.rules.jax",
    "detlint.rules.environment",
    "detlint.rules.notebook",
    "detlint.rules.structure",
)
"""Modules of the packs that come with detlint. They implement the same hook as all others."""

GROUP = "detlint"
"""The entry-point group of packs by third parties."""

_CODE = re.compile(r"[A-Z]{3}[0-9]{3}")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class PackError(Exception):
    """A pack cannot be used; the text names the pack and says why."""


@cache
def load_packs(modules: Sequence[str] = (), required: Sequence[str] = ()) -> tuple[Pack, ...]:
    """Load the built-in packs, those that are installed as entry points, and those of the modules named.

    modules: names of modules, as given to `--plugin`. required: names of entry points that must be installed, as
    settings files list them; a settings file can never make detlint import something that is not installed as a pack.
    Raises `PackError`. Both sequences must be hashable; the packs are loaded once a process.
    """
    manager = pluggy.PluginManager("detlint")
    manager.add_hookspecs(Hooks)
    for name in BUILT_IN:
        manager.register(importlib.import_module(name), name)
    installed = _register_installed(manager)
    for name in required:
        if name not in installed:
            known = ", ".join(sorted(installed)) or "none is"
            raise PackError(f"the settings ask for the pack `{name}`, which is not installed (installed: {known})")
    for name in modules:
        if not manager.has_plugin(name):
            manager.register(_imported(name, f"pack `{name}` (--plugin)"), name)
    implementations = sorted(manager.hook.detlint_pack.get_hookimpls(), key=_order(manager))
    return validated((_label(impl.plugin_name), _call(impl)) for impl in implementations)


def validated(packs: Iterable[tuple[str, object]]) -> tuple[Pack, ...]:
    """Check what packs give: well-formed codes with the pack's prefix, well-formed names, and nothing twice."""
    valid: list[Pack] = []
    owners: dict[str, str] = {}
    for label, pack in packs:
        if not isinstance(pack, Pack):
            raise PackError(f"{label}: `detlint_pack` gives {type(pack).__name__}, not a detlint.Pack")
        for rule in pack.rules:
            _check_rule(rule, pack, label)
            for word in (rule.code, rule.name):
                if word in owners:
                    raise PackError(f"{label}: {word} is already taken by {owners[word]}")
                owners[word] = f"`{rule.__name__}` of {label}"
        valid.append(pack)
    return tuple(valid)


def _check_rule(rule: type[Rule], pack: Pack, label: str) -> None:
    missing = [name for name in ("code", "name", "summary", "why") if not isinstance(getattr(rule, name, None), str)]
    if missing:
        raise PackError(f"{label}: rule {rule.__name__} has no {' and no '.join(missing)}")
    if not _CODE.fullmatch(rule.code) or not rule.code.startswith(pack.prefix):
        raise PackError(f"{label}: {rule.code!r} is no code of three letters ({pack.prefix}) and three digits")
    if pack.prefix == "DET" and not rule.__module__.startswith("detlint."):
        raise PackError(f"{label}: codes that begin with DET belong to detlint; choose another prefix")
    if not _NAME.fullmatch(rule.name):
        raise PackError(f"{label}: {rule.name!r} is no name of lower-case words joined by hyphens")


def _order(manager: pluggy.PluginManager) -> Callable[[pluggy.HookImpl], int]:
    """Packs speak in the order in which they were registered; pluggy would ask the last one first."""
    names = [name for name, _ in manager.list_name_plugin()]
    return lambda implementation: names.index(implementation.plugin_name)


def _label(name: str) -> str:
    return f"pack `{name.removeprefix('detlint.rules.')}`"


def _call(implementation: pluggy.HookImpl) -> object:
    try:
        return implementation.function()
    except Exception as error:
        raise PackError(f"{_label(implementation.plugin_name)} cannot be loaded: {_reason(error)}") from error


def _imported(module: str, label: str) -> object:
    """Import a module that the user named, from the working directory if it is not found elsewhere."""
    here = os.getcwd()
    sys.path.append(here)
    try:
        imported = importlib.import_module(module)
    except Exception as error:
        raise PackError(f"{label} cannot be loaded: {_reason(error)}") from error
    finally:
        # What detlint itself imports later must not come from the directory that is checked.
        sys.path.remove(here)
    if not callable(getattr(imported, "detlint_pack", None)):
        raise PackError(f"{label} cannot be loaded: it defines no `detlint_pack`")
    return imported


def _register_installed(manager: pluggy.PluginManager) -> set[str]:
    """Register the packs that are installed as entry points; gives their names."""
    if not any(_declares_packs(directory) for directory in sys.path):
        return set()
    from importlib.metadata import entry_points

    names = set()
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        distribution = entry.dist.name if entry.dist is not None else "?"
        label = f"pack `{entry.name}` of {distribution}"
        try:
            plugin = entry.load()
        except Exception as error:
            raise PackError(f"{label} cannot be loaded: {_reason(error)}") from error
        if not callable(getattr(plugin, "detlint_pack", None)):
            raise PackError(f"{label} cannot be loaded: {entry.value} defines no `detlint_pack`")
        if entry.name not in names:
            manager.register(plugin, entry.name)
        names.add(entry.name)
    return names


def _declares_packs(directory: str) -> bool:
    """Whether something installed in a directory of `sys.path` declares packs.

    Asking `importlib.metadata` costs more than a whole run over a small project, so it is asked only where this finds
    one.
    """
    return any(f"[{GROUP}]" in text for text in _entry_point_files(directory))


def _entry_point_files(directory: str) -> Iterator[str]:
    try:
        with os.scandir(directory or ".") as entries:
            names = [entry.name for entry in entries if entry.name.endswith((".dist-info", ".egg-info"))]
    except OSError:
        return
    for name in names:
        try:
            with open(os.path.join(directory, name, "entry_points.txt"), encoding="utf-8", errors="replace") as file:
                yield file.read()
        except OSError:
            continue


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
