"""Reads Makefiles: what they export, and the commands of their recipes."""

from __future__ import annotations

import re

from detlint.environment import shell
from detlint.environment.facts import Facts, Text, Variable

_ASSIGNMENT = re.compile(
    r"\s*(?:(?P<target>[^\s:=#][^:=#]*):\s*)?(?P<export>export\s+)?(?P<name>[A-Za-z_]\w*)\s*(?:\?|::?:?|\+|!)?=\s*(?P<value>.*?)\s*(?:(?<=\s)#.*)?$"
)
_EXPORT = re.compile(r"export(?:\s+(?P<names>[\w\s]+))?\s*(?:#.*)?$")


def read(text: str) -> Facts:
    """What a Makefile says."""
    facts = Facts()
    place = Text(text)
    assigned: dict[str, Variable] = {}
    everything = False
    exported: list[str] = []
    for offset, line in place.lines():
        if line.startswith("\t"):
            _recipe(place, offset, line, facts)
            continue
        export = _EXPORT.match(line)
        match = None if export else _ASSIGNMENT.match(line)
        if export:
            everything = everything or not export["names"]
            exported += (export["names"] or "").split()
        elif match:
            value = match["value"]
            variable = Variable(
                match["name"],
                None if "$" in value else value,
                place.span(offset + match.start("name"), offset + match.end("name")),
                place.span(offset + match.start("value"), offset + match.end("value")),
            )
            if match["export"]:
                facts.variables.append(variable)
            else:
                assigned[match["name"]] = variable
    facts.variables += (item for name, item in assigned.items() if everything or name in exported)
    return facts


def _recipe(place: Text, offset: int, line: str, facts: Facts) -> None:
    bare = line.lstrip("\t @-+")
    start = offset + len(line) - len(bare)
    facts.add(shell.part(place.text, start, offset + len(line), place, persists=False))
