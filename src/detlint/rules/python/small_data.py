"""Whether `PCA(n_components=3)` computes exactly for the data that it is fitted to, as far as their shape is in sight.

scikit-learn's `auto` solver is random only for data that are large and not tall: since 1.5, not with at least ten times
as many rows as columns (up to 1,000), and never where no side is longer than 500. With up to 50 columns one of these
always holds.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.index.values import Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.index import FileIndex

Shape = tuple["int | None", "int | None"]
"""Rows and columns, as far as they are known."""
_DATA_SETS: dict[str, Shape] = {
    "load_iris": (150, 4),
    "load_wine": (178, 13),
    "load_breast_cancer": (569, 30),
    "load_diabetes": (442, 10),
    "load_digits": (1797, 64),
    "load_linnerud": (20, 3),
}
_MADE: dict[str, Shape] = {
    "make_classification": (100, 20),
    "make_regression": (100, 100),
    "make_multilabel_classification": (100, 20),
    "make_blobs": (100, 2),
    "make_friedman1": (100, 10),
    "make_swiss_roll": (100, 3),
    "make_s_curve": (100, 3),
    "make_moons": (100, 2),
    "make_circles": (100, 2),
}
"""Generators of data sets with their default numbers of rows and columns."""
_SAME_SHAPE = frozenset({"to_numpy", "copy", "astype"})
_FITS = frozenset({"fit", "fit_transform"})
_UNIONS = frozenset({"sklearn.pipeline.FeatureUnion", "sklearn.pipeline.make_union"})
_PIPELINES = frozenset({"sklearn.pipeline.Pipeline", "sklearn.pipeline.make_pipeline"})
_SEARCHES = frozenset({"sklearn.model_selection.GridSearchCV", "sklearn.model_selection.RandomizedSearchCV"})
_SCALERS = ("Scaler", "Normalizer", "PowerTransformer", "QuantileTransformer")
_DEPTH = 8


def is_exact(index: FileIndex, made: ast.Call) -> bool:
    """Whether all that an analysis is fitted to in sight is small or tall."""
    shapes = [_shape(index, data, 0) for data in fitted(index, made)]
    return bool(shapes) and all(shape is not None and _is_exact(shape) for shape in shapes)


def _is_exact(shape: Shape) -> bool:
    rows, columns = shape
    if columns is None:
        return False
    if rows is None:
        return columns <= 50
    return max(rows, columns) <= 500 or (columns <= 1000 and rows >= 10 * columns)


def fitted(index: FileIndex, made: ast.Call, depth: int = 0) -> Iterator[ast.expr | None]:
    """What an object is fitted to: where it is made, and by the name that it is given; None where that is not seen."""
    parent = index.parent(made)
    if isinstance(parent, ast.Attribute):
        yield _data(index, parent)
    elif isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Name):
        target = parent.targets[0]
        loads = [load for load in index.loads(target.id) if any(b.node is target for b in index.bindings(load))]
        methods = [each for load in loads if isinstance(each := index.parent(load), ast.Attribute)]
        fits = [method for method in methods if method.attr in _FITS]
        yield from (_data(index, method) for method in fits)
        for load in loads:
            # Who is given what is fitted already shows it, or predicts by it.
            if index.parent(load) not in methods and (not fits or _may_fit(index, load)):
                yield from _fitted_within(index, load, depth)
    else:
        yield from _fitted_within(index, made, depth)


def _may_fit(index: FileIndex, given: ast.expr) -> bool:
    """Whether what is given an estimator is scikit-learn's own, which may fit it again, or no call at all."""
    outer = index.parent(given)
    names = index.callee_names(outer) if isinstance(outer, ast.Call) else ("sklearn.",)
    return any(name.startswith("sklearn.") for name in names)


def _fitted_within(index: FileIndex, part: ast.expr, depth: int) -> Iterator[ast.expr | None]:
    """What an object is fitted to that is part of another: of a union, of a search, the first of a pipeline."""
    step: ast.AST = part
    whole = index.parent(step)
    while isinstance(whole, (ast.Tuple, ast.List)):
        step, whole = whole, index.parent(whole)
    names = index.callee_names(whole) if isinstance(whole, ast.Call) and step in whole.args else ()
    if depth > _DEPTH or not names or not isinstance(whole, ast.Call):
        yield None
        return
    if not all(name in _UNIONS or _is_given_all(index, whole, part, name) for name in names):
        yield None
        return
    yield from fitted(index, whole, depth + 1)


def _is_given_all(index: FileIndex, whole: ast.Call, part: ast.expr, name: str) -> bool:
    """Whether a search, or a pipeline behind scalers only, fits a part to a table as large as what it is fitted to."""
    if name in _SEARCHES:
        return whole.args[0] is part
    if name not in _PIPELINES:
        return False
    steps = whole.args
    if name == "sklearn.pipeline.Pipeline":
        listed = whole.args[0]
        steps = listed.elts if isinstance(listed, (ast.List, ast.Tuple)) else []
    models = [step.elts[-1] if isinstance(step, ast.Tuple) and step.elts else step for step in steps]
    return part in models and all(_scales(index, model) for model in models[: models.index(part)])


def _scales(index: FileIndex, model: ast.expr) -> bool:
    """Whether a step of a pipeline gives a table of the shape of the one that it gets."""
    kinds = index.types(model)
    return bool(kinds) and all(_is_scaler(kind) for kind in kinds)


def _is_scaler(kind: str) -> bool:
    return kind.startswith("sklearn.preprocessing.") and kind.endswith(_SCALERS)


def _data(index: FileIndex, method: ast.Attribute) -> ast.expr | None:
    call = index.parent(method)
    known = method.attr in _FITS and isinstance(call, ast.Call) and call.args
    return call.args[0] if known else None  # type: ignore[union-attr]


def shape_of(index: FileIndex, node: ast.expr) -> Shape | None:
    """The numbers of rows and columns of a table, as far as the code shows them."""
    return _shape(index, node, 0)


def _shape(index: FileIndex, node: ast.expr | None, depth: int) -> Shape | None:
    if node is None or depth > _DEPTH:
        return None
    if isinstance(node, ast.Name):
        found = {_bound_shape(index, binding.node, depth + 1) for binding in index.bindings(node)}
        return found.pop() if len(found) == 1 else None
    if isinstance(node, ast.Attribute):
        return _shape(index, node.value, depth + 1) if node.attr in {"data", "values"} else None
    if isinstance(node, ast.Subscript):
        return _selected_shape(index, node, depth + 1)
    if isinstance(node, ast.Call):
        return _made_shape(index, node, depth)
    if isinstance(node, ast.BinOp):
        sides = (_shape(index, node.left, depth + 1), _shape(index, node.right, depth + 1))
        if isinstance(node.op, ast.MatMult):
            return _product(*sides)
        return sides[0] or sides[1]  # the other is a number or a row: it is added to each
    return None


def _product(left: Shape | None, right: Shape | None) -> Shape | None:
    return (left[0], right[1]) if left is not None and right is not None else None


def _selected_shape(index: FileIndex, node: ast.Subscript, depth: int) -> Shape | None:
    """The shape of a part: `frame[["a", "b"]]`, `frame.loc[:, names]`, `x[:, :2]`, `x[:, None]`, `x[:100]`."""
    by_place = isinstance(node.value, ast.Attribute) and node.value.attr in {"loc", "iloc"}
    whole = node.value.value if by_place and isinstance(node.value, ast.Attribute) else node.value
    rows, columns = _shape(index, whole, depth) or (None, None)
    if isinstance(node.slice, ast.Slice):
        return None, columns
    if not isinstance(node.slice, ast.Tuple):
        chosen = _length(index, node.slice)
        return None if chosen is None else (None, columns) if by_place else (rows, chosen)
    if len(node.slice.elts) != 2:
        return None
    across = node.slice.elts[1]
    if isinstance(across, ast.Slice):
        bounds = [0 if each is None else index.constant(each) for each in (across.lower, across.upper)]
        known = across.upper is not None and all(isinstance(each, int) and each >= 0 for each in bounds)
        return None, max(0, bounds[1] - bounds[0]) if known else columns  # type: ignore[operator]
    added = index.constant(across) is None or "numpy.newaxis" in index.names(across)
    return None, 1 if added else _length(index, across)


def _length(index: FileIndex, node: ast.expr) -> int | None:
    """How many names a list has, whatever they are."""
    value = index.evaluate(node)
    return len(value.elements) if isinstance(value, Sequence) and not value.open else None


def _given_shape(index: FileIndex, parameter: ast.arg, depth: int) -> Shape | None:
    """The shape that all calls in sight give to a parameter of a function."""
    function = index.function(parameter)
    calls = index.local_calls(function) if isinstance(function, ast.FunctionDef) else None
    if not calls or not isinstance(function, ast.FunctionDef) or index.owner(function) is not None:
        return None
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    place = names.index(parameter.arg) if parameter.arg in names else None
    given = [index.arguments(call).get(parameter.arg, place) for call in calls]
    shapes = [_shape(index, argument.value, depth) if argument is not None else None for argument in given]
    known = [shape for shape in shapes if shape is not None]
    return shapes[0] if len(known) == len(shapes) and len(set(known)) == 1 else None


def _bound_shape(index: FileIndex, target: ast.AST, depth: int) -> Shape | None:
    if isinstance(target, ast.arg):
        return _given_shape(index, target, depth)
    parent = index.parent(target)
    if isinstance(parent, ast.Assign):
        return _shape(index, parent.value, depth)
    outer = index.parent(parent) if isinstance(parent, ast.Tuple) else None
    if isinstance(outer, ast.Assign) and isinstance(outer.value, ast.Tuple):
        assert isinstance(parent, ast.Tuple)
        place = parent.elts.index(target)  # type: ignore[arg-type]
        return _shape(index, outer.value.elts[place], depth) if len(outer.value.elts) == len(parent.elts) else None
    if isinstance(outer, ast.Assign) and isinstance(outer.value, ast.Call):
        assert isinstance(parent, ast.Tuple)
        place = parent.elts.index(target)  # type: ignore[arg-type]
        if "sklearn.model_selection.train_test_split" in index.callee_names(outer.value):
            # Two parts of each table: no larger than the whole.
            given = outer.value.args[place // 2 : place // 2 + 1]
            return _shape(index, given[0], depth) if given else None
        # `x, y = load_iris(return_X_y=True)`: the table comes first.
        return _made_shape(index, outer.value, depth) if place == 0 else None
    return None


def _made_shape(index: FileIndex, call: ast.Call, depth: int) -> Shape | None:
    for name in index.callee_names(call):
        module, _, last = name.rpartition(".")
        if module == "sklearn.datasets" and last in _DATA_SETS:
            return _DATA_SETS[last]
        if module == "sklearn.datasets" and last in _MADE:
            return _generated(index, call, _MADE[last])
        if name in {"numpy.asarray", "numpy.array", "sklearn.preprocessing.scale", "sklearn.preprocessing.normalize"}:
            return _shape(index, call.args[0], depth + 1) if call.args else None
        if name == "numpy.dot" and len(call.args) == 2:
            return _product(*(_shape(index, each, depth + 1) for each in call.args))
        if name.startswith("numpy.random."):
            return _drawn(index, call, last)
    if not isinstance(call.func, ast.Attribute):
        return None
    if call.func.attr == "reshape" and len(call.args) == 2:
        return _size(index, call.args[0]), _size(index, call.args[1])
    if call.func.attr in _SAME_SHAPE:
        return _shape(index, call.func.value, depth + 1)
    if call.func.attr == "fit_transform" and call.args:
        kinds = index.types(call.func.value)
        if kinds and all(_is_scaler(kind) for kind in kinds):
            return _shape(index, call.args[0], depth + 1)
    return None


def _size(index: FileIndex, node: ast.expr) -> int | None:
    number = index.constant(node)
    return number if isinstance(number, int) and number >= 0 else None


def _generated(index: FileIndex, call: ast.Call, default: Shape) -> Shape | None:
    """The shape of a data set of which rows and columns are given, or left to the default."""
    arguments = index.arguments(call)
    shape = []
    for place, parameter in enumerate(("n_samples", "n_features")):
        given = arguments.get(parameter, place)
        number = default[place] if given is None else index.constant(given.value)
        if not isinstance(number, int) or arguments.open:
            return None
        shape.append(number)
    return shape[0], shape[1]


def _drawn(index: FileIndex, call: ast.Call, method: str) -> Shape | None:
    """The shape of random numbers: `randn(100, 3)`, `normal(size=(100, 3))`, `multivariate_normal(mean, cov, 100)`."""
    arguments = index.arguments(call)
    if method in {"rand", "randn"}:
        sizes: object = tuple(index.constant(argument) for argument in call.args)
    else:
        given = arguments.get("size", 2)
        sizes = index.constant(given.value) if given is not None and given.value is not None else None
        if method == "multivariate_normal":
            mean = arguments.get("mean", 0)
            columns = index.constant(mean.value) if mean is not None and mean.value is not None else None
            sizes = (sizes, len(columns)) if isinstance(columns, (list, tuple)) else None
    if isinstance(sizes, (list, tuple)) and len(sizes) == 2 and all(isinstance(size, int) for size in sizes):
        return int(sizes[0]), int(sizes[1])
    return None


def is_only_shown(index: FileIndex, made: ast.Call) -> bool:
    """Whether an estimator gets a name, and all that is done by that name is to show it: it is fitted to nothing."""
    parent = index.parent(made)
    target = parent.targets[0] if isinstance(parent, ast.Assign) and len(parent.targets) == 1 else None
    if not isinstance(target, ast.Name):
        return False
    loads = [load for load in index.loads(target.id) if any(each.node is target for each in index.bindings(load))]
    return bool(loads) and all(_is_shown(index, load) for load in loads)


def _is_shown(index: FileIndex, load: ast.Name) -> bool:
    parent = index.parent(load)
    if isinstance(parent, ast.Call) and not {"builtins.print", "builtins.repr"}.isdisjoint(index.callee_names(parent)):
        return True
    return isinstance(parent, ast.Expr)
