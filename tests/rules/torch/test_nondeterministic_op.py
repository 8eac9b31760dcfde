"""DET201 in every spelling, by version, device, argument and gradient, and what only looks like it.

Lines that must be reported end in `# !`.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest
from tests.helpers import check, diagnose, marked_lines

from detlint.checker import Checker
from detlint.registry import registry
from detlint.settings import Settings
from detlint.sources.source import SourceFile

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor
"""


def lines(code: str, **options: object) -> tuple[list[int], list[int]]:
    """What DET201 reports of code after the usual imports, and what it must."""
    source = HEAD + textwrap.dedent(code)
    found = {line for line, _ in check(source, "DET201", **options)}  # type: ignore[arg-type]
    return sorted(found), marked_lines(source)


SPELLINGS = {
    "function": "def f(x: Tensor):\n    return torch.median(x, 1)  # !\n",
    "keyword": "def f(x: Tensor):\n    return torch.nanmedian(x, dim=1)  # !\n",
    "method": """
        def f(x: Tensor):
            return x.kthvalue(2)

        def g(x: Tensor):
            return x.median(0)  # !
    """,
    "through the class": """
        def f(x: Tensor):
            return torch.Tensor.median(x, 0), torch.Tensor.median(x)  # !
    """,
    "alias of a function": "grid = F.grid_sample\ndef f(x, g):\n    return grid(x, g)  # !\n",
    "alias of a method": """
        def f(x: Tensor):
            histogram = x.histc
            return histogram(10)  # !
    """,
    "from import": """
        from torch.nn.functional import grid_sample as warp
        def f(x, g):
            return warp(x, g)  # !
    """,
    "star import": """
        from torch.nn.functional import *
        def f(x, g):
            return grid_sample(x, g)  # !
    """,
    "module path": "from torch.nn.modules.pooling import AvgPool3d\npool = AvgPool3d(2)  # !\n",
    "class alias": "Pool = nn.AdaptiveMaxPool2d\npool = Pool(4)  # !\n",
    "partial": """
        from functools import partial
        up = partial(F.interpolate, mode='linear')
        def f(x):
            return up(x, 4)  # !
    """,
    "dict": """
        OPTIONS = {'mode': 'linear', 'size': 8}
        def f(x):
            return F.interpolate(x, **OPTIONS)  # !
    """,
    "positional": "def f(x):\n    return F.interpolate(x, None, 2.0, 'linear')  # !\n",
    "layer in Sequential": """
        net = nn.Sequential(
            nn.Conv3d(1, 2, 3),
            nn.AvgPool3d(2),  # !
        )
    """,
    "inline layer": "def f(x):\n    return nn.AdaptiveAvgPool2d(7)(x)  # !\n",
    "conditional import": """
        try:
            from torch.nn.functional import grid_sample
        except ImportError:
            from compat import grid_sample
        def f(x, g):
            return grid_sample(x, g)  # !
    """,
    "walrus": "def f(x, g):\n    if (y := F.grid_sample(x, g)).sum() > 0:  # !\n        return y\n",
    "comprehension": """
        def f(image: Tensor):
            return [torch.histc(c, bins=16) for c in image]  # !
    """,
    "lambda": "warp = lambda x, g: F.grid_sample(x, g)  # !\n",
    "upsample": """
        def f(x):
            return F.upsample(x, 4, mode='linear'), nn.Upsample(4, mode='linear')  # !
    """,
    "from_numpy moved": """
        def f(a: np.ndarray, w):
            return torch.from_numpy(a).cuda().bincount(weights=w)  # !
    """,
    "Parameter": """
        class M(nn.Module):
            def __init__(self):
                super().__init__()
                self.w = nn.Parameter(torch.zeros(3))
            def forward(self, i):
                return self.w.take(i)  # !
    """,
    "stft": "def loss(y: Tensor):\n    return torch.stft(y, 512, return_complex=True)  # !\n",
    "embedding bag": "bag = nn.EmbeddingBag(10, 3, mode='max')  # !\n",
    "torchvision": """
        from torchvision.ops import RoIPool, deform_conv2d
        pool = RoIPool(7, 1.0)  # !
    """,
    "mapping of tensors": """
        from typing import Dict, Mapping
        def f(x: dict[str, Tensor], y: Dict[str, torch.Tensor], z: Mapping[int, Tensor]):
            x["a"].median(dim=0)  # !
            y["a"].histc(4)  # !
            return z[0].median(0)  # !
    """,
    "out=": "def f(x: Tensor, out):\n    return torch.histc(x, 4, out=out)  # !\n",
    "max_unpool": "def f(x, i):\n    return F.max_unpool2d(x, i, 2)  # !\n",
    "reflect, one dimension": "def f(x):\n    return F.pad(x, (2, 2), mode='reflect')  # !\n",
    "reflect, three dimensions": "def f(x):\n    return F.pad(x, [1] * 6, 'reflect')  # !\n",
    "padding of a convolution": """
        conv = nn.Conv1d(1, 2, 3, padding=1, padding_mode='reflect')  # !
    """,
    "antialias whatever the mode": """
        def f(x, m):
            return F.interpolate(x, 4, mode=m, antialias=True)  # !
    """,
    "area by a factor": """
        def f(x):
            return F.interpolate(x, scale_factor=0.5, mode='area')  # !
    """,
}


@pytest.mark.parametrize("code", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_reported(code: str) -> None:
    found, expected = lines(code)
    assert found == expected != []


LOOK_ALIKES = {
    "weights of a loss, and what is made of predictions": """
        def weigh(target: Tensor, weight=None):
            return F.interpolate(weight.transpose(1, 2), size=target.shape[1], mode="linear").transpose(1, 2)

        def _post_process(out: Tensor):
            return F.interpolate(out, size=3, mode="linear")

        def batched_nms(boxes: Tensor):
            return F.interpolate(boxes, size=3, mode="linear")
    """,
    "methods that only code without gradients calls": """
        class Sampler:
            def nodes(self, scores: Tensor):
                return F.interpolate(scores, 4, mode="linear")

        class Search:
            @torch.no_grad()
            def search(self, scores):
                return self._search(scores)

            def _search(self, scores):
                return self.sampler.nodes(scores)
    """,
    "recorded sound that callers give": """
        def _spectrum(y: Tensor, n):
            y = y.squeeze(1)
            return F.pad(y.unsqueeze(1), (n, n), mode="reflect")

        def spectrum(y, n):
            return _spectrum(y, n)

        def energy(y, n):
            return _spectrum(y, n).sum()

        def collate(batch):
            return energy(batch["waveform"], 3)
    """,
    "images that are prepared for a model": """
        from transformers import BaseImageProcessor
        def crop(image: Tensor, grid: Tensor):
            return F.grid_sample(image[None], grid)
        class ImageProcessor(BaseImageProcessor):
            def preprocess(self, images, size):
                images = [crop(image, make_grid(size)) for image in images]
                return [F.interpolate(image, size=size, mode="bilinear", antialias=True) for image in images]
    """,
    "annotated integers as floats": """
        from typing import Optional
        def f(mask: torch.LongTensor | None, other: Optional[torch.BoolTensor]):
            a = F.interpolate(mask.float(), size=(3, 3), mode="bilinear", antialias=True)
            return a, F.interpolate(other.half(), size=(3, 3), mode="bilinear", antialias=True)
    """,
    "DataFrame": """
        import pandas as pd
        def f(t: pd.DataFrame):
            return t.median(axis=0), t.median(0)
    """,
    "array": """
        def f(a: np.ndarray):
            return np.median(a, axis=0), np.bincount(a, weights=a), a.take([1])
    """,
    "said to raise": """
        import pytest
        def test_size(x: Tensor):
            with pytest.raises(RuntimeError, match="size"):
                F.grid_sample(x, x)
    """,
    "loaded to the CPU": """
        def f(path):
            x = torch.load(path, map_location="cpu")
            return torch.histc(x), x.median(dim=0)
    """,
    "mapping of arrays": """
        def f(t: dict[str, np.ndarray]):
            return t["a"].take([1]), t["b"].median(axis=0)
    """,
    "own class": """
        class Table:
            def median(self, dim):
                return dim
        def f():
            return Table().median(dim=0)
    """,
    "own function": """
        def grid_sample(x, g):
            return x
        def f(x, g):
            return grid_sample(x, g)
    """,
    "own interpolate of self": """
        class Resize:
            def interpolate(self, x, mode='linear'):
                return x
            def __call__(self, x):
                return self.interpolate(x, mode='linear')
    """,
    "unknown receiver": "def f(x):\n    return x.median(0), x.take(3), x.bincount(weights=x)\n",
    "passed as a value": """
        OPS = [F.grid_sample, nn.AvgPool3d, torch.histc]
        def f(g):
            return map(F.grid_sample, g)
    """,
    "rebound": """
        from torch.nn.functional import grid_sample
        grid_sample = print
        grid_sample(1, 2)
    """,
    "median of all": """
        def f(x: Tensor):
            return x.median(), torch.median(x), torch.nanmedian(x)
    """,
    "nearest": """
        def f(x):
            return F.interpolate(x, 4), F.interpolate(x, 4, mode='nearest'), nn.Upsample(4)
    """,
    "decomposed under the mode": """
        def f(x):
            return F.interpolate(x, 4, mode='bilinear'), F.interpolate(x, 4, mode='bicubic')
    """,
    "size one": """
        def f(x):
            return F.adaptive_avg_pool2d(x, 1), F.adaptive_avg_pool2d(x, (1, 1)), nn.AdaptiveAvgPool3d([1] * 3)
    """,
    "unknown size": "def f(x, n):\n    return F.adaptive_avg_pool2d(x, n)\n",
    "plain bincount": """
        def f(x: Tensor):
            return torch.bincount(x), x.bincount(minlength=3), torch.bincount(x, None)
    """,
    "histc of integers on CUDA": """
        def f(x: Tensor, device):
            a = x.float() if device.type == "cpu" else x.int()
            b = x.float() if x.device.type in ("cpu", "mps") else x.int()
            c = x.int() if x.is_cuda else x.float()
            return torch.histc(a, 4), torch.histc(b, 4), torch.histc(c, 4)
    """,
    "histc of integers": "def f(x: Tensor):\n    return torch.histc(x.long(), 4)\n",
    "constant padding": """
        def f(x):
            return F.pad(x, (1, 1)), F.pad(x, (1, 1), mode='circular'), nn.Conv1d(1, 2, 3)
    """,
    "sizes taken of what is flattened": """
        def f(x: Tensor, y: Tensor):
            n, t, c = x.shape
            x = x.view(n * t, c)
            return F.cross_entropy(x, y.view(n * t))
    """,
    "class targets": """
        def f(x, y):
            return F.cross_entropy(x, y), nn.NLLLoss()(x, y), F.nll_loss(x, y)
    """,
    "embedding bag by sum": "bags = nn.EmbeddingBag(10, 3, mode='sum'), nn.EmbeddingBag(10, 3)\n",
    "no_grad block": """
        def f(x, g):
            with torch.no_grad():
                return F.grid_sample(x, g)
    """,
    "no_grad decorator": "@torch.no_grad()\ndef f(x, g):\n    return F.grid_sample(x, g)\n",
    "inference_mode": "@torch.inference_mode()\ndef f(x, g):\n    return F.grid_sample(x, g)\n",
    "set_grad_enabled": """
        def f(x, g):
            with torch.set_grad_enabled(False):
                return F.grid_sample(x, g)
    """,
    "private, called without gradient": """
        def _warp(x, g):
            return F.grid_sample(x, g)
        @torch.no_grad()
        def show(x, g):
            return _warp(x, g)
    """,
    "layer called without gradient": """
        class M(nn.Module):
            def __init__(self):
                super().__init__()
                self.pool = nn.AdaptiveAvgPool2d(7)
            @torch.no_grad()
            def forward(self, x):
                return self.pool(x)
    """,
    "validation step": """
        import lightning.pytorch as pl
        class M(pl.LightningModule):
            def validation_step(self, batch, i):
                return F.grid_sample(*batch)
    """,
    "fresh tensors": """
        def f():
            x = torch.randn(1, 1, 5, 5)
            return F.interpolate(x, 4, mode='linear')
    """,
    "detached": "def f(x: Tensor, g: Tensor):\n    return F.grid_sample(x.detach(), g.detach())\n",
    "integers": """
        def f(x: Tensor, i):
            return torch.take(x.argmax(1), i), torch.arange(9).take(i)
    """,
    "buffer of integers": """
        class M(nn.Module):
            def __init__(self, n):
                super().__init__()
                self.register_buffer("order", torch.arange(n))
            def forward(self, i):
                return torch.take(self.order, i)
    """,
    "saved state": """
        def resize(state_dict, size):
            for key in state_dict:
                table = state_dict[key]
                state_dict[key] = F.interpolate(table.permute(0, 2, 1), size, mode='linear')
    """,
    "loaded state": """
        def f(path, n):
            t = torch.load(path)['table']
            return F.interpolate(t, n, mode='linear')
    """,
    "on the CPU": """
        def f(x: Tensor):
            y = x.cpu()
            return y.median(dim=0), torch.histc(y, 4), x.to('cpu').median(0)
    """,
    "made on the CPU": "x = torch.randn(10, device='cpu')\ny = x.kthvalue(1), x.median(0)\n",
    "NumPy memory": """
        def f(a: np.ndarray):
            return torch.histc(torch.from_numpy(a).float(), 4)
    """,
    "device in a name": """
        CPU = torch.device('cpu')
        def f(x: Tensor):
            return x.to(CPU).median(0), x.to(device=CPU).histc()
    """,
    "batches of data": """
        from torch.utils.data import DataLoader
        def f(data):
            for x, y in DataLoader(data):
                yield F.interpolate(x, 8, mode='bicubic', antialias=True), y
    """,
    "mapped over a data set": """
        from datasets import load_dataset
        def count(row):
            return torch.histc(row["x"], 4)
        data = load_dataset("a").map(count)
    """,
    "data set": """
        from torch.utils.data import Dataset
        class Images(Dataset):
            def __getitem__(self, i):
                return torch.histc(self.images[i], 4)
    """,
    "switched off": "torch.set_grad_enabled(False)\ndef f(x, g):\n    return F.grid_sample(x, g)\n",
    "private method, called without gradient": """
        class M(nn.Module):
            def _warp(self, x, g):
                return F.grid_sample(x, g)
            @torch.no_grad()
            def show(self, x, g):
                return self._warp(x, g)
    """,
    "stft of recorded data": """
        class Front(nn.Module):
            def mel(self, wave):
                return torch.stft(wave, 512, return_complex=True).abs()
            def forward(self, wave):
                return self.layer(self.mel(wave))
    """,
    "recorded sound": """
        def spectrum(waveform: Tensor, basis):
            padded = F.pad(waveform.unsqueeze(1), (8, 8), mode='reflect')
            return F.conv1d(padded, basis)
        def slower(rir_waveform: Tensor, factor):
            return F.interpolate(rir_waveform.transpose(1, -1), scale_factor=factor, mode='linear')
    """,
    "computed by a constructor": """
        def table(x: Tensor, places: Tensor):
            return torch.take(x, places)
        class Encoding(nn.Module):
            def __init__(self, x, places):
                self.first = table(x, places)
                self.second = torch.take(x, places)
    """,
    "stft without reflection": """
        def f(y: Tensor):
            return torch.stft(y, 9, center=False), torch.stft(y, 9, pad_mode='constant')
    """,
}


@pytest.mark.parametrize("code", LOOK_ALIKES.values(), ids=LOOK_ALIKES.keys())
def test_not_reported(code: str) -> None:
    assert lines(code) == ([], [])


STILL_REPORTED = {
    "weights of a layer, and predictions beside a target": """
        def project(x: Tensor, weight):
            return x @ F.interpolate(weight, size=3, mode="linear")  # !

        def compare(prediction: Tensor, target):
            return F.interpolate(prediction, size=3, mode="linear") - target  # !

        def process(x: Tensor):
            return F.interpolate(x, size=3, mode="linear")  # !
    """,
    "methods that code with gradients calls, too": """
        class Sampler:
            def nodes(self, scores: Tensor):
                return F.interpolate(scores, 4, mode="linear")  # !

        class Head(nn.Module):
            def scaled(self, scores: Tensor):
                return F.interpolate(scores, 4, mode="linear")  # !

        class Vits(Base):
            def upsampled(self, z: Tensor):
                return F.interpolate(z, 4, mode="linear")  # !

            def forward(self, x):
                return self.upsampled(x)

        class Search:
            @torch.no_grad()
            def search(self, scores):
                return self.sampler.nodes(scores), self.head.scaled(scores), self.vits.forward(scores)

            def train(self, scores):
                return self.sampler.nodes(scores)
    """,
    "recorded sound, and what else callers give": """
        def _spectrum(y: Tensor, n):
            return F.pad(y.unsqueeze(1), (n, n), mode="reflect")  # !

        def collate(batch):
            return _spectrum(batch["waveform"], 3)

        def step(batch):
            return _spectrum(batch["guess"], 3)
    """,
    "annotated floats": """
        def f(x: torch.FloatTensor | None):
            return F.interpolate(x.float(), size=(3, 3), mode="bilinear", antialias=True)  # !
    """,
    "attention that is called a processor": """
        class AttnProcessor:
            def __call__(self, x: Tensor, grid):
                return F.grid_sample(x, grid)  # !
        class ImageFeatureExtractor(nn.Module):
            def forward(self, x: Tensor, grid):
                return F.grid_sample(x, grid)  # !
    """,
    "images in a model": """
        def crop(image: Tensor, grid: Tensor):
            return F.grid_sample(image[None], grid)  # !
        class Model(nn.Module):
            def forward(self, x, grid):
                return crop(x, grid)
    """,
    "enable_grad inside": """
        @torch.no_grad()
        def f(x, g):
            with torch.enable_grad():
                return F.grid_sample(x, g)  # !
    """,
    "inference_mode(False)": """
        def f(x, g):
            with torch.inference_mode(False):
                return F.grid_sample(x, g)  # !
    """,
    "gradient asked for": """
        x = torch.randn(3, requires_grad=True)
        y = x.take(torch.tensor([1]))  # !
    """,
    "gradient asked for later": """
        x = torch.randn(3).cuda()
        x.requires_grad_()
        y = x.take(torch.tensor([1]))  # !
    """,
    "one operand needs it": """
        def f(x: Tensor, g: Tensor):
            return F.grid_sample(x.detach(), g)  # !
    """,
    "written into": """
        def f(v: Tensor, i):
            x = torch.zeros(9)
            x[:3] = v
            return x.take(i)  # !
    """,
    "back to the GPU": "def f(x: Tensor):\n    return x.cpu().cuda().median(0)  # !\n",
    "moved to a chosen device": """
        def f(device):
            return torch.zeros(3).to(device).median(0)  # !
    """,
    "public helper of a no_grad function": """
        def warp(x, g):
            return F.grid_sample(x, g)  # !
        @torch.no_grad()
        def show(x, g):
            return warp(x, g)
    """,
    "layer called both ways": """
        class M(nn.Module):
            def __init__(self):
                super().__init__()
                self.pool = nn.AdaptiveAvgPool2d(7)  # !
            def forward(self, x):
                return self.pool(x)
            @torch.no_grad()
            def show(self, x):
                return self.pool(x)
    """,
    "maximum whatever the size": """
        def f(x, n):
            return F.adaptive_max_pool2d(x, n), F.adaptive_max_pool2d(x, 1)  # !
    """,
    "one of two modes": """
        def f(x, b):
            return F.interpolate(x, 4, mode='linear' if b else 'nearest')  # !
    """,
    "batches of data, a forward pass": """
        from torch.utils.data import DataLoader
        def f(data):
            for x, y in DataLoader(data):
                yield x.median(dim=0)  # !
    """,
    "by the name of NumPy": "def f(x: Tensor):\n    return x.median(axis=1)  # !\n",
    "by getattr": "def f(x: Tensor):\n    return getattr(torch, 'histc')(x, 4)  # !\n",
    "one of several classes": """
        POOLS = {'a': nn.AdaptiveMaxPool2d, 'b': nn.AvgPool2d}
        def f(k):
            return POOLS[k](2)  # !
    """,
    "None left before": """
        def f(x: Tensor, dim=None):
            if dim is None:
                return x.median()
            return x.median(dim)  # !
    """,
    "None asked for": """
        def f(x: Tensor, weights=None):
            return torch.bincount(x, weights) if weights is not None else None  # !
    """,
    "stft in a loss": """
        def spectrum(x):
            return torch.stft(x, 512, return_complex=True).abs()  # !
        class SpectralLoss(nn.Module):
            def forward(self, fake, real):
                return F.l1_loss(spectrum(fake), spectrum(real))
    """,
    "sound that a model gives": """
        def tune(generator, z):
            wave = generator(z)
            return F.pad(wave, (8, 8), mode='reflect')  # !
    """,
    "stft of what a model gives": """
        def tune(generator, z):
            wave = generator(z)
            return torch.stft(wave, 512, return_complex=True)  # !
    """,
    "kept by a constructor": """
        class Encoding(nn.Module):
            def __init__(self, places):
                def look(x: Tensor):
                    return torch.take(x, places)  # !
                self.look = look
    """,
    "optimised by a constructor": """
        class Style:
            def __init__(self, x: Tensor, places, optimizer):
                loss = torch.take(x, places).sum()  # !
                loss.backward()
    """,
    "partly known size": "def f(x, n):\n    return F.adaptive_avg_pool2d(x, (n, 7))  # !\n",
}


@pytest.mark.parametrize("code", STILL_REPORTED.values(), ids=STILL_REPORTED.keys())
def test_reported_all_the_same(code: str) -> None:
    found, expected = lines(code)
    assert found == expected != []


SPATIAL = {
    "sizes taken of the targets": """
        def f(x: Tensor, y: Tensor):
            n, h, w = y.shape
            return F.nll_loss(F.log_softmax(x, 1), y)  # !
    """,
    "sizes taken of the scores": """
        def f(x: Tensor, y: Tensor):
            n, c, h, w = x.size()
            return F.cross_entropy(x, y) / (h * w)  # !
    """,
    "segmentation model": """
        from torchvision.models.segmentation import fcn_resnet50
        def loss(x, y):
            return F.cross_entropy(fcn_resnet50()(x)["out"], y)  # !
    """,
    "conv head": """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.head = nn.Conv2d(8, 3, 1)
            def forward(self, x):
                return self.head(x)
        net = Net()
        def loss(x, y):
            return F.cross_entropy(net(x), y)  # !
    """,
    "target of randint": """
        criterion = nn.CrossEntropyLoss()
        def loss(x):
            y = torch.randint(0, 3, (2, 8, 8))
            return criterion(x, y)  # !
    """,
    "target viewed": "def loss(x, y: Tensor):\n    return F.nll_loss(x, y.view(2, 8, 8))  # !\n",
    "target whose classes are spread over a dimension elsewhere": """
        def loss(net, dice, x, masks, labels):
            masks = masks.to(dtype=torch.long)
            criterion = nn.CrossEntropyLoss() if net.classes > 1 else nn.BCEWithLogitsLoss()
            total = criterion(net(x), masks)  # !
            total += dice(net(x), F.one_hot(masks, 3).permute(0, 3, 1, 2).float())
            return total + F.cross_entropy(net.head(x), labels) + F.one_hot(labels, 3).sum()
    """,
    "resized logits": """
        def loss(x, y):
            return F.cross_entropy(F.interpolate(x, 8, mode='bilinear'), y)  # !
    """,
    "sizes that are no dimensions": """
        def loss(x, n):
            y = torch.zeros((x.size(0)), dtype=torch.long, device=x.device)
            return F.cross_entropy(x, y)
    """,
    "flattened": """
        def loss(x: Tensor, y: Tensor):
            return F.cross_entropy(x.reshape(-1, 3), y.view(-1))
    """,
    "plain head": """
        head = nn.Linear(8, 3)
        def loss(x, y):
            return F.cross_entropy(head(x), y)
    """,
    "probabilities of places": """
        def loss(pred: Tensor, mask: Tensor, c: int):
            b, c, h, w = pred.shape
            return F.cross_entropy(pred, F.one_hot(mask, c).permute(0, 3, 1, 2).float())
    """,
    "probabilities": """
        def loss(x):
            return F.cross_entropy(nn.Conv2d(1, 3, 1)(x), torch.rand(2, 3, 8, 8))
    """,
}


@pytest.mark.parametrize("code", SPATIAL.values(), ids=SPATIAL.keys())
def test_spatial_targets(code: str) -> None:
    found, expected = lines(code)
    assert found == expected


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("torch.cumsum(x, 0)", "1.13", "2.13.0"),
        ("torch.cumprod(x, 0)", "1.13", "2.13.0"),
        ("torch.cumulative_trapezoid(x)", "1.13", "2.13.0"),
        ("x.kthvalue(2)", "1.8", "2.9.1"),
        ("F.interpolate(x, 4, mode='bilinear')", "1.8", "2.0.1"),
        ("F.interpolate(x, 4, mode='trilinear')", "1.8", "2.3.1"),
        ("F.interpolate(x, 4, mode='bicubic')", "1.8", "2.14.1"),
        ("nn.MaxPool3d(2)", "1.8", "2.12.0"),
        ("nn.ReplicationPad3d(1)", "1.8", "2.2.2"),
        ("x.index_add(0, x, x)", "1.8", "1.8.1"),
        ("x.scatter_add(0, x, x)", "1.8", "1.12.1"),
        ("x.index_copy(0, x, x)", "1.8", "1.8.1"),
    ],
)
def test_versions(code: str, first: str, last: str) -> None:
    source = f"def f(x: Tensor):\n    return {code}\n"
    newer = {"2.13.0": "2.14", "2.9.1": "2.10", "2.0.1": "2.1", "2.3.1": "2.4", "2.14.1": "2.15", "2.12.0": "2.13"}
    newer |= {"2.2.2": "2.3", "1.8.1": "1.9", "1.12.1": "1.13"}
    assert lines(source, targets=[f"torch={first}"])[0] == [7]
    assert lines(source, targets=[f"torch={last}"])[0] == [7]
    assert lines(source, targets=[f"torch={newer[last]}"])[0] == []


def test_integers_are_summed_in_any_order() -> None:
    code = """
        def f(x: Tensor, mask: Tensor):
            a = x.long().cumsum(0), torch.arange(9).cumsum(0), (x > 0).cumsum(1), mask.cumsum(1)
            b = x.argmax(1).cumsum(0), torch.cumsum(x.to(torch.int64), 0), x.cumsum(0, dtype=torch.long)
            return a, b, x.cumsum(0)  # !
    """
    found, expected = lines(code, targets=["torch=2.4"])
    assert found == expected


def test_integers_that_other_libraries_and_joining_give() -> None:
    code = """
        import triton
        def offsets(starts: torch.LongTensor, size: int, x: Tensor):
            a = torch.cat([starts.new_tensor([0]), triton.cdiv(starts, size)]).cumsum(-1)
            return a, torch.cat([starts.new_zeros(1), x]).cumsum(-1)  # !
        class Loss(nn.Module):
            def ignored(self, batch):
                mask = batch["src"].squeeze(dim=2) == self.padding
                mask = torch.cumsum(mask.int(), 1)
                return mask, torch.cumsum(batch["src"].float(), 1)  # !
    """
    found, expected = lines(code, targets=["torch=2.4"])
    assert found == expected


def test_what_is_exact_and_refused_all_the_same() -> None:
    code = (
        HEAD + "def f(x: Tensor, w: Tensor):\n    return torch.bincount(x.long()), x.histc(9), torch.bincount(x, w)\n"
    )
    found = [item.message for item in diagnose(code, "DET201", targets=["torch=2.0"])]
    assert ["refuses" in message and "differ" not in message for message in found] == [True, True, False]
    assert len(diagnose(code, "DET201", targets=["torch=2.4"])) == 2


def test_pooling_to_one_place_is_exact() -> None:
    code = HEAD + (
        "def f(x: Tensor, size):\n    a = F.adaptive_max_pool2d(x, 1), F.adaptive_max_pool2d(x, (1, 1))\n"
        "    return a, F.adaptive_max_pool2d(x, 3), F.adaptive_max_pool2d(x, size)\n\nhead = nn.AdaptiveMaxPool1d(1)\n"
    )
    found = ["refuses" in item.message for item in diagnose(code, "DET201")]
    assert found == [True, True, False, False, True]


def test_kernels_of_other_devices() -> None:
    code = """
        import torch_npu
        def experts(x: Tensor, chosen: Tensor):
            x, rows = torch_npu.npu_moe_token_permute(x, chosen)
            return x, torch.histc(chosen.float())
        def plain(x: Tensor, chosen: Tensor):
            return torch.histc(chosen.float())  # !
    """
    found, expected = lines(code)
    assert found == expected


def test_devices() -> None:
    code = "def f(x: Tensor):\n    return x.median(0)\n\ndef g(x: Tensor, i):\n    return x.put_(i, x)\n"
    assert lines(code, devices=["cpu"])[0] == [10]
    assert lines(code, devices=["cuda"])[0] == [7, 10]
    assert lines("def f(x: Tensor):\n    return x.kthvalue(2)\n", devices=["mps"])[0] == [7]


def test_low_where_arguments_are_unknown() -> None:
    code = HEAD + "def f(x, size, mode):\n    return F.adaptive_avg_pool2d(x, size), F.interpolate(x, 4, mode=mode)\n"
    assert check(code, "DET201") == []
    found = diagnose(code, "DET201", min_confidence="low")
    assert len(found) == 2
    assert {item.confidence.label for item in found} == {"low"}


def test_the_callee_is_reported() -> None:
    found = diagnose(HEAD + "def f(x: Tensor):\n    return torch.relu(x).median(dim=1)\n", "DET201")
    place = found[0].location
    assert (place.line, place.column, place.end_column) == (7, 12, 32)
    assert found[0].message.startswith("`torch.Tensor.median` has no deterministic implementation on CUDA")


@pytest.mark.parametrize("step", ["", "    y.sum().backward()\n"])
def test_tests_that_take_no_gradient(step: str) -> None:
    code = HEAD + "\n\ndef test_warp(x, grid):\n    y = F.grid_sample(x, grid)\n    assert y.shape == x.shape\n" + step
    assert bool(diagnose(code, "DET201", filename="tests/test_warp.py")) is bool(step)
    assert diagnose(code, "DET201", filename="warp.py")


def test_names_that_another_module_gave_are_looked_for_beside_others(tmp_path: Path) -> None:
    (tmp_path / "ops.py").write_text("from torch import bincount as count, histc\n")
    code = """\
        import torch
        from ops import count, histc

        def levels(x: torch.Tensor, w: torch.Tensor):
            return count(x, weights=w), histc(x)  # !
        """
    found = diagnose(code, "DET201", filename=str(tmp_path / "main.py"))
    assert [(each.location.line, each.location.column) for each in found] == [(5, 12), (5, 33)]


@pytest.mark.parametrize(
    "code",
    [
        "class Pool(nn.AdaptiveMaxPool2d):\n    pass\n\n\npool = Pool(3)  # !\n",
        "class Pool(nn.AdaptiveAvgPool2d):\n    pass\n\n\npool, whole = (\n    Pool(3),  # !\n    Pool(1),\n)\n",
        "class Pool(nn.AdaptiveMaxPool2d):\n    def __init__(self):\n        super().__init__((3, 3))  # !\n",
        "class Pool(nn.AdaptiveMaxPool2d):\n    def __init__(self):\n        super().__init__((3, 3))  # !\n\n"
        "    def forward(self, x):\n        return super().forward(x) * 2\n",
        "class Pool(nn.AdaptiveMaxPool2d):\n    def __init__(self):\n        super(Pool, self).__init__(3)  # !\n\n\n"
        "pool = Pool()\n",
        "class Pool(nn.AdaptiveMaxPool2d):\n    def __init__(self):\n        super().__init__(3)\n\n"
        "    def forward(self, x):\n        return x\n",
        "class Pool(nn.AdaptiveAvgPool2d):\n    def __init__(self):\n        super().__init__(1)\n",
        "class Pool(nn.MaxPool2d):\n    pass\n\n\npool = Pool(3)\n",
        "class Pool(nn.Module):\n    def __init__(self):\n        super().__init__()\n\n\npool = Pool()\n",
    ],
)
def test_layers_that_derive_from_those_of_torch(code: str) -> None:
    assert [line for line, _ in check(HEAD + code, "DET201")] == marked_lines(HEAD + code)


@pytest.mark.parametrize(
    ("call", "looked_into"),
    [
        ('F.interpolate(x, 4, mode="bilinear")', False),
        ('F.interpolate(x, 4, mode="bilinear", antialias=True)', True),
        ('F.interpolate(x, 4, **{"mode": "bilinear", "antialias": True})', True),
        ('F.interpolate(x, 4, mode="linear")', True),
        ("F.interpolate(x, 4, mode=how)", True),
    ],
)
def test_a_file_is_looked_into_where_arguments_may_matter(call: str, looked_into: bool) -> None:
    known = registry()
    filler = "x = 1\n" * 1_000  # short files are parsed all the same
    result = Checker(Settings(select=("DET201",)), known).check(SourceFile("x.py", f"{HEAD}{filler}y = {call}\n"))
    assert result.skipped is not looked_into
