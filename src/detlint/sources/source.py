"""From bytes to text, and from text to CPython's tree.

Given a path or bytes, gives a `SourceFile`, or a `Problem` that says in the user's words why there is none (and where,
and what to do about it): any bytes are input, and nothing here raises for what a file holds. Must not know of rules,
settings or output.
"""

from __future__ import annotations

import ast
import codecs
import hashlib
import os
import re
import sys
import warnings
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, BinaryIO

from detlint.diagnostics import Location
from detlint.sources.contents import read_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detlint.sources.notebook import Cell

DEFAULT_MAX_FILE_SIZE = 10_000_000
"""Bytes. Code that people write is far below, and what is above takes seconds and hundreds of megabytes to parse."""

NOTEBOOK = ".ipynb"
"""How the names of notebooks end."""

DATABRICKS = "# Databricks notebook source"
CELL_SEPARATOR = "\n# COMMAND ----------"
"""What a Python file begins with, and what stands between its cells, where Databricks has exported a notebook."""

_NEWLINE = re.compile(r"\r\n|\n|\r")
_COOKIE = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_NO_CODE = re.compile(rb"[ \t\f]*(?:#|$)")
_FIRST_LINES = re.compile(rb"([^\r\n]*)(?:\r\n|\n|\r)?([^\r\n]*)")
_OTHER_BOMS = {codecs.BOM_UTF32_LE: "UTF-32", codecs.BOM_UTF32_BE: "UTF-32"} | {
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
# Decoders whose time grows with the square of the text, and which no editor writes.
_UNFIT_CODECS = frozenset({"idna", "punycode"})


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a file cannot be read or parsed: what is wrong, what to do, and where. It becomes a DET001."""

    message: str
    repair: str
    location: Location


@dataclass(frozen=True, slots=True)
class Skipped:
    """Why a file is left out although nothing is wrong with it: a note for the user."""

    reason: str


class SourceFile:
    """The text of a file and what a fix must know to write it back.

    path: as reports show it. text: decoded, without BOM, with its newlines as they are. encoding: the codec's name.
    bom: whether a UTF-8 BOM stood in front. cells and problems: of a notebook, whose text joins its code cells.
    """

    cells: Sequence[Cell] = ()
    problems: Sequence[Problem] = ()

    def __init__(self, path: str, text: str, encoding: str = "utf-8", *, bom: bool = False) -> None:
        self.path = path
        self.text = text
        self.encoding = encoding
        self.bom = bom

    def __repr__(self) -> str:
        return f"SourceFile({self.path!r}, {len(self.text)} characters, {self.encoding})"

    @cached_property
    def lines(self) -> list[str]:
        r"""The lines without their ends; they end at `\n`, `\r\n` and `\r` only, as in Python's own tokenizer."""
        return self.text.split("\n") if "\r" not in self.text else _NEWLINE.split(self.text)

    @cached_property
    def line_starts(self) -> list[int]:
        """The offset in `text` at which each line begins."""
        return [0, *(match.end() for match in _NEWLINE.finditer(self.text))]

    @cached_property
    def _ascii(self) -> bool:
        return self.text.isascii()

    def line(self, number: int) -> str:
        """Line `number`, counted from 1; empty beyond the end."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def column(self, line: int, utf8_offset: int) -> int:
        """The column in characters, from 1, of a byte offset into a line as `ast` counts (UTF-8, from 0)."""
        if self._ascii:
            return utf8_offset + 1
        text = self.line(line)
        if text.isascii():
            return utf8_offset + 1
        return len(text.encode("utf-8", "surrogatepass")[:utf8_offset].decode("utf-8", "replace")) + 1

    def location(self, node: ast.expr | ast.stmt | ast.keyword | ast.arg | ast.alias | ast.excepthandler) -> Location:
        """Where a node of the tree stands."""
        end_line = node.lineno if node.end_lineno is None else node.end_lineno
        end = node.col_offset if node.end_col_offset is None else node.end_col_offset
        return Location(node.lineno, self.column(node.lineno, node.col_offset), end_line, self.column(end_line, end))

    def offset(self, line: int, column: int) -> int:
        """The offset in `text` of a line and a column in characters, both from 1, held within the text."""
        starts = self.line_starts
        if line > len(starts):
            return len(self.text)
        line = max(line, 1)
        return min(starts[line - 1] + max(column, 1) - 1, starts[line - 1] + len(self.lines[line - 1]))

    def text_at(self, location: Location) -> str:
        """The text of a location in `text`."""
        end = self.offset(location.end_line, location.end_column)
        return self.text[self.offset(location.line, location.column) : end]

    def between(self, start: int, end: int) -> Location:
        """The location between two offsets in `text`."""
        line, end_line = bisect_right(self.line_starts, start), bisect_right(self.line_starts, end)
        column, end_column = start - self.line_starts[line - 1] + 1, end - self.line_starts[end_line - 1] + 1
        return Location(line, column, end_line, end_column)

    def origin(self, location: Location) -> Location:
        """A place in `text` as the user knows it: of a notebook, by cell."""
        return location

    def exact_origin(self, location: Location) -> Location | None:
        """As `origin`, of a place where text can be replaced; None if what the user wrote there is other text."""
        return location

    @property
    def digest(self) -> str:
        """What tells this text from others."""
        return hashlib.sha1(self.text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()

    def shown(self, location: Location) -> str | None:
        """The text that the lines of an origin count in."""
        return self.text


def read_source(
    file: str | os.PathLike[str], path: str | None = None, *, max_size: int = DEFAULT_MAX_FILE_SIZE
) -> SourceFile | Problem | Skipped:
    """Read a file; `path` is its name in reports. Too large a file is skipped, one that cannot be read is a problem."""
    name = os.fspath(file) if path is None else path
    try:
        data = read_bytes(file, max_size)
    except (OSError, ValueError) as error:
        return unreadable(error)
    return too_large(max_size) if data is None else decode(data, name)


def read_config(
    file: str | os.PathLike[str], path: str | None = None, *, max_size: int = DEFAULT_MAX_FILE_SIZE
) -> SourceFile | Problem | Skipped:
    """Read a file that is no code, as UTF-8; a byte that is none does not hide the rest."""
    try:
        data = read_bytes(file, max_size)
    except (OSError, ValueError) as error:
        return unreadable(error)
    return too_large(max_size) if data is None else decode_config(data, os.fspath(file) if path is None else path)


def decode_config(data: bytes, path: str) -> SourceFile:
    """The text of a file that is no code."""
    return SourceFile(path, data.decode("utf-8-sig", "replace"), bom=data.startswith(codecs.BOM_UTF8))


def read_stream(stream: BinaryIO, max_size: int = DEFAULT_MAX_FILE_SIZE) -> bytes | None:
    """All bytes of standard input (or of any binary stream); None if there are more: an endless one must end too."""
    data = stream.read(max_size + 1)
    return data if len(data) <= max_size else None


def unreadable(error: OSError | ValueError) -> Problem:
    """The problem of a file or directory that the system does not let us read."""
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
    return Problem(
        f"Cannot be read: {reason}.", "Check that it exists and that you may read it, or exclude it.", _start()
    )


def too_deep(what: str) -> Problem:
    """The problem of a file that is nested deeper than whoever looks at it can follow."""
    repair = "Split the expression or the chain of branches, or exclude the file."
    return Problem(f"Nested too deeply {what}.", repair, _start())


def decode(data: bytes, path: str) -> SourceFile | Problem:
    """Bytes to text as Python itself does it: BOM first, then the coding comment of PEP 263, else UTF-8.

    Of a notebook, the text is that of its code cells.
    """
    if path.endswith(NOTEBOOK):
        from detlint.sources.notebook import read_notebook

        return read_notebook(data, path)
    bom = data.startswith(codecs.BOM_UTF8)
    if bom:
        data = data[len(codecs.BOM_UTF8) :]
    elif name := next((name for mark, name in _OTHER_BOMS.items() if data.startswith(mark)), None):
        return Problem(f"Encoded in {name}, which Python does not read as source code.", "Save it as UTF-8.", _start())
    cookie = _coding_comment(data)
    encoding = _codec(cookie)
    if encoding is None:
        return Problem(f"Unknown encoding `{cookie}`.", "Correct the coding comment, or save it as UTF-8.", _start())
    if bom and encoding != "utf-8":
        return Problem(
            f"Begins with a UTF-8 byte order mark, but its coding comment says `{cookie}`.",
            "Remove the byte order mark or the comment.",
            _start(),
        )
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        return _undecodable(data, error, encoding, declared=cookie is not None)
    except (ValueError, LookupError):
        return Problem(f"Cannot be decoded as {encoding}.", "Save it as UTF-8.", _start())
    source = SourceFile(path, text, encoding, bom=bom)
    nul = text.find("\0")
    if nul >= 0:
        return Problem("Contains a NUL byte, so it is no Python source code.", "Remove it.", _at_offset(source, nul))
    if CELL_SEPARATOR in text or text.startswith(DATABRICKS):
        from detlint.sources.notebook import read_databricks

        return read_databricks(source)
    return source


def parse(source: SourceFile) -> ast.Module | Problem:
    """The tree of a source, or why Python cannot parse it. Warnings about the code are left to Python."""
    try:
        # As errors (-W error) these warnings would turn into syntax errors.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source.text)
    except SyntaxError as error:
        return _syntax_problem(source, error)
    except (RecursionError, MemoryError):
        return too_deep("for Python's parser")
    except ValueError as error:
        return Problem(f"Cannot be parsed: {error}.", "Correct or exclude the file.", _start())


def too_large(limit: int) -> Skipped:
    """What is said of a file that is not read since it is too large."""
    return Skipped(f"larger than {limit} bytes; raise --max-file-size to check it")


def _coding_comment(data: bytes) -> str | None:
    """The encoding that a comment in the first or second line names; the first must then hold no code."""
    lines = _FIRST_LINES.match(data)
    for line in lines.groups() if lines else ():
        match = _COOKIE.match(line)
        if match:
            return match[1].decode("ascii", "replace")
        if not _NO_CODE.match(line):
            return None
    return None


def _codec(name: str | None) -> str | None:
    """The normal name of a codec for text, None if Python has none of that name."""
    if name is None:
        return "utf-8"
    # As CPython's tokenizer has it: editors append the kind of newline (`utf-8-unix`).
    plain = name[:12].lower().replace("_", "-")
    if f"{plain}-".startswith("utf-8-"):
        return "utf-8"
    if f"{plain}-".startswith(("latin-1-", "iso-8859-1-", "iso-latin-1-")):
        return "iso8859-1"
    try:
        codec = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    return None if codec.name in _UNFIT_CODECS else codec.name


def _undecodable(data: bytes, error: UnicodeDecodeError, encoding: str, *, declared: bool) -> Problem:
    """Name the byte and its place; what stands before it on its line is decoded well enough to count characters."""
    before = data[: error.start].decode(encoding, "replace")
    lines = _NEWLINE.split(before)
    place = _point(len(lines), len(lines[-1]) + 1)
    message = f"Byte 0x{data[error.start]:02x} cannot be decoded as {encoding.upper()}."
    if declared:
        return Problem(message, "Correct the coding comment, or save the file as UTF-8.", place)
    return Problem(message, "Save the file as UTF-8, or name its encoding: `# -*- coding: latin-1 -*-`.", place)


def _start() -> Location:
    return _point(1, 1)


def _point(line: int, column: int) -> Location:
    return Location(line, column, line, column)


def _at_offset(source: SourceFile, offset: int) -> Location:
    lines = _NEWLINE.split(source.text[:offset])
    return _point(len(lines), len(lines[-1]) + 1)


def _syntax_problem(source: SourceFile, error: SyntaxError) -> Problem:
    """Tell apart Python 2, syntax newer than the running Python, and code that is wrong or half-typed."""
    place = _syntax_location(source, error)
    reason = error.msg.strip().rstrip(".") or "invalid syntax"
    old = _python2(source.line(place.line), reason)
    if old:
        return Problem(
            f"Python 2 code ({old}) cannot be parsed as Python 3.", "Convert it to Python 3, or exclude it.", place
        )
    if not reason.startswith(_WRONG_LITERAL) and _is_newer_syntax(source.text):
        running = "{}.{}".format(*sys.version_info[:2])
        return Problem(
            f"Uses syntax that Python {running}, which runs detlint, does not know yet ({reason}).",
            f"This file needs detlint under {_needed_version(source.line(place.line), reason)}.",
            place,
        )
    return Problem(f"Cannot be parsed: {reason}.", "Correct the syntax, or exclude the file.", place)


def _syntax_location(source: SourceFile, error: SyntaxError) -> Location:
    """CPython's place held within the text: it may be missing, 0, or beyond the end of the line or file."""
    line = min(max(error.lineno or 1, 1), len(source.lines))
    width = len(source.lines[line - 1])
    column = min(max(error.offset or 1, 1), width + 1)
    end_line = min(max(error.end_lineno or line, line), len(source.lines))
    end_column = min(max(error.end_offset or column, 1), len(source.lines[end_line - 1]) + 1)
    if (end_line, end_column) < (line, column):
        end_line, end_column = line, column
    return Location(line, column, end_line, end_column)


_PYTHON_2 = (
    (re.compile(r"(?:^|[:;])\s*print\b\s*(?:>>|[^\s(=.,:\[)])"), "`print` statement"),
    (re.compile(r"(?:^|[:;])\s*print\s*\(.*\)\s*(?:%|,)"), "`print` statement"),
    (re.compile(r"(?:^|[:;])\s*exec\s+[^\s(=.,:\[)]"), "`exec` statement"),
    # A lower-case name is bound; a capitalised one would be a second exception, which Python 3.14 takes.
    (re.compile(r"\bexcept\s+[\w.]+\s*,\s*[a-z_]\w*\s*:"), "`except E, name`"),
    (re.compile(r"\bexcept\s*\(.*\)\s*,\s*[a-z_]\w*\s*:"), "`except E, name`"),
    (re.compile(r"\braise\s+[\w.]+\s*,\s*\S"), "`raise E, value`"),
    (re.compile(r"<>"), "`<>`"),
    (re.compile(r"`[^`]+`"), "backticks"),
    (re.compile(r"\b[uU][rR]['\"]"), "`ur` string"),
    (re.compile(r"\b(?:0[xX][0-9a-fA-F]+|\d+)[lL]\b"), "long integer"),
    (re.compile(r"(?<![\w.])0[0-7]+\b(?!\.)"), "octal number"),
    (re.compile(r"\b(?:lambda\s+|def\s+\w+\s*\(\s*)(?:\w+\s*,\s*)*\(\s*\w+\s*,"), "tuple parameter"),
)


def _python2(line: str, reason: str) -> str:
    """Which construct of Python 2 the line that cannot be parsed holds, if any."""
    line = _STRINGS.sub("''", line)
    if "Missing parentheses in call to 'exec'" in reason:
        return "`exec` statement"
    if "Missing parentheses in call to 'print'" in reason:
        return "`print` statement"
    return next((name for pattern, name in _PYTHON_2 if pattern.search(line)), "")


# What LibCST does not look into, so that its opinion says nothing.
_WRONG_LITERAL = ("(unicode error)", "(value error)", "bytes can only contain")

_NEWER = (
    (re.compile(r"^\s*lazy\s+(?:import|from)\b"), "Python 3.15"),
    (re.compile(r"\b(?:t|tr|rt)['\"]", re.IGNORECASE), "Python 3.14"),
    (re.compile(r"^\s*except\*?\s+[\w.]+\s*,"), "Python 3.14"),
    (re.compile(r"^\s*(?:(?:async\s+)?def|class)\s+\w+\s*\[[^\]]*=|^\s*type\s+\w+\s*\[[^\]]*=.*\]\s*="), "Python 3.13"),
    (re.compile(r"^\s*(?:(?:async\s+)?def|class)\s+\w+\s*\[|^\s*type\s+\w+"), "Python 3.12"),
    (re.compile(r"\b[rR]?[fF][rR]?['\"]"), "Python 3.12"),
    (re.compile(r"^\s*except\s*\*|\*\w+\s*\]|:\s*\*"), "Python 3.11"),
)


def _needed_version(line: str, reason: str) -> str:
    """The first Python that knows what stands on the line, as far as it can be told."""
    if "f-string" in reason:
        return "Python 3.12 or newer"
    if reason.endswith("comprehension"):
        return "Python 3.15 or newer"
    found = next((version for pattern, version in _NEWER if pattern.search(line)), None)
    return f"{found} or newer" if found else "a newer Python"


_MODEST_SIZE = 300_000
_MODEST_DEPTH = 100
_MODEST_RAW_DEPTH = 800
_MODEST_OPERATORS = 2_000
_MODEST_BRANCHES = 500
_STRINGS = re.compile(r"""'''[\s\S]*?'''|\"\"\"[\s\S]*?\"\"\"|'(?:\\.|[^'\\\r\n])*'|"(?:\\.|[^"\\\r\n])*"|\#[^\r\n]*""")
_STRUCTURE = re.compile(
    r"[\r\n]+|[(\[{]|[)\]}]|['\"]+|[-+~*/%&|^@.,<>=]|\b(?:and|or|not|if|elif|else|lambda|await|for)\b"
)


def _is_modest(text: str) -> bool:
    """Whether LibCST's parser, which recurses without a limit and then dies, is safe with this text.

    Nesting is counted a second time with the strings left in, since what is a string in newer syntax is not known here.
    """
    if len(text) > _MODEST_SIZE or _nesting(text) > _MODEST_RAW_DEPTH:
        return False
    code = _STRINGS.sub("''", text)
    if _nesting(code) > _MODEST_DEPTH or code.count("elif") > _MODEST_BRANCHES:
        return False
    depth = operators = 0
    for match in _STRUCTURE.finditer(code):
        token = match.group()
        depth = max(depth + _step(token), 0)
        operators = 0 if token[0] in "\r\n" and not depth else operators + 1
        if operators > _MODEST_OPERATORS:
            return False
    return True


def _nesting(text: str) -> int:
    """How deep brackets nest, whatever their kind."""
    depth = deepest = 0
    for bracket in re.findall(r"[()\[\]{}]", text):
        depth = max(depth + _step(bracket), 0)
        deepest = max(deepest, depth)
    return deepest


def _step(token: str) -> int:
    return 1 if token in "([{" else -1 if token in ")]}" else 0


def _is_newer_syntax(text: str) -> bool:
    """Whether LibCST, which knows the syntax of later Pythons, takes what the running one refuses."""
    if not _is_modest(text):
        return False
    import libcst

    try:
        libcst.parse_module(text)
    except Exception:
        return False
    return True
