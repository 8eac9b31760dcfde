"""Where a file that starts a program can set a variable for it: the place, and the line or words to put there.

Given a file around the code and one of its commands; gives an insertion, or None where the form of the file is not
plain. What it gives is tried out: the reader of the file must find the variable afterwards, and all else as before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detlint.environment.dockerfile import instructions
from detlint.environment.facts import Text
from detlint.environment.yaml_insertion import FORMS, in_yaml

if TYPE_CHECKING:
    from collections.abc import Callable

    from detlint.diagnostics import Location
    from detlint.environment.facts import Command, Facts
    from detlint.environment.project import ConfigFile

_COMMENT = re.compile(r"[ \t]*#")
_PLAIN_VALUE = re.compile(r"[\w:.,=/+-]*")
_OTHER_SHELLS = (".csh", ".envrc")
_HEAD = re.compile(r"(?:#[^\n]*\n|set [^\n]*\n|[ \t]*\n(?=#|set ))*")
"""The lines that a script begins with: comments, which the system and batch systems read, and options of the shell."""
_RULE = re.compile(r"^(?!\t)[^\s#=:][^#=:\n]*::?(?!=)", re.MULTILINE)
_STARTS_BLOCK = re.compile(r"(?:if|elif|else|then|for|while|until|do|case|function|&&|\|\||[{(|])(?:\s|$)")


@dataclass(frozen=True, slots=True)
class Insertion:
    """Text to insert at a place."""

    place: Location
    text: str


def insertion(file: ConfigFile, command: Command, name: str, value: str) -> Insertion | None:
    """What makes a command of a file run with a variable."""
    find, form = _FORMATS.get(file.format.name), FORMS.get(file.format.name)
    if not _PLAIN_VALUE.fullmatch(value) or "\ufffd" in file.text:
        return None
    place = Text(file.text)
    start = _offset(place, command.location)
    if find is not None:
        found = find(file, start, f"{name}={value}")
    else:
        found = in_yaml(file.text, start, form, name, value) if form is not None else None
    if found is None:
        return None
    offset, text = found
    changed = file.format.read(file.text[:offset] + text + file.text[offset:])
    if not _is_set(changed, name, value) or not _is_alike(file.facts, changed):
        return None
    return Insertion(place.span(offset, offset), text)


def _offset(place: Text, location: Location) -> int:
    return place.lines()[location.line - 1][0] + location.column - 1


def _is_set(facts: Facts, name: str, value: str) -> bool:
    return any(item.name == name and item.value == value and item.scope != "stage" for item in facts.variables)


def _is_alike(before: Facts, after: Facts) -> bool:
    """Whether a file says what it said, but for a variable."""
    if len(after.commands) != len(before.commands) or len(after.variables) <= len(before.variables):
        return False
    return all(old.text in new.text for old, new in zip(before.commands, after.commands, strict=True))


# ----------------------------------------------------------------------------------------------------------- formats
def _in_dockerfile(file: ConfigFile, start: int, setting: str) -> tuple[int, str] | None:
    """An `ENV` behind the last one of the stage, else above the command and the comment about it."""
    found = list(instructions(Text(file.text)))
    place = next((n for n, each in enumerate(found) if each.start <= start <= each.start + len(each.text)), None)
    if place is None:
        return None
    first = max((n for n, each in enumerate(found[:place]) if each.word == "FROM"), default=0)
    known = next((each for each in reversed(found[first:place]) if each.word == "ENV"), None)
    if known is not None:
        end = known.start + len(known.text.rstrip())
        return end, f"\nENV {setting}"
    return _above(file.text, found[place].start), f"ENV {setting}\n"


def _in_script(file: ConfigFile, start: int, setting: str) -> tuple[int, str] | None:
    """An `export` above the line of the command; where that is part of a block, at the head of the script."""
    if file.path.endswith(_OTHER_SHELLS):
        return None
    begin = file.text.rfind("\n", 0, start) + 1
    line = file.text[begin:].partition("\n")[0]
    if line[:1].isspace() or _STARTS_BLOCK.match(line) or file.text[:begin].rstrip("\r\n").endswith(("\\", "&&", "|")):
        head = _HEAD.match(file.text)
        return None if head is None or head.end() > begin else (head.end(), f"export {setting}\n")
    return _above(file.text, start), f"export {setting}\n"


def _in_makefile(file: ConfigFile, start: int, setting: str) -> tuple[int, str] | None:
    """An `export` above the first rule and the comment about it."""
    rule = _RULE.search(file.text, 0, start)
    if rule is None:
        return None
    begin = _above(file.text, rule.start()) if rule.start() else 0
    return begin, f"export {setting.replace('=', ' = ', 1)}\n\n"


def _in_mlproject(file: ConfigFile, start: int, setting: str) -> tuple[int, str] | None:
    """Words before the command; behind the quote or in the line below `>`."""
    text = file.text
    if text[start] in "'\"":
        start += 1
    elif text[start] in "|>":
        start = text.find("\n", start)
    code = re.compile(r"\s*(?=[\w./-])").match(text, start) if start >= 0 else None
    return None if code is None else (code.end(), f"{setting} ")


def _above(text: str, offset: int) -> int:
    """The start of the line of an offset, or of the comments directly above it; never that of the file."""
    begin = text.rfind("\n", 0, offset) + 1
    while begin:
        above = text.rfind("\n", 0, begin - 1) + 1
        if above == 0 or not _COMMENT.match(text[above:begin]) or text.startswith("#SBATCH", above):
            break
        begin = above
    return begin


_FORMATS: dict[str, Callable[[ConfigFile, int, str], tuple[int, str] | None]] = {
    "dockerfile": _in_dockerfile,
    "shell": _in_script,
    "makefile": _in_makefile,
    "mlproject": _in_mlproject,
}
