"""Objects that get their random state after they were made, or from the object that they are given to.

`model.set_params(random_state=0)`, `pipe.set_params(forest__random_state=0)`, `model.random_state = 0`,
`BaggingClassifier(tree, random_state=0)`, `env.reset(seed=0)` before `env.reset()`. Given the index of a file.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from detlint.index.values import UNKNOWN, Const, Instance, Mapping, Sequence, Value
from detlint.rules.python.random_states import draws, find

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from detlint.index import FileIndex
    from detlint.rules.python.random_states import Unfixed

_STATE = "random_state"
_GRIDS = ("param_grid", "param_distributions", "params")
_DEPTH = 6
_ENSEMBLES = ("sklearn.ensemble.", "imblearn.ensemble.")


@dataclass
class _Seeded:
    """The calls that make objects whose random state is set elsewhere: surely, or perhaps."""

    surely: set[ast.AST] = field(default_factory=set)
    perhaps: set[ast.AST] = field(default_factory=set)
    others: bool = False
    """Whether an object that is not known, so that it may be any, is given a random state."""


_KNOWN: WeakKeyDictionary[FileIndex, _Seeded] = WeakKeyDictionary()


def seeded_elsewhere(index: FileIndex, call: ast.Call, found: Unfixed) -> bool | None:
    """Whether what a call makes, or draws from, is seeded by something else in the file; None: perhaps."""
    if found.draw.seeded_by:
        return _receiver_seeded(index, call, found)
    seeded = _KNOWN.get(index)
    if seeded is None:
        seeded = _KNOWN[index] = _collect(index)
    if call in seeded.surely:
        return True
    perhaps = call in seeded.perhaps or (seeded.others and found.draw.later) or _is_part_of_ensemble(index, call)
    return None if perhaps else False


def _is_part_of_ensemble(index: FileIndex, call: ast.Call) -> bool:
    """Whether a class that derives from one of scikit-learn's ensembles makes it: these seed what they are made of."""
    holder = index.class_of(call)
    return holder is not None and any(base.startswith(_ENSEMBLES) for base in index.bases(holder))


# ------------------------------------------------------------------------------------------------------- estimators
def _collect(index: FileIndex) -> _Seeded:
    seeded = _Seeded()
    for call in index.calls:
        func = call.func
        if isinstance(func, ast.Attribute) and func.attr == "set_params":
            _set_params(index, call, func.value, seeded)
        elif isinstance(func, ast.Name) and func.id == "setattr" and len(call.args) == 3:
            if index.constant(call.args[1]) == _STATE:
                seeded.surely.update(_made_by(index, call.args[0]))
        else:
            _given_to(index, call, seeded)
            _given_with_state(index, call, seeded)
    for store in index.attribute_stores:
        if store.attr == _STATE:
            statement = index.statement(store)
            if not _is_none(index, getattr(statement, "value", None)):
                seeded.surely.update(_made_by(index, store.value))
    return seeded


def _set_params(index: FileIndex, call: ast.Call, receiver: ast.expr, seeded: _Seeded) -> None:
    arguments = index.arguments(call)
    objects = _made_by(index, receiver)
    for key, argument in arguments.keywords.items():
        if key == _STATE and argument.evaluated != Const(None):
            seeded.surely.update(objects)
            seeded.others = seeded.others or UNKNOWN in index.evaluate(receiver).alternatives
        elif key.endswith(f"__{_STATE}") and argument.evaluated != Const(None):
            for made in objects:
                seeded.surely.update(_step(index, made, key.split("__")[-2]))
    if arguments.open:
        for made in objects:
            seeded.perhaps.update((made, *_inside(index, made, 0)))


def _step(index: FileIndex, made: ast.Call, name: str) -> Iterator[ast.Call]:
    """The estimators that a pipeline or the like calls by a name: `("forest", Forest())`, or by their class."""
    inner = list(_inside(index, made, 0))
    named = [call for call in inner if _is_called(index, call, name)]
    yield from named or (inner if name in {"estimator", "base_estimator"} else ())


def _is_called(index: FileIndex, call: ast.Call, name: str) -> bool:
    parent = index.parent(call)
    if isinstance(parent, ast.Tuple) and len(parent.elts) == 2:
        return index.constant(parent.elts[0]) == name
    if isinstance(parent, ast.keyword) and parent.arg == name:
        return True
    return any(made.rpartition(".")[2].lower() == name for made in index.callee_names(call))


def _given_to(index: FileIndex, call: ast.Call, seeded: _Seeded) -> None:
    """Estimators that a call is given and seeds from its own random state, or by a grid that it searches."""
    if not call.args and not call.keywords:
        return
    word = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if word not in _SEEDING_WORDS and not word.endswith("SearchCV"):
        words = index.words(_SEEDING_WORDS)
        if word not in words:
            return
    arguments = index.arguments(call)
    for name in index.callee_names(call):
        if name in _CHECKS and call.args:
            seeded.surely.update(_elements(index, call.args[0], 0))
        draw = find(name)
        for place, parameter in enumerate(draw.seeds if draw is not None else ()):
            given = arguments.get(parameter, 0 if place == 0 else None)
            if given is not None and given.value is not None:
                for made in _made_by(index, given.value):
                    seeded.surely.update((made, *_inside(index, made, 0)))
        if name.endswith("SearchCV"):
            grid = next((a for p in _GRIDS if (a := arguments.get(p, 1)) is not None), None)
            estimator = arguments.get("estimator", 0)
            if grid is not None and estimator is not None and estimator.value is not None:
                _searched(index, grid.evaluated, estimator.value, seeded)


def _given_with_state(index: FileIndex, call: ast.Call, seeded: _Seeded) -> None:
    """Estimators that a function out of sight is given together with a random state: `clone(forest, random_state)`."""
    keywords = (keyword.value for keyword in call.keywords if keyword.arg == _STATE)
    last = call.args[-1] if len(call.args) > 1 else None
    by_name = [last] if getattr(last, "attr", getattr(last, "id", "")) == _STATE else []
    if not any(index.constant(state) is not None for state in (*keywords, *by_name)):
        return
    if any(name.startswith("sklearn.") for name in index.callee_names(call)):
        return
    for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
        seeded.perhaps.update(_made_by(index, argument))


def _searched(index: FileIndex, grid: Value, estimator: ast.expr, seeded: _Seeded) -> None:
    grids: Iterable[Value] = grid.alternatives
    if isinstance(grid, Sequence):
        grids = [index.evaluate(element) for element in grid.elements]
    for value in grids:
        if isinstance(value, Mapping) and any(isinstance(k, str) and k.endswith(_STATE) for k in value.entries):
            for made in _made_by(index, estimator):
                seeded.surely.update((made, *_inside(index, made, 0)))


_CHECKS = frozenset(f"sklearn.utils.estimator_checks.{name}" for name in ("check_estimator", "parametrize_with_checks"))
"""They give each estimator a random state before they fit it."""
_SEEDING_WORDS = frozenset(
    name.rpartition(".")[2] for name in (*_CHECKS, *(name for name, draw in draws().items() if draw.seeds))
)


def _made_by(index: FileIndex, node: ast.expr) -> list[ast.Call]:
    """The calls that make the objects which an expression may be."""
    return [
        value.origin
        for value in index.evaluate(node).alternatives
        if isinstance(value, Instance) and isinstance(value.origin, ast.Call)
    ]


def _inside(index: FileIndex, made: ast.Call, depth: int) -> Iterator[ast.Call]:
    """The calls that make what another call is given, at any depth: the steps of a pipeline."""
    if depth < _DEPTH:
        for argument in (*made.args, *(keyword.value for keyword in made.keywords)):
            for inner in _elements(index, argument, depth):
                yield inner
                yield from _inside(index, inner, depth + 1)


def _elements(index: FileIndex, node: ast.expr, depth: int) -> Iterator[ast.Call]:
    value = index.evaluate(node)
    if isinstance(value, Sequence) and depth < _DEPTH:
        for element in value.elements:
            yield from _elements(index, element, depth + 1)
    else:
        yield from _made_by(index, node)


def _is_none(index: FileIndex, node: ast.expr | None) -> bool:
    return node is None or index.constant(node) is None


# ------------------------------------------------------------------------------------------------------ receivers
def _receiver_seeded(index: FileIndex, call: ast.Call, found: Unfixed) -> bool | None:
    """Whether the object of a method call is seeded by another of its methods, or was made with a seed.

    A second draw from the same object is not told again: the first one is. `super()` and objects out of sight are left
    to whoever made them.
    """
    receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
    if receiver is None or (isinstance(receiver, ast.Call) and _is_super(receiver)):
        return True
    own = _identities(index, receiver)
    methods = found.draw.seeded_by
    drawing = {found.draw.name.rpartition(".")[2]}
    perhaps = False
    for other in index.calls:
        func = other.func
        if not isinstance(func, ast.Attribute) or ("*" not in drawing and func.attr not in {*methods, *drawing}):
            continue
        if func.attr in methods and _gives_seed(index, other):
            if own & _identities(index, func.value):
                return True
            # An object out of sight may be this one.
            perhaps = perhaps or index.evaluate(func.value) is UNKNOWN
        elif (
            other is not call
            and _before(other, call)
            and any(find(name) == found.draw for name in index.callee_names(other))
            and own & _identities(index, func.value)
        ):
            return True
    made = _made_by(index, receiver)
    if any(_gives_seed(index, call) for call in made) or _attribute_set(index, made):
        return True
    return None if perhaps or _is_given(index, receiver) else False


def _is_given(index: FileIndex, node: ast.expr, depth: int = 0) -> bool:
    """Whether an object is a parameter, kept from one, a part of that or around it: who made it may have seeded it."""
    while isinstance(node, ast.Attribute):
        kept = index.stored_on_self(node)
        if kept:
            return depth < _DEPTH and all(_is_given(index, value, depth + 1) for value in kept)
        if isinstance(node.value, ast.Name) and node.value.id == "self":
            return True  # a base class keeps it, or it is unpacked from what a call gives
        node = node.value
    if not isinstance(node, ast.Name) or node.id in {"self", "cls"}:
        return False
    bindings = index.bindings(node)
    return bool(bindings) and all(
        isinstance(binding.node, ast.arg) or _is_around_given(index, binding.node, depth) for binding in bindings
    )


def _is_around_given(index: FileIndex, target: ast.AST, depth: int) -> bool:
    """`env = Monitor(env, folder)`: around an object that was given."""
    statement = index.parent(target)
    made = statement.value if isinstance(statement, ast.Assign) else None
    if not isinstance(made, ast.Call) or not made.args or depth > _DEPTH:
        return False
    return _is_given(index, made.args[0], depth + 1)


def _attribute_set(index: FileIndex, objects: list[ast.Call]) -> bool:
    """Whether an attribute `random_state` of one of these objects is assigned."""
    stores = [store for store in index.attribute_stores if store.attr == _STATE]
    return any(made in objects for store in stores for made in _made_by(index, store.value))


def _before(first: ast.Call, second: ast.Call) -> bool:
    return (first.lineno, first.col_offset) < (second.lineno, second.col_offset)


def _identities(index: FileIndex, node: ast.expr) -> set[object]:
    """What tells that two expressions mean one object: its text, and the calls that made it and what it wraps."""
    found: set[object] = set()
    text = ast.unparse(node)
    found.add((text, index.class_of(node) if text.startswith(("self.", "cls.")) else _scope(index, node)))
    for made in _made_by(index, node):
        found.add(made)
        found.update(_inside(index, made, 0))
    if isinstance(node, ast.Attribute):
        found.update((node.attr, item) for item in _made_by(index, node.value))
        if index.types(node) and index.types(node) == index.types(node.value):
            # `fake.unique`, `env.unwrapped`: a view of the same object.
            found.update(_identities(index, node.value))
    return found


def _scope(index: FileIndex, node: ast.expr) -> ast.AST | None:
    """The function of which a name is local; None for one of the module."""
    root: ast.AST = node
    while not isinstance(root, ast.Name):
        children = [child for child in ast.iter_child_nodes(root) if isinstance(child, ast.expr)]
        if not children:
            return index.function(node)
        root = children[0]
    bound = [binding.node for binding in index.bindings(root)]
    return index.function(bound[0]) if bound else index.function(node)


def _gives_seed(index: FileIndex, call: ast.Call) -> bool:
    """Whether a call gives something that may be a seed: `reset(seed=3)`, `seed(3)`; not `reset()`, `seed(None)`."""
    arguments = index.arguments(call)
    word = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    given = arguments.get("seed", 0 if "seed" in word else None)
    return arguments.open or (given is not None and (given.value is None or index.constant(given.value) is not None))


def _is_super(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "super"
