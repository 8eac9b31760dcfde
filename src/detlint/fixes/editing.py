r"""Edits in the bytes of a file: what they do not replace stays as it is, to the byte.

Given the bytes of a file, its kind and edits that do not overlap; gives the new bytes. New lines get the line ends of
those around them; encoding and byte order mark are kept. Raises `CannotEditError` with the reason in the user's words.
"""

from __future__ import annotations

import codecs
import re
import warnings
from typing import TYPE_CHECKING

from detlint.fixes.choosing import span
from detlint.sources.source import NOTEBOOK, Problem, SourceFile, decode, decode_config, parse

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable

    from detlint.diagnostics import Edit

_NEWLINE = re.compile(r"\r\n|\n|\r")


class CannotEditError(Exception):
    """Why edits cannot be made in a file."""


def read(data: bytes, path: str, kind: str) -> SourceFile | Problem:
    """The source that a file of some kind is."""
    return decode_config(data, path) if kind == "config" else decode(data, path)


def edited(data: bytes, path: str, kind: str, edits: Iterable[Edit]) -> bytes:
    """The bytes of a file after edits."""
    if kind != "config" and path.endswith(NOTEBOOK):
        from detlint.fixes.notebooks import edited_notebook

        return edited_notebook(data, edits)
    source = read(data, path, kind)
    if isinstance(source, Problem):
        raise CannotEditError(source.message)
    text = written(source)
    bom = codecs.BOM_UTF8 if source.bom else b""
    try:
        if bom + text.encode(source.encoding) != data:
            raise CannotEditError(f"its bytes are not those that {source.encoding} gives for its text")
        return bom + edited_text(text, edits).encode(source.encoding)
    except UnicodeEncodeError as error:
        raise CannotEditError(f"it cannot be written in {source.encoding}: {error.reason}") from None


def written(source: SourceFile) -> str:
    """The text of a source in which the places that users know count: of a Databricks notebook, with its magics."""
    text: str | None = getattr(source, "written", None)
    return source.text if text is None else text


def edited_text(text: str, edits: Iterable[Edit]) -> str:
    """A text after edits whose places are lines and columns in it. Edits at one place stand in the order given."""
    source = SourceFile("", text)
    parts: list[str] = []
    end = 0
    for edit in sorted(edits, key=span):
        place = edit.location
        start, stop = source.offset(place.line, place.column), source.offset(place.end_line, place.end_column)
        if start < end:
            raise CannotEditError("two edits overlap")
        parts += [text[end:start], edit.content.replace("\n", _newline(source, start))]
        end = stop
    parts.append(text[end:])
    return "".join(parts)


def _newline(source: SourceFile, offset: int) -> str:
    """The line end at the end of the line that holds an offset; of the line before if it has none."""
    after = _NEWLINE.search(source.text, offset)
    if after is not None:
        return after.group()
    before = _NEWLINE.findall(source.text, 0, offset)
    return before[-1] if before else "\n"


def broken(before: bytes, after: bytes, path: str, kind: str) -> str:
    """What is wrong with a file after edits that was not before; empty if nothing is."""
    if kind == "config" and not path.endswith(".py"):
        return ""
    old, new = read(before, path, kind), read(after, path, kind)
    if isinstance(new, Problem):
        return new.message
    if isinstance(old, Problem):
        return ""
    if len(new.problems) > len(old.problems) or [cell.number for cell in new.cells] != [c.number for c in old.cells]:
        return "a cell of the notebook was broken"
    tree = parse(new)
    if isinstance(tree, Problem):
        return tree.message
    error = _compile_error(tree, path)
    if error:
        known = parse(old)
        return "" if isinstance(known, Problem) or _compile_error(known, path) else error
    return ""


def _compile_error(tree: ast.Module, path: str) -> str:
    """What CPython's compiler says against a tree. Nothing is run."""
    from ast import PyCF_ALLOW_TOP_LEVEL_AWAIT

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(tree, path, "exec", flags=PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        return f"Cannot be compiled: {getattr(error, 'msg', None) or error}."
    except (RecursionError, MemoryError):
        return ""
    return ""
