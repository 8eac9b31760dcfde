"""DET801 to DET803: what is said of the order of cells, and the look-alikes of which nothing is."""

from __future__ import annotations

import ast
import textwrap
from typing import TYPE_CHECKING

import pytest
from tests.helpers import checker_of, diagnose, unmarked

from detlint.registry import registry
from detlint.sources.notebook import of_cells
from detlint.sources.source import SourceFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detlint.diagnostics import Diagnostic


def found(*cells: str, select: str = "DET80", counts: Sequence[int | None] = (), low: bool = False) -> list[Diagnostic]:
    """What is reported of a notebook with these cells."""
    checker = checker_of((select,), min_confidence="low" if low else "medium")
    result = checker.check(of_cells("n.ipynb", [textwrap.dedent(cell) for cell in cells], counts))
    assert not result.errors, result.errors
    return result.diagnostics


def names(*cells: str, low: bool = False) -> list[tuple[str, int | None]]:
    """The names that are reported as out of order, each with its cell."""
    reported = found(*cells, select="DET803", low=low)
    return [(item.message.split("`")[1], item.location.cell) for item in reported]


# ------------------------------------------------------------------------------------------------------------- DET801
@pytest.mark.parametrize(
    ("counts", "cell"),
    [
        ((1, 2, 3), None),
        ((4, 9, 15), None),
        ((None, None, None), None),
        ((0, 0, 0), None),
        ((5, None, 6), None),
        ((5, 0, 6), None),
        ((2, 1, 3), 2),
        ((5, 5, 6), 2),
        ((5, None, 4), 3),
        ((5, 0, 5), 3),
        ((7, 1, 2), 2),
        ((-1, 1, 2), None),
        ((), None),
        ((None, 7, None), None),
        ((0, 1, 2), None),
        ((1, 2, None), None),
        ((100, 200, 100_000), None),
    ],
)
def test_execution_counts(counts: Sequence[int | None], cell: int | None) -> None:
    reported = found("x = 1", "y = 2", "z = 3", select="DET801", counts=counts)
    assert [item.location.cell for item in reported] == ([] if cell is None else [cell])


def test_counts_of_empty_and_foreign_cells_count_too() -> None:
    assert [item.location.cell for item in found("x = 1", "", "%%bash\nls", select="DET801", counts=(3, 2, 4))] == [2]
    assert [item.location.cell for item in found("x = 1", "%%bash\nls", select="DET801", counts=(3, 2))] == [2]


def test_an_empty_cell_has_the_count_of_what_ran_before_it() -> None:
    assert not found("x = 1", "y = 2", "", select="DET801", counts=(1, 2, 2))
    assert [item.location.cell for item in found("x = 1", "", "y = 2", select="DET801", counts=(1, 1, 1))] == [3]


def test_the_counts_are_named() -> None:
    (item,) = found("x = 1", "y = 2", "z = 3", select="DET801", counts=(3, 8, 5))
    assert item.message.startswith("This cell was run as number 5, cell 2 above it as number 8:")


# ------------------------------------------------------------------------------------------------------------- DET802
def test_a_draw_above_the_seed() -> None:
    (item,) = found("import random", "x = random.random()", "y = 1\nrandom.seed(1)", select="DET802")
    assert (item.location.cell, item.location.line, item.location.column) == (2, 1, 5)
    assert "(n.ipynb:cell 3:2)" in item.message
    assert [(each.location.cell, each.location.line) for each in item.related] == [(3, 2)]


def test_it_stands_at_the_call_that_leads_to_the_draw() -> None:
    (item,) = found(
        "import numpy as np\ndef draw():\n    return np.random.rand()",
        "x = draw()",
        "np.random.seed(1)",
        select="DET802",
    )
    assert item.location.cell == 2
    assert [each.location.cell for each in item.related] == [1, 3]


def test_weights_of_keras_count_as_drawn() -> None:
    (item,) = found(
        "import keras",
        "net = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])",
        "keras.utils.set_random_seed(1)",
        select="DET802",
    )
    assert item.location.cell == 2


@pytest.mark.parametrize(
    "cells",
    [
        ("import random\nrandom.seed(1)", "x = random.random()", "random.seed(1)\ny = random.random()"),
        ("import random", "def f():\n    return random.random()", "random.seed(1)", "f()"),
        ("import random", "x = random.Random(3).random()", "random.seed(1)"),
        ("import random", "x = random.random()"),
        ("import random", "random.seed(1)"),
        ("import random, numpy as np", "x = random.random()", "np.random.seed(1)"),
        ("import numpy as np", "rng = np.random.default_rng(0)\nx = rng.random()", "np.random.seed(1)"),
        ("import random", "if False:\n    x = random.random()", "random.seed(1)"),
        ("import torch\nfrom helpers import set_seed", "set_seed(3)", "x = torch.rand(3)", "torch.manual_seed(1)"),
        ("import random", "%%script false\nx = random.random()", "random.seed(1)"),
        ("import random", "# x = random.random()", "random.seed(1)"),
    ],
)
def test_seeds_that_are_not_late(cells: Sequence[str]) -> None:
    assert not found(*cells, select="DET802")


def test_it_is_said_in_place_of_seed_after_use() -> None:
    cells = ("import random", "x = random.random()", "random.seed(1)")
    assert [item.code for item in found(*cells, select="DET")] == ["DET802"]
    assert [item.code for item in diagnose("\n".join(cells), select=("DET109", "DET802"))] == ["DET109"]


# ------------------------------------------------------------------------------------------------------------- DET803
@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("print(x)", "x = 1"), [("x", 1)]),
        (("print(x)",), [("x", 1)]),
        (("print(x, y)", "y = x"), [("x", 1), ("y", 1)]),
        (("x = x + 1",), [("x", 1)]),
        (("x += 1",), [("x", 1)]),
        (("os.getcwd()", "import os"), [("os", 1)]),
        (("def f():\n    return x", "f()", "x = 1"), [("x", 1)]),
        (("def f():\n    return g()\ndef g():\n    return x", "f()", "x = 1"), [("x", 1)]),
        (("class C:\n    def __init__(self):\n        self.x = y", "C()", "y = 1"), [("y", 1)]),
        (("class C(Base):\n    pass", "class Base:\n    pass"), [("Base", 1)]),
        (("@decorator\ndef f(): pass", "def decorator(f): return f"), [("decorator", 1)]),
        (("def f(a=x): pass", "x = 1"), [("x", 1)]),
        (("[x for y in z]", "x = 1\nz = [2]"), [("x", 1), ("z", 1)]),
        (("for i in data:\n    print(i)", "data = []"), [("data", 1)]),
        (("if True:\n    print(x)", "x = 1"), [("x", 1)]),
        (("%time f(x)", "x = 1", "def f(x): pass"), [("f", 1), ("x", 1)]),
        (("with open(name) as f:\n    pass",), [("name", 1)]),
        (("a.b = 1",), [("a", 1)]),
        (("a[0] = 1",), [("a", 1)]),
        (("f'{x}'",), [("x", 1)]),
        (("global_name", "def f():\n    local = 1", "local"), [("global_name", 1), ("local", 3)]),
        (("await x",), [("x", 1)]),
        (("x = 1", "del x", "print(x)"), [("x", 3)]),
        (("a, b = 1, 2", "del (a, b)\nprint(3)", "b + a"), [("a", 3), ("b", 3)]),
        (("x = 1", "def f():\n    return x", "del x", "f()"), [("x", 2)]),
        (("def f(): pass\ndel f", "f()", "def f(): pass"), [("f", 2)]),
    ],
)
def test_names_out_of_order(cells: Sequence[str], expected: list[tuple[str, int | None]]) -> None:
    assert sorted(names(*cells)) == sorted(expected)


@pytest.mark.parametrize(
    "cells",
    [
        ("x = 1", "print(x)"),
        ("def f():\n    return x", "x = 1", "f()"),
        ("def f():\n    return x", "y = f", "x = 1", "y()"),
        ("def f():\n    return g()", "def g():\n    return 1", "f()"),
        ("class C:\n    def m(self):\n        return x", "C()", "x = 1"),
        ("f = lambda: x", "x = 1", "f()"),
        ("def f():\n    yield x", "g = f()", "x = 1", "list(g)"),
        ("print(display, get_ipython, _, __, _1, In, Out, _i2, __name__, __file__)",),
        ("xrange(3), unicode('a')",),
        ("from numpy import *", "sin(x)", "x = 1"),
        ("%run setup.py", "print(x)", "x = 1"),
        ("%pylab inline", "plot(x)"),
        ("exec(open('a.py').read())", "print(x)"),
        ("%%R -o frame\nframe <- 1", "print(frame)"),
        ("x = = 1", "print(x)"),
        ("%store -r table_of_x", "print(table_of_x)"),
        ("%%capture out\nf = 1", "print(out)"),
        ("files = !ls", "print(files)"),
        ("try:\n    x\nexcept NameError:\n    x = 1",),
        ("try:\n    import google.colab\n    IN = True\nexcept ImportError:\n    IN = False", "print(IN)"),
        ("for i in range(3):\n    if i:\n        print(before)\n    before = i",),
        ("while True:\n    line = input()\n    if not line:\n        break", "print(line)"),
        ("if 'x' not in globals():\n    x = 1", "print(x)"),
        ("def set_x():\n    global x\n    x = 1", "set_x()", "print(x)"),
        ("with open('a') as f, open('b') as g:\n    f.read()", "g"),
        ("if (found := 1) and found:\n    print(found)",),
        ("[y for x in [1] if (y := x)]", "y"),
        ("(n := 10)", "print(n)", "[(m := i) for i in range(3)]", "print(m)"),
        ("import os.path, numpy.random as r", "os.sep", "r"),
        ("def f(a: 'T', b: Unknown = None) -> Other: pass", "x: Missing = 1"),
        ("match 3:\n    case {'a': b, **rest}:\n        print(b, rest)\n    case [c, *d]:\n        print(c, d)"),
        ("class C:\n    a = 1\n    b = a", "C.a"),
        ("try:\n    pass\nexcept OSError as error:\n    print(error)",),
        ("if False:\n    print(x)",),
        ("def f():\n    if late:\n        return 1\n    return x", "late = bool(input())", "f()", "x = 1"),
        ("?x",),
        ("!echo $x {y}",),
        ("del_me = 1", "del del_me"),
        ("dict(a=1)", "print(f'{1!r:>{2}}')"),
        ("list(map(lambda v: v + w, []))", "w = 1"),
        ("x = 1", "del x", "x = 2", "print(x)"),
        ("x = {'a': 1}", "del x['a']", "del x.b", "print(x)"),
        ("keep = bool(input())", "x = 1", "if not keep:\n    del x", "print(x)"),
        ("x = 1", "def f():\n    x = 2\n    del x", "f()", "print(x)"),
        ("x = 1", "for i in []:\n    del x", "print(x)"),
        ("try:\n    del x\nexcept NameError:\n    pass", "x = 1", "print(x)"),
    ],
)
def test_names_in_order(cells: Sequence[str]) -> None:
    cells = (cells,) if isinstance(cells, str) else cells
    assert not names(*cells)


def test_a_name_is_reported_once_at_its_first_use() -> None:
    (item,) = found("print(1)", "print(x)\nprint(x)", "print(x)", "x = 1", select="DET803")
    assert (item.location.cell, item.location.line, item.location.column) == (2, 1, 7)
    assert "only cell 4 further down defines it" in item.message


def test_where_it_is_defined_is_said() -> None:
    assert "no cell defines it" in found("print(x)", select="DET803")[0].message
    assert "only this cell defines it, further down" in found("print(x)\nx = 1", select="DET803")[0].message


def test_where_it_is_deleted_is_said() -> None:
    (item,) = found("x = 1", "del x", "print(x)", select="DET803")
    assert "cell 2 deletes it" in item.message


def test_what_may_not_run_is_less_sure() -> None:
    sure, unsure = (
        found("print(x)", select="DET803")[0],
        found("import sys\nif sys.argv:\n    print(x)", select="DET803")[0],
    )
    assert sure.confidence > unsure.confidence
    assert unsure.message.endswith("fails when it comes here.")


def test_what_readers_are_to_fill_in_is_low() -> None:
    assert not names("# TODO: define the model\n", "print(model)")
    assert names("# TODO: define the model\n", "print(model)", low=True) == [("model", 2)]


def test_a_star_import_below_defines_nothing_above() -> None:
    assert names("print(x)", "from y import *", "x = 1") == [("x", 1)]
    assert not names("print(x)", "from y import *")


# ---------------------------------------------------------------------------------------- notebooks and Python files
def cells_of(code: str) -> tuple[list[str], list[int]]:
    """A file's statements as cells, with the line that each begins at."""
    tree = ast.parse(code)
    firsts = [
        min(node.lineno, *(d.lineno for d in getattr(node, "decorator_list", [])), node.lineno) for node in tree.body
    ]
    starts = [1, *sorted(set(firsts[1:]))]
    lines = code.split("\n")
    ends = [*(start - 1 for start in starts[1:]), len(lines)]
    return ["\n".join(lines[start - 1 : end]) for start, end in zip(starts, ends, strict=True)], starts


@pytest.mark.parametrize(
    "rule", [rule for rule in registry().rules if rule.code != "DET109"], ids=lambda rule: rule.code
)
def test_rules_say_the_same_of_a_notebook(rule: type) -> None:
    """Each example gives the same as a notebook with a cell for each statement (DET802 stands for DET109 there)."""
    for example in (*rule.bad, *rule.good):  # type: ignore[attr-defined]
        code = unmarked(textwrap.dedent(example.code))
        if example.filename != "example.py":
            continue
        try:
            texts, starts = cells_of(code)
        except SyntaxError:
            continue
        checker = checker_of((rule.code,), example.targets, example.devices)  # type: ignore[attr-defined]
        in_file = checker.check(SourceFile("example.py", code))
        in_cells = checker.check(of_cells("example.ipynb", texts))
        assert not in_cells.errors
        assert sorted(
            (starts[(item.location.cell or 1) - 1] + item.location.line - 1, item.location.column, item.code)
            for item in in_cells.diagnostics
        ) == sorted((item.location.line, item.location.column, item.code) for item in in_file.diagnostics)


def test_commands_without_a_percent_sign() -> None:
    assert names("x = 1", "ls -lh", "cd - x") == []
    assert [name for name, _ in names("x = 1", "total - lh")] == ["total", "lh"]
