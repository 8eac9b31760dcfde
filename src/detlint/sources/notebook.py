"""Notebooks: from the bytes of an `.ipynb`, or a Databricks source, to one text in which every cell is Python.

Given bytes or text; gives a `Notebook`, a `SourceFile` whose text joins the code cells in their order, so that all
that looks at modules sees one. Positions in that text map back to cells and their lines. A cell that cannot be parsed
is a problem of that cell; its place is kept by its comments, so that these still speak. Notebooks of all versions are
read as the JSON that they are: the older ones name a few things otherwise, no more. Must not know of rules, settings
or output.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from detlint.diagnostics import Location
from detlint.sources.ipython import Anchors, Code, as_python, parses, traced
from detlint.sources.source import CELL_SEPARATOR, Problem, SourceFile, parse, too_deep

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SEPARATOR = CELL_SEPARATOR.strip()
_DATABRICKS_MAGIC = re.compile(r"# MAGIC ?")
_NEWLINE = re.compile(r"\r\n|\r")
_UNFIT = re.compile("[\0\ud800-\udfff]")
_CONFLICT = re.compile(r"^(?:<{7} |={7}$|>{7} )", re.MULTILINE)

# Kernels by their names, where nothing else tells the language: all others are taken for Python's.
_OTHER_KERNELS = re.compile(
    r"\.net|almond|bash|calysto|clojure|coq|deno|evcxr|gnuplot|gophernotes|haskell|ihaskell|ijavascript|ijulia|ir(?:kernel)?$"
    r"|iruby|java|jslab|julia|kotlin|lua|maple|matlab|maxima|octave|perl|php|powershell|r$|ruby|rust|sage|sas|scala|sos"
    r"|spylon|sql|stata|swift|tslab|typescript|wolfram|xcpp|xsql"
)
_PYTHON = re.compile(r"i?python|pyspark|xpython")


@dataclass(frozen=True, slots=True)
class Cell:
    """A code cell.

    number: from 1, over all cells of the notebook. text: as it is written. first: the number of its first line in the
    notebook's text; lines: how many it has there. count: the execution count that was saved. names: what a saved
    error says. is_code: whether its code is looked at; False if it is broken, or in another language. texts: what its
    magics and shell lines were given; of a cell that is no code, all of it.
    """

    number: int
    text: str
    first: int
    lines: int
    count: int | None = None
    error: str = ""
    tags: frozenset[str] = frozenset()
    is_code: bool = True
    texts: tuple[str, ...] = ()


class Notebook(SourceFile):
    """A notebook as one Python module.

    cells: the code cells in their order. numbered: whether places are told by cell; in a Databricks source they are
    told by the file's own lines. anchors: of lines whose columns moved, by their number in the text.
    """

    def __init__(
        self,
        path: str,
        text: str,
        cells: Sequence[Cell],
        problems: Sequence[Problem] = (),
        anchors: dict[int, Anchors] | None = None,
        *,
        written: str | None = None,
        encoding: str = "utf-8",
        bom: bool = False,
    ) -> None:
        super().__init__(path, text, encoding, bom=bom)
        self.cells = cells
        self.problems = problems
        self.numbered = written is None
        self.written = written
        self._anchors = anchors or {}
        self._starts = [cell.first for cell in cells]

    def cell_at(self, line: int) -> Cell:
        """The cell that a line of the text belongs to."""
        return self.cells[max(bisect_right(self._starts, line) - 1, 0)]

    def origin(self, location: Location) -> Location:
        """A place in the text as the user knows it: by cell, and the line in the cell."""
        if not self.cells:
            return location
        cell = self.cell_at(location.line)
        line, column = self._traced(cell, location.line, location.column)
        end_line, end_column = self._traced(cell, max(location.end_line, location.line), location.end_column)
        if (end_line, end_column) < (line, column):
            end_line, end_column = line, column
        return Location(line, column, end_line, end_column, cell.number if self.numbered else None)

    def exact_origin(self, location: Location) -> Location | None:
        """As `origin`; None for what is not of one cell, or on a line that is no Python as it is written."""
        if not self.cells:
            return None
        cell = self.cell_at(location.line)
        if location.end_line == cell.first + cell.lines and location.end_column == 1:
            # Up to the next cell's start: up to this one's end.
            end = cell.first + cell.lines - 1
            location = replace(location, end_line=end, end_column=len(self.line(end)) + 1)
        if self.cell_at(location.end_line) is not cell:
            return None
        written = cell.text.split("\n")
        for number in range(location.line, location.end_line + 1):
            inner = number - cell.first
            if inner >= min(cell.lines, len(written)) or written[inner] != self.line(number) or number in self._anchors:
                return None
        return self.origin(location)

    def shown(self, location: Location) -> str | None:
        """The text that an origin's lines count in."""
        if self.written is not None:
            return self.written
        return next((cell.text for cell in self.cells if cell.number == location.cell), None)

    def _traced(self, cell: Cell, line: int, column: int) -> tuple[int, int]:
        inner = min(max(line - cell.first, 0), cell.lines - 1)
        column = traced(self._anchors.get(cell.first + inner), column)
        written = cell.text.split("\n")[inner] if self._anchors.get(cell.first + inner) else None
        if written is not None:
            column = min(max(column, 1), len(written) + 1)
        return (inner + 1 if self.numbered else cell.first + inner), column


def read_notebook(data: bytes, path: str) -> SourceFile | Problem:
    """A notebook from the bytes of its file, or why it cannot be read. One for another language has no code cells."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return _broken(f"byte 0x{data[error.start]:02x} cannot be decoded as UTF-8", line)
    if not text.strip():
        return _broken("the file is empty")
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        conflict = _CONFLICT.search(text)
        if conflict is not None:
            return _broken("a merge left its conflict marks", text.count("\n", 0, conflict.start()) + 1)
        return _broken(f"it is no JSON ({error.msg})", error.lineno, error.colno)
    except RecursionError:
        return too_deep("for a JSON parser")
    except ValueError as error:
        return _broken(f"it is no JSON ({error})")
    cells = cells_of(document)
    if isinstance(cells, str):
        return _broken(cells)
    if not _is_python(_mapping(document.get("metadata"))):
        return Notebook(path, "", ())
    return _Joined(path).notebook(cells)


def read_databricks(source: SourceFile) -> SourceFile:
    """The notebook that a Databricks source is. Its lines stay where they are."""
    lines = source.lines
    starts = [1, *(number + 1 for number, line in enumerate(lines, 1) if line.rstrip() == _SEPARATOR)]
    joined = _Joined(source.path)
    for number, (start, end) in enumerate(zip(starts, [*(s - 1 for s in starts[1:]), len(lines) + 1], strict=True), 1):
        joined.add_databricks(number, lines[start - 1 : end - 1])
        if end <= len(lines):
            joined.lines.append(lines[end - 1])
    return Notebook(
        source.path,
        "\n".join(joined.lines),
        joined.cells,
        joined.problems,
        joined.anchors,
        written=source.text,
        encoding=source.encoding,
        bom=source.bom,
    )


def of_cells(path: str, texts: Iterable[str], counts: Sequence[int | None] = ()) -> Notebook:
    """A notebook of code cells with these texts and execution counts."""
    cells = [{"cell_type": "code", "source": text, "metadata": {}} for text in texts]
    for cell, count in zip(cells, counts, strict=False):
        cell["execution_count"] = count  # type: ignore[assignment]
    return _Joined(path).notebook(cells)


# ----------------------------------------------------------------------------------------------------- the document
def cells_of(document: object) -> list[object] | str:
    """The cells of a notebook of any version, or in words why it has none."""
    if not isinstance(document, dict):
        return f"it holds {_kind(document)} where a notebook is an object"
    if isinstance(document.get("cells"), list):
        return list(document["cells"])
    sheets = document.get("worksheets")
    if "cells" not in document and isinstance(sheets, list):
        return [cell for sheet in sheets for cell in _list(_mapping(sheet).get("cells"))]
    if "cells" in document:
        return f"`cells` is {_kind(document['cells'])}, not a list"
    return "it has no `cells`"


def _is_python(metadata: dict[str, Any]) -> bool:
    """Whether a notebook's metadata say that it is in Python; without any it is."""
    info, kernel = _mapping(metadata.get("language_info")), _mapping(metadata.get("kernelspec"))
    for language in (info.get("name"), kernel.get("language"), metadata.get("language")):
        if isinstance(language, str) and language.strip():
            return _PYTHON.match(language.strip().lower()) is not None
    name = kernel.get("name")
    return not isinstance(name, str) or _OTHER_KERNELS.match(name.strip().lower()) is None


def _is_python_cell(cell: dict[str, Any]) -> bool:
    """Whether a cell is in Python: polyglot notebooks say so of each cell that is not."""
    metadata = _mapping(cell.get("metadata"))
    stated = [
        _mapping(metadata.get("vscode")).get("languageId"),
        _mapping(metadata.get("dotnet_interactive")).get("language"),
        _mapping(metadata.get("polyglot_notebook")).get("kernelName"),
        metadata.get("kernel"),
        cell.get("language"),
    ]
    return all(_PYTHON.match(name.lower()) or name == "SoS" for name in stated if isinstance(name, str) and name)


def _saved_error(cell: dict[str, Any]) -> str:
    """The error that a cell ended with when it was last run: its name and its text."""
    for output in _list(cell.get("outputs")):
        output = _mapping(output)
        if output.get("output_type") in ("error", "pyerr"):
            return f"{output.get('ename')}: {output.get('evalue')}"
    return ""


def cell_text(cell: dict[str, Any]) -> str | None:
    """The text of a cell, its lines ending in line feeds; None if there is none."""
    text = cell.get("source", cell.get("input"))
    if isinstance(text, list) and all(isinstance(line, str) for line in text):
        text = "".join(text)
    if not isinstance(text, str):
        return None
    return _UNFIT.sub("\ufffd", _NEWLINE.sub("\n", text))


def _count(cell: dict[str, Any]) -> int | None:
    count = cell.get("execution_count", cell.get("prompt_number"))
    return count if isinstance(count, int) and not isinstance(count, bool) else None


def _tags(cell: dict[str, Any]) -> frozenset[str]:
    return frozenset(tag for tag in _list(_mapping(cell.get("metadata")).get("tags")) if isinstance(tag, str))


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _kind(value: object) -> str:
    """A JSON value in words."""
    kinds = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return kinds.get(type(value), "a number")


def _broken(reason: str, line: int = 1, column: int = 1) -> Problem:
    return Problem(
        f"Cannot be read as a notebook: {reason}.",
        "Restore the file, or exclude it.",
        Location(line, column, line, column),
    )


# ---------------------------------------------------------------------------------------------------- joining cells
class _Joined:
    """The text of a notebook in the making."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.lines: list[str] = []
        self.cells: list[Cell] = []
        self.problems: list[Problem] = []
        self.anchors: dict[int, Anchors] = {}

    def notebook(self, cells: Iterable[object]) -> Notebook:
        """The notebook of these cells."""
        for number, cell in enumerate(cells, 1):
            if not isinstance(cell, dict):
                self._add_unreadable(number, f"it is {_kind(cell)}, not an object")
            elif "cell_type" not in cell:
                self._add_unreadable(number, "it has no `cell_type`")
            elif cell["cell_type"] == "code":
                self._add(number, cell)
        return Notebook(self.path, "\n".join(self.lines), self.cells, self.problems, self.anchors)

    def add_databricks(self, number: int, lines: list[str]) -> None:
        """Add a cell of a Databricks source, whose magics are comments."""
        first, text = len(self.lines) + 1, "\n".join(lines)
        if any(_DATABRICKS_MAGIC.match(line) for line in lines) and self._add_magics(number, lines):
            return
        is_code, texts = self._add_text(text)
        self.cells.append(Cell(number, text, first, max(len(lines), 1), is_code=is_code, texts=texts))

    def _add_magics(self, number: int, lines: list[str]) -> bool:
        """Add a cell of magics, if it is Python without the comment signs in front."""
        cuts = [match.end() if (match := _DATABRICKS_MAGIC.match(line)) else 0 for line in lines]
        code = as_python("\n".join(line[cut:] for line, cut in zip(lines, cuts, strict=True)))
        if code is None or not parses(code.text):
            return False
        first = len(self.lines) + 1
        for place, cut in enumerate(cuts):
            anchors = code.anchors.get(place, ((0, 0),))
            self.anchors[first + place] = [(there, here + cut) for there, here in anchors]
        self.lines += code.lines
        self.cells.append(Cell(number, "\n".join(lines), first, len(lines), texts=tuple(code.texts)))
        return True

    def _add(self, number: int, cell: dict[str, Any]) -> None:
        text = cell_text(cell)
        if text is None:
            kind = _kind(cell.get("source", cell.get("input")))
            self._add_unreadable(number, f"its `source` is {kind}, not text")
            return
        first = len(self.lines) + 1
        if _is_python_cell(cell):
            is_code, texts = self._add_text(text)
        else:
            is_code, texts = self._add_nothing(text)
        lines = len(self.lines) + 1 - first
        self.cells.append(
            Cell(number, text, first, lines, _count(cell), _saved_error(cell), _tags(cell), is_code, texts)
        )

    def _add_text(self, text: str) -> tuple[bool, tuple[str, ...]]:
        """Add the lines of a cell; gives whether they are code, and what of them only IPython understands."""
        if parses(text):
            self.lines += text.split("\n")
            return True, ()
        code = as_python(text)
        if code is None:
            return self._add_nothing(text)
        first = len(self.lines) + 1
        tree = parse(SourceFile(self.path, code.text))
        if isinstance(tree, Problem):
            self.problems.append(replace(tree, location=_in_cell(tree.location, code, first)))
            self.lines += map(_comment_of, text.split("\n"))
            return False, (text,)
        self.lines += code.lines
        self.anchors.update((first + line, anchors) for line, anchors in code.anchors.items())
        return True, tuple(code.texts)

    def _add_nothing(self, text: str) -> tuple[bool, tuple[str, ...]]:
        """Add as many lines as a cell has, with nothing on them."""
        self.lines += [""] * (text.count("\n") + 1)
        return False, (text,)

    def _add_unreadable(self, number: int, reason: str) -> None:
        """Add a problem in place of a cell that is none."""
        self.lines.append("")
        line = len(self.lines)
        place = Location(line, 1, line, 1)
        self.cells.append(Cell(number, "", line, 1, is_code=False))
        self.problems.append(Problem(f"Cannot be read as a cell: {reason}.", "Correct the file.", place))


def _in_cell(place: Location, code: Code, first: int) -> Location:
    """A place in a cell's code as a place in the notebook's text, where the cell's own lines stand."""
    return Location(
        place.line + first - 1,
        max(code.column(place.line - 1, place.column), 1),
        place.end_line + first - 1,
        max(code.column(place.end_line - 1, place.end_column), 1),
    )


def _comment_of(line: str) -> str:
    """A line of a broken cell with nothing but its comment."""
    start = line.find("#")
    return " " * start + line[start:] if start >= 0 else ""
