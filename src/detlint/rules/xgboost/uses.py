"""Where parameters of a boosting library are used in a file: training calls, estimators, searches, wrappers.

Given the index; gives `Use` values, the same for all rules of the pack, found once a file.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from detlint.index import NameSet, values
from detlint.rules.guards import must_fail
from detlint.rules.xgboost import facts, params, wrappers
from detlint.rules.xgboost.params import Parameters, Setting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.index import Argument, FileIndex
    from detlint.rules.xgboost.facts import Api


@dataclass(frozen=True, slots=True)
class Use:
    """Parameters on their way to a library.

    `call` is the call that takes them; `role` is that of the callable, or `search` for a grid of values, `partial` for
    a constructor that is called out of sight, `forward` for a call of the file's own function that hands them on.
    """

    api: Api
    call: ast.Call
    role: str
    parameters: Parameters
    inner: ast.Call | None = None
    """The library's call in the function that hands the parameters on."""

    @property
    def library(self) -> str:
        """The library whose parameters they are."""
        return self.api.library


_FOUND: WeakKeyDictionary[FileIndex, list[Use]] = WeakKeyDictionary()


def never_trains(index: FileIndex, use: Use) -> bool:
    """Whether a call must fail, as tests say, or makes an estimator that is only tried or asked for its parameters."""
    if must_fail(index, use.call):
        return True
    parent = index.parent(use.call)
    if use.role != "estimator" or index.function(use.call) is None:
        return False
    if not isinstance(parent, ast.Assign) or not isinstance(parent.targets[0], ast.Name):
        return _asks(parent)
    loads = _loads(index, use)
    return bool(loads) and (all(_asks(index.parent(load)) for load in loads) or only_tried(index, use))


def only_tried(index: FileIndex, use: Use) -> bool:
    """Whether an estimator is made to see whether it fits: in a `try`, and of its `fit` nothing is kept."""
    statement = index.statement(use.call)
    tried = any(isinstance(outer, ast.Try) and statement in outer.body for outer in index.ancestors(use.call))
    loads = _loads(index, use) if tried and index.function(use.call) is not None else []
    return bool(loads) and all(_is_dropped_fit(index, load) for load in loads)


def _loads(index: FileIndex, use: Use) -> list[ast.Name]:
    """The uses of the name that an estimator is assigned to."""
    parent = index.parent(use.call)
    target = parent.targets[0] if isinstance(parent, ast.Assign) else None
    if not isinstance(target, ast.Name):
        return []
    loads = (load for load in index.loads(target.id) if isinstance(load.ctx, ast.Load))
    return [load for load in loads if any(each.node is target for each in index.bindings(load))]


def _is_dropped_fit(index: FileIndex, name: ast.Name) -> bool:
    attribute = index.parent(name)
    call = index.parent(attribute) if isinstance(attribute, ast.Attribute) and attribute.attr == "fit" else None
    return isinstance(call, ast.Call) and call.func is attribute and isinstance(index.parent(call), ast.Expr)


def _asks(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in {"get_params", "get_xgb_params", "get_metadata_routing"}


def uses(index: FileIndex, library: str) -> list[Use]:
    """All uses of a library's parameters in a file, in the order of the source."""
    return [use for use in all_uses(index) if use.library == library]


def all_uses(index: FileIndex) -> list[Use]:
    """All uses of parameters in a file, whichever library's, in the order of the source."""
    found = _FOUND.get(index)
    if found is None:
        found = _FOUND[index] = _Finder(index).run()
    return found


class _Finder:
    def __init__(self, index: FileIndex) -> None:
        self.index = index
        self.calls: dict[ast.Call, Api] = {}
        self.partials: dict[ast.Call, Api] = {}
        self.adjusted: dict[ast.AST, list[Parameters]] = {}

    def run(self) -> list[Use]:
        for call in self.index.calls:
            api = self._api(call)
            if api is not None:
                self.calls[call] = api
        for cls in self.index.classes:
            self._subclass(cls)
        self._partials()
        self.found: list[Use] = []
        self._adjustments()
        for call, api in self.calls.items():
            self.found.extend(Use(api, call, api.role, found) for found in self._parameters(call, api))
        for call, api in self.partials.items():
            found = params.of_keywords(self.index, api.library, self.index.arguments(call), call)
            self.found.append(Use(api, call, "partial", Parameters(found.settings, True, found.root)))
        self.found.extend(self._searches())
        self.found.extend(self._forwards())
        return sorted(self.found, key=lambda use: (use.call.lineno, use.call.col_offset))

    def _api(self, call: ast.Call) -> Api | None:
        for name in self.index.callee_names(call):
            api = facts.api_of(name)
            if api is not None and self._trains(call, api):
                return api
        return None

    def _subclass(self, cls: ast.ClassDef) -> None:
        """Calls of a class of this file that keeps an estimator's constructor are calls of that constructor."""
        if any(isinstance(statement, ast.FunctionDef) and statement.name == "__init__" for statement in cls.body):
            return
        for base in self.index.bases(cls):
            api = facts.api_of(base)
            if api is not None and api.role == "estimator":
                self.calls.update(dict.fromkeys(self.index.local_calls(cls) or (), api))
                return

    def _trains(self, call: ast.Call, api: Api) -> bool:
        if api.needs is None:
            return True
        return self.index.arguments(call).get(api.needs, api.needs_position) is not None

    def _partials(self) -> None:
        """A `partial` of an estimator that the file itself does not call."""
        called = {
            member.call
            for call in self.index.calls
            for member in self.index.evaluate(call.func).alternatives
            if isinstance(member, values.Partial)
        }
        for call in self.index.calls_of("functools.partial"):
            if call.args and call not in called:
                known = map(facts.api_of, self.index.names(call.args[0]))
                api = next((api for api in known if api is not None and api.keywords), None)
                if api is not None:
                    self.partials[call] = api

    # ------------------------------------------------------------------------------------------ calls and constructors
    def _parameters(self, call: ast.Call, api: Api) -> list[Parameters]:
        arguments = self.index.arguments(call)
        if api.keywords:
            found = [params.of_keywords(self.index, api.library, arguments, call)]
            extra = arguments.get("arbitrary_params_dict") if api.backend == "spark" else None
            if extra is not None:
                found = [more.over(found[0]) for more in params.read(self.index, api.library, extra.value)]
        else:
            argument = arguments.get(api.params or "params", api.position)
            key = self.index.constant(argument.value) if argument is not None and api.role == "set" else None
            if argument is not None and isinstance(key, str):
                found = [self._single(api, key, argument.node, arguments.get("value", 1))]
            elif argument is not None:
                found = params.read(self.index, api.library, argument.value)
            else:
                found = [params.UNKNOWN if arguments.open else Parameters()]
        for later in self.adjusted.get(call, ()):
            found = [Parameters(later.over(first).settings, later.open or first.open, first.root) for first in found]
        return found

    def _single(self, api: Api, key: str, node: ast.AST, value: Argument | None) -> Parameters:
        """`set_param("updater", "shotgun")`."""
        name = facts.canonical(api.library, key)
        held = params.possible(self.index, value.value if value else None)
        return Parameters({name: Setting(name, node, *held, value.value if value else None)})

    # -------------------------------------------------------------------------------------- changes after construction
    def _adjustments(self) -> None:
        """`set_params(...)` and attributes that are set count for the estimator that they are of."""
        for call in self.index.calls:
            callee = call.func
            if not (isinstance(callee, ast.Attribute) and callee.attr == "set_params"):
                continue
            api, origins = self._estimator(callee.value)
            if api is None:
                continue
            later = params.of_keywords(self.index, api.library, self.index.arguments(call), call)
            self._adjust(api, call, origins, later)
        for setting in self.index.find_settings(NameSet(f"{api.name}.*" for api in facts.estimators())):
            if isinstance(setting.target, ast.Attribute):
                self._attribute_set(setting.target, setting.value)

    def _attribute_set(self, target: ast.Attribute, value: ast.expr) -> None:
        api, origins = self._estimator(target.value)
        if api is not None:
            name = facts.canonical(api.library, target.attr)
            found = Setting(name, target, *params.possible(self.index, value), value)
            for origin in origins:
                self.adjusted.setdefault(origin, []).append(Parameters({name: found}))

    def _adjust(self, api: Api, call: ast.Call, origins: list[ast.AST], later: Parameters) -> None:
        for origin in origins:
            self.adjusted.setdefault(origin, []).append(later)
        if not origins:
            self.found.append(Use(api, call, "set", Parameters(later.settings, True, later.root)))

    def _estimator(self, receiver: ast.expr) -> tuple[Api | None, list[ast.AST]]:
        """The class of estimator that an expression is, and the calls that made it."""
        api: Api | None = None
        origins: list[ast.AST] = []
        for member in self.index.evaluate(receiver).alternatives:
            if not isinstance(member, values.Instance):
                continue
            for known in map(facts.api_of, self.index.value_types(member)):
                api = known if known is not None and known.role == "estimator" else api
            if isinstance(member.origin, ast.Call) and member.origin in self.calls:
                origins.append(member.origin)
        return api, origins

    # -------------------------------------------------------------------------------------------------------- searches
    def _searches(self) -> Iterator[Use]:
        table = facts.searches()
        for call in self.index.calls_of(*table):
            search = next(table[name] for name in self.index.callee_names(call) if name in table)
            arguments = self.index.arguments(call)
            grid = arguments.get(search.params, search.position)
            estimator = arguments.get("estimator", 0)
            if grid is None or grid.value is None:
                continue
            for api, base in self._searched(estimator.value if estimator else None):
                for found in self._grids(api, grid.value):
                    yield Use(api, call, "search", found.over(base) if found.settings else found)

    def _searched(self, estimator: ast.expr | None) -> Iterator[tuple[Api, Parameters]]:
        """The estimators in what is searched over: itself, or a step of a pipeline."""
        if estimator is None:
            return
        for call in made(self.index, estimator):
            api = self.calls.get(call)
            if api is not None and api.role == "estimator":
                for found in self._parameters(call, api):
                    yield api, Parameters(found.settings, found.open)

    def _grids(self, api: Api, grid: ast.expr) -> Iterator[Parameters]:
        for member in self.index.evaluate(grid).alternatives:
            if isinstance(member, values.Mapping):
                yield self._grid(api, member)
            elif isinstance(member, values.Sequence):
                for element in member.elements:
                    yield from self._grids(api, element)

    def _grid(self, api: Api, grid: values.Mapping) -> Parameters:
        settings: dict[str, Setting] = {}
        for key, entry in grid.entries.items():
            if isinstance(key, str) and entry.value is not None:
                name = facts.canonical(api.library, key.rpartition("__")[2])
                settings[name] = Setting(name, entry.key_node, *params.listed(self.index, entry.value))
        return Parameters(settings, grid.open)

    # ------------------------------------------------------------------------------------------------------- wrappers
    def _forwards(self) -> Iterator[Use]:
        """Calls of the file's own functions that hand parameters on to the library."""
        for way in wrappers.ways(self.index, self.calls):
            inner = self._parameters(way.call, way.api)[0]
            for call, bound in wrappers.calls_of(self.index, way.function):
                if call not in self.calls:
                    for found in wrappers.given(self.index, way, call, bound, inner):
                        yield Use(way.api, call, "forward", found, way.call)


def made(index: FileIndex, expression: ast.expr) -> Iterator[ast.Call]:
    """The calls of which an expression is made, also by names that were assigned: an estimator, a pipeline's steps."""
    sources: list[ast.AST] = [params.assigned(index, expression)]
    sources += [
        member.origin
        for member in index.evaluate(expression).alternatives
        if isinstance(member, values.Instance) and member.origin is not None
    ]
    seen: set[ast.AST] = set()
    while sources:
        for node in ast.walk(sources.pop()):
            if node in seen:
                continue
            seen.add(node)
            if isinstance(node, ast.Call):
                yield node
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                origin = params.assigned(index, node)
                if origin is not node:
                    sources.append(origin)
