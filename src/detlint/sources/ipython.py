"""What IPython takes beside Python: magics, shell lines, help, prompts.

Given the text of a cell that Python cannot parse, gives Python code with as many lines that means the same to rules:
what a magic runs stays code, everything else that only IPython understands becomes a call as IPython itself makes it
(`%env A=B` is `get_ipython().run_line_magic("env", "A=B")`). Columns can be traced back. Must not know of files and
rules.
"""

from __future__ import annotations

import ast
import re
import warnings
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

CODE_MAGICS = {
    "time": "", "timeit": "nrp", "prun": "lsTD", "lprun": "fmTDsu", "memit": "rti", "mprun": "fT", "snakeviz": "f",
    "pyinstrument": "", "debug": "bB", "python": "",
}  # fmt: skip
"""Line magics whose rest is Python code, with the letters of their options that take a value."""

CODE_CELLS = frozenset(CODE_MAGICS) - {"python"} | {
    "capture", "ipytest", "local", "notify", "run_pytest", "run_pytest[clean]", "wandb", "wandb_log",
}  # fmt: skip
"""Cell magics whose body is code of this notebook; that of all others is text, or for another language or process."""

LANGUAGE_MAGICS = frozenset({"fs", "html", "md", "md-sandbox", "r", "scala", "sh", "sql"})
"""With one `%` on the first line: the language of a whole cell, as Databricks has it."""

AUTOMAGICS = frozenset({
    "alias", "autoreload", "cat", "cd", "conda", "cp", "env", "less", "load", "load_ext", "ls", "mamba", "man",
    "matplotlib", "mkdir", "more", "mv", "pinfo", "pip", "precision", "prun", "pycat", "reload_ext", "rm", "rmdir",
    "run", "set_env", "store", "time", "timeit", "uv", "who", "whos",
})  # fmt: skip
"""Line magics that people write without `%`, which IPython takes where the cell is a single line."""

_CELL_MAGIC = re.compile(r"\s*%%(!|[\w.\-]+(?:\[clean\])?)(.*)")
_LINE_MAGIC = re.compile(r"(\s*)%+([\w.\-]+)(\s*)(.*)")
_SHELL = re.compile(r"(\s*)(!!?)(.*)")
_HELP = re.compile(r"(\s*)(\?\??)(.*)")
_ASKED = re.compile(r"(\s*)(.*)")
_SCRIPT = re.compile(r"(?:-[in]\s+)*[\"']?(?:\./)?([A-Za-z_]\w*(?:/[A-Za-z_]\w*)*)(?:\.py)?[\"']?(?:\s.*)?")
_CALL = re.compile(r"(\s*)([,;/])(?=[A-Za-z_])(.*)")
_ASSIGNED = re.compile(r"(\s*[\w*(\[][\w.,*\s\[\]'\"()]*?(?::[^=!]+)?=\s*)([!%])(?=[\w!\s./~$-])(.*)")
_ASSIGNED_MAGIC = re.compile(r"([^=]*=\s*)%([\w.\-]+)\s*(.*)")
_AUTOMAGIC = re.compile(r"(\s*)(\w+)(\s+)(.*)")
_PROMPT = re.compile(r"\s*(?:>>>|\.\.\.|In ?\[\d*\]:|\.{3,}:)(?: |$)")
_COMMENT_LINE = re.compile(r"\s*(?:#|$)")
_PARTS = re.compile(
    r"""(?P<comment>\#.*)|(?P<long>[rRbBuUfF]{0,2}('{3}|"{3}))|(?P<short>'(?:\\.|[^'\\])*'?|"(?:\\.|[^"\\])*"?)"""
    r"""|(?P<open>[(\[{])|(?P<close>[)\]}])"""
)

Anchors = Sequence[tuple[int, int]]
"""Columns from 0 of a line of code, each with the column of the cell's line that it stands for."""


@dataclass(slots=True)
class Code:
    """Python code in place of a cell.

    lines: as many as the cell has. anchors: of the lines whose columns moved, by their number from 0. texts: what
    magics and shell lines were given.
    """

    lines: list[str]
    anchors: dict[int, Anchors] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The code."""
        return "\n".join(self.lines)

    def column(self, line: int, column: int) -> int:
        """The column (from 1) of the cell's line that a column of the code stands for; line from 0."""
        return traced(self.anchors.get(line), column)


def traced(anchors: Anchors | None, column: int) -> int:
    """Trace a column (from 1) back through a line's anchors."""
    if not anchors:
        return column
    there, here = anchors[max(bisect_right(anchors, (column - 1, 1_000_000)) - 1, 0)]
    return here + column - there


def parses(text: str) -> bool:
    """Whether a text is Python, to CPython's parser: `await`, `yield` and `return` outside of functions are."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def as_python(text: str) -> Code | None:
    """Python code for a cell that Python cannot parse; None if the cell is no Python. The code may still be broken."""
    translation = _Translation(text.split("\n"))
    return translation.code if translation.run() else None


class _Translation:
    """One cell on its way to Python, line by line."""

    def __init__(self, lines: list[str]) -> None:
        self.code = Code(list(lines))
        self._lines = self.code.lines
        self._cut = [0] * len(lines)  # how many characters were cut off in front of each line

    def run(self) -> bool:
        """Translate the cell; False if it is in another language."""
        self._undent()
        start = self._first(0)
        while start < len(self._lines):
            match = _CELL_MAGIC.match(self._lines[start])
            if match is None:
                break
            if match[1] not in CODE_CELLS:
                return False
            self._cell_magic(start, match)
            start = self._first(start + 1)
        if self._is_other_language(start):
            return False
        if start == self._last() and not parses(self.code.text):
            self._automagic(start)
        number = 0
        while number < len(self._lines):
            number = self._line(number)
        for number, cut in enumerate(self._cut):
            if cut:
                anchors = self.code.anchors.get(number, ((0, 0),))
                self.code.anchors[number] = [(there, here + cut) for there, here in anchors]
        return True

    def _first(self, number: int) -> int:
        """The first line from a number on that is neither empty nor a comment."""
        while number < len(self._lines) and _COMMENT_LINE.match(self._lines[number]):
            number += 1
        return number

    def _last(self) -> int:
        return max((n for n, line in enumerate(self._lines) if not _COMMENT_LINE.match(line)), default=-1)

    def _undent(self) -> None:
        """Take off the indentation of the first line, or prompts, from all lines that have them."""
        first = next((line for line in self._lines if line.strip()), "")
        indent = first[: len(first) - len(first.lstrip())]
        prompted = _PROMPT.match(first) is not None
        if not indent and not prompted:
            return
        for number, line in enumerate(self._lines):
            prompt = _PROMPT.match(line) if prompted else None
            cut = prompt.end() if prompt else len(indent) if line.startswith(indent) else 0
            self._lines[number], self._cut[number] = line[cut:], cut

    def _cell_magic(self, number: int, match: re.Match[str]) -> None:
        """Leave what a cell magic's own line means: `%%capture x` binds a name, `%%timeit` may have a statement."""
        name, rest = match[1], match[2]
        self.code.texts.append(rest)
        words = [word for word in rest.split() if word.isidentifier()]
        if name == "capture" and words:
            self._lines[number] = f"{words[0]} = get_ipython().run_line_magic('capture', '')"
            self.code.anchors[number] = ((0, rest.index(words[0]) + match.start(2)),)
            return
        statement = _without_options(rest, CODE_MAGICS.get(name, ""))
        if name == "timeit" and statement and parses(statement):
            self._lines[number] = statement
            self.code.anchors[number] = ((0, len(match.string) - len(statement)),)
        else:
            self._lines[number] = ""

    def _is_other_language(self, start: int) -> bool:
        match = _LINE_MAGIC.match(self._lines[start]) if start < len(self._lines) else None
        if match is None or match[2] not in LANGUAGE_MAGICS:
            return False
        return not match[4] or not parses("\n".join(self._lines[start + 1 :]))

    def _automagic(self, number: int) -> None:
        match = _AUTOMAGIC.match(self._lines[number])
        if match is not None and match[2] in AUTOMAGICS:
            self._lines[number] = f"%{self._lines[number].lstrip()}"
            self._cut[number] = len(match[1]) - 1  # the `%` is not in the cell

    def _line(self, number: int) -> int:
        """Translate the logical line that begins at a number; gives the number of the next."""
        line = self._lines[number]
        magic = _LINE_MAGIC.match(line)
        if magic is not None:
            return self._magic(number, magic)
        shell = _SHELL.match(line)
        if shell is not None:
            return self._command(number, shell, "system" if shell[2] == "!" else "getoutput", "")
        for pattern, name in ((_HELP, "pinfo"), (_CALL, "autocall")):
            match = pattern.match(line)
            if match is not None:
                return self._command(number, match, "run_line_magic", name)
        assigned = _ASSIGNED.match(line)
        if assigned is not None and _is_target(assigned[1]):
            return self._assigned(number, assigned)
        end, bare = _logical(self._lines, number)
        asked = _ASKED.match(line)
        if end == number + 1 and bare.rstrip().endswith("?") and asked is not None:
            return self._command(number, asked, "run_line_magic", "pinfo")
        return end

    def _magic(self, number: int, match: re.Match[str]) -> int:
        """A line magic: the code that it runs, or the call that it is."""
        indent, name, _, rest = match.groups()
        if name in CODE_MAGICS and _without_options(rest, CODE_MAGICS[name]):
            return self._runs(number, indent, name, rest)
        script = _SCRIPT.fullmatch(rest) if name == "run" else None
        if script is not None:
            # As an import that gives all its names, a script of the project is followed.
            self.code.texts.append(rest)
            self.code.anchors[number] = [(0, traced(self.code.anchors.get(number), match.start(4) + 1) - 1)]
            self._lines[number] = f"{indent}from {script[1].replace('/', '.')} import *"
            return number + 1
        return self._command(number, match, "run_line_magic", name)

    def _runs(self, number: int, before: str, name: str, rest: str) -> int:
        """Leave the code that a magic runs; it may be IPython's again (`%time !ls`): look at the line once more."""
        statement = _without_options(rest, CODE_MAGICS[name])
        self.code.texts.append(rest[: len(rest) - len(statement)])
        old, place = self.code.anchors.get(number), len(self._lines[number]) - len(statement)
        self.code.anchors[number] = [(0, traced(old, 1) - 1), (len(before), traced(old, place + 1) - 1)]
        self._lines[number] = before + statement
        return number

    def _command(self, number: int, match: re.Match[str], method: str, name: str) -> int:
        """Write a line, and those that a backslash joins to it, as the call that IPython makes of it.

        The match's first group stays in front of the call, the last is what the call is given.
        """
        end = number + 1
        before, given = match[1], match.groups()[-1]
        while given.endswith("\\") and end < len(self._lines):
            given = given[:-1] + self._lines[end]
            self._lines[end] = ""
            end += 1
        self.code.texts.append(given)
        head = f"{before}get_ipython().{method}(" + (f"{name!r}, " if name else "")
        old = self.code.anchors.get(number)
        places = ((0, 0), (len(before), match.end(1)), (len(head), match.start(match.re.groups)))
        self.code.anchors[number] = [(there, traced(old, here + 1) - 1) for there, here in places]
        self._lines[number] = f"{head}{given!r})"
        return end

    def _assigned(self, number: int, match: re.Match[str]) -> int:
        """`files = !ls` and `value = %magic rest`."""
        magic = _ASSIGNED_MAGIC.match(match.string)
        if match[2] == "!" or magic is None:
            return self._command(number, match, "getoutput", "")
        if magic[2] in CODE_MAGICS and _without_options(magic[3], CODE_MAGICS[magic[2]]):
            return self._runs(number, magic[1], magic[2], magic[3])
        return self._command(number, magic, "run_line_magic", magic[2])


def _is_target(text: str) -> bool:
    """Whether what stands before a value may be all of a target: not `print("x=` of `print("x=%d" % x)`."""
    return all(text.count(mark) % 2 == 0 for mark in "'\"") and all(
        text.count(mark) == text.count(end) for mark, end in ("()", "[]")
    )


def _without_options(text: str, with_value: str) -> str:
    """What a magic is given after its options; `with_value` are the letters of options that take a value."""
    rest = text.lstrip()
    while True:
        match = re.match(r"--?([A-Za-z])([\w-]*)(?:\s+|$)", rest)
        if match is None:
            return rest
        rest = rest[match.end() :]
        if match[1] in with_value and not match[2]:
            rest = rest.partition(" ")[2].lstrip()


def _logical(lines: list[str], number: int) -> tuple[int, str]:
    """The end of the logical line that begins at a number, and its text without strings and comments."""
    depth = 0
    bare: list[str] = []
    delimiter = ""
    while number < len(lines):
        line, place = lines[number], 0
        number += 1
        joined = False
        while place <= len(line):
            if delimiter:
                end = _closing(line, place, delimiter)
                if end < 0:
                    break
                place, delimiter = end, ""
            match = _PARTS.search(line, place)
            bare.append(line[place : match.start() if match else len(line)])
            if match is None:
                joined = line.endswith("\\")
                break
            if match["comment"]:
                break
            if match["long"]:
                delimiter = match["long"][-3:]
            elif match["open"]:
                depth += 1
            elif match["close"]:
                depth = max(depth - 1, 0)
            place = match.end()
        if not (delimiter or depth or joined):
            break
    return number, "".join(bare)


def _closing(line: str, place: int, delimiter: str) -> int:
    """Where a long string ends on a line; -1 if it goes on."""
    match = re.compile(rf"(?:\\.|[^\\])*?{delimiter}").match(line, place)
    return match.end() if match else -1
