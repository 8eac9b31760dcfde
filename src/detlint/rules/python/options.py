"""Options of the command line: what `args.seed` is where the user gives nothing.

Given the index of a file; understands `add_argument` of argparse and `click.option`.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detlint.index import Arguments, FileIndex
    from detlint.index.tree import FunctionNode

_HOLDERS = frozenset({"args", "opt", "opts", "options", "hparams", "flags", "config", "cfg", "params", "arguments"})
"""What a parameter that receives the parsed arguments is called."""
_OTHERWISE = ("action", "nargs")
_CLICK_OTHERWISE = ("required", "prompt", "is_flag", "multiple", "count", "callback", "envvar")


class Options:
    """The options that a file defines."""

    def __init__(self, index: FileIndex) -> None:
        self.index = index
        self._by_name: dict[str, list[ast.Call]] | None = None
        self._set_elsewhere = False

    def of(self, node: ast.Attribute) -> list[ast.Call]:
        """The `add_argument` calls that define what `args.name` is; [] if it is something else."""
        holder = node.value
        parsed = self.index.is_type(holder, "argparse.Namespace")
        if not parsed and not (isinstance(holder, ast.Name) and holder.id in _HOLDERS):
            return []
        return self._definitions().get(node.attr, [])

    def _definitions(self) -> dict[str, list[ast.Call]]:
        if self._by_name is None:
            self._by_name = {}
            for call in self.index.calls:
                method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
                if method == "set_defaults":
                    self._set_elsewhere = True
                elif method == "add_argument":
                    self._by_name.setdefault(self._destination(call), []).append(call)
        return self._by_name

    def _destination(self, call: ast.Call) -> str:
        """The attribute under which argparse stores an option."""
        given = self.index.arguments(call).get("dest")
        if given is not None:
            return str(self.index.constant(given.value))
        flags = _flags(call)
        chosen = next((flag for flag in flags if flag.startswith("--")), flags[0] if flags else "")
        return chosen.lstrip("-").replace("-", "_")

    def default(self, option: ast.Call) -> ast.expr | None:
        """The expression that is the default of an `add_argument` option."""
        given = self.index.arguments(option).get("default")
        return given.value if given is not None else None

    def may_be_none(self, option: ast.Call) -> bool:
        """Whether an `add_argument` option is None unless the user gives it, as not all commands in sight do."""
        files = self.index.modules.configurations
        if files is not None and any(map(files.always_gives, _flags(option))):
            return False
        arguments = self.index.arguments(option)
        default = arguments.get("default")
        if default is not None:
            return self.index.constant(default.value) is None
        if arguments.open or self._set_elsewhere or any(arguments.get(word) is not None for word in _OTHERWISE):
            return False
        return not self._is_required(arguments) and any(flag.startswith("-") for flag in _flags(option))

    def _is_required(self, arguments: Arguments) -> bool:
        given = arguments.get("required")
        return given is not None and self.index.constant(given.value) is not False

    def decorator(self, function: FunctionNode, parameter: str) -> ast.Call | None:
        """The `click.option` of a parameter, where it is None unless the user gives it."""
        for decorator in getattr(function, "decorator_list", ()):
            if not isinstance(decorator, ast.Call) or "click.option" not in self.index.callee_names(decorator):
                continue
            if parameter not in {flag.lstrip("-").replace("-", "_") for flag in _flags(decorator)}:
                continue
            arguments = self.index.arguments(decorator)
            default = arguments.get("default")
            if arguments.open or any(arguments.get(word) is not None for word in _CLICK_OTHERWISE):
                return None
            return decorator if default is None or self.index.constant(default.value) is None else None
        return None


def _flags(call: ast.Call) -> list[str]:
    return [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
