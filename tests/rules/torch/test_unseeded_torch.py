"""DET207 and DET203: weights that are loaded, and training that rules of others speak of."""

from __future__ import annotations

import pytest
from tests.helpers import check, diagnose

MODEL = "import copy\nimport torch\nfrom torch import nn\nnet = nn.Linear(2, 2)\n"
TRAINING = "loss = net(torch.ones(1, 2)).sum()\nloss.backward()\ntorch.optim.SGD(net.parameters(), 0.1).step()\n"
LOADED = "net.load_state_dict(torch.load('net.pt'))\n"
COPIED = [
    "best = nn.Linear(2, 2)\nbest.load_state_dict(net.state_dict())\n",
    "def update(current, target):\n    target.load_state_dict(current.state_dict())\n\nupdate(net, nn.Linear(2, 2))\n",
    "best = nn.Linear(2, 2)\nbest.load_state_dict(copy.deepcopy(net.state_dict()))\n",
]


def codes(code: str, *selected: str) -> list[str]:
    return sorted({found for found in selected for _ in check(code, found)})


def test_weights_that_are_loaded_before_training_need_no_seed() -> None:
    assert codes(MODEL + LOADED + TRAINING, "DET207") == []


@pytest.mark.parametrize("copied", COPIED)
def test_copies_of_fresh_weights_are_as_fresh(copied: str) -> None:
    assert codes(MODEL + copied + TRAINING, "DET207") == ["DET207"]


def test_weights_that_are_loaded_after_training_were_trained_from_fresh_ones() -> None:
    assert codes(MODEL + TRAINING + LOADED, "DET207") == ["DET207"]


LOADER = "import torch\nfrom torch.utils.data import DataLoader, TensorDataset\nfrom tqdm import tqdm\n"
MAKE = "data = TensorDataset(torch.arange(9))\nloader = DataLoader(data, batch_size=2, shuffle=True)\n"


@pytest.mark.parametrize(
    "loop",
    [
        "for batch in loader:\n    print(batch)\n",
        "for place, batch in enumerate(tqdm(loader)):\n    print(place, batch)\n",
        "batch = next(iter(loader))\n",
        "sizes = [len(batch) for batch in loader]\n",
        "def main():\n    for batch in loader:\n        print(len(batch))\nmain()\n",
    ],
)
def test_a_loop_over_batches_is_work_of_a_script(loop: str) -> None:
    assert codes(LOADER + MAKE + loop, "DET207") == ["DET207"]


@pytest.mark.parametrize("rest", ["print(len(loader))\n", "def size():\n    return sum(1 for _ in loader)\n"])
def test_a_loader_that_is_only_made_is_none(rest: str) -> None:
    assert codes(LOADER + MAKE + rest, "DET207") == []


MANUAL = """\
import torch
import lightning.pytorch as pl
from torch import nn


class Agent(pl.LightningModule):
    def __init__(self):
        super().__init__()
        self.automatic_optimization = False
        self.net = nn.Linear(2, 2)

    def training_step(self, batch, place):
        optimizer = self.optimizers()
        loss = self.net(batch.to(self.device)).sum()
        self.manual_backward(loss)
        optimizer.step()


pl.seed_everything(0)
trainer = pl.Trainer(accelerator="{accelerator}")
trainer.fit(Agent())
"""


@pytest.mark.parametrize(("accelerator", "expected"), [("cpu", []), ("gpu", ["DET231"])])
def test_a_managed_trainer_is_told_once(accelerator: str, expected: list[str]) -> None:
    assert codes(MANUAL.format(accelerator=accelerator), "DET203", "DET231") == expected


def test_training_on_another_way_does_not_keep_weights_from_being_loaded() -> None:
    code = """\
        import argparse

        import torch
        from torch import nn


        def train(data):
            torch.manual_seed(0)
            net = nn.Linear(2, 2)
            net(data).sum().backward()
            torch.optim.SGD(net.parameters(), 0.1).step()


        def apply(data, path):
            net = nn.Linear(2, 2)
            net.load_state_dict(torch.load(path))
            return net(data)


        if __name__ == "__main__":
            parser = argparse.ArgumentParser()
            parser.add_argument("command")
            if parser.parse_args().command == "train":
                train(torch.ones(2, 2))
            else:
                apply(torch.ones(2, 2), "net.pt")
        """
    assert not diagnose(code, "DET207")


FABRIC = """
import lightning as L
import torch
from torch import nn

def main(fabric):
    {seed}
    net = nn.Linear(2, 2)
    fabric.backward(net(torch.ones(1, 2)).sum())
    torch.optim.SGD(net.parameters(), 0.1).step()

if __name__ == "__main__":
    L.Fabric({device}).launch(main)
"""


@pytest.mark.parametrize(
    ("seed", "device", "expected"),
    [
        ("pass", "", ["DET203", "DET207"]),
        ("fabric.seed_everything(3)", "", ["DET203"]),
        ("fabric.print(3)", "", ["DET203", "DET207"]),
        ("fabric.seed_everything(3)", "devices=L.fabric.accelerators.XLAAccelerator.auto_device_count()", []),
    ],
)
def test_what_a_fabric_seeds_and_chooses(seed: str, device: str, expected: list[str]) -> None:
    assert codes(FABRIC.format(seed=seed, device=device), "DET203", "DET207") == expected


CONVERTED = """
import sys
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 2)

    def forward(self, x):
        return self.layer(x)

    def {name}(self, saved):
        def part(layer, values):
            layer.weight.data.copy_(torch.from_numpy(values))
        for name in saved:
            if name == "layer":
                part(self.layer, saved[name])

if __name__ == "__main__":
    net = Net()
    net.{name}(sys.argv[1])
    print(net(torch.ones(1, 2)))
"""


@pytest.mark.parametrize(("name", "reported"), [("load_pretrained", False), ("smooth", True)])
def test_weights_that_are_copied_by_what_loads_them(name: str, *, reported: bool) -> None:
    assert bool(diagnose(CONVERTED.format(name=name), "DET207")) is reported
