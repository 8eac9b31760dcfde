"""Repairs of torch's modes, trainers, loaders and seeds: DET201 to DET242."""

from __future__ import annotations

import textwrap

import pytest

from tests.fixes.helpers import fixed

FIXED = {
    "the CPU is seeded before the branch that asks for a GPU": (
        "DET208",
        """
        import torch


        def main(args):
            # Make it repeat.
            if torch.cuda.is_available():
                torch.cuda.manual_seed_all(args.seed)
            print(torch.randn(3))


        if __name__ == "__main__":
            main(parse())
        """,
        """
        import torch


        def main(args):
            torch.manual_seed(args.seed)
            # Make it repeat.
            if torch.cuda.is_available():
                torch.cuda.manual_seed_all(args.seed)
            print(torch.randn(3))


        if __name__ == "__main__":
            main(parse())
        """,
    ),
    "an imported setter and its import": (
        "DET210",
        "from torch import nn, set_deterministic\n\nset_deterministic(True)\nprint(nn)\n",
        "import torch\nfrom torch import nn\n\ntorch.use_deterministic_algorithms(True)\nprint(nn)\n",
    ),
    "lines of a constructor": (
        "DET231",
        """
        import pytorch_lightning as pl

        trainer = pl.Trainer(
            max_epochs=3,
            deterministic="warn",  # some ops have none
        )
        """,
        """
        import pytorch_lightning as pl

        trainer = pl.Trainer(
            max_epochs=3,
            deterministic=True,  # some ops have none
        )
        """,
    ),
    "a sampler that stands in the call of its loader": (
        "DET224",
        """
        from torch.utils.data import DataLoader
        from torch.utils.data.distributed import DistributedSampler


        def train(data, model):
            loader = DataLoader(data, sampler=DistributedSampler(data, shuffle=True))
            for epoch in range(3):
                for x in loader:
                    model(x).backward()
        """,
        """
        from torch.utils.data import DataLoader
        from torch.utils.data.distributed import DistributedSampler


        def train(data, model):
            loader = DataLoader(data, sampler=DistributedSampler(data, shuffle=True))
            for epoch in range(3):
                loader.sampler.set_epoch(epoch)
                for x in loader:
                    model(x).backward()
        """,
    ),
    "a loss that is a layer": (
        "DET201",
        """
        import torch


        def step(net: torch.nn.Conv2d, image: torch.Tensor, mask: torch.Tensor):
            criterion = torch.nn.CrossEntropyLoss(ignore_index=255)
            out = torch.nn.Conv2d(3, 5, 1)(image)
            criterion(out, mask.long()).backward()
        """,
        """
        import torch


        def step(net: torch.nn.Conv2d, image: torch.Tensor, mask: torch.Tensor):
            criterion = torch.nn.CrossEntropyLoss(ignore_index=255)
            out = torch.nn.Conv2d(3, 5, 1)(image)
            criterion(out.movedim(1, -1).flatten(0, -2), mask.long().flatten()).backward()
        """,
    ),
    "a generator of the data set's own": (
        "DET221",
        """
        import numpy as np
        import torch
        from torch.utils.data import DataLoader, Dataset


        class A(Dataset):
            def __init__(self):
                self.rng = np.random.default_rng(0)

            def __getitem__(self, index):
                return self.rng.normal()


        loader = DataLoader(A(), num_workers=2)
        """,
        """
        import numpy as np
        import torch
        from torch.utils.data import DataLoader, Dataset


        def seed_worker(worker_id):
            torch.utils.data.get_worker_info().dataset.rng = np.random.default_rng(torch.initial_seed() % 2**32)


        class A(Dataset):
            def __init__(self):
                self.rng = np.random.default_rng(0)

            def __getitem__(self, index):
                return self.rng.normal()


        loader = DataLoader(A(), num_workers=2, worker_init_fn=seed_worker)
        """,
    ),
    "a function that seeds workers": (
        "DET221",
        """
        import numpy as np
        import torch
        from torch.utils.data import DataLoader, Dataset


        def worker_init_fn(worker_id):
            np.random.seed(torch.initial_seed() % 2**32)


        class Noisy(Dataset):
            def __getitem__(self, index):
                return index + np.random.normal()


        loader = DataLoader(Noisy(), num_workers=4)
        """,
        """
        import numpy as np
        import torch
        from torch.utils.data import DataLoader, Dataset


        def worker_init_fn(worker_id):
            np.random.seed(torch.initial_seed() % 2**32)


        class Noisy(Dataset):
            def __getitem__(self, index):
                return index + np.random.normal()


        loader = DataLoader(Noisy(), num_workers=4, worker_init_fn=worker_init_fn)
        """,
    ),
}


@pytest.mark.parametrize(("rule", "before", "after"), FIXED.values(), ids=FIXED)
def test_code_is_repaired(rule: str, before: str, after: str) -> None:
    code, left = fixed(before, rule, targets=("torch=1.8",) if rule == "DET221" else ())
    assert code == textwrap.dedent(after)
    assert left == []


def test_an_option_for_cudnn_is_one_for_the_mode() -> None:
    code, left = fixed(
        """
        import os
        import torch

        args = parse()
        torch.manual_seed(args.seed)
        torch.backends.cudnn.deterministic = args.fixed
        model = torch.nn.Linear(1, 1).cuda()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        model(torch.ones(1, 1).cuda()).mean().backward()
        optimizer.step()
        """,
        "DET203",
    )
    assert left == []
    assert (
        "torch.backends.cudnn.deterministic = args.fixed\n"
        'os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")\n'
        "torch.use_deterministic_algorithms(args.fixed)\nmodel"
    ) in code


def test_mode_and_variable_are_settled_where_training_starts() -> None:
    code, left = fixed(
        """
        import torch


        def main():
            args = parser().parse_args()
            torch.manual_seed(args.seed)
            model = torch.nn.Linear(2, 1).cuda()
            optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
            model(torch.ones(1, 2)).sum().backward()
            optimizer.step()


        if __name__ == "__main__":
            main()
        """,
        ("DET203", "DET501"),
    )
    assert left == []
    assert code.startswith("\nimport os\n\nimport torch\n")
    assert (
        "    torch.manual_seed(args.seed)\n"
        '    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")\n'
        "    torch.use_deterministic_algorithms(True)\n"
        "    model ="
    ) in code


NO_FIX = {
    "an op that would raise": (
        "DET231",
        "import torch\nfrom pytorch_lightning import Trainer\n\n\ndef f(x: torch.Tensor):\n"
        "    return x.median(dim=1).values\n\n\ntrainer = Trainer()\n",
    ),
    "a flag that somebody weighed": (
        "DET205",
        "import torch\n\ntorch.backends.cudnn.benchmark = True  # faster for images of one size\n",
    ),
    "a flag that shares its value": (
        "DET205",
        "import torch\n\ntorch.backends.cudnn.benchmark = torch.backends.cudnn.enabled = True\n",
    ),
    "a mode that is off on purpose": (
        "DET204",
        "import torch\n\ntorch.use_deterministic_algorithms(True)\nprint(torch.ones(2) @ torch.ones(2))\n"
        "torch.use_deterministic_algorithms(False)\nprint(torch.ones(2) @ torch.ones(2))\n",
    ),
    "an attribute that is worked out": (
        "DET232",
        "import pytorch_lightning as pl\n\ntrainer = pl.Trainer()\ntrainer.deterministic = bool(input())\n",
    ),
    "an attribute in a branch": (
        "DET232",
        "import pytorch_lightning as pl\n\ntrainer = pl.Trainer()\nif input():\n    trainer.deterministic = True\n",
    ),
    "a loss of each place": (
        "DET201",
        "import torch\n\n\ndef step(image: torch.Tensor, mask):\n"
        "    criterion = torch.nn.CrossEntropyLoss(reduction='none')\n    out = torch.nn.Conv2d(3, 5, 1)(image)\n"
        "    criterion(out, mask).mean().backward()\n",
    ),
    "a generator that the data set is given": (
        "DET221",
        "import numpy as np\nfrom torch.utils.data import DataLoader, Dataset\n\n\nclass A(Dataset):\n"
        "    def __init__(self):\n        self.rng = np.random.Generator(np.random.MT19937(0))\n\n"
        "    def __getitem__(self, index):\n        return self.rng.normal()\n\n\nDataLoader(A(), num_workers=2)\n",
    ),
    "several answers to one question": (
        "DET242",
        "from openai import OpenAI\n\nclient = OpenAI()\nfor _ in range(3):\n"
        '    print(client.chat.completions.create(model="gpt-4o", messages=[]))\n',
    ),
}


@pytest.mark.parametrize(("rule", "code"), NO_FIX.values(), ids=NO_FIX)
def test_a_person_decides(rule: str, code: str) -> None:
    after, left = fixed(code, rule)
    assert (after, len(left)) == (code, 1)


def test_the_mode_and_its_variable_come_before_the_first_op() -> None:
    code, _ = fixed(
        """
        import torch

        torch.manual_seed(0)
        device = torch.device("cuda")
        model = torch.nn.Linear(4, 1).to(device)
        print(model(torch.ones(8, 4, device=device)))
        torch.manual_seed(1)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        model(torch.ones(8, 4, device=device)).mean().backward()
        optimizer.step()
        """,
        ("DET203", "DET113", "DET501"),
    )
    first = code.split("\n\n")[2]
    assert first.startswith(
        "torch.manual_seed(0)\n"
        'os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")\n'
        "torch.use_deterministic_algorithms(True)\ndevice ="
    )
