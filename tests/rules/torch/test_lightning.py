"""Trainers of Lightning: the mode they leave off, attributes that come too late, workers that are left out."""

from __future__ import annotations

import pytest
from tests.helpers import check, diagnose, marked_lines

from detlint.diagnostics import Severity

IMPORT = "import lightning.pytorch as pl\n"

MISSING = [
    "from lightning import Trainer\nt = Trainer(max_epochs=1)  # !\n",
    "import lightning as L\nt = L.Trainer()  # !\n",
    "from lightning.pytorch.trainer import Trainer as T\nt = T(devices=2)  # !\n",
    "from pytorch_lightning.trainer import Trainer\nt = Trainer(gpus=1, deterministic=False)  # !\n",
    "from pytorch_lightning.trainer.trainer import Trainer\nt = Trainer(gpus=1)  # !\n",
    "import lightning.pytorch as pl\nt = pl.Trainer(deterministic=None)  # !\n",
    "import pytorch_lightning as pl\nt = pl.Trainer(deterministic='warn')  # !\n",
    "import lightning as L\n\n\nclass Own(L.Trainer):\n    pass\n\n\nt = Own(max_epochs=2)  # !\n",
    (
        "import lightning as L\n\n\nclass Own(L.Trainer):\n    def __init__(self, epochs):\n"
        "        super().__init__(max_epochs=epochs)  # !\n\n\nt = Own(2)\n"
    ),
    (
        "import lightning as L\n\n\nclass Own(L.Trainer):\n    def __init__(self, *args, **kwargs):\n"
        "        super().__init__(*args, **kwargs)\n\n\nt = Own(max_epochs=2)  # !\n"
    ),
    "import functools\nimport lightning as L\n\nmake = functools.partial(L.Trainer, max_epochs=3)\nt = make()  # !\n",
    (
        "import lightning as L\n\nsettings = dict(max_epochs=3)\nsettings['deterministic'] = False  # !\n"
        "t = L.Trainer(**settings)\n"
    ),
    (
        "import lightning as L\n\n\ndef main(model):\n    trainer = L.Trainer(\n        max_epochs=3,\n"
        "        deterministic=False,  # !\n    )\n    trainer.fit(model)\n"
    ),
    "from lightning.pytorch.cli import LightningCLI\n\nLightningCLI(trainer_defaults={'deterministic': False})  # !\n",
    (
        "import torch\nimport lightning as L\n\n\ndef main(model):\n    torch.manual_seed(0)\n"
        "    torch.backends.cudnn.deterministic = True\n    L.Trainer().fit(model)  # !\n"
    ),
]

MISSING += [
    (
        "import lightning as L\n\n\ndef main(model):\n    L.Trainer(deterministic=True).fit(model)\n"
        "    L.Trainer(max_epochs=1).fit(model)  # !\n"
    ),
    (
        "import torch\nimport lightning as L\n\n\ndef main(model):\n    torch.use_deterministic_algorithms(True)\n"
        "    L.Trainer(deterministic=False).fit(model)  # !\n"
    ),
]

SETTLED = [
    (
        "import lightning as L\n\n\ndef main(exact):\n    options = {'max_epochs': 2}\n"
        "    options.update(deterministic=True)\n    return L.Trainer(**{**options, 'logger': False})\n"
    ),
    "import lightning as L\nt = L.Trainer(deterministic=True)\n",
    "import lightning as L\n\noptions = {'deterministic': True}\nt = L.Trainer(max_epochs=1, **options)\n",
    (
        "import functools\nimport lightning as L\n\nmake = functools.partial(L.Trainer, deterministic=True)\n"
        "t = make(max_epochs=3)\n"
    ),
    "import lightning as L\n\n\ndef build(**options):\n    return L.Trainer(**options)\n",
    "import lightning as L\n\n\ndef build(args):\n    return L.Trainer(deterministic=args.deterministic)\n",
    "import lightning as L\n\n\ndef build(args):\n    return L.Trainer.from_argparse_args(args)\n",
    (
        "import lightning as L\n\n\nclass Own(L.Trainer):\n    def __init__(self, **options):\n"
        "        super().__init__(deterministic=True, **options)\n\n\nt = Own(max_epochs=2)\n"
    ),
    (
        "import lightning as L\n\n\nclass Own(L.Trainer):\n    def __init__(self, **options):\n"
        "        options.setdefault('deterministic', True)\n        super().__init__(**options)\n\n\n"
        "t = Own(max_epochs=2)\n"
    ),
    (
        "import torch\nimport lightning as L\n\n\ndef main(model):\n"
        "    torch.use_deterministic_algorithms(True)\n    L.Trainer(max_epochs=1).fit(model)\n"
    ),
    (
        "import torch\nimport lightning as L\n\n\ndef main(model):\n    trainer = L.Trainer(max_epochs=1)\n"
        "    torch.use_deterministic_algorithms(True)\n    trainer.fit(model)\n"
    ),
    "import lightning as L\nt = L.Trainer(accelerator='cpu')\n",
    "from transformers import Trainer\n\n\ndef build(model, args):\n    return Trainer(model, args)\n",
    "from mxnet import gluon\n\n\ndef build(net):\n    return gluon.Trainer(net.collect_params(), 'sgd')\n",
    "class Trainer:\n    pass\n\n\nt = Trainer()\n",
    "from mine import Trainer\nt = Trainer(max_epochs=3)\n",
    "from lightning.fabric import Fabric\nf = Fabric(accelerator='gpu')\n",
    "from lightning.pytorch.cli import LightningCLI\n\nLightningCLI(trainer_defaults={'deterministic': True})\n",
    "from lightning.pytorch.cli import LightningCLI\n\nLightningCLI()\n",
]


@pytest.mark.parametrize("code", MISSING)
def test_a_trainer_without_the_mode_is_reported(code: str) -> None:
    assert check(code, "DET231") == [(line, "DET231") for line in marked_lines(code)]


@pytest.mark.parametrize("code", SETTLED)
def test_a_trainer_with_the_mode_or_out_of_sight_is_not(code: str) -> None:
    assert check(code, "DET231") == []


def test_a_trainer_of_a_command_line_is_low() -> None:
    code = "import lightning as L\n\n\ndef build(args):\n    return L.Trainer.from_argparse_args(args)\n"
    assert check(code, "DET231", min_confidence="low") == [(5, "DET231")]


def test_trainers_of_tests_are_low() -> None:
    code = "import lightning as L\n\n\ndef test_fit():\n    L.Trainer(fast_dev_run=True)\n"
    assert check(code, "DET231", filename="tests/test_fit.py") == []
    assert check(code, "DET231", filename="src/fit.py") == [(5, "DET231")]


def test_nothing_is_said_where_only_the_cpu_is_meant() -> None:
    assert check("import lightning as L\nt = L.Trainer()\n", "DET231", devices=("cpu",)) == []


ASSIGNED = [
    "import pytorch_lightning as pl\nt = pl.Trainer()\nt.benchmark = False  # !\n",
    "import lightning as L\nt = L.Trainer.from_argparse_args(None)\nt.deterministic = True  # !\n",
    (
        "from lightning import Trainer\n\n\ndef prepare(trainer: Trainer) -> None:\n"
        "    trainer.deterministic = True  # !\n"
    ),
    "from lightning import Trainer\n\n\ndef prepare(trainer: 'Trainer | None'):\n    trainer.benchmark = True  # !\n",
    "import lightning as L\nt = L.Trainer()\nsetattr(t, 'deterministic', True)  # !\n",
    "import lightning as L\n\n\nclass Own(L.Trainer):\n    pass\n\n\nt = Own()\nt.deterministic = True  # !\n",
    "import lightning as L\nt = L.Trainer()\nt.deterministic, t.benchmark = True, False  # !\n",
    (
        "import lightning as L\n\n\nclass Net(L.LightningModule):\n    def on_fit_start(self):\n"
        "        self.trainer.deterministic = True  # !\n"
    ),
    (
        "from lightning.pytorch.callbacks import Callback\n\n\nclass Mode(Callback):\n"
        "    def on_fit_start(self, trainer, module):\n        trainer.deterministic = True  # !\n"
    ),
    (
        "import lightning as L\n\n\nclass Run:\n    def __init__(self):\n        self.trainer = L.Trainer()\n"
        "        self.trainer.deterministic = True  # !\n"
    ),
    "import lightning as L\n\n\ndef make():\n    return L.Trainer()\n\n\nt = make()\nt.deterministic = True  # !\n",
]

ASSIGNED += [
    (
        "from lightning.pytorch.cli import LightningCLI\n\ncli = LightningCLI(run=False)\n"
        "cli.trainer.deterministic = True  # !\n"
    ),
]

NOT_A_TRAINER = [
    "import lightning as L\nt = L.Trainer()\nt.note = True\n",
    "import lightning as L\nt = L.Trainer()\nprint(t.deterministic)\n",
    "import torch\ntorch.backends.cudnn.deterministic = True\n",
    "import torch.backends.cudnn as cudnn\ncudnn.benchmark = False\n",
    "class Trainer:\n    deterministic = False\n\n\nt = Trainer()\nt.deterministic = True\n",
    "from transformers import Trainer\n\n\ndef build(model):\n    t = Trainer(model)\n    t.deterministic = True\n",
    "from mine import make\nimport lightning as L\n\ntrainer = make()\ntrainer.deterministic = True\n",
    (
        "import lightning as L\n\n\nclass Net(L.LightningModule):\n    def __init__(self):\n"
        "        super().__init__()\n        self.deterministic = True\n"
    ),
    (
        "import lightning as L\n\n\ndef configure(args):\n    args.deterministic = True\n"
        "    return L.Trainer(deterministic=args.deterministic)\n"
    ),
    (
        "import lightning as L\n\n\nclass Config:\n    pass\n\n\nc = Config()\nc.benchmark = True\n"
        "L.Trainer(benchmark=c.benchmark)\n"
    ),
]


@pytest.mark.parametrize("code", ASSIGNED)
def test_an_attribute_of_a_trainer_comes_too_late(code: str) -> None:
    assert {line for line, _ in check(code, "DET232")} == set(marked_lines(code))


@pytest.mark.parametrize("code", NOT_A_TRAINER)
def test_attributes_of_others_are_left_alone(code: str) -> None:
    assert check(code, "DET232") == []


def test_the_late_attribute_says_it_for_its_trainer() -> None:
    code = "import lightning as L\nt = L.Trainer()\nt.deterministic = True\n"
    assert check(code, ("DET231", "DET232")) == [(3, "DET232")]


LOADER = "DataLoader(data, num_workers=2)"
FILE = """import lightning as L
from torch.utils.data import DataLoader


def main(data, model):
    {seed}
    L.Trainer(deterministic=True).fit(model, {loader})
"""
WITH_GENERATOR = """import numpy as np
import lightning as L
from torch.utils.data import DataLoader, Dataset


class Noisy(Dataset):
    def __init__(self, x):
        self.x = x
        self.rng = np.random.default_rng(3)

    def __getitem__(self, i):
        return self.x[i] + self.rng.normal()


def main(x, model):
    L.seed_everything(3)
    L.Trainer(deterministic=True).fit(model, DataLoader(Noisy(x), num_workers=4))
"""


@pytest.mark.parametrize(
    "seed", ["L.seed_everything(3)", "L.seed_everything(3, False)", "L.seed_everything(seed=3, workers=False)"]
)
def test_seeding_leaves_workers_out(seed: str) -> None:
    code = FILE.format(seed=seed, loader=LOADER)
    (old,) = diagnose(code, "DET233", targets=("torch=1.8",))
    assert (old.location.line, old.severity) == (6, Severity.WARNING)
    (new,) = diagnose(code, "DET233")
    assert new.severity is Severity.INFO


@pytest.mark.parametrize(
    ("seed", "loader"),
    [
        ("L.seed_everything(3, workers=True)", LOADER),
        ("L.seed_everything(3, True)", LOADER),
        ("L.seed_everything(3, workers=flag())", LOADER),
        ("L.seed_everything(3)", "DataLoader(data)"),
        ("L.seed_everything(3)", "DataLoader(data, num_workers=0)"),
        ("L.seed_everything(3)", "DataLoader(data, num_workers=model.workers)"),
        ("L.seed_everything(3)", "DataLoader(data, num_workers=2, worker_init_fn=print)"),
        ("L.seed_everything(3)", "data"),
        ("L.Fabric().seed_everything(3)", LOADER),
        ("data.seed_everything(3)", LOADER),
    ],
)
def test_seeding_that_reaches_workers_or_has_none(seed: str, loader: str) -> None:
    assert check(FILE.format(seed=seed, loader=loader), "DET233", targets=("torch=1.8",)) == []


def test_a_generator_of_the_data_set_matters_in_any_version() -> None:
    (found,) = diagnose(WITH_GENERATOR, "DET233")
    assert found.severity is Severity.WARNING
