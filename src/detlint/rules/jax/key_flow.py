"""The analysis of keys in one file: runs the module and each function by the structure of statements.

Given the index of a file; gives `Reuse`s. Each way through a function is followed by itself, loops for two rounds, so
that a key that is used in one branch, or before leaving, is not counted twice. Knows no rules.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from detlint.rules.jax.facts import key_facts
from detlint.rules.jax.key_arguments import numbers, parameters
from detlint.rules.jax.key_calls import Calls
from detlint.rules.jax.key_elsewhere import Elsewhere, nowhere
from detlint.rules.jax.key_lookup import TooMuchError, free
from detlint.rules.jax.key_names import KeyNames
from detlint.rules.jax.key_state import Frame, State, merged
from detlint.rules.jax.key_values import (
    OPAQUE,
    Constant,
    Items,
    KeyValue,
    Library,
    Member,
    Operation,
    Slice,
    Table,
    Thing,
    Token,
    constant,
    is_definite,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from detlint.index import FileIndex
    from detlint.index.tree import FunctionNode
    from detlint.rules.jax.key_functions import Reuse

_SWITCHES = frozenset({"jax.debug_key_reuse"})


def key_reuses(index: FileIndex, elsewhere: Elsewhere = nowhere) -> tuple[Reuse, ...]:
    """The reuses of keys in a file, in the order of the source."""
    if index.imports.isdisjoint(key_facts().libraries):
        return ()
    names = KeyNames(index, elsewhere)
    return KeyFlow(index, names, elsewhere).reuses() if names.takes_keys else ()


def keys_used_up(index: FileIndex, function: FunctionNode, elsewhere: Elsewhere) -> dict[str, bool] | None:
    """The parameters of a function whose keys it uses up, whether on all ways; None where that cannot be told."""
    flow = _FLOWS.get(index)
    if flow is None:
        flow = _FLOWS[index] = KeyFlow(index, KeyNames(index, elsewhere), elsewhere)
    return flow.used_up(function) if flow.names.takes_keys and flow.names.matters(function) else {}


_FLOWS: WeakKeyDictionary[FileIndex, KeyFlow] = WeakKeyDictionary()
"""What runs the functions of a module that are asked for one by one."""


class KeyFlow(Calls):
    """Runs statements."""

    def reuses(self) -> tuple[Reuse, ...]:
        """All reuses of the file."""
        module = Frame(self.index.tree)
        lambdas = self.index.nodes(ast.Lambda)
        functions = [*self.index.functions, *lambdas]
        try:
            self.block(module, self.index.tree.body, [State()])
            for function in functions:
                if self.names.matters(function):
                    self._outcomes_of(function, self._stand_ins(function), 0)
        except (TooMuchError, RecursionError):
            pass  # What was found until here is right; a file like this is not made by hand.
        return tuple(sorted(self.found.values(), key=lambda reuse: _place(reuse.node)))

    def used_up(self, function: FunctionNode) -> dict[str, bool] | None:
        """The parameters whose keys one function uses up, and whether on all ways."""
        if not self.is_plain(function):
            return None
        stand_ins = self._stand_ins(function)
        try:
            outcomes = self._outcomes_of(function, stand_ins, 0)
        except (TooMuchError, RecursionError):
            return None
        if not outcomes:
            return None
        ways = [{thing: use.certain for thing, use in outcome.consumed} for outcome in outcomes]
        return {
            name: all(way.get(thing, False) for way in ways)
            for name, thing in stand_ins.items()
            if isinstance(thing, Thing) and any(thing in way for way in ways)
        }

    def _stand_ins(self, function: FunctionNode) -> dict[str, KeyValue]:
        """What stands for the arguments of a function that is run by itself."""
        things: dict[str, KeyValue] = {
            name: Thing(Token("parameter", (function, name))) for name in parameters(function)
        }
        return things | dict.fromkeys(numbers(function), OPAQUE)

    def run(
        self, function: FunctionNode, arguments: Mapping[str, KeyValue], depth: int
    ) -> list[tuple[State, KeyValue]]:
        """Run a function: the ways that it may go, with what it gives."""
        frame = Frame(function, depth)
        state = State()
        state.names.update(arguments)
        if isinstance(function, ast.Lambda):
            return self.evaluate(frame, state, function.body)
        ends = self.block(frame, function.body, [state])
        return [*frame.outcomes, *((end, constant(None)) for end in ends)]

    # ------------------------------------------------------------------------------------------------- statements
    def block(self, frame: Frame, body: list[ast.stmt], states: list[State]) -> list[State]:
        """Run statements; gives the states of the ways that come to the end."""
        for statement in body:
            if not states:
                return []
            if not self.names.matters(statement):
                continue
            method = getattr(self, f"_do_{type(statement).__name__.lower()}", None)
            if method is None:
                continue
            following: list[State] = []
            for state in states:
                following += method(frame, state, statement)
            # Ways part and meet where there are blocks, or where a call may go several ways.
            if len(following) > len(states) or (len(following) > 1 and hasattr(statement, "body")):
                for state in following:
                    state.forget_unreachable()
                following = merged(following)
            states = following
        return states

    def _do_expr(self, frame: Frame, state: State, node: ast.Expr) -> list[State]:
        return [after for after, _ in self.evaluate(frame, state, node.value)]

    def _do_assign(self, frame: Frame, state: State, node: ast.Assign) -> list[State]:
        ways = self.evaluate(frame, state, node.value)
        for after, value in ways:
            for target in node.targets:
                self.assign(frame, after, target, value)
        return [after for after, _ in ways]

    def _do_annassign(self, frame: Frame, state: State, node: ast.AnnAssign) -> list[State]:
        if node.value is None:
            return [state]
        ways = self.evaluate(frame, state, node.value)
        for after, value in ways:
            self.assign(frame, after, node.target, value)
        return [after for after, _ in ways]

    def _do_augassign(self, frame: Frame, state: State, node: ast.AugAssign) -> list[State]:
        ways = self.evaluate(frame, state, node.value)
        for after, _ in ways:
            self.assign(frame, after, node.target, self.fresh(frame, node))
        return [after for after, _ in ways]

    def _do_return(self, frame: Frame, state: State, node: ast.Return) -> list[State]:
        frame.outcomes += self.evaluate(frame, state, node.value)
        return []

    def _do_raise(self, frame: Frame, state: State, node: ast.Raise) -> list[State]:
        return []

    def _do_break(self, frame: Frame, state: State, node: ast.Break) -> list[State]:
        if frame.leaving:
            frame.leaving[-1][0].append(state)
        return []

    def _do_continue(self, frame: Frame, state: State, node: ast.Continue) -> list[State]:
        if frame.leaving:
            frame.leaving[-1][1].append(state)
        return []

    def _do_assert(self, frame: Frame, state: State, node: ast.Assert) -> list[State]:
        found = []
        for after, test in self.evaluate(frame, state, node.test):
            found += [branch for branch, holds in self.parted(after, test) if holds]
        return found

    def _do_delete(self, frame: Frame, state: State, node: ast.Delete) -> list[State]:
        for target in node.targets:
            if isinstance(target, ast.Name) and self.home(target) is frame.node:
                state.names.pop(target.id, None)
        return [state]

    # --------------------------------------------------------------------------------------------------- branches
    def _do_if(self, frame: Frame, state: State, node: ast.If) -> list[State]:
        found: list[State] = []
        for after, test in self.evaluate(frame, state, node.test):
            if _is_main(node.test):
                found += self.block(frame, node.body, [after])
                continue
            for branch, holds in self.parted(after, test):
                found += self.block(frame, node.body if holds else node.orelse, [branch])
        return found

    def _do_match(self, frame: Frame, state: State, node: ast.Match) -> list[State]:
        found: list[State] = []
        for after, subject in self.evaluate(frame, state, node.subject):
            pending = [after]
            for case in node.cases:
                following: list[State] = []
                for before in pending:
                    test = _matched(subject, case)
                    for branch, holds in self.parted(before, test) if test is not None else [(before, True)]:
                        if holds:
                            found += self.block(frame, case.body, [branch])
                        else:
                            following.append(branch)
                pending = following
            found += pending
        return found

    def _do_try(self, frame: Frame, state: State, node: ast.Try) -> list[State]:
        started = [state.copy() for _ in node.handlers]
        found = self.block(frame, node.orelse, self.block(frame, node.body, [state]))
        # A handler runs where the body failed, at the latest before the body's uses of keys count.
        for handler, entry in zip(node.handlers, started, strict=True):
            found += self.block(frame, handler.body, [entry])
        return self.block(frame, node.finalbody, merged(found))

    _do_trystar = _do_try

    def _do_with(self, frame: Frame, state: State, node: ast.With | ast.AsyncWith) -> list[State]:
        states = [state]
        muted = 0
        for item in node.items:
            following = []
            for before in states:
                for after, value in self.evaluate(frame, before, item.context_expr):
                    if item.optional_vars is not None:
                        self.assign(frame, after, item.optional_vars, value)
                    following.append(after)
            states = following
            muted += self._switches_off(item.context_expr)
        frame.muted += muted
        found = self.block(frame, node.body, states)
        frame.muted -= muted
        return found

    _do_asyncwith = _do_with

    def _switches_off(self, node: ast.expr) -> bool:
        """Whether a block says itself that keys are reused in it."""
        if not isinstance(node, ast.Call):
            return False
        static = self.static(node.func)
        named = isinstance(static, Library) and not _SWITCHES.isdisjoint(static.names)
        return named and bool(node.args) and self.index.constant(node.args[0]) is False

    # ------------------------------------------------------------------------------------------------------ loops
    def _do_for(self, frame: Frame, state: State, node: ast.For | ast.AsyncFor) -> list[State]:
        found: list[State] = []
        for entered, iterable in self.evaluate(frame, state, node.iter):
            current = [entered]
            left: list[State] = []
            values = self.rounds(entered, iterable, node, frame.context)
            outer = frame.context
            for place, value in enumerate(values):
                frame.context = (*outer, (node, place))
                for before in current:
                    self.assign(frame, before, node.target, value)
                current = self._round(frame, node.body, current, left)
            frame.context = outer
            found += self.block(frame, node.orelse, current) + left
        return found

    _do_asyncfor = _do_for

    def _do_while(self, frame: Frame, state: State, node: ast.While) -> list[State]:
        current = [state]
        left: list[State] = []
        ended: list[State] = []
        outer = frame.context
        for place in range(2):
            frame.context = (*outer, (node, place))
            going: list[State] = []
            for before in current:
                for after, test in self.evaluate(frame, before, node.test):
                    # The same condition may come out differently in the next round: nothing is assumed.
                    decided = after.decided(test) if isinstance(test, Constant) else None
                    if decided is not True:
                        ended.append(after.copy())
                    if decided is not False:
                        going.append(after)
            current = self._round(frame, node.body, merged(going), left)
        frame.context = outer
        if not _is_true(node.test):
            ended += current
            # Ways with more rounds show all that those with less do.
            ended = current or ended
        return self.block(frame, node.orelse, merged(ended)) + left

    def _round(self, frame: Frame, body: list[ast.stmt], states: list[State], left: list[State]) -> list[State]:
        frame.leaving.append((left, []))
        ends = self.block(frame, body, states)
        _, going_on = frame.leaving.pop()
        return merged([*ends, *going_on])

    # ------------------------------------------------------------------------------------------------ assignments
    def assign(self, frame: Frame, state: State, target: ast.expr, value: KeyValue) -> None:
        """Give a target a value."""
        if isinstance(target, ast.Name):
            self._assign_name(frame, state, target, value)
        elif isinstance(target, ast.Attribute):
            for _, holder in self.evaluate(frame, state, target.value)[:1]:
                if isinstance(holder, Thing):
                    state.heap[holder.at(Member(target.attr))] = self._held(frame, target, value)
        elif isinstance(target, (ast.Tuple, ast.List)):
            self._unpack(frame, state, target.elts, value)
        elif isinstance(target, ast.Subscript):
            self._assign_item(frame, state, target, value)
        elif isinstance(target, ast.Starred):
            self.assign(frame, state, target.value, value)

    def _assign_name(self, frame: Frame, state: State, target: ast.Name, value: KeyValue) -> None:
        home = self.home(target)
        if home is frame.node or home is None:
            state.names[target.id] = value
        else:
            state.heap[free(home, target.id)] = self._held(frame, target, value)

    def _held(self, frame: Frame, target: ast.expr, value: KeyValue) -> KeyValue:
        return self.fresh(frame, target) if value is OPAQUE else value

    def _unpack(self, frame: Frame, state: State, targets: list[ast.expr], value: KeyValue) -> None:
        value = state.load(value)
        star = next((i for i, t in enumerate(targets) if isinstance(t, ast.Starred)), None)
        for place, target in enumerate(targets):
            self.assign(frame, state, target, _unpacked(state, value, place, star, len(targets)))

    def _assign_item(self, frame: Frame, state: State, target: ast.Subscript, value: KeyValue) -> None:
        for after, holder in self.evaluate(frame, state, target.value)[:1]:
            key = self.index.constant(target.slice)
            changed: KeyValue | None = None
            if isinstance(holder, Table) and isinstance(key, (str, int)):
                changed = Table(tuple({**dict(holder.entries), key: value}.items()))
            elif isinstance(holder, Items) and isinstance(key, int) and -len(holder.items) <= key < len(holder.items):
                items = list(holder.items)
                items[key] = value
                changed = Items(tuple(items))
            elif isinstance(holder, Thing) and isinstance(key, (str, int)):
                after.heap[holder.at(key)] = self._held(frame, target, value)
                continue
            else:
                changed = self.fresh(frame, target)
            if isinstance(target.value, (ast.Name, ast.Attribute)):
                self.assign(frame, after, target.value, changed)


def _unpacked(state: State, value: KeyValue, place: int, star: int | None, count: int) -> KeyValue:
    """What unpacking gives to a target by its place; `star` is the place of the starred one."""
    after = star is not None and place > star
    step: object = place - count if after else place
    if place == star:
        end = place - count + 1
        step = Slice(place, end if end < 0 else None)
    if isinstance(value, Thing):
        return state.part(value, step)
    if isinstance(value, Items):
        if isinstance(step, Slice):
            return Items(value.items[place : len(value.items) - (count - place - 1)])
        assert isinstance(step, int)
        return value.items[step] if -len(value.items) <= step < len(value.items) else OPAQUE
    return OPAQUE


def _matched(subject: KeyValue, case: ast.match_case) -> KeyValue | None:
    """The condition under which a case is taken; None if it always is."""
    pattern = case.pattern
    if isinstance(pattern, ast.MatchAs) and pattern.pattern is None and case.guard is None:
        return None
    if isinstance(pattern, ast.MatchValue) and isinstance(pattern.value, ast.Constant) and is_definite(subject):
        return Operation("==", (subject, constant(pattern.value.value)))
    return OPAQUE


def _is_main(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__"


def _is_true(test: ast.expr) -> bool:
    return isinstance(test, ast.Constant) and bool(test.value)


def _place(node: ast.AST) -> tuple[int, int]:
    return (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))
