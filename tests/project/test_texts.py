"""What modules' texts show: imports that only define are told from those that do more, without parsing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from detlint.project.loader import Finder
from detlint.project.texts import ModuleText, ModuleTexts, Noise, noise_of, with_packages
from detlint.registry import registry

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOISE = Noise(((frozenset({"manual_seed", "rand"}), frozenset({"torch"})), (frozenset({"shuffle"}), frozenset())))


@pytest.mark.parametrize(
    "top",
    [
        "import torch\ntorch.manual_seed(3)\n",
        "import torch\nNOISE = torch.rand(3)\n",
        "import torch\n\nclass Net:\n    pass\n\nx = torch.rand(2)\n",
        "import torch\nif True:\n    x = torch.rand(2)\n",
        "import torch\n\n\ndef f(x=torch.rand(2)):\n    return x\n",
        "from torch import rand\nx = rand (3)\n",
        "shuffle([1, 2])\n",
        "import os\nos.environ['A'] = '1'\n",
        "from .setting import set_seeds\nset_seeds(3)\n",
        "from .setting import setup_all\nsetup_all()\n",
        "import os\nos.environ.setdefault('A', '1')\n",
        "import os\nenviron = os.environ\nenviron['A'] = '1'\n",
        "import os\nif 'A' not in os.environ:\n    os.environ['A'] = '1'\n",
        "import torch\nx = f'{torch.rand(2)}'\n",
        "SEED = fixed_seed()\n",
        "config.deterministic = True\n",
        "configure(seed=3)\n",
        "configure(\n    1,\n    random_seed = 3)\n",
        "import torch\nif True:\n    def f(x=torch.rand(2)):\n        return x\n",
        "import torch\nif True:\n    def f(x):\n        return x\n    x = torch.rand(2)\n",
        "import torch\nif True:\n    def f(\n        x\n    ):\n        return x\n\nelse:\n    x = torch.rand(2)\n",
        "def f():\n    return '''\nflush left\n'''\n\nshuffle([1])\n\ndef g():\n    return '''\nleft\n'''\n",
        "def f():\n    return '''\nflush left\n'''\n\nshuffle([1])\n",
    ],
)
def test_a_top_level_that_may_do_something_is_loud(top: str) -> None:
    assert ModuleText(top).runs(NOISE)[0]


@pytest.mark.parametrize(
    "text",
    [
        "import torch\n\n\ndef f():\n    torch.manual_seed(3)\n    return torch.rand(2)\n",
        "import torch\n\n\nclass Net(torch.nn.Module):\n    def forward(self, x):\n        return x + torch.rand(2)\n",
        "import torch\n\n\nasync def f(\n    x,\n):\n    return torch.rand(x)\n",
        "import torch  # torch.rand(3)\n",
        "import torch\n\n\ndef draw(n, seed=3):\n    torch.manual_seed(seed)\n    return torch.rand(n)\n",
        "rand(3)\n",
        "import torch\nHELP = 'call rand() or seed()'\n",
        '"""About torch.\n\ntorch.rand(3)\n"""\nimport torch\n',
        "import os\nDEBUG = os.environ.get('A') or 'B' in os.environ\n",
        "import torch\nrand = torch.rand\n",
        "seedable = object()\nself_seeded: bool = seedable is None\n",
        "import torch\nif True:\n    class C:\n        def f(\n            self,\n        ):\n"
        "            self.seed = 3\n            return torch.rand(2)\n",
        "import torch\nif True:\n    async def f(self):\n        return torch.rand(2)\n",
        "SEED = 42\nRNG_STATE = 'rng.pkl'\nDETERMINISTIC: bool = False\nRANDOM_SEED = None\n",
        "from torch import (\n    rand,\n    manual_seed,\n)\n",
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import torch\n    x = torch.rand(3)\n",
        "",
    ],
)
def test_a_top_level_that_only_defines_is_quiet(text: str) -> None:
    assert not ModuleText(text).runs(NOISE)[0]


@pytest.mark.parametrize(
    ("text", "imported"),
    [
        ("import a, b.c as d\nfrom e.f import g, H\n", ("a", "b.c", "e.f", "e.f.g")),
        ("from . import x, y as z\nfrom .. import (\n    v,  # not w\n    w,\n)\n", (".x", ".y", "..v", "..w")),
        ("from .a import *\n", (".a",)),
        ("try:\n    import a\nexcept ImportError:\n    import b\n", ("a", "b")),
        ("def f():\n    import a\n", ()),
        ("if TYPE_CHECKING:\n    import a\n\nimport b\n", ("b",)),
    ],
)
def test_what_runs_on_import(text: str, imported: tuple[str, ...]) -> None:
    assert ModuleText(text).runs(NOISE)[1] == imported


def test_names_that_are_handed_on() -> None:
    text = "import a.b as c\nfrom d import e, f as g\nfrom .h import i\nfrom j import *\n\n\ndef e():\n    pass\n"
    module = ModuleText(text)
    assert module.names == {"c": "a.b", "g": "d.f", "i": ".h.i"}
    assert module.stars == ("j",)
    assert {"c", "e", "g", "i"} <= module.defined


@pytest.mark.parametrize("name", ["f", "C", "x", "y", "inner", "made", "late"])
def test_no_name_that_a_module_binds_is_denied(name: str) -> None:
    text = (
        "from a import x\n\n\ndef f():\n    pass\n\n\nclass C:\n    pass\n\n\ny: int = 3\nmade = f()\n"
        "if y:\n    def inner():\n        pass\n    late = 1\n"
    )
    assert name in ModuleText(text).defined


@pytest.fixture
def texts(tmp_path: Path) -> Callable[[dict[str, str]], Callable[[str], set[str]]]:
    """Writes modules of a package; gives what asks for the names of the files that a quiet import runs."""

    def write(files: dict[str, str]) -> Callable[[str], set[str]]:
        (tmp_path / ".git").mkdir()
        for name, text in {"__init__": "", **files}.items():
            (tmp_path / f"{name}.py").write_text(text)
        found = ModuleTexts(Finder().file, NOISE)

        def quiet(name: str) -> set[str]:
            file = str((tmp_path / f"{name}.py").resolve())
            paths = found.imported_with([file]) if found.is_quiet(file) else ()
            return {path.rpartition("/")[2].removesuffix(".py") for path in paths}

        return quiet

    return write


def test_what_an_import_runs_counts_with_all_that_it_imports(
    texts: Callable[[dict[str, str]], Callable[[str], set[str]]],
) -> None:
    quiet = texts(
        {
            "a": "from .b import x\nfrom . import c\n",
            "b": "from .c import y\n",
            "c": "y = 3\n",
            "d": "from .b import x\nfrom .e import z\n",
            "e": "from .f import z\n",
            "f": "import torch\nz = torch.rand(2)\n",
        }
    )
    assert quiet("d") == set()
    assert quiet("a") == {"a", "b", "c"}
    assert quiet("e") == set()
    assert quiet("c") == {"c"}


def test_modules_that_import_each_other(texts: Callable[[dict[str, str]], Callable[[str], set[str]]]) -> None:
    quiet = texts(
        {
            "a": "from .b import x\n",
            "b": "from .a import y\n",
            "c": "from .d import y\n",
            "d": "from .c import x\nfrom .e import z\n",
            "e": "shuffle([])\n",
        }
    )
    assert quiet("a") == quiet("b") == {"a", "b"}
    assert quiet("c") == quiet("d") == set()


def test_the_noise_of_the_packs_knows_seeds_draws_and_modes() -> None:
    known = registry()
    noise = noise_of(known.effect_requirements)
    for text in (
        "import numpy as np\nX = np.random.rand(3)\n",
        "import torch\ntorch.use_deterministic_algorithms(True)\n",
        "import tensorflow as tf\ntf.config.experimental.enable_op_determinism()\n",
        "import random\nrandom.shuffle([])\n",
        "from lightning import Trainer\ntrainer = Trainer(deterministic=True)\n",
    ):
        assert ModuleText(text).runs(noise)[0], text
    for text in (
        "import torch\nfrom torch import nn\n\n\nclass Net(nn.Module):\n    pass\n",
        "import logging\n\nlogger = logging.getLogger(__name__)\n",
        "import numpy as np\n\nPI = np.pi\n",
    ):
        assert not ModuleText(text).runs(noise)[0], text


def test_the_packages_of_a_module_run_for_who_is_outside_of_them(tmp_path: Path) -> None:
    (tmp_path / "pack" / "inner").mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    for name, text in {
        "pack/__init__.py": "import random\nrandom.seed(1)\n",
        "pack/inner/__init__.py": "",
        "pack/inner/one.py": "from . import two\nfrom pack.inner.two import x\n",
        "pack/inner/two.py": "x = 1\n",
        "main.py": "from pack.inner import one\n",
    }.items():
        (tmp_path / name).write_text(text)
    found = ModuleTexts(Finder().file, NOISE)
    assert found.is_quiet(str(tmp_path / "pack/inner/one.py"))
    assert not found.is_quiet(str(tmp_path / "main.py"))


def test_what_importing_a_module_runs() -> None:
    assert list(with_packages("a.b.c")) == ["a", "a.b", "a.b.c"]
    assert list(with_packages("a")) == ["a"]
    assert list(with_packages("..a.b")) == ["..", "..a", "..a.b"]
    assert list(with_packages(".")) == ["."]
