"""DET212: kernels that Inductor chooses by timing them."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from detlint.index.values import Mapping
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.data import load
from detlint.rules.torch.given import constant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.index import Argument

_DATA = load(__package__, "kernels")["autotune"]
_MODES = frozenset(_DATA["modes"])
_SWITCHES = frozenset(_DATA["switches"])
_COMPILERS: dict[str, str] = dict(_DATA["compilers"])
_PATCHES = (f"{_DATA['module']}.patch",)
_SETTINGS = tuple(f"{_DATA['module']}.{name}" for name in _DATA["switches"])
_FORMS = (
    *(("", re.escape(word)) for word in sorted(_MODES | _SWITCHES)),
    # A mode that another module may know.
    ("", r"mode\s*=\s*[A-Za-z_][\w.]*\s*[,)]"),
)
"""What stands in a file that turns tuning on; `compile` alone is the word of many libraries."""
_DECORATED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
"""What a call stands directly in that is a decorator: `@partial(torch.compile, mode=…)`."""


class CompileAutotune(Rule):
    """The mode, the options and Inductor's own settings."""

    code = "DET212"
    name = "compile-autotune"
    summary = '`torch.compile(mode="max-autotune")` and Inductor\'s autotuning: kernels chosen by timing'
    why = """
With `max-autotune`, Inductor times several kernels for each operation and keeps the fastest;
`coordinate_descent_tuning` likewise tries block sizes. Which one wins depends on the machine and its load, and
different kernels add in different orders.

Not reported: other modes of `torch.compile`, values that only a run knows, and, since torch 2.13, code that runs under
`torch.use_deterministic_algorithms(True)`, which keeps Inductor from such tuning.
"""
    scope = "file"
    bad = (
        Example('import torch\n\nmodel = torch.compile(torch.nn.Linear(3, 3), mode="max-autotune")  # !\n'),
        Example("import torch._inductor.config as config\n\nconfig.max_autotune = True  # !\n"),
        Example(
            "import torch\n\n\ndef fast(model):\n"
            '    return torch.compile(model, options={"max_autotune": True, "trace.enabled": True})  # !\n'
        ),
    )
    good = (
        Example('import torch\n\nmodel = torch.compile(torch.nn.Linear(3, 3), mode="reduce-overhead")\n'),
        Example("import torch._inductor.config as config\n\nconfig.max_autotune = False\n"),
        Example(
            "import torch\n\ntorch.use_deterministic_algorithms(True)\n"
            'model = torch.compile(torch.nn.Linear(3, 3), mode="max-autotune")\n'
        ),
    )
    sources = (
        "https://docs.pytorch.org/docs/stable/generated/torch.compile.html",
        "pytorch/pytorch: torch/_inductor/config.py",
    )
    candidates = Candidates(
        calls=(*_COMPILERS, *_PATCHES), settings=_SETTINGS, words=("max-autotune", "autotune"), forms=_FORMS
    )

    def check_file(self) -> None:
        """Look at all that may turn tuning on."""
        seen: set[int] = set()
        for node in self._found():
            if id(node) not in seen and not self._is_settled(node):
                seen.add(id(node))
                self.report(
                    node,
                    "Inductor times several kernels and keeps the fastest, which may be another one in the next run.",
                    "Leave autotuning off, or keep what it chose.",
                )

    def _found(self) -> Iterator[ast.AST]:
        index = self.context.index
        for call in index.calls_of(*_COMPILERS):
            parameter = next(_COMPILERS[name] for name in index.callee_names(call) if name in _COMPILERS)
            yield from self._of_compiler(call, parameter)
        for call in index.calls_of("functools.partial"):
            names = index.names(call.args[0]) if call.args else ()
            if not _COMPILERS.keys().isdisjoint(names) and isinstance(index.parent(call), _DECORATED):
                yield from self._of_compiler(call, "mode")
        for call in index.calls_of(*_PATCHES):
            yield from self._of_patch(call)
        for call in index.calls:
            # `model.compile(mode=…)` of a model out of sight: no other library's mode has this value.
            if isinstance(call.func, ast.Attribute) and call.func.attr == "compile" and not index.callee_names(call):
                yield from self._of_compiler(call, "mode")
        for setting in index.assignments_to(*_SETTINGS):
            if index.constant(setting.value) is True:
                yield setting.target.func if isinstance(setting.target, ast.Call) else setting.target

    def _of_compiler(self, call: ast.Call, parameter: str) -> Iterator[ast.AST]:
        arguments = self.context.index.arguments(call)
        mode = arguments.get(parameter)
        if mode is not None and self._is(mode, _MODES):
            yield mode.node
        options = arguments.get("options")
        if options is not None:
            yield from self._of_mapping(options)

    def _of_patch(self, call: ast.Call) -> Iterator[ast.AST]:
        arguments = self.context.index.arguments(call)
        for name, argument in arguments.keywords.items():
            if name in _SWITCHES and constant(self.context.index, argument) is True:
                yield argument.node
        if arguments.positional:
            yield from self._of_mapping(arguments.positional[0])
            switch, *values = arguments.positional
            if self._is(switch, _SWITCHES) and values and constant(self.context.index, values[0]) is True:
                yield switch.node

    def _of_mapping(self, argument: Argument) -> Iterator[ast.AST]:
        """The switches that a dict turns on."""
        for value in argument.evaluated.alternatives:
            if isinstance(value, Mapping):
                for key, entry in value.entries.items():
                    if key in _SWITCHES and self.context.index.constant(entry.value) is True:
                        yield entry.key_node

    def _is(self, argument: Argument, values: frozenset[str]) -> bool:
        given = constant(self.context.index, argument)
        return isinstance(given, str) and given in values

    def _is_settled(self, node: ast.AST) -> bool:
        if self.context.targets.version("torch") < _DATA["settled"]:
            return False
        return self.context.project.is_in_mode(node, "torch")
