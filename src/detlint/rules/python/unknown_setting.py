"""DET111: a determinism flag that does not exist."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from difflib import SequenceMatcher, get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any

from detlint.diagnostics import Confidence, Severity
from detlint.index import NameSet, Setting
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.data import load
from detlint.rules.repairs import Repair

if TYPE_CHECKING:
    from collections.abc import Mapping

    from detlint.diagnostics import Fix
    from detlint.triggers import Mention

_SIMILAR = 0.8
_REPEATABLE = {
    "torch.backends.cudnn.deterministic": True,
    "torch.backends.cudnn.benchmark": False,
    "torch.backends.mkldnn.deterministic": True,
    "torch.utils.deterministic.fill_uninitialized_memory": True,
}
"""The values of settings with which runs are the same."""


@dataclass(frozen=True, slots=True)
class Owner:
    """An object with settings: the attributes that are read, and how misspelt or misplaced ones are told."""

    name: str
    known: tuple[str, ...]
    flags: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)

    def meant(self, attribute: str) -> str | None:
        """What an attribute that is not read was meant to be, in full; None if it is no determinism setting."""
        if attribute in self.known:
            return None
        plain = attribute.lower().strip("_")
        if plain in self.elsewhere:
            return self.elsewhere[plain]
        nearest = _nearest(plain, (*self.flags, *self.functions)) or next(
            (flag for word, flag in self.words.items() if word in plain), None
        )
        if nearest is not None:
            return f"{self.name}.{nearest}" + ("(…)" if nearest in self.functions else "")
        misplaced = _nearest(plain, tuple(self.elsewhere))
        return self.elsewhere[misplaced] if misplaced is not None else None


@cache
def owners() -> Mapping[str, Owner]:
    """The objects with settings, by canonical name."""
    rows = load(__package__, "settings")["owners"]
    return {row["name"]: Owner(**_frozen(row)) for row in rows}


def _frozen(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}


@cache
def _settings() -> NameSet:
    return NameSet((), (f"{name}." for name in (*owners(), *load(__package__, "settings")["moved"])))


def meant(name: str) -> str | None:
    """What a setting that does not exist was meant to be; None where it exists or is nothing of ours."""
    head, _, attribute = name.rpartition(".")
    owner = owners().get(head)
    if owner is not None:
        return owner.meant(attribute)
    moved = load(__package__, "settings")["moved"].get(head)
    if moved is None:
        return None
    right = owners()[moved]
    return f"{moved}.{attribute}" if attribute in (*right.flags, *right.known) else right.meant(attribute)


def _nearest(name: str, known: tuple[str, ...]) -> str | None:
    scored = sorted(((SequenceMatcher(None, name, other.lower()).ratio(), other) for other in known), reverse=True)
    return scored[0][1] if scored and scored[0][0] >= _SIMILAR else None


@cache
def _looks_like_setting(attribute: str) -> bool:
    """Whether an attribute may be a misspelt or misplaced setting of some object."""
    plain = attribute.lower().strip("_")
    names, words = _all_settings()
    return any(word in plain for word in words) or bool(get_close_matches(plain, names, 1, _SIMILAR))


@cache
def _all_settings() -> tuple[frozenset[str], frozenset[str]]:
    """The names of all settings in lower case, and the words that tell one."""
    rows = owners().values()
    moved = (owners()[name] for name in load(__package__, "settings")["moved"].values())
    names = {name.lower() for row in rows for name in (*row.flags, *row.functions, *row.elsewhere)}
    return frozenset(names.union(*(row.known for row in moved))), frozenset(word for row in rows for word in row.words)


_TARGETS = (
    re.compile(r"\.(?<!\bself.)([A-Za-z_]\w*)[ \t)\]]*=(?!=)"),
    re.compile(r"\.([A-Za-z_]\w*)[ \t]*,[^=(\n]*\.\w+[ \t)\]]*=(?!=)"),
)
"""Attributes that are assigned, of anything but `self`; such before others. For speed they begin with a plain sign."""
_SETATTR = re.compile(r"""setattr\([^,]*,\s*(?:["'](\w+)["'])?""")


class UnknownSetting(Rule):
    """Assignments only: calling a function that does not exist fails by itself."""

    code = "DET111"
    name = "unknown-setting"
    summary = "a determinism flag that does not exist: `torch.backends.cudnn.determinstic = True`"
    why = """
Python lets code invent attributes of modules: `torch.backends.cudnn.determinstic = True` raises nothing and does
nothing. The name may be misspelt, or right and on the wrong object (`torch.cudnn.benchmark`,
`torch.cuda.deterministic`).

Settings that exist and are not about determinism (`enabled`, `allow_tf32`, `benchmark_limit`) and attributes of one's
own are not reported, nor are calls of functions that do not exist, since they raise.
"""
    severity = Severity.ERROR
    scope = "file"
    fix = "safe"
    bad = (
        Example("import torch\n\ntorch.backends.cudnn.determinstic = True  # !\n"),
        Example("import torch\n\ntorch.cudnn.benchmark = False  # !\n"),
        Example(
            "from torch.backends import cudnn\n\ncudnn.benchmarks = False  # !\n",
            fixed="from torch.backends import cudnn\n\ncudnn.benchmark = False\n",
        ),
    )
    good = (
        Example(
            "import torch\n\ntorch.backends.cudnn.deterministic = True\ntorch.backends.cudnn.allow_tf32 = False\n"
            "torch.backends.cudnn.benchmark_limit = 0\n"
        ),
        Example("class Flags:\n    pass\n\n\ncudnn = Flags()\ncudnn.determinstic = True\n"),
    )
    sources = ("https://docs.pytorch.org/docs/stable/backends.html",)
    candidates = Candidates(prefixes=_settings().prefixes)

    @classmethod
    def sought(cls, mention: Mention) -> frozenset[str] | None:
        """Nothing where no attribute that looks like a setting is assigned."""
        code = mention.text.code
        assigned = {name for pattern in (*_TARGETS, _SETATTR) for name in pattern.findall(code)}
        return None if "" in assigned or any(map(_looks_like_setting, assigned)) else frozenset()

    def check_file(self) -> None:
        """Look at all assignments to attributes of the objects with settings."""
        for setting in self.context.index.find_settings(_settings()):
            answers = [meant(name) for name in setting.names]
            if all(answers) and answers:
                self._report(setting, str(answers[0]))

    def _asked_for(self, setting: Setting) -> bool:
        """Whether `hasattr` asks for this very attribute before it is set."""
        attribute = setting.names[0].rpartition(".")[2]
        tests = [node.test for node in self.context.index.ancestors(setting.target) if isinstance(node, ast.If)]
        return any(
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Name)
            and call.func.id == "hasattr"
            and len(call.args) == 2
            and self.context.index.constant(call.args[1]) == attribute
            for test in tests
            for call in ast.walk(test)
        )

    def _report(self, setting: Setting, right: str) -> None:
        written = ast.unparse(setting.target) if isinstance(setting.target, ast.Attribute) else setting.names[0]
        guarded = self._asked_for(setting)
        self.report(
            setting.target.func if isinstance(setting.target, ast.Call) else setting.target,
            f"`{written}` is read by nothing: there is no such setting, so the assignment changes nothing.",
            f"Use `{right}`.",
            confidence=Confidence.LOW if guarded else Confidence.HIGH,
            fix=self._fix(setting, right),
        )

    def _fix(self, setting: Setting, right: str) -> Fix | None:
        """Assign to the setting that was meant; no fix where that would make runs differ, or where it takes a call."""
        value = self.context.index.constant(setting.value)
        if not isinstance(setting.target, ast.Attribute) or value is not _REPEATABLE.get(right):
            return None
        repair = Repair(self.context)
        if setting.names[0].rpartition(".")[0] == right.rpartition(".")[0]:
            repair.rename(setting.target, right.rpartition(".")[2])
        else:
            repair.replace(setting.target, repair.name(right, setting.target))
        return repair.safe(f"Assign to `{right}`")
