"""The steps of which rules make their fixes."""

from __future__ import annotations

import ast
from collections.abc import Callable

import pytest

from detlint.checker import Checker
from detlint.diagnostics import Severity
from detlint.fixes.editing import edited_text
from detlint.plugins import Library, Pack
from detlint.registry import Registry
from detlint.rules.base import Candidates, Rule
from detlint.rules.repairs import Repair
from detlint.settings import Settings
from detlint.sources.source import SourceFile

Step = Callable[[Repair, ast.Call], object]


def repaired(code: str, step: Step) -> str | None:
    """What a step makes of a piece of code; it is given the first call of `here`. None if it gives the repair up."""
    taken: list[ast.Call] = []

    class Steps(Rule):
        code = "ACM900"
        name = "acme-steps"
        summary = "a call of here"
        why = "It is what the tests look for, and nothing else is."
        severity = Severity.ERROR
        scope = "file"
        candidates = Candidates(words=("here",))

        def check_file(self) -> None:
            calls = (call for call in self.context.index.calls if getattr(call.func, "id", "") == "here")
            call = next(calls)
            taken.append(call)
            repair = Repair(self.context)
            step(repair, call)
            self.report(call, "Here.", fix=repair.safe("Repair it"))

    pack = Pack(name="acme", prefix="ACM", rules=(Steps,), library=Library())
    result = Checker(Settings(), Registry((pack,))).check(SourceFile("a.py", code))
    assert not result.errors, result.errors
    assert taken
    (diagnostic,) = result.diagnostics
    if diagnostic.fix is None:
        return None
    after = edited_text(code, diagnostic.fix.edits)
    compile(after, "a.py", "exec")
    return after


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("here()\n", "here(s=1)\n"),
        ("here(a)\n", "here(a, s=1)\n"),
        ("here((a))\n", "here((a), s=1)\n"),
        ("here(a,)\n", "here(a, s=1)\n"),
        ("here(*a, **b)\n", "here(*a, **b, s=1)\n"),
        ("here((yield_, 1))\n", "here((yield_, 1), s=1)\n"),
        ("here((x for x in a))\n", "here((x for x in a), s=1)\n"),
        ("here(\n    a,\n    b,\n)\n", "here(\n    a,\n    b,\n    s=1,\n)\n"),
        ("here(\n    a,\n    b\n)\n", "here(\n    a,\n    b,\n    s=1\n)\n"),
        ("here(\n    a,  # first\n    b,  # second\n)\n", "here(\n    a,  # first\n    b,  # second\n    s=1,\n)\n"),
        ("here(\n    a,\n    b  # second\n)\n", "here(\n    a,\n    b,  # second\n    s=1\n)\n"),
        ("here(a,\n     b)\n", "here(a,\n     b,\n     s=1)\n"),
        ("here(\n    a, b\n)\n", "here(\n    a, b, s=1\n)\n"),
        ("here(a, f(\n    b,\n))\n", "here(a, f(\n    b,\n), s=1)\n"),
        ("here(a,  # why\n     b)  # and\n", "here(a,  # why\n     b,\n     s=1)  # and\n"),
        ("x = here(x for x in a)\n", None),
        ('x = f"{here(a)}"\n', None),
    ],
)
def test_an_argument_is_added(code: str, expected: str | None) -> None:
    assert repaired(code, lambda repair, call: repair.add_argument(call, "s=1")) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("here(s=None)\n", "here(s=1)\n"),
        ("here(a, s = (None), b=2)\n", "here(a, s = (1), b=2)\n"),
        ("here(a)\n", "here(a, s=1)\n"),
        ("here(s=[  # why\n    2])\n", None),
    ],
)
def test_an_argument_is_set(code: str, expected: str | None) -> None:
    assert repaired(code, lambda repair, call: repair.set_argument(call, "s", "1")) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("here(bad)\n", "here()\n"),
        ("here(bad, a)\n", "here(a)\n"),
        ("here(a, bad)\n", "here(a)\n"),
        ("here(a, (bad))\n", "here(a)\n"),
        ("here((a), bad,)\n", "here((a),)\n"),
        ("here(a, x=bad, b=1)\n", "here(a, b=1)\n"),
        ("here(\n    a,\n    bad,\n)\n", "here(\n    a,\n)\n"),
        ("here(\n    a,  # kept\n    bad,\n)\n", None),
        ("here(\n    bad,  # lost\n    a,\n)\n", None),
        ("here(\n    a,\n    bad,  # about bad\n)\n", "here(\n    a,  # about bad\n)\n"),
        ("here(\n    bad,\n    a,\n)\n", "here(\n    a,\n)\n"),
    ],
)
def test_an_argument_is_removed(code: str, expected: str | None) -> None:
    def step(repair: Repair, call: ast.Call) -> None:
        arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
        repair.remove_argument(call, next(each for each in arguments if getattr(each, "id", "") == "bad"))

    assert repaired(code, step) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("here({'a': 1})\n", "here({'a': 1, 's': 1})\n"),
        ("here({})\n", "here({'s': 1})\n"),
        ("here({\n    'a': 1,\n})\n", "here({\n    'a': 1,\n    's': 1,\n})\n"),
        ("here({\n    'a': 1,\n    **b,\n})\n", "here({\n    'a': 1,\n    **b, 's': 1\n})\n"),
        ("here({x: 1 for x in a})\n", None),
    ],
)
def test_an_entry_is_added(code: str, expected: str | None) -> None:
    assert repaired(code, lambda repair, call: repair.add_entry(call.args[0], "'s': 1")) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("here({'a': 1, 'b': 2})\n", "here({'b': 2})\n"),
        ("here({'b': 2, 'a': 1})\n", "here({'b': 2})\n"),
        ("here({'a': 1})\n", "here({})\n"),
        ("here({**b, 'a': 1, **c})\n", "here({**b, **c})\n"),
        ("here({\n    'b': 2,\n    'a': 1,\n})\n", "here({\n    'b': 2,\n})\n"),
    ],
)
def test_an_entry_is_removed(code: str, expected: str | None) -> None:
    def step(repair: Repair, call: ast.Call) -> None:
        display = call.args[0]
        assert isinstance(display, ast.Dict)
        repair.remove_entry(display, next(key for key in display.keys if getattr(key, "value", "") == "a" and key))

    assert repaired(code, step) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("x = here(a)\n", "x = sorted(here(a))\n"),
        ("for x in here(  # why\n    a):\n    pass\n", "for x in sorted(here(  # why\n    a)):\n    pass\n"),
        ("x = (here(a)  # why\n)\n", "x = (sorted(here(a))  # why\n)\n"),
        ("x = f'{here(a)}'\n", None),
    ],
)
def test_an_expression_is_wrapped(code: str, expected: str | None) -> None:
    assert repaired(code, lambda repair, call: repair.wrap(call, "sorted(", ")")) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("here(x for x in a)\n", None),
        ("here((x for x in a))\n", "here(sorted((x for x in a)))\n"),
        ("here(a)[1, 2]\n", "here(sorted(a))[1, 2]\n"),
    ],
)
def test_an_argument_is_wrapped(code: str, expected: str | None) -> None:
    assert repaired(code, lambda repair, call: repair.wrap(call.args[0], "sorted(", ")")) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("here()\n", "new()\nhere()\n"),
        ("if a:\n    here()  # why\n", "if a:\n    new()\n    here()  # why\n"),
        (
            "if a:\n    b\n    # why\n    # here\n    here()\n",
            "if a:\n    b\n    new()\n    # why\n    # here\n    here()\n",
        ),
        ("#!/bin/python\nhere()\n", "#!/bin/python\nnew()\nhere()\n"),
        ("if a: here()\n", None),
        ("x = 1; here()\n", None),
        ("@here()\n@other\ndef f():\n    pass\n", "new()\n@here()\n@other\ndef f():\n    pass\n"),
        ("if a:\n\tx = here()\n", "if a:\n\tnew()\n\tx = here()\n"),
        ("for x in here():\n    pass\n", "new()\nfor x in here():\n    pass\n"),
        ("x = 1 + \\\n    2\nhere()\n", "x = 1 + \\\n    2\nnew()\nhere()\n"),
    ],
)
def test_a_statement_is_inserted_before(code: str, expected: str | None) -> None:
    assert repaired(code, lambda repair, call: repair.insert_before(call, "new()")) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("here()", "here()\nnew()"),
        ("if a:\n    here()  # why\nb\n", "if a:\n    here()  # why\n    new()\nb\n"),
        ("here(); x = 1\n", None),
        ("x = '''\n''', here(\n)\nb\n", "x = '''\n''', here(\n)\nnew()\nb\n"),
    ],
)
def test_a_statement_is_inserted_after(code: str, expected: str | None) -> None:
    assert repaired(code, lambda repair, call: repair.insert_after(call, "new()")) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("def f():\n    here()\n", "def f():\n    new()\n    here()\n"),
        ('def f():\n    """Say."""\n    here()\n', 'def f():\n    """Say."""\n    new()\n    here()\n'),
        ("def f(): here()\n", None),
    ],
)
def test_a_statement_is_inserted_first(code: str, expected: str | None) -> None:
    def step(repair: Repair, call: ast.Call) -> None:
        function = repair.index.function(call)
        assert function is not None
        repair.insert_first(function, "new()")

    assert repaired(code, step) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("here()\nb\n", "b\n"),
        ("a\nhere()", "a"),
        ("if a:\n    here()\n", "if a:\n    pass\n"),
        ("if a:\n    here()\n    b\n", "if a:\n    b\n"),
        ("here()  # why\nb\n", None),
        ("here(); b\n", None),
    ],
)
def test_a_statement_is_removed(code: str, expected: str | None) -> None:
    assert repaired(code, lambda repair, call: repair.remove_statement(call)) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import np\nhere()\n", None),
        ("here()\n", "import numpy as np\n\nhere()\nnp.random.seed"),
        ("import numpy\nhere()\n", "import numpy\nhere()\nnumpy.random.seed"),
        ("import numpy as n\nhere()\n", "import numpy as n\nhere()\nn.random.seed"),
        ("from numpy import random\nhere()\n", "from numpy import random\nhere()\nrandom.seed"),
        ("from numpy.random import seed as s\nhere()\n", "from numpy.random import seed as s\nhere()\ns"),
        ('"""Doc."""\nhere()\n', '"""Doc."""\n\nimport numpy as np\n\nhere()\nnp.random.seed'),
        (
            "from __future__ import annotations\n\nimport os\nimport torch\n\nhere()\n",
            "from __future__ import annotations\n\nimport os\nimport numpy as np\nimport torch\n\nhere()\n"
            "np.random.seed",
        ),
        (
            "import os\nfrom . import x\nhere()\n",
            "import os\n\nimport numpy as np\n\nfrom . import x\nhere()\nnp.random.seed",
        ),
        ("import os\n\nhere()\n", "import os\n\nimport numpy as np\n\nhere()\nnp.random.seed"),
        ("import torch  # why\n\nhere()\n", "import numpy as np\nimport torch  # why\n\nhere()\nnp.random.seed"),
        ("from . import x\n\nhere()\n", "import numpy as np\n\nfrom . import x\n\nhere()\nnp.random.seed"),
        (
            "# Licence.\n\n# About x.\nx = 1\nhere()\n",
            "# Licence.\n\nimport numpy as np\n\n# About x.\nx = 1\nhere()\nnp.random.seed",
        ),
        ("#!/bin/python\nhere()\n", "#!/bin/python\nimport numpy as np\n\nhere()\nnp.random.seed"),
        ("np = 1\nhere()\n", None),
        ("def f(np):\n    here()\n", None),
        (
            "import os\n\n\ndef f():\n    here()\n",
            "import os\n\nimport numpy as np\n\n\ndef f():\n    here()\nnp.random.seed",
        ),
        (
            "def f():\n    import numpy as np\n    here()\n",
            "def f():\n    import numpy as np\n    here()\nnp.random.seed",
        ),
        (
            "def f():\n    import numpy as np\n\n\nhere()\n",
            "import numpy as np\n\n\ndef f():\n    import numpy as np\n\n\nhere()\nnp.random.seed",
        ),
        (
            "import numpy as np\nhere()\nimport numpy as np\n",
            "import numpy as np\nhere()\nimport numpy as np\nnp.random.seed",
        ),
        ("here()\nimport numpy as np\n", "import numpy as np\n\nhere()\nimport numpy as np\nnp.random.seed"),
        (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import numpy as np\nhere()\n",
            "from typing import TYPE_CHECKING\n\nimport numpy as np\n\nif TYPE_CHECKING:\n    import numpy as np\n"
            "here()\nnp.random.seed",
        ),
        (
            "try:\n    import numpy as np\nexcept ImportError:\n    np = None\nhere()\n",
            "try:\n    import numpy as np\nexcept ImportError:\n    np = None\nhere()\nnp.random.seed",
        ),
        (
            "from x import (\n    a,\n)\nhere()\n",
            "import numpy as np\nfrom x import (\n    a,\n)\nhere()\nnp.random.seed",
        ),
    ],
)
def test_names_of_libraries(code: str, expected: str | None) -> None:
    def step(repair: Repair, call: ast.Call) -> None:
        written = repair.name("numpy.random.seed", call)
        repair.add_edit(repair.source.between(len(code), len(code)), written)

    assert repaired(code, step) == expected


@pytest.mark.parametrize(
    ("code", "seed"),
    [
        ("SEED = 3\nhere()\n", "SEED"),
        ("def f(seed):\n    here()\n", "seed"),
        ("def f(seed=None):\n    here()\n", ""),
        ("def f(seed=0):\n    here()\n", "seed"),
        ("random_state = 3\n\n\ndef f():\n    here()\n", "random_state"),
        ("import time\n\nseed = int(time.time())\nhere()\n", ""),
        ("here()\nSEED = 3\n", ""),
        ("if x:\n    SEED = 3\nhere()\n", ""),
        ("def f(args):\n    g(args.seed)\n    here()\n", "args.seed"),
        ("def f(args):\n    here()\n    g(args.seed)\n", ""),
        ("import torch\n\ntorch.manual_seed(3)\nhere()\n", "3"),
        ("import torch\n\ntorch.manual_seed(3)\nf(seed=4)\nhere()\n", ""),
        ("def f(config):\n    seed = config['seed']\n    here()\n", "seed"),
    ],
)
def test_seeds(code: str, seed: str) -> None:
    written = repaired(code, lambda repair, call: repair.add_argument(call, f"s={repair.seed(call)}"))
    assert written is not None
    if seed:
        assert f"here(s={seed})" in written
        assert written.count("\n") == code.count("\n")
    else:
        name = "RANDOM_SEED" if "SEED" in code else "SEED"
        assert f"\n{name} = 42\n" in f"\n{written}"
        assert f"here(s={name})" in written


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import a\nimport b\nhere(a)\n", "import b\nx\n"),
        ("from a import b, c\nhere(b)\nc\n", "from a import c\nx\nc\n"),
        ("from a import b, c\nhere(c)\nb\n", "from a import b\nx\nb\n"),
        ("from a import (\n    b,\n    c,\n)\nhere(c)\nb\n", "from a import (\n    b,\n)\nx\nb\n"),
        ("import a\nhere(a, a)\n", "import a\nx\n"),
        ("import a\nhere(a)\n__all__ = ['a']\n", "import a\nx\n__all__ = ['a']\n"),
    ],
)
def test_imports_that_nothing_needs_go(code: str, expected: str) -> None:
    def step(repair: Repair, call: ast.Call) -> None:
        repair.replace(call, "x")
        repair.forget(call)

    assert repaired(code, step) == expected
