"""Reads `pyproject.toml`, `Pipfile` and `pixi.toml`: dependencies with their groups, the version of Python.

What a build needs (`build-system`) is none of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from detlint.environment import conda
from detlint.environment.facts import Command, Facts, Requirement, Text, Variable, normalised
from detlint.environment.requirements import exact, requirement, specifier_clauses
from detlint.environment.toml_scalars import Scalar, scalars

_LISTS: tuple[tuple[str, ...], ...] = (
    ("project", "dependencies"),
    ("project", "optional-dependencies", "*"),
    ("dependency-groups", "*"),
    ("tool", "pdm", "dev-dependencies", "*"),
    ("tool", "uv", "dev-dependencies"),
    ("tool", "rye", "dev-dependencies"),
    ("tool", "hatch", "envs", "*", "dependencies"),
    ("tool", "hatch", "envs", "*", "extra-dependencies"),
    ("tool", "flit", "metadata", "requires"),
)
_TABLES: tuple[tuple[str, ...], ...] = (
    ("tool", "poetry", "dependencies"),
    ("tool", "poetry", "dev-dependencies"),
    ("tool", "poetry", "group", "*", "dependencies"),
    ("packages",),
    ("dev-packages",),
    ("tool", "pixi", "pypi-dependencies"),
    ("pypi-dependencies",),
)
_CONDA_TABLES: tuple[tuple[str, ...], ...] = (
    ("tool", "pixi", "dependencies"),
    ("tool", "pixi", "feature", "*", "dependencies"),
    ("dependencies",),
    ("feature", "*", "dependencies"),
)
_VARIABLES: tuple[tuple[str, ...], ...] = (
    ("tool", "hatch", "envs", "*", "env-vars"),
    ("tool", "pixi", "activation", "env"),
    ("activation", "env"),
)
_TOX: tuple[tuple[str, ...], ...] = tuple(
    ("tool", "tox", *where, key) for where in (("env_run_base",), ("env", "*")) for key in ("set_env", "setenv")
)
_PYTHON = (
    ("project", "requires-python"),
    ("tool", "poetry", "dependencies", "python"),
    ("requires", "python_version"),
)
_NOT_A_DEPENDENCY = frozenset({"python", "python-version"})


def read(text: str) -> Facts:
    """What a `pyproject.toml` says."""
    return _read(text, _TABLES, tuple(row for row in _CONDA_TABLES if row[0] == "tool"))


def read_tox(text: str) -> Facts:
    """What a `tox.toml` says: what `[tool.tox]` of a `pyproject.toml` does."""
    facts = Facts()
    place = Text(text)
    for item in scalars(text):
        _of_tox(item, ("tool", "tox", *item.path), place, facts)
    return facts


def read_pixi(text: str) -> Facts:
    """What a `pixi.toml` says."""
    return _read(text, _TABLES, _CONDA_TABLES)


def _read(text: str, tables: tuple[tuple[str, ...], ...], conda_tables: tuple[tuple[str, ...], ...]) -> Facts:
    facts = Facts()
    place = Text(text)
    for item in scalars(text):
        if not item.path:
            continue
        if item.path in _PYTHON:
            facts.python = item.value
        elif group := _matching(item.path, _LISTS):
            found = requirement(item.value, place, item.start, _group(group)) if item.string else None
            if found is not None:
                facts.requirements.append(found)
        elif not (
            _of_table(item, place, tables, poetry, facts) or _of_table(item, place, conda_tables, _of_conda, facts)
        ):
            _variable(item, place, facts)
    return facts


def _matching(path: tuple[str, ...], patterns: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    """The path, if it fits one of the patterns."""
    for pattern in patterns:
        if len(pattern) == len(path) and all(want in ("*", part) for want, part in zip(pattern, path, strict=True)):
            return path
    return ()


def _group(path: tuple[str, ...]) -> str:
    return path[-1] if path[-1] not in ("dependencies", "requires") else ""


_Convert = Callable[[str], tuple[str, str]]


def _of_table(item: Scalar, place: Text, tables: tuple[tuple[str, ...], ...], convert: _Convert, facts: Facts) -> bool:
    """Take a dependency of a table, `name = "version"` or `name = {version = "…"}`; whether it was one."""
    if len(item.path) > 1 and _matching(item.path[:-1], tables):
        name, value, key = item.path[-1], item.value, item.key
        if name in _NOT_A_DEPENDENCY or not item.string:
            return name in _NOT_A_DEPENDENCY
        specifier, pin = convert(value)
        location = place.span(key[0], item.end + 1)
        facts.requirements.append(
            Requirement(normalised(name), location, specifier=specifier, pin=pin, group=_table_group(item.path[:-1]))
        )
        return True
    if len(item.path) > 2 and _matching(item.path[:-2], tables):
        name, key_name = item.path[-2:]
        location = place.span(item.key[0], item.end + 1)
        group = _table_group(item.path[:-2])
        if key_name == "version":
            specifier, pin = convert(item.value)
            facts.requirements.append(
                Requirement(normalised(name), location, specifier=specifier, pin=pin, group=group)
            )
        elif key_name in ("rev", "tag", "path", "url", "file"):
            fixed = key_name in ("rev", "tag", "path")
            found = requirement(f"{name} @ {item.value}", place, item.start, group)
            pin = found.pin if found else ""
            facts.requirements.append(Requirement(normalised(name), location, pin=pin, group=group, fixed=fixed))
        return True
    return False


def _table_group(path: tuple[str, ...]) -> str:
    if path[-1] in ("dev-dependencies", "dev-packages"):
        return "dev"
    return path[-2] if "group" in path or "feature" in path else ""


def poetry(text: str) -> tuple[str, str]:
    """A version of Poetry or Pipenv in pip's words, and the pinned one if it is one."""
    clauses: list[tuple[str, str]] = []
    if "||" in text:
        text = text.rpartition("||")[2]
    for part in re.split(r"[,\s]+(?=[\^~<>=!0-9])", text.strip()):
        match = re.match(r"(\^|~=|~|===?|!=|<=|>=|<|>|=)?\s*([0-9][\w.*+!-]*)$", part.strip())
        if match is None:
            continue
        operator, version = match[1] or "==", match[2]
        if operator in ("^", "~"):
            clauses += [(">=", version), ("<", _next(version, caret=operator == "^"))]
        else:
            clauses.append(("==" if operator == "=" else operator, version))
    return ",".join("".join(pair) for pair in clauses), exact(clauses)


def _next(version: str, *, caret: bool) -> str:
    """The first version that `^` or `~` no longer takes."""
    numbers = [int(part) for part in re.findall(r"\d+", version.split("+")[0])[:3]] or [0]
    if caret:
        place = next((index for index, number in enumerate(numbers) if number), len(numbers) - 1)
    else:
        place = min(1, len(numbers) - 1)
    return ".".join(map(str, [*numbers[:place], numbers[place] + 1]))


def _of_conda(text: str) -> tuple[str, str]:
    found = conda.parsed(f"name {text}")
    return (found[1], found[2]) if found else ("", "")


def _variable(item: Scalar, place: Text, facts: Facts) -> None:
    where = place.span(item.start, item.end)
    if _matching(item.path[:-1], _VARIABLES):
        facts.variables.append(Variable(item.path[-1], item.value, place.span(*item.key), where))
    elif item.path == ("tool", "pytest", "ini_options", "env"):
        match = re.match(r"(?:[DRU]:)*\s*([A-Za-z_]\w*)\s*=\s*(.*)$", item.value.strip())
        if match:
            facts.variables.append(Variable(match[1], match[2], where, where, "process"))
    elif item.path[:2] == ("tool", "pytest_env") and item.path[3:] in ((), ("value",)):
        facts.variables.append(Variable(item.path[2], item.value, place.span(*item.key), where, "process"))
    elif item.path == ("tool", "tox", "legacy_tox_ini"):
        facts.add(_embedded(item, place))
    else:
        _of_tox(item, item.path, place, facts)


def _of_tox(item: Scalar, path: tuple[str, ...], place: Text, facts: Facts) -> None:
    """`set_env` of tox as a table, or with a table that says the value: `{ replace = "env", default = "0" }`."""
    if len(path) > 1 and path[-1] in {"value", "default"} and _matching(path[:-2], _TOX):
        path = path[:-1]
    if _matching(path[:-1], _TOX):
        where = place.span(item.start, item.end)
        facts.variables.append(Variable(path[-1], item.value, place.span(*item.key), where))
    elif _matching(path, (("tool", "tox", "env_run_base", "commands"), ("tool", "tox", "env", "*", "commands"))):
        facts.commands.append(Command(item.value, place.span(item.start, item.end)))


def _embedded(item: Scalar, place: Text) -> Facts:
    """A `tox.ini` inside of a string, with its places in the file around it."""
    from detlint.environment.setup_files import read_ini

    inner = place.text[: item.start]
    blank = "".join("\n" if character == "\n" else " " for character in inner)
    return read_ini(blank + place.text[item.start : item.end])


def pinned(specifier: str) -> str:
    """The version that a specifier pins."""
    return exact(specifier_clauses(specifier))
