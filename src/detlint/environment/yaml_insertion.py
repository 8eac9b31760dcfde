"""Where a YAML file that starts a program can set a variable for it: compose, workflows, Kubernetes.

Given a text, the offset of a command in it, and the form of the file; gives an offset and what to insert there: an
entry beside the variables that are set for the command, or a new block for it. None where these are no plain blocks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detlint.environment.yaml_nodes import documents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.environment.yaml_nodes import Node

_FLOW = ("{", "[")


@dataclass(frozen=True, slots=True)
class Form:
    """How a kind of file has it. commands: the keys of commands. variables: the key of variables.

    pairs: whether these are items of `name` and `value`.
    """

    commands: tuple[str, ...]
    variables: str
    pairs: bool = False


FORMS = {
    "compose": Form(("command", "entrypoint"), "environment"),
    "github": Form(("run",), "env"),
    "gitlab": Form(("before_script", "script", "after_script"), "variables"),
    "kubernetes": Form(("command", "args"), "env", pairs=True),
}


def in_yaml(text: str, start: int, form: Form, name: str, value: str) -> tuple[int, str] | None:
    """The offset and the text that set a variable for the command that begins at an offset."""
    return next((_Text(text, form).insertion(top, start, name, value) for top in documents(text)[0]), None)


class _Text:
    def __init__(self, text: str, form: Form) -> None:
        self._text = text
        self._form = form

    def insertion(self, top: Node, start: int, name: str, value: str) -> tuple[int, str] | None:
        """Beside what is set nearest to the command, else in a new block of what runs it."""
        around = list(self._around(top, start))
        runs = next((each for each in reversed(around) if self._command(each, start)), None)
        if runs is None:
            return None
        for each in reversed(around):
            known = each.get(self._form.variables)
            if known is not None:
                return self._beside(known, name, value)
        return self._block(top, runs, start, name, value)

    def _around(self, node: Node, start: int) -> Iterator[Node]:
        """The mappings that hold an offset, from the outermost."""
        if node.kind == "mapping":
            yield node
        for inner in (*node.items(), *(value for _, value in node.entries())):
            if inner.start <= start < inner.end:
                yield from self._around(inner, start)
                return

    def _command(self, node: Node, start: int) -> Node | None:
        """The key of the command of a mapping that begins at an offset."""
        for key, value in node.entries():
            if key.scalar in self._form.commands and value.start <= start < value.end:
                return key
        return None

    def _beside(self, known: Node, name: str, value: str) -> tuple[int, str] | None:
        """Below the last of the variables that are set, in their form."""
        entries = [*known.items(), *(key for key, _ in known.entries())]
        if not entries or self._text[known.start] in _FLOW:
            return None
        last = entries[-1]
        line = self._text.rfind("\n", 0, last.start) + 1
        if known.kind == "mapping":
            return self._line_end(known.end), f'\n{" " * (last.start - line)}{name}: "{value}"'
        dash = re.compile(r"[ \t]*-[ \t]+").match(self._text, line)
        if dash is None or dash.end() != last.start:
            return None
        lead = dash.group()
        if self._form.pairs:
            return self._line_end(known.end), f'\n{lead}name: {name}\n{" " * len(lead)}value: "{value}"'
        quote = self._text[last.start] if self._text[last.start] in "'\"" else ""
        return self._line_end(known.end), f"\n{lead}{quote}{name}={value}{quote}"

    def _block(self, top: Node, runs: Node, start: int, name: str, value: str) -> tuple[int, str] | None:
        """Above the command, or below it where it comes first in an item of a list."""
        key = self._command(runs, start)
        if key is None or self._text[runs.start] in _FLOW:
            return None
        line = self._text.rfind("\n", 0, key.start) + 1
        lead, step = " " * (key.start - line), " " * self._step(top)
        head = f"{self._form.variables}:\n{lead}"
        if self._form.pairs:
            block = f'{head}{step}- name: {name}\n{lead}{step}  value: "{value}"'
        else:
            block = f'{head}{step}{name}: "{value}"'
        if not self._text[line : key.start].strip():
            return key.start, f"{block}\n{lead}"
        found = runs.get(key.scalar or "")
        assert found is not None
        return self._line_end(found.end), f"\n{lead}{block}"

    def _step(self, top: Node) -> int:
        """How far the file indents what is inside of something."""
        for _, value in top.entries():
            for key, _ in value.entries()[:1]:
                column = key.start - self._text.rfind("\n", 0, key.start) - 1
                return column or 2
        return 2

    def _line_end(self, offset: int) -> int:
        found = re.compile(r"\r?\n|\Z").search(self._text, offset)
        return found.start() if found else len(self._text)
