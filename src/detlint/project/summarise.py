"""Makes the summary of a file from its index: who calls what, and which conditions stand around it.

Done once a file, each function when it is asked for.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from detlint.diagnostics import Location
from detlint.index import FileIndex, dotted_name, is_main_guard
from detlint.index.tree import CHILD_FIELDS
from detlint.index.values import UNKNOWN, Instance, LocalClass, LocalFunction, Partial, Ref, Value
from detlint.index.values import Mapping as Dictionary
from detlint.project.callees import FUNCTIONS, Callees
from detlint.project.conditions import ANY, CONSTRUCTORS, Condition, asked
from detlint.project.counted import is_only_counted, is_only_name, is_only_port, is_only_slept
from detlint.project.parts import RUNNING, fills_container, parts_of
from detlint.project.places import COMMAND_LIBRARIES
from detlint.project.summary import (
    BY_OTHERS,
    COMMANDS,
    FORWARDED,
    GIVEN,
    HOOKS,
    MODULE,
    TESTING_HOOKS,
    Functions,
    FunctionSummary,
    Given,
    Guard,
    ModuleSummary,
    Step,
)
from detlint.project.taking import taken_by
from detlint.project.texts import may_be_module, with_packages
from detlint.project.training import excludes_training, needs_training
from detlint.project.trials import only_tries_out

if TYPE_CHECKING:
    from detlint.index.tree import Binding
    from detlint.project.effects import Effect, EffectTable

# A branch that raises ends the program: what follows runs whenever the program goes on. One that returns does not.
_LEAVES = (ast.Return, ast.Continue, ast.Break)
_SPAWNING = {
    "torch.multiprocessing.spawn",
    "torch.multiprocessing.start_processes",
    "torch_xla.distributed.xla_multiprocessing.spawn",
}
_COMMAND_DECORATORS = re.compile(r"(^|\.)(command|main|cli|entrypoint)$")
_LOADERS = ("torch.utils.data.DataLoader",)
_TRANSFORMS = ("torchvision.transforms.", "albumentations.")
_OF_A_GROUP = frozenset({"command", "group"})
_MAKING_COMMANDS = frozenset({"fire.Fire", "fire.core.Fire", "jsonargparse.CLI", "jsonargparse.auto_cli"})
_NOT_CALLING = frozenset(
    {
        *(
            f"builtins.{name}"
            for name in (
                "isinstance",
                "issubclass",
                "super",
                "hasattr",
                "getattr",
                "print",
                "len",
                "id",
                "type",
                "setattr",
                "repr",
                "callable",
                "dict",
            )
        ),
        "functools.partial",
        "functools.partialmethod",
        "functools.wraps",
        "functools.update_wrapper",
        "types.SimpleNamespace",
        "argparse.Namespace",
        "weakref.ref",
    }
)
"""What only keeps, shows or asks about what it is given."""
_ONLY_TELLING = ("inspect.", "logging.")
_LOGGING = frozenset({"debug", "info", "warning", "warn", "error", "critical", "exception", "log"})
_RUNNING_REGISTERED = frozenset({"atexit.register"})
_IDLE = (is_only_counted, is_only_slept, is_only_port, is_only_name)
"""Draws that reach no result."""
_TESTING = frozenset({"test", "validate", "predict"})
_OF_WEIGHTS = re.compile(r"file|path|ckpt|checkpoint|weight|pretrain|resume|restore|load|model|snapshot", re.IGNORECASE)
"""In the names of what may be a file of weights."""

# Methods of a framework's classes that run what a class of the project overrides: `model.fit(x)` runs `model.call`.
_RUNNING_METHODS = frozenset({"fit", "evaluate", "predict", "train_on_batch", "test_on_batch", "predict_on_batch"})

Locate = Callable[[ast.AST], Location]
"""Gives the span of a node in lines and characters from 1."""


class Summariser(Callees):
    """Makes the summary of one file."""

    def __init__(
        self, index: FileIndex, effects: EffectTable, locate: Locate, functions: Functions | None = None
    ) -> None:
        """`functions` are those of the same file, of which some were summarised from another tree of it."""
        super().__init__(index, effects, functions)
        self.locate = locate
        self._commands: list[Guard] = []
        self._tests: dict[int, ast.expr] = {}
        """What is tested by the branches whose guards have been numbered."""
        self._imported: set[str] = set()
        """The modules that the file imports in any case, as far as has been seen."""
        self._statement_effects: dict[ast.stmt, list[tuple[ast.AST, Effect]]] = {}

    def summarise(self) -> ModuleSummary:
        """The summary of the whole file."""
        index = self.index
        summary = ModuleSummary(
            index.path,
            functions=self.functions,
            imports=index.imports,
            has_guard=index.is_script,
        )
        for find in self.effects.statements:
            for node, effect in find(index):
                self._statement_effects.setdefault(index.statement(node), []).append((node, effect))
        summary.sets_environment = tuple(
            sorted(
                {
                    effect.subject
                    for found in self._statement_effects.values()
                    for _, effect in found
                    if effect.kind in {"env", "setenv"}
                }
            )
        )
        summary.only_tries_out = index.is_script and only_tries_out(index)
        self._name_functions()
        summary.changes = {
            name: frozenset(MODULE if function is None else self._local(function) for function in functions)
            for name, functions in self._reader.changes.items()
        }
        summary.functions.add(MODULE, self._module)
        for function in index.functions:
            summary.functions.add(self._keys[function], partial(self._function, function))
        summary.commands = tuple(
            self._keys[function]
            for function in index.functions
            if any(self._is_command(d) for d in function.decorator_list)
        )
        self._exports(summary)
        return summary

    def key(self, function: ast.AST | None) -> str:
        """The key of a function of the file; of its top level for None."""
        self._name_functions()
        return MODULE if function is None else self._local(function)

    def _name_functions(self) -> None:
        """Give all functions their keys; once, before others that are found later get theirs."""
        if not self._keys:
            for function in self.index.functions:
                self._keys[function] = self._key(function)
            self._taken.update(self.functions)

    def _module(self) -> FunctionSummary:
        module = FunctionSummary(MODULE, 1, Location(1, 1, 1, 1))
        self._block(self.index.tree.body, (), module.steps)
        return module

    def _lambda(self, node: ast.Lambda, key: str) -> FunctionSummary:
        summary = FunctionSummary(key, node.lineno, self.locate(node))
        self._expression(node.body, (), summary.steps)
        return summary

    # -------------------------------------------------------------------------------------------------- functions
    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> FunctionSummary:
        arguments = node.args
        positional = [*arguments.posonlyargs, *arguments.args]
        summary = FunctionSummary(
            self._keys[node],
            node.lineno,
            self.locate(node),
            parameters=tuple(a.arg for a in [*positional, *arguments.kwonlyargs]),
        )
        for argument, default in zip(reversed(positional), reversed(arguments.defaults), strict=False):
            summary.defaults[argument.arg] = self._reader.known(default)
        for argument, keyword_default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=False):
            if keyword_default is not None:
                summary.defaults[argument.arg] = self._reader.known(keyword_default)
        for decorator in node.decorator_list:
            place, text = self.locate(decorator), self._text(_undressed(decorator))
            summary.steps += (Step(place, (), target=key, text=text) for key in self._before(decorator))
        self._block(node.body, (), summary.steps)
        if node.name == RUNNING:
            summary.steps += self._run_parts(node)
        given = [each.value for each in self.index.returns(node) if each.value is not None]
        made = [*(name for value in given for name in self._made(value)), *map(GIVEN.__add__, self._inner_ones(given))]
        summary.returns = tuple(dict.fromkeys(made))
        owner = self.index.owner(node)
        if owner is not None and self._named_classes.get(owner.name) is owner:
            summary.owner = owner.name
            if node.name in CONSTRUCTORS:
                summary.keeps = self._reader.kept(node)
        summary.asks = tuple(dict.fromkeys(_asked(summary)))
        summary.runs, summary.hands = taken_by(self.index, node)
        return summary

    def _run_parts(self, running: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Step]:
        """What a model runs of the objects that it keeps in containers."""
        cls = self.index.owner(running)
        for part in parts_of(self.index, cls, self._calls_in.get(cls, ())) if cls is not None else ():
            loads = self.index.attribute_loads(part.attribute)
            place = next((load for load in loads if self.index.function(load) is running), running.body[0])
            local = isinstance(part.value, LocalClass)
            name = f"class:{part.value.node.name}" if isinstance(part.value, LocalClass) else part.value.name
            if local or self._outside(name):
                yield Step(self.locate(place), (), target=f"{name}.__call__", text=self._text(part.call.func))

    @cached_property
    def _calls_in(self) -> dict[ast.ClassDef | None, list[ast.Call]]:
        """The calls of the file by the classes around them."""
        found: dict[ast.ClassDef | None, list[ast.Call]] = {}
        for call in self.index.calls:
            found.setdefault(self.index.class_of(call), []).append(call)
        return found

    def _inner_ones(self, given: list[ast.expr]) -> Iterator[str]:
        """The functions of the file that some expressions are."""
        for node in given:
            for value in self.index.evaluate(node).alternatives:
                if isinstance(value, LocalFunction):
                    yield self._local(value.node)

    def _before(self, decorator: ast.expr) -> Iterator[str]:
        """What runs before a function that is decorated: the function put around it, the group of a command."""
        applied = isinstance(decorator, ast.Call)
        for value in self.index.evaluate(decorator).alternatives:
            if isinstance(value, LocalFunction):
                yield from self._inner_ones([r.value for r in self.index.returns(value.node) if r.value is not None])
            elif isinstance(value, Ref) and self._outside(value.name):
                yield f"{value.name}().__call__"
        callee = _undressed(decorator)
        for value in self.index.evaluate(callee).alternatives if applied else ():
            if isinstance(value, Ref) and self._outside(value.name):
                yield f"{value.name}().__call__().__call__"
        if isinstance(callee, ast.Attribute) and callee.attr in _OF_A_GROUP:
            yield from self._group(callee.value)

    def _group(self, node: ast.expr) -> Iterator[str]:
        """The function that a library for command lines runs before the commands of a group."""
        for value in self.index.evaluate(node).alternatives:
            if isinstance(value, LocalFunction):
                yield self._local(value.node)
            elif isinstance(value, Ref) and self._outside(value.name):
                yield value.name
        name = dotted_name(node)
        yield from (key for group, key in self._callbacks if group == name)

    @cached_property
    def _callbacks(self) -> list[tuple[str, str]]:
        """The groups of typer, by their names, with the functions that run before their commands."""
        return [
            (dotted_name(decorator.value) or "", self._keys[function])
            for function in self.index.functions
            for decorator in map(_undressed, function.decorator_list)
            if isinstance(decorator, ast.Attribute) and decorator.attr == "callback"
        ]

    def _is_command(self, decorator: ast.expr) -> bool:
        expression = decorator.func if isinstance(decorator, ast.Call) else decorator
        names = self.index.names(expression)
        if any(name.partition(".")[0] in COMMAND_LIBRARIES and _COMMAND_DECORATORS.search(name) for name in names):
            return True
        dotted = dotted_name(expression)
        return (
            dotted is not None
            and not names
            and bool(re.search(r"\.(command|main)$", dotted))
            and bool(self.index.imports & COMMAND_LIBRARIES)
        )

    # ----------------------------------------------------------------------------------------------------- blocks
    def _block(self, body: list[ast.stmt], guards: tuple[Guard, ...], steps: list[Step]) -> None:
        for statement in body:
            guards = self._statement(statement, guards, steps)

    def _statement(self, node: ast.stmt, guards: tuple[Guard, ...], steps: list[Step]) -> tuple[Guard, ...]:
        """Add a statement's steps; gives the guards of what follows it in its block."""
        if isinstance(node, ast.If):
            return self._branch(node, guards, steps)
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            self._import(node, guards, steps)
        elif isinstance(node, FUNCTIONS):
            for expression in node.decorator_list:
                self._expression(expression, guards, steps)
            for default in (*node.args.defaults, *node.args.kw_defaults):
                self._expression(default, self._where_used(node, default, guards), steps)
        elif isinstance(node, ast.ClassDef):
            for expression in (*node.decorator_list, *node.bases):
                self._expression(expression, guards, steps)
            self._block(node.body, guards, steps)
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            self._expression(node.iter, guards, steps)
            self._block(node.body, guards, steps)
            self._block(node.orelse, guards, steps)
        elif isinstance(node, ast.While):
            self._expression(node.test, guards, steps)
            self._block(node.body, guards, steps)
            self._block(node.orelse, guards, steps)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                self._expression(item.context_expr, guards, steps)
                self._managed(item.context_expr, "enter", guards, steps)
            self._block(node.body, guards, steps)
            for item in reversed(node.items):
                self._managed(item.context_expr, "exit", guards, steps)
        elif isinstance(node, ast.Try):
            self._try(node, guards, steps)
        elif isinstance(node, ast.Match):
            self._expression(node.subject, guards, steps)
            for case in node.cases:
                guard = self._new_guard(True, Condition("other"))
                self._block(case.body, (*guards, guard), steps)
        else:
            self._expression(node, guards, steps)
        for place, effect in self._statement_effects.get(node, ()):
            steps.append(Step(self.locate(place), guards, effect, text=self._text(place)))
        return guards

    def _branch(self, node: ast.If, guards: tuple[Guard, ...], steps: list[Step]) -> tuple[Guard, ...]:
        self._expression(node.test, guards, steps)
        if is_main_guard(node.test):
            self._block(node.body, (*guards, self._new_guard(True, Condition("main"))), steps)
            self._block(node.orelse, guards, steps)
            return guards
        verdict = self._reader.verdict(node.test)
        if verdict is not UNKNOWN:
            self._block(node.body if verdict else node.orelse, guards, steps)
            return guards
        condition, positive = self._reader.condition(node.test)
        taken = self._new_guard(positive, condition)
        self._tests[taken.number] = node.test
        self._note_training(node.test, taken)
        if positive and self._asks_for_file(node):
            self.functions.of_files.add(taken.number)
        other = Guard(taken.number, not positive, condition)
        self._block(node.body, (*guards, taken), steps)
        self._block(node.orelse, (*guards, other), steps)
        # What follows a branch that leaves runs only where the branch was not taken.
        if node.body and isinstance(node.body[-1], _LEAVES):
            return (*guards, other)
        if node.orelse and isinstance(node.orelse[-1], _LEAVES):
            return (*guards, taken)
        return guards

    def _asks_for_file(self, node: ast.If) -> bool:
        """Whether a branch asks for a file of weights, which a call in it gets."""
        test = node.test.left if isinstance(node.test, ast.Compare) else node.test
        name = dotted_name(test) if isinstance(test, (ast.Name, ast.Attribute)) else None
        if name is None or not _OF_WEIGHTS.search(name):
            return False
        calls = (call for statement in node.body for call in ast.walk(statement) if isinstance(call, ast.Call))
        given = (each for call in calls for each in (*call.args, *(keyword.value for keyword in call.keywords)))
        return any(dotted_name(each) == name for each in given)

    def _try(self, node: ast.Try, guards: tuple[Guard, ...], steps: list[Step]) -> None:
        self._block(node.body, guards, steps)
        for handler in node.handlers:
            guard = self._new_guard(True, Condition("other"))
            self._block(handler.body, (*guards, guard), steps)
        self._block(node.orelse, guards, steps)
        self._block(node.finalbody, guards, steps)

    def _where_used(
        self, function: ast.FunctionDef | ast.AsyncFunctionDef, default: ast.expr | None, guards: tuple[Guard, ...]
    ) -> tuple[Guard, ...]:
        """The guards of a default: an object of the project's is there for callers, of which the file may have none."""
        if not isinstance(default, ast.Call) or self._is_of_library(default) or self.index.loads(function.name):
            return guards
        return (*guards, self._new_guard(True, Condition("other")))

    def _managed(self, manager: ast.expr, moment: str, guards: tuple[Guard, ...], steps: list[Step]) -> None:
        """Add what an object does on the way into a `with` and out of it."""
        place, text = self.locate(manager), self._text(_undressed(manager))
        methods = [f"{name}.__{kind}{moment}__" for name in self._made(manager) for kind in ("", "a")]
        steps.extend(Step(place, guards, target=method, text=text) for method in methods)

    def _new_guard(self, branch: bool, condition: Condition) -> Guard:
        self.functions.guards += 1
        return Guard(self.functions.guards, branch, condition)

    def _note_training(self, test: ast.expr, taken: Guard) -> None:
        """Take note of a guard, taken where a test holds, that tells whether a model trains."""
        if needs_training(test):
            self.functions.in_training.add((taken.number, taken.branch))
        elif excludes_training(test):
            self.functions.in_training.add((taken.number, not taken.branch))

    # ------------------------------------------------------------------------------------------------ expressions
    def _expression(self, node: ast.AST | None, guards: tuple[Guard, ...], steps: list[Step]) -> None:
        """Add the steps of the calls in an expression, arguments before the call."""
        if node not in self._leading or type(node) is ast.Lambda:
            return
        if type(node) is ast.BoolOp:
            self._conditions(node, guards, steps)
            return
        if type(node) is ast.IfExp:
            self._either(node, guards, steps)
            return
        for name in CHILD_FIELDS[type(node)]:
            value = getattr(node, name, None)
            if type(value) is list:
                for child in value:
                    if child in self._leading:
                        self._expression(child, guards, steps)
            elif value in self._leading:
                self._expression(value, guards, steps)
        if type(node) is ast.Call:
            self._call(node, guards, steps)

    def _conditions(self, node: ast.BoolOp, guards: tuple[Guard, ...], steps: list[Step]) -> None:
        """`a and f()`, `a or f()`: what comes later runs only where what comes before has not decided."""
        for value in node.values:
            self._expression(value, guards, steps)
            verdict = self._reader.verdict(value)
            if verdict is not UNKNOWN and bool(verdict) is isinstance(node.op, ast.Or):
                return
            condition, positive = self._reader.condition(value)
            holds = isinstance(node.op, ast.And)
            taken = self._new_guard(positive is holds, condition)
            self._note_training(value, taken if holds else replace(taken, branch=not taken.branch))
            guards = (*guards, taken)

    def _either(self, node: ast.IfExp, guards: tuple[Guard, ...], steps: list[Step]) -> None:
        self._expression(node.test, guards, steps)
        verdict = self._reader.verdict(node.test)
        if verdict is not UNKNOWN:
            self._expression(node.body if verdict else node.orelse, guards, steps)
            return
        condition, positive = self._reader.condition(node.test)
        taken = self._new_guard(positive, condition)
        self._note_training(node.test, taken)
        self._expression(node.body, (*guards, taken), steps)
        self._expression(node.orelse, (*guards, Guard(taken.number, not positive, condition)), steps)

    @cached_property
    def _leading(self) -> set[ast.AST | None]:
        """All calls and what is around them: the only nodes in which there are steps to find."""
        found: set[ast.AST | None] = set()
        for call in self.index.calls:
            found.add(call)
            for ancestor in self.index.ancestors(call):
                if ancestor in found:
                    break
                found.add(ancestor)
        return found

    def _call(self, node: ast.Call, guards: tuple[Guard, ...], steps: list[Step]) -> None:
        index = self.index
        location: Location | None = None
        effects = self.effects.of(node, index)
        for effect in effects:
            if effect.kind == "draw" and any(is_idle(index, node) for is_idle in _IDLE):
                continue
            around = guards if effect.kind != "load" else self._without_choice_of_parts(node, guards)
            if effect.unless:
                argument = index.arguments(node).get(effect.unless)
                is_none = self._reader.surely_none(argument.value) if argument is not None else None
                if is_none is None:
                    continue
                around = (*around, self._new_guard(True, is_none))
            if effect.chosen_by is not None:
                argument = index.arguments(node).get(*effect.chosen_by)
                is_idle = self._reader.surely_one_of(argument.value, effect.idle) if argument is not None else None
                if is_idle is not None:
                    around = (*around, self._new_guard(False, is_idle))
            location = location or self.locate(node.func)
            steps.append(Step(location, around, effect, text=self._text(node.func)))
        remote = self._remote(node.func)
        callee = node.func if remote is None else remote
        own = self._own_method(callee)
        inherited = [] if own else [(target, self._keywords(node)) for target in self._inherited(callee)]
        targets = (
            inherited
            or list(self._targets(index.evaluate(callee), node))
            or list(self._registered(node))
            or [(target, self._keywords(node)) for target in self._of_made(callee)]
        )
        if targets and is_only_counted(index, node):
            targets = []
        found = targets or ([("", self._keywords(node))] if own else [])
        ways = self._ways(len(found), guards) if self._is_chosen(node.func) else [guards] * len(found)
        for (target, given), way in zip(found, ways, strict=True):
            location = location or self.locate(node.func)
            steps.append(
                Step(
                    location,
                    way,
                    target=target,
                    text=self._text(node.func),
                    given=given,
                    own=own,
                    spawned=remote is not None,
                )
            )
        for method, called in self._by_name(node.func):
            location = location or self.locate(node.func)
            for target, given in self._targets(method, node):
                name = getattr(method.node, "name", "")
                steps.append(
                    Step(location, (*guards, called), target=target, text=self._text(node.func), given=given, own=name)
                )
        tests = isinstance(node.func, ast.Attribute) and node.func.attr in _TESTING
        if isinstance(node.func, ast.Attribute) and node.func.attr == "set_defaults":
            guards = self._command(guards)
        deferred = not self._is_of_library(node)
        takers = tuple(name for name, _ in targets) if deferred else None
        for target, worker, chosen, taken, bound in self._handed(node):
            if tests and target.endswith(f".{HOOKS}"):
                target = target.removesuffix(HOOKS) + TESTING_HOOKS
            location = location or self.locate(node.func)
            spawned = any(name in _SPAWNING for name in index.callee_names(node))
            steps.append(
                Step(
                    location,
                    (*guards, *chosen),
                    target=target,
                    text=self._text(node.func),
                    given=((BY_OTHERS, ANY), *bound),
                    spawned=spawned,
                    worker=worker,
                    deferred=deferred,
                    takers=takers if target.endswith((HOOKS, TESTING_HOOKS)) else None,
                    taken=taken,
                )
            )

    def _without_choice_of_parts(self, call: ast.Call, guards: tuple[Guard, ...]) -> tuple[Guard, ...]:
        """The guards of a load of weights, without those that tell which parts of a model have them.

        `for layer in model.layers:` goes over the parts, and loads those of them that a branch picks out.
        """
        part = call.func.value if isinstance(call.func, ast.Attribute) else None
        loops = (each for each in self.index.ancestors(call) if isinstance(each, (ast.For, ast.AsyncFor)))
        loop = next((each for each in loops if isinstance(part, ast.Name) and self._is_bound_in(each, part)), None)
        if loop is None or not isinstance(part, ast.Name) or not all(map(self._is_part, self.index.bindings(part))):
            return guards
        tests = {number for number, test in self._tests.items() if self._is_bound_in(loop, test)}
        return tuple(guard for guard in guards if guard.number not in tests)

    def _is_part(self, binding: Binding) -> bool:
        """Whether a name stands for one of several, by a loop or by its place; not for what is made there."""
        parent = self.index.parent(binding.node)
        return not isinstance(parent, ast.Assign) or isinstance(parent.value, (ast.Subscript, ast.Constant))

    def _is_bound_in(self, loop: ast.For | ast.AsyncFor, node: ast.expr) -> bool:
        """Whether an expression asks for something that a loop binds."""
        names = (each for each in ast.walk(node) if isinstance(each, ast.Name))
        bound = (binding.node for name in names for binding in self.index.bindings(name))
        return any(loop in self.index.ancestors(each) for each in bound)

    def _registered(self, node: ast.Call) -> Iterator[tuple[str, Given]]:
        """The functions that a call may run which takes one by name of a dict that decorators of the file fill."""
        callee = self._meant(node.func)
        holder = callee.value if isinstance(callee, ast.Subscript) else None
        if isinstance(callee, ast.Call) and isinstance(callee.func, ast.Attribute) and callee.func.attr == "get":
            holder = callee.func.value
        for value in self._registries.get(holder.id, ()) if isinstance(holder, ast.Name) else ():
            yield from self._targets(value, node)

    @cached_property
    def _registries(self) -> dict[str, list[Value]]:
        """The dicts at the top of the file that decorators fill, with what these decorate."""
        registrars: dict[ast.AST, str] = {}
        for store in self.index.subscript_stores:
            statement = self.index.parent(store)
            kept = statement.value if isinstance(statement, ast.Assign) else None
            around = [each for each in self.index.ancestors(store) if isinstance(each, FUNCTIONS)]
            given = {argument.arg for each in around[:1] for argument in each.args.args}
            if around and isinstance(store.value, ast.Name) and isinstance(kept, ast.Name) and kept.id in given:
                registrars[around[-1]] = store.value.id
        found: dict[str, list[Value]] = {}
        for each in (*self.index.functions, *self.index.classes) if registrars else ():
            for decorator in map(_undressed, each.decorator_list):
                for value in self.index.evaluate(decorator).alternatives:
                    name = registrars.get(value.node) if isinstance(value, LocalFunction) else None
                    if name is not None:
                        made = LocalClass(each) if isinstance(each, ast.ClassDef) else LocalFunction(each)
                        found.setdefault(name, []).append(made)
        return found

    def _ways(self, count: int, guards: tuple[Guard, ...]) -> list[tuple[Guard, ...]]:
        """Guards for several branches of which one is taken."""
        ways = []
        for _ in range(count - 1):
            taken = self._new_guard(True, Condition("other"))
            ways.append((*guards, taken))
            guards = (*guards, Guard(taken.number, False, taken.condition))
        return [*ways, guards] if count else []

    def _command(self, guards: tuple[Guard, ...]) -> tuple[Guard, ...]:
        """Guards for what runs where one of the commands of a parser is chosen: none of those before it."""
        others = tuple(Guard(each.number, False, each.condition) for each in self._commands)
        self._commands.append(self._new_guard(True, Condition("other")))
        return (*guards, *others, self._commands[-1])

    def _by_name(self, callee: ast.expr) -> Iterator[tuple[LocalFunction, Guard]]:
        """The methods that `getattr(self, event)` may be, each with the guard that it is that one.

        Which one, a run knows where it knows the parameter that names it; else only those count that nobody calls.
        """
        if not (isinstance(callee, ast.Call) and isinstance(callee.func, ast.Name) and callee.func.id == "getattr"):
            return
        if len(callee.args) < 2 or not isinstance(callee.args[0], ast.Name) or callee.args[0].id != "self":
            return
        cls, name = self.index.class_of(callee), callee.args[1]
        if cls is None or self.index.constant(name) is not UNKNOWN:
            return
        around = self.index.function(callee)
        for method in cls.body:
            if not isinstance(method, FUNCTIONS) or method is around or not _may_be(name, method.name):
                continue
            condition = self._reader.surely_text(name, method.name)
            if condition is None and self.index.attribute_loads(method.name):
                continue
            found = self.index.method(LocalClass(cls), method.name)
            if found is not None:
                yield found, self._new_guard(True, condition or Condition("other"))

    def _handed(self, node: ast.Call) -> Iterator[tuple[str, bool, tuple[Guard, ...], str, Given]]:
        """Functions that are given to a callee, and objects that are given to one out of sight, which calls them.

        With whether workers of a loader do, with the guards under which they are given, with the parameter that
        gets them, `#0` by position, and with what is bound to them already.
        """
        callee = self.index.evaluate(node.func)
        local = any(isinstance(v, (LocalFunction, LocalClass)) for v in callee.alternatives)
        names = self.index.callee_names(node)
        if not _NOT_CALLING.isdisjoint(names) or any(name.startswith(_ONLY_TELLING) for name in names):
            return
        if _is_logging(node.func) or self._decorates(node):
            return
        if fills_container(self.index, node) or self._registers(node):
            return
        remote = any(name.startswith("torch.distributed.rpc.") for name in names)
        known = self._is_of_library(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr in _RUNNING_METHODS:
            for value in self.index.evaluate(node.func.value).alternatives:
                for target in self._run_by_callee(value):
                    yield target, False, (), "", ()
        if not _MAKING_COMMANDS.isdisjoint(names):
            yield from ((target, False, (), "", ()) for target in self._made_commands(node))
        init = self._worker_init(node)
        loads = any(name.endswith("DataLoader") for name in names)
        loaders = self._has_workers(node, default=init is not None) if loads else False
        if any(name.startswith(_TRANSFORMS) or name.endswith(".Compose") for name in names):
            loaders = self._loads_in_workers
        for taken, argument in _named_arguments(node):
            expression = argument.value if isinstance(argument, ast.Starred) else argument
            if expression is init and loads and not loaders:
                continue  # without workers nobody calls it
            workers = loaders or expression is init
            if isinstance(expression, (ast.Constant, ast.BinOp, ast.JoinedStr, ast.Compare)):
                continue
            elements = expression.elts if isinstance(expression, (ast.List, ast.Tuple)) else [expression]
            for element, guards in (chosen for given in elements for chosen in self._chosen(given)):
                if not local:
                    made = (name for name in self._made(element) if name.endswith(")"))
                    yield from ((f"{name}.{HOOKS}", workers, guards, taken, ()) for name in made)
                for value in self.index.evaluate(element).alternatives:
                    if not known and isinstance(value, Ref) and value.name.rpartition(".")[2][:1].isupper():
                        continue  # what a class is for, only the function knows that is given it
                    if isinstance(value, LocalClass) and remote:
                        yield from ((target, workers, guards, taken, ()) for target, _ in self._targets(value, node))
                    elif not local or isinstance(value, (LocalFunction, Partial)):
                        bound = self._bound(value)
                        yield from ((target, workers, guards, taken, bound) for target in self._run_by_callee(value))

    def _registers(self, node: ast.Call) -> bool:
        """Whether a call only makes something known under a name: `register_train("mine", train)`."""
        called = dotted_name(node.func) or ""
        return called.rpartition(".")[2].startswith("register") and called not in _RUNNING_REGISTERED

    def _decorates(self, node: ast.Call) -> bool:
        """Whether a call makes a decorator: what that is given runs when the decorated function does, if at all."""
        parent = self.index.parent(node)
        return isinstance(parent, (*FUNCTIONS, ast.ClassDef)) and node in parent.decorator_list

    def _made_commands(self, node: ast.Call) -> Iterator[str]:
        """The functions and methods of which a call makes commands: those of what it is given, else of the file."""
        if not node.args and not node.keywords:
            yield from (self._keys[f] for f in self.index.functions if self.index.parent(f) is self.index.tree)
        for argument in node.args[:1]:
            for value in self.index.evaluate(argument).alternatives:
                entries = value.entries.values() if isinstance(value, Dictionary) else ()
                for each in (value, *(self.index.evaluate(entry.value) for entry in entries)):
                    yield from self._commands_of(each)

    def _commands_of(self, value: Value) -> Iterator[str]:
        cls = value.type if isinstance(value, Instance) else value
        if isinstance(cls, LocalClass):
            yield f"class:{cls.node.name}."
            yield f"class:{cls.node.name}.{COMMANDS}"
        elif isinstance(cls, LocalFunction):
            yield self._local(cls.node)
        else:
            name = cls.name if isinstance(cls, Ref) else cls
            if isinstance(name, str) and self._outside(name):
                yield from (name, f"{name}.{COMMANDS}")

    def _chosen(self, node: ast.expr) -> Iterator[tuple[ast.expr, tuple[Guard, ...]]]:
        """What an expression may be, with the guards under which it is that: `f if fast else g` is two."""
        if not isinstance(node, ast.IfExp) or self.index.constant(node.test) is not UNKNOWN:
            yield node, ()
            return
        condition, positive = self._reader.condition(node.test)
        taken = self._new_guard(positive, condition)
        yield node.body, (taken,)
        yield node.orelse, (Guard(taken.number, not positive, condition),)

    def _bound(self, value: Value) -> Given:
        """What `partial(f, rng=rng)` gives its function by keyword."""
        keywords = value.call.keywords if isinstance(value, Partial) else []
        return tuple((each.arg, self._reader.handed_on(each.value)) for each in keywords if each.arg is not None)

    def _run_by_callee(self, value: Value) -> Iterator[str]:
        if isinstance(value, Partial):
            for member in value.function.alternatives:
                yield from self._run_by_callee(member)
        elif isinstance(value, LocalFunction):
            yield self._local(value.node)
        elif isinstance(value, Ref):
            if self._outside(value.name):
                yield value.name
        elif isinstance(value, Instance) and isinstance(value.type, str):
            if self._outside(value.type):
                yield f"{value.type}.{HOOKS}"
        elif isinstance(value, Instance) and isinstance(value.type, LocalClass):
            yield f"class:{value.type.node.name}.{HOOKS}"

    @cached_property
    def _loads_in_workers(self) -> bool:
        """Whether the loaders of the file, or those of them that shuffle, have workers: these run random transforms."""
        loaders = [call for name in _LOADERS for call in self.index.calls_of(name)]
        shuffling = [call for call in loaders if self.index.constant(_argument(call, "shuffle")) is True]
        return bool(loaders) and all(self._has_workers(call, default=False) for call in shuffling or loaders)

    def _worker_init(self, node: ast.Call) -> ast.expr | None:
        """What a call has for the start of each worker of a loader, which never runs in the program itself."""
        given = (k.value for k in node.keywords if k.arg == "worker_init_fn")
        return next((value for value in given if not isinstance(value, ast.Constant)), None)

    def _has_workers(self, node: ast.Call, *, default: bool) -> bool:
        """Whether a loader has workers. default: what to think where a number is given that nobody knows."""
        argument = self.index.arguments(node).get("num_workers", 5)
        value = self.index.constant(argument.value) if argument is not None else 0
        if value is UNKNOWN and argument is not None:
            value = self._reader.usual(argument.value)
        return value > 0 if isinstance(value, int) else default

    def _text(self, node: ast.AST) -> str:
        if isinstance(node, ast.expr):
            dotted = dotted_name(node)
            if dotted is not None:
                return dotted
            if isinstance(node, ast.Attribute):
                return f"….{node.attr}"
        return "…"

    # ----------------------------------------------------------------------------------------------------- imports
    def _import(self, node: ast.Import | ast.ImportFrom, guards: tuple[Guard, ...], steps: list[Step]) -> None:
        """Importing a module of the project runs its top level."""
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            module = "." * node.level + (node.module or "")
            inner = [alias.name for alias in node.names if may_be_module(alias.name) or not node.module]
            names = [module, *(f"{module}.{name}" for name in inner)] if node.module else [module + n for n in inner]
        place: Location | None = None
        always = not guards and self.index.function(node) is None
        for name in names:
            name = self.index.modules.dots(name) + name
            root = name.partition(".")[0]
            if root and (root in sys.stdlib_module_names or self.effects.knows(root)):
                continue
            for each in with_packages(name):
                if each in self._imported:
                    continue
                if always:
                    self._imported.add(each)
                place = place or self.locate(node)
                steps.append(Step(place, guards, target=each, text=each, module=True))

    def _wrapped(self, node: ast.expr) -> str | None:
        """The one function of the file that a call is given, which what the call makes most likely runs."""
        given = node.args if isinstance(node, ast.Call) else []
        functions = [value for value in map(self.index.evaluate, given) if isinstance(value, LocalFunction)]
        return self._keys.get(functions[0].node) if len(functions) == 1 else None

    def _exports(self, summary: ModuleSummary) -> None:
        index = self.index
        for statement in _top_level(index.tree.body):
            if isinstance(statement, FUNCTIONS):
                summary.exports[statement.name] = self._keys[statement]
            elif isinstance(statement, ast.ClassDef):
                summary.exports[statement.name] = f"class:{statement.name}"
            elif isinstance(statement, ast.ImportFrom):
                module = "." * statement.level + (statement.module or "")
                summary.relative = summary.relative or statement.level > 0
                separator = "" if module.endswith(".") else "."
                if any(alias.name == "*" for alias in statement.names):
                    summary.stars += (module,)
                for alias in statement.names:
                    summary.exports.setdefault(alias.asname or alias.name, f"{module}{separator}{alias.name}")
            elif isinstance(statement, ast.Import):
                for alias in statement.names:
                    summary.exports.setdefault(
                        alias.asname or alias.name.partition(".")[0],
                        alias.name if alias.asname else alias.name.partition(".")[0],
                    )
            elif (
                isinstance(statement, ast.Assign)
                and len(statement.targets) == 1
                and isinstance(statement.targets[0], ast.Name)
            ):
                value = index.evaluate(statement.value)
                if isinstance(value, LocalFunction) and value.node in self._keys:
                    summary.exports.setdefault(statement.targets[0].id, self._keys[value.node])
                elif isinstance(value, Instance) and isinstance(value.type, LocalClass):
                    summary.exports.setdefault(statement.targets[0].id, f"object:{value.type.node.name}")
                elif isinstance(value, Ref):
                    summary.exports.setdefault(statement.targets[0].id, value.name)
                elif (wrapped := self._wrapped(statement.value)) is not None:
                    summary.exports.setdefault(statement.targets[0].id, wrapped)
        for cls in index.classes:
            methods = {s.name: self._keys[s] for s in cls.body if isinstance(s, FUNCTIONS)}
            bases: list[str] = []
            for base in cls.bases:
                for value in index.evaluate(base.value if isinstance(base, ast.Subscript) else base).alternatives:
                    if isinstance(value, LocalClass):
                        bases.append(value.node.name)
                    elif isinstance(value, Ref):
                        bases.append(value.name if self._outside(value.name) else "")
            summary.classes.setdefault(cls.name, (methods, tuple(bases)))


def _asked(function: FunctionSummary) -> Iterator[str]:
    """The parameters of a function on which its steps depend, and what it keeps."""
    for known in (function.keeps or {}).values():
        yield from asked(known)
    for step in function.steps:
        for guard in step.guards:
            yield from asked(guard.condition)
        for name, known in step.given:
            yield from (FORWARDED,) if name == FORWARDED else asked(known)


def _is_logging(callee: ast.expr) -> bool:
    """Whether a call writes to a log: `logger.debug(model)`."""
    if not isinstance(callee, ast.Attribute) or callee.attr not in _LOGGING:
        return False
    return "log" in (dotted_name(callee.value) or "").rpartition(".")[2].lower()


def _argument(call: ast.Call, name: str) -> ast.expr | None:
    """What a call gives by keyword."""
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def _named_arguments(call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    """The arguments of a call with the parameters that get them: `#0` by position, "" where that is not known."""
    spread = False
    for place, argument in enumerate(call.args):
        spread = spread or isinstance(argument, ast.Starred)
        yield "" if spread else f"#{place}", argument
    yield from ((keyword.arg or "", keyword.value) for keyword in call.keywords)


def _undressed(decorator: ast.expr) -> ast.expr:
    """A decorator without its arguments."""
    return decorator.func if isinstance(decorator, ast.Call) else decorator


def _may_be(text: ast.expr, name: str) -> bool:
    """Whether a text that is put together (`f"on_{event}"`) may be the name of a method; special methods are not."""
    if name.startswith("__"):
        return False
    pieces = text.values if isinstance(text, ast.JoinedStr) else []
    first, last = (
        str(p.value) if isinstance(p, ast.Constant) else "" for p in (pieces[:1] + pieces[-1:] or [text] * 2)
    )
    return name.startswith(first) and name.endswith(last)


def _top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a module, those in `if` and `try` included."""
    for statement in body:
        yield statement
        if isinstance(statement, (ast.If, ast.Try, ast.With)):
            yield from _top_level(statement.body)
            yield from _top_level(getattr(statement, "orelse", []))
            for handler in getattr(statement, "handlers", []):
                yield from _top_level(handler.body)
