"""Repairs of environment variables: another value in place, a variable that is set where the program is started.

Given a write of a variable in code, or a variable of a file around it; gives its fix. None where the value is put
together, or stands in a form that is not plain.
"""

from __future__ import annotations

import ast
import os
from dataclasses import replace
from typing import TYPE_CHECKING

from detlint.diagnostics import Applicability, Checked, Edit, Fix
from detlint.environment.formats import is_aside
from detlint.environment.insertion import insertion
from detlint.project.questions import environment
from detlint.rules.entry_repairs import EntryRepair
from detlint.rules.environment.writes import environment_writes
from detlint.rules.repairs import Repair
from detlint.sources.source import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from detlint.context import Context
    from detlint.diagnostics import Location
    from detlint.environment.facts import Variable
    from detlint.environment.project import ConfigFile, Start
    from detlint.project.model import EntryPoint
    from detlint.project.run import Event
    from detlint.project.subjects import Program
    from detlint.rules.environment.writes import EnvWrite

_FOR_ALL = frozenset({"dockerfile", "shell", "compose", "kubernetes"})
"""Files of which all commands are started for the program, as a rule."""
_QUOTES = "'\""
_INDICATORS = tuple(":-?[]{},&*#!|>%@`")
"""What a plain text of YAML must not begin with, to be read as text by everyone."""


def value_fix(context: Context, write: EnvWrite, value: str) -> Fix | None:
    """The fix that gives a variable another value where code sets it to a constant."""
    node = write.value_node
    if not isinstance(node, ast.Constant) or context.index.statement(node) is not write.statement:
        return None
    repair = Repair(context)
    old = repair.code(node)
    if isinstance(node.value, str) and old[:1] in tuple(_QUOTES) and not old.startswith(('"""', "'''")):
        repair.replace(node, f"{old[0]}{value}{old[0]}")
    else:
        return None
    return repair.safe(f"Set it to `{value}`")


def config_fix(file: ConfigFile, variable: Variable, value: str) -> Fix | None:
    """The fix that gives a variable another value in a file around the code."""
    where = _value_in_line(file, variable)
    if where is None:
        return None
    place, start, end = where
    written = file.text[start:end]
    if written == variable.value:
        is_quoted = file.text[start - 1 : start] in tuple(_QUOTES)
        content = f'"{value}"' if _is_yaml(file) and not is_quoted and value.startswith(_INDICATORS) else value
    elif written[1:-1] == variable.value and written[:1] in tuple(_QUOTES) and written[0] == written[-1]:
        content = f"{written[0]}{value}{written[0]}"
    else:
        return None
    return Fix(Applicability.SAFE, f"Set it to `{value}`", (Edit(place, content),))


def _value_in_line(file: ConfigFile, variable: Variable) -> tuple[Location, int, int] | None:
    """Where a value stands that is written in one line of a file, and where that begins and ends in its text."""
    place = variable.value_location
    if place is None or not variable.value or place.line != place.end_line:
        return None
    source = SourceFile(file.path, file.text)
    return place, source.offset(place.line, place.column), source.offset(place.end_line, place.end_column)


def name_fix(context: Context, write: EnvWrite, name: str) -> Fix | None:
    """The fix that sets another variable instead, where code names it by a text of its own."""
    named = [each for each in ast.walk(write.statement) if isinstance(each, ast.Constant) and each.value == write.name]
    if len(named) != 1:
        return None
    repair = Repair(context)
    old = repair.code(named[0])
    repair.replace(named[0], old.replace(write.name, name))
    return repair.unsafe(f"Set `{name}`")


def config_name_fix(file: ConfigFile, variable: Variable, name: str) -> Fix | None:
    """The fix that sets another variable instead in a file around the code."""
    place, source = variable.location, SourceFile(file.path, file.text)
    written = file.text[source.offset(place.line, place.column) : source.offset(place.end_line, place.end_column)]
    if written != variable.name:
        return None
    return Fix(Applicability.UNSAFE, f"Set `{name}`", (Edit(place, name),))


def _is_yaml(file: ConfigFile) -> bool:
    return file.path.endswith((".yml", ".yaml")) or file.path.rpartition("/")[2] == "MLproject"


def set_at_start(context: Context, entry: EntryPoint, event: Event, name: str, value: str) -> Fix | None:
    """The fix that sets a variable where a program starts, unless its environment does.

    That is the Dockerfile or MLproject, where one such file is what starts it; else the top of the program.
    """
    step = EntryRepair(context, entry, event, early=True)
    environ = step.name("os.environ")
    step.insert(f'{environ}.setdefault("{name}", "{value}")')
    fix = step.repair.unsafe(f"Set `{name}` where the program starts")
    outside = outside_setting(context, entry, name, value)
    return fix if outside is None else replace(outside, instead=fix)


def add_flag(context: Context, program: Program, entry: EntryPoint, event: Event, name: str, flag: str) -> Fix | None:
    """The fix that adds a flag to a variable that holds several: to those that are set, else where a program starts."""
    writes = [write for write in environment_writes(context.index) if write.name == name and write.in_process]
    if writes:
        own = writes[0].value_node if len(writes) == 1 else None
        if not isinstance(own, ast.Constant) or not isinstance(own.value, str):
            return None
        repair = Repair(context)
        old = repair.code(own)
        if old[:1] not in _QUOTES or old.startswith(('"""', "'''")):
            return None
        repair.replace(own, f"{old[:-1]} {flag}{old[-1]}")
        return repair.unsafe(f"Add `{flag}` to `{name}`")
    if next(environment(program.run, name), None) is not None:
        return None  # another file sets them
    files = program.files
    known = [item for item in files.variables(name) if item.holds_for(program.path)] if files is not None else []
    if known:
        return _joined_value(known[0].file, known[0].variable, flag) if len(known) == 1 else None
    return set_at_start(context, entry, event, name, flag)


def _joined_value(file: ConfigFile, variable: Variable, flag: str) -> Fix | None:
    """The fix that adds words to the value of a variable in a file, in quotes where these are needed."""
    where = _value_in_line(file, variable)
    if where is None:
        return None
    place, start, end = where
    wanted = f"{variable.value} {flag}"
    last = file.text[end - 1]
    inner = f"{file.text[start : end - 1]} {flag}{last}"
    contents = (inner,) if last in _QUOTES else (f"{file.text[start:end]} {flag}", f'"{file.text[start:end]} {flag}"')
    for content in contents:
        found = file.format.read(file.text[:start] + content + file.text[end:])
        if [(each.name, each.value) for each in found.variables] == [
            (each.name, wanted if each.location == variable.location else each.value) for each in file.facts.variables
        ]:
            others = ((file.shown, Checked(file.file, "config", SourceFile(file.path, file.text).digest)),)
            edit = Edit(place, content, f"{flag} in line {place.line}", file.shown)
            return Fix(Applicability.UNSAFE, f"Add `{flag}` in `{file.shown}`", (edit,), others)
    return None


def outside_setting(context: Context, entry: EntryPoint, name: str, value: str) -> Fix | None:
    """The fix that sets a variable in the one Dockerfile or MLproject that starts a program; None if that is not so."""
    program = os.path.abspath(entry.module.path)
    starts = [start for start in _starts(context) if start.program == program]
    files = {start.file.file: start.file.format.name for start in starts}
    if len(files) != 1 or not {"dockerfile", "mlproject"}.issuperset(files.values()):
        return None
    return _set_by(starts, name, value)


def joined(fix: Fix, outside: Fix, *, instead: Fix | None) -> Fix:
    """One fix of two, of which the second edits other files; `instead` is for where these must not be edited."""
    return replace(
        fix,
        message=f"{fix.message}; {outside.message[0].lower()}{outside.message[1:]}",
        edits=(*fix.edits, *outside.edits),
        others=outside.others,
        instead=instead,
    )


def set_where_started(context: Context, name: str, value: str) -> Fix | None:
    """The fix that sets a variable in all files that start the program; for a module, in those that start programs.

    An MLproject, a Makefile or a workflow starts other things, too: it counts only where it names the file.
    """
    starts = _starts(context)
    program = os.path.abspath(context.path)
    own = [start for start in starts if start.program == program]
    return _set_by(own or [start for start in starts if start.file.format.name in _FOR_ALL], name, value)


def _starts(context: Context) -> list[Start]:
    files = context.surroundings
    return [start for start in files.starts if not _is_aside(start.file)] if files is not None else []


def _is_aside(file: ConfigFile) -> bool:
    """Whether a file is one for development or tests; GitLab has one file for all."""
    return file.format.name != "gitlab" and is_aside(file.path)


def _set_by(starts: Iterable[Start], name: str, value: str) -> Fix | None:
    edits: list[Edit] = []
    others: dict[str, Checked] = {}
    for start in starts:
        path = start.file.shown
        if path in others and start.file.format.name != "mlproject":
            continue  # what is set above the first command holds for those below
        found = insertion(start.file, start.command, name, value)
        if found is not None:
            edits.append(Edit(found.place, found.text, f"{name} in line {found.place.line}", path))
            others[path] = Checked(start.file.file, "config", SourceFile(path, start.file.text).digest)
    if not edits:
        return None
    where = ", ".join(f"`{path}`" for path in others)
    return Fix(Applicability.UNSAFE, f"Set `{name}` in {where}", tuple(dict.fromkeys(edits)), tuple(others.items()))
