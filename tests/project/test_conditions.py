"""What branches depend on: parameters and attributes that constructors keep decide what runs."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest

from detlint.__main__ import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Find = Callable[[str], bool]

DATA = """
    import random

    from acme.levels import Level
    from torch.utils.data import Dataset


    class Pictures(Dataset):
        def __init__(self, items, augment=False, rect=False, split="test", quad=None, jitter=0.0):
            self.items = items
            self.augment = augment
            self.rect = False if quad else rect
            self.mosaic = self.augment and not self.rect
            if split == "train":
                self.crops = 5
            else:
                self.crops = 0
            self.split = split
            self.jitter = jitter

        def __getitem__(self, i):
            if self.mosaic and len(self.items) > 4:
                i = random.randrange(4)
            if self.crops:
                i = random.randrange(5)
            if self.split in ("train", "all"):
                i = random.randrange(6)
            if self.jitter > 0:
                i = int(random.random() * self.jitter)
            return self.items[i]

        @staticmethod
        def mixed(batch):
            return random.choice(batch)

        @staticmethod
        def whole(batch):
            return batch


    class Tiles(Pictures):
        def __init__(self, items, augment=False, size=3):
            super().__init__(items, augment)
            self.size = size


    class Folder(Pictures):
        def __init__(self, path, **kwargs):
            self.path = path
            kwargs.pop("cache", None)
            super().__init__([path], **kwargs)


    class Nested(Folder):
        def __init__(self, path, depth=1, **kwargs):
            self.depth = depth
            super(Nested, self).__init__(path, **kwargs)


    class Random(Folder):
        def __init__(self, path, **kwargs):
            kwargs["augment"] = True
            super().__init__(path, **kwargs)


    class More(Pictures):
        def __init__(self, items, *args, **kwargs):
            super().__init__(items, *args, **kwargs)


    def converted(path, model=None):
        if model is None:
            return random.random()
        return model


    def chosen(mode, x):
        return random.random() if mode == "noisy" else x


    def named(number):
        return "first" if number == 0 else random.choice("ab")


    def part(level: Level, x):
        return random.random() if level == Level.HIGH else x


    class Cutter:
        def __init__(self, cut: str = ""):
            self.cut = random.choice if cut else None

        def __call__(self, text):
            return self.cut(text) if self.cut is not None else text


    def cut_all(texts=""):
        return random.choice(texts) if texts is not None and len(texts) > 0 else texts


    class Mixed:
        def __init__(self, items, augment=False):
            self.items = items
            self.augment = augment

        def __getitem__(self, place):
            mixed = self.augment and place > 0
            if mixed:
                return random.random()
            return self.items[place]


    def blank(x, rng=None):
        return x if rng is not None else random.random()


    class Noise:
        def __init__(self, items, loud=False):
            self.items = items
            self.loud = loud

        def __getitem__(self, place):
            return random.random() if self.loud else self.items[place]

        def listen(self):
            self.loud = True
            return [self[place] for place in range(3)]


    cutter = Cutter()


    def cut(text):
        return cutter(text)
"""


@pytest.fixture
def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Find:
    (tmp_path / ".git").mkdir()
    (tmp_path / "data.py").write_text(textwrap.dedent(DATA))
    monkeypatch.chdir(tmp_path)

    def find(code: str) -> bool:
        script = textwrap.indent(textwrap.dedent(code).strip(), "    ")
        (tmp_path / "train.py").write_text(f"{IMPORTS}\n\nif __name__ == '__main__':\n{script}\n")
        main(["check", "--select", "DET101", "--output-format", "concise", "train.py"])
        return "DET101" in capsys.readouterr().out

    return find


IMPORTS = """\
import random
from functools import partial
from acme.levels import Level
from data import *
from torch.utils.data import DataLoader
"""


@pytest.mark.parametrize(
    "code",
    [
        "DataLoader(Pictures([]))",
        "DataLoader(Pictures([], False, split='val'))",
        "DataLoader(Pictures([], augment=True, rect=True))",
        "DataLoader(Tiles([], size=4))",
        "quad = False\nDataLoader(Pictures([]), collate_fn=Pictures.mixed if quad else Pictures.whole)",
        "chosen('plain', 3)",
        "DataLoader(Pictures([], jitter=-1))",
        "DataLoader(Folder('a'))",
        "DataLoader(Folder('a', augment=False, split='val'))",
        "DataLoader(Nested('a', depth=3, augment=False))",
        "common = {'split': 'val'}\nDataLoader(Nested('a', **common))",
        "from elsewhere import models\nmodel = models.load_model('m')\nconverted('p', model=model)",
        "from elsewhere import build\nconverted('p', build())",
        "named(0)",
        "part(Level.LOW, 3)",
        "cut('ab')",
        "cut_all()",
        "list(map(partial(blank, rng=random.Random(3)), [1, 2]))",
        "DataLoader(Noise([]))",
        "DataLoader(Mixed([]))",
    ],
)
def test_what_is_switched_off_does_not_run(found: Find, code: str) -> None:
    assert not found(code)


@pytest.mark.parametrize(
    "code",
    [
        "DataLoader(Pictures([], True))",
        "DataLoader(Pictures([], augment=len('ab') > 1))",
        "DataLoader(Pictures([], split='train'))",
        "DataLoader(Pictures([], split=input()))",
        "DataLoader(Pictures([], split='all'))",
        "DataLoader(Pictures([], jitter=0.1))",
        "DataLoader(Tiles([], augment=True))",
        "DataLoader(Pictures([]))\nDataLoader(Pictures([], augment=True))",
        "data = Pictures([])\ndata.mosaic = True\nDataLoader(data)",
        "DataLoader(Pictures([]), collate_fn=Pictures.mixed if len('ab') else Pictures.whole)",
        "DataLoader(More([], augment=False))",
        "more = [True]\nDataLoader(Pictures([], *more))",
        "DataLoader(Folder('a', augment=True))",
        "DataLoader(Nested('a', augment=True))",
        "DataLoader(Folder('a'))\nDataLoader(Folder('b', split='train'))",
        "import json\nDataLoader(Nested('a', **json.load(open('b'))))",
        "DataLoader(Random('a'))",
        "chosen('plain', 3)\nchosen('noisy', 3)",
        "from elsewhere import found\nconverted('p', model=found('m'))",
        "converted('p')",
        "named(3)",
        "named(len('ab'))",
        "part(Level.HIGH, 3)",
        "part(input(), 3)",
        "Cutter('x')('ab')",
        "cut_all('ab')",
        "list(map(partial(blank, rng=None), [1, 2]))",
        "DataLoader(Noise([], loud=True))",
        "DataLoader(Mixed([], augment=True))",
        "data = Noise([])\ndata.listen()\nDataLoader(data)",
    ],
)
def test_what_is_or_may_be_switched_on_runs(found: Find, code: str) -> None:
    assert found(code)
