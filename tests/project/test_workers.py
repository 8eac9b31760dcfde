"""What the workers of a loader do is nothing to the program that starts them."""

from __future__ import annotations

import pytest
from tests.helpers import check

PROGRAM = """\
import random

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset


def start(worker):
    np.random.seed(torch.initial_seed() % 2**32)
    random.seed(worker)
    torch.use_deterministic_algorithms(True)


class Data(Dataset):
    def __len__(self):
        return 3

    def __getitem__(self, place):
        return np.random.rand(3)


def pooled(x: torch.Tensor, i: torch.Tensor):
    return x.scatter_add(0, i, x)


def main(count):
    torch.manual_seed(0)
BEFORE
    loader = DataLoader(Data(), NUMBERworker_init_fn=start)
    print(list(loader))
AFTER

if __name__ == "__main__":
    main(int(input()))
"""


def found(number: str = "", before: str = "", after: str = "") -> list[str]:
    text = PROGRAM.replace("NUMBER", number).replace("BEFORE", before).replace("AFTER", after)
    codes = [code for _, code in check(text, ("DET101", "DET109", "DET121", "DET202"))]
    return codes if "pooled(" in after else [code for code in codes if code != "DET202"]


@pytest.mark.parametrize("number", ["num_workers=count, ", "num_workers=2, "])
def test_a_worker_is_seeded_at_its_start(number: str) -> None:
    assert found(number) == []


@pytest.mark.parametrize("number", ["", "num_workers=0, "])
def test_without_workers_nobody_calls_it(number: str) -> None:
    assert found(number) == ["DET121"]


def test_a_draw_of_the_program_is_not_seeded_by_workers() -> None:
    assert found("num_workers=count, ", before="    print(random.random())") == ["DET101"]
    assert found("num_workers=count, ", after="    print(random.random())") == ["DET101"]


def test_a_mode_of_workers_is_none_of_the_program() -> None:
    pooled = "    print(pooled(torch.ones(3), load()))"
    assert found("num_workers=count, ", after=pooled) == ["DET202"]
    assert found("num_workers=count, ", before="    torch.use_deterministic_algorithms(True)", after=pooled) == []


CHILD = """\
from multiprocessing import Process

import numpy as np


def work(seed):
    {child}
    print(np.random.rand())


if __name__ == "__main__":
    {parent}
    Process(target=work, args=({given},)).start()
    {after}
"""


@pytest.mark.parametrize(
    ("child", "parent", "given", "after", "expected"),
    [
        ("np.random.seed(seed)", "pass", "np.random.randint(9)", "pass", ["DET121"]),
        ("np.random.seed(seed)", "pass", "3", "print(np.random.rand())", ["DET121"]),
        ("np.random.seed(seed)", "pass", "3", "pass", []),
        ("pass", "np.random.seed(3)", "3", "pass", []),
        ("pass", "pass", "3", "np.random.seed(3)", ["DET109"]),
    ],
)
def test_a_child_seeds_for_itself_alone(child: str, parent: str, given: str, after: str, expected: list[str]) -> None:
    code = CHILD.format(child=child, parent=parent, given=given, after=after)
    assert [code for _, code in check(code, ("DET121", "DET109", "DET104"))] == expected


TRANSFORMED = """\
import argparse

import numpy as np
import torch
from acme.transforms import Compose
from acme.sets import Pictures
from torch.utils.data import DataLoader


class Jitter:
    def __call__(self, x):
        return x + np.random.rand()


def main(args):
    torch.manual_seed(3)
    pictures = Pictures(Compose([Jitter()]))
    loader = DataLoader(pictures, shuffle=True, num_workers=args.workers)
    checked = DataLoader(pictures)
    print(list(loader), list(checked))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--workers", type=int, default={workers})
    main(parser.parse_args())
"""


@pytest.mark.parametrize(("workers", "reported"), [(2, False), (0, True)])
def test_random_transforms_run_where_the_loader_that_shuffles_does(workers: int, *, reported: bool) -> None:
    assert bool(check(TRANSFORMED.format(workers=workers), "DET121", min_confidence="low")) is reported
