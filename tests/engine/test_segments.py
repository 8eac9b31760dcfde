"""What LibCST is given: the right piece of the file, whatever stands around it, and never more than it can take."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import libcst as cst
import pytest
from tests.helpers import diagnose

from detlint.index.syntax import outermost_string
from detlint.segments import Segment, Segmenter, span, span_inside_string
from detlint.sources.source import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterator


class Cut:
    """The segment around the first call of `target` in a text."""

    def __init__(self, text: str) -> None:
        self.source = SourceFile("x.py", text)
        self.tree = ast.parse(text)
        parents = {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}
        self.parents = parents
        self.segmenter = Segmenter(self.source, parents.get)
        self.call = next(
            n for n in ast.walk(self.tree) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "target"
        )

    @property
    def around(self) -> Iterator[ast.AST]:
        outer = self.parents.get(self.call)
        while outer is not None:
            yield outer
            outer = self.parents.get(outer)

    @property
    def segment(self) -> Segment:
        found = self.segmenter.segment(self.call)
        assert found is not None
        return found

    @property
    def text(self) -> str:
        start, end = span(self.source, self.segment.root)
        return self.source.text[start:end]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("x = target(1)\n", "x = target(1)"),
        ("x = target(1)", "x = target(1)"),
        ("a = 1; x = target(1); b = 2\n", "x = target(1)"),
        ("x = target(1); \\\ny = 2\n", "x = target(1)"),
        ("if a: b(); target(1)\nelse: c()\n", "target(1)"),
        ("class A: x = target(1)\n", "x = target(1)"),
        ("if a:\n\tx = target(1)\n", "x = target(1)"),
        ("if a:\n  \tx = target(\n1,\n  )\n", "x = target(\n1,\n  )"),
        ("x = target(1,\r\n  2)\r\n", "x = target(1,\r\n  2)"),
        ("x = '''\n  a\n''', target(1)\n", "x = '''\n  a\n''', target(1)"),
        ("\x0cx = target(1)\n", "x = target(1)"),
        ("if a:\n    b()\n\x0c\n    x = target(1)\n", "x = target(1)"),
        ("x = target(1,\x0c 2)\n", "x = target(1,\x0c 2)"),
        ("é = 'ü'; x = target('ä'), 'ö'; ß = 1\n", "x = target('ä'), 'ö'"),
        ("x = '\u2028'; y = target(1)\n", "y = target(1)"),
        ("x = target(1)  # comment\n", "x = target(1)"),
        ("return_ = 1\ndef f():\n    return target(1)\n", "return target(1)"),
        ("def f():\n    x = yield target(1)\n", "x = yield target(1)"),
        ("async def f():\n    await target(1)\n", "await target(1)"),
        ("for a in b:\n    if target(1): continue\n", "target(1)"),
    ],
)
def test_simple_statements_are_cut_out_exactly(text: str, wanted: str) -> None:
    assert Cut(text).text == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("if x and target(1): pass\n", "x and target(1)"),
        ("if a:\n    pass\nelif target(1) + 1:\n    pass\n", "target(1) + 1"),
        ("while (x := target(1)):\n    pass\n", "x := target(1)"),
        ("for x in a, target(1):\n    pass\n", "a, target(1)"),
        ("for x[target(1)] in a:\n    pass\n", "x[target(1)]"),
        ("async def f():\n    async for x in target(1):\n        pass\n", "target(1)"),
        ("with a as b, target(1) as c:\n    pass\n", "target(1)"),
        ("with a as b[target(1)]:\n    pass\n", "b[target(1)]"),
        ("try:\n    pass\nexcept (A, target(1)) as e:\n    pass\n", "(A, target(1))"),
        ("@a.b(target(1))\ndef f(): pass\n", "a.b(target(1))"),
        ("@target(1)\nclass A: pass\n", "target(1)"),
        ("def f(a, b=[target(1)], *, c=2): pass\n", "[target(1)]"),
        ("def f(a: b[target(1)]): pass\n", "b[target(1)]"),
        ("def f() -> target(1): pass\n", "target(1)"),
        ("class A(b, c=target(1)): pass\n", "target(1)"),
        ("class A(*target(1)): pass\n", "target(1)"),
        ("match target(1), 2:\n    case _: pass\n", "target(1), 2"),
        ("match a:\n    case b if target(1): pass\n", "target(1)"),
        ("if f'{x}{target(1)}': pass\n", "f'{x}{target(1)}'"),
        ("if (\n    a\n    and target(1)\n): pass\n", "a\n    and target(1)"),
        ("if [x for x in y if target(1)]: pass\n", "[x for x in y if target(1)]"),
        ("if lambda a=target(1): a: pass\n", "lambda a=target(1): a"),
        ("if x[a:target(1), 2]: pass\n", "x[a:target(1), 2]"),
        ("def f():\n    if (yield target(1)): pass\n", "yield target(1)"),
    ],
)
def test_of_a_header_the_expression_is_taken_alone(text: str, wanted: str) -> None:
    assert Cut(text).text == wanted


def test_syntax_that_libcst_does_not_know_is_narrowed_to_the_expression() -> None:
    cut = Cut("(x): int = [target(1), 2]\n")
    assert cut.text == "[target(1), 2]"
    assert cut.segmenter.segment(cut.call) is cut.segment


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("x = " + "-" * 80 + "f(" + "-" * 80 + "target(1))\n", None),
        ("x = " + " and ".join(["a"] * 501) + " and target(1)\n", "target(1)"),
        ("x = [" + "a, " * 6_000 + "g(target(1))]\n", "g(target(1))"),
        ("x = (" + "'a' " * 3_000 + ", target(1))\n", "target(1)"),
        ("x = y[" + "-" * 99 + "a, target(1)]\n", "target(1)"),
    ],
)
def test_what_is_too_large_is_narrowed(text: str, wanted: str | None) -> None:
    cut = Cut(text)
    if wanted is not None:
        assert cut.text == wanted
    else:
        assert cut.text.endswith("target(1))")
        assert 90 < len(cut.text) < 120


def test_a_string_is_taken_as_a_whole_or_not_at_all() -> None:
    """Its parts have no trustworthy places before Python 3.12."""
    cut = Cut("x = f'{" + "-" * 98 + "target(1)}'\n")
    assert cut.segmenter.segment(cut.call) is None


def test_candidates_of_one_huge_statement_are_found_in_linear_time() -> None:
    text = "x = [\n" + "    target(1),\n" * 20_000 + "]\n"
    cut = Cut(text)
    calls = [node for node in ast.walk(cut.tree) if isinstance(node, ast.Call)]
    roots = {cut.segmenter.root(call) for call in calls}
    assert roots == set(calls)


def test_libcst_survives_the_limits() -> None:
    """In a process of its own: what is beyond its strength would take the process with it."""
    shapes = [
        "-" * 95 + "a",
        "(" * 99 + "f(" * 95 + "a" + ")" * 194,
        "(" * 199 + "a" + ")" * 199,
        "a" + ".b(c)" * 49,
        "a" + " + a" * 95,
        " or ".join(["a"] * 500),
        "f(" * 95 + " or ".join(["a"] * 500) + ")" * 95,
        " < ".join(["a"] * 4_000),
        "(" + "'a' " * 1_000 + ")",
        "[" * 95 + "a" + "]" * 95,
        "{1:" * 95 + "a" + "}" * 95,
        "lambda: " * 95 + "a",
        "a if b else " * 95 + "c",
    ]
    program = (
        "import ast, sys, threading\n"
        "sys.path[:0] = sys.argv[1:]\n"
        "from tests.engine.test_segments import Cut\n"
        f"shapes = {shapes!r}\n"
        "def work():\n"
        "    for shape in shapes:\n"
        "        assert Cut(f'x = target(1), {shape}\\n').text.startswith('x')\n"
        "    print('alive')\n"
        "threading.stack_size(2 << 20)\n"
        "thread = threading.Thread(target=work)\n"
        "thread.start()\n"
        "thread.join()\n"
    )
    done = subprocess.run([sys.executable, "-c", program, *sys.path], capture_output=True, text=True, check=False)
    assert done.stdout == "alive\n", done.stderr[-2_000:]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("x = f'{target(1)}'\n", "target(1)"),
        ("x = f'é{a!r}{b:>{target(1)}}'\n", "target(1)"),
        ("x = (\n  'a'\n  f'''{a}\n  {g(  target(1)  )}'''\n)\n", "target(1)"),
        ("x = f'{a}' f'{(target(1))}'\n", "target(1)"),
        ("x = ((f'{target(1).b}'))\n", "target(1)"),
    ],
)
def test_the_place_of_a_node_inside_a_string_is_found_by_writing_the_string_anew(text: str, wanted: str) -> None:
    cut = Cut(text)
    string = outermost_string(cut.around)
    assert string is not None
    start, end = span_inside_string(cut.segment, string, cut.call, cut.source)
    assert text[start:end] == wanted
    start, end = span_inside_string(cut.segment, string, cut.call.func, cut.source)
    assert text[start:end] == "target"


def test_the_place_of_a_keyword_inside_a_string() -> None:
    text = "x = f'{target(a, k = (b))}'\n"
    cut = Cut(text)
    string = outermost_string(cut.around)
    assert string is not None
    start, end = span_inside_string(cut.segment, string, cut.call.keywords[0], cut.source)
    assert text[start:end] == "k = (b"  # without parentheses around the value, as for all expressions


def test_a_segment_is_parsed_once() -> None:
    cut = Cut("x = target(1), target(2)\n")
    first, second = (node for node in ast.walk(cut.tree) if isinstance(node, ast.Call))
    assert cut.segmenter.segment(first) is cut.segmenter.segment(second)
    assert sum(isinstance(node, cst.Call) for node in cut.segment.nodes) == 2


@pytest.mark.parametrize(
    "code",
    [
        "x = f'{list(set(names))}'",
        "x = f'é {list(set(names))!r:>20} b'",
        "x = f'{list(set(names))} {list(set(names))}'",
        "x = f'''a\n {list(set(names))}\n'''",
        "x = ('a' f'b'\n     f'é{list(set(names))}')",
        "x = f'''{f'{list(set(names))}'}'''",
    ],
)
def test_places_inside_strings_are_those_of_the_text(code: str) -> None:
    text = f"def f(names: list[str]):\n    {code}\n    return x\n"
    source = SourceFile("x.py", text)
    places = [source.offset(each.location.line, each.location.column) for each in diagnose(text, "DET106")]
    assert places == [match.start() for match in re.finditer(r"set\(", text)]
