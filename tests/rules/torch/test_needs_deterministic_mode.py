"""DET202: ops written out that only deterministic mode makes repeatable, and what does not need it.

Lines that must be reported end in `# !`.
"""

from __future__ import annotations

import textwrap

import pytest
from tests.helpers import check, diagnose, marked_lines

HEAD = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\nfrom torch import Tensor\n"


def lines(code: str, **options: object) -> tuple[list[int], list[int]]:
    """What DET202 reports of code after the usual imports, and what it must."""
    source = HEAD + textwrap.dedent(code)
    found = {line for line, _ in check(source, "DET202", **options)}  # type: ignore[arg-type]
    return sorted(found), marked_lines(source)


REPORTED = {
    "where a shape is changed for another reason": """
        def smoothed(scores: Tensor, target, wide):
            if wide:
                target = target.unsqueeze(-1)
            return -scores.gather(dim=-1, index=target)  # !
        class Smooth(nn.Module):
            def forward(self, x: Tensor):
                return torch.cumsum(x, dim=0)  # !
    """,
    "sorted, with what comes twice": """
        def f(x: Tensor, places, lines):
            y = x.index_select(0, torch.tensor(sorted(places)))  # !
            return y.index_add(0, torch.tensor(list(lines)), y)  # !
    """,
    "a graph that was moved": """
        from torch_geometric.datasets import Planetoid
        from torch_geometric.transforms import ToDevice
        from torch_geometric.utils import scatter
        def main(device):
            dataset = Planetoid("data", "Cora")
            data = dataset[0].to(device)
            graph = dataset[1]
            graph.to(device)
            moved = Planetoid("data", "Cora", transform=ToDevice(device))[0]
            x = scatter(data.edge_attr, data.edge_index[0], dim=0, reduce="mean")  # !
            x = scatter(moved.edge_attr, moved.edge_index[0], dim=0, reduce="mean")  # !
            return x, scatter(graph.edge_attr, graph.edge_index[0], dim=0, reduce="mean")  # !
    """,
    "tokens as often as experts were chosen for them": """
        def f(x: Tensor, logits: Tensor, v: Tensor):
            chosen = logits.topk(2, dim=-1).indices
            x = x.index_add(0, chosen.view(-1), v)  # !
            tokens = torch.arange(9).repeat_interleave(2)
            x = x.index_add(0, tokens, v)  # !
            tokens = torch.arange(9)[:, None].expand(-1, 2).reshape(-1)
            return x.index_add(0, tokens, v)  # !
    """,
    "what a module of the file gives beside": """
        class Router(nn.Module):
            def forward(self, experts):
                _, order = experts.flatten().sort(0)
                return order, order.div(2, rounding_mode="trunc")
        class Model(nn.Module):
            def __init__(self):
                super().__init__()
                self.router = Router()
            def forward(self, x: Tensor, experts, v: Tensor):
                order, tokens = self.router(experts)
                return x.index_add(0, tokens, v)  # !
    """,
    "several places in a row": """
        def f(x: Tensor, i: Tensor, v: Tensor):
            x = x.gather(1, i.unsqueeze(-1).expand(-1, -1, 4))  # !
            x = x.gather(1, i.view(-1, 2, 1).expand(-1, -1, 4))  # !
            x = x.gather(1, i.view(-1, 1, 1).expand(-1, 3, 4))  # !
            x = x.gather(0, i.sum(dim=1, keepdim=True) - 1)  # !
            x = x.gather(0, i.unsqueeze(1))  # !
            x = x.scatter_add(1, i.view(-1, 2), v)  # !
            return x.scatter_add(1, x.argmax(0, keepdim=True), v)  # !
    """,
    "which of several distinct values each is": """
        def f(x: Tensor, ids: Tensor, v):
            values, inverse = torch.unique(ids, return_inverse=True)
            return x.index_add(0, inverse, v)  # !
    """,
    "drawn with replacement": """
        def f(x: Tensor, p: Tensor, v):
            x = x.index_copy(0, torch.multinomial(p, 5, replacement=True), v)  # !
            return x.index_copy(0, p.multinomial(5, True), v)  # !
    """,
    "rows of a mask of two dimensions": """
        def f(x: Tensor, ids: Tensor, v):
            rows, columns = torch.where(ids == 3)
            return x.index_add(0, rows, v)  # !
    """,
    "a function of the file whose places repeat": """
        def groups(n):
            return torch.arange(n) // 4
        def f(x: Tensor, v):
            return x.index_add(0, groups(8), v)  # !
    """,
    "an op that keeps its place": """
        plain = torch.scatter_add
        def f(x: Tensor, i, v):
            return plain(x, 0, i, v)  # !
        torch.Tensor.other = f
    """,
    "rows that share places": """
        def f(x: Tensor, starts: Tensor, v: Tensor):
            x = x.scatter_add(0, starts[:, None] + torch.arange(3), v)  # !
            return x.scatter_add(1, torch.arange(3)[:, None] + starts, v)  # !
    """,
    "windows that may overlap": """
        def f(x: Tensor, starts: Tensor, v):
            x = x.index_add(0, starts[:, None] + torch.arange(3), v)  # !
            return x.index_add(0, torch.arange(5)[:, None] + torch.arange(3), v)  # !
    """,
    "some positions at which a condition holds": """
        def f(x: Tensor, ids: Tensor, v):
            rows, columns = torch.where(ids > 5)
            return x.index_put((rows,), v)  # !
    """,
    "gathered elsewhere": """
        def f(scores: Tensor, ids: Tensor, others: Tensor):
            with torch.no_grad():
                score = torch.gather(scores, 1, ids)
            return scores.scatter(1, others, score * 2)  # !
    """,
    "index_add_": "def f(x: Tensor, i):\n    return torch.zeros(9, 3).index_add_(0, i, x)  # !\n",
    "index_add": "def f(x: Tensor, i, v):\n    return torch.index_add(x, 0, i, v)  # !\n",
    "scatter_add": "def f(x: Tensor, i, v):\n    return x.scatter_add(0, i, v)  # !\n",
    "unknown receiver, a tensor's name": """
        def f(x, i, v):
            return x.scatter_add_(0, i, v)  # !
    """,
    "scatter of a tensor": "def f(x: Tensor, i, v: Tensor):\n    return x.scatter(1, i, v)  # !\n",
    "scatter src=": "def f(x: Tensor, i, v):\n    return torch.scatter(x, 1, i, src=v)  # !\n",
    "scatter_reduce": """
        def f(x: Tensor, i, v):
            return x.scatter_reduce(0, i, v, reduce='mean')  # !
    """,
    "index_put_": "def f(x: Tensor, i, v):\n    x.index_put_((i,), v)  # !\n",
    "index_copy": "def f(x: Tensor, i, v):\n    return x.index_copy(0, i, v)  # !\n",
    "gather": "def f(x: Tensor, i):\n    return torch.gather(x, 1, i), x.mean()  # !\n",
    "take_along_dim": "def f(x: Tensor, i):\n    return torch.take_along_dim(x, i, dim=1)  # !\n",
    "index_select": "def f(x: Tensor, i):\n    return x.index_select(0, i)  # !\n",
    "repeat_interleave": """
        def f(x: Tensor, n: Tensor):
            return x.repeat_interleave(n, dim=0)  # !
    """,
    "cumsum": "def f(x: Tensor):\n    return x.softmax(-1).cumsum(-1)  # !\n",
    "cumprod": "def f(x: Tensor):\n    return torch.cumprod(1 - x, dim=-1)  # !\n",
    "cummax": "def f(x: Tensor):\n    return torch.cummax(x, 0)  # !\n",
    "sparse bmm": """
        def f(y):
            return torch.bmm(torch.randn(2, 2, 2).to_sparse().cuda(), y)  # !
    """,
    "torch_scatter": """
        import torch_scatter
        def f(x, i):
            return torch_scatter.scatter(x, i, dim=0)  # !
    """,
    "scatter_mean": """
        from torch_scatter import scatter_mean
        def f(x, i):
            return scatter_mean(x, i, dim=0)  # !
    """,
    "pyg's scatter": """
        from torch_geometric.utils import scatter
        def f(x, i):
            return scatter(x, i, reduce='mean')  # !
    """,
    "another dimension is squeezed": "def f(q: Tensor, a):\n    return q.gather(1, a).squeeze(0)  # !\n",
    "gather of an unknown receiver": "def f(q, a):\n    return q.gather(1, a)  # !\n",
    "gather of a parameter": """
        class M(nn.Module):
            def __init__(self):
                super().__init__()
                self.w = nn.Parameter(torch.zeros(3))
            def forward(self, i):
                return self.w.gather(0, i)  # !
    """,
    "tried out at the end": """
        def products(x: Tensor):
            return torch.cumprod(x, 0)  # !
        print(products(torch.rand(9)))
    """,
    "weights of its own": """
        class M(nn.Module):
            def __init__(self):
                super().__init__()
                self.rates = nn.Parameter(torch.ones(9))
                self.products = self.rates * 2
            def forward(self):
                return torch.cumprod(self.products, 0)  # !
    """,
    "before the mode": """
        def f(x: Tensor, i):
            y = x.index_select(0, i)  # !
            torch.use_deterministic_algorithms(True)
            return y
    """,
    "weak mode": """
        def f(x: Tensor, i):
            torch.use_deterministic_algorithms(False)
            return x.index_select(0, i)  # !
    """,
}


@pytest.mark.parametrize("code", REPORTED.values(), ids=REPORTED.keys())
def test_reported(code: str) -> None:
    found, expected = lines(code, min_confidence="low")
    assert found == expected != []


FINE = {
    "one place in each row, whichever shape it came in": """
        def smoothed(scores: Tensor, target):
            if target.dim() == scores.dim() - 1:
                target = target.unsqueeze(-1)
            return -scores.gather(dim=-1, index=target)
    """,
    "drawn without putting back": """
        import random
        def some(x: Tensor):
            return x.index_select(1, torch.tensor(random.sample(range(0, 9), 3)))
    """,
    "before a module is moved": """
        class Smooth(nn.Module):
            def __init__(self, number):
                super().__init__()
                self.embedding = nn.Embedding(number, 8)
                self.embedding.weight.data[:] = torch.cumsum(self.embedding.weight.data, dim=0)
    """,
    "counted up, in any order": """
        def f(x: Tensor, lines):
            y = x.gather(0, torch.tensor(sorted(range(len(lines)), key=lambda k: lines[k]), device=x.device))
            return y.index_add(0, torch.LongTensor(list(range(4))), y)
    """,
    "named as counts are": """
        def f(num_verts_per_mesh: Tensor, i):
            return num_verts_per_mesh.gather(0, i)
    """,
    "a graph as it was read, in main memory": """
        from ogb.nodeproppred import PygNodePropPredDataset
        from torch_geometric.datasets import Planetoid
        from torch_geometric.utils import scatter
        def main():
            dataset = PygNodePropPredDataset(name="ogbn-proteins")
            data = dataset[0]
            graph = Planetoid("data", "Cora")[0]
            x = scatter(data.edge_attr, data.edge_index[0], dim=0, reduce="mean")
            return x, scatter(graph.edge_attr, graph.edge_index[0], dim=0, reduce="mean")
    """,
    "the schedule of a noise scheduler": """
        def rescaled(scheduler):
            alphas = 1 - scheduler.betas
            bar = alphas.cumprod(0).sqrt()
            bar -= bar[-1].clone()
            alphas = torch.cat([bar[0:1] ** 2, bar[1:] ** 2 / bar[:-1] ** 2])
            scheduler.alphas_cumprod = torch.cumprod(alphas, dim=0)
        def main():
            rescaled(make())
        main()
    """,
    "tokens of one expert, chosen in sight": """
        def f(x: Tensor, logits: Tensor, experts, total: Tensor):
            weights, chosen = torch.topk(logits.softmax(-1), 2, dim=-1)
            mask = F.one_hot(chosen, num_classes=8).permute(2, 1, 0)
            for number, expert in enumerate(experts):
                place, token = torch.where(mask[number])
                total.index_add_(0, token, expert(x[token]) * weights[token, place, None])
            for number, expert in enumerate(experts):
                token, place = (chosen == number).nonzero(as_tuple=True)
                total.index_add_(0, token, expert(x[token]))
            return total
    """,
    "tokens of one expert, chosen out of sight": """
        def f(x: Tensor, top_k_index: Tensor, selected_experts, experts, total: Tensor):
            mask = torch.nn.functional.one_hot(top_k_index, 8).permute(2, 1, 0)
            for number in mask.sum(dim=(-1, -2)).nonzero():
                place, token = torch.where(mask[number].squeeze(0))
                total.index_add_(0, token, experts[number](x[token]))
            for number, expert in enumerate(experts):
                token, place = torch.where(selected_experts == number)
                total.index_add_(0, token, expert(x[token]))
            return total
    """,
    "one place in each row": """
        def f(q: Tensor, actions: Tensor, v: Tensor):
            a = q.gather(1, actions.unsqueeze(1)), q.gather(1, actions.long().unsqueeze(-1).to(q.device))
            b = torch.gather(q, -1, actions[:, None]), q.gather(1, actions.view(-1, 1))
            place = actions.view(-1, 1, 1).expand(-1, -1, q.shape[-1])
            d = q.gather(1, place), q.gather(dim=-1, index=v.sum(dim=-1, keepdim=True) - 1)
            e = q.gather(1, actions.unsqueeze(1).unsqueeze(-1).expand(-1, -1, 4)), q.gather(1, place.repeat(2, 1, 1))
            best = q.argmax(dim=1, keepdim=True)
            c = q.gather(1, best).squeeze(1), q.scatter_add(1, actions.reshape((-1, 1)), v)
            return a, b, c, d, e
    """,
    "one place in each row, squeezed away": """
        def f(q: Tensor, actions):
            a = q.gather(1, actions).squeeze(), torch.gather(q, 1, actions).squeeze(-1)
            return a, q.gather(dim=1, index=actions).squeeze(dim=1)
    """,
    "sorted by a module of the file": """
        class Router(nn.Module):
            def forward(self, experts):
                _, order = experts.flatten().sort(0)
                return order, order.div(2, rounding_mode="trunc")
        class Model(nn.Module):
            def __init__(self):
                super().__init__()
                self.router = Router()
            def forward(self, x: Tensor, experts, v: Tensor):
                order, tokens = self.router(experts)
                return x.index_add(0, order, v)
    """,
    "truths as floats": """
        def f(total: Tensor, groups: Tensor, atom_mask_float):
            return total.scatter_add(0, groups, atom_mask_float)
    """,
    "positions of a mask of one dimension": """
        def f(x: Tensor, labels: Tensor, v: Tensor):
            x = x.index_add(0, (labels == 1).nonzero().squeeze(1), v)
            x = x.index_add(0, torch.nonzero(labels > 0).flatten(), v)
            (places,) = torch.where(labels == 2)
            x = x.index_copy(0, places, v)
            x = x.index_copy(0, torch.where(labels.view(8) == 2)[0], v)
            return x.index_add(0, torch.where(labels == 3)[0], v)
    """,
    "the distinct values": """
        def f(x: Tensor, ids: Tensor, v: Tensor):
            x = x.index_copy(0, torch.unique(ids), v)
            values, counts = ids.unique(return_counts=True)
            return x.index_add(0, values, v)
    """,
    "drawn without replacement": """
        def f(x: Tensor, p: Tensor, v: Tensor):
            return x.index_add(0, torch.multinomial(p, 5), v)
    """,
    "each moved by its own distance, by a function of the file": """
        def layout(experts: Tensor, padding: Tensor):
            places = torch.arange(8) + padding[experts]
            return places, len(padding)
        def f(x: Tensor, experts, padding, v: Tensor):
            places, number = layout(experts, padding)
            return x.index_add(0, places, v)
    """,
    "each further than the one before it": """
        def f(x: Tensor, counts: Tensor, v: Tensor):
            places = torch.arange(8) + torch.repeat_interleave(torch.arange(1, 4), counts)
            return x.index_copy(0, places.to(x.device), v)
    """,
    "a function of the file that gives distinct places": """
        def order_of(keys):
            return torch.argsort(keys + torch.arange(8), dim=-1)
        def places(n):
            return n, torch.randperm(n)
        def f(x: Tensor, keys, v: Tensor):
            x = x.scatter(-1, order_of(keys), v)
            n, some = places(8)
            return x.index_add(0, some, v)
    """,
    "written at places worked out from distinct ones": """
        def f(scores: Tensor, table: Tensor, x: Tensor, logits: Tensor):
            (a, b), (i, j) = scores.topk(4, dim=-1)
            both = (i.unsqueeze(-1) * 4 + j.unsqueeze(-2)).flatten(1)
            x = torch.zeros_like(x).scatter(-1, both, x)
            _, best = torch.topk(logits, k=3, dim=-1)
            return x.scatter_(-1, table.view(8, 4)[best].view(2, -1), x)
    """,
    "what is registered in the place of the op": """
        @register_patch("openvino", "torch.Tensor.scatter_add", "torch.Tensor.scatter_add_")
        def patch(original):
            def patched(self: Tensor, dim, index, src):
                return self.scatter_add_(dim, index, src)
            return patched
    """,
    "what takes the place of the op": """
        plain = torch.scatter
        def patched(input, dim, index, src: Tensor):
            return plain(input, dim, index, src.clone())
        torch.scatter = patched
    """,
    "a schedule that a constructor computes": """
        import math
        def cosine(steps, s=0.008):
            t = torch.linspace(0, 1, steps)
            return torch.cos((t + s) / (1 + s) * math.pi * 0.5) ** 2
        class Diffusion(nn.Module):
            def __init__(self, steps=100, options=dict()):
                super().__init__()
                self.register_buffer("kept", torch.cumprod(1 - cosine(steps, **options), dim=0))
        print(Diffusion())
    """,
    "a buffer of what is out of sight": """
        class Mask(nn.Module):
            def __init__(self, grid):
                super().__init__()
                self.register_buffer("table", embed(grid))
            def forward(self, i):
                table = torch.jit.annotate(torch.Tensor, self.table)
                return torch.index_select(table, 0, i)
        print(Mask(3)(torch.tensor([1])))
    """,
    "rows of places counted up": """
        def f(x: Tensor, starts: Tensor, v: Tensor):
            places = torch.arange(5, device=x.device)[None].repeat(3, 1)
            places = places + starts[:, None]
            x = x.scatter(1, places[:, :, None].expand(-1, -1, 4), v)
            rows = torch.arange(7)
            return x.scatter_add(1, rows[:, None] + torch.arange(3)[None, :], v)
    """,
    "positions counted up and moved": """
        class Cache:
            def update(self, keys: Tensor):
                places = torch.arange(keys.shape[1], device=self.device) + self.length
                self.keys.index_copy_(1, places, keys)
                return keys.index_copy(1, 3 + torch.arange(4), keys)
    """,
    "all positions at which a condition holds": """
        def f(x: Tensor, ids: Tensor, v):
            places = torch.nonzero(ids == 3, as_tuple=True)
            y = x.index_put(indices=places, values=v)
            return y.index_put(torch.where(ids > 5), v)
    """,
    "what was gathered is written back": """
        def f(scores: Tensor, ids: Tensor):
            with torch.no_grad():
                score = torch.gather(scores, 1, ids)
            score = torch.where(score < 0, score * 1.2, score / 1.2)
            return scores.scatter(1, ids, score)
    """,
    "scatter of a number": """
        def f(x: Tensor, i):
            return x.scatter_(1, i, 1.0), x.scatter(1, i, value=2)
    """,
    "scatter of the same everywhere": """
        def f(x: Tensor, i):
            return x.scatter_(1, i, torch.ones_like(i))
    """,
    "counting": """
        def f(x: Tensor, i):
            return x.scatter_add_(0, i, torch.ones_like(i, dtype=torch.float))
    """,
    "integers": """
        def f(i: Tensor, v):
            return torch.zeros(9, dtype=torch.long).index_add_(0, i, v.long())
    """,
    "int repeats": """
        def f(x: Tensor):
            return x.repeat_interleave(4, dim=0), torch.repeat_interleave(x, repeats=2)
    """,
    "reads and writes": """
        def f(x: Tensor, i, m, v):
            x[m] = 0.0
            x[i] = v
            x[:, 1] += 0.5
            return x[i]
    """,
    "masks": """
        def f(x: Tensor, m):
            return x.masked_fill(m, 0), torch.where(m, x, 0), x.index_fill_(0, m, 2)
    """,
    "layers": """
        net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Embedding(3, 4), nn.ReplicationPad2d(1), nn.MaxPool3d(2))
    """,
    "resizing": """
        def f(x):
            return F.interpolate(x, 4, mode='bilinear'), F.conv2d(x, x), F.embedding(x, x)
    """,
    "maximum": "def f(x: Tensor, i, v):\n    return x.scatter_reduce(0, i, v, reduce='amax')\n",
    "distinct constants": """
        def f(x: Tensor, v):
            return x.index_add(0, torch.tensor([0, 2, 5]), v)
    """,
    "one of the places distinct": "def f(x: Tensor, i, v):\n    return x.index_put((torch.arange(3), i), v)\n",
    "masked": "def f(x: Tensor, v):\n    x.index_put_((x > 0,), v), x.index_put_((~torch.isnan(x),), v)\n",
    "ones counted": "def f(n):\n    return torch.ones(n, n).cumsum(0)\n",
    "counted up": """
        def f(x: Tensor, v):
            return x.index_copy(0, torch.arange(4), v), x.index_select(0, torch.randperm(9))
    """,
    "sorted places": """
        def f(x: Tensor):
            return x.gather(1, x.argsort(1)[:, :3]), x.gather(1, x.topk(3)[1])
    """,
    "unpacked places": """
        def f(x: Tensor):
            _, order = x.sort(dim=1)
            return x.gather(1, order.unsqueeze(-1).expand(-1, -1, 4))
    """,
    "no gradient": """
        @torch.no_grad()
        def f(x: Tensor, i):
            return x.gather(0, i), x.index_select(0, i)
    """,
    "gradient of integers": """
        def f(x: Tensor, i):
            return x.argmax(1).gather(0, i), torch.arange(9).index_select(0, i)
    """,
    "schedule made of plain numbers": """
        def rescaled(betas: Tensor) -> Tensor:
            alphas = torch.cumprod(1.0 - betas, 0)
            return 1 - alphas
        class Schedule:
            def __init__(self, n: int, start: float, end: float, rescale=False):
                self.betas = torch.linspace(start, end, n) * (end - start)
                if rescale:
                    self.betas = rescaled(self.betas)
                self.alphas = 1.0 - self.betas
                self.products = torch.cumprod(self.alphas, dim=0)
    """,
    "result without a gradient": """
        def f(x: Tensor, i):
            a = x.gather(0, i).detach(), x.index_select(0, i).view(-1).detach(), x.gather(0, i)[0].item()
            return a, x.gather(0, i) > 0, x.gather(0, i).argmax(0)
    """,
    "dense bmm": "def f(x: Tensor, y):\n    return torch.bmm(x, y)\n",
    "on the CPU": "def f(x: Tensor, i, v):\n    return x.cpu().scatter_add_(0, i.cpu(), v.cpu())\n",
    "other gathers": """
        import asyncio
        from mpi4py import MPI
        async def f(xs):
            await asyncio.gather(*xs)
            MPI.COMM_WORLD.gather(xs)
    """,
    "distributed gather": """
        import torch.distributed as dist
        def f(x: Tensor, xs):
            dist.gather(x, xs)
            dist.scatter(x, xs)
    """,
    "own methods": """
        class Store:
            def scatter_add(self, i, v):
                return i, v
            def index_select(self, i):
                return i
        def f(s: Store):
            return s.scatter_add(0, 1), Store().index_select(0)
    """,
    "plots": "import matplotlib.pyplot as plt\ndef f(x, y):\n    plt.scatter(x, y)\n",
    "arrays": """
        import numpy as np
        def f(a: np.ndarray, i):
            return np.take_along_axis(a, i, 0), a.cumsum(), np.cumprod(a)
    """,
    "unknown": "def f(x, i):\n    return x.cumsum(0), x.index_select(0, i), x.take(i)\n",
    "gathers of others": "def f(x, accelerator, comm):\n    return accelerator.gather(x), comm.gather(x, root=0)\n",
    "passed as a value": "OPS = {'gather': torch.gather, 'add': torch.index_add}\n",
    "mode on in the function": """
        def f(x: Tensor, i):
            torch.use_deterministic_algorithms(True)
            return x.index_select(0, i)
    """,
    "mode on in the script": """
        torch.use_deterministic_algorithms(True)
        def f(x: Tensor, i):
            return x.index_select(0, i)
        print(f(torch.zeros(3), 0))
    """,
    "mode on between": """
        def f(x: Tensor, i):
            torch.use_deterministic_algorithms(True)
            y = x.index_select(0, i)
            torch.use_deterministic_algorithms(False)
            return y
    """,
    "gradient left out by out=": """
        def f(x: Tensor, i, y):
            return torch.index_select(x, 0, i, out=y)
    """,
}


@pytest.mark.parametrize("code", FINE.values(), ids=FINE.keys())
def test_not_reported(code: str) -> None:
    assert lines(code) == ([], [])


@pytest.mark.parametrize(
    ("op", "reached", "unreached"),
    [
        ("x.gather(0, i)", True, False),
        ("torch.index_select(x, 0, i)", True, False),
        ("x.cumsum(0)", True, False),
        ("x.cumprod(0)", True, False),
        ("x.scatter(0, i, x)", True, True),
        ("x.index_copy(0, i, x)", True, True),
        ("torch.index_add(x, 0, i, x)", True, True),
        ("x.scatter_add(0, i, x)", True, True),
    ],
)
def test_what_nobody_reaches_is_sure_only_where_the_forward_pass_differs(
    op: str, reached: bool, unreached: bool
) -> None:
    code = HEAD + f"def f(x: Tensor, i: Tensor):\n    return {op}\n"
    entry = "if __name__ == '__main__':\n    w = nn.Parameter(torch.ones(3))\n    print(f(w, torch.tensor(load())))\n"
    assert bool(check(code + entry, "DET202")) is reached
    assert bool(check(code, "DET202")) is unreached


def test_what_only_callers_reach_is_told_once_as_information() -> None:
    code = HEAD + (
        "def f(x: Tensor, i: Tensor):\n    return x.scatter_add(0, i, x)\n\n\n"
        "def g(x: Tensor, i: Tensor):\n    return x.scatter_add(0, i, x)\n\n\n"
        "if __name__ == '__main__':\n    torch.use_deterministic_algorithms(True)\n    print(torch.rand(3))\n"
    )
    assert [item.severity.label for item in diagnose(code, "DET202")] == ["info"]


def test_what_raises_is_left_to_the_other_rule() -> None:
    code = HEAD + "def f(x: Tensor, i, v):\n    return x.put_(i, v, accumulate=True), torch.cumsum(x, 0)\n"
    assert check(code, ["DET201", "DET202"], ["torch=2.4"]) == [(6, "DET201"), (6, "DET201")]


def test_names_that_tell_of_integers_are_low() -> None:
    code = HEAD + "def f(mask: Tensor, token_ids: Tensor, i):\n    return mask.cumsum(1), token_ids.gather(0, i)\n"
    assert check(code, "DET202") == []
    assert len(diagnose(code, "DET202", min_confidence="low")) == 2


def test_the_message_names_version_and_repair() -> None:
    found = diagnose(HEAD + "def f(x: Tensor, i):\n    return x.gather(0, i)\n", "DET202", min_confidence="low")
    assert "since torch 1.13" in found[0].message
    assert "use_deterministic_algorithms(True)" in found[0].repair
    assert (found[0].location.column, found[0].location.end_column) == (12, 20)


def test_a_constructor_is_given_settings_which_have_no_gradient() -> None:
    code = HEAD + (
        "def schedule(steps, s=0.008):\n    return torch.linspace(0, 1, steps) + s\n\n\n"
        "class Diffusion(nn.Module):\n    def __init__(self, steps):\n        super().__init__()\n"
        "        self.products = torch.cumprod(1.0 - schedule(steps), dim=0)\n\n\n"
        "if __name__ == '__main__':\n    print(Diffusion(load()))\n"
    )
    assert check(code, "DET202") == []


STORE = """
class {cls}:
    def __init__(self, size):
        self.states = load(size)

    def {method}(self, places):
        return pick(self.states, places)


def pick(states, places):
    return torch.gather(states, 0, places)
"""


@pytest.mark.parametrize(
    ("cls", "method", "count"),
    [
        ("ReplayBuffer", "sample", 0),
        ("RolloutStorage", "sample_batch", 0),
        ("EpisodeMemory2", "__getitem__", 0),
        ("Frames(torch.utils.data.Dataset)", "cut", 0),
        ("ReplayBuffer", "loss", 1),
        ("MemoryBlock(nn.Module)", "sample", 1),
        ("Policy", "sample", 1),
        ("Buffered", "sample", 1),
    ],
)
def test_what_a_store_of_data_gives_has_no_gradient(cls: str, method: str, count: int) -> None:
    code = STORE.format(cls=cls, method=method)
    inside = code.replace("pick(self.states, places)", "torch.gather(self.states, 0, places)").partition("def pick")[0]
    assert len(diagnose(HEAD + code, "DET202", min_confidence="low")) == count
    assert len(diagnose(HEAD + inside, "DET202", min_confidence="low")) == count
