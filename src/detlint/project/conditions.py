"""Conditions: what branches depend on, and what is known of the values that they test.

A function's summary keeps conditions and values as far as they depend on its parameters and on attributes of its own
object; a run works out what they come to, with what it was given on the way.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeGuard

from detlint.index.values import UNKNOWN, Const, Instance, Ref

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from detlint.index import FileIndex

# What is known of a value that a condition asks about; of a string, the string itself in quotes; of a member of an
# enumeration its name.
NONE, FALSE, TRUE, SOME, ANY = "none", "false", "true", "some", "any"
NEGATIVE = "negative"
"""A number below zero, which often means none."""
FOLLOWED = "followed"
"""The device that another tensor or model is on already: `layers[0].weight.device`."""
_ON_DEVICES = frozenset({"torch.Tensor", "torch.nn.Module", "torch.nn.Parameter"})

CONSTRUCTORS = frozenset({"__init__", "__post_init__"})
_QUOTE = "'"
_NAME = "@"
"""Before a member of an enumeration of a library: `tf.estimator.ModeKeys.TRAIN`."""
_LONGEST = 40
"""Characters of a string that is kept as it is: names of splits and modes, not texts."""
_MAKES = re.compile(r"(load|build|create|make|construct)(_|$)")
_SEED_WORD = re.compile(r"seed", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Condition:
    """What a branch depends on.

    kind: `main` (the `__main__` guard), `parameter` (of the function), `attribute` (of the method's own object),
    `seed` (something named seed), `device`, or `other`. test: `not_none`, `none` (surely), `truthy`, `positive` (a
    number), `zero` (or False), `equals` (one of `options`), or `all` and `any` of `parts`, which are conditions with
    whether they must hold. `value` is what is known in sight of what is tested.
    """

    kind: str
    name: str = ""
    test: str = ""
    value: str = ANY
    options: tuple[str, ...] = ()
    parts: tuple[tuple[Condition, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that is one where a condition holds (or does not: `branch`), else another."""

    condition: Condition
    branch: bool
    then: Known
    other: Known


Known = str | Choice
"""What is known of a value: one of the words above, `=NAME` for a parameter, `.NAME` for an attribute of the method's
object, or a choice of these."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a run knows where a condition is asked: of parameters by their names, and of the object's attributes."""

    parameters: Mapping[str, str]
    attribute: Callable[[str], str]

    def word(self, known: Known) -> str:
        """What a value comes to."""
        if isinstance(known, Choice):
            holds = self.holds(known.condition)
            if holds is not None:
                return self.word(known.then if holds is known.branch else known.other)
            return joined(self.word(known.then), self.word(known.other))
        if known[:1] == "=":
            return self.parameters.get(known[1:], ANY)
        return self.attribute(known[1:]) if known[:1] == "." else known

    def holds(self, condition: Condition) -> bool | None:
        """Whether a condition holds; None if that is not known."""
        if condition.parts:
            decisive = condition.test == "any"
            verdicts = [
                None if (holds := self.holds(part)) is None else holds is must for part, must in condition.parts
            ]
            return decisive if decisive in verdicts else None if None in verdicts else not decisive
        value = condition.value
        if value in {SOME, ANY}:  # an annotation says less than what is given
            given = ANY
            if condition.kind == "parameter":
                given = self.parameters.get(condition.name, ANY)
            elif condition.kind == "attribute":
                given = self.attribute(condition.name)
            value = value if given == ANY else given
        return _holds(condition, value)


def joined(first: str, second: str) -> str:
    """What is known of a value that is one or the other."""
    if first == second:
        return first
    if _is_true(first) and _is_true(second):
        return TRUE
    return ANY if {first, second} & {NONE, ANY} else SOME


def asked(known: Known | Condition) -> Iterator[str]:
    """The parameters on which a value or a condition depends."""
    if isinstance(known, str):
        if known[:1] == "=":
            yield known[1:]
    elif isinstance(known, Choice):
        for part in (known.condition, known.then, known.other):
            yield from asked(part)
    else:
        if known.kind == "parameter":
            yield known.name
        for part, _ in known.parts:
            yield from asked(part)


def _holds(condition: Condition, value: str) -> bool | None:
    if condition.test == "not_none":
        return None if value == ANY else value != NONE
    if condition.test == "none":
        return value == NONE
    if condition.test == "truthy":
        return True if _is_true(value) else False if value in {FALSE, NONE, _QUOTE * 2} else None
    if condition.test == "zero":
        return True if value == FALSE else None if value in {SOME, ANY} else False
    if condition.test == "positive":
        return False if value in {FALSE, NEGATIVE} else None
    if condition.test == "equals":
        if value in condition.options:
            return True
        named = any(option[0] == _NAME for option in condition.options)
        return False if value[0] == (_NAME if named else _QUOTE) or value in {FALSE, NONE} else None
    return None


def _quoted(value: object) -> str:
    """The word for a string; of another constant its code, which is the word of nothing."""
    return _QUOTE + repr(value)[1:-1] + _QUOTE if isinstance(value, str) else repr(value)


def _is_true(value: str) -> bool:
    return value in {TRUE, NEGATIVE} or value[0] == _NAME or (value[0] == _QUOTE and value != _QUOTE * 2)


def _without_length(test: ast.expr) -> ast.expr:
    """What is tested by its length: `x` of `len(x) > 0` and `len(x)`; else the test itself."""
    left = test
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], (ast.Gt, ast.NotEq)):
        other = test.comparators[0]
        left = test.left if isinstance(other, ast.Constant) and other.value in {0} else test
    measured = isinstance(left, ast.Call) and isinstance(left.func, ast.Name) and left.func.id == "len"
    return left.args[0] if isinstance(left, ast.Call) and measured and len(left.args) == 1 else test


class ConditionReader:
    """Reads the conditions and values of one file."""

    def __init__(self, index: FileIndex) -> None:
        self._index = index

    # ------------------------------------------------------------------------------------------------- conditions
    def condition(self, test: ast.expr) -> tuple[Condition, bool]:
        """What a branch depends on, and whether its body is taken when the condition holds."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            condition, positive = self.condition(test.operand)
            return condition, not positive
        if isinstance(test, ast.BoolOp):
            word = "all" if isinstance(test.op, ast.And) else "any"
            kind, name = self._described(test)
            return Condition(kind, name, word, parts=tuple(self.condition(value) for value in test.values)), True
        meant = self._bound_here(test)
        if meant is not None:
            return self.condition(meant)
        subject, word, options, positive = self._tested(_without_length(test))
        if word and isinstance(subject, (ast.Name, ast.Attribute)):
            value = self.known(subject)
            if self.is_parameter(subject):
                if value == SOME and self._may_be_none(subject):
                    value = ANY  # an annotation says what it is where it is given
                return Condition("parameter", subject.id, word, value, options), positive
            if self._is_own(subject):
                return Condition("attribute", subject.attr, word, value, options), positive
            if word != "equals":
                kind = "seed" if _SEED_WORD.search(ast.unparse(subject)) else "other"
                return Condition(kind, ast.unparse(subject), word, value), positive
        return Condition(*self._described(test)), True

    def _bound_here(self, test: ast.expr) -> ast.expr | None:
        """The condition that a name of the function stands for: `mosaic = self.mosaic and random() < p`."""
        bindings = self._index.bindings(test) if isinstance(test, ast.Name) else []
        parent = self._index.parent(bindings[0].node) if len(bindings) == 1 else None
        if not isinstance(parent, ast.Assign) or self._index.function(parent) is not self._index.function(test):
            return None
        return parent.value if isinstance(parent.value, (ast.BoolOp, ast.Compare, ast.UnaryOp)) else None

    def surely_none(self, node: ast.expr | None) -> Condition | None:
        """The condition that what a function or its object was given is None for certain; None for all else."""
        known = self.handed_on(node)
        if isinstance(known, str) and known[:1] in {"=", "."}:
            return Condition("parameter" if known[0] == "=" else "attribute", known[1:], "none")
        return None

    def surely_one_of(self, node: ast.expr | None, texts: tuple[str, ...]) -> Condition | None:
        """The condition that what a function or its object was given is None, one of some texts, or followed."""
        is_none = self.surely_none(node)
        if is_none is None:
            return None
        is_text = replace(is_none, test="equals", options=(*map(_quoted, texts), FOLLOWED))
        return Condition(is_none.kind, is_none.name, "any", parts=((is_none, True), (is_text, True)))

    def surely_text(self, node: ast.expr, text: str) -> Condition | None:
        """The condition that what a function was given, or its object, is a text; None for all else."""
        is_none = self.surely_none(node)
        return None if is_none is None else replace(is_none, test="equals", options=(_quoted(text),))

    def verdict(self, test: ast.expr) -> object:
        """What a condition always is, `UNKNOWN` if not known: what a configuration turns off, a run may want."""
        verdict = self._index.constant(test)
        if verdict is UNKNOWN or verdict or self._index.modules.configurations is None:
            return verdict
        return UNKNOWN if any(self._index.place(node) for node in ast.walk(test)) else verdict

    def _tested(self, test: ast.expr) -> tuple[ast.expr, str, tuple[str, ...], bool]:
        """What a test asks about, how, with which options, and whether it holds where the answer is yes."""
        if not (isinstance(test, ast.Compare) and len(test.ops) == 1):
            return test, "truthy", (), True
        operator, other = test.ops[0], test.comparators[0]
        equal = isinstance(operator, (ast.Is, ast.Eq))
        if equal or isinstance(operator, (ast.IsNot, ast.NotEq)):
            if isinstance(other, ast.Constant) and other.value is None:
                return test.left, "not_none", (), not equal
            if isinstance(other, ast.Constant) and other.value:
                return test.left, "equals", (_quoted(other.value),), equal
            if isinstance(other, ast.Constant) and other.value in {0} and isinstance(operator, (ast.Eq, ast.NotEq)):
                return test.left, "zero", (), equal
            member = self._member(other)
            if member:
                return test.left, "equals", (member,), equal
        elif isinstance(operator, ast.Gt) and isinstance(other, ast.Constant) and other.value in {0}:
            return test.left, "positive", (), True
        elif isinstance(operator, (ast.In, ast.NotIn)) and isinstance(other, (ast.Tuple, ast.List, ast.Set)):
            values = [each.value if isinstance(each, ast.Constant) else None for each in other.elts]
            if values and all(values):
                return test.left, "equals", tuple(map(_quoted, values)), isinstance(operator, ast.In)
        return test, "", (), True

    def _described(self, test: ast.expr) -> tuple[str, str]:
        """The kind and the name of a condition of which nothing more is known."""
        text = ast.unparse(test) if len(list(ast.walk(test))) < 40 else ""
        if _SEED_WORD.search(text):
            return "seed", text
        return ("device" if "cuda" in text else "other"), text[:80]

    # ----------------------------------------------------------------------------------------------------- values
    def known(self, node: ast.expr | None) -> str:
        """What is known in sight of a value: one of the words."""
        if node is None or (self._is_own(node) and node.attr in self.changes):
            return ANY
        value = self._index.evaluate(node)
        if isinstance(value, Const):
            if value.place is not None:  # of a configuration file: a run may be given something else
                return TRUE if value.value else ANY
            if isinstance(value.value, str) and len(value.value) <= _LONGEST:
                return _quoted(value.value)
            if isinstance(value.value, (int, float)) and value.value < 0:
                return NEGATIVE
            return NONE if value.value is None else TRUE if value.value else FALSE
        if isinstance(node, ast.Attribute):
            member = self._member(node)
            if member:
                return member
            return FOLLOWED if self._is_followed(node) else self._option(node)
        return SOME if isinstance(value, Instance) or self._has_fallback(node) or self._is_made(node) else ANY

    def _is_made(self, node: ast.expr) -> bool:
        """Whether a value is what a function gives that makes or loads something, by its name."""
        if isinstance(node, ast.Name):
            statements = [self._index.parent(binding.node) for binding in self._index.bindings(node)]
            values = [each.value if isinstance(each, ast.Assign) else None for each in statements]
            return bool(values) and all(isinstance(value, ast.Call) and self._is_made(value) for value in values)
        callee = node.func if isinstance(node, ast.Call) else None
        return _MAKES.match(getattr(callee, "attr", getattr(callee, "id", ""))) is not None

    def _has_fallback(self, node: ast.expr) -> bool:
        """Whether a parameter gets a value where it was None: `if path is None: path = find()`."""
        if not isinstance(node, ast.Name):
            return False
        bound = [binding.node for binding in self._index.bindings(node)]
        others = [each for each in bound if not isinstance(each, ast.arg)]
        return 0 < len(others) < len(bound) and all(self._replaces_none(each, node.id) for each in others)

    def _replaces_none(self, target: ast.AST, name: str) -> bool:
        statement = self._index.parent(target)
        around = self._index.parent(statement) if isinstance(statement, ast.Assign) else None
        if not isinstance(statement, ast.Assign) or not isinstance(around, ast.If) or statement not in around.body:
            return False
        subject, word, _, positive = self._tested(around.test)
        is_none = word == "not_none" and not positive and getattr(subject, "id", "") == name
        return is_none and self._index.constant(statement.value) is not None

    def _member(self, node: ast.expr) -> str:
        """The word for a member of an enumeration of a library, by its name; "" for all else."""
        value = self._index.evaluate(node) if isinstance(node, ast.Attribute) and node.attr.isupper() else None
        if not isinstance(value, Ref) or not value.name.rpartition(".")[0].rpartition(".")[2][:1].isupper():
            return ""
        return _NAME + value.name

    def _is_followed(self, node: ast.Attribute) -> bool:
        """Whether an expression is the device of what surely is no configuration."""
        if node.attr != "device":
            return False
        is_element = isinstance(node.value, (ast.Subscript, ast.Call))
        return is_element or not _ON_DEVICES.isdisjoint(self._index.types(node.value))

    def handed_on(self, node: ast.expr | None) -> Known:
        """What is known of a value that is given or kept, also by what the function was given itself."""
        if self.is_parameter(node):
            return f"={node.id}"
        word = self.known(node)
        if word not in {SOME, ANY} or node is None:
            return word
        if self._is_own(node):
            return f".{node.attr}" if word == ANY else word
        if isinstance(node, ast.IfExp):
            return self.choice(node.test, self.handed_on(node.body), self.handed_on(node.orelse))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return self.choice(node.operand, FALSE, TRUE)
        if isinstance(node, ast.Compare):
            return self.choice(node, TRUE, FALSE)
        if isinstance(node, ast.BoolOp):
            found = self.handed_on(node.values[-1])
            for value in reversed(node.values[:-1]):
                own = self.handed_on(value)
                is_and = isinstance(node.op, ast.And)
                found = self.choice(value, found if is_and else own, own if is_and else found)
            return found
        return word

    def choice(self, test: ast.expr, then: Known, other: Known) -> Known:
        """What is known of a value that depends on a test."""
        condition, branch = self.condition(test)
        return Choice(condition, branch, then, other)

    # -------------------------------------------------------------------------------------------------- attributes
    def kept(self, constructor: ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, Known]:
        """What is known of the attributes that a constructor gives its object, in straight code or by `if`."""
        found: dict[str, Known] = {}
        for store in self._stores.get(constructor, ()):
            statement = self._index.parent(store)
            around = self._index.parent(statement) if statement is not None else None
            known = self.handed_on(statement.value) if isinstance(statement, (ast.Assign, ast.AnnAssign)) else ANY
            if isinstance(around, ast.If) and self._index.parent(around) is constructor:
                before = found.get(store.attr, ANY)
                then, other = (known, before) if statement in around.body else (before, known)
                known = self.choice(around.test, then, other)
            elif around is not constructor:
                known = ANY
            found[store.attr] = known
        return found

    @cached_property
    def changes(self) -> dict[str, set[ast.AST | None]]:
        """The attributes that are assigned elsewhere than by constructors, of whatever object, with the functions."""
        kept = {store for stores in self._stores.values() for store in stores}
        found: dict[str, set[ast.AST | None]] = {}
        for store in self._index.attribute_stores:
            if store not in kept:
                found.setdefault(store.attr, set()).add(self._index.function(store))
        return found

    @cached_property
    def _stores(self) -> dict[ast.AST, list[ast.Attribute]]:
        """Where constructors assign attributes of their objects."""
        found: dict[ast.AST, list[ast.Attribute]] = {}
        for store in self._index.attribute_stores:
            function = self._index.function(store) if self._is_own(store) else None
            if function is not None and getattr(function, "name", "") in CONSTRUCTORS:
                found.setdefault(function, []).append(store)
        return found

    def is_parameter(self, node: ast.expr | None) -> TypeGuard[ast.Name]:
        """Whether an expression is what its function was given under that name."""
        if not isinstance(node, ast.Name):
            return False
        bindings = self._index.bindings(node)
        return len(bindings) == 1 and isinstance(bindings[0].node, ast.arg)

    def _may_be_none(self, node: ast.Name) -> bool:
        """Whether a parameter is None where it is not given."""
        (binding,) = self._index.bindings(node)
        arguments = self._index.parent(binding.node)
        if not isinstance(arguments, ast.arguments):
            return False
        positional = [*arguments.posonlyargs, *arguments.args]
        pairs = [
            *zip(reversed(positional), reversed(arguments.defaults), strict=False),
            *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
        ]
        defaults = (value for each, value in pairs if each is binding.node and value is not None)
        return any(self._index.constant(value) is None for value in defaults)

    def _is_own(self, node: ast.expr) -> TypeGuard[ast.Attribute]:
        """Whether an expression is an attribute of the object of the method around it."""
        return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"

    def _option(self, node: ast.Attribute) -> str:
        """A value of the command line with a default that is not None, or that every command in sight gives."""
        call = self._options.get(node.attr)
        default = self._index.arguments(call).get("default") if call is not None else None
        value = self._index.constant(default.value) if default is not None else None
        if value is UNKNOWN or call is None:
            return ANY
        return SOME if value is not None or self._is_always_given(call) else ANY

    def usual(self, node: ast.expr | None) -> object:
        """What a value of the command line is where the user gives none; `UNKNOWN` for all else."""
        call = self._options.get(node.attr) if isinstance(node, ast.Attribute) else None
        default = self._index.arguments(call).get("default") if call is not None else None
        return UNKNOWN if default is None else self._index.constant(default.value)

    def _is_always_given(self, option: ast.Call) -> bool:
        """Whether all commands of the project that start the file give an option of its own."""
        files = self._index.modules.configurations
        flags = [self._index.constant(flag) for flag in option.args]
        return files is not None and any(isinstance(flag, str) and files.always_gives(flag) for flag in flags)

    @cached_property
    def _options(self) -> dict[str, ast.Call]:
        """The `add_argument` calls by the attributes that they define, of each the first."""
        found: dict[str, ast.Call] = {}
        for call in self._index.calls:
            if isinstance(call.func, ast.Attribute) and call.func.attr == "add_argument" and call.args:
                flags = [self._index.constant(a) for a in call.args]
                target = self._index.arguments(call).get("dest")
                names = {str(f).lstrip("-").replace("-", "_") for f in flags if isinstance(f, str)}
                if target is not None:
                    names = {str(self._index.constant(target.value))}
                for name in names:
                    found.setdefault(name, call)
        return found
