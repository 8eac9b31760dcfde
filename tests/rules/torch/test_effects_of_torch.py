"""What calls of torch and of libraries on it do, by the effect tables of the packs."""

from __future__ import annotations

import ast
import textwrap

import pytest

from detlint.index import FileIndex
from detlint.registry import registry


def effects(code: str) -> list[str]:
    """The effects of all calls of a piece of code, as short texts: `draw torch init`, `seed numpy?` (conditional)."""
    text = textwrap.dedent(code)
    index = FileIndex(ast.parse(text), registry().knowledge, "example.py", text)
    found = []
    for call in index.calls:
        for effect in registry().effects.of(call, index):
            words = f"{effect.kind} {effect.subject} {effect.detail}".strip()
            found.append(words + "?" if effect.conditional else words)
    return found


HEAD = """
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, RandomSampler, random_split
"""


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("torch.rand(3)", ["draw torch"]),
        ("torch.randn(3, generator=None)", ["draw torch"]),
        ("torch.randn(3, generator=torch.Generator())", []),
        ("torch.zeros(3)", []),
        ("torch.zeros(3).uniform_()", ["draw torch"]),
        ("torch.zeros(3).normal_(generator=torch.Generator())", []),
        ("nn.Linear(3, 3)", ["draw torch init"]),
        ("nn.LSTM(3, 3)", ["draw torch init"]),
        ("nn.BatchNorm1d(3)", []),
        ("nn.ReLU()", []),
        ("nn.Linear(3, 3, device='meta')", []),
        ("nn.Embedding(3, 3, _weight=torch.zeros(3, 3))", []),
        ("c = nn.Conv2d(1, 4, 3, bias=False)\nc.weight = nn.Parameter(torch.zeros(4, 1, 3, 3))", []),
        ("c = nn.Conv2d(1, 4, 3)\nc.weight = nn.Parameter(torch.zeros(4, 1, 3, 3))", ["draw torch init"]),
        ("c = nn.Conv2d(1, 4, 3, bias=False)\nif x:\n    c.weight = y", ["draw torch init"]),
        ("c = nn.Conv2d(1, 4, 3, bias=False)\nd.weight = y", ["draw torch init"]),
        ("nn.Embedding.from_pretrained(torch.zeros(3, 3))", []),
        ("nn.init.xavier_uniform_(torch.zeros(3, 3))", ["draw torch init"]),
        ("nn.init.zeros_(torch.zeros(3, 3))", []),
        ("F.dropout(torch.zeros(3))", ["draw torch"]),
        ("x = torch.rand(1, 3)\ntorch.jit.trace(net, x.float())\ntorch.onnx.export(net, (x,), 'a.onnx')", []),
        ("torch.jit.trace(net, example_inputs=(torch.randn(1, 3),))", []),
        ("x = torch.rand(1, 3)\ntorch.jit.trace(net, x)\nprint(x)", ["draw torch"]),
        ("x = torch.rand(1, 3)\ny = torch.autograd.Variable(x)\ntorch.onnx.export(net, y, 'a.onnx')", []),
        ("x = torch.rand(1, 3)\ny = torch.autograd.Variable(x)\ntorch.onnx.export(net, y)\ny", ["draw torch"]),
        (
            "class A(nn.Module):\n    def f(self):\n        self.w = nn.Parameter(torch.ones(3))\n"
            "        self.w.data.normal_()",
            ["draw torch init"],
        ),
        ("def f(m):\n    w: torch.Tensor = m\n    nn.Linear(3, 3).weight.data.normal_()", ["draw torch init"] * 2),
        ("def fill_(t: torch.Tensor):\n    t.uniform_()", ["draw torch init"]),
        ("def noise(t: torch.Tensor):\n    t.uniform_()", ["draw torch"]),
        (
            "def f(x: torch.Tensor, training):\n    p = 0.1 if training else 0.0\n"
            "    F.scaled_dot_product_attention(x, x, x, dropout_p=p)",
            ["draw torch dropout"],
        ),
        ("F.dropout(torch.zeros(3), training=False)", []),
        ("F.dropout(torch.zeros(3), p=0.0)", []),
        ("def f(on):\n    F.dropout(torch.zeros(3), training=on)", ["draw torch dropout?"]),
        ("d = nn.Dropout(0.5)\nd(torch.zeros(3))", ["draw torch dropout"]),
        ("d = nn.Dropout(p=0)\nd(torch.zeros(3))", []),
        ("F.gumbel_softmax(torch.zeros(3))", ["draw torch"]),
        ("torch.distributions.Normal(0, 1).sample()", ["draw torch sample"]),
        ("torch.distributions.Normal(0, 1).log_prob(1)", []),
        ("DataLoader([], shuffle=True)", ["draw torch shuffle"]),
        ("DataLoader([], 4, True)", ["draw torch shuffle"]),
        ("DataLoader([])", []),
        ("DataLoader([], shuffle=True, generator=torch.Generator().manual_seed(0))", []),
        ("def f(s):\n    DataLoader([], shuffle=s)", ["draw torch shuffle?"]),
        ("RandomSampler([])", ["draw torch shuffle"]),
        ("random_split([1, 2], [1, 1])", ["draw torch split"]),
        ("random_split([1, 2], [1, 1], torch.Generator().manual_seed(0))", []),
    ],
)
def test_draws(code: str, expected: list[str]) -> None:
    assert [text for text in effects(HEAD + code) if text.startswith("draw")] == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import torchvision\ntorchvision.models.resnet18()", ["draw torch init"]),
        ("import torchvision\ntorchvision.models.resnet18(weights='DEFAULT')", []),
        ("from torchvision.models import ResNet18_Weights as W, resnet18\nresnet18(weights=W.DEFAULT)", []),
        ("from torchvision.models import resnet18\nresnet18(pretrained=False)", ["draw torch init"]),
        ("from torchvision import models\nmodels.list_models()", []),
        ("from torchvision import models\ndef f(w):\n    models.vgg16(pretrained=w)", ["draw torch init?"]),
        ("import timm\ntimm.create_model('resnet18')", ["draw torch init"]),
        ("import timm\ntimm.create_model('resnet18', pretrained=True)", []),
        ("import timm\ntimm.create_model('resnet18', pretrained=True, num_classes=10)", ["draw torch init"]),
        ("from transformers import BertConfig, BertModel\nBertModel(BertConfig())", ["draw torch init"]),
        ("from transformers import AutoModel\nAutoModel.from_pretrained('x')", []),
        ("from transformers import AutoModel\nAutoModel.from_config('x')", ["draw torch init"]),
        ("from transformers import AutoTokenizer\nAutoTokenizer.from_pretrained('x')", []),
        ("from torch_geometric.nn import GCNConv\nGCNConv(3, 3)", ["draw torch init"]),
        ("from torch_geometric.nn import BatchNorm, global_mean_pool\nBatchNorm(3)\nglobal_mean_pool(1, 2)", []),
        ("import segmentation_models_pytorch as smp\nsmp.Unet('resnet34')", ["draw torch init"]),
        ("from monai.networks.nets import UNet\nUNet(3, 1, 2)", ["draw torch init"]),
        ("from torchvision import transforms as T\nT.RandomCrop(3)", ["draw torch lazy"]),
        ("from torchvision import transforms as T\nT.ToTensor()", []),
        ("from torchvision.transforms import v2\nv2.ColorJitter(0.1)", ["draw torch lazy"]),
    ],
)
def test_draws_of_libraries_on_torch(code: str, expected: list[str]) -> None:
    assert [text for text in effects(code) if text.startswith("draw")] == expected


ALL = ["seed python", "seed numpy", "seed torch", "seed torch_cuda"]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import torch\ntorch.manual_seed(0)", ["seed torch", "seed torch_cuda"]),
        ("import torch\ntorch.random.manual_seed(0)", ["seed torch", "seed torch_cuda"]),
        ("import torch\ntorch.cuda.manual_seed_all(0)", ["seed torch_cuda"]),
        ("import torch\ntorch.seed()", ["unseed torch", "unseed torch_cuda"]),
        ("import random\nrandom.seed(1)", ["seed python"]),
        ("import random\nrandom.seed()", ["unseed python"]),
        ("import random\nrandom.seed(None)", ["unseed python"]),
        ("import numpy as np\nnp.random.seed(seed=3)", ["seed numpy"]),
        ("import numpy as np\ndef f(s):\n    np.random.seed(s)", ["seed numpy"]),
        ("import numpy as np\ndef f(x):\n    np.random.seed(None if x else 3)", ["seed numpy?"]),
        ("from lightning import seed_everything\nseed_everything(1)", ALL),
        ("import pytorch_lightning as pl\npl.seed_everything()", ALL),
        ("from transformers import set_seed\nset_seed(1)", [*ALL, "seed tensorflow"]),
        ("from accelerate.utils import set_seed\nset_seed(1)", ALL),
        ("import torch_geometric\ntorch_geometric.seed_everything(1)", ALL),
        (
            "from mmengine.runner import set_random_seed\nset_random_seed(None)",
            [t.replace("seed", "unseed", 1) for t in ALL],
        ),
        ("import torch\ns = torch.get_rng_state()\ntorch.set_rng_state(s)", []),
        ("import torch\ndef f(c):\n    torch.set_rng_state(c['rng'])", ["seed torch?"]),
        ("class A:\n    def manual_seed(self, s): ...\nA().manual_seed(1)", []),
    ],
)
def test_seeds(code: str, expected: list[str]) -> None:
    assert [text for text in effects(code) if text.startswith(("seed", "unseed"))] == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import torch\ntorch.use_deterministic_algorithms(True)", ["mode_on torch"]),
        ("import torch\ntorch.use_deterministic_algorithms(False)", ["mode_off torch"]),
        ("import torch\ntorch.use_deterministic_algorithms(True, warn_only=True)", ["mode_on torch warn"]),
        ("import torch\ndef f(d):\n    torch.use_deterministic_algorithms(d)", ["mode_on torch?"]),
        ("import torch\ntorch.set_deterministic_debug_mode('error')", ["mode_on torch"]),
        ("import torch\ntorch.set_deterministic_debug_mode(0)", ["mode_off torch"]),
        ("from lightning import Trainer\nTrainer(deterministic=True)", ["mode_on torch"]),
        ("from lightning import Trainer\nTrainer(deterministic='warn')", ["mode_on torch warn"]),
        ("from lightning import Trainer\nTrainer(deterministic=False)\nTrainer()", []),
        ("from transformers import enable_full_determinism as e\ne(1)", ["mode_on torch"]),
        ("from transformers import enable_full_determinism as e\ne(1, warn_only=True)", ["mode_on torch warn"]),
        (
            "from transformers import TrainingArguments\nTrainingArguments('x', full_determinism=True)",
            ["mode_on torch"],
        ),
        ("from transformers import set_seed\nset_seed(1)", []),
        ("from transformers import set_seed\nset_seed(1, deterministic=True)", ["mode_on torch"]),
        ("from transformers import set_seed\nset_seed(1, True)", ["mode_on torch"]),
    ],
)
def test_modes(code: str, expected: list[str]) -> None:
    assert [text for text in effects(code) if text.startswith("mode")] == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("loss = F.mse_loss(torch.zeros(3), torch.zeros(3))\nloss.backward()", ["train torch backward"]),
        ("def f(loss):\n    loss.backward()", ["train torch backward"]),
        ("def f(scaler, loss):\n    scaler.scale(loss).backward()", ["train torch backward"]),
        ("def f(accelerator, loss):\n    accelerator.backward(loss)", ["train torch backward"]),
        ("class A(torch.autograd.Function):\n    def b(self, ctx, g):\n        return super().backward(ctx, g)", []),
        ("o = torch.optim.Adam([])\no.step()", ["train torch step"]),
        ("def f(optimizer):\n    optimizer.step()", ["train torch step"]),
        (
            "class T:\n    def f(self):\n        self.opt_g.step()\n        self.optims[0].step()",
            ["train torch step"] * 2,
        ),
        ("def f(scaler, optimizer):\n    scaler.step(optimizer)", ["train torch step"]),
        ("def f(scheduler, lr_scheduler):\n    scheduler.step()\n    lr_scheduler.step()", []),
        ("def f(env, action):\n    env.step(action)", []),
        ("s = torch.optim.lr_scheduler.StepLR(1, 2)\ns.step()", []),
        ("def f(options):\n    options.step()", []),
    ],
)
def test_parts_of_training(code: str, expected: list[str]) -> None:
    assert [text for text in effects(HEAD + code) if text.startswith("train")] == expected


def test_parts_of_training_need_the_library() -> None:
    assert effects("def f(optimizer, loss):\n    loss.backward()\n    optimizer.step()") == []


@pytest.mark.parametrize(
    ("code", "chosen"),
    [
        ("torch.zeros(3).cuda()", True),
        ("def f(model):\n    model.cuda()", True),
        ("torch.zeros(3).to('cuda')", True),
        ("torch.zeros(3).to('cuda:1')", True),
        ("torch.zeros(3).to('cpu')", False),
        ("torch.zeros(3).to(torch.float16)", False),
        ("torch.zeros(3, device='cuda')", True),
        ("torch.zeros(3, device='cpu')", False),
        ("nn.Linear(3, 3, device='cuda')", True),
        ("d = torch.device('cuda' if torch.cuda.is_available() else 'cpu')", True),
        ("d = torch.device('cpu')\nnn.Linear(3, 3).to(d)", False),
        ("def f(model, x):\n    x.to(next(model.parameters()).device)", False),
        ("def f(x, y: torch.Tensor):\n    x.to(y.device)", False),
        ("def f(x, args):\n    x.to(args.device)", True),
        ("def f(model, device):\n    model.to(device)", True),
        ("def f(x, y):\n    device = y.device\n    torch.zeros(3, device=device)", False),
        ("def f(x, y):\n    dtype, device = y.dtype, y.device\n    torch.zeros(3, dtype=dtype, device=device)", False),
        ("def f(x, args):\n    device = args.device\n    torch.zeros(3, device=device)", True),
        ("def f(x, y):\n    device = pick()\n    torch.zeros(3, device=device)", True),
        ("def f(x, layer):\n    torch.as_tensor(x).to(layer.weight)", False),
        ("import app\ndef f(x):\n    torch.as_tensor(x).to(app.layer.weight)", False),
        ("import app\ndef f(x):\n    torch.as_tensor(x).to(app.settings.DEVICE)", True),
        ("def f(x: torch.Tensor, kind):\n    x.type(kind.value())", False),
        ("def f(x: torch.Tensor):\n    x.type(torch.cuda.FloatTensor)", True),
        ("def f(x, dtype):\n    x.to(dtype)", False),
        ("kind = torch.accelerator.current_accelerator().type\nnn.Linear(3, 3).to(kind)", True),
        ("d = torch.device('cpu')\nnn.Linear(3, 3).to(d.type)", False),
        ("torch.cuda.set_device(0)", True),
        ("torch.cuda.is_available()", False),
        ("torch.set_default_device('cuda')", True),
    ],
)
def test_device_choices(code: str, chosen: bool) -> None:
    assert ("device torch" in effects(HEAD + code)) is chosen


def test_trainers_choose_the_device_unless_told_not_to() -> None:
    assert "device torch" in effects("from lightning import Trainer\nTrainer()")
    assert "device torch" not in effects("from lightning import Trainer\nTrainer(accelerator='cpu')")
    assert "device torch" in effects("from accelerate import Accelerator\nAccelerator()")
    assert "device torch" not in effects("from accelerate import Accelerator\nAccelerator(cpu=True)")
