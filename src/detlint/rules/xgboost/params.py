"""Parameters in effect: what a dict, a list of pairs or keyword arguments say, and where each entry is written.

Given the index and an expression or call; gives `Parameters`. What is found is as certain as the index is: entries that
may have been added or overwritten out of sight make them `open`. Knows names of parameters, not what they mean.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from detlint.index import values
from detlint.rules.xgboost import facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from detlint.index import Argument, Arguments, FileIndex

_DEPTH = 6
Held = tuple[tuple[object, ...], bool]
"""The constants that an expression may be, and whether it can be nothing else."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One parameter: where it is written, the constants it may hold, and whether it may hold nothing else.

    `value` is the expression written, where there is one only. Where branches write different values, `others` are all
    the places with theirs.
    """

    name: str
    node: ast.AST
    values: tuple[object, ...] = ()
    exact: bool = False
    value: ast.expr | None = None
    others: tuple[tuple[ast.AST, tuple[object, ...]], ...] = ()

    def place(self, wanted: Iterable[object]) -> ast.AST:
        """Where one of the values wanted is written."""
        wanted = tuple(wanted)
        for node, held in self.others:
            if any(facts.same(value, other) for value in held for other in wanted):
                return node
        return self.node

    def may_be(self, wanted: Iterable[object]) -> bool:
        """Whether one of the known values is one of those wanted."""
        return any(facts.same(value, other) for value in self.values for other in wanted)

    def is_only(self, wanted: Iterable[object]) -> bool:
        """Whether it certainly holds one of the values wanted."""
        wanted = tuple(wanted)
        known = bool(self.values) and self.exact
        return known and all(any(facts.same(value, other) for other in wanted) for value in self.values)


@dataclass(slots=True)
class Parameters:
    """Parameters in effect by canonical name.

    `root` is the object that holds them, or that it is a copy of; `holder` the object itself, where it is a copy.
    """

    settings: dict[str, Setting] = field(default_factory=dict)
    open: bool = False
    root: ast.AST | None = None
    holder: ast.AST | None = None

    def get(self, name: str) -> Setting | None:
        """The setting of a parameter, if one is in sight."""
        return self.settings.get(name)

    def __iter__(self) -> Iterator[Setting]:
        """The settings in the order of their names, so that output has an order."""
        for name in sorted(self.settings):
            yield self.settings[name]

    def over(self, base: Parameters) -> Parameters:
        """These parameters on top of others."""
        return Parameters({**base.settings, **self.settings}, self.open or base.open, self.root or base.root)


UNKNOWN = Parameters(open=True)


def possible(index: FileIndex, expression: ast.expr | None, value: values.Value | None = None) -> Held:
    """The constants that an expression may be, and whether it can be nothing else.

    Calls that stand for one of several values (`trial.suggest_categorical("booster", ["gbtree", "dart"])`) are these.
    """
    if expression is not None:
        offered = _offered(index, expression)
        if offered is not None:
            return offered
        value = index.evaluate(expression)
    if value is None:
        return (), False
    constants = tuple(member.value for member in value.alternatives if isinstance(member, values.Const))
    return constants, len(constants) == len(value.alternatives)


def listed(index: FileIndex, expression: ast.expr) -> Held:
    """The constants among the elements of a list of values, as searches take them."""
    offered = _offered(index, expression)
    if offered is not None:
        return offered
    found: list[object] = []
    exact = True
    for member in index.evaluate(expression).alternatives:
        if not isinstance(member, values.Sequence):
            exact = False
            continue
        exact = exact and not member.open
        for element in member.elements:
            constants, known = possible(index, element)
            found.extend(constants)
            exact = exact and known
    return tuple(found), exact


def _offered(index: FileIndex, expression: ast.expr) -> Held | None:
    source = assigned(index, expression)
    if not isinstance(source, ast.Call):
        return None
    callee = source.func
    name = callee.attr if isinstance(callee, ast.Attribute) else callee.id if isinstance(callee, ast.Name) else ""
    if name not in facts.choices():
        return None
    arguments = [*source.args, *(keyword.value for keyword in source.keywords)]
    for argument in arguments:
        for member in index.evaluate(argument).alternatives:
            if isinstance(member, values.Sequence) and member.elements:
                found = [possible(index, element) for element in member.elements]
                return tuple(value for constants, _ in found for value in constants), all(known for _, known in found)
    return None


def assigned(index: FileIndex, expression: ast.expr) -> ast.expr:
    """The expression that a name was assigned, where there is one only; else the expression itself."""
    for _ in range(_DEPTH):
        if not isinstance(expression, ast.Name):
            break
        bindings = list(index.bindings(expression))
        if len(bindings) != 1:
            break
        source = _source(index, bindings[0])
        if source is None:
            break
        expression = source
    return expression


def _source(index: FileIndex, binding: object) -> ast.expr | None:
    node = getattr(binding, "node", binding)
    if not isinstance(node, ast.Name):
        return None
    statement = index.statement(node)
    if isinstance(statement, ast.Assign) and any(target is node for target in statement.targets):
        return statement.value
    if isinstance(statement, ast.AnnAssign) and statement.target is node:
        return statement.value
    return None


def read(index: FileIndex, library: str, expression: ast.expr | None, depth: int = 0) -> list[Parameters]:
    """What an argument that holds parameters may say: one `Parameters` for each of its alternatives."""
    if expression is None:
        return [UNKNOWN]
    found: list[Parameters] = []
    for member in index.evaluate(expression).alternatives:
        if isinstance(member, values.Mapping):
            known = _of_mapping(index, library, member)
            known.open = known.open or _changed(index, expression)
            found.append(known)
        elif isinstance(member, values.Sequence):
            found.append(_of_pairs(index, library, member))
        elif isinstance(member, values.Const) and member.value is None:
            found.append(Parameters())
        elif isinstance(expression, ast.Name) and (items := _items(index, library, expression)):
            found.append(Parameters(items, open=True))
        else:
            found.extend(_by_form(index, library, assigned(index, expression), depth))
    return found or [UNKNOWN]


def _items(index: FileIndex, library: str, holder: ast.Name) -> dict[str, Setting]:
    """What is assigned to items of a dict that comes from elsewhere, in the same function before its use."""
    settings: dict[str, Setting] = {}
    function = index.function(holder)
    for target in index.subscript_stores:
        statement = index.parent(target)
        if not isinstance(statement, ast.Assign) or statement.lineno >= holder.lineno:
            continue
        if not isinstance(target.value, ast.Name) or target.value.id != holder.id:
            continue
        key = target.slice.value if isinstance(target.slice, ast.Constant) else None
        if isinstance(key, str) and function in (None, index.function(target)):
            name = facts.canonical(library, key)
            settings[name] = Setting(name, target.slice, *possible(index, statement.value), statement.value)
    return settings


_CHANGING = re.compile(r"seed|determinis|reprod|repeat|updat|default|(^|_)(add|set|apply|fill|patch|inject|prepare)_")


def _changed(index: FileIndex, expression: ast.expr) -> bool:
    """Whether a dict was given to a function that puts entries into it, by its code or, out of sight, by its name."""
    if not isinstance(expression, ast.Name):
        return False
    function = index.function(expression)
    for load in index.loads(expression.id):
        call = index.parent(load)
        if not isinstance(call, ast.Call) or load not in call.args or index.function(load) is not function:
            continue
        if (load.lineno, load.col_offset) < (expression.lineno, expression.col_offset) and _changes(index, call, load):
            return True
    return False


def _changes(index: FileIndex, call: ast.Call, given: ast.expr) -> bool:
    members = list(values.walk(index.evaluate(call.func)))
    for member in members:
        if isinstance(member, values.LocalFunction):
            arguments = member.node.args.args[1 if member.owner is not None else 0 :]
            position = call.args.index(given)
            if position < len(arguments) and _puts(member.node, arguments[position].arg):
                return True
    if any(isinstance(member, (values.LocalFunction, values.LocalClass)) for member in members):
        return False
    callee = call.func
    name = callee.attr if isinstance(callee, ast.Attribute) else callee.id if isinstance(callee, ast.Name) else ""
    return bool(_CHANGING.search(name))


def _puts(function: ast.AST, parameter: str) -> bool:
    """Whether a function puts entries into one of its parameters."""
    for node in ast.walk(function):
        holder: ast.expr | None = None
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            holder = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            holder = node.func.value if node.func.attr in ("update", "setdefault") else None
        if isinstance(holder, ast.Name) and holder.id == parameter:
            return True
    return False


def _of_mapping(index: FileIndex, library: str, mapping: values.Mapping) -> Parameters:
    settings: dict[str, Setting] = {}
    for key, entry in mapping.entries.items():
        if isinstance(key, str):
            name = facts.canonical(library, key)
            constants, exact = possible(index, entry.value, entry.constant)
            others = () if entry.value is not None else tuple(_written(index, key, entry.key_node))
            settings[name] = Setting(name, entry.key_node, constants, exact, entry.value, others)
    holder = None if isinstance(mapping.origin, ast.arg) else mapping.origin
    return Parameters(settings, mapping.open, root(index, library, mapping.origin), holder)


def _written(index: FileIndex, key: str, last: ast.AST) -> Iterator[tuple[ast.AST, tuple[object, ...]]]:
    """The places in the same function that write an item, for one that branches write differently."""
    function = index.function(last)
    written: list[tuple[ast.expr | None, ast.expr]] = []
    for store in index.subscript_stores:
        statement = index.parent(store)
        if isinstance(statement, ast.Assign):
            written.append((store.slice, statement.value))
    for display in index.nodes(ast.Dict):
        written += zip(display.keys, display.values, strict=True)
    for place, value in written:
        if isinstance(place, ast.Constant) and place.value == key and function in (None, index.function(place)):
            yield place, possible(index, value)[0]


def _of_pairs(index: FileIndex, library: str, pairs: values.Sequence) -> Parameters:
    settings: dict[str, Setting] = {}
    complete = not pairs.open
    for element in pairs.elements:
        pair = _pair(index, element)
        key = index.constant(pair[0]) if pair else None
        if pair is None or not isinstance(key, str):
            complete = False
            continue
        name = facts.canonical(library, key)
        settings[name] = Setting(name, pair[0], *possible(index, pair[1]), pair[1])
    return Parameters(settings, not complete, pairs.origin)


def _pair(index: FileIndex, element: ast.expr) -> tuple[ast.expr, ast.expr] | None:
    for member in index.evaluate(element).alternatives:
        if isinstance(member, values.Sequence) and len(member.elements) == 2 and not member.open:
            return member.elements[0], member.elements[1]
    return None


def _by_form(index: FileIndex, library: str, source: ast.expr, depth: int) -> list[Parameters]:
    """What the index has no value for: copies, lists made of a dict's items, sums of them."""
    if depth >= _DEPTH:
        return [UNKNOWN]
    if isinstance(source, ast.BinOp) and isinstance(source.op, (ast.Add, ast.BitOr)):
        lefts = read(index, library, source.left, depth + 1)
        rights = read(index, library, source.right, depth + 1)
        return [
            Parameters({**left.settings, **right.settings}, left.open or right.open, left.root)
            for left in lefts
            for right in rights
        ]
    inner = _copied(source)
    return [UNKNOWN] if inner is None else read(index, library, inner, depth + 1)


_COPIES = frozenset({"dict", "list", "tuple", "copy", "deepcopy", "OrderedDict", "MappingProxyType"})


def _copied(source: ast.AST | None) -> ast.expr | None:
    """The expression of which another is a copy or a view: `dict(x)`, `x.copy()`, `deepcopy(x)`, `list(x.items())`."""
    if not isinstance(source, ast.Call):
        return None
    callee = source.func
    name = callee.attr if isinstance(callee, ast.Attribute) else callee.id if isinstance(callee, ast.Name) else ""
    if source.args and name in _COPIES and not isinstance(source.args[0], ast.Starred):
        return source.args[0]
    if isinstance(callee, ast.Attribute) and not source.args and name in ("items", "copy"):
        return callee.value
    return None


def root(index: FileIndex, library: str, origin: ast.AST | None, depth: int = 0) -> ast.AST | None:
    """The object that a person edits: the dict of which another is a copy, or the dict itself.

    A dict that only holds what all libraries share, such as a seed, is not what another is a copy of.
    """
    base: ast.expr | None = None
    if isinstance(origin, ast.arg):
        return None
    if isinstance(origin, ast.Dict):
        base = next((value for key, value in zip(origin.keys, origin.values, strict=True) if key is None), None)
    elif isinstance(origin, ast.BinOp):
        base = origin.left
    elif isinstance(origin, ast.Call):
        base = _copied(origin) or _unpacked(origin)
    if base is None or depth >= _DEPTH:
        return origin
    for member in index.evaluate(base).alternatives:
        if not isinstance(member, values.Mapping) or member.origin is None or member.origin is origin:
            continue
        names = {facts.canonical(library, key) for key in member.entries if isinstance(key, str)}
        if names & facts.typical(library):
            return root(index, library, member.origin, depth + 1)
    return origin


def _unpacked(call: ast.Call) -> ast.expr | None:
    if isinstance(call.func, ast.Name) and call.func.id == "dict":
        return next((keyword.value for keyword in call.keywords if keyword.arg is None), None)
    return None


def of_argument(index: FileIndex, name: str, argument: Argument) -> Setting:
    """The setting that an argument makes."""
    return Setting(name, argument.node, *possible(index, argument.value, argument.evaluated), argument.value)


def of_keywords(index: FileIndex, library: str, arguments: Arguments, call: ast.Call) -> Parameters:
    """What the keyword arguments of a constructor or of `set_params` say."""
    settings: dict[str, Setting] = {}
    for key, argument in arguments.keywords.items():
        name = facts.canonical(library, key)
        settings[name] = of_argument(index, name, argument)
    return Parameters(settings, arguments.open, _only_unpacked(index, library, call))


def _only_unpacked(index: FileIndex, library: str, call: ast.Call) -> ast.AST | None:
    """The dict that a call unpacks, where it is in sight: `XGBClassifier(**PARAMS)`."""
    for keyword in call.keywords:
        if keyword.arg is None:
            for member in index.evaluate(keyword.value).alternatives:
                if isinstance(member, values.Mapping):
                    return root(index, library, member.origin)
    return None
