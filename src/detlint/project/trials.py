"""Whether a file, when it is started, only tries out what it defines: a model is built, called and asked for a shape.

Given the index of the file; what is drawn in such a trial reaches nobody.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from detlint.index import dotted_name, is_main_guard
from detlint.index.values import UNKNOWN, Instance, LocalClass, LocalFunction, Ref

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.index import FileIndex

_SIMPLE = (ast.Assign, ast.AnnAssign, ast.Expr, ast.Assert, ast.Import, ast.ImportFrom, ast.Pass)
_MAKING = (
    "torch.",
    "numpy.",
    "tensorflow.",
    "keras.",
    "builtins.",
    "torchsummary.",
    "torchinfo.",
    "thop.",
    "ptflops.",
    "time.",
)
_KEEPING = frozenset(
    {"save", "savez", "savetxt", "export", "tofile", "dump", "open", "write", "exec", "eval", "tolist", "numpy"}
)
_SIZES = frozenset(
    {"shape", "size", "dtype", "device", "ndim", "dim", "numel", "nelement", "requires_grad", "parameters",
     "named_parameters", "modules", "children", "__class__", "element_size", "count_params"}
)  # fmt: skip
_MODELS = frozenset({"torch.nn.Module", "keras.Layer", "tf_keras.Layer"})
_OF_MODELS = re.compile(r"forward|encode|decode|inference|generate|sample|^(eval|train|to|cuda|cpu|half|float)$")
"""Methods of models that only compute."""
_OUTLINES = _SIZES | {"summary", "input_shape", "output_shape"}
"""Attributes of a Keras model that tell how it is built."""
_WORKING = re.compile(r"fit|train(?!able)|learn|save|write|dump|export|predict|evaluate")
"""Names of functions that do more than build."""
_ASKING = frozenset({"len", "type", "isinstance"})
_SHOWING = frozenset({"print", "summary"})
_DEEPEST = 4


def only_tries_out(index: FileIndex) -> bool:
    """Whether all that stands under the guard of a file makes and calls its own objects, and shows sizes at most."""
    guards = [node for node in index.tree.body if isinstance(node, ast.If) and is_main_guard(node.test)]
    body = [statement for guard in guards for statement in guard.body]
    made = any(
        True for statement in body for value in (*_assigned(index, statement), *_outlined(index, statement)) if value
    )
    return made and all(_is_trial(index, statement) for statement in body)


def _assigned(index: FileIndex, statement: ast.stmt) -> Iterator[object]:
    """Models of classes of the file that a statement makes."""
    if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call):
        for value in index.evaluate(statement.value).alternatives:
            if isinstance(value, Instance) and (_is_model(index, value.type) or _is_callable(index, value.type)):
                yield value


def _outlined(index: FileIndex, statement: ast.stmt) -> Iterator[ast.Call]:
    """What functions of the file build, where a statement gives it a name that only serves to outline it."""
    value = statement.value if isinstance(statement, ast.Assign) else None
    if isinstance(value, ast.Call) and _is_outlined(index, value):
        yield value


def _is_outlined(index: FileIndex, made: ast.Call) -> bool:
    """Whether a function of the file builds a model, of which nothing is asked but how it is built."""
    parent = index.parent(made)
    target = parent.targets[0] if isinstance(parent, ast.Assign) and len(parent.targets) == 1 else None
    if not isinstance(target, ast.Name):
        return False
    loads = [load for load in index.loads(target.id) if any(each.node is target for each in index.bindings(load))]
    uses = [index.parent(load) for load in loads]
    if not uses or not all(isinstance(use, ast.Attribute) and use.attr in _OUTLINES for use in uses):
        return False
    return all(
        isinstance(value, LocalFunction) and not any(_WORKING.search(name) for name in _called(value.node))
        for value in index.evaluate(made.func).alternatives
    )


def _called(function: ast.AST) -> Iterator[str]:
    for call in ast.walk(function):
        if isinstance(call, ast.Call):
            yield (dotted_name(call.func) or "").rpartition(".")[2]


def _is_trial(index: FileIndex, statement: ast.stmt) -> bool:
    if isinstance(statement, (ast.For, ast.With)):
        headers = (
            [statement.iter] if isinstance(statement, ast.For) else [item.context_expr for item in statement.items]
        )
        return all(_is_quiet(index, header) for header in headers) and all(
            _is_trial(index, inner) for inner in statement.body
        )
    return isinstance(statement, _SIMPLE) and _is_quiet(index, statement)


def _is_quiet(index: FileIndex, node: ast.AST) -> bool:
    """Whether calls in a statement or expression only make, call and show sizes of what the file defines."""
    if isinstance(node, ast.Assert):
        return not _tells(index, node.test, _DEEPEST)
    for call in (each for each in ast.walk(node) if isinstance(each, ast.Call)):
        name = (dotted_name(call.func) or "").rpartition(".")[2]
        if name in _KEEPING or not _is_own(index, call):
            return False
        if name in _SHOWING and any(_tells(index, given, _DEEPEST) for given in call.args):
            return False
    return True


def _is_own(index: FileIndex, call: ast.Call) -> bool:
    """Whether a call makes or calls an object of the file, or is of a library that computes."""
    if isinstance(call.func, ast.Attribute) and call.func.attr in _SIZES:
        return True
    for value in index.evaluate(call.func).alternatives:
        if isinstance(value, Ref) and value.name.startswith(_MAKING):
            continue
        if _is_model(index, value.type if isinstance(value, Instance) else value):
            continue
        if _is_callable(index, value.type if isinstance(value, Instance) and call.args else value):
            continue
        method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if isinstance(value, LocalFunction) and (_OF_MODELS.search(method) or _gives_own(index, call)):
            continue
        if isinstance(value, LocalFunction) and _is_outlined(index, call):
            continue
        if value is UNKNOWN and method and (_OF_MODELS.search(method) or method == "summary"):
            continue
        return False
    return True


def _is_model(index: FileIndex, cls: object) -> bool:
    return isinstance(cls, LocalClass) and not _MODELS.isdisjoint(index.bases(cls.node))


def _is_callable(index: FileIndex, cls: object) -> bool:
    """Whether objects of a class of the file are called, as transforms are."""
    return isinstance(cls, LocalClass) and index.method(cls, "__call__") is not None


def _gives_own(index: FileIndex, call: ast.Call) -> bool:
    made = index.evaluate(call).alternatives
    return bool(made) and all(isinstance(each, Instance) and _is_model(index, each.type) for each in made)


def _tells(index: FileIndex, node: ast.AST, depth: int) -> bool:
    """Whether an expression shows more than sizes of what it names."""
    return depth == 0 or any(_shows(index, load, depth) for load in ast.walk(node) if isinstance(load, ast.Name))


def _shows(index: FileIndex, load: ast.Name, depth: int) -> bool:
    """Whether the values of what a name stands for are shown."""
    if _is_of_others(index, load):
        return False
    node: ast.expr = load
    parent = index.parent(load)
    # A part of it, or what calling it gives.
    while isinstance(parent, ast.Subscript) or (isinstance(parent, ast.Call) and parent.func is node):
        node, parent = parent, index.parent(parent)
    if isinstance(parent, ast.Attribute):
        return parent.attr not in _OUTLINES
    if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name) and parent.func.id in _ASKING:
        return False
    if node is not load:
        return True
    if isinstance(load.ctx, ast.Store) or isinstance(parent, ast.comprehension):
        return False
    values = [index.parent(binding.node) for binding in index.bindings(load)]
    assigned = [each.value for each in values if isinstance(each, ast.Assign)]
    return len(assigned) != len(values) or not assigned or any(_tells(index, each, depth - 1) for each in assigned)


def _is_of_others(index: FileIndex, load: ast.Name) -> bool:
    """Whether a name is a module, or a function of a library."""
    return any(isinstance(value, Ref) for value in index.evaluate(load).alternatives)
