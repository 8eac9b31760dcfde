"""Draws that reach no result: models that are only counted, times that are only slept, ports, names of folders.

Given the index of a file.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from detlint.index import dotted_name, is_main_guard

if TYPE_CHECKING:
    from detlint.index import FileIndex

_SHOWING = frozenset({"print", "str", "repr", "len", "isinstance", "type"})
_OF_WEIGHTS = frozenset({"parameters", "named_parameters"})
_COUNTING = frozenset({"summary", "count_params"})
_OF_COUNTS = re.compile(r"flops|macs|count_param|num_param|model_complexity|^summary$", re.IGNORECASE)
"""In the names of functions that count what a model has or does."""
_SIZES = frozenset({"numel", "nelement", "size", "shape", "requires_grad", "dtype", "dim", "ndim", "element_size"})
_SAME = frozenset({"data", "detach"})
_SLEEPING = frozenset(f"{module}.sleep" for module in ("time", "asyncio", "gevent", "eventlet", "trio", "anyio"))
_OF_NUMBERS = frozenset(f"builtins.{name}" for name in ("min", "max", "int", "float", "abs", "round"))
_OF_PORTS = re.compile(r"(^|_)port$|dist_url|init_method", re.IGNORECASE)
_BEFORE_PORTS = re.compile(r"(tcp|http)s?://|localhost:|127\.0\.0\.1:")
_OF_PATHS = frozenset({"os.path.join", "pathlib.Path", "os.makedirs", "os.mkdir"})
_LOOPS = (ast.For, ast.AsyncFor, ast.comprehension)


def is_only_counted(index: FileIndex, call: ast.Call) -> bool:
    """Whether what a call makes gets a name by which only sizes are asked for, at least once."""
    parent = index.parent(call)
    target = parent.targets[0] if isinstance(parent, ast.Assign) and len(parent.targets) == 1 else None
    alone = index.function(call) is not None or any(
        isinstance(around, ast.If) and is_main_guard(around.test) for around in index.ancestors(call)
    )
    if not isinstance(target, ast.Name) or not alone:
        return False
    loads = [load for load in index.loads(target.id) if any(each.node is target for each in index.bindings(load))]
    counting = [load for load in loads if _asks_for_sizes(index, load)]
    return bool(counting) and all(load in counting or _is_shown(index, load) for load in loads)


def _is_shown(index: FileIndex, load: ast.Name) -> bool:
    parent = index.parent(load)
    return isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name) and parent.func.id in _SHOWING


def _asks_for_sizes(index: FileIndex, load: ast.Name) -> bool:
    """`for p in model.parameters(): n += p.numel()`, `model.summary()`, `count_flops(model)`."""
    method = index.parent(load)
    if isinstance(method, ast.Attribute) and method.attr in _COUNTING:
        return True
    if isinstance(method, ast.Call) and load in method.args and method.func is not load:
        name = (dotted_name(method.func) or "").rpartition(".")[2]
        return _OF_COUNTS.search(name) is not None
    call = index.parent(method) if isinstance(method, ast.Attribute) and method.attr in _OF_WEIGHTS else None
    loop = index.parent(call) if isinstance(call, ast.Call) else None
    if not isinstance(loop, _LOOPS) or loop.iter is not call:
        return False
    weights = loop.target.elts[-1] if isinstance(loop.target, ast.Tuple) else loop.target
    if not isinstance(weights, ast.Name):
        return False
    uses = [each for each in index.loads(weights.id) if any(b.node is weights for b in index.bindings(each))]
    return bool(uses) and all(_is_size(index, use) for use in uses)


def _is_size(index: FileIndex, node: ast.expr) -> bool:
    parent = index.parent(node)
    if isinstance(parent, ast.Attribute) and parent.attr in _SAME:
        around = index.parent(parent)
        called = isinstance(around, ast.Call) and around.func is parent
        return _is_size(index, around if called and isinstance(around, ast.Call) else parent)
    return isinstance(parent, ast.Attribute) and parent.attr in _SIZES


def is_only_slept(index: FileIndex, node: ast.expr, named: frozenset[ast.AST] = frozenset()) -> bool:
    """Whether a number is only how long to sleep: `time.sleep(random.random())`, also by a name for it.

    named: the names that it was given on the way, which a loop may give it again.
    """
    parent = index.parent(node)
    while isinstance(parent, (ast.BinOp, ast.UnaryOp, ast.Call)):
        names = set(index.callee_names(parent)) if isinstance(parent, ast.Call) else _OF_NUMBERS
        if names & _SLEEPING:
            return True
        if not names or not names <= _OF_NUMBERS:
            return False
        node, parent = parent, index.parent(parent)
    target = parent.targets[0] if isinstance(parent, ast.Assign) and len(parent.targets) == 1 else None
    if not isinstance(target, ast.Name) or target in named:
        return False
    loads = [load for load in index.loads(target.id) if any(each.node is target for each in index.bindings(load))]
    slept = [load for load in loads if is_only_slept(index, load, named | {target})]
    return bool(slept) and all(load in slept or _is_told(index, load) for load in loads)


def is_only_port(index: FileIndex, call: ast.Call) -> bool:
    """Whether a number only chooses a port: `f"tcp://localhost:{random.randrange(49152, 65535)}"`."""
    statement = index.statement(call)
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    for target in targets:
        name = target.slice if isinstance(target, ast.Subscript) else target
        word = name.value if isinstance(name, ast.Constant) else (dotted_name(name) or "").rpartition(".")[2]
        if isinstance(word, str) and _OF_PORTS.search(word):
            return True
    texts = (part for each in index.ancestors(call) if isinstance(each, ast.JoinedStr) for part in each.values)
    return any(isinstance(text, ast.Constant) and _BEFORE_PORTS.search(str(text.value)) for text in texts)


def is_only_name(index: FileIndex, call: ast.Call) -> bool:
    """Whether a number gets a name that only stands in paths: `run = randint(0, 99)`, `join("runs", str(run))`."""
    parent = index.parent(call)
    target = parent.targets[0] if isinstance(parent, ast.Assign) and len(parent.targets) == 1 else None
    if not isinstance(target, ast.Name):
        return False
    loads = [load for load in index.loads(target.id) if any(each.node is target for each in index.bindings(load))]
    return bool(loads) and all(_is_in_path(index, load) for load in loads)


def _is_in_path(index: FileIndex, load: ast.Name) -> bool:
    for each in index.ancestors(load):
        if isinstance(each, ast.Call) and not _OF_PATHS.isdisjoint(index.callee_names(each)):
            return True
        if isinstance(each, ast.JoinedStr):
            return any(isinstance(part, ast.Constant) and "/" in str(part.value) for part in each.values)
        if isinstance(each, ast.stmt):
            return False
    return False


def _is_told(index: FileIndex, load: ast.Name) -> bool:
    """Whether a value is put into a text, or shown."""
    return isinstance(index.parent(load), ast.FormattedValue) or _is_shown(index, load)
