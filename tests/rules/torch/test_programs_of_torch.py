"""Ops, modes, flags, generators and training of torch in whole programs, and what only looks like them.

A line that must be reported ends in `# !` and the codes.
"""

from __future__ import annotations

import pytest
from tests.rules.ways import found, marked

CODES = (
    "DET101",
    "DET104",
    "DET109",
    "DET110",
    "DET111",
    "DET112",
    "DET113",
    "DET121",
    "DET201",
    "DET203",
    "DET204",
    "DET205",
    "DET206",
    "DET207",
    "DET208",
    "DET209",
    "DET210",
    "DET212",
    "DET224",
    "DET231",
    "DET232",
    "DET233",
    "DET241",
    "DET242",
    "DET251",
    "DET502",
    "DET506",
)

PROGRAMS = {
    "compile and text": '''\
"""Compilation modes and text sampling."""
import functools

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, TrainingArguments, set_seed

BEST = "max-autotune"


def build(model, quick=False):
    if quick:
        return torch.compile(model, mode="reduce-overhead")
    return torch.compile(model, mode=BEST, fullgraph=True)  # ! DET212


compile_best = functools.partial(torch.compile, mode="max-autotune-no-cudagraphs")


@torch.compile(dynamic=True)
def gelu(x):
    return torch.nn.functional.gelu(x)


@functools.partial(torch.compile, mode="max-autotune")  # ! DET212
def silu(x):
    return torch.nn.functional.silu(x)


def recipe(folder, **extra):
    base = dict(output_dir=folder, num_train_epochs=1)
    base["full_determinism"] = True
    return TrainingArguments(**base, **extra)


def recipe_off(folder):
    base = dict(output_dir=folder, num_train_epochs=1)
    base |= {"learning_rate": 1e-5}
    return TrainingArguments(**base)  # ! DET241


class Arguments(TrainingArguments):
    extra: int = 1


def subclassed(folder):
    return Arguments(folder)  # ! DET241


def speak(prompt, name="gpt2"):
    tokenizer = AutoTokenizer.from_pretrained(name)
    model = AutoModelForCausalLM.from_pretrained(name)
    set_seed(4)
    out = model.generate(**tokenizer(prompt, return_tensors="pt"), do_sample=True, temperature=0.7)
    return tokenizer.decode(out[0])


def speak_greedily(prompt, name="gpt2"):
    tokenizer = AutoTokenizer.from_pretrained(name)
    model = AutoModelForCausalLM.from_pretrained(name)
    return tokenizer.decode(model.generate(**tokenizer(prompt, return_tensors="pt"))[0])
''',
    "ctc and unpool": '''\
"""A speech recogniser and a small deconvolution network, as modules."""
import torch
from torch import nn
from torch.nn import CTCLoss, MaxPool2d, MaxUnpool2d
from torch.nn.functional import ctc_loss, max_unpool2d, pad


class Recogniser(nn.Module):
    loss_class = CTCLoss

    def __init__(self, vocabulary, blank=0):
        super().__init__()
        self.encoder = nn.GRU(80, 256, bidirectional=True, batch_first=True)
        self.head = nn.Linear(512, vocabulary)
        self.criterion = CTCLoss(blank, reduction="mean")  # ! DET201

    def forward(self, x):
        return self.head(self.encoder(x)[0]).log_softmax(-1)

    def loss(self, x, targets, x_len, y_len):
        return self.criterion(self(x).transpose(0, 1), targets, x_len, y_len)

    def loss_by_hand(self, x, targets, x_len, y_len):
        log_probs = self(x).transpose(0, 1)
        return ctc_loss(log_probs, targets, x_len, y_len, zero_infinity=True)  # ! DET201

    def validation_loss(self, x, targets, x_len, y_len):
        with torch.no_grad():
            return ctc_loss(self(x).transpose(0, 1), targets, x_len, y_len)


class Deconv(nn.Module):
    def __init__(self):
        super().__init__()
        self.pool = MaxPool2d(2, return_indices=True)
        self.unpool = MaxUnpool2d(2)  # ! DET201

    def forward(self, x):
        y, where = self.pool(x)
        return self.unpool(y, where)


def undo(y, where):
    return max_unpool2d(y, where, kernel_size=2)  # ! DET201


def frame_signal(audio: torch.Tensor):
    audio = pad(audio, (200, 200), "reflect")
    return audio.unfold(-1, 400, 160)


def frame_zero(audio: torch.Tensor):
    audio = pad(audio, (200, 200), "constant", 0)
    return audio.unfold(-1, 400, 160)


class Wave(nn.Module):
    """Padding mode of the convolution is the choice of the caller."""

    def __init__(self, mode="zeros"):
        super().__init__()
        self.a = nn.Conv1d(1, 8, 5, padding=2)
        self.b = nn.Conv1d(8, 8, 5, padding=2, padding_mode="reflect")  # ! DET201
        self.c = nn.Conv1d(8, 8, 5, padding=2, padding_mode="circular")


def stft_loss(x: torch.Tensor, y: torch.Tensor, n_fft: int) -> torch.Tensor:
    window = torch.hann_window(n_fft, device=x.device)
    a = torch.stft(x, n_fft, window=window, return_complex=True).abs()  # ! DET201
    with torch.no_grad():
        b = torch.stft(y, n_fft, window=window, return_complex=True).abs()
    return (a - b).abs().mean()


def stft_uncentred(x: torch.Tensor, n_fft: int):
    return torch.stft(x, n_fft, center=False, return_complex=True).abs()


def bag(table, words, offsets):
    return nn.functional.embedding_bag(words, table, offsets, mode="max")  # ! DET201


def bag_sum(table, words, offsets):
    return nn.functional.embedding_bag(words, table, offsets, mode="sum")


def middle(x: torch.Tensor):
    return torch.median(x), x.median()


def middle_rows(x: torch.Tensor):
    values = torch.median(x, dim=1, keepdim=True).values  # ! DET201
    return values


def quantile(x: torch.Tensor, q):
    return torch.kthvalue(x, int(q * x.numel()))


def renorm(x: torch.Tensor):
    return torch.histc(x, 16), torch.linalg.norm(x)  # ! DET201


def put(x: torch.Tensor, index: torch.Tensor, source: torch.Tensor):
    return x.put_(index, source)  # ! DET201
''',
    "ddp epochs": '''\
"""Distributed loops over epochs."""
import os

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel as DDP
from torch.utils.data import DataLoader
from torch.utils.data.distributed import DistributedSampler


def forgotten(data, model, optimizer, epochs):
    sampler = DistributedSampler(data)  # ! DET224
    loader = DataLoader(data, batch_size=8, sampler=sampler)
    for epoch in range(epochs):
        for x, y in loader:
            optimizer.zero_grad()
            torch.nn.functional.mse_loss(model(x), y).backward()
            optimizer.step()


def remembered(data, model, epochs):
    sampler = DistributedSampler(data, shuffle=True)
    loader = DataLoader(data, batch_size=8, sampler=sampler)
    for epoch in range(epochs):
        loader.sampler.set_epoch(epoch)
        for x, y in loader:
            model(x)


def remembered_directly(data, model, epochs):
    sampler = DistributedSampler(data) if dist.is_initialized() else None
    loader = DataLoader(data, batch_size=8, sampler=sampler, shuffle=sampler is None)
    for epoch in range(epochs):
        if isinstance(sampler, DistributedSampler):
            sampler.set_epoch(epoch)
        for x, y in loader:
            model(x)


def evaluated(data, model):
    loader = DataLoader(data, batch_size=8, sampler=DistributedSampler(data, shuffle=False))
    return [model(x) for x, _ in loader]


def evaluated_epochs(data, model):
    sampler = DistributedSampler(data, shuffle=False)
    for epoch in range(3):
        for x, _ in DataLoader(data, sampler=sampler):
            model(x)


class Runner:
    def __init__(self, data, model):
        self.sampler = DistributedSampler(data, seed=1)
        self.loader = DataLoader(data, sampler=self.sampler)
        self.model = DDP(model)

    def epoch(self, number):
        self.sampler.set_epoch(number)
        for x, _ in self.loader:
            self.model(x)

    def run(self, epochs):
        for number in range(epochs):
            self.epoch(number)


def init(rank, world):
    os.environ["NCCL_PROTO"] = "Simple"
    dist.init_process_group("nccl", rank=rank, world_size=world)


def init_late(rank, world):
    dist.init_process_group(backend="nccl", rank=rank, world_size=world)
    os.environ.update({"NCCL_ALGO": "Tree", "NCCL_DEBUG": "INFO"})  # ! DET113
''',
    "flow losses": '''\
"""Optical flow and segmentation losses, all called from a trainer elsewhere."""
from __future__ import annotations

import functools
from dataclasses import dataclass, field

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn import functional as fn


@dataclass
class ResizeConfig:
    mode: str = "bicubic"
    antialias: bool = True


def charbonnier(x: torch.Tensor, eps: float = 1e-3) -> torch.Tensor:
    return torch.sqrt(x * x + eps * eps).mean()


def warp(features: torch.Tensor, flow: torch.Tensor) -> torch.Tensor:
    b, _, h, w = features.size()
    grid_y, grid_x = torch.meshgrid(torch.arange(h), torch.arange(w), indexing="ij")
    grid = torch.stack((grid_x, grid_y), 2).float().to(features.device)
    coords = grid.unsqueeze(0) + flow.permute(0, 2, 3, 1)
    if (scaled := coords / max(h, w)).abs().max() > 1:
        scaled = scaled.clamp(-1, 1)
    return fn.grid_sample(features, scaled, padding_mode="border", align_corners=False)  # ! DET201


class PixelLoss(nn.Module):
    """Cross entropy over maps of labels."""

    def __init__(self, ignore_index: int = 255):
        super().__init__()
        self.criterion = nn.CrossEntropyLoss(ignore_index=ignore_index)

    def forward(self, logits: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        n, c, h, w = logits.shape
        return self.criterion(logits, mask.view(n, h, w))  # ! DET201


class ImageLoss(nn.Module):
    def __init__(self):
        super().__init__()
        self.criterion = nn.CrossEntropyLoss(label_smoothing=0.1)

    def forward(self, logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        return self.criterion(logits.flatten(1), labels)


def token_loss(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    return F.cross_entropy(logits.view(-1, logits.size(-1)), labels.view(-1), ignore_index=-100)


def segmentation_head(in_channels: int, classes: int, upsampling: int) -> nn.Sequential:
    layers = [nn.Conv2d(in_channels, classes, kernel_size=1)]
    if upsampling > 1:
        layers.append(nn.UpsamplingNearest2d(scale_factor=upsampling))
    return nn.Sequential(*layers)


class PyramidPool(nn.Module):
    def __init__(self, channels: int, bins=(1, 2, 3, 6)):
        super().__init__()
        self.stages = nn.ModuleList(self._stage(channels, size) for size in (2, 3, 6))

    @staticmethod
    def _stage(channels: int, size: int) -> nn.Sequential:
        return nn.Sequential(nn.AdaptiveAvgPool2d((size, size)), nn.Conv2d(channels, channels // 4, 1))

    def forward(self, x):
        return torch.cat([x] + [F.interpolate(stage(x), x.shape[-2:]) for stage in self.stages], 1)


class SqueezeExcite(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(channels, channels)

    def forward(self, x):
        return x * torch.sigmoid(self.fc(self.pool(x).flatten(1)))[..., None, None]


def global_context(x: torch.Tensor) -> torch.Tensor:
    return F.adaptive_avg_pool2d(x, output_size=1).flatten(1)


def context(x: torch.Tensor) -> torch.Tensor:
    return F.adaptive_avg_pool2d(x, output_size=(7, 7)).flatten(1)  # ! DET201


def rowwise(x: torch.Tensor):
    return F.adaptive_max_pool2d(x, (1, 16))  # ! DET201


up = functools.partial(F.interpolate, scale_factor=2, mode="nearest")
sharp = functools.partial(F.interpolate, scale_factor=2, mode="bicubic", antialias=True)


def decode(x: torch.Tensor) -> torch.Tensor:
    x = up(x)
    return sharp(x)  # ! DET201


@torch.no_grad()
def confusion(pred: torch.Tensor, target: torch.Tensor, classes: int) -> torch.Tensor:
    index = target * classes + pred
    return torch.bincount(index.flatten(), minlength=classes**2).view(classes, classes)


@torch.no_grad()
def soft_histogram(values: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    return torch.bincount(values.long(), weights=weights, minlength=64)  # ! DET201


class Preview:
    """Pictures for the log; never differentiated."""

    def __init__(self, size):
        self.size = size

    @torch.inference_mode()
    def thumbnail(self, x: torch.Tensor):
        return F.interpolate(x, self.size, mode="bicubic", antialias=True)

    def crops(self, x: torch.Tensor, grid):
        with torch.inference_mode(), torch.autocast("cuda"):
            return F.grid_sample(x, grid)

    def crops_with_gradients(self, x: torch.Tensor, grid):
        with torch.no_grad():
            grid = grid.clamp(-1, 1)
        return F.grid_sample(x, grid, align_corners=True)  # ! DET201
''',
    "gan train": '''\
"""Train a tiny GAN; noise, weights and data order are drawn, nothing is seeded."""
from argparse import ArgumentParser, Namespace

import torch
from torch import nn, optim
from torch.utils.data import DataLoader, TensorDataset


class Generator(nn.Module):
    """Not torch's Generator of random numbers."""

    def __init__(self, latent: int = 16, out: int = 64):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(latent, 128), nn.ReLU(True), nn.Linear(128, out))

    def forward(self, z):
        return self.net(z)


class Critic(nn.Sequential):
    def __init__(self, size: int = 64):
        super().__init__(nn.Linear(size, 128), nn.LeakyReLU(0.2), nn.Linear(128, 1))


def fit(args: Namespace) -> None:
    device = "cuda:0" if torch.cuda.is_available() else "cpu"
    g, d = Generator(args.latent).to(device), Critic().to(device)
    opts = {m: optim.Adam(m.parameters(), args.lr) for m in (g, d)}
    loss = nn.BCEWithLogitsLoss()
    data = DataLoader(TensorDataset(torch.zeros(100, 64)), 10, True)
    for _ in range(args.epochs):
        for (real,) in data:
            real = real.to(device)
            fake = g(torch.randn(len(real), args.latent, device=device))
            d_loss = loss(d(real), torch.ones(len(real), 1, device=device)) + loss(
                d(fake.detach()), torch.zeros(len(real), 1, device=device)
            )
            opts[d].zero_grad()
            d_loss.backward()
            opts[d].step()
            opts[g].zero_grad()
            loss(d(fake), torch.ones(len(real), 1, device=device)).backward()
            opts[g].step()


def cli() -> Namespace:
    p = ArgumentParser()
    p.add_argument("--latent", type=int, default=16)
    p.add_argument("--lr", type=float, default=2e-4)
    p.add_argument("--epochs", type=int, default=2)
    p.add_argument("--seed", type=int, default=0, help="not used yet")
    return p.parse_args()


if __name__ == "__main__":
    fit(cli())  # ! DET203 DET207
''',
    "generators and seeds": '''\
"""Generators handed to loaders; seeds of devices."""
import random

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset, random_split


class Pairs(Dataset):
    def __init__(self, n, seed):
        self.items = torch.arange(n)
        self.rng = torch.Generator().manual_seed(seed)

    def __len__(self):
        return len(self.items)

    def __getitem__(self, i):
        j = torch.randint(len(self), (1,), generator=self.rng)
        return self.items[i], self.items[j]


def loader(data, seed):
    g = torch.Generator()
    g.manual_seed(seed)
    return DataLoader(data, 32, shuffle=True, generator=g)


def loader_entropy(data):
    g = torch.Generator()
    g.seed()  # ! DET104
    return DataLoader(data, 32, shuffle=True, generator=g)


def loader_unseeded(data):
    gen = torch.Generator(device="cpu")  # ! DET209
    return DataLoader(data, 32, shuffle=True, generator=gen)


def split(data, seed=0):
    return random_split(data, [0.7, 0.3], generator=torch.Generator().manual_seed(seed))


def split_unseeded(data):
    return random_split(data, [0.7, 0.3], generator=torch.Generator())  # ! DET209


class Noise(torch.nn.Module):
    def __init__(self, seed=None):
        super().__init__()
        self.generator = torch.Generator()
        self.generator.manual_seed(0 if seed is None else seed)

    def forward(self, x):
        return x + torch.randn(x.shape, generator=self.generator)


class LazyNoise(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.generator = torch.Generator()  # ! DET209

    def forward(self, x):
        return x + torch.randn(x.shape, generator=self.generator)


def restored(path, x):
    g = torch.Generator()
    g.set_state(torch.load(path))
    return torch.rand(x.shape, generator=g)


def only_cuda(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.cuda.manual_seed_all(seed)  # ! DET208


def whole(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.random.manual_seed(seed)
    torch.cuda.manual_seed(seed)


def per_rank(seed, rank):
    torch.manual_seed(seed + rank)
    torch.cuda.manual_seed_all(seed + rank)
''',
    "graph layers": '''\
"""Message passing by several libraries."""
import torch
import torch_scatter
from torch import Tensor, nn
from torch_scatter import scatter, scatter_add, scatter_max, segment_csr
from torch_scatter import scatter_mean as mean_by


class MaxAggregation(nn.Module):
    def forward(self, x: Tensor, index: Tensor, size: int) -> Tensor:
        out, _ = scatter_max(x, index, dim=0, dim_size=size)  # ! DET251
        return out


class SumAggregation(nn.Module):
    def forward(self, x: Tensor, index: Tensor, size: int) -> Tensor:
        return scatter_add(x, index, 0, dim_size=size) / mean_by(x, index, 0).norm()


def pooled(x: Tensor, batch: Tensor, how: str = "max"):
    return scatter(x, batch, dim=0, reduce="min")  # ! DET251


def pooled_mean(x: Tensor, batch: Tensor):
    return scatter(x, batch, dim=0, reduce="mean")


def by_pointer(x, ptr):
    return segment_csr(x, ptr, reduce="sum")


def product(x, index):
    return torch_scatter.scatter_mul(x, index)  # ! DET251


def native(x: Tensor, index: Tensor, n: int) -> Tensor:
    out = x.new_zeros(n, x.size(1))
    return out.scatter_reduce(0, index[:, None].expand_as(x), x, reduce="prod")  # ! DET201


def softmax(x: Tensor, index: Tensor, n: int) -> Tensor:
    total = torch.zeros(n, device=x.device).index_add(0, index, x.exp())
    return x.exp() / total[index]
''',
    "infer only": '''\
"""Score files with a saved network: nothing is drawn, nothing trained."""
import sys
from pathlib import Path

import torch
import torchvision
from torch import nn

CLASSES = ("cat", "dog")


class Classifier(nn.Module):
    def __init__(self, backbone="resnet34"):
        super().__init__()
        self.body = getattr(torchvision.models, backbone)(weights=None)
        self.body.fc = nn.Linear(self.body.fc.in_features, len(CLASSES))
        self.drop = nn.Dropout(0.3)

    def forward(self, x):
        return self.body(self.drop(x))


def load(path, device):
    model = Classifier()
    state = torch.load(path, map_location=device)
    model.load_state_dict(state["model"])
    return model.to(device).eval()


@torch.inference_mode()
def main(weights, *images):
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = load(weights, device)
    for image in images:
        x = torchvision.io.read_image(image).float()[None].to(device)
        x = nn.functional.interpolate(x, (224, 224), mode="bicubic", antialias=True)
        print(Path(image).name, CLASSES[model(x).argmax(1).item()])


if __name__ == "__main__":
    main(*sys.argv[1:])
''',
    "lightning runs": '''\
"""Several ways of building trainers."""
from functools import partial

import lightning.pytorch as pl
import pytorch_lightning as old
from lightning.pytorch import Trainer, seed_everything
from lightning.pytorch.callbacks import EarlyStopping

COMMON = {"max_epochs": 5, "logger": False}
SAFE = {**COMMON, "deterministic": True}


def plain(model, data):
    trainer = pl.Trainer(max_epochs=3, callbacks=[EarlyStopping("loss")])  # ! DET231
    trainer.fit(model, data)


def safe(model, data):
    trainer = pl.Trainer(**SAFE)
    trainer.fit(model, data)


def common(model, data):
    trainer = old.Trainer(**COMMON)  # ! DET231
    trainer.fit(model, data)


def stepwise(model, data, debug=False):
    options = dict(COMMON)
    options["deterministic"] = True
    if debug:
        options.update(fast_dev_run=True)
    Trainer(**options).fit(model, data)


def warned(model, data):
    Trainer(deterministic="warn", **COMMON).fit(model, data)  # ! DET231


def attribute(model, data):
    trainer = Trainer(**SAFE)
    trainer.benchmark = False  # ! DET232
    trainer.fit(model, data)


class Run:
    def __init__(self):
        self.trainer = Trainer(max_epochs=1, deterministic=True)
        self.trainer.deterministic = True  # ! DET232

    def fit(self, model, data):
        self.trainer.fit(model, data)


class Experiment:
    def __init__(self):
        self.trainer = self
        self.deterministic = False
        self.trainer.deterministic = True


build = partial(Trainer, deterministic=True, max_epochs=2)


def built(model, data):
    build(logger=False).fit(model, data)


def fast(model, data):
    Trainer(benchmark=True, deterministic=True).fit(model, data)  # ! DET205


def unknown(model, data, **options):
    Trainer(**options).fit(model, data)


def from_args(args, model, data):
    old.Trainer.from_argparse_args(args, deterministic=True).fit(model, data)


def seeded():
    seed_everything(1, workers=True)
''',
    "seed late class": '''\
"""The seed comes after the split was drawn."""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split


class Experiment:
    def __init__(self, data, seed):
        self.train, self.valid = random_split(data, [80, 20])
        self.seed = seed

    def setup(self):
        torch.manual_seed(self.seed)
        self.model = nn.Linear(4, 1).cuda()
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.1)

    def fit(self):
        for (x,) in DataLoader(self.train, 8):
            loss = self.model(x.cuda()).sum()
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()


def main():
    experiment = Experiment(TensorDataset(torch.zeros(100, 4)), seed=3)
    experiment.setup()  # ! DET109
    experiment.fit()


if __name__ == "__main__":
    main()  # ! DET203
''',
    "switches": '''\
"""Turn determinism on and off around experiments."""
import argparse
import contextlib
import os
from contextlib import contextmanager

import torch
import torch.backends.cudnn as cudnn
from torch import use_deterministic_algorithms as deterministic


def strict():
    deterministic(True)
    cudnn.benchmark = False
    cudnn.deterministic = True


def lenient():
    deterministic(mode=True, warn_only=True)  # ! DET204


def relaxed():
    kwargs = {"warn_only": True}  # ! DET204
    torch.use_deterministic_algorithms(True, **kwargs)


def loose():
    torch.use_deterministic_algorithms(mode=False)  # ! DET204


def debug_level(level="warn"):
    torch.set_deterministic_debug_mode("warn")
    torch.set_deterministic_debug_mode(2)
    torch.set_deterministic_debug_mode("error")
    torch.set_deterministic_debug_mode(debug_mode=0)


@contextmanager
def nondeterministic():
    was = torch.are_deterministic_algorithms_enabled()
    torch.use_deterministic_algorithms(False)
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(was)


class deterministic_off(contextlib.ContextDecorator):
    def __enter__(self):
        self.enabled = torch.are_deterministic_algorithms_enabled()
        torch.use_deterministic_algorithms(False)
        return self

    def __exit__(self, *exc):
        torch.use_deterministic_algorithms(self.enabled)
        return False


def speed(args: argparse.Namespace):
    match args.speed:
        case "fast":
            cudnn.benchmark = True
        case "safe":
            cudnn.benchmark = False
        case _:
            pass


def tune(on=True):
    if on:
        setattr(torch.backends.cudnn, "deterministic", False)  # ! DET206
    torch.backends.cudnn.enabled = False


def both():
    torch.backends.cudnn.deterministic = torch.backends.cudnn.benchmark = True  # ! DET205


def swapped():
    cudnn.deterministic, cudnn.benchmark = False, False  # ! DET206


def profile(model, batch):
    with cudnn.flags(enabled=True, benchmark=False, deterministic=True):
        return model(batch)


def profile_fast(model, batch):
    with cudnn.flags(benchmark=True, deterministic=False):  # ! DET205 DET206
        return model(batch)


def by_argument(benchmark: bool):
    cudnn.benchmark = benchmark


class Settings:
    """Looks alike."""

    benchmark = True
    deterministic = False

    def use_deterministic_algorithms(self, on):
        self.deterministic = on


def own(settings: Settings):
    settings.use_deterministic_algorithms(False)
    settings.benchmark = True
    settings.cudnn = argparse.Namespace(benchmark=True, deterministic=False)


def misspelt():
    torch.backends.cudnn.determenistic = True  # ! DET111
    torch.backends.cudnn.benchmarking = False  # ! DET111
    torch.cudnn.benchmark = False  # ! DET111
    cudnn.deteministic = True  # ! DET111
    torch.backends.cuda.matmul.allow_tf32 = False


def assigned():
    torch.cuda.manual_seed_all = 3  # ! DET110
    torch.manual_seed, other = 1, 2  # ! DET110
    return other


def workspace():
    os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"
    os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":16:8"
    os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:4"  # ! DET502
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", "4096:8")  # ! DET502
    os.putenv("CUBLAS_WORKSPACE_CONFIG", ":16")  # ! DET502


def env_off():
    os.environ["TF_DETERMINISTIC_OPS"] = "0"  # ! DET506
    os.environ.update(PYTHONHASHSEED="random")  # ! DET112 DET506
''',
    "vit train seeded": '''\
"""Everything is in order: seeds by a dataclass, mode on, environment first."""
import os

os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")

import random  # noqa: E402
from dataclasses import dataclass, replace  # noqa: E402

import numpy as np  # noqa: E402
import torch  # noqa: E402
from torch import nn  # noqa: E402
from torch.utils.data import DataLoader, TensorDataset  # noqa: E402


@dataclass(frozen=True)
class Config:
    seed: int = 17
    epochs: int = 2
    device: str = "cuda"


def reproducible(seed: int) -> torch.Generator:
    for setter in (random.seed, np.random.seed, torch.manual_seed):
        setter(seed)
    torch.use_deterministic_algorithms(True)
    torch.backends.cudnn.benchmark = False
    return torch.Generator().manual_seed(seed)


class Trainer:
    def __init__(self, config: Config):
        self.config = config
        self.generator = reproducible(config.seed)
        self.model = nn.TransformerEncoderLayer(32, 4, batch_first=True).to(config.device)
        self.optimizer = torch.optim.AdamW(self.model.parameters())

    def batches(self):
        data = TensorDataset(torch.randn(64, 8, 32))
        return DataLoader(data, 8, shuffle=True, generator=self.generator)

    def run(self):
        for _ in range(self.config.epochs):
            for (x,) in self.batches():
                loss = self.model(x.to(self.config.device)).pow(2).mean()
                self.optimizer.zero_grad()
                loss.backward()
                self.optimizer.step()
        return loss.item()


def main():
    print(Trainer(replace(Config(), epochs=3)).run())


if __name__ == "__main__":
    main()
''',
    "context seed": '''\
"""A context manager that seeds and restores, and a decorator that seeds."""
import contextlib
import functools

import torch


@contextlib.contextmanager
def fixed(seed):
    state = torch.get_rng_state()
    torch.manual_seed(seed)
    try:
        yield
    finally:
        torch.set_rng_state(state)


def seeded(seed):
    def wrap(function):
        @functools.wraps(function)
        def inner(*args, **kwargs):
            torch.manual_seed(seed)
            return function(*args, **kwargs)

        return inner

    return wrap


@seeded(3)
def sample(n):
    return torch.randn(n)


def main():
    with fixed(7):
        a = torch.rand(3)
    print(a, sample(3))


if __name__ == "__main__":
    main()
''',
    "cpu training": '''\
"""Training that is put on the CPU: nothing about the mode."""
import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
optimizer = torch.optim.Adam(model.parameters())
x, y = torch.randn(32, 4), torch.randn(32, 1)
for _ in range(5):
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
print(loss.item())
''',
    "cublas in time": '''\
"""Set after the imports and the seed, before anything runs on the GPU."""
import os

import torch
from torch import nn


def reproducible(seed):
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(True)
    os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"


def main():
    reproducible(1)
    net = nn.Linear(4, 4).cuda()
    print(net(torch.ones(1, 4, device="cuda")))


if __name__ == "__main__":
    main()
''',
    "cublas late": '''\
"""The workspace comes after the first product on the GPU."""
import os

import torch
from torch import nn


def main():
    torch.manual_seed(0)
    net = nn.Linear(4, 4).cuda()
    warm = net(torch.ones(1, 4, device="cuda"))
    os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"  # ! DET113
    torch.use_deterministic_algorithms(True)
    print(warm, net(torch.ones(1, 4, device="cuda")))


if __name__ == "__main__":
    main()
''',
    "fork rng draws": '''\
"""A fork alone seeds nothing."""
import torch


def main():
    with torch.random.fork_rng(devices=[]):
        noise = torch.randn(4)
    print(noise)


if __name__ == "__main__":
    main()  # ! DET207
''',
    "inheritance and hooks": '''\
"""Layers by inheritance, factories and tables."""
import torch
from torch import nn


class ReflectConv(nn.Conv1d):
    def __init__(self, a, b):
        super().__init__(a, b, 3, padding=1, padding_mode="reflect")  # ! DET201


class Pool(nn.AdaptiveMaxPool2d):
    pass


class Ctc(nn.CTCLoss):
    def forward(self, *args):
        return super().forward(*args) * 2


PADS = {"reflect": nn.ReflectionPad1d, "zero": nn.ConstantPad1d}
UPS = {"nearest": nn.Upsample(scale_factor=2), "linear": nn.Upsample(scale_factor=2, mode="linear")}  # ! DET201


def pad(kind, size):
    return PADS[kind](size)  # ! DET201


class Net(nn.Module):
    def __init__(self, up="nearest"):
        super().__init__()
        self.pool = Pool((4, 4))  # ! DET201
        self.loss = Ctc(blank=1)  # ! DET201
        self.up = nn.Upsample(scale_factor=2, mode=up)
        self.body = nn.Sequential(*[self.block(i) for i in range(2)])

    def block(self, i):
        return nn.Sequential(nn.Conv1d(1, 1, 3), nn.ReplicationPad1d(1))

    def forward(self, x):
        return self.up(self.pool(x))


def build(name):
    match name:
        case "area":
            return lambda x: nn.functional.interpolate(x, size=(8, 8), mode="area")  # ! DET201
        case "trilinear":
            return lambda x: nn.functional.interpolate(x, size=(8, 8, 8), mode="trilinear")
        case _:
            return nn.Identity()
''',
    "integer tensors": '''\
"""Integer and boolean tensors, fresh factories and state dicts have no gradient."""
import torch
import torch.nn.functional as F


def positions(mask: torch.Tensor):
    order = mask.long().cumsum(1)
    return F.pad(order, (1, 0))


def labels_down(labels: torch.Tensor):
    return F.adaptive_max_pool2d(labels.eq(1).float(), (8, 8))


def base_grid(h, w):
    theta = torch.eye(2, 3).unsqueeze(0)
    grid = F.affine_grid(theta, (1, 1, h, w), align_corners=False)
    image = torch.zeros(1, 1, h, w)
    return F.grid_sample(image, grid)


def resize_embedding(state: dict, key: str, size: int):
    weight = state[key]
    return F.interpolate(weight, size=(size, size), mode="bicubic")


def resize_checkpoint(path, size):
    state = torch.load(path, map_location="cpu")
    state["pos"] = F.interpolate(state["pos"], size=(size, size), mode="bicubic")
    return state


def resize_own(model, size):
    pos = model.state_dict()["pos"]
    return F.interpolate(pos, size=(size, size), mode="area")


def count_tokens(tokens: torch.LongTensor, n: int):
    return torch.bincount(tokens, minlength=n), tokens.float().histc(n)  # ! DET201


@torch.jit.script
def middle(x: torch.Tensor) -> torch.Tensor:
    return torch.median(x, 0)[0]  # ! DET201


def detached(x: torch.Tensor, grid: torch.Tensor):
    return F.grid_sample(x.detach(), grid.detach())


def set_grad(x: torch.Tensor, grid):
    torch.set_grad_enabled(False)
    y = F.grid_sample(x, grid)
    torch.set_grad_enabled(True)
    return y


def with_set_grad(x: torch.Tensor, grid):
    with torch.set_grad_enabled(False):
        return F.grid_sample(x, grid)


def train_phase(x: torch.Tensor, grid, phase):
    with torch.set_grad_enabled(phase == "train"):
        return F.grid_sample(x, grid)  # ! DET201
''',
    "layer table seeded": '''\
"""Seeds by getattr, loops over modules, and star arguments."""
import importlib
import random

import numpy as np
import torch
from torch import nn

SEEDERS = [random.seed, np.random.seed, torch.manual_seed]


class Seeder:
    def __init__(self, value):
        self.value = value

    def __enter__(self):
        for seeder in SEEDERS:
            seeder(self.value)
        return self

    def __exit__(self, *_):
        pass


def main(*layers):
    with Seeder(3):
        net = nn.Sequential(*(getattr(nn, name)(4, 4) for name in layers))
        x = torch.as_tensor(np.random.rand(2, 4), dtype=torch.float32)
    return net(x), importlib.import_module("math").pi, random.random()


if __name__ == "__main__":
    main("Linear", "Linear")
''',
    "none seed": '''\
"""The option's default is no seed at all."""
import argparse
import random

import numpy as np


def seed_all(seed):
    random.seed(seed)
    np.random.seed(seed)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=None)
    args = parser.parse_args()
    seed_all(args.seed)  # ! DET104
    print(random.random(), np.random.rand())


if __name__ == "__main__":
    main()
''',
    "ops need mode": '''\
"""The same ops without the mode, in a script that trains."""
import torch
from torch import nn

torch.manual_seed(0)
device = "cuda"


class GraphConv(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.lin = nn.Linear(size, size)

    def forward(self, x, edges):
        src, dst = edges
        messages = torch.index_select(self.lin(x), 0, src)
        out = torch.zeros_like(x)
        out = out.scatter_add(0, dst[:, None].expand_as(messages), messages)
        degree = torch.zeros(x.size(0), device=x.device).scatter_add_(0, dst, torch.ones_like(dst, dtype=x.dtype))
        return out / degree.clamp(min=1)[:, None]


class Readout(nn.Module):
    def forward(self, x, batch, n):
        out = x.new_zeros((n, x.shape[-1]))
        out.index_add_(0, batch, x)
        best = x.new_full((n, x.shape[-1]), float("-inf"))
        best = best.scatter_reduce(0, batch[:, None].expand_as(x), x, "amax")
        return torch.cat([out, best], -1)


conv, readout, head = GraphConv(8).to(device), Readout(), nn.Linear(16, 1).to(device)
optimizer = torch.optim.Adam([*conv.parameters(), *head.parameters()])
x = torch.randn(10, 8, device=device)
edges = torch.randint(10, (2, 30), device=device)
for _ in range(10):
    h = conv(x, edges)
    loss = head(readout(h, torch.arange(10, device=device) // 5, 2)).pow(2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()  # ! DET203
''',
    "ops under mode": '''\
"""Ops that the mode makes deterministic, with the mode on; ops that raise are reported all the same."""
import torch
import torch.nn.functional as F

torch.use_deterministic_algorithms(True)
torch.manual_seed(0)


def pool(x: torch.Tensor, index: torch.Tensor, n: int):
    out = torch.zeros(n, x.shape[1], device=x.device)
    return out.index_add_(0, index, x)


def spread(x: torch.Tensor, index: torch.Tensor):
    return torch.gather(x, 1, index)


def segments(labels: torch.Tensor, weights: torch.Tensor):
    return torch.bincount(labels, weights)  # ! DET201


def sample(x: torch.Tensor, grid: torch.Tensor):
    return F.grid_sample(x, grid)  # ! DET201


if __name__ == "__main__":
    x = torch.randn(8, 4, device="cuda", requires_grad=True)
    index = torch.arange(8, device="cuda") % 3
    print(pool(x, index, 3), spread(x, index[:, None]), segments(index, x[:, 0]))
    print(sample(x.view(1, 1, 8, 4), torch.zeros(1, 2, 2, 2, device="cuda")))
''',
    "option seed": '''\
"""Seeded only where the option is given: all that is only-when stays hidden."""
import argparse
import random

import numpy as np
import torch
from torch import nn


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=None)
    args = parser.parse_args()
    if args.seed is not None:
        random.seed(args.seed)
        np.random.seed(args.seed)
        torch.manual_seed(args.seed)
        torch.use_deterministic_algorithms(True)
    net = nn.Linear(3, 1)
    opt = torch.optim.SGD(net.parameters(), lr=0.1)
    x = torch.from_numpy(np.random.rand(8, 3)).float()
    random.shuffle(list(range(3)))
    loss = net(x).mean()
    loss.backward()
    opt.step()


if __name__ == "__main__":
    main()
''',
    "rl agent": '''\
"""A DQN in the usual single file; nothing is seeded."""
import random
from collections import deque, namedtuple

import gymnasium as gym
import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim

Step = namedtuple("Step", "state action reward next_state done")
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")


class Memory:
    def __init__(self, size):
        self.steps = deque(maxlen=size)

    def push(self, *args):
        self.steps.append(Step(*args))

    def sample(self, n):
        return random.sample(self.steps, n)

    def __len__(self):
        return len(self.steps)


class QNet(nn.Module):
    def __init__(self, n_in, n_out):
        super().__init__()
        self.fc = nn.Sequential(nn.Linear(n_in, 64), nn.ReLU(), nn.Linear(64, n_out))

    def forward(self, x):
        return self.fc(x)


class Agent:
    def __init__(self, env):
        self.env = env
        self.net = QNet(env.observation_space.shape[0], env.action_space.n).to(device)
        self.optimizer = optim.Adam(self.net.parameters())
        self.memory = Memory(1000)
        self.epsilon = 0.1

    def act(self, state):
        if np.random.rand() < self.epsilon:
            return self.env.action_space.sample()
        with torch.no_grad():
            return self.net(torch.as_tensor(state, device=device)).argmax().item()

    def learn(self, size=32):
        if len(self.memory) < size:
            return
        batch = Step(*zip(*self.memory.sample(size)))
        states = torch.as_tensor(np.array(batch.state), device=device)
        actions = torch.as_tensor(batch.action, device=device).unsqueeze(1)
        q = self.net(states).gather(1, actions)
        loss = nn.functional.smooth_l1_loss(q.squeeze(1), torch.as_tensor(batch.reward, device=device))
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()

    def run(self, episodes):
        for _ in range(episodes):
            state, _ = self.env.reset()
            done = False
            while not done:
                action = self.act(state)
                next_state, reward, done, truncated, _ = self.env.step(action)
                self.memory.push(state, action, reward, next_state, done)
                self.learn()
                state = next_state
                done = done or truncated


if __name__ == "__main__":
    Agent(gym.make("CartPole-v1")).run(10)  # ! DET101 DET121 DET203 DET207
''',
    "scaler training": '''\
"""Mixed precision: the scaler steps the optimizer."""
from dataclasses import dataclass

import torch
from torch import nn
from torch.amp import GradScaler, autocast


@dataclass
class Hparams:
    seed: int = 5
    device: str = "cuda"
    epochs: int = 3


class Learner:
    def __init__(self, hp: Hparams):
        torch.manual_seed(hp.seed)
        self.hp = hp
        self.net = nn.Sequential(nn.Conv2d(1, 8, 3), nn.Flatten(), nn.LazyLinear(10)).to(hp.device)
        self.opt = torch.optim.AdamW(self.net.parameters())
        self.scaler = GradScaler()

    def step(self, x, y):
        with autocast(self.hp.device):
            loss = nn.functional.cross_entropy(self.net(x), y)
        self.scaler.scale(loss).backward()
        self.scaler.step(self.opt)
        self.scaler.update()
        self.opt.zero_grad(set_to_none=True)

    def __call__(self):
        for _ in range(self.hp.epochs):
            self.step(torch.randn(4, 1, 8, 8, device=self.hp.device), torch.arange(4, device=self.hp.device))


if __name__ == "__main__":
    Learner(Hparams())()  # ! DET203
''',
    "spawned seeded": '''\
"""Each spawned process seeds and turns the mode on."""
import torch
import torch.multiprocessing as mp
from torch import nn


def setup(seed):
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(True)


def worker(rank, seed):
    setup(seed + rank)
    model = nn.Linear(4, 2).cuda(rank)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    model(torch.ones(2, 4).cuda(rank)).sum().backward()
    optimizer.step()


if __name__ == "__main__":
    mp.spawn(worker, args=(3,), nprocs=2)
''',
    "spawned workers": '''\
"""The parent seeds, the spawned processes do not inherit it."""
import os

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from torch import nn
from torch.nn.parallel import DistributedDataParallel


def worker(rank, world):
    dist.init_process_group("nccl", rank=rank, world_size=world)
    torch.cuda.set_device(rank)
    model = DistributedDataParallel(nn.Linear(4, 2).cuda(rank), device_ids=[rank])
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    loss = model(torch.ones(2, 4).cuda(rank)).sum()
    loss.backward()
    optimizer.step()


def main():
    os.environ["MASTER_ADDR"] = "localhost"
    torch.manual_seed(0)
    mp.spawn(worker, args=(2,), nprocs=2)


if __name__ == "__main__":
    main()  # ! DET203 DET207
''',
    "text generation": '''\
"""Sampling from language models."""
import torch
from openai import AsyncOpenAI, OpenAI
from transformers import AutoModelForCausalLM, AutoTokenizer, GenerationConfig, pipeline
from vllm import LLM, SamplingParams

GREEDY = SamplingParams(temperature=0.0, max_tokens=8)
HOT = SamplingParams(temperature=0.9, top_p=0.95)  # ! DET242
FIXED = SamplingParams(temperature=0.9, seed=11)


def write(prompts):
    llm = LLM("facebook/opt-125m")
    return llm.generate(prompts, HOT), llm.generate(prompts, GREEDY), llm.generate(prompts, FIXED)


def speak(text):
    tokenizer = AutoTokenizer.from_pretrained("gpt2")
    model = AutoModelForCausalLM.from_pretrained("gpt2")
    config = GenerationConfig(do_sample=True, top_k=10)
    tokens = tokenizer(text, return_tensors="pt")
    sampled = model.generate(**tokens, do_sample=True, max_new_tokens=5)
    beams = model.generate(**tokens, num_beams=3, do_sample=False)
    return sampled, beams, model.generate(**tokens, generation_config=config)


def ask(question):
    client = OpenAI()
    messages = [{"role": "user", "content": question}]
    warm = client.chat.completions.create(model="gpt-4o", messages=messages)
    cold = client.chat.completions.create(model="gpt-4o", messages=messages, temperature=0)
    seeded = client.chat.completions.create(model="gpt-4o", messages=messages, temperature=1, seed=3)
    return warm, cold, seeded


if __name__ == "__main__":
    print(write(["a"]), speak("b"), ask("c"))  # ! DET242
''',
    "dropout at inference": '''\
"""Dropout in a model that is loaded and set to eval; nothing is drawn."""
import sys

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(4, 4), nn.Dropout(0.5), nn.Linear(4, 2))

    def forward(self, x):
        return nn.functional.dropout(self.layers(x), 0.1, self.training)


def main(path):
    net = Net()
    net.load_state_dict(torch.load(path))
    net.eval()
    print(net(torch.ones(1, 4)))


if __name__ == "__main__":
    main(sys.argv[1])
''',
    "fresh head": '''\
"""The body is loaded, the head is drawn and never seeded."""
import torch
from torch import nn
from torchvision.models import ResNet18_Weights, resnet18


def build(classes):
    model = resnet18(weights=ResNet18_Weights.DEFAULT)
    model.fc = nn.Linear(512, classes)
    return model.eval()


if __name__ == "__main__":
    print(build(3)(torch.zeros(1, 3, 224, 224)))  # ! DET207
''',
    "loads weights": '''\
"""Fine weights come from a file before anything else happens; the head is fresh."""
import torch
from torch import nn
from torchvision.models import resnet18


def load(path):
    model = resnet18(num_classes=3)
    model.load_state_dict(torch.load(path, weights_only=True))
    return model.eval()


def main(path="model.pt"):
    model = load(path)
    with torch.no_grad():
        print(model(torch.zeros(1, 3, 224, 224)).softmax(-1))


if __name__ == "__main__":
    main()
''',
    "losses many": '''\
"""Losses and layers in tables, partials and helper functions."""
from functools import partial

import torch
import torch.nn as nn
import torch.nn.functional as F

LOSSES = {
    "ce": nn.CrossEntropyLoss,
    "ctc": partial(nn.CTCLoss, zero_infinity=True),
}


def make(name):
    return LOSSES[name]()  # ! DET201


def nll2d(logits: torch.Tensor, target: torch.Tensor):
    b, h, w = target.shape
    return F.nll_loss(F.log_softmax(logits, 1), target)  # ! DET201


def nll(logits: torch.Tensor, target: torch.Tensor):
    return F.nll_loss(F.log_softmax(logits, dim=-1), target)


def flat(logits: torch.Tensor, target: torch.Tensor):
    b, c, h, w = logits.shape
    return F.cross_entropy(logits.permute(0, 2, 3, 1).reshape(-1, c), target.reshape(-1))


class SegHead(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.conv = nn.Conv2d(c, 2, 1)
        self.loss = nn.CrossEntropyLoss()

    def forward(self, x, mask=None):
        logits = self.conv(x)
        if mask is None:
            return logits
        return self.loss(logits, mask)  # ! DET201


def upsample(x, mode="bilinear"):
    return F.interpolate(x, scale_factor=2, mode=mode)


def upsample_area(x: torch.Tensor):
    return F.interpolate(x, size=(16, 16), mode="area")  # ! DET201


def upsample_old(x: torch.Tensor):
    return F.upsample(x, scale_factor=2, mode="linear")  # ! DET201


def pool3(x: torch.Tensor):
    return F.avg_pool3d(x, 2), F.adaptive_avg_pool3d(x, (1, 1, 1))  # ! DET201


def fractional(x: torch.Tensor):
    return F.fractional_max_pool2d(x, 2, output_ratio=0.5)  # ! DET201


def unfolded(x: torch.Tensor):
    return F.unfold(x, 3), F.fold(x, (4, 4), 3)


def weighted_hist(x: torch.Tensor, w: torch.Tensor):
    with torch.no_grad():
        return torch.histc(x), torch.bincount(x.long(), w)  # ! DET201


def weighted_int(x: torch.Tensor):
    return torch.bincount(x.flatten(), minlength=3).float() / x.numel()


def sdpa(q, k, v):
    return F.scaled_dot_product_attention(q, k, v)


def embed(tokens: torch.Tensor, table: nn.EmbeddingBag):
    return table(tokens)


bag_max = nn.EmbeddingBag(10, 3, mode="max")  # ! DET201
bag_mean = nn.EmbeddingBag(10, 3)


def crop_boxes(features, boxes):
    from torchvision.ops import roi_align

    return roi_align(features, boxes, output_size=7)


def take_top(x: torch.Tensor):
    values, _ = x.topk(3, dim=1)
    return values.sum(), x.sort(dim=0).values, x.cumsum(0)


def middle(x: torch.Tensor, mask):
    return x[mask].median(), x.median(dim=-1, keepdim=True)[0]  # ! DET201


def middle_pandas(frame):
    import pandas as pd

    assert isinstance(frame, pd.DataFrame)
    return frame.median(axis=1)
''',
    "setup variants": '''\
"""Set-up functions; which part of them does something."""
import os
import random

import numpy as np
import torch


def setup(seed, deterministic=True):
    os.environ["PYTHONHASHSEED"] = str(seed)  # ! DET112
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    torch.cuda.manual_seed_all(seed)
    torch.backends.cudnn.deterministic = deterministic
    torch.backends.cudnn.benchmark = not deterministic


def setup_old(seed):
    torch.manual_seed(seed)
    torch.backends.cudnn.deterministic = True
    torch.backends.cudnn.benchmark = True  # ! DET205
    torch.set_deterministic(True)  # ! DET210


def setup_typo(seed):
    torch.manual_seed(seed)
    torch.backends.cudnn.determinsitic = True  # ! DET111
    torch.backends.cudnn.benckmark = False  # ! DET111


def setup_called(seed):
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms = True  # ! DET110
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cuda.enable_flash_sdp(False)


def restore_later(fn):
    previous = torch.backends.cudnn.benchmark
    torch.backends.cudnn.benchmark = True
    try:
        return fn()
    finally:
        torch.backends.cudnn.benchmark = previous


def by_size(fixed_size):
    if fixed_size:
        torch.backends.cudnn.benchmark = True  # ! DET205


def by_flag(args):
    if args.seed is not None:
        torch.backends.cudnn.deterministic = True
    else:
        torch.backends.cudnn.benchmark = True


def by_environment():
    torch.backends.cudnn.benchmark = os.environ.get("BENCHMARK") == "1"


def seed_gpu(seed):
    if torch.cuda.is_available():
        torch.cuda.manual_seed(seed)


def seed_gpu_too(seed):
    torch.manual_seed(seed)
    if torch.cuda.is_available():
        torch.cuda.manual_seed(seed)


def debug(mode):
    torch.set_deterministic_debug_mode(mode)


def warn():
    torch.use_deterministic_algorithms(True, warn_only=os.getenv("WARN", "0") == "1")


def memory():
    torch.use_deterministic_algorithms(True)
    torch.utils.deterministic.fill_uninitialized_memory = False  # ! DET204


class Guard:
    def __enter__(self):
        torch.use_deterministic_algorithms(False)

    def __exit__(self, *_):
        torch.use_deterministic_algorithms(True)
''',
    "trainer entry": '''\
"""Training by accelerate: it chooses the device and steps; seeded by its function."""
import torch
from accelerate import Accelerator
from accelerate.utils import set_seed
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def main():
    set_seed(42)
    accelerator = Accelerator()
    model = nn.Linear(4, 1)
    optimizer = torch.optim.AdamW(model.parameters())
    loader = DataLoader(TensorDataset(torch.randn(16, 4)), batch_size=4, shuffle=True)
    model, optimizer, loader = accelerator.prepare(model, optimizer, loader)
    for (x,) in loader:
        loss = model(x).mean()
        accelerator.backward(loss)
        optimizer.step()
        optimizer.zero_grad()


if __name__ == "__main__":
    main()  # ! DET203
''',
}


@pytest.mark.parametrize("code", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_programs(code: str) -> None:
    assert found(code, CODES) == marked(code)
