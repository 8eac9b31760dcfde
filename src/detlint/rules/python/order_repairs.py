"""Repairs of arbitrary orders: `sorted(…)` around listings and sets, results in the order of the inputs.

Given a finding about an order; gives its fix, or None where only a person knows which order is meant.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from detlint.rules.python.order_texts import made_of_texts
from detlint.rules.python.order_ties import TIES
from detlint.rules.repairs import Repair, as_one

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.context import Context
    from detlint.diagnostics import Fix
    from detlint.rules.python.order import OrderFinding

_SORT = "Sort it"
_SORTED = frozenset({"sorted", "natsorted"})
_LAZY = frozenset({"iglob", "iterdir", "rglob"})
_COMPARABLE = re.compile(
    r"(?<![a-z])(lab|lang|cat|col|ext|idx|id|num|int|str|gt|pred|y)s?(?![a-z])|label|class|word|token|vocab|char|name|key|tag|file|path"
    r"|text|target|categor|column|feature|language|lexicon|symbol|phone|letter|string|species|title|url|suffix|prefix|date|year|month"
    r"|number|ind(ex|ic)|speaker|user|topic|split|sentence|line|code|word|gene(?!ra)|country|city|fold|question|answer|intent|slot",
    re.IGNORECASE,
)
"""Words for what can be compared, as the elements of a set mostly are that come to be listed."""
_OBJECTS = re.compile(
    r"module|param|tensor|layer|node|object|func|callback|future|thread|process|task|optimi[sz]er|model|edge", re.I
)
"""Words for what cannot."""
_TOGETHER = frozenset({
    "builtins.list", "builtins.tuple", "builtins.enumerate", "builtins.zip", "builtins.iter", "builtins.map",
    "builtins.filter", "tqdm.tqdm", "tqdm.auto.tqdm", "numpy.array",
})  # fmt: skip
"""What goes through a set in its order."""
_ALONE = frozenset({
    "builtins.len", "builtins.sorted", "builtins.set", "builtins.frozenset", "builtins.sum", "builtins.min",
    "builtins.max", "builtins.any", "builtins.all", "builtins.bool", "builtins.isinstance", "builtins.print",
    "builtins.str", "builtins.repr", "builtins.type",
})  # fmt: skip
"""What is given a set and does not hang on its order, or only shows it."""
_OF_SETS = frozenset({
    "union", "intersection", "difference", "symmetric_difference", "update", "intersection_update",
    "difference_update", "issubset", "issuperset", "isdisjoint", "isin",
})  # fmt: skip
_GROWS = frozenset({"append", "extend", "insert", "write", "writelines", "writerow", "put", "appendleft"})
_OF_LOGS = frozenset({"debug", "info", "warning", "error", "exception", "write"})
_ORDERED = (ast.List, ast.ListComp, ast.Dict, ast.DictComp, ast.Tuple)


def listing_fix(context: Context, finding: OrderFinding) -> Fix | None:
    """The fix that sorts a listing where it is made."""
    call = finding.made
    if not isinstance(call, ast.Call) or finding.how == TIES:
        return None
    last = getattr(call.func, "attr", getattr(call.func, "id", ""))
    names = {name.rpartition(".")[2] for name in context.names(call.func)} | {last}
    if names & {"walk", "fwalk"}:
        return _walk_fix(context, call) if "walk" in names else None
    if "scandir" in names:
        return _entries_fix(context, call)
    is_lazy = bool(names & _LAZY) or any(name.startswith("pathlib.") for name in context.names(call.func))
    repair = Repair(context)
    parent = context.index.parent(call)
    if is_lazy and _is_next(context, parent, call):
        repair.wrap(call, f"{repair.builtin('iter', call)}({repair.builtin('sorted', call)}(", "))")
        return repair.safe(_SORT)
    if is_lazy and _is_consumed_by_next(context, parent):
        return None
    _sort(repair, call)
    return repair.fix(_SORT, safe=not (is_lazy and isinstance(parent, ast.Return)))


def set_fix(context: Context, finding: OrderFinding) -> Fix | None:
    """The fix that sorts a set where it is given an order, or keeps the order of arrival where nothing sorts."""
    node = finding.node
    parent = context.index.parent(node)
    if not isinstance(node, ast.expr) or isinstance(parent, ast.Attribute) or finding.how == TIES:
        return None
    repair = Repair(context)
    if _is_written_out(node):
        repair.rebracket(node, "[", "]")
        return repair.safe("Keep the order in which it is written")
    for other in _others(context, node):
        if other is None:
            return None
        _sort(repair, other)
    if made_of_texts(context.index, finding.made):
        _sort(repair, node)
        return as_one(repair.safe(_SORT))
    words = f"{ast.unparse(node)} {ast.unparse(finding.made)} {_items(context, node)}"
    if _COMPARABLE.search(words) and not _OBJECTS.search(words):
        _sort(repair, node)
        return as_one(repair.unsafe("Sort it; its elements must be of types that can be compared"))
    if not isinstance(node, ast.Call) or len(node.args) != 1 or node.keywords or not _makes_set(context, node):
        return None
    repair.replace(node.func, f"{repair.builtin('dict', node)}.fromkeys")
    return repair.unsafe("Keep the order of arrival")


def _others(context: Context, node: ast.expr) -> Iterator[ast.expr | None]:
    """Where else a set is gone through; None for a place where it may be.

    Two passes over the same set have the same order, and what they make is often put together by position: sorted are
    all of them or none.
    """
    for load in _loads(context, node):
        parent = context.index.parent(load)
        if isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)):
            if _builds(context, parent):
                yield load
        elif isinstance(parent, (ast.Call, ast.keyword, ast.Starred)):
            names = set(context.names(parent.func)) if isinstance(parent, ast.Call) else set()
            is_joined = isinstance(parent, ast.Call) and getattr(parent.func, "attr", "") == "join"
            around = context.index.parent(parent)
            is_loop = isinstance(around, ast.For) and names & {"builtins.list", "builtins.tuple"}
            if is_loop and not _builds(context, around):
                continue
            if names & _TOGETHER or is_joined:
                yield load
            elif not names & _ALONE and not _is_of_set(context, parent):
                yield None


def _builds(context: Context, loop: ast.AST | None) -> bool:
    """Whether a loop may make something that has an order."""
    if isinstance(loop, ast.comprehension):
        made = context.index.parent(loop)
        taker = context.index.parent(made) if isinstance(made, ast.GeneratorExp) else None
        alone = isinstance(taker, ast.Call) and not _ALONE.isdisjoint(context.names(taker.func))
        return not alone and not isinstance(made, (ast.SetComp, ast.DictComp))
    return isinstance(loop, (ast.For, ast.AsyncFor)) and any(
        isinstance(each, (ast.AugAssign, ast.Yield, ast.YieldFrom))
        or (isinstance(each, ast.Attribute) and each.attr in _GROWS)
        for statement in loop.body
        for each in ast.walk(statement)
    )


def _loads(context: Context, node: ast.expr) -> list[ast.expr]:
    """The other places that read what a node reads: the same variable, or the same attribute in the same class."""
    index = context.index
    found: list[ast.expr] = []
    if isinstance(node, ast.Name):
        bindings = index.bindings(node)
        found = [load for load in index.loads(node.id) if index.bindings(load) == bindings]
    elif isinstance(node, ast.Attribute):
        written = ast.unparse(node)
        found = [load for load in index.attribute_loads(node.attr) if ast.unparse(load) == written]
        found = [load for load in found if _class(context, load) is _class(context, node)]
    return [load for load in found if load is not node]


def _class(context: Context, node: ast.AST) -> ast.AST | None:
    return next((each for each in context.index.ancestors(node) if isinstance(each, ast.ClassDef)), None)


def _is_of_set(context: Context, call: ast.AST) -> bool:
    """Whether a set is given to a method of another one, or to what logs it."""
    method = call.func.attr if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) else ""
    return method in _OF_SETS or method in _OF_LOGS


def _is_written_out(node: ast.expr) -> bool:
    """Whether a set is a display of constants that are all different: as a list, it holds the same."""
    if not isinstance(node, ast.Set) or not all(isinstance(element, ast.Constant) for element in node.elts):
        return False
    return len({element.value for element in node.elts if isinstance(element, ast.Constant)}) == len(node.elts)


def completion_fix(context: Context, finding: OrderFinding) -> Fix | None:
    """The fix that takes results in the order of the inputs."""
    call = finding.made
    if not isinstance(call, ast.Call):
        return None
    repair = Repair(context)
    if getattr(call.func, "attr", "") == "imap_unordered":
        repair.rename(call.func, "imap")
        return repair.unsafe("Take the results in the order of the inputs")
    names = context.names(call.func)
    if "concurrent.futures.as_completed" not in names or len(call.args) != 1 or call.keywords:
        return None
    given = call.args[0]
    if not _keeps_order(context, given):
        return None
    repair.replace(call, repair.code(given))
    repair.forget(call.func)
    return repair.unsafe("Take the results in the order in which they were asked for")


def _sort(repair: Repair, node: ast.expr) -> None:
    """Put `sorted(…)` around an expression, or in the place of the `list(…)` that is there."""
    name = repair.builtin("sorted", node)
    parent = repair.index.parent(node)
    if (
        isinstance(parent, ast.Call)
        and isinstance(parent.func, ast.Name)
        and repair.context.names(parent.func) == ("builtins.list",)
        and parent.args == [node]
    ):
        repair.rename(parent.func, name)
    else:
        repair.wrap(node, f"{name}(", ")")


def _items(context: Context, node: ast.expr) -> str:
    """What the elements are called where they are gone through one by one."""
    parent = context.index.parent(node)
    if isinstance(parent, ast.Call) and getattr(parent.func, "id", "") in ("enumerate", "tqdm"):
        parent = context.index.parent(parent)
    return ast.unparse(parent.target) if isinstance(parent, (ast.For, ast.comprehension)) else ""


def _is_next(context: Context, parent: ast.AST | None, call: ast.Call) -> bool:
    return isinstance(parent, ast.Call) and context.names(parent.func) == ("builtins.next",) and parent.args[0] is call


def _is_consumed_by_next(context: Context, parent: ast.AST | None) -> bool:
    """Whether a name that an iterator is bound to is given to `next`, which takes no list."""
    targets = parent.targets if isinstance(parent, ast.Assign) else []
    loads = [load for target in targets if isinstance(target, ast.Name) for load in context.index.loads(target.id)]
    uses = [(load, context.index.parent(load)) for load in loads]
    return any(isinstance(use, ast.Call) and getattr(use.func, "id", "") == "next" for _, use in uses)


def _entries_fix(context: Context, call: ast.Call) -> Fix | None:
    """Directory entries have no order of their own: they are sorted by name."""
    parent = context.index.parent(call)
    if not isinstance(parent, (ast.For, ast.comprehension)) or parent.iter is not call:
        return None
    repair = Repair(context)
    repair.wrap(call, f"{repair.builtin('sorted', call)}(", ", key=lambda entry: entry.name)")
    return repair.unsafe("Sort the entries by name")


def _walk_fix(context: Context, call: ast.Call) -> Fix | None:
    """The folders of a walk are sorted in place, which settles where it goes next, and so are the files of each."""
    index = context.index
    loop = index.parent(call)
    of_path = any(name.startswith("pathlib.") for name in context.names(call.func))
    top_down = context.arguments(call).get(*(("top_down", 0) if of_path else ("topdown", 1)))
    if not isinstance(loop, ast.For) or loop.iter is not call or not isinstance(loop.target, ast.Tuple):
        return None
    if len(loop.target.elts) != 3 or (top_down is not None and index.constant(top_down.value) is not True):
        return None
    _, folders, files = loop.target.elts
    if not isinstance(folders, ast.Name) or not isinstance(files, ast.Name):
        return None
    repair = Repair(context)
    name = folders.id
    if name == "_" or name == files.id:
        name = next((each for each in ("dirs", "folders", "dir_names") if _is_new(context, each, loop)), "")
        if not name:
            return None
        repair.rename(folders, name)
    lines = [f"{name}.sort()"]
    if files.id != folders.id and not _only_sorted(context, files, loop):
        lines.append(f"{files.id}.sort()")
    repair.insert_before(loop.body[0], "\n".join(lines))
    return repair.safe("Sort the folders in place, and the files of each")


def _is_new(context: Context, name: str, at: ast.AST) -> bool:
    in_sight = any(name in scope for scope in context.index.visible(at))
    return not in_sight and not context.index.loads(name)


def _only_sorted(context: Context, files: ast.Name, loop: ast.For) -> bool:
    """Whether the files of a folder are read nowhere in a loop, or only to be sorted."""
    index = context.index
    reads = [read for read in index.loads(files.id) if loop in index.ancestors(read)]
    parents = [index.parent(read) for read in reads]
    return all(
        (isinstance(each, ast.Call) and getattr(each.func, "id", "") in _SORTED)
        or (isinstance(each, ast.Attribute) and each.attr == "sort")
        for each in parents
    )


def _makes_set(context: Context, call: ast.Call) -> bool:
    return bool({"builtins.set", "builtins.frozenset"}.intersection(context.names(call.func)))


def _keeps_order(context: Context, node: ast.expr) -> bool:
    """Whether what is given is a list or dict in sight."""
    if isinstance(node, ast.Name):
        bindings = context.index.bindings(node)
        values = [getattr(context.index.parent(each.node), "value", None) for each in bindings]
        return bool(values) and all(isinstance(value, _ORDERED) for value in values)
    return isinstance(node, _ORDERED)
