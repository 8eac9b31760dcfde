"""DET209 and DET210: generators without a seed, removed functions, and what only looks like them."""

from __future__ import annotations

import pytest
from tests.helpers import check, marked_lines

UNSEEDED = {
    "loader": """
        import torch
        from torch.utils.data import DataLoader
        def f(data):
            g = torch.Generator()  # !
            return DataLoader(data, shuffle=True, generator=g)
    """,
    "at once": "import torch\ntorch.randperm(3, generator=torch.Generator())  # !\n",
    "positional": """
        from torch import Generator
        from torch.utils.data import random_split
        def f(data):
            return random_split(data, [1, 2], Generator())  # !
    """,
    "a tensor's method": "import torch\ndef f(x):\n    x.normal_(generator=torch.Generator())  # !\n",
    "attribute": """
        import torch
        class Noise:
            def __init__(self):
                self.g = torch.Generator(device="cuda")  # !
            def draw(self):
                return torch.rand(3, generator=self.g)
    """,
    "module level": """
        import torch
        G = torch.Generator()  # !
        def draw():
            return torch.rand(3, generator=G)
    """,
    "through a function": """
        import torch
        def draw(n, g):
            return torch.randn(n, generator=g)
        def f():
            g = torch.Generator()  # !
            return draw(3, g)
    """,
}

SEEDED = {
    "chained": "import torch\ng = torch.Generator().manual_seed(1)\ntorch.rand(3, generator=g)\n",
    "chained at once": 'import torch\ntorch.rand(3, generator=torch.Generator("cpu").manual_seed(1))\n',
    "later": "import torch\ng = torch.Generator()\ng.manual_seed(1)\ntorch.rand(3, generator=g)\n",
    "if there is a seed": """
        import torch
        def f(seed=None):
            g = torch.Generator()
            if seed is not None:
                g.manual_seed(seed)
            return torch.rand(3, generator=g)
    """,
    "in another method": """
        import torch
        class Sampler:
            def __init__(self):
                self.g = torch.Generator()
            def set_epoch(self, epoch):
                self.g.manual_seed(epoch)
            def draw(self):
                return torch.rand(3, generator=self.g)
    """,
    "by a function of the file": """
        import torch
        def prepare(g):
            g.manual_seed(0)
        def f():
            g = torch.Generator()
            prepare(g)
            return torch.rand(3, generator=g)
    """,
    "by a function out of sight": """
        import torch
        from helpers import prepare
        def f():
            g = torch.Generator()
            prepare(g)
            return torch.rand(3, generator=g)
    """,
    "made by a function, seeded by its caller": """
        import torch
        def make():
            return torch.Generator()
        def f():
            g = make()
            g.manual_seed(0)
            return torch.rand(3, generator=g)
    """,
    "a saved state": """
        import torch
        def f(state):
            g = torch.Generator()
            g.set_state(state)
            return torch.rand(3, generator=g)
    """,
    "given to a pipeline": "import torch\ndef f(pipe):\n    return pipe('cat', generator=torch.Generator('cuda'))\n",
    "in a list": """
        import torch
        gs = [torch.Generator() for _ in range(3)]
        for i, g in enumerate(gs):
            g.manual_seed(i)
        xs = [torch.rand(2, generator=g) for g in gs]
    """,
    "from entropy, which DET104 reports": "import torch\ng = torch.Generator()\ng.seed()\ntorch.rand(3, generator=g)\n",
    "not used": "import torch\ng = torch.Generator()\nprint(g.initial_seed())\n",
    "given a state by a function out of sight": """
        import torch
        from accelerate.utils import synchronize_rng_states
        g = torch.Generator()
        synchronize_rng_states(["generator"], generator=g)
        torch.rand(3, generator=g)
    """,
    "a network": """
        import torch
        from torch import nn
        class Generator(nn.Module): ...
        net = Generator()
        torch.optim.Adam(net.parameters())
    """,
    "a seeded fallback": """
        import torch
        def f(seed):
            g = torch.Generator() if seed is None else torch.Generator().manual_seed(seed)
            return torch.rand(3, generator=g)
    """,
}

GUARDED = {
    "hasattr": """
        import torch
        if hasattr(torch, "use_deterministic_algorithms"):
            torch.use_deterministic_algorithms(True)
        else:
            torch.set_deterministic(True)
    """,
    "version": """
        import torch
        from packaging.version import parse
        if parse(torch.__version__) < parse("1.8"):
            torch.set_deterministic(True)
    """,
    "a name for the version check": """
        import torch
        OLD = torch.__version__.startswith("1.7")
        if OLD:
            torch.set_deterministic(True)
    """,
    "early return": """
        import torch
        def strict():
            if hasattr(torch, "use_deterministic_algorithms"):
                return torch.use_deterministic_algorithms(True)
            torch.set_deterministic(True)
    """,
    "except": """
        import torch
        try:
            torch.use_deterministic_algorithms(True)
        except AttributeError:
            torch.set_deterministic(True)
    """,
    "except, the other way round": """
        import torch
        try:
            torch.set_deterministic(True)
        except AttributeError:
            torch.use_deterministic_algorithms(True)
    """,
    "either function": """
        import torch
        new = hasattr(torch, "use_deterministic_algorithms")
        strict = torch.use_deterministic_algorithms if new else torch.set_deterministic
        strict(True)
    """,
    "own method": "class Policy:\n    def set_deterministic(self, d): ...\nPolicy().set_deterministic(True)\n",
    "another object": "def f(env):\n    env.set_deterministic(True)\n    return env.is_deterministic()\n",
    "own function": "def is_deterministic(): ...\nis_deterministic()\n",
    "the new names": "import torch\ntorch.are_deterministic_algorithms_enabled()\n",
    "text": 'import torch\nprint("torch.set_deterministic(True) is gone")\n',
}


@pytest.mark.parametrize("code", UNSEEDED.values(), ids=UNSEEDED)
def test_an_unseeded_generator_is_reported(code: str) -> None:
    assert [line for line, _ in check(code, "DET209")] == marked_lines(code)


@pytest.mark.parametrize("code", SEEDED.values(), ids=SEEDED)
def test_a_seeded_or_unknown_generator_is_fine(code: str) -> None:
    assert check(code, "DET209") == []


def test_removed_functions_are_reported_by_version() -> None:
    code = "import torch\nfrom torch import is_deterministic as asked\ntorch.set_deterministic(d=True)\nasked()\n"
    assert check(code, "DET210") == [(3, "DET210"), (4, "DET210")]
    assert check(code, "DET210", targets=["torch=1.10"]) == [(3, "DET210"), (4, "DET210")]
    assert check(code, "DET210", targets=["torch=1.9.1"]) == []


def test_an_error_that_is_swallowed_leaves_the_mode_off() -> None:
    code = "import torch\ntry:\n    torch.set_deterministic(True)\nexcept AttributeError:\n    pass\n"
    assert check(code, "DET210") == [(3, "DET210")]


@pytest.mark.parametrize("code", GUARDED.values(), ids=GUARDED)
def test_guarded_and_other_functions_are_fine(code: str) -> None:
    assert check(code, "DET210") == []
