"""What the workers of a loader draw from: followed from the loader to its data set, transforms and what these call.

Given the context of a file; gives its loaders, and for each of them the draws from states that nothing seeds for a
worker. Classes and functions of other files of the project are followed by their summaries.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from detlint.environment.facts import Text
from detlint.index.values import UNKNOWN, Const, Instance, LocalClass, LocalFunction, Partial, Ref, Sequence
from detlint.rules.data import load
from detlint.rules.torch.constructions import constructions
from detlint.rules.torch.given import value_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from detlint.context import Context
    from detlint.diagnostics import Location
    from detlint.index import Argument
    from detlint.index.values import Value
    from detlint.project.build import FileProject
    from detlint.project.links import Links
    from detlint.project.products import ClassThere, Product
    from detlint.project.summary import FunctionSummary, ModuleSummary
    from detlint.versions import Targets

_DATA = load(__package__, "loading")
_LOADERS: tuple[str, ...] = tuple(_DATA["loaders"]["names"])
_SHORT = frozenset(_DATA["loaders"]["short_names"])
_METHODS: tuple[str, ...] = tuple(_DATA["datasets"]["methods"])
_AROUND = frozenset(_DATA["datasets"]["around"])
_TRANSFORMS = frozenset(_DATA["datasets"]["transforms"])
_SEEDED: dict[str, str] = dict(_DATA["workers"]["seeded"])
_GENERATORS = frozenset(_DATA["workers"]["generators"])
_RESTARTS = frozenset(_DATA["workers"]["restarts"])
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_WORDS: dict[str, str] = dict(_DATA["workers"]["words"])


@dataclass(frozen=True, slots=True)
class Loader:
    """A loader: whether it has workers, and whether a function of its own starts them."""

    call: ast.Call
    workers: Literal["some", "none", "unknown"]
    initialised: bool


@dataclass(frozen=True, slots=True)
class Draw:
    """What a worker draws from: the state (`generator` for one that was copied), where, and the call in words.

    sure: False where what draws is one of several transforms, of which an object of the class has one.
    """

    state: str
    path: str
    location: Location
    text: str
    sure: bool = True


class Elsewhere:
    """Another file of the project, as far as what workers do is asked: in place of a context, and of its project."""

    def __init__(self, found: ClassThere, around: FileProject | Elsewhere, targets: Targets) -> None:
        self.index = found.index
        self.module = found.module
        self.path = found.module.path
        self.targets = targets
        self.links: Links = around.links
        self._around = around
        self._text = Text(found.index.text)

    @property
    def project(self) -> Elsewhere:
        """What answers about the project around the file."""
        return self

    def location(self, node: ast.AST) -> Location:
        """Where a node stands."""
        assert isinstance(node, ast.expr)
        start = self._text.offset_of_utf8(node.lineno, node.col_offset)
        end = self._text.offset_of_utf8(node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)
        return self._text.span(start, end)

    def key(self, function: ast.AST) -> str:
        """The key of a function in the summary of the file."""
        around = (each for each in self.index.ancestors(function) if isinstance(each, (*_FUNCTIONS, ast.ClassDef)))
        key = ".".join(reversed([getattr(function, "name", ""), *(each.name for each in around)]))
        there = f"{key}@{getattr(function, 'lineno', 0)}"
        return there if there in self.module.functions else key

    def class_of(self, name: str, module: ModuleSummary | None = None) -> ClassThere | None:
        """The class of another file that a qualified name means, seen from this one."""
        return self._around.class_of(name, module or self.module)

    def made(self, node: ast.expr) -> list[Product]:
        """Nothing: what loaders are given stands in the file that makes them."""
        return []


class Workers:
    """The loaders of a file and what their workers do; of another file, what the objects of a class do in them."""

    def __init__(self, context: Context | Elsewhere) -> None:
        self.context = context
        self.index = context.index
        self._there: dict[int, ClassThere] = {}
        self._skipped: set[Location] = set()
        self._ambiguous: set[Location] = set()

    # ----------------------------------------------------------------------------------------------------- loaders
    def loaders(self) -> Iterator[Loader]:
        """The loaders that the file makes."""
        for call in constructions(self.index, _LOADERS, "num_workers"):
            yield Loader(call, self._workers(call), self._initialised(call))

    def argument(self, call: ast.Call, name: str) -> Argument | None:
        """An argument of a loader."""
        short = not _SHORT.isdisjoint(self.index.callee_names(call))
        positions = _DATA["loaders"]["short" if short else "positions"]
        return self.index.arguments(call).get(name, positions.get(name))

    def _workers(self, call: ast.Call) -> Literal["some", "none", "unknown"]:
        argument = self.argument(call, "num_workers")
        if argument is None:
            return "unknown" if self.index.arguments(call).open else "none"
        value = value_of(self.index, self.index.arguments(call), "num_workers", 5)
        if isinstance(value, int):
            return "some" if value > 0 else "none"
        counted = argument.value is not None and any(
            name in {"os.cpu_count", "multiprocessing.cpu_count"}
            for node in ast.walk(argument.value)
            if isinstance(node, ast.Call)
            for name in self.index.callee_names(node)
        )
        return "some" if counted else "unknown"

    def _initialised(self, call: ast.Call) -> bool:
        argument = self.argument(call, "worker_init_fn")
        return argument is not None and argument.evaluated != Const(None)

    # ------------------------------------------------------------------------------------------------------- draws
    def draws(self, loader: Loader) -> list[Draw]:
        """What the workers of a loader draw from that nothing seeds for them: once a state, the certain ones first."""
        found: dict[str, Draw] = {}
        for name in ("dataset", "collate_fn"):
            argument = self.argument(loader.call, name)
            if argument is not None:
                for value, node in self._objects(argument.evaluated, argument.value):
                    for draw in self._of_object(value, node):
                        if draw.state not in found or (draw.sure and not found[draw.state].sure):
                            found[draw.state] = draw
        return sorted(found.values(), key=lambda draw: not draw.sure)

    def _objects(self, value: Value, node: ast.AST | None, depth: int = 6) -> Iterator[tuple[Value, ast.Call | None]]:
        """The data sets, transforms and functions in an expression, out of what is around them; with their making."""
        if depth == 0:
            return
        if isinstance(node, ast.Subscript):
            yield from self._objects(self.index.evaluate(node.value), node.value, depth - 1)
        for member in value.alternatives:
            origin = member.origin if isinstance(member, Instance) and isinstance(member.origin, ast.Call) else None
            if isinstance(member, Sequence):
                for element in member.elements:
                    yield from self._objects(self.index.evaluate(element), element, depth - 1)
            elif isinstance(member, Instance) and member.type in _AROUND | _TRANSFORMS and origin is not None:
                yield from self._given(origin, depth - 1)
            elif member is not UNKNOWN:
                yield member, origin
            elif isinstance(node, ast.expr):
                yield from self._from_elsewhere(node)
        made = self._unpacked(node)
        if made is not None:
            yield from self._given(made, depth - 1)

    def _from_elsewhere(self, node: ast.expr) -> Iterator[tuple[Value, ast.Call | None]]:
        """The data sets that functions of other files make."""
        for product in self.context.project.made(node):
            if not isinstance(product, str):
                self._there[id(product.node)] = product
                yield Instance(LocalClass(product.node)), None

    def _given(self, call: ast.Call, depth: int) -> Iterator[tuple[Value, ast.Call | None]]:
        arguments = self.index.arguments(call)
        for argument in (*arguments.positional, *arguments.keywords.values()):
            yield from self._objects(argument.evaluated, argument.value, depth)

    def _unpacked(self, node: ast.AST | None) -> ast.Call | None:
        """The split of which a name is a part: `train, valid = random_split(data, sizes)`."""
        stores: list[ast.AST] = []
        if isinstance(node, ast.Name):
            stores = [binding.node for binding in self.index.bindings(node)]
        elif isinstance(node, ast.Attribute):
            stores = [store for store in self.index.attribute_stores if store.attr == node.attr]
        if len(stores) == 1:
            parent = self.index.parent(stores[0])
            node = getattr(self.index.parent(parent), "value", None) if isinstance(parent, ast.Tuple) else node
        if isinstance(node, ast.Call) and not _AROUND.isdisjoint(self.index.callee_names(node)):
            return node
        return None

    def _of_object(self, value: Value, made: ast.Call | None, depth: int = 4) -> Iterator[Draw]:
        """The draws of a data set, a transform or a function in the worker."""
        if depth == 0:
            return
        if isinstance(value, Partial):
            for member in value.function.alternatives:
                yield from self._of_object(member, None, depth - 1)
        elif isinstance(value, LocalFunction):
            yield from self._of_functions([value.node])
        elif isinstance(value, Ref):
            yield from self._of_key(value.name)
        elif isinstance(value, Instance) and isinstance(value.type, str):
            for method in (*_METHODS, "__call__"):
                yield from self._of_key(f"{value.type}.{method}")
            found = None if self.index.knowledge.describes(value.type) else self.context.project.class_of(value.type)
            if found is not None:
                yield from self._of_class_there(found, frozenset())
            yield from self._of_arguments(made, depth)
        elif isinstance(value, Instance) and isinstance(value.type, LocalClass):
            there = self._there.get(id(value.type.node))
            if there is not None:
                yield from self._of_class_there(there, frozenset())
                return
            yield from self._of_class(value.type)
            yield from self._of_arguments(made, depth)

    def _of_arguments(self, made: ast.Call | None, depth: int) -> Iterator[Draw]:
        """The draws of transforms and the like that an object was given."""
        for inner, node in self._given(made, depth) if made is not None else ():
            yield from self._of_object(inner, node, depth - 1)

    def _of_class(self, cls: LocalClass, hidden: frozenset[str] = frozenset()) -> Iterator[Draw]:
        """The draws of a class's own methods, and of those that it inherits from classes of other files.

        hidden: the methods that a class which derives from it has itself.
        """
        methods = {name: self.index.method(cls, name) for name in (*_METHODS, "__call__", "forward")}
        self._skip_parameters(cls)
        own = {name: method for name, method in methods.items() if method is not None and name not in hidden}
        yield from self._of_functions([method.node for method in own.values()])
        hidden = hidden | own.keys()
        for base in self.index.bases(cls.node):
            found = None if self.index.knowledge.describes(base) else self.context.project.class_of(base)
            if found is not None:
                yield from self._of_class_there(found, hidden)

    def _of_class_there(self, found: ClassThere, hidden: frozenset[str]) -> Iterator[Draw]:
        """The draws of a class of another file."""
        other = Workers(Elsewhere(found, self.context.project, self.context.targets))
        yield from other._of_class(LocalClass(found.node), hidden)

    def _skip_parameters(self, cls: LocalClass) -> None:
        """Leave out calls of what the constructor is given (`self.transform(x)`): each object has its own."""
        constructor = self.index.method(cls, "__init__")
        if constructor is None:
            return
        names = {argument.arg for argument in ast.walk(constructor.node) if isinstance(argument, ast.arg)}
        taken = {
            store.attr
            for store in self.index.attribute_stores
            if self.index.function(store) is constructor.node
            and any(
                isinstance(part, ast.Name) and part.id in names
                for part in _choices(getattr(self.index.statement(store), "value", None))
            )
        }
        for call in self.index.calls:
            if isinstance(call.func, ast.Attribute) and call.func.attr in taken:
                self._skipped.add(self.context.location(call.func))

    def _of_functions(self, functions: list[ast.AST]) -> Iterator[Draw]:
        project = self.context.project
        closure = self._closure(functions)
        for function, sure in closure.items():
            for draw in self._of_key(project.key(function)):
                yield replace(draw, sure=sure)
        yield from self._copied(closure)

    # ------------------------------------------------------------------------------------------------ global states
    def _of_key(self, key: str) -> Iterator[Draw]:
        """The draws from global states in a function, and in what it calls."""
        project = self.context.project
        seeded: set[str] = set()
        seen: set[tuple[str, str]] = set()
        for module, function in project.links.find(project.module, key):
            yield from self._steps(module, function, seeded, seen)

    def _steps(
        self, module: ModuleSummary, function: FunctionSummary, seeded: set[str], seen: set[tuple[str, str]]
    ) -> Iterator[Draw]:
        if (module.path, function.key) in seen or len(seen) > 200:
            return
        seen.add((module.path, function.key))
        own = module is self.context.project.module
        for step in function.steps:
            if own and (step.location in self._skipped or step.location in self._ambiguous):
                continue
            effect = step.effect
            if effect is not None and effect.kind in {"seed", "unseed"}:
                seeded.add(effect.subject)
            elif effect is not None and effect.kind == "draw":
                if effect.subject not in seeded and self._matters(effect.subject):
                    yield Draw(effect.subject, module.path, step.location, step.text)
            elif step.target and not step.module:
                for other, called in self.context.project.links.find(module, step.target):
                    yield from self._steps(other, called, seeded, seen)

    def _matters(self, state: str) -> bool:
        """Whether the worker loop of the target's torch leaves a state as it was in the parent."""
        since = _SEEDED.get(state)
        if since is None:
            return state in _WORDS
        return bool(since) and self.context.targets.version("torch") < since

    # -------------------------------------------------------------------------------------------- copied generators
    def _copied(self, closure: Mapping[ast.AST, bool]) -> Iterator[Draw]:
        """Uses of generators that were made before the workers started."""
        inside = [node for function in closure for node in ast.walk(function)]
        if any(_restarts(node) for node in inside):
            return
        stored = {node.attr for node in inside if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)}
        for node in inside:
            if not isinstance(node, ast.Name | ast.Attribute) or not isinstance(node.ctx, ast.Load):
                continue
            if isinstance(node, ast.Attribute) and node.attr in stored:
                continue
            if self._is_copied(node, closure):
                sure = all(closure.get(function, True) for function in self.index.ancestors(node))
                yield Draw("generator", self.context.path, self.context.location(node), ast.unparse(node), sure)
                return

    def _is_copied(self, node: ast.Name | ast.Attribute, closure: Mapping[ast.AST, bool]) -> bool:
        parent = self.index.parent(node)
        drawn = isinstance(parent, ast.Attribute) or (
            isinstance(parent, ast.keyword | ast.Call) and node is not getattr(parent, "func", None)
        )
        if not drawn:
            return False
        values = self.index.evaluate(node).alternatives
        return bool(values) and all(
            isinstance(value, Instance)
            and value.type in _GENERATORS
            and isinstance(value.origin, ast.Call)
            and self.index.function(value.origin) not in closure
            for value in values
        )

    def _closure(self, functions: list[ast.AST]) -> dict[ast.AST, bool]:
        """Functions of this file with those that they call, and whether it is certain that they do."""
        found = dict.fromkeys(functions, True)
        pending = list(functions)
        while pending and len(found) < 100:
            function = pending.pop(0)
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and not self._is_skipped(node):
                    sure = found[function] and not self._is_ambiguous(node)
                    for called in self._called(node):
                        if called not in found:
                            found[called] = sure
                            pending.append(called)
        return found

    def _is_ambiguous(self, call: ast.Call) -> bool:
        """Whether a call runs one of several things: noted, so that summaries do not follow all of them."""
        several = [value for value in self.index.evaluate(call.func).alternatives if value != Const(None)]
        if len(several) > 1 and isinstance(call.func, ast.Attribute):
            self._ambiguous.add(self.context.location(call.func))
            return True
        return False

    def _is_skipped(self, call: ast.Call) -> bool:
        return bool(self._skipped) and self.context.location(call.func) in self._skipped

    def _called(self, call: ast.Call) -> Iterator[ast.AST]:
        """The functions of this file that a call runs."""
        for value, _ in self._objects(self.index.evaluate(call.func), None):
            if isinstance(value, LocalFunction):
                yield value.node
            elif isinstance(value, Instance) and isinstance(value.type, LocalClass):
                for name in ("__call__", "forward"):
                    method = self.index.method(value.type, name)
                    if method is not None:
                        yield method.node


def words(state: str) -> str:
    """A state in words."""
    return _WORDS.get(state, state)


def _choices(node: ast.AST | None) -> Iterator[ast.AST]:
    """The values that an expression hands on as they are: `given`, `given or default`, `given if … else default`."""
    if isinstance(node, ast.BoolOp):
        yield from node.values
    elif isinstance(node, ast.IfExp):
        yield from (node.body, node.orelse)
    elif node is not None:
        yield node


def _restarts(node: ast.AST) -> bool:
    """Whether code starts a generator anew, or asks which worker it is in."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _RESTARTS:
        return True
    return isinstance(node, ast.Attribute | ast.Name) and "get_worker_info" in ast.dump(node)
