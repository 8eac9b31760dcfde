from __future__ import annotations

import ast
import codecs
import io
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from detlint.sources.source import Problem, Skipped, SourceFile, decode, parse, read_source, read_stream

if TYPE_CHECKING:
    from pathlib import Path


def source_of(data: bytes) -> SourceFile:
    source = decode(data, "a.py")
    assert isinstance(source, SourceFile), source
    return source


def problem_of(data: bytes) -> Problem:
    source = decode(data, "a.py")
    found = parse(source) if isinstance(source, SourceFile) else source
    assert isinstance(found, Problem), found
    return found


def place(problem: Problem) -> tuple[int, int]:
    return problem.location.line, problem.location.column


@given(st.binary(max_size=200))
@example(b"# coding: utf-7\n+AGE-")
@example(b"# coding: unicode_escape\n\\ud800")
@example(b"# coding: undefined\n")
@example(b"# coding: utf-16\n")
@example(codecs.BOM_UTF8 + b"# coding: latin-1\n")
def test_any_bytes_are_text_or_a_problem(data: bytes) -> None:
    source = decode(data, "a.py")
    if isinstance(source, SourceFile):
        found = parse(source)
        assert isinstance(found, (ast.Module, Problem))
        if isinstance(found, Problem):
            line, column = place(found)
            assert 1 <= line <= len(source.lines)
            assert 1 <= column <= len(source.lines[line - 1]) + 1
    else:
        assert place(source) >= (1, 1)
        assert source.message.endswith(".")
        assert source.repair.endswith((".", "`."))


@given(st.text(alphabet=st.sampled_from("aé€😀 \t\f\r\n\x0b\x1c\u2028#'\\"), max_size=80))
def test_lines_end_where_python_ends_them(text: str) -> None:
    source = SourceFile("a.py", text)
    assert source.lines == text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, (line, start) in enumerate(zip(source.lines, source.line_starts, strict=True), 1):
        assert text.startswith(line, start)
        assert source.offset(number, 1) == start
        assert source.offset(number, len(line) + 1) == start + len(line)


@given(st.lists(st.sampled_from(["a", "é", "€", "😀", "'", " "]), max_size=30))
def test_columns_count_characters(parts: list[str]) -> None:
    text = "".join(parts)
    source = SourceFile("a.py", f"x = 1\n{text}\ny")
    for characters in range(len(text) + 1):
        assert source.column(2, len(text[:characters].encode())) == characters + 1


def test_location_of_a_node_behind_wide_characters() -> None:
    source = SourceFile("a.py", "x = 1\r\ny = ['€😀', call(é)]\r\n")
    tree = parse(source)
    assert isinstance(tree, ast.Module)
    call = next(node for node in ast.walk(tree) if isinstance(node, ast.Call))
    found = source.location(call)
    assert (found.line, found.column, found.end_line, found.end_column) == (2, 12, 2, 19)
    assert source.text[source.offset(2, 12) : source.offset(2, 19)] == "call(é)"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"x = 'a'\n", "utf-8"),
        ("# -*- coding: latin-1 -*-\nx = 'é'\n".encode("latin-1"), "iso8859-1"),
        ("#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nx = '€'\n".encode("cp1252"), "cp1252"),
        ("\n# coding=euc-jp\nx = '東'\n".encode("euc-jp"), "euc_jp"),
        ("# coding: latin-1\rx = 'é'\r".encode("latin-1"), "iso8859-1"),
        ("# -*- coding: utf-8-unix -*-\nx = '€'\n".encode(), "utf-8"),
        ("x = 1\n# coding: latin-1\nx = '€'\n".encode(), "utf-8"),
    ],
)
def test_the_coding_comment_decides(data: bytes, encoding: str) -> None:
    source = source_of(data)
    assert source.encoding == encoding
    assert source.text.encode(encoding) == data
    assert isinstance(parse(source), ast.Module)


def test_a_byte_order_mark_is_no_text() -> None:
    source = source_of(codecs.BOM_UTF8 + "é = 1\n".encode())
    assert source.bom
    assert source.text == "é = 1\n"


@pytest.mark.parametrize(
    ("data", "where", "words"),
    [
        (b'x = 1\nNAME = "caf\xe9"\n', (2, 12), "0xe9 cannot be decoded as UTF-8"),
        ("x = '€€".encode() + b"\xff'", (1, 8), "0xff"),
        (b"x = 1\ny =\0 2\n", (2, 4), "NUL"),
        ("x = 1".encode("utf-16"), (1, 1), "UTF-16"),
        (b"# coding: nonsense\n", (1, 1), "Unknown encoding `nonsense`"),
        (b"# coding: hex\n", (1, 1), "Cannot be decoded as hex"),
        (codecs.BOM_UTF8 + b"# coding: latin-1\n", (1, 1), "byte order mark"),
        (b"# coding: ascii\nx = '\xe9'\n", (2, 6), "0xe9 cannot be decoded as ASCII"),
    ],
)
def test_what_cannot_be_decoded_is_named(data: bytes, where: tuple[int, int], words: str) -> None:
    problem = problem_of(data)
    assert place(problem) == where
    assert words in problem.message


@pytest.mark.parametrize(
    ("code", "line", "construct"),
    [
        ("x = 1\nprint 'a'\n", 2, "`print` statement"),
        ("print 'a' % (1, 2)\n", 1, "`print` statement"),
        ("if x: print x, y\n", 1, "`print` statement"),
        ("exec 'x'\n", 1, "`exec` statement"),
        ("try:\n    pass\nexcept ValueError, e:\n    pass\n", 3, "`except E, name`"),
        ("try:\n    pass\nexcept (IOError, OSError), error:\n    pass\n", 3, "`except E, name`"),
        ("raise ValueError, 'bad'\n", 1, "`raise E, value`"),
        ("x = a <> b\n", 1, "`<>`"),
        ("x = `a`\n", 1, "backticks"),
        ("x = ur'a'\n", 1, "`ur` string"),
        ("x = 10L\n", 1, "long integer"),
        ("x = 0777\n", 1, "octal number"),
        ("def f(a, (b, c)):\n    pass\n", 1, "tuple parameter"),
    ],
)
def test_python_2_is_called_python_2(code: str, line: int, construct: str) -> None:
    problem = problem_of(code.encode())
    assert f"Python 2 code ({construct})" in problem.message
    assert problem.location.line == line


@pytest.mark.parametrize(
    "code",
    [
        "def f(a,\n",
        "x = (1, 2\ny = 3\n",
        "foo(  # use `bar` and 10L\n",
        "x = 'a",
        "if x:\n",
        "class A\n",
        "x = = 1 # <>\n",
    ],
)
def test_half_typed_code_is_neither_old_nor_new(code: str) -> None:
    assert problem_of(code.encode()).message.startswith("Cannot be parsed: ")


NEWER = [
    ("type X = int\n", (3, 12)),
    ("def first[T](x: list[T]) -> T:\n    return x[0]\n", (3, 12)),
    ("class Box[T]: pass\n", (3, 12)),
    ('x = f"{d["key"]}"\n', (3, 12)),
    ("class Box[T = int]: pass\n", (3, 13)),
    ("try:\n    pass\nexcept ValueError, TypeError:\n    pass\n", (3, 14)),
    ('x = t"a {b}"\n', (3, 14)),
]


@pytest.mark.parametrize(("code", "version"), NEWER)
def test_newer_syntax_asks_for_a_newer_python(code: str, version: tuple[int, int]) -> None:
    found = parse(source_of(code.encode()))
    if sys.version_info >= version:
        assert isinstance(found, ast.Module)
    else:
        assert isinstance(found, Problem)
        assert "needs detlint under Python {}.{}".format(*version) in found.repair
        assert "does not know yet" in found.message


def test_wrong_literals_are_not_called_newer() -> None:
    assert problem_of(b'x = "\\N{no such name}"\n').message.startswith("Cannot be parsed: ")
    assert problem_of('x = b"é"\n'.encode()).message.startswith("Cannot be parsed: ")


DEEP = {
    "parentheses": "x = " + "(" * 5_000 + ")" * 5_000,
    "open brackets": "[" * 5_000,
    "newer syntax and brackets": "type X = " + "[" * 5_000 + "]" * 5_000,
    "brackets in what only newer syntax ends": 'x = f"{\'"\'}" + ' + "(" * 5_000 + ")" * 5_000 + '"',
    "unary": "x = " + "-" * 100_000 + "1",
    "sum": "x = " + "1 + " * 100_000 + "1",
    "attributes": "x = a" + ".b" * 50_000,
    "and": "type X = " + "a and " * 100_000 + "a",
    "elif": "type X = int\nif a: pass\n" + "elif a: pass\n" * 20_000,
    "indentation": "".join(f"{' ' * depth}if a:\n" for depth in range(150)) + " " * 150 + "pass",
}


@pytest.mark.parametrize("name", DEEP)
def test_deep_nesting_ends_in_a_tree_or_a_problem(name: str, tmp_path: Path) -> None:
    file = tmp_path / "deep.py"
    file.write_text(DEEP[name])
    # In a process of its own: what must not happen is that the interpreter dies.
    code = "import sys; from detlint.sources.source import *; print(type(parse(read_source(sys.argv[1]))).__name__)"
    done = subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-500:]
    assert done.stdout.strip() in ("Problem", "Module")


def test_a_hundred_thousand_operands_are_a_tree() -> None:
    assert isinstance(parse(SourceFile("a.py", "x = " + "a and " * 100_000 + "a")), ast.Module)


def test_warnings_about_the_code_are_not_errors(recwarn: pytest.WarningsRecorder) -> None:
    code = "import warnings; warnings.simplefilter('error')\nfrom detlint.sources.source import *\n"
    code += "print(type(parse(SourceFile('a.py', 'x = \"\\\\d\"; 1 is 1'))).__name__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("Module", "")
    assert isinstance(parse(SourceFile("a.py", "x = '\\d'")), ast.Module)
    assert not recwarn.list


def test_reading(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_bytes(b"x = 1\r\n")
    source = read_source(file, "shown/a.py")
    assert isinstance(source, SourceFile)
    assert (source.path, source.text) == ("shown/a.py", "x = 1\r\n")
    assert isinstance(read_source(file, max_size=7), SourceFile)
    assert isinstance(read_source(file, max_size=6), Skipped)
    missing = read_source(tmp_path / "gone.py")
    assert isinstance(missing, Problem)
    assert "No such file" in missing.message
    folder = read_source(tmp_path)
    assert isinstance(folder, Problem)
    assert "Cannot be read" in folder.message
    assert isinstance(read_source("a\0b.py"), Problem)


def test_standard_input_is_bounded() -> None:
    assert read_stream(io.BytesIO(b"x = 1"), 4) is None
    assert read_stream(io.BytesIO(b"x = 1"), 5) == b"x = 1"
