"""LibCST's nodes and CPython's are paired one to one, on hand-picked, generated and real code."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import libcst as cst
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detlint.pairing import Limits, PairingError, flatten, pair, walk
from detlint.segments import Segment, Segmenter
from detlint.sources.source import SourceFile

EXPRESSIONS = [
    "f(x, *a, k=1, **kw)", "f(k=1, *a)", "f(**kw, k=1)", "f(x for x in y)", "f(g(h(1))(2))(3).m(4)",
    "a and b and c", "(a and b) and c", "a and (b and c)", "a and b or c and not d", "a or (b or c) or d",
    "a < b <= c != d", "a < (b < c)", "not a in b", "-1", "--x ** -y", "a if b else c if d else e",
    "lambda: 0", "lambda x, y=1, *a, z, w=2, **k: x", "lambda x, /, y=f(1), *, z=g(2): lambda: h(3)",
    "{1: f(2), **d, **g(3), 'k': {4: 5}}", "{f(1), *g(2)}", "{}", "[*a, f(b)]", "(f(1),)", "()", "*a, b",
    "[f(x) for x in g(y) if h(x) if i(x) for z in j(x)]", "{f(k): g(v) for k, v in h()}", "{x async for x in y}",
    "x[1]", "x[1:f(2), ...]", "x[(1, 2)]", "x[1,]", "x[(1,)]", "x[::g(3)]", "x[a:b][c, d][(e), f]",
    "f'{a}{f(b)!r:>{w(c)}}' 'd' f'{{}}{g(e)}'", "'a' 'b' \"c\"", "f''", "f'{x=}'", "f'{f(a):{g(b)}.{h(c)}}'",
    "rb'x' b'y'", "f'''{\nf(a)\n}'''", "f'{a}' f'{b}' f'{c}'", "f\"{d['k']}\"",
    "(yield)", "(yield f(x))", "(yield from f(x))", "await f(x)", "(a := f(b))", "[a := 1, b]", "f(a := 1)",
    "None", "True", "...", "1j", "1_000", "0x1f", "1.5e3", "a.b.c", "a.True_", "ﬁ(x)", "名.前(値=1)",
    "(((a)))", "((a).b)(c)", "f(\n  x,  # a comment\n  y,\n)", "f(x\\\n)", "print(*a, sep='')",
]  # fmt: skip

STATEMENTS = [
    "a = b = f(c)", "a, b = f(c)", "a, *b = c", "[a, (b, c)] = d", "a.b = c[d] = e", "a += f(b)", "a[f(i)] -= 1",
    "a: int", "a: f(b) = g(c)", "a.b: int = 1", "a[0]: int = 1", "(a): int = f(b)", "return", "return f(a), b",
    "return *a, b",
    "yield", "x = yield f(a)", "x = await y", "await f(x)", "raise", "raise E(a) from f(b)", "assert f(a), g(b)",
    "del a, b.c, d[f(e)]", "del (a, b)", "del (a), b", "del a,", "del [a, b]", "import a.b as c, d", "from . import a",
    "from .. a import (b as c, d)", "from a import *", "global a, b", "nonlocal a", "pass", "break", "continue",
    "'doc'",
    "f(a); g(b)", "f(a);", "x = (\n1,\n)", "x = '''a\n  b\n'''", "x = 'a\\\nb'",
]  # fmt: skip
if sys.version_info >= (3, 11):
    EXPRESSIONS += ["x[*a]", "x[*a, b]"]
if sys.version_info >= (3, 12):
    EXPRESSIONS += ["f'{f'{a}'}'", "f'{a:{f'{b}'}}'"]
    STATEMENTS += ["type X = f(a)", "type Y[T: f(b), *Ts, **P] = g(c)"]
if sys.version_info >= (3, 14):
    EXPRESSIONS += ["t'{a}{f(b)!r:>{c}}' t'{d}'"]

NO_LIMITS = Limits(depth=10**6, operands=10**6, nodes=10**6)


def segments(text: str) -> list[Segment]:
    """The segments around all nodes of a text."""
    tree = ast.parse(text)
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    segmenter = Segmenter(SourceFile("x.py", text), parents.get)
    found = (segmenter.segment(node) for node in ast.walk(tree) if isinstance(node, (ast.expr, ast.stmt)))
    return list({id(segment): segment for segment in found if segment is not None}.values())


def assert_paired(text: str) -> None:
    """All segments of a text are paired, and every call is one that says the same on both sides."""
    for segment in segments(text):
        calls = [node for node in segment.nodes if isinstance(node, cst.Call)]
        assert [segment.pairs[call] for call in calls] == [n for n in _anchors(segment.root) if isinstance(n, ast.Call)]
        for call in calls:
            other = segment.pairs[call]
            assert isinstance(other, ast.Call)
            assert _same(call, other)


def _anchors(root: ast.AST) -> list[ast.AST]:
    anchors = flatten(root, NO_LIMITS)
    assert anchors is not None
    return anchors


def _same(node: cst.CSTNode, other: ast.AST) -> bool:
    """Whether an expression of LibCST, written out and parsed by CPython, is the one that it is paired with."""
    code = cst.Module([]).code_for_node(node)
    return ast.dump(ast.parse(f"({code})", mode="eval").body) == ast.dump(other)


@pytest.mark.parametrize("code", EXPRESSIONS)
def test_expressions(code: str) -> None:
    assert_paired(f"async def function():\n    {code}\n")
    assert_paired(f"if {code if code[0] != '*' else f'[{code}]'}: pass\n")


@pytest.mark.parametrize("code", STATEMENTS)
def test_statements(code: str) -> None:
    text = f"async def f():\n  def g():\n    while 1:\n      {code}\n" if "nonlocal" not in code else code
    if "nonlocal" in code or ("*" in code and "import" in code):
        text = code
    if code.startswith("type "):
        text = code
    assert_paired(text)


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("f(a, k=b)", [("Arg", "Name"), ("Arg", "keyword")]),
        ("f(*a, **k)", [("Arg", "Starred"), ("Arg", "keyword")]),
        ("f({'k': v, **d})", [("DictElement", "Constant"), ("StarredDictElement", "Name")]),
        ("x[a, b]", [("SubscriptElement", "Tuple"), ("SubscriptElement", "Name")]),
        ("x[a]", [("SubscriptElement", "Name"), ("Index", "Name")]),
        ("x[a:b]", [("SubscriptElement", "Slice"), ("Slice", "Slice")]),
        ("[*a, b]", [("StarredElement", "Starred"), ("Element", "Name")]),
        ("'a' f'{b}'", [("SimpleString", "JoinedStr"), ("FormattedString", "JoinedStr")]),
    ],
)
def test_what_only_libcst_has_stands_for_what_it_wraps(code: str, wanted: list[tuple[str, str]]) -> None:
    (segment,) = segments(code)
    found = [(type(node).__name__, type(other).__name__) for node, other in segment.pairs.items()]
    assert [pair for pair in found if pair in wanted] or not wanted
    assert set(wanted) <= set(found)


def test_an_assignment_of_two_targets_pairs_both() -> None:
    (segment,) = segments("a.x = b = 1")
    targets = [segment.pairs[node] for node in segment.nodes if isinstance(node, cst.AssignTarget)]
    assert [type(target).__name__ for target in targets] == ["Attribute", "Name"]


def test_different_trees_are_told_apart() -> None:
    for one, other in [
        ("f(a)", "f(b)"),
        ("a.b", "a.c"),
        ("f(k=1)", "f(j=1)"),
        ("a + b", "a"),
        ("a", "f(a)"),
        ("True", "False"),
    ]:
        nodes = walk(cst.parse_expression(one))
        with pytest.raises(PairingError):
            pair(nodes, _anchors(ast.parse(other, mode="eval").body))


# -------------------------------------------------------------------------------------------------------- generated
names = st.sampled_from(["a", "b", "f", "g", "torch"])


def _extend(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Larger expressions from smaller ones, in all shapes in which the two trees differ."""
    some = st.lists(inner, max_size=3)
    argument = st.one_of(inner.map(lambda e: f"({e})"), inner.map(lambda e: f"*({e})"))
    keyword = st.one_of(inner.map(lambda e: f"k{len(e)}=({e})"), inner.map(lambda e: f"**({e})"))
    return st.one_of(
        st.builds(
            lambda f, p, k: f"({f})({', '.join([*p, *k])})",
            inner,
            st.lists(argument, max_size=3),
            st.lists(keyword, max_size=2),
        ),
        st.builds(
            lambda f, p, k: f"{f}({', '.join([*p, *k])})",
            names,
            st.lists(argument, max_size=2),
            st.lists(keyword, max_size=3),
        ),
        st.builds(lambda v, n: f"({v}).{n}", inner, names),
        st.builds(lambda v, i: f"({v})[{i}]", inner, inner),
        st.builds(lambda v, i, j: f"({v})[({i}):, ({j})]", inner, inner, inner),
        st.builds(
            lambda o, p: f" {o} ".join(f"({x})" for x in p),
            st.sampled_from(["and", "or", "+", "<"]),
            st.lists(inner, min_size=2, max_size=4),
        ),
        st.builds(
            lambda o, p: f" {o} ".join(p),
            st.sampled_from(["and", "or", "+", "<", "if 1 else"]),
            st.lists(names, min_size=2, max_size=4),
        ),
        some.map(lambda p: f"[{', '.join(p)}]"),
        some.map(lambda p: f"({', '.join(p)}{',' if p else ''})"),
        st.builds(lambda p, q: f"{{{', '.join(f'({k}): ({v})' for k, v in zip(p, q, strict=False))}}}", some, some),
        st.builds(lambda e, i, c: f"[({e}) for x in ({i}) if ({c})]", inner, inner, inner),
        st.builds(lambda d, e: f"(lambda x, y=({d}), *z: ({e}))", inner, inner),
        inner.map(lambda e: f"f'{{({e})}}'" if "'" not in e and "\\" not in e else f"({e})"),
        st.builds(lambda e, i: f"'s' f'{{({e}):{{({i})}}}}'" if "'" not in e + i else f"({e})", inner, inner),
        st.builds(lambda n, e: f"({n} := ({e}))", names, inner),
    )


expressions = st.recursive(st.one_of(names, st.sampled_from(["1", "None", "'t'", "-1", "..."])), _extend, max_leaves=12)
statements = st.one_of(
    st.builds(lambda t, e: f"{t} = {e}", st.sampled_from(["x", "x.y", "x, y", "x[0]", "x = y"]), expressions),
    st.builds(lambda e: f"x += {e}", expressions),
    st.builds(lambda e: f"assert {e}", expressions),
    st.builds(lambda e: f"for x in {e}: pass", expressions),
    st.builds(lambda e, n: f"with {e} as {n}: pass", expressions, names),
    st.builds(lambda e, d: f"@{e}\ndef f(a=({d})): return", expressions, expressions),
)


@given(statements)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_generated_code(code: str) -> None:
    try:
        ast.parse(code)
    except SyntaxError:
        return
    assert_paired(code)


def test_the_standard_library_in_part() -> None:
    """Several thousand calls; `benchmarks/pairing.py` does the same with everything that it is pointed at."""
    calls = 0
    for name in ("argparse", "dataclasses", "inspect", "typing", "statistics", "logging/__init__", "tarfile"):
        text = (Path(ast.__file__).parent / f"{name}.py").read_text("utf-8")
        calls += sum(isinstance(node, cst.Call) for segment in segments(text) for node in segment.nodes)
    assert calls > 3_000
