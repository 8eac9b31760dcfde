"""Reading notebooks: what is taken for code, where it stands, and that nothing that a file may hold is too much."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detlint.diagnostics import Location
from detlint.sources.ipython import as_python, parses
from detlint.sources.notebook import Notebook, of_cells
from detlint.sources.source import Problem, SourceFile, decode, parse, read_source

FIXTURES = Path(__file__).parents[1] / "fixtures" / "notebooks"


def code(source: object, **more: object) -> dict[str, object]:
    """A code cell."""
    return {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source, **more}


def document(*cells: object, **more: object) -> dict[str, object]:
    """A notebook of version 4."""
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more}


def read(value: object) -> Notebook:
    """The notebook that is read from a JSON value."""
    notebook = decode(json.dumps(value).encode(), "n.ipynb")
    assert isinstance(notebook, Notebook), notebook
    return notebook


def problem(data: bytes) -> Problem:
    """Why bytes are no notebook."""
    result = decode(data, "n.ipynb")
    assert isinstance(result, Problem), result
    return result


def translated(cell: str) -> str:
    """The Python that a cell of IPython becomes; it must be Python, with as many lines."""
    assert not parses(cell)
    result = as_python(cell)
    assert result is not None
    assert parses(result.text), result.text
    assert len(result.lines) == cell.count("\n") + 1
    return result.text


# ------------------------------------------------------------------------------------------------- what is no notebook
@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the file is empty"),
        (b" \n", "the file is empty"),
        (b"[]", "it holds a list where a notebook is an object"),
        (b"null", "it holds null where a notebook is an object"),
        (b"3", "it holds a number where a notebook is an object"),
        (b"{}", "it has no `cells`"),
        (b'{"cells": null}', "`cells` is null, not a list"),
        (b'{"cells": {}, "nbformat": 4}', "`cells` is an object, not a list"),
        (b'{"cells": [', "it is no JSON (Expecting value)"),
        (b"import os\n", "it is no JSON (Expecting value)"),
        (b'{"cells": "\xff"}', "byte 0xff cannot be decoded as UTF-8"),
        (b'{"cells": ' + b"9" * 5000 + b"}", "`cells` is a number, not a list"),
    ],
)
def test_a_file_that_is_no_notebook_says_what_is_wrong(data: bytes, reason: str) -> None:
    message = problem(data).message
    assert message.startswith("Cannot be read as a notebook: ")
    if b"9999" not in data:  # whether Python converts so long a number depends on its version
        assert message == f"Cannot be read as a notebook: {reason}."


def test_broken_json_is_placed() -> None:
    found = problem(b'{\n "cells": [\n  {,\n')
    assert (found.location.line, found.location.column, found.location.cell) == (3, 4, None)


def test_conflict_marks_are_named() -> None:
    found = problem(b'{\n "cells": [\n<<<<<<< HEAD\n  1,\n=======\n  2,\n>>>>>>> other\n ]}')
    assert found.message == "Cannot be read as a notebook: a merge left its conflict marks."
    assert found.location.line == 3


def test_json_nested_too_deeply_is_a_problem() -> None:
    assert "JSON" in problem(b"[" * 200_000).message


def test_a_cell_that_is_none_is_a_problem_of_that_cell() -> None:
    notebook = read(document(7, code("x = 1"), {"source": "y"}, code(3), code(None), code(["a", 1]), code("z = 2")))
    said = [(notebook.origin(each.location).cell, each.message) for each in notebook.problems]
    assert said == [
        (1, "Cannot be read as a cell: it is a number, not an object."),
        (3, "Cannot be read as a cell: it has no `cell_type`."),
        (4, "Cannot be read as a cell: its `source` is a number, not text."),
        (5, "Cannot be read as a cell: its `source` is null, not text."),
        (6, "Cannot be read as a cell: its `source` is a list, not text."),
    ]
    assert [cell.number for cell in notebook.cells if cell.is_code] == [2, 7]


# --------------------------------------------------------------------------------------------------------- what is code
def test_cells_are_counted_over_all_and_joined_in_order() -> None:
    notebook = read(
        document({"cell_type": "markdown", "source": "# x = 0"}, code("a = 1\nb = 2"), code(["c = 3\n", "d = 4"]))
    )
    assert notebook.text == "a = 1\nb = 2\nc = 3\nd = 4"
    assert [(cell.number, cell.first, cell.lines) for cell in notebook.cells] == [(2, 1, 2), (3, 3, 2)]
    assert notebook.origin(Location(4, 1, 4, 2)) == Location(2, 1, 2, 2, 3)


@pytest.mark.parametrize("left_out", ["metadata", "nbformat", "nbformat_minor"])
def test_what_is_missing_is_not_missed(left_out: str) -> None:
    whole = document(code("x = 1"))
    del whole[left_out]
    assert read(whole).text == "x = 1"
    assert read(document({"cell_type": "code", "source": "x = 1"})).text == "x = 1"


@pytest.mark.parametrize(
    "metadata", [None, [], 3, {"kernelspec": None}, {"language_info": {"name": 3}}, {"kernelspec": []}]
)
def test_metadata_of_any_kind_mean_python(metadata: object) -> None:
    assert read(document(code("x = 1"), metadata=metadata)).text == "x = 1"


@pytest.mark.parametrize(
    "metadata",
    [
        {"kernelspec": {"name": "python3", "language": "python"}},
        {"kernelspec": {"name": "conda-env-tf2-py"}},
        {"kernelspec": {"name": "pysparkkernel", "language": "python"}, "language_info": {"name": "pyspark"}},
        {"language_info": {"name": "ipython"}},
        {"kernelspec": {"name": "rapids-23.04"}},
    ],
)
def test_kernels_of_python(metadata: object) -> None:
    assert len(read(document(code("x = 1"), metadata=metadata)).cells) == 1


@pytest.mark.parametrize(
    "metadata",
    [
        {"kernelspec": {"name": "ir", "language": "R"}},
        {"kernelspec": {"name": "ir"}},
        {"kernelspec": {"name": "julia-1.9"}},
        {"kernelspec": {"name": ".net-csharp"}, "language_info": {"name": "C#"}},
        {"language_info": {"name": "scala"}},
        {"language": "Julia"},
        {"kernelspec": {"name": "bash"}},
    ],
)
def test_notebooks_of_other_languages_have_no_code(metadata: object) -> None:
    notebook = read(document(code("x <- rnorm(3)", execution_count=3), metadata=metadata))
    assert (notebook.text, list(notebook.cells), list(notebook.problems)) == ("", [], [])


@pytest.mark.parametrize(
    "cell",
    [
        code("let x = 1", metadata={"vscode": {"languageId": "javascript"}}),
        code("x <- 1", metadata={"kernel": "R"}),
        code("var x = 1;", metadata={"dotnet_interactive": {"language": "csharp"}}),
        code("SELECT 1", metadata={"polyglot_notebook": {"kernelName": "sql"}}),
        code("x <- 1", language="R"),
        *(
            code(f"%%{name}\nisn't this \"Python")
            for name in ("bash", "sh", "html", "writefile a.py", "javascript", "R", "sql", "!")
        ),
        code("# comment\n\n%%bash\nls -l"),
        code("%md\n## It isn't Python"),
    ],
)
def test_cells_in_other_languages_are_left_out(cell: object) -> None:
    notebook = read(document(cell, code("y = 2")))
    assert not notebook.problems
    assert notebook.text.strip() == "y = 2"
    assert notebook.origin(Location(len(notebook.lines), 1, len(notebook.lines), 2)).cell == 2
    assert [each.is_code for each in notebook.cells] == [False, True]


def test_a_broken_cell_is_one_problem_and_leaves_the_others() -> None:
    notebook = read(
        document(code("x = 1"), code("y = 2\nprint 'a'  # noqa: DET001"), code("z = 3"), code("for x in\n"))
    )
    places = [notebook.origin(each.location) for each in notebook.problems]
    assert [(place.cell, place.line) for place in places] == [(2, 2), (4, 1)]
    assert isinstance(parse(notebook), ast.Module)
    assert notebook.text.split("\n") == ["x = 1", "", "           # noqa: DET001", "z = 3", "", ""]


@pytest.mark.parametrize(
    "text", ["await f()", "return 1", "yield 2", "async with a as b:\n    pass", "[x async for x in y]"]
)
def test_what_kernels_take_outside_of_functions(text: str) -> None:
    assert not read(document(code(text))).problems


@pytest.mark.parametrize("text", ["x = (1,", "s = '''", "x = 1 \\", "if x:", "@decorator"])
def test_cells_are_parsed_one_by_one(text: str) -> None:
    """What is open at the end of a cell is not closed by the next."""
    notebook = read(document(code(text), code("2)"), code("'''"), code("    y = 3")))
    assert notebook.problems[0].location.line == 1
    assert isinstance(parse(notebook), ast.Module)


def test_line_ends_and_characters_that_are_no_text() -> None:
    notebook = read(document(code("a = 1\r\nb = '\ud800'\rc = '\x00'")))
    assert notebook.text == "a = 1\nb = '\ufffd'\nc = '\ufffd'"
    assert not notebook.problems


@pytest.mark.parametrize("name", ["version3.ipynb"])
def test_older_versions_are_read_as_nbformat_reads_them(name: str) -> None:
    notebook = read_source(FIXTURES / name)
    assert isinstance(notebook, Notebook)
    upgraded = nbformat.read(FIXTURES / name, as_version=4)  # type: ignore[no-untyped-call]
    expected = [(n, cell.source) for n, cell in enumerate(upgraded.cells, 1) if cell.cell_type == "code"]
    assert [(cell.number, cell.text) for cell in notebook.cells] == expected
    assert [cell.count for cell in notebook.cells] == [
        cell.execution_count for cell in upgraded.cells if "execution_count" in cell
    ]


def test_execution_counts() -> None:
    counts: list[Any] = [1, None, 0, True, "4", 2.5, 7]
    notebook = read(
        document(*(code("x", execution_count=count) for count in counts), {"cell_type": "code", "source": ""})
    )
    assert [cell.count for cell in notebook.cells] == [1, None, 0, None, None, None, 7, None]


# -------------------------------------------------------------------------------------------------------------- IPython
def call(method: str, *arguments: str) -> str:
    """A call as IPython makes it."""
    return f"get_ipython().{method}({', '.join(map(repr, arguments))})"


@pytest.mark.parametrize(
    ("cell", "python"),
    [
        ("%matplotlib inline", call("run_line_magic", "matplotlib", "inline")),
        ("%env A=B", call("run_line_magic", "env", "A=B")),
        ("%set_env A B", call("run_line_magic", "set_env", "A B")),
        ("!pip install 'x", call("system", "pip install 'x")),
        ("!!ls", call("getoutput", "ls")),
        ("x = !ls *.py", "x = " + call("getoutput", "ls *.py")),
        ("a['b'], c = !ls", "a['b'], c = " + call("getoutput", "ls")),
        ("x = %sql select 1", "x = " + call("run_line_magic", "sql", "select 1")),
        ("%run lib/a.py --n 3", "from lib.a import *"),
        ("%run -i ./a", "from a import *"),
        ("%run ../a.py", call("run_line_magic", "run", "../a.py")),
        ("%run a-b.ipynb", call("run_line_magic", "run", "a-b.ipynb")),
        ("?x", call("run_line_magic", "pinfo", "x")),
        ("x.y??", call("run_line_magic", "pinfo", "x.y??")),
        ("if a:\n    %cd b", "if a:\n    " + call("run_line_magic", "cd", "b")),
        (
            "try:\n    %%time\nexcept E:\n    pass",
            "try:\n    " + call("run_line_magic", "time", "") + "\nexcept E:\n    pass",
        ),
        ("!ls \\\n -l\nx = 1", call("system", "ls  -l") + "\n\nx = 1"),
        ("pip install x", call("run_line_magic", "pip", "install x")),
        ("%time x = f()", "x = f()"),
        ("%timeit -n 10 -r3 f(x)", "f(x)"),
        ("%lprun -f g g(1)", "g(1)"),
        ("x = %time f()", "x = f()"),
        ("%time !ls", call("system", "ls")),
        ("%time f(a,\n        b)", "f(a,\n        b)"),
        ("time f()", "f()"),
        ("%%time\nx = f()", "\nx = f()"),
        (
            "\n# first\n%%time\n%%capture out\nx = f()",
            "\n# first\n\nout = " + call("run_line_magic", "capture", "") + "\nx = f()",
        ),
        ("%%timeit -n 3 y = 2\nf(y)", "y = 2\nf(y)"),
        ("%%time\n!ls\ny = 1", "\n" + call("system", "ls") + "\ny = 1"),
        ("  x = 1\n  y = 2", "x = 1\ny = 2"),
        (">>> x = [\n...     1]", "x = [\n    1]"),
        ("In [3]: x = 1\n   ...: !ls", "x = 1\n" + call("system", "ls")),
        ("s = '''\n%time\n!ls\n'''\n!ls", "s = '''\n%time\n!ls\n'''\n" + call("system", "ls")),
        ("x = (1\n  % y)\n!ls", "x = (1\n  % y)\n" + call("system", "ls")),
        ("x = 1 # really?\n!ls", "x = 1 # really?\n" + call("system", "ls")),
        ("print('loss = %.3f' % x)\n!ls", "print('loss = %.3f' % x)\n" + call("system", "ls")),
        ("print('a?')\n!ls", "print('a?')\n" + call("system", "ls")),
    ],
)
def test_what_only_ipython_understands(cell: str, python: str) -> None:
    assert translated(cell) == python


@pytest.mark.parametrize(
    "text", ["x %time", "y = x %env", "x = a %b", "'''\n!ls\n'''", "f(a\n%x\n)", "In [3]: x = 1", "ls", "x != y"]
)
def test_what_python_understands_is_left_alone(text: str) -> None:
    notebook = of_cells("n.ipynb", [text])
    assert notebook.text == text


@pytest.mark.parametrize(
    ("cell", "marked", "in_cell"),
    [
        ("%time x = f(y)", "f(y)", "f(y)"),
        ("    %time x = f(y)\n    z = 1", "z = 1", "z = 1"),
        ("x = %time f(y)", "f(y)", "f(y)"),
        ("%env AB=C", "'AB=C'", "AB=C"),
        ("%timeit -n 3 f(ö, y)", "y", "y"),
        ("%%timeit a = b\nc", "a = b", "a = b"),
        ("%%capture out\nf()", "out", "out"),
        ("pip install x", "'install x'", "install x"),
        ("ö = !ls ü", "'ls ü'", "ls ü"),
        ("if x:\n  %time !ls é", "'ls é'", "ls é"),
    ],
)
def test_columns_are_those_of_the_cell(cell: str, marked: str, in_cell: str) -> None:
    notebook = of_cells("n.ipynb", ["first = 1", cell])
    line = next(number for number, text in enumerate(notebook.lines, 1) if marked in text)
    start = notebook.lines[line - 1].index(marked) + 1
    place = notebook.origin(Location(line, start, line, start + len(marked)))
    assert place.cell == 2
    assert cell.split("\n")[place.line - 1][place.column - 1 : place.end_column - 1] == in_cell


def test_a_problem_in_a_cell_with_magics_is_placed_in_the_cell() -> None:
    notebook = of_cells("n.ipynb", ["x", "%matplotlib inline\n%time y = = 2"])
    (found,) = notebook.problems
    place = notebook.origin(found.location)
    assert (place.cell, place.line, place.column) == (2, 2, 11)


def test_the_text_shown_is_the_cell_as_written() -> None:
    notebook = of_cells("n.ipynb", ["a = 1", "%time b = 2"])
    assert notebook.shown(notebook.origin(Location(2, 1, 2, 2))) == "%time b = 2"


# ----------------------------------------------------------------------------------------------------------- Databricks
def test_a_databricks_source_keeps_its_lines() -> None:
    path = FIXTURES / "databricks.py"
    notebook = read_source(path, "databricks.py")
    assert isinstance(notebook, Notebook)
    assert len(notebook.lines) == len(path.read_text().split("\n"))
    assert "get_ipython().run_line_magic('env', 'PYTHONHASHSEED=random')" in notebook.lines
    assert "random.shuffle(names)" in notebook.lines
    assert "# MAGIC select * from 'churn' where it = \"isn't" in notebook.lines
    line = notebook.lines.index("random.shuffle(names)") + 1
    assert notebook.origin(Location(line, 1, line, 7)) == Location(line, 9, line, 15)
    (found,) = notebook.problems
    assert path.read_text().split("\n")[found.location.line - 1] == "print 'left from Python 2'"


@pytest.mark.parametrize("text", ["x = 1\n", "# Databricks\nx = 1\n", "s = '# COMMAND ----------'\n", ""])
def test_other_python_files_are_no_notebooks(text: str) -> None:
    source = decode(text.encode(), "a.py")
    assert isinstance(source, SourceFile)
    assert not isinstance(source, Notebook)


def test_a_databricks_source_without_cells_but_one() -> None:
    notebook = decode(b"# Databricks notebook source\nx = 1\n", "a.py")
    assert isinstance(notebook, Notebook)
    assert [cell.number for cell in notebook.cells] == [1]
    assert notebook.text == "# Databricks notebook source\nx = 1\n"


# ------------------------------------------------------------------------------------------------------------- anything
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
KEYS = (
    "cells", "cell_type", "source", "input", "metadata", "worksheets", "kernelspec", "language_info", "name",
    "language", "tags", "outputs", "output_type", "execution_count", "prompt_number", "nbformat", "vscode", "kernel",
)  # fmt: skip
WORDS = ("code", "markdown", "python", "R", "error", "x = 1", "%%bash", "!ls", "raises-exception", "4")
SHAPED = st.recursive(
    JSON | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=25,
)
PIECES = (
    "%", "%%", "!", "?", "time", "capture out", "env A=B", "x = ", "f(", ")", "[", "]", "'", '"', "'''", "\\", "\n",
    "\n    ", "\t", "#", " ", "if x:", "return", "é", ">>> ", "In [1]: ", "bash", "timeit -n", "ls", "/f", ",", ";",
    "\x0c", "\x00",
    "# MAGIC ", "\n# COMMAND ----------\n", "# noqa", "pip install", "@", ":", "\r",
)  # fmt: skip
CELL = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=12).map("".join)


def assert_sound(notebook: Notebook) -> None:
    """What holds for every notebook: it parses, and all its places are in its cells."""
    assert isinstance(parse(notebook), ast.Module)
    assert not notebook.cells or sum(cell.lines for cell in notebook.cells) <= len(notebook.lines)
    for line, text in enumerate(notebook.lines, 1):
        for column in {1, len(text) + 1}:
            place = notebook.origin(Location(line, column, line, column))
            shown = notebook.shown(place)
            if shown is not None and notebook.cells:
                assert 1 <= place.line <= len(SourceFile("", shown).lines)
                assert place.column >= 1
    for found in notebook.problems:
        place = notebook.origin(found.location)
        assert place.cell is not None or not notebook.numbered


@settings(max_examples=300, deadline=None)
@given(JSON | SHAPED)
def test_any_json_is_a_notebook_or_a_problem(value: object) -> None:
    result = decode(json.dumps(value).encode(), "n.ipynb")
    if isinstance(result, Notebook):
        assert_sound(result)
    else:
        assert isinstance(result, Problem)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_a_notebook_or_a_problem(data: bytes) -> None:
    assert isinstance(decode(data, "n.ipynb"), (Notebook, Problem))


@settings(max_examples=500, deadline=None)
@given(st.lists(CELL, max_size=4))
def test_any_cells_are_read(texts: list[str]) -> None:
    notebook = read(document(*map(code, texts)))
    assert len(notebook.cells) == len(texts)
    assert_sound(notebook)


@settings(max_examples=300, deadline=None)
@given(CELL)
def test_any_databricks_source_is_read(text: str) -> None:
    result = decode(b"# Databricks notebook source\n" + text.encode("utf-8", "replace"), "n.py")
    if isinstance(result, Notebook):
        assert_sound(result)
        assert result.problems or isinstance(parse(result), ast.Module)
    else:
        assert isinstance(result, Problem)


@pytest.mark.parametrize("piece", [" ", "%time ", "(", "'", "x = ", "%", "\\\n", "a[", ">>> ", "#", "?", "x,"])
def test_long_cells_take_no_longer_than_they_must(piece: str) -> None:
    notebook = of_cells("n.ipynb", [piece * 3_000 + "!", "x = 1"])
    assert notebook.lines[-1] == "x = 1"
