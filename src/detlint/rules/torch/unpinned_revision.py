"""DET243: what is loaded from a hub by name, at whatever revision it has today."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from detlint.index import UNKNOWN
from detlint.index.values import Const
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.data import load
from detlint.rules.torch.given import constant, value_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ROWS: list[Mapping[str, Any]] = list(load(__package__, "hub")["loader"])
_NAMED: dict[str, Mapping[str, Any]] = {name: row for row in _ROWS for name in row.get("names", ())}
_METHODS: dict[str, Mapping[str, Any]] = {method: row for row in _ROWS for method in row.get("methods", ())}
_MOVING = frozenset({"main", "master", "HEAD", "latest"})
_HUB_NAME = re.compile(r"[\w.-]+(/[\w.-]+)?(:[\w./-]+)?")
_LOCAL = re.compile(r"^(\.|/|~|[A-Za-z]:)|\.(json|csv|py|pt|pth|bin|safetensors|txt|parquet|jsonl)$|/.*/")


class UnpinnedRevision(Rule):
    """Names of the hub that are written out."""

    code = "DET243"
    name = "unpinned-revision"
    summary = "a model or data set loaded from a hub by name, without a revision"
    why = """
A name on a hub stands for what its owner last put there: weights, tokenizers, data and the code that loads them can be
other ones tomorrow. A revision (a commit's hash, or a tag) pins it. Off by default: many programs mean the newest.

Reported are names that are written out. Not reported: paths, values that only a run knows, builders that read files
which are given, `torch.hub.load` of a tag or from a local folder.
"""
    scope = "file"
    default = False
    bad = (
        Example('from transformers import AutoModel\n\nmodel = AutoModel.from_pretrained("bert-base-uncased")  # !\n'),
        Example('from datasets import load_dataset\n\ndata = load_dataset("imdb", revision="main")  # !\n'),
        Example('import torch\n\nmodel = torch.hub.load("pytorch/vision", "resnet18")  # !\n'),
    )
    good = (
        Example(
            "from transformers import AutoModel\n\n"
            'model = AutoModel.from_pretrained("bert-base-uncased", revision="86b5e09")\n'
        ),
        Example('from transformers import AutoModel\n\nmodel = AutoModel.from_pretrained("./checkpoints/last")\n'),
        Example('from datasets import load_dataset\n\ndata = load_dataset("csv", data_files="train.csv")\n'),
        Example('import torch\n\nmodel = torch.hub.load("pytorch/vision:v0.10.0", "resnet18")\n'),
    )
    sources = (
        "https://huggingface.co/docs/hub/repositories-getting-started",
        "https://docs.pytorch.org/docs/stable/hub.html#torch.hub.load",
    )
    candidates = Candidates(calls=tuple(_NAMED), words=tuple(_METHODS))

    def check_file(self) -> None:
        """Look at all loaders that are called."""
        index = self.context.index
        for call, row in self._calls():
            arguments = index.arguments(call)
            position = (
                row["pipeline"]
                if "pipeline" in row and "transformers.pipeline" in index.callee_names(call)
                else row["name"]
            )
            name = value_of(index, arguments, *position)
            if not isinstance(name, str) or not self._on_hub(name, row):
                continue
            unless = row.get("unless")
            if unless is not None and value_of(index, arguments, unless["parameter"]) in unless["values"]:
                continue
            given = [arguments.get(parameter) for parameter in row["revision"]]
            pinned = [
                constant(index, argument)
                for argument in given
                if argument is not None and argument.evaluated != Const(None)
            ]
            if (
                not arguments.open
                and all(value in _MOVING for value in pinned if value is not UNKNOWN)
                and UNKNOWN not in pinned
            ):
                self.report(
                    call.func,
                    f"`{name}` is loaded at whatever revision it has on the day of the run.",
                    "Give it a revision: a tag, or better a commit's hash."
                    if row["revision"]
                    else "Name a tag: `owner/name:tag`.",
                )

    def _calls(self) -> Iterator[tuple[ast.Call, Mapping[str, Any]]]:
        index = self.context.index
        for call in index.calls_of(*_NAMED):
            yield call, next(_NAMED[name] for name in index.callee_names(call) if name in _NAMED)
        for call in index.calls:
            row = _METHODS.get(call.func.attr) if isinstance(call.func, ast.Attribute) else None
            if row is not None and any(name.partition(".")[0] in row["modules"] for name in index.callee_names(call)):
                yield call, row

    def _on_hub(self, name: str, row: Mapping[str, Any]) -> bool:
        """Whether a text is a name on a hub without a tag, not a path or a builder of local files."""
        if name in row.get("local", ()) or _LOCAL.search(name) or _HUB_NAME.fullmatch(name) is None:
            return False
        return ":" not in name
