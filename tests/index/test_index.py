"""What expressions denote: qualified names, values, types and arguments."""

# ruff: noqa: E501

from __future__ import annotations

import ast
import textwrap

import pytest

from detlint.index import UNKNOWN, FileIndex, Knowledge
from detlint.plugins import Library

KNOWLEDGE = Knowledge(
    [
        Library(
            aliases={
                "torch.nn.modules.pooling.AvgPool3d": "torch.nn.AvgPool3d",
                "pytorch_lightning": "lightning.pytorch",
                "lightning.Trainer": "lightning.pytorch.Trainer",
                "tensorflow.compat.v2": "tensorflow",
                "tensorflow.keras": "keras",
            },
            returns={
                "torch.randn": "torch.Tensor",
                "torch.zeros": "torch.Tensor",
                "torch.Tensor.*": "torch.Tensor",
                "torch.Tensor.numpy": "numpy.ndarray",
                "torch.Tensor.item": "",
                "torch.Tensor.median": "tuple[torch.Tensor]",
                "torch.nn.Module.__call__": "torch.Tensor",
                "numpy.array": "numpy.ndarray",
                "numpy.ndarray.*": "numpy.ndarray",
                "torch.nn.Module.to": "self",
                "pandas.read_csv": "pandas.DataFrame",
            },
            attributes={"torch.Tensor.T": "self", "torch.Tensor.shape": "torch.Size"},
            bases={"torch.nn.Parameter": ("torch.Tensor",), "torch.nn.*": ("torch.nn.Module",), "torch.nn.Module": ()},
            arithmetic=("torch.Tensor", "numpy.ndarray"),
            elements={"torch.Tensor": "torch.Tensor"},
            parameters={"torch.nn.Module.forward": "torch.Tensor"},
            calls={"torch.nn.Module": "forward"},
            unique_methods={"scatter_add_": "torch.Tensor"},
        )
    ]
)


def index_of(code: str) -> FileIndex:
    return FileIndex(ast.parse(textwrap.dedent(code)), KNOWLEDGE)


def last_call(index: FileIndex, marker: str = "probe") -> ast.expr:
    """The argument of the last call of `probe`."""
    calls = [c for c in index.calls if isinstance(c.func, ast.Name) and c.func.id == marker]
    return calls[-1].args[0]


def names(code: str) -> tuple[str, ...]:
    index = index_of(code)
    return index.names(last_call(index))


def types(code: str) -> tuple[str, ...]:
    index = index_of(code)
    return index.types(last_call(index))


def constant(code: str) -> object:
    index = index_of(code)
    return index.constant(last_call(index))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import torch\nprobe(torch.nn.functional.pad)", ("torch.nn.functional.pad",)),
        ("import torch.nn.functional as F\nprobe(F.pad)", ("torch.nn.functional.pad",)),
        ("from torch.nn import functional\nprobe(functional.pad)", ("torch.nn.functional.pad",)),
        ("from torch.nn.functional import pad as p\nprobe(p)", ("torch.nn.functional.pad",)),
        ("from torch.nn.functional import *\nprobe(pad)", ("torch.nn.functional.pad",)),
        ("import torch as t\nscatter = t.scatter_add\nprobe(scatter)", ("torch.scatter_add",)),
        ("import torch\nprobe(getattr(torch, 'bincount'))", ("torch.bincount",)),
        ("import importlib\nt = importlib.import_module('torch')\nprobe(t.bincount)", ("torch.bincount",)),
        ("from .ops import scatter\nprobe(scatter)", (".ops.scatter",)),
        ("from torch.nn.modules.pooling import AvgPool3d\nprobe(AvgPool3d)", ("torch.nn.AvgPool3d",)),
        (
            "try:\n    from lightning import Trainer\nexcept ImportError:\n    from pytorch_lightning import Trainer\nprobe(Trainer)",
            ("lightning.pytorch.Trainer",),
        ),
        ("import tensorflow.compat.v2 as tf\nprobe(tf.keras.Model)", ("keras.Model",)),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import torch\nprobe(torch.rand)", ("torch.rand",)),
        ("import torch\ntorch = make()\nprobe(torch.rand)", ()),
        ("import os\nclass Fake: pass\nos = Fake()\ndef f():\n    probe(os.listdir)", ("os.listdir",)),
        ("def f():\n    import torch\n    probe(torch.rand)", ("torch.rand",)),
        ("def g():\n    import torch\ndef f():\n    probe(torch.rand)", ()),
        ("import torch\ndef f(torch):\n    probe(torch.rand)", ()),
        (
            "import torch\nclass A:\n    op = torch.bincount\n    def f(self):\n        probe(self.op)",
            ("torch.bincount",),
        ),
        ("import torch\nf = torch.rand if x else torch.randn\nprobe(f)", ("torch.rand", "torch.randn")),
        ("import torch\nops = {'a': torch.rand}\nprobe(ops['a'])", ("torch.rand",)),
        ("probe(sorted)", ("builtins.sorted",)),
        ("sorted = 1\nprobe(sorted)", ()),
    ],
)
def test_qualified_names(code: str, expected: tuple[str, ...]) -> None:
    assert names(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import torch\nx = torch.randn(3)\nprobe(x)", ("torch.Tensor",)),
        ("import torch\nx = torch.randn(3) * 2 + 1\nprobe(x)", ("torch.Tensor",)),
        ("import torch\nx = torch.randn(3).abs().T[0]\nprobe(x)", ("torch.Tensor",)),
        ("import torch\nx = torch.randn(3).numpy()\nprobe(x)", ("numpy.ndarray",)),
        ("import torch\nprobe(torch.randn(3).item())", ()),
        ("import torch\ndef f(x: torch.Tensor): probe(x)", ("torch.Tensor",)),
        ("import torch\ndef f(x: 'torch.Tensor | None'): probe(x)", ("torch.Tensor",)),
        (
            "from typing import Optional\nfrom torch import Tensor\ndef f(x: Optional[Tensor] = None): probe(x)",
            ("torch.Tensor",),
        ),
        ("from torch import Tensor\ndef f(xs: list[Tensor]):\n    for x in xs: probe(x)", ("torch.Tensor",)),
        (
            "from torch import Tensor\ndef f(xs: list[Tensor]):\n    for i, x in enumerate(xs): probe(x)",
            ("torch.Tensor",),
        ),
        ("from torch import nn\nclass N(nn.Module):\n    def forward(self, x): probe(x)", ("torch.Tensor",)),
        ("from torch import nn\nclass N(nn.Module):\n    def forward(self, x, mode='a'): probe(mode)", ()),
        (
            "from torch import nn\nclass B(nn.Module): pass\nclass N(B):\n    def forward(self, x): probe(x)",
            ("torch.Tensor",),
        ),
        ("class N:\n    def forward(self, x): probe(x)", ()),
        ("import torch\ndef make(): return torch.zeros(3)\nprobe(make())", ("torch.Tensor",)),
        (
            "import torch\nclass A:\n    def __init__(self): self.w = torch.zeros(3)\n    def f(self): probe(self.w)",
            ("torch.Tensor",),
        ),
        ("import torch\nclass A:\n    w: torch.Tensor\n    def f(self): probe(self.w)", ("torch.Tensor",)),
        (
            "import torch\nclass A:\n    @property\n    def w(self): return torch.zeros(3)\n    def f(self): probe(self.w)",
            ("torch.Tensor",),
        ),
        (
            "import torch\nfrom torch import nn\nclass N(nn.Module):\n    def forward(self, x): return x * 2\nnet = N()\nprobe(net(1))",
            ("torch.Tensor",),
        ),
        ("import torch\nvalues, where = torch.zeros(3).median(0)\nprobe(where)", ("torch.Tensor",)),
        (
            "import torch\nfrom torch import nn\nclass N(nn.Module):\n    def __init__(self):\n        self.register_buffer('w', torch.zeros(3))\n    def f(self): probe(self.w)",
            ("torch.Tensor",),
        ),
        ("import torch\nprobe(torch.zeros(3).median(0).values)", ("torch.Tensor",)),
        ("import torch\nx = None\nif y:\n    x = torch.zeros(3)\nprobe(x)", ("torch.Tensor",)),
        ("import torch\nx = other()\nif y:\n    x = torch.zeros(3)\nprobe(x)", ()),
        ("import torch\ndef f(x):\n    if isinstance(x, torch.Tensor):\n        probe(x)", ("torch.Tensor",)),
        (
            "import torch\nx = torch.zeros(3) if y else None\nif isinstance(x, torch.Tensor):\n    probe(x)",
            ("torch.Tensor",),
        ),
        ("import torch\nx = torch.zeros(3)\nfor _ in range(3):\n    x = x.abs()\nprobe(x)", ("torch.Tensor",)),
        ("import torch\ndef f(x):\n    x = torch.zeros(3)\n    probe(x)", ("torch.Tensor",)),
        ("import torch\nx = torch.zeros(3)\nx = load()\nprobe(x)", ()),
        ("import torch\ndef g(x): probe(x)\ng(torch.zeros(3))", ("torch.Tensor",)),
        ("import torch\ndef g(x): probe(x)\ng(torch.zeros(3))\ng(load())", ()),
        ("import torch\nimport pandas as pd\nt = pd.read_csv('x')\nprobe(t)", ("pandas.DataFrame",)),
        ("import torch\nwith open('x') as f:\n    x = torch.zeros(3)\nprobe(x)", ("torch.Tensor",)),
        ("import torch\nxs = [torch.zeros(3) for _ in y]\nfor x in xs: probe(x)", ("torch.Tensor",)),
        ("import torch\na, b = torch.zeros(3), 1\nprobe(a)", ("torch.Tensor",)),
        ("import torch\nif y:\n    x = torch.zeros(3)\nelse:\n    x = torch.randn(2)\nprobe(x)", ("torch.Tensor",)),
        (
            "import torch\nx = load()\nif y:\n    x = torch.zeros(3)\nelse:\n    x = torch.randn(2)\nprobe(x)",
            ("torch.Tensor",),
        ),
        (
            "import torch\nx = load()\nif y:\n    x = torch.zeros(3)\nelse:\n    raise ValueError\nprobe(x)",
            ("torch.Tensor",),
        ),
    ],
)
def test_types(code: str, expected: tuple[str, ...]) -> None:
    assert tuple(dict.fromkeys(types(code))) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("probe(1 + 2)", 3),
        ("MODE = 'bi' + 'linear'\ndef f(): probe(MODE)", "bilinear"),
        ("p = {'a': 1}\np['b'] = 2\nprobe(p['b'])", 2),
        ("p = {'a': 1}\np.update(b=3)\nprobe(p['b'])", 3),
        ("p = dict(a=1) | {'b': 4}\nprobe(p['b'])", 4),
        ("p = {'a': 1}\np |= {'b': 4}\nprobe(p['b'])", 4),
        ("p = {'a': 1}\np |= {'a': 4}\np['a'] = 5\nprobe(p['a'])", 5),
        ("p = {'a': 1}\np |= q\nprobe(p['b'])", UNKNOWN),
        ("p = {'a': 1}\ndel p['a']\nprobe(p.get('a', 6))", 6),
        ("p = {'a': 1}\nif x:\n    del p['a']\nprobe(p.get('a', 6))", 1),
        ("p = {'a': 1, **({'b': 2} if x else {})}\nprobe(p['a'])", 1),
        ("p = {'a': 1, **({'b': 2} if x else {'a': 3})}\nprobe(p['a'])", UNKNOWN),
        ("p = [1]\np += [2]\nprobe(p)", UNKNOWN),
        ("class C:\n    mode: str = 'nearest'\nprobe(C().mode)", "nearest"),
        ("@dataclass\nclass C:\n    mode: str = 'nearest'\nprobe(C().mode)", "nearest"),
        ("@dataclass\nclass C:\n    mode: str = 'nearest'\nprobe(C('area').mode)", "area"),
        ("@dataclass\nclass C:\n    mode: str = 'nearest'\nprobe(C(mode='area').mode)", "area"),
        ("@dataclass\nclass C:\n    mode: str = 'nearest'\nprobe(C(*x).mode)", UNKNOWN),
        ("@dataclass\nclass C:\n    mode: str = 'nearest'\nc = C()\nc.mode = x\nprobe(c.mode)", UNKNOWN),
        ("@dataclass\nclass C:\n    mode: str = 'nearest'\ndef f(c: C): probe(c.mode)", UNKNOWN),
        ("@dataclass\nclass C:\n    seed: int = None\nprobe(C().seed)", UNKNOWN),
        (
            "@dataclass\nclass C:\n    mode: str = 'nearest'\n    def __post_init__(self): self.mode = x\nprobe(C().mode)",
            UNKNOWN,
        ),
        ("@d\nclass C:\n    mode: str = 'a'\n    def __init__(self, mode): pass\nprobe(C('b').mode)", UNKNOWN),
        (
            "@d\nclass C:\n    mode: str = 'a'\nclass D:\n    def __init__(self, mode): self.mode = mode\nprobe(C().mode)",
            "a",
        ),
        ("from typing import NamedTuple\nclass C(NamedTuple):\n    a: int\n    b: int = 2\nprobe(C(1).b)", 2),
        ("from typing import NamedTuple\nclass C(NamedTuple):\n    a: int\n    b: int = 2\nprobe(C(1, 3).b)", 3),
        (
            "from dataclasses import *\nimport dataclasses as d\n@d.dataclass\nclass C:\n    a: int = d.field(default=4)\nprobe(C().a)",
            4,
        ),
        (
            "from dataclasses import dataclass, field\n@dataclass\nclass C:\n"
            "    p: dict = field(default_factory=lambda: {'a': 5})\nprobe(C().p['a'])",
            5,
        ),
        ("import attr\n@attr.s\nclass C:\n    a: int = attr.ib(default=6)\nprobe(C().a)", 6),
        ("from pydantic import BaseModel, Field\nclass C(BaseModel):\n    a: int = Field(7, gt=0)\nprobe(C().a)", 7),
        (
            "from pydantic import BaseModel, Field\nclass C(BaseModel):\n    a: int = Field(..., gt=0)\nprobe(C().a)",
            UNKNOWN,
        ),
        ("from pydantic_settings import BaseSettings\nclass C(BaseSettings):\n    a: int = 8\nprobe(C().a)", UNKNOWN),
        ("q = {'b': 5}\np = {'a': 1, **q}\nprobe(p.get('b'))", 5),
        ("p = {'a': 1}\nprobe(p.get('b', 7))", 7),
        ("p = {'a': 1}\nif x:\n    p['a'] = 2\nprobe(p['a'])", UNKNOWN),
        ("def f(mode='bilinear'): probe(mode)", UNKNOWN),
        ("def _f(mode='bilinear'): probe(mode)\n_f()", "bilinear"),
        ("def _f(mode='bilinear'): probe(mode)\n_f(other)", UNKNOWN),
        ("def f(mode): probe(mode)\nif __name__ == '__main__':\n    f('nearest')", "nearest"),
        ("def f(mode): probe(mode)\nf('nearest')", UNKNOWN),
        ("x = (1, 2)\nprobe(x)", (1, 2)),
        ("x = -1\nprobe(x)", -1),
        ("x = 1\nx = 2\nprobe(x)", 2),
        ("x = 1\nx += 1\nprobe(x)", UNKNOWN),
        ("probe(f'{1}x')", "1x"),
        ("probe('a' * 10**9)", UNKNOWN),
        ("import random\nx = random.random()\nprobe(x)", UNKNOWN),
    ],
)
def test_constants(code: str, expected: object) -> None:
    assert constant(code) == expected


def test_methods_and_objects_have_names() -> None:
    index = index_of("""
        import torch
        from torch import nn

        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.pool = nn.AvgPool3d(2)

            def forward(self, x):
                return self.pool(x.median(0).values).scatter_add_(0, x, x)
    """)
    found = {names for call in index.calls for names in index.callee_names(call)}
    assert {
        "torch.nn.AvgPool3d",
        "torch.nn.AvgPool3d.__call__",
        "torch.Tensor.median",
        "torch.Tensor.scatter_add_",
    } <= found


def test_unique_method_needs_its_library_and_no_namesake() -> None:
    assert [index_of(code).callee_names(index_of(code).calls[0]) for code in ("x.scatter_add_(0)",)] == [()]
    index = index_of("import torch\ndef f(x):\n    x.scatter_add_(0, i, s)")
    assert index.callee_names(index.calls[0]) == ("torch.Tensor.scatter_add_",)
    index = index_of("import torch\nclass T:\n    def scatter_add_(self): pass\ndef f(x):\n    x.scatter_add_(0, i, s)")
    assert index.callee_names(index.calls[0]) == ()


def test_arguments_of_partials_and_dicts() -> None:
    index = index_of("""
        from functools import partial
        import torch.nn.functional as F
        SHARED = {"mode": "bilinear", "align_corners": False}
        up = partial(F.interpolate, scale_factor=2, **SHARED)
        up(x)
        F.interpolate(x, **unknown)
    """)
    last, opened = index.calls[-2], index.calls[-1]
    assert index.callee_names(last) == ("torch.nn.functional.interpolate",)
    arguments = index.arguments(last)
    mode = arguments.get("mode", 3)
    assert mode is not None
    assert index.constant(mode.value) == "bilinear"
    assert arguments.absent("antialias")
    assert index.arguments(opened).open


def test_settings_by_assignment_and_setattr() -> None:
    index = index_of("""
        import torch
        from torch.backends import cudnn
        cudnn.benchmark = True
        setattr(torch.backends.cudnn, "deterministic", False)
        class S: pass
        s = S()
        s.benchmark = True
    """)
    found = list(index.assignments_to("torch.backends.cudnn.benchmark", "torch.backends.cudnn.deterministic"))
    assert [setting.names[0].rpartition(".")[2] for setting in found] == ["benchmark", "deterministic"]
