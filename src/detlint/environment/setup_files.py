"""Reads `setup.cfg`, `tox.ini`, `pytest.ini`, and `setup.py`, which is parsed and never run."""

from __future__ import annotations

import ast
import re
import warnings
from typing import TYPE_CHECKING, Literal

from detlint.environment.facts import Command, Facts, Requirement, Text, Variable
from detlint.environment.ini import Entry, entries
from detlint.environment.requirements import requirement

if TYPE_CHECKING:
    from collections.abc import Iterator

_LISTS = frozenset({"install_requires", "dependencies", "tests_require"})
_SETTING = re.compile(r"(?:[DRU]:)*\s*([A-Za-z_]\w*)\s*=\s*(.*)$")


def read_ini(text: str) -> Facts:
    """What a configuration in sections says: of setuptools, tox and pytest."""
    facts = Facts()
    place = Text(text)
    for entry in entries(place):
        section, key = entry.section, entry.key.replace("-", "_").lower()
        if (section == "options" and key in _LISTS) or section == "options.extras_require":
            group = entry.key if section.endswith("extras_require") else ""
            _requirements(entry, place, facts, group)
        elif section == "options" and key == "python_requires":
            facts.python = entry.value.strip()
        elif section.startswith("testenv"):
            _tox(entry, key, place, facts)
        elif section in ("pytest", "tool:pytest") and key == "env":
            _variables(entry, place, facts, "process")
    return facts


def _tox(entry: Entry, key: str, place: Text, facts: Facts) -> None:
    if key == "deps":
        _requirements(entry, place, facts, entry.section)
    elif key in ("setenv", "set_env"):
        _variables(entry, place, facts)
    elif key == "commands":
        facts.commands += (Command(line, place.span(start, start + len(line))) for start, line in entry.lines)


def _requirements(entry: Entry, place: Text, facts: Facts, group: str) -> None:
    for start, line in entry.lines:
        text = re.sub(r"^[\w,{}-]+:\s+", "", line)  # tox: `py311: torch==2.4`
        found = requirement(text, place, start + len(line) - len(text), group)
        if found is not None:
            facts.requirements.append(found)


def _variables(entry: Entry, place: Text, facts: Facts, scope: Literal["file", "process"] = "file") -> None:
    for start, line in entry.lines:
        match = _SETTING.match(line)
        if match:
            facts.variables.append(
                Variable(
                    match[1],
                    match[2].strip(),
                    place.span(start + match.start(1), start + match.end(1)),
                    place.span(start + match.start(2), start + len(line)),
                    scope,
                )
            )


def read_setup(text: str) -> Facts:
    """What a `setup.py` writes out as arguments of `setup(…)`; what it computes is not known."""
    facts = Facts()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return facts
    place = Text(text)
    try:
        for call in _calls(tree):
            for keyword in call.keywords:
                _argument(keyword, _constants(tree), place, facts)
    except RecursionError:
        pass
    return facts


def _calls(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name == "setup":
                yield node


def _constants(tree: ast.Module) -> dict[str, ast.expr]:
    """What names of the top level are bound to, where that happens once."""
    bound: dict[str, list[ast.expr]] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            bound.setdefault(node.targets[0].id, []).append(node.value)
    return {name: values[0] for name, values in bound.items() if len(values) == 1}


def _argument(keyword: ast.keyword, constants: dict[str, ast.expr], place: Text, facts: Facts) -> None:
    if keyword.arg == "python_requires" and isinstance(keyword.value, ast.Constant):
        facts.python = str(keyword.value.value)
    elif keyword.arg in _LISTS:
        facts.requirements += _listed(keyword.value, constants, place, "")
    elif keyword.arg == "extras_require":
        value = _followed(keyword.value, constants)
        for key, item in zip(value.keys, value.values, strict=True) if isinstance(value, ast.Dict) else ():
            group = str(key.value) if isinstance(key, ast.Constant) else "?"
            facts.requirements += _listed(item, constants, place, group)


def _followed(node: ast.expr, constants: dict[str, ast.expr]) -> ast.expr:
    for _ in range(4):
        if not isinstance(node, ast.Name) or node.id not in constants:
            break
        node = constants[node.id]
    return node


def _listed(
    node: ast.expr, constants: dict[str, ast.expr], place: Text, group: str, depth: int = 0
) -> list[Requirement]:
    value = _followed(node, constants)
    if depth > 20:
        return []
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
        left = _listed(value.left, constants, place, group, depth + 1)
        return left + _listed(value.right, constants, place, group, depth + 1)
    items = value.elts if isinstance(value, (ast.List, ast.Tuple, ast.Set)) else [value]
    found: list[Requirement] = []
    for item in items:
        if isinstance(item, ast.Starred):
            found += _listed(item.value, constants, place, group, depth + 1)
        elif isinstance(item, ast.Constant) and isinstance(item.value, str):
            found += _of_string(item, item.value, place, group)
    return found


def _of_string(node: ast.Constant, value: str, place: Text, group: str) -> Iterator[Requirement]:
    """The requirements of a string: one, or one a line. They stand where the string stands."""
    start = place.offset_of_utf8(node.lineno, node.col_offset)
    for line in value.splitlines():
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        at = place.text.find(text, start)
        found = requirement(text, place, start if at < 0 else at, group)
        if found is not None:
            yield found
