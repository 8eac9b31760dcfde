"""DET204: deterministic mode turned off or weakened, and code that restores, asks or only looks like it."""

from __future__ import annotations

import pytest
from tests.helpers import check, marked_lines

REPORTED = {
    "positional": "import torch\ntorch.use_deterministic_algorithms(False)  # !\ntorch.ones(2).sum()\n",
    "keyword": "import torch\ntorch.use_deterministic_algorithms(mode=False)  # !\ntorch.ones(2).sum()\n",
    "imported under a name": "from torch import use_deterministic_algorithms as uda\nuda(False)  # !\n",
    "constant": "import torch\nSTRICT = False\ntorch.use_deterministic_algorithms(STRICT)  # !\n",
    "warn only": "import torch\ntorch.use_deterministic_algorithms(True, warn_only=True)  # !\n",
    "warn only, in a dict": """
        import torch
        OPTIONS = {"warn_only": True}  # !
        torch.use_deterministic_algorithms(True, **OPTIONS)
    """,
    "debug mode by name": 'import torch\ntorch.set_deterministic_debug_mode("warn")  # !\n',
    "debug mode by number": "import torch\ntorch.set_deterministic_debug_mode(0)  # !\n",
    "debug mode by keyword": 'import torch\ntorch.set_deterministic_debug_mode(debug_mode="default")  # !\n',
    "memory": "import torch\ntorch.utils.deterministic.fill_uninitialized_memory = False  # !\n",
    "memory, by setattr": """
        import torch
        setattr(torch.utils.deterministic, "fill_uninitialized_memory", False)  # !
    """,
    "on, then off, then an op": """
        import torch
        def f(x):
            torch.use_deterministic_algorithms(True)
            a = x.sum()
            torch.use_deterministic_algorithms(False)  # !
            return a, torch.histc(x)
    """,
    "off, an op, on": """
        import torch
        def f(x):
            torch.use_deterministic_algorithms(False)  # !
            y = torch.histc(x)
            torch.use_deterministic_algorithms(True)
            return y
    """,
    "in a try": """
        import torch
        try:
            torch.use_deterministic_algorithms(True, warn_only=True)  # !
        except TypeError:
            torch.use_deterministic_algorithms(True)
    """,
    "asked for, never restored": """
        import torch
        def f(x):
            print(torch.are_deterministic_algorithms_enabled())
            torch.use_deterministic_algorithms(False)  # !
            return torch.histc(x)
    """,
}

FINE = {
    "on": "import torch\ntorch.use_deterministic_algorithms(True)\n",
    "error": 'import torch\ntorch.set_deterministic_debug_mode("error")\n',
    "two": "import torch\ntorch.set_deterministic_debug_mode(2)\n",
    "warn_only=False": "import torch\ntorch.use_deterministic_algorithms(True, warn_only=False)\n",
    "an option": """
        import torch
        def configure(args):
            torch.use_deterministic_algorithms(args.deterministic, warn_only=args.warn_only)
    """,
    "a parameter with a default": """
        import torch
        def configure(deterministic: bool = False):
            torch.use_deterministic_algorithms(deterministic)
    """,
    "gone, so that it raises": "import torch\ntorch.set_deterministic(False)\n",
    "saved and restored": """
        import torch
        def f(x):
            before = torch.are_deterministic_algorithms_enabled()
            torch.use_deterministic_algorithms(False)
            try:
                return torch.histc(x)
            finally:
                torch.use_deterministic_algorithms(before)
    """,
    "restored if it was on": """
        import torch
        def f(x):
            was_on = torch.are_deterministic_algorithms_enabled()
            torch.use_deterministic_algorithms(False)
            y = torch.histc(x)
            if was_on:
                torch.use_deterministic_algorithms(True)
            return y
    """,
    "debug mode saved": """
        import torch
        def f(x):
            before = torch.get_deterministic_debug_mode()
            torch.set_deterministic_debug_mode("default")
            y = torch.histc(x)
            torch.set_deterministic_debug_mode(before)
            return y
    """,
    "memory saved": """
        import torch
        def f():
            old = torch.utils.deterministic.fill_uninitialized_memory
            torch.utils.deterministic.fill_uninitialized_memory = False
            x = torch.empty(3)
            torch.utils.deterministic.fill_uninitialized_memory = old
            return x
    """,
    "context manager": """
        import contextlib
        import torch
        @contextlib.contextmanager
        def fast():
            torch.use_deterministic_algorithms(False)
            yield
            torch.use_deterministic_algorithms(True)
    """,
    "context manager that turns it on": """
        import contextlib
        import torch
        @contextlib.contextmanager
        def strict():
            torch.use_deterministic_algorithms(True)
            try:
                yield
            finally:
                torch.use_deterministic_algorithms(False)
    """,
    "class of a context": """
        import torch
        class Fast:
            def __enter__(self):
                torch.use_deterministic_algorithms(False)
            def __exit__(self, *error):
                torch.use_deterministic_algorithms(True)
    """,
    "test case": """
        import torch
        class TestOps:
            def setUp(self):
                torch.use_deterministic_algorithms(True)
            def tearDown(self):
                torch.use_deterministic_algorithms(False)
    """,
    "fixture that cleans up": """
        import pytest
        import torch
        @pytest.fixture
        def lane():
            yield
            torch.use_deterministic_algorithms(False)
    """,
    "fallback of older versions": """
        import torch
        try:
            torch.set_deterministic_debug_mode("error")
        except Exception:
            torch.set_deterministic_debug_mode(1)
    """,
    "off and on at once": """
        import torch
        torch.use_deterministic_algorithms(False)
        print("checking")
        torch.use_deterministic_algorithms(True)
    """,
    "opposite branch": """
        import torch
        def configure(strict):
            if strict:
                torch.use_deterministic_algorithms(True)
            else:
                torch.use_deterministic_algorithms(False)
    """,
    "last thing a function does": """
        import torch
        def step(loss):
            torch.use_deterministic_algorithms(True)
            loss.backward()
            torch.use_deterministic_algorithms(False)
    """,
    "own method": """
        class Engine:
            def use_deterministic_algorithms(self, mode): ...
        Engine().use_deterministic_algorithms(False)
    """,
    "own attribute": """
        class Options: ...
        options = Options()
        options.fill_uninitialized_memory = False
    """,
}


@pytest.mark.parametrize("code", REPORTED.values(), ids=REPORTED)
def test_a_weakened_mode_is_reported(code: str) -> None:
    assert [line for line, _ in check(code, "DET204")] == marked_lines(code)


@pytest.mark.parametrize("code", FINE.values(), ids=FINE)
def test_what_restores_or_only_looks_like_it_is_fine(code: str) -> None:
    assert check(code, "DET204") == []


def test_a_choice_between_branches_is_low() -> None:
    assert check(FINE["opposite branch"], "DET204", min_confidence="low") == [(7, "DET204")]
