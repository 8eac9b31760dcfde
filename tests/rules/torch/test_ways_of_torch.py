"""Ops, switches and generators of torch in the ways that programs write them, and what only looks like them.

A line that must be reported ends in `# !` and the codes.
"""

from __future__ import annotations

import pytest
from tests.rules.ways import found, marked

PROGRAMS = {
    "ops by aliases, attributes and partials": '''\
"""Spellings of ops: aliases, from imports, partial, attributes of self."""
from __future__ import annotations

import functools

import torch
import torch.nn.functional as F
from torch import nn, Tensor, cumsum as running
from torch.nn import functional, AdaptiveMaxPool2d as AMP
from torch.nn.functional import grid_sample, ctc_loss as ctc

warp = functools.partial(grid_sample, mode="bilinear", align_corners=False)
smooth = functools.partial(F.interpolate, mode="linear")
coarse = functools.partial(F.interpolate, mode="nearest")


class Net(nn.Module):
    def __init__(self, classes: int = 7):
        super().__init__()
        self.pools = nn.ModuleList([AMP((s, s)) for s in (2, 3, 6)])  # ! DET201
        self.squeeze = nn.AdaptiveAvgPool2d(output_size=1)
        self.loss = nn.CTCLoss(blank=0, zero_infinity=True)  # ! DET201
        self.unpool = nn.MaxUnpool2d(kernel_size=2)  # ! DET201
        self.scan = torch.cumsum

    def forward(self, x: Tensor, grid: Tensor, index: Tensor) -> Tensor:
        y = warp(x, grid)  # ! DET201
        z = smooth(y.flatten(2), size=100)  # ! DET201
        w = coarse(y, scale_factor=2.0)
        v = self.scan(z, dim=1)
        u = running(v, 0)
        s = torch.zeros_like(u).scatter_add_(1, index, u)  # ! DET202
        t = torch.scatter(input=s, dim=1, index=index, src=u)  # ! DET202
        k = torch.scatter(s, 1, index, 1.0)
        return self.squeeze(w).sum() + t.sum() + k.sum()

    def compute(self, logits, targets, a, b):
        return ctc(logits, targets, a, b)  # ! DET201


def counts(labels: torch.Tensor, weights: torch.Tensor, n: int):
    plain = torch.bincount(labels, minlength=n)
    heavy = labels.bincount(weights=weights)  # ! DET201
    also = torch.bincount(labels, weights, n)  # ! DET201
    none = torch.bincount(labels, weights=None, minlength=n)
    return plain, heavy, also, none


def middle(x: torch.Tensor):
    a = x.median()
    b = x.median(dim=-1).values  # ! DET201
    c, _ = torch.median(x, 1)  # ! DET201
    d = x.nanmedian()
    e = torch.kthvalue(x, k=3, dim=-1)[0]
    return a, b, c, d, e
''',
    "the same words of NumPy and pandas": '''\
"""NumPy and pandas do the same words; none of it is torch's."""
import numpy as np
import pandas as pd
import torch


def table(frame: pd.DataFrame, values: np.ndarray):
    total = frame["x"].cumsum()
    mid = frame.median(axis=0)
    hist = np.bincount(values, weights=values * 0.5)
    filled = frame.interpolate(method="linear")
    run = values.cumsum(axis=0)
    return total, mid, hist, filled, run


def scores(batch: torch.Tensor) -> list:
    arr = batch.detach().cpu().numpy()
    run = arr.cumsum(0)
    mid = np.median(arr, axis=0)
    return [run, mid]


def on_cpu(x):
    host = x.cpu()
    return host.cumsum(0), torch.histc(host, bins=10), host.kthvalue(2)


class Meter:
    def __init__(self):
        self.rows = []

    def scatter_add_(self, dim, index, value):
        self.rows.append((dim, index, value))


def use(meter: Meter, index, value):
    meter.scatter_add_(0, index, value)


def lengths(mask):
    ends = mask.bool().long().cumsum(-1)
    positions = torch.arange(10).cumsum(0)
    return ends, positions
''',
    "modes, flags and variables": '''\
"""Modes and flags, as setup helpers write them."""
import os

import torch
from torch.backends import cudnn
import torch.backends.cudnn as tcudnn


def fast(flag=True):
    cudnn.benchmark = True  # ! DET205
    tcudnn.deterministic = False  # ! DET206
    torch.backends.cudnn.enabled = True
    torch.backends.cuda.matmul.allow_tf32 = True


def slow():
    torch.backends.cudnn.benchmark, torch.backends.cudnn.deterministic = False, True
    torch.use_deterministic_algorithms(True, warn_only=True)  # ! DET204


def odd():
    setattr(cudnn, "benchmark", True)  # ! DET205
    torch.set_deterministic_debug_mode(1)  # ! DET204
    torch.utils.deterministic.fill_uninitialized_memory = False  # ! DET204


def measured(model, x):
    with torch.backends.cudnn.flags(enabled=True, benchmark=True):  # ! DET205
        return model(x)


def old():
    if hasattr(torch, "set_deterministic"):
        torch.set_deterministic(True)
    else:
        torch.use_deterministic_algorithms(True)


def older():
    torch.set_deterministic(True)  # ! DET210
    return torch.is_deterministic()  # ! DET210


def without(fn, x):
    before = torch.are_deterministic_algorithms_enabled()
    torch.use_deterministic_algorithms(False)
    try:
        return fn(x)
    finally:
        torch.use_deterministic_algorithms(before)


def workspace():
    os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:2"  # ! DET502
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":16:8")
    os.environ.update({"CUBLAS_WORKSPACE_CONFIG": "4096:8"})  # ! DET502
    os.environ.update(CUBLAS_WORKSPACE_CONFIG=":4096:8", OMP_NUM_THREADS="1")


def flags():
    torch.backends.cudnn.determinstic = True  # ! DET111
    torch.backends.cudnn.benchmarks = False  # ! DET111
    torch.manual_seed = 7  # ! DET110
    torch.use_deterministic_algorithms = True  # ! DET110
''',
    "generators": '''\
"""Generators with and without a seed."""
import torch
from torch import Generator
from torch.utils.data import DataLoader, random_split


def loaders(data, seed):
    g = torch.Generator()
    g.manual_seed(seed)
    h = torch.Generator(device="cpu").manual_seed(seed + 1)
    a, b = random_split(data, [0.9, 0.1], generator=h)
    return DataLoader(a, shuffle=True, generator=g), b


def bad(data):
    g = Generator()  # ! DET209
    return DataLoader(data, shuffle=True, generator=g)


def worse(data):
    return random_split(data, [10, 2], generator=torch.Generator())  # ! DET209


class Sampler:
    def __init__(self, n, seed):
        self.n, self.seed, self.epoch = n, seed, 0
        self.g = torch.Generator()

    def __iter__(self):
        self.g.manual_seed(self.seed + self.epoch)
        yield from torch.randperm(self.n, generator=self.g).tolist()


def restored(state, n):
    g = torch.Generator()
    g.set_state(state)
    return torch.randperm(n, generator=g)


def kept(seed=None):
    g = torch.Generator()
    if seed is not None:
        g.manual_seed(seed)
    return torch.randn(3, generator=g)
''',
    "pads and pools": '''\
"""Pads and area pools."""
import torch
import torch.nn.functional as F
from torch import nn


class Block(nn.Module):
    def __init__(self, dim, pad_type="reflect"):
        super().__init__()
        self.pad = nn.ReflectionPad1d(3)  # ! DET201
        self.pad2 = nn.ReplicationPad3d(1)
        self.zero = nn.ZeroPad2d(1)
        self.conv = nn.Conv1d(dim, dim, 3, padding=1, padding_mode="reflect")  # ! DET201
        self.avg = nn.AvgPool3d(2)  # ! DET201
        self.max = nn.MaxPool2d(2)
        self.up = nn.Upsample(scale_factor=2, mode="linear")  # ! DET201
        self.near = nn.Upsample(scale_factor=2)

    def forward(self, x):
        y = F.pad(x, (1, 1), mode="reflect")  # ! DET201
        z = F.pad(y, (1, 1))
        a = F.interpolate(z, size=(8, 8), mode="area")  # ! DET201
        return self.near(self.up(self.avg(self.conv(self.pad(a)))))
''',
}


@pytest.mark.parametrize("code", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_ways_of_writing(code: str) -> None:
    assert found(code, ("DET11", "DET20", "DET21", "DET502")) == marked(code)
