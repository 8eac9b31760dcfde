"""Loading data: what workers draw from, generators of loaders and splits, samplers that are told the epoch."""

from __future__ import annotations

import textwrap

import pytest
from tests.helpers import check, marked_lines

OLD = ("torch=1.8",)
HEAD = """
import functools
import os
import random
import numpy as np
import torch
from torch.utils.data import ConcatDataset, DataLoader, Dataset, IterableDataset, Subset, random_split
from torchvision import transforms


def add_noise(x):
    return x + np.random.normal()


class Base(Dataset):
    def __init__(self, x, transform=None):
        self.x = x
        self.transform = transform

    def __len__(self):
        return len(self.x)

    def __getitem__(self, i):
        return self.x[i] if self.transform is None else self.transform(self.x[i])


class Noisy(Base):
    def __getitem__(self, i):
        return add_noise(self.x[i])


class Copied(Base):
    def __init__(self, x):
        super().__init__(x)
        self.rng = np.random.default_rng(4)

    def __getitem__(self, i):
        return self.x[i] + self.rng.normal()


class Jitter:
    def __call__(self, x):
        return x * np.random.uniform()


"""

DRAWS_FROM_NUMPY = [
    "DataLoader(Noisy(x), num_workers=2)",
    "DataLoader(dataset=Noisy(x), batch_size=2, num_workers=os.cpu_count())",
    "DataLoader(Noisy(x), 4, False, None, None, 2)",
    "DataLoader(Noisy(x), **{'num_workers': 2, 'batch_size': 4})",
    "DataLoader(Subset(Noisy(x), [1, 2]), num_workers=2)",
    "DataLoader(ConcatDataset([Base(x), Noisy(x)]), num_workers=2)",
    "DataLoader(random_split(Noisy(x), [4, 4])[0], num_workers=2)",
    "DataLoader(Base(x, add_noise), num_workers=2)",
    "DataLoader(Base(x, transform=Jitter()), num_workers=2)",
    "DataLoader(Base(x, transforms.Compose([transforms.ToTensor(), Jitter()])), num_workers=2)",
    "DataLoader(Base(x, transforms.Lambda(lambda v: v + np.random.rand())), num_workers=2)",
    "DataLoader(Base(x, functools.partial(add_noise)), num_workers=2)",
    "DataLoader(Base(x), collate_fn=lambda rows: add_noise(rows), num_workers=2)",
    "DataLoader(Noisy(x), num_workers=2, worker_init_fn=None)",
]
QUIET = [
    "DataLoader(Noisy(x))",
    "DataLoader(Noisy(x), num_workers=0)",
    "DataLoader(Noisy(x), num_workers=options.workers)",
    "DataLoader(Noisy(x), num_workers=2, worker_init_fn=lambda i: np.random.seed(torch.initial_seed() % 2**32))",
    "DataLoader(Base(x), num_workers=2)",
    "DataLoader(Base(x, transforms.ToTensor()), num_workers=2)",
    "DataLoader(x, num_workers=2)",
    "DataLoader(Subset(Base(x), [1]), num_workers=2)",
    "DataLoader(Base(add_noise(x)), num_workers=2)",
    "DataLoader(Base(x), num_workers=2, sampler=Noisy(x))",
]


def _loading(expression: str) -> str:
    return f"{HEAD}def load(x, options):\n    return {expression}\n"


@pytest.mark.parametrize("expression", DRAWS_FROM_NUMPY)
def test_workers_draw_from_numpy(expression: str) -> None:
    code = _loading(expression)
    line = code.count("\n")
    assert check(code, "DET221", targets=OLD) == [(line, "DET221")]
    assert check(code, "DET221", targets=("torch=1.9",)) == []


@pytest.mark.parametrize("expression", QUIET)
def test_loaders_whose_workers_draw_nothing_unseeded(expression: str) -> None:
    assert check(_loading(expression), "DET221", targets=OLD) == []


def test_an_unknown_number_of_workers_is_low() -> None:
    code = _loading("DataLoader(Noisy(x), num_workers=options.workers)")
    assert [found for _, found in check(code, "DET221", targets=OLD, min_confidence="low")] == ["DET221"]


COPIED = [
    (
        "def __init__(self):\n    self.rng = np.random.RandomState(3)\n\ndef __getitem__(self, i):\n"
        "    return self.rng.rand()"
    ),
    "def __init__(self):\n    self.rng = random.Random(3)\n\ndef __getitem__(self, i):\n    return self.rng.random()",
    (
        "def __init__(self):\n    self.g = torch.Generator().manual_seed(3)\n\ndef __getitem__(self, i):\n"
        "    return torch.rand(2, generator=self.g)"
    ),
    (
        "def __init__(self):\n    self.rng = np.random.default_rng(3)\n\ndef __getitem__(self, i):\n"
        "    return self.draw()\n\ndef draw(self):\n    return self.rng.normal()"
    ),
    (
        "def __init__(self):\n    self.rng = np.random.default_rng(3)\n\ndef __iter__(self):\n"
        "    while True:\n        yield self.rng.normal()"
    ),
    "def __getitem__(self, i):\n    return RNG.normal()",
    (
        "def __init__(self):\n    self.rng = np.random.default_rng(3)\n\ndef __getitem__(self, i):\n"
        "    return shift(i, self.rng)"
    ),
]
OWN = [
    (
        "def __init__(self):\n    self.order = np.random.default_rng(3).permutation(9)\n\n"
        "def __getitem__(self, i):\n    return self.order[i]"
    ),
    (
        "def __init__(self):\n    self.rng = np.random.default_rng(3)\n    self.shift = self.rng.normal()\n\n"
        "def __getitem__(self, i):\n    return self.shift"
    ),
    (
        "def __init__(self):\n    self.seed = 3\n\ndef __getitem__(self, i):\n"
        "    return np.random.default_rng([self.seed, i]).normal()"
    ),
    (
        "def __init__(self):\n    self.rng = None\n\ndef __getitem__(self, i):\n    if self.rng is None:\n"
        "        self.rng = np.random.default_rng(torch.initial_seed())\n    return self.rng.normal()"
    ),
    (
        "def __init__(self):\n    self.rng = np.random.RandomState(3)\n\ndef __getitem__(self, i):\n"
        "    self.rng.seed(i)\n    return self.rng.normal()"
    ),
    (
        "def __init__(self):\n    self.rng = np.random.default_rng(3)\n\ndef __iter__(self):\n"
        "    worker = torch.utils.data.get_worker_info()\n    rng = self.rng.spawn(9)[worker.id]\n"
        "    yield rng.normal()"
    ),
    "def __init__(self, rng):\n    self.rng = rng\n\ndef __getitem__(self, i):\n    return self.rng.normal()",
    "def __getitem__(self, i):\n    return random.random()",
    "def __getitem__(self, i):\n    return torch.rand(2)",
    "def __getitem__(self, i):\n    return np.random.rand()",
    "def __getitem__(self, i):\n    rng = np.random.default_rng(i)\n    return rng.normal()",
]


def _with_class(body: str) -> str:
    return (
        "import random\nimport numpy as np\nimport torch\nfrom torch.utils.data import DataLoader, Dataset\n\n"
        "RNG = np.random.default_rng(1)\n\n\ndef shift(i, rng):\n    return i + rng.normal()\n\n\n"
        "class Data(Dataset):\n" + textwrap.indent(body, "    ") + "\n\n\nDataLoader(Data(), num_workers=2)\n"
    )


@pytest.mark.parametrize("body", COPIED)
def test_every_worker_has_a_copy_of_the_generator(body: str) -> None:
    code = _with_class(body)
    assert check(code, "DET221") == [(code.count("\n"), "DET221")]


@pytest.mark.parametrize("body", OWN)
def test_every_worker_has_numbers_of_its_own(body: str) -> None:
    assert check(_with_class(body), "DET221") == []


def test_lightning_seeds_workers_when_asked_to() -> None:
    code = "import lightning as L\n" + _loading("DataLoader(Noisy(x), num_workers=2)") + "\n\nL.seed_everything(3{})\n"
    assert check(code.replace("{}", ", workers=True"), "DET221", targets=OLD) == []
    assert len(check(code.replace("{}", ""), "DET221", targets=OLD)) == 1


def test_transforms_of_the_data_set_itself() -> None:
    code = HEAD + (
        "class Jittered(Base):\n    def __init__(self, x):\n        super().__init__(x)\n"
        "        self.change = transforms.Compose([transforms.ToTensor(), Jitter()])\n\n"
        "    def __getitem__(self, i):\n        return self.change(self.x[i])\n\n\n"
        "def load(x):\n    return DataLoader(Jittered(x), num_workers=2)\n"
    )
    assert check(code, "DET221", targets=OLD) == [(code.count("\n"), "DET221")]
    choice = code.replace("Jitter()])", "Jitter()]) if len(x) > 3 else transforms.ToTensor()")
    assert check(choice, "DET221", targets=OLD) == []
    assert len(check(choice, "DET221", targets=OLD, min_confidence="low")) == 1


def test_parts_of_a_data_set_in_a_data_module() -> None:
    code = HEAD + (
        "class Module:\n    def setup(self, x):\n        self.train, self.valid = random_split(Copied(x), [4, 5])\n\n"
        "    def train_dataloader(self):\n        return DataLoader(self.train, num_workers=2)\n"
    )
    assert check(code, "DET221") == [(code.count("\n"), "DET221")]


UNSEEDED_ORDER = [
    ("DET222", "DataLoader(data, shuffle=True)"),
    ("DET222", "DataLoader(data, 4, True)"),
    ("DET222", "DataLoader(data, **{'shuffle': True})"),
    ("DET222", "DataLoader(data, shuffle=True, generator=None)"),
    ("DET222", "utils.DataLoader(data, shuffle=True)"),
    ("DET223", "random_split(data, [1, 2])"),
    ("DET223", "utils.random_split(data, lengths=[1, 2], generator=None)"),
    ("DET223", "RandomSampler(data)"),
    ("DET223", "SubsetRandomSampler([1, 2])"),
    ("DET223", "WeightedRandomSampler([1, 2], 3)"),
]
SEEDED_ORDER = [
    "DataLoader(data)",
    "DataLoader(data, shuffle=False)",
    "DataLoader(data, shuffle=options.shuffle)",
    "DataLoader(data, shuffle=True, generator=torch.Generator().manual_seed(3))",
    "DataLoader(data, sampler=SequentialSampler(data))",
    "random_split(data, [1, 2], torch.Generator().manual_seed(3))",
    "random_split(data, [1, 2], generator=options.generator)",
    "RandomSampler(data, generator=torch.Generator().manual_seed(3))",
    "SubsetRandomSampler([1], torch.Generator().manual_seed(3))",
    "SequentialSampler(data)",
    "options.random_split(data, [1, 2])",
]
ORDER_HEAD = (
    "import torch\nimport torch.utils.data as utils\nfrom torch.utils.data import (DataLoader, RandomSampler, "
    "SequentialSampler, SubsetRandomSampler, WeightedRandomSampler, random_split)\n{seed}\n\n\n"
    "def make(data, options):\n    return {expression}\n"
)


@pytest.mark.parametrize(("code", "expression"), UNSEEDED_ORDER)
def test_an_order_from_the_global_state(code: str, expression: str) -> None:
    text = ORDER_HEAD.format(seed="", expression=expression)
    assert check(text, ("DET222", "DET223")) == [(8, code)]
    assert check(text.replace("\n\n\n", "\ntorch.manual_seed(2)\n\n"), ("DET222", "DET223")) == []


@pytest.mark.parametrize("expression", SEEDED_ORDER)
def test_an_order_that_is_fixed_or_not_known(expression: str) -> None:
    assert check(ORDER_HEAD.format(seed="", expression=expression), ("DET222", "DET223")) == []


SAME_ORDER = [
    """
    from torch.utils.data import DataLoader
    from torch.utils.data.distributed import DistributedSampler

    def train(data, model):
        sampler = DistributedSampler(data, shuffle=True)  # !
        loader = DataLoader(data, sampler=sampler)
        for epoch in range(10):
            for x in loader:
                model(x)
    """,
    """
    import torch

    def train(data, model):
        loader = torch.utils.data.DataLoader(data, 4, sampler=torch.utils.data.DistributedSampler(data))  # !
        epoch = 0
        while epoch < 3:
            for i, x in enumerate(loader):
                model(x)
            epoch += 1
    """,
    """
    from torch.utils.data import DataLoader, DistributedSampler

    def one_epoch(loader, model):
        for x in loader:
            model(x)

    def main(data, model, epochs):
        loader = DataLoader(data, sampler=DistributedSampler(data))  # !
        for _ in range(epochs):
            one_epoch(loader, model)
    """,
    """
    from torch.utils.data import DataLoader, DistributedSampler

    class Run:
        def __init__(self, data):
            self.sampler = DistributedSampler(data)  # !
            self.loader = DataLoader(data, sampler=self.sampler)

        def epoch(self, model):
            for x in self.loader:
                model(x)

        def fit(self, model):
            for _ in range(9):
                self.epoch(model)
    """,
    """
    from torch.utils.data import DataLoader, DistributedSampler
    from tqdm import tqdm

    def train(data, other, model):
        first = DistributedSampler(data)
        second = DistributedSampler(other)  # !
        a = DataLoader(data, sampler=first)
        b = DataLoader(other, sampler=second)
        for epoch in range(3):
            first.set_epoch(epoch)
            for x, y in zip(tqdm(a), tqdm(b)):
                model(x, y)
    """,
]
SAME_ORDER.append("""
    import torch
    from torch.utils.data import DataLoader, DistributedSampler

    def told(data, epochs):
        loader = DataLoader(data, sampler=DistributedSampler(data))
        for epoch in range(epochs):
            loader.sampler.set_epoch(epoch)
            for x in loader:
                print(x)

    def told_where_distributed(data, epochs, distributed):
        sampler = DistributedSampler(data) if distributed else None
        loader = DataLoader(data, sampler=sampler, shuffle=sampler is None)
        for epoch in range(epochs):
            if distributed:
                sampler.set_epoch(epoch)
            for x in loader:
                print(x)

    def not_told(data, epochs):
        loader = DataLoader(data, sampler=DistributedSampler(data))  # !
        for epoch in range(epochs):
            for x in loader:
                print(x)
""")
LOOP = """
    for epoch in range({epochs}):
        {call}
        for x in loader:
            model(x)
"""
SAMPLER = (
    "from torch.utils.data import DataLoader, DistributedSampler\n\n\n"
    "def train(data, model):\n    sampler = {}\n"
    "    loader = DataLoader(data, sampler=sampler)"
)
OTHER_ORDER = [
    SAMPLER.format("DistributedSampler(data)") + LOOP.format(epochs=5, call="sampler.set_epoch(epoch)"),
    SAMPLER.format("DistributedSampler(data)") + LOOP.format(epochs=5, call="loader.sampler.set_epoch(epoch)"),
    SAMPLER.format("DistributedSampler(data, shuffle=False)") + LOOP.format(epochs=5, call="pass"),
    SAMPLER.format("DistributedSampler(data, 2, 0, False)") + LOOP.format(epochs=5, call="pass"),
    SAMPLER.format("DistributedSampler(data) if model.parallel else None")
    + LOOP.format(epochs=5, call="if isinstance(sampler, DistributedSampler):\n            sampler.set_epoch(epoch)"),
    SAMPLER.format("DistributedSampler(data)") + LOOP.format(epochs=1, call="pass"),
    SAMPLER.format("DistributedSampler(data)") + "\n    for x in loader:\n        model(x)\n",
    SAMPLER.format("DistributedSampler(data)") + "\n    return loader\n",
    SAMPLER.format("DistributedSampler(data)") + "\n    for epoch in range(3):\n        model.fit(loader)\n",
    "import lightning\n" + SAMPLER.format("DistributedSampler(data)") + LOOP.format(epochs=5, call="pass"),
    SAMPLER.format("RandomSampler(data)") + LOOP.format(epochs=5, call="pass"),
    SAMPLER.replace("data,", "val_data,").format("DistributedSampler(val_data)") + LOOP.format(epochs=5, call="pass"),
    "from engine import train_one_epoch\n" + SAMPLER.format("DistributedSampler(data)")
    + "\n    for epoch in range(3):\n        train_one_epoch(model, loader, epoch)\n",
]  # fmt: skip


@pytest.mark.parametrize("code", SAME_ORDER)
def test_a_sampler_that_is_never_told_the_epoch(code: str) -> None:
    text = textwrap.dedent(code)
    assert check(text, "DET224") == [(line, "DET224") for line in marked_lines(text)]


@pytest.mark.parametrize("code", OTHER_ORDER)
def test_a_sampler_that_is_told_or_does_not_matter(code: str) -> None:
    assert check(code, "DET224") == []
