"""Whether an estimator is fitted to one feature only, as far as the code shows it.

A decision tree draws the order in which it looks at the features: with a single one there is nothing to draw.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.rules.python.small_data import fitted, shape_of

if TYPE_CHECKING:
    from detlint.index import FileIndex

TREES = frozenset({"sklearn.tree.DecisionTreeClassifier", "sklearn.tree.DecisionTreeRegressor"})
_SAME_COLUMNS = frozenset(
    {"copy", "astype", "to_numpy", "fillna", "dropna", "sort_values", "head", "tail", "reset_index", "sample", "numpy"}
)
_SORTING = frozenset({"numpy.sort", "numpy.array", "numpy.asarray"})
_SPLIT = "sklearn.model_selection.train_test_split"
_DEPTH = 6


def is_single_feature(index: FileIndex, made: ast.Call) -> bool:
    """Whether all that a tree is fitted to in sight has one column."""
    splitter = index.arguments(made).get("splitter")
    if splitter is not None and index.constant(splitter.value) != "best":
        return False
    tables = list(fitted(index, made))
    return bool(tables) and all(table is not None and _is_column(index, table, 0) for table in tables)


def _is_column(index: FileIndex, node: ast.expr, depth: int) -> bool:
    if depth > _DEPTH:
        return False
    if isinstance(node, ast.Name):
        bound = [binding.node for binding in index.bindings(node)]
        return bool(bound) and all(_is_bound_to_column(index, target, depth + 1) for target in bound)
    if isinstance(node, ast.Attribute):
        return node.attr == "values" and _is_column(index, node.value, depth + 1)
    if isinstance(node, ast.Subscript):
        return _picks_column(index, node, depth)
    if isinstance(node, ast.Call) and _makes_column(index, node, depth):
        return True
    shape = shape_of(index, node)
    return shape is not None and shape[1] == 1


def _is_bound_to_column(index: FileIndex, target: ast.AST, depth: int) -> bool:
    parent = index.parent(target)
    if isinstance(parent, ast.Assign):
        return _is_column(index, parent.value, depth)
    outer = index.parent(parent) if isinstance(parent, ast.Tuple) else None
    if not isinstance(parent, ast.Tuple) or not isinstance(outer, ast.Assign):
        return False
    place = parent.elts.index(target)  # type: ignore[arg-type]
    if isinstance(outer.value, ast.Tuple) and len(outer.value.elts) == len(parent.elts):
        return _is_column(index, outer.value.elts[place], depth)
    if isinstance(outer.value, ast.Call) and _SPLIT in index.callee_names(outer.value):
        given = outer.value.args[place // 2 : place // 2 + 1]  # two parts of each table
        return bool(given) and _is_column(index, given[0], depth)
    return False


def _picks_column(index: FileIndex, node: ast.Subscript, depth: int) -> bool:
    """`x[["a"]]`, `x[:, [0]]`, `x.iloc[:, 1:2]`, `x[:, 2, np.newaxis]`; of rows (`x[:50]`) what they are taken from."""
    if isinstance(node.slice, ast.Slice):
        return _is_column(index, node.value, depth + 1)
    last = node.slice.elts[-1] if isinstance(node.slice, ast.Tuple) and node.slice.elts else node.slice
    if isinstance(last, ast.List):
        return len(last.elts) == 1
    if last is node.slice:
        return False
    if isinstance(last, ast.Slice):
        first = 0 if last.lower is None else index.constant(last.lower)
        end = index.constant(last.upper) if last.upper is not None else None
        return isinstance(first, int) and isinstance(end, int) and last.step is None and end - first == 1
    return index.constant(last) is None or "numpy.newaxis" in index.names(last)


def _makes_column(index: FileIndex, node: ast.Call, depth: int) -> bool:
    """`x["a"].to_frame()`, `x.reshape(-1, 1)`, and what keeps the columns of what it is made from."""
    if not _SORTING.isdisjoint(index.callee_names(node)):
        return bool(node.args) and _is_column(index, node.args[0], depth + 1)
    if not isinstance(node.func, ast.Attribute):
        return False
    if node.func.attr == "reshape" and node.args:
        last = node.args[-1]
        last = last.elts[-1] if isinstance(last, ast.Tuple) and last.elts else last
        several = len(node.args) > 1 or last is not node.args[-1]
        return several and index.constant(last) == 1
    if node.func.attr == "to_frame":
        return True
    return node.func.attr in _SAME_COLUMNS and _is_column(index, node.func.value, depth + 1)
