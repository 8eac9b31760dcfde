"""Kernels chosen by timing, attention, reductions over graphs, memory that is read as it is."""

from __future__ import annotations

import pytest
from tests.helpers import check, diagnose, marked_lines

from detlint.diagnostics import Severity

TUNED = [
    "import torch\n\n\n@torch.compile(mode='max-autotune')  # !\ndef f(x):\n    return x\n",
    (
        "from torch import compile as fast\n\n\ndef build(model):\n"
        "    return fast(model, mode='max-autotune-no-cudagraphs')  # !\n"
    ),
    (
        "import functools\nimport torch\n\n"
        "fast = functools.partial(torch.compile, mode='max-autotune')  # !\n"
        "model = fast(torch.nn.Linear(2, 2))\n"
    ),
    "import torch\nMODE = 'max-autotune'\n\n\ndef build(model):\n    return torch.compile(model, mode=MODE)  # !\n",
    "import torch\n\n\ndef build(model: torch.nn.Module):\n    model.compile(mode='max-autotune')  # !\n",
    "import torch\n\n\ndef build(model):\n    model.compile(mode='max-autotune')  # !\n",
    "import torch\ntorch._inductor.config.max_autotune = True  # !\n",
    "from torch._inductor import config\nconfig.coordinate_descent_tuning = True  # !\n",
    "import torch._inductor.config\nsetattr(torch._inductor.config, 'max_autotune_gemm', True)  # !\n",
    (
        "import torch\nfrom torch._inductor import config\n\n\ndef run(f, x):\n"
        "    with config.patch(max_autotune=True):  # !\n        return f(x)\n"
    ),
    (
        "import torch\nfrom torch._inductor import config\n\n\ndef run(f, x):\n"
        "    with config.patch({'max_autotune': True}):  # !\n        return f(x)\n"
    ),
    (
        "import torch\n\n\ndef build(model):\n"
        "    return torch.compile(model, options={'coordinate_descent_tuning': True})  # !\n"
    ),
]
NOT_TUNED = [
    "import torch\n\n\ndef build(model):\n    return torch.compile(model)\n",
    "import torch\n\n\ndef build(model):\n    return torch.compile(model, mode='reduce-overhead')\n",
    "import torch\n\n\ndef build(model, mode):\n    return torch.compile(model, mode=mode)\n",
    "import torch\n\n\ndef build(model):\n    return torch.compile(model, options={'max_autotune': False})\n",
    "import torch\ntorch._inductor.config.max_autotune = False\n",
    "import torch\ntorch._dynamo.config.verbose = True\n",
    "import re\nimport torch\npattern = re.compile('max-autotune')\n",
    "import torch\ntorch.use_deterministic_algorithms(True)\ntorch._inductor.config.max_autotune = True\n",
    "class Config:\n    pass\n\n\nconfig = Config()\nconfig.max_autotune = True\n",
    "import torch\nimport keras\n\n\ndef build(model: keras.Model):\n    model.compile(optimizer='adam')\n",
    (
        "import torch\nfrom torch._inductor import config\n\n\ndef run(f, x):\n"
        "    with config.patch(trace=True):\n        return f(x)\n"
    ),
]


@pytest.mark.parametrize("code", TUNED)
def test_kernels_are_chosen_by_timing(code: str) -> None:
    assert check(code, "DET212") == [(line, "DET212") for line in marked_lines(code)]


@pytest.mark.parametrize("code", NOT_TUNED)
def test_kernels_are_not_tuned(code: str) -> None:
    assert check(code, "DET212") == []


def test_before_torch_2_13_the_mode_does_not_keep_inductor_from_tuning() -> None:
    code = "import torch\ntorch.use_deterministic_algorithms(True)\ntorch._inductor.config.max_autotune = True\n"
    assert check(code, "DET212", targets=("torch=2.12",)) == [(3, "DET212")]


ATTENTION = [
    "import torch\n\n\ndef f(q):\n    return torch.nn.functional.scaled_dot_product_attention(q, q, q)  # !\n",
    (
        "from torch.nn.functional import scaled_dot_product_attention as sdpa\n\n\ndef f(q):\n"
        "    return sdpa(q, q, q)  # !\n"
    ),
    "import flash_attn\n\n\ndef f(q):\n    return flash_attn.flash_attn_qkvpacked_func(q, 0.1)  # !\n",
    (
        "from flash_attn import flash_attn_func\n\n\ndef f(q):\n"
        "    return flash_attn_func(q, q, q, deterministic=False)  # !\n"
    ),
    "import xformers.ops as xops\n\n\ndef f(q):\n    return xops.memory_efficient_attention(q, q, q)  # !\n",
    (
        "import torch.nn.functional as F\nfrom torch.nn.attention import SDPBackend, sdpa_kernel\n\n\ndef f(q):\n"
        "    with sdpa_kernel(SDPBackend.FLASH_ATTENTION):\n"
        "        return F.scaled_dot_product_attention(q, q, q)  # !\n"
    ),
]
NO_ATTENTION = [
    (
        "import torch\nimport torch.nn.functional as F\n\n\ndef f(q):\n"
        "    torch.use_deterministic_algorithms(True)\n    return F.scaled_dot_product_attention(q, q, q)\n"
    ),
    (
        "import torch\nimport torch.nn.functional as F\n\n\ndef f(q):\n    with torch.inference_mode():\n"
        "        return F.scaled_dot_product_attention(q, q, q)\n"
    ),
    (
        "from flash_attn import flash_attn_func\n\n\ndef f(q, exact):\n"
        "    return flash_attn_func(q, q, q, deterministic=exact)\n"
    ),
    (
        "from flash_attn import flash_attn_varlen_func\n\n\ndef f(q, s):\n"
        "    return flash_attn_varlen_func(q, q, q, s, s, 3, 3, deterministic=True)\n"
    ),
    (
        "import torch\nimport torch.nn.functional as F\n\n\n@torch.no_grad()\ndef f(q):\n"
        "    return F.scaled_dot_product_attention(q, q, q)\n"
    ),
    (
        "import torch.nn.functional as F\nfrom torch.nn.attention import SDPBackend, sdpa_kernel\n\n\ndef f(q):\n"
        "    with sdpa_kernel([SDPBackend.MATH]):\n        return F.scaled_dot_product_attention(q, q, q)\n"
    ),
    "import torch\n\n\ndef f(q):\n    return (q @ q.transpose(-2, -1)).softmax(-1) @ q\n",
    "import torch.nn.functional as F\n\nATTENTION = {'sdpa': F.scaled_dot_product_attention}\n",
    "def flash_attn_func(q, k, v):\n    return q\n\n\ndef f(q):\n    return flash_attn_func(q, q, q)\n",
    "from mine import scaled_dot_product_attention\n\n\ndef f(q):\n    return scaled_dot_product_attention(q, q, q)\n",
    (
        "import torch\nimport torch.nn.functional as F\n\n\ndef f(q):\n"
        "    with torch.backends.cuda.sdp_kernel(enable_flash=False, enable_mem_efficient=False):\n"
        "        return F.scaled_dot_product_attention(q, q, q)\n"
    ),
]


@pytest.mark.parametrize("code", ATTENTION)
def test_attention_is_told_for_information(code: str) -> None:
    found = diagnose(code, "DET213")
    assert [(item.location.line, item.severity) for item in found] == [(n, Severity.INFO) for n in marked_lines(code)]


@pytest.mark.parametrize("code", NO_ATTENTION)
def test_attention_without_atomics(code: str) -> None:
    assert check(code, "DET213") == []


REDUCED = [
    "import torch_scatter\n\n\ndef f(x, i):\n    return torch_scatter.scatter_max(x, i, dim=0)  # !\n",
    "from torch_scatter import scatter_min as low\n\n\ndef f(x, i):\n    return low(x, i)[0]  # !\n",
    "from torch_scatter import scatter_mul\n\n\ndef f(x, i):\n    return scatter_mul(x, i, 0)  # !\n",
    "from torch_scatter import scatter\n\n\ndef f(x, i):\n    return scatter(x, i, dim=0, reduce='max')  # !\n",
    "from torch_scatter import segment_coo\n\n\ndef f(x, i):\n    return segment_coo(x, i, reduce='sum')  # !\n",
    "import torch_sparse\n\n\ndef f(i, v, x):\n    return torch_sparse.spmm(i, v, 3, 3, x)  # !\n",
    (
        "import dgl\nimport dgl.function as fn\n\n\ndef f(g):\n"
        "    g.update_all(fn.copy_u('h', 'm'), fn.mean('m', 'h'))  # !\n"
    ),
    (
        "import dgl\n\n\ndef f(g):\n"
        "    g.update_all(dgl.function.u_mul_e('h', 'w', 'm'), reduce_func=dgl.function.max('m', 'h'))  # !\n"
    ),
    "import dgl.ops\n\n\ndef f(g, x):\n    return dgl.ops.copy_u_sum(g, x)  # !\n",
    "from dgl.nn.functional import edge_softmax\n\n\ndef f(g, x):\n    return edge_softmax(g, x)  # !\n",
]
NOT_REDUCED = [
    "from torch_scatter import scatter\n\n\ndef f(x, i):\n    return scatter(x, i, dim=0)\n",
    "from torch_scatter import scatter\n\n\ndef f(x, i):\n    return scatter(x, i, dim=0, reduce='sum')\n",
    (
        "from torch_scatter import scatter_add, scatter_mean\n\n\ndef f(x, i):\n"
        "    return scatter_add(x, i), scatter_mean(x, i)\n"
    ),
    (
        "from torch_scatter import segment_csr, gather_csr\n\n\ndef f(x, p):\n"
        "    return gather_csr(segment_csr(x, p), p)\n"
    ),
    "from torch_scatter import scatter\n\n\ndef f(x, i, how):\n    return scatter(x, i, reduce=how)\n",
    (
        "import torch\nfrom torch_scatter import scatter_max\n\n\ndef f(x, i):\n"
        "    groups, order = torch.sort(i)\n    return scatter_max(x[order], groups)\n"
    ),
    "from torch_geometric.utils import scatter\n\n\ndef f(x, i):\n    return scatter(x, i, reduce='max')\n",
    "from torch_geometric.nn import global_max_pool\n\n\ndef f(x, i):\n    return global_max_pool(x, i)\n",
    "import dgl\n\n\ndef f(g, own):\n    g.update_all(own.send, own.receive)\n",
    "import dgl\n\n\ndef f(g):\n    return dgl.mean_nodes(g, 'h') + dgl.readout_nodes(g, 'h', op='max')\n",
    "import dgl\nfrom dgl.nn import GraphConv\n\n\ndef f():\n    return GraphConv(3, 4)\n",
    "from torch_sparse import SparseTensor\n\n\ndef f(i):\n    return SparseTensor(row=i, col=i).sum(dim=1)\n",
    "class Graph:\n    def update_all(self, a, b):\n        return a, b\n\n\nGraph().update_all(1, 2)\n",
]


@pytest.mark.parametrize("code", REDUCED)
def test_reductions_by_kernels_of_their_own(code: str) -> None:
    assert check(code, "DET251") == [(line, "DET251") for line in marked_lines(code)]
    assert check(code, "DET251", devices=("cpu",)) == []


@pytest.mark.parametrize("code", NOT_REDUCED)
def test_reductions_that_follow_the_mode_or_have_an_order(code: str) -> None:
    assert check(code, "DET251") == []


READ = [
    "import torch\nprint(torch.empty(3) * 2)  # !\n",
    "import torch\nx = torch.empty(2, 3)  # !\nprint(x.mean())\n",
    "import torch\nx = torch.empty_like(torch.ones(3))  # !\nif (x > 0).any():\n    print(x)\n",
    "import torch\n\n\ndef f(a: torch.Tensor):\n    b = a.new_empty(3)  # !\n    return torch.cat([a]), torch.exp(b)\n",
    "from torch import empty\nx = empty(3)  # !\ny = -x\n",
    "import torch\nx = torch.empty(3).to('cuda')  # !\ny = x + 1\n",
]
WRITTEN = [
    "import torch\nx = torch.empty(3)\nx.normal_()\nprint(x.mean())\n",
    "import torch\nx = torch.empty(3)\ntorch.nn.init.zeros_(x)\nprint(x.mean())\n",
    "import torch\nx = torch.empty(3)\nx[0] = 1\nprint(x.mean())\n",
    "import torch\nx = torch.empty(3)\nx.copy_(torch.ones(3))\nprint(x + 1)\n",
    "import torch\nx = torch.empty(0)\nprint(torch.cat([x, torch.ones(1)]))\n",
    "import torch\nw = torch.nn.Parameter(torch.empty(3))\n",
    "import torch\n\n\ndef f():\n    return torch.empty(3)\n",
    "import torch\nimport torch.distributed as dist\nx = torch.empty(3)\ndist.broadcast(x, 0)\nprint(x + 1)\n",
    "import torch\nx = torch.empty(3)\nfor part in x.split(1):\n    part.fill_(0)\nprint(x + 1)\n",
    "import torch\nx = torch.empty(3)\ntorch.add(torch.ones(3), 1, out=x)\nprint(x + 1)\n",
    "import torch\nfrom mine import fill\nx = torch.empty(3)\nfill(x)\nprint(x + 1)\n",
    "import torch\ntorch.use_deterministic_algorithms(True)\nprint(torch.empty(3) * 2)\n",
    "import numpy as np\nprint(np.empty(3) * 2)\n",
]


@pytest.mark.parametrize("code", READ)
def test_memory_is_read_as_it_is(code: str) -> None:
    assert check(code, "DET211") == [(line, "DET211") for line in marked_lines(code)]


@pytest.mark.parametrize("code", WRITTEN)
def test_memory_is_written_first(code: str) -> None:
    assert check(code, "DET211") == []
