"""Repairs of parameters: another value, one more beside it, one less.

Given the node at which a parameter is reported (the key of a display or of an item, a keyword, an attribute); makes the
steps of a repair. None is made where the entry stands in a form that is not plain, or where a call may not take more.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.rules.repairs import Repair
from detlint.rules.xgboost import facts

if TYPE_CHECKING:
    from detlint.context import Context
    from detlint.index import FileIndex


class ParameterRepair:
    """Steps about the parameter that a node stands for."""

    def __init__(self, context: Context, node: ast.AST, repair: Repair | None = None) -> None:
        self.index = context.index
        self.repair = Repair(context) if repair is None else repair
        self.node = node
        self.parent = context.index.parent(node)

    @property
    def value(self) -> ast.expr | None:
        """The expression that is written for the parameter."""
        if isinstance(self.node, ast.keyword):
            return self.node.value
        if isinstance(self.parent, ast.Dict) and self.node in self.parent.keys:
            return self.parent.values[self.parent.keys.index(self.node)]
        statement = self._assignment()
        return statement.value if statement is not None else None

    def set(self, code: str) -> None:
        """Write another constant for it."""
        value = self.value
        if isinstance(value, ast.Constant):
            self.repair.replace(value, _quoted_alike(self.repair.code(value), code))
        else:
            self.repair.give_up()

    def add(self, **parameters: str) -> None:
        """Write more parameters beside it, or in the display or call that the node is."""
        call, display = self._call(), self._display()
        statement = self._assignment()
        if "__" in str(getattr(self.node, "value", "")):
            self.repair.give_up()  # of a step of a pipeline: `model__tree_method`
        elif display is not None:
            quote = _quote(self.repair.code(display))
            self.repair.add_entry(display, *(f"{quote}{name}{quote}: {code}" for name, code in parameters.items()))
        elif call is not None and takes_parameters(self.index, call):
            self.repair.add_argument(call, *(f"{name}={code}" for name, code in parameters.items()))
        elif statement is not None and isinstance(self.parent, ast.Subscript):
            holder, key = self.repair.code(self.parent.value), self.repair.code(self.node)
            lines = [f"{holder}[{_quoted_alike(key, repr(name))}] = {code}" for name, code in parameters.items()]
            self.repair.insert_after(statement, "\n".join(lines))
        else:
            self.repair.give_up()

    def replace(self, name: str, code: str) -> None:
        """Write another parameter in its place."""
        if isinstance(self.node, ast.keyword):
            self.repair.replace(self.node, f"{name}={code}")
        elif self._display() is not None and self.value is not None:
            self.repair.replace(self.node, _quoted_alike(self.repair.code(self.node), repr(name)))
            self.repair.replace(self.value, code)
        else:
            self.repair.give_up()

    def remove(self) -> None:
        """Take it out."""
        statement = self._assignment()
        if isinstance(self.node, ast.keyword) and isinstance(self.parent, ast.Call):
            self.repair.remove_argument(self.parent, self.node)
        elif isinstance(self.parent, ast.Dict):
            self.repair.remove_entry(self.parent, self.node)
        elif statement is not None:
            self.repair.remove_statement(statement)
        else:
            self.repair.give_up()

    def beside(self, name: str) -> bool:
        """Whether a parameter of that name is written in the same display or call."""
        call, display = self._call(), self._display()
        keys = display.keys if display is not None else ()
        keywords = call.keywords if call is not None else ()
        return any(getattr(key, "value", None) == name for key in keys) or any(each.arg == name for each in keywords)

    def _display(self) -> ast.Dict | None:
        if isinstance(self.node, ast.Dict):
            return self.node
        return self.parent if isinstance(self.parent, ast.Dict) and self.node in self.parent.keys else None

    def _call(self) -> ast.Call | None:
        if isinstance(self.node, ast.Call):
            return self.node
        is_part = isinstance(self.parent, ast.Call) and (
            isinstance(self.node, ast.keyword) or self.parent.func is self.node
        )
        return self.parent if is_part and isinstance(self.parent, ast.Call) else None

    def _assignment(self) -> ast.Assign | None:
        """The statement that writes an item (`params["seed"] = 1`) or an attribute, and nothing else."""
        target = self.parent if isinstance(self.parent, ast.Subscript) and self.parent.slice is self.node else self.node
        statement = self.index.parent(target)
        return statement if isinstance(statement, ast.Assign) and statement.targets == [target] else None


def takes_parameters(index: FileIndex, call: ast.Call) -> bool:
    """Whether a call takes every parameter of its library as a keyword: an estimator's class, `dict`, `set_params`."""
    names = index.callee_names(call)
    known = [facts.api_of(name) for name in names]
    return (
        (bool(known) and all(api is not None and api.role == "estimator" for api in known))
        or names == ("builtins.dict",)
        or (isinstance(call.func, ast.Attribute) and call.func.attr == "set_params")
    )


def _quote(code: str) -> str:
    """The quotation mark that a display begins with."""
    return next((character for character in code if character in "'\""), '"')


def _quoted_alike(old: str, new: str) -> str:
    """A text in the quotation marks of the one whose place it takes."""
    is_text = new[:1] in ("'", '"') and old[:1] in ("'", '"')
    return f"{old[0]}{new[1:-1]}{old[0]}" if is_text else new
