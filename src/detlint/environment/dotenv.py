"""Reads `.env` files."""

from __future__ import annotations

import re

from detlint.environment.facts import Facts, Text, Variable

_LINE = re.compile(
    r"""\s*(?:export\s+)?(?P<name>[A-Za-z_]\w*)\s*[=:]\s*(?P<value>"(?:\\.|[^"\\])*"|'[^']*'|[^\s#][^#]*?)?\s*(?:\#.*)?$"""
)


def read(text: str) -> Facts:
    """What a `.env` file sets."""
    facts = Facts()
    place = Text(text)
    for offset, line in place.lines():
        match = _LINE.match(line)
        if match is None:
            continue
        raw = match["value"] or ""
        start = offset + (match.start("value") if match["value"] else match.end("name"))
        value = raw[1:-1] if raw[:1] in ("'", '"') and raw[-1:] == raw[:1] and len(raw) > 1 else raw
        facts.variables.append(
            Variable(
                match["name"],
                None if "$" in value else value,
                place.span(offset + match.start("name"), offset + match.end("name")),
                place.span(start, start + len(raw)),
            )
        )
    return facts
