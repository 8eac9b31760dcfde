"""How the time of a cold run grows with a project, and which share of it the project model takes.

Makes projects of several sizes in a temporary folder and checks each in a process of its own, with one worker. Shares
are measured by sampling: how often a function of `detlint.project` is on the stack, and does not read or summarise a
module. What is made of a module, once for each, counts as summaries.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

PER_PACKAGE = 25
"""Modules in a package."""
PER_ENTRY = 40
"""Modules for each script that trains."""
_MODEL = os.path.join("detlint", "project", "")
_SUMMARY = os.path.join("detlint", "project", "summarise.py")
_READING = ("_opened", "index")
"""Functions of the project that read a module and look into its tree: what they do is none of the model's work."""
_FOR_OTHERS = "remembered"
"""One that keeps what rules work out about a module."""
_INTERVAL = 0.004

_MODULE = """\
\"\"\"Module {number} of the project.\"\"\"

from __future__ import annotations

import random

import numpy as np
import torch
from torch import nn

{imports}

SIZE = {number}


class Block{number}(nn.Module):
    def __init__(self, width: int = 16, drop: float = 0.1) -> None:
        super().__init__()
        self.first = nn.Linear(width, width * 2)
        self.second = nn.Linear(width * 2, width)
        self.drop = nn.Dropout(drop)
        self.scale = nn.Parameter(torch.ones(width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        hidden = torch.relu(self.first(x))
        return self.drop(self.second(hidden)) * self.scale

    def extra(self, x: torch.Tensor, index: torch.Tensor) -> torch.Tensor:
        out = torch.zeros_like(x)
        return out.index_add(0, index, x)


def split{number}(items, share=0.5):
    kept = list(items)
    {draw}
    cut = int(len(kept) * share)
    return kept[:cut], kept[cut:]


def build{number}(width=16, depth=2):
    layers = [Block{number}(width) for _ in range(depth)]
    {calls}
    return nn.Sequential(*layers)


def score{number}(values):
    table = {{name: float(value) for name, value in values.items()}}
    total = sum(table.values())
    return total / max(len(table), 1)


def _prepare{number}(path, limit=None):
    rows = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            parts = line.strip().split(",")
            if limit is not None and len(rows) >= limit:
                break
            rows.append([float(part) for part in parts])
    return np.asarray(rows)
"""
_ENTRY = """\
import argparse

import torch

{imports}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=None)
    args = parser.parse_args()
    if args.seed is not None:
        torch.manual_seed(args.seed)
    model = {build}(16).cuda()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    train, test = {split}(range(100))
    for epoch in range(3):
        for item in train:
            loss = model(torch.ones(4, 16).cuda() * item).sum()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


if __name__ == "__main__":
    main()
"""
_DRAWS = (
    "random.shuffle(kept)",
    "np.random.shuffle(kept)",
    "kept.sort()",
    "kept = sorted(kept)[::-1]",
    "kept.reverse()",
)


def make(root: Path, modules: int) -> None:
    """Write a project of so many modules: packages that import one another, scripts that train, a Dockerfile."""
    (root / ".git").mkdir(parents=True)
    (root / "pyproject.toml").write_text('[project]\nname = "grown"\ndependencies = ["torch==2.4"]\n', encoding="utf-8")
    (root / "Dockerfile").write_text("FROM python:3.11.9\nENV PYTHONHASHSEED=0\n", encoding="utf-8")
    for number in range(modules):
        folder = root / "grown" / f"part{number // PER_PACKAGE}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "__init__.py").touch()
        (folder / f"module{number}.py").write_text(_module(number, modules), encoding="utf-8")
    (root / "grown" / "__init__.py").touch()
    (root / "scripts").mkdir()
    for number in range(0, modules, PER_ENTRY):
        last = min(number + PER_ENTRY, modules) - 1
        names = [f"build{last}", f"split{last}"]
        text = _ENTRY.format(imports=f"from {_where(last)} import {', '.join(names)}", build=names[0], split=names[1])
        (root / "scripts" / f"train{number}.py").write_text(text, encoding="utf-8")


def _where(number: int) -> str:
    return f"grown.part{number // PER_PACKAGE}.module{number}"


def _module(number: int, modules: int) -> str:
    """A module that uses three of those before it: near ones, and one that many use; some are in a ring."""
    used = sorted({number - 1, number - 7, number // 3} - {number}) if number else []
    used = [each for each in used if each >= 0]
    imports = [f"from {_where(each)} import build{each}, split{each}" for each in used]
    calls = [f"layers.append(build{each}(width))" for each in used[-2:]]
    if number % 50 == 0 and number + 1 < modules:
        calls.append(f"from {_where(number + 1)} import build{number + 1}\n    layers.append(build{number + 1}())")
    return _MODULE.format(
        number=number,
        imports="\n".join(imports),
        draw=_DRAWS[number % len(_DRAWS)],
        calls="\n    ".join(calls) or "layers.reverse()",
    )


def _part(frame: FrameType | None) -> str:
    """What is done at a frame: `summaries`, `model`, or the `rest`."""
    part = "rest"
    while frame is not None:
        file = frame.f_code.co_filename
        if file.endswith(_SUMMARY) or (_MODEL in file and frame.f_code.co_name in _READING):
            return "summaries"
        if _MODEL in file:
            if frame.f_code.co_name == _FOR_OTHERS:
                return part
            part = "model"
        frame = frame.f_back
    return part


def measure(root: str) -> dict[str, float]:
    """Check a project in this process: processor seconds, the shares of summaries and of the model, findings."""
    from time import process_time

    from detlint.__main__ import main

    samples: Counter[str] = Counter()

    def sample(_: int, frame: FrameType | None) -> None:
        samples[_part(frame)] += 1

    signal.signal(signal.SIGPROF, sample)
    signal.setitimer(signal.ITIMER_PROF, _INTERVAL, _INTERVAL)
    output = StringIO()
    start = process_time()
    with redirect_stdout(output):
        main(["check", "--no-cache", "--jobs", "1", "--output-format", "concise", root])
    seconds = process_time() - start
    signal.setitimer(signal.ITIMER_PROF, 0, 0)
    found = sum(" DET" in line for line in output.getvalue().splitlines())
    shares = {part: samples[part] / max(samples.total(), 1) for part in ("summaries", "model")}
    return {"seconds": seconds, "findings": found, **shares}


def main() -> int:
    """Measure each size in a process of its own and print a line for it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sizes", nargs="*", type=int, default=[300, 1000, 3000], help="numbers of modules")
    parser.add_argument("--measure", metavar="FOLDER", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.measure)))
        return 0
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder, "project")
            make(root, size)
            command = [sys.executable, __file__, "--measure", str(root)]
            result = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        each = 1000 * result["seconds"] / size
        print(
            f"{size:6,} modules: {result['seconds']:7.1f} s, {each:5.1f} ms each, summaries {result['summaries']:.1%}, "
            f"model {result['model']:.1%}, {result['findings']:.0f} findings",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
