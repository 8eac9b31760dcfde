"""How a file switches torch's deterministic mode and its flags: where, to what, and whether it puts the old value back.

Given the index; answers for DET204, DET205 and DET206, which share what excuses a nondeterministic setting.
"""

from __future__ import annotations

import ast
import re
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from detlint.index.values import UNKNOWN
from detlint.project.places import is_test
from detlint.rules.guards import inside, opposite_branches, position

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from detlint.index import FileIndex

MODE = "torch.use_deterministic_algorithms"
DEBUG_MODE = "torch.set_deterministic_debug_mode"
OLD_MODE = "torch.set_deterministic"
DETERMINISTIC = "torch.backends.cudnn.deterministic"
BENCHMARK = "torch.backends.cudnn.benchmark"
FILL = "torch.utils.deterministic.fill_uninitialized_memory"
_GETTERS = (
    "torch.are_deterministic_algorithms_enabled",
    "torch.get_deterministic_debug_mode",
    "torch.is_deterministic_algorithms_warn_only_enabled",
    "torch.is_deterministic",
)
_FULL = ("transformers.enable_full_determinism", "transformers.trainer_utils.enable_full_determinism")
_GOOD: dict[str, bool] = {DETERMINISTIC: True, BENCHMARK: False, FILL: True}
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_PAIRS = {
    "__enter__": ("__exit__",), "__exit__": ("__enter__",), "__aenter__": ("__aexit__",), "__aexit__": ("__aenter__",),
    "setUp": ("tearDown",), "tearDown": ("setUp",), "setUpClass": ("tearDownClass",), "tearDownClass": ("setUpClass",),
    "setup_method": ("teardown_method",), "teardown_method": ("setup_method",), "start": ("stop",), "stop": ("start",),
}  # fmt: skip
_QUIET = ("builtins.print", "print", "time.", "logging.", "warnings.")

_ASKED = re.compile(r"determin|reproduc|(^|_)seed|seeds?$", re.IGNORECASE)

Strength = Literal["on", "weak", "off", "unknown"]
Excuse = Literal["none", "doubtful", "restored"]


@dataclass(frozen=True, slots=True)
class Switch:
    """One place that switches. `subject` is the mode (`MODE`) or a flag; `blame` where a wrong value stands.

    value: the expression that says to what, where one is written.
    """

    subject: str
    strength: Strength
    node: ast.AST
    statement: ast.stmt
    blame: ast.AST
    value: ast.expr | None = None


_known: weakref.WeakKeyDictionary[FileIndex, list[Switch]] = weakref.WeakKeyDictionary()


def switches(index: FileIndex) -> list[Switch]:
    """Everything in a file that switches the mode or a flag, in the order of the source."""
    found = _known.get(index)
    if found is None:
        every = [*_mode_switches(index), *_flag_switches(index)]
        found = _known[index] = sorted(every, key=lambda switch: position(switch.node))
    return found


# --- reading switches -----------------------------------------------------------------------------------------------
def _mode_switches(index: FileIndex) -> Iterator[Switch]:
    for call in index.calls_of(MODE, DEBUG_MODE, OLD_MODE, *_FULL):
        names = set(index.names(call.func))
        statement = index.statement(call)
        if names & set(_FULL):
            yield Switch(MODE, "on", call, statement, call.func)
        elif DEBUG_MODE in names:
            yield _debug_mode(index, call, statement)
        else:
            yield _mode(index, call, statement, "d" if OLD_MODE in names else "mode")


def _mode(index: FileIndex, call: ast.Call, statement: ast.stmt, parameter: str) -> Switch:
    arguments = index.arguments(call)
    given = arguments.get(parameter, 0)
    mode = index.constant(given.value) if given is not None and given.value is not None else UNKNOWN
    warn = arguments.get("warn_only")
    if mode is not UNKNOWN and not mode:
        return Switch(MODE, "off", call, statement, call.func, given.value if given is not None else None)
    if warn is not None and index.constant(warn.value) is True:
        return Switch(MODE, "weak", call, statement, warn.node, warn.value)
    return Switch(MODE, "unknown" if mode is UNKNOWN else "on", call, statement, call.func)


def _debug_mode(index: FileIndex, call: ast.Call, statement: ast.stmt) -> Switch:
    given = index.arguments(call).get("debug_mode", 0)
    value = index.constant(given.value) if given is not None else UNKNOWN
    strengths: dict[object, Strength] = {"default": "off", 0: "off", "warn": "weak", 1: "weak", "error": "on", 2: "on"}
    strength = strengths.get(value, "unknown") if isinstance(value, str | int) else "unknown"
    blame, written = (given.node, given.value) if given is not None else (call.func, None)
    return Switch(MODE, strength, call, statement, blame, written)


def _flag_switches(index: FileIndex) -> Iterator[Switch]:
    for setting in index.assignments_to(*_GOOD):
        subject = next(name for name in setting.names if name in _GOOD)
        value = index.constant(setting.value)
        target = setting.target.func if isinstance(setting.target, ast.Call) else setting.target
        yield Switch(subject, _strength(subject, value), setting.target, setting.statement, target, setting.value)


def _strength(subject: str, value: object) -> Strength:
    if not isinstance(value, bool | int):
        return "unknown"
    return "on" if bool(value) is _GOOD[subject] else "off"


# --- excuses --------------------------------------------------------------------------------------------------------
def chosen_by_branch(index: FileIndex, switch: Switch) -> bool:
    """Whether the opposite branch asks for determinism, or the condition does: then somebody chose."""
    good = [other.node for other in switches(index) if other.strength in ("on", "weak") and other is not switch]
    good += [call for call in index.calls if _is_seeding(index, call)]
    branches = list(opposite_branches(index, switch.node))
    return any(inside(index, node, branch) for branch in branches for node in good) or _refused(index, switch.node)


def _is_seeding(index: FileIndex, call: ast.Call) -> bool:
    last = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return _ASKED.search(last) is not None and not last.startswith(("get_", "is_"))


def _refused(index: FileIndex, node: ast.AST) -> bool:
    """Whether code runs only where determinism was not asked for: `if not args.deterministic`, `if seed is None`."""
    child = node
    for ancestor in index.ancestors(node):
        if isinstance(ancestor, ast.If) and child is not ancestor.test:
            test = ancestor.test
            negated = isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
            absent = isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Is | ast.Lt)
            names = {getattr(part, "id", None) or getattr(part, "attr", None) or "" for part in ast.walk(test)}
            if (child in ancestor.orelse) is not (negated or absent) and any(map(_ASKED.search, names)):
                return True
        if isinstance(ancestor, _FUNCTIONS):
            break
        child = ancestor
    return False


def excuse(index: FileIndex, switch: Switch) -> Excuse:
    """Whether the old value is put back, or nothing runs under the new one."""
    others = [other for other in switches(index) if other.subject == switch.subject and other is not switch]
    function = index.function(switch.node)
    if isinstance(function, _FUNCTIONS) and _paired(index, switch, function, others):
        return "restored"
    same = [other for other in others if index.function(other.node) is function]
    later = [other for other in same if position(other.node) > position(switch.node)]
    earlier = [other for other in same if position(other.node) < position(switch.node)]
    if _is_read_before(index, switch, function) and any(_gives_back(index, other) for other in later):
        return "restored"
    if _yields_between(function, switch, later) or _cleans_up(index, switch, function):
        return "restored"
    if _undone_at_once(index, switch, later):
        return "restored"
    if _is_tested(index, switch, function):
        return "doubtful"
    return "doubtful" if _turned_on(earlier) and function is not None and _is_last(function, switch) else "none"


def _is_tested(index: FileIndex, switch: Switch, function: ast.AST | None) -> bool:
    """Whether a test sets a value to see what becomes of it: the same function asserts it afterwards."""
    return is_test(index.path) and any(
        isinstance(index.statement(read), ast.Assert)
        and index.function(read) is function
        and position(read) > position(switch.node)
        for read in _reads(index, switch.subject)
    )


def _turned_on(earlier: Iterable[Switch]) -> bool:
    return any(other.strength in ("on", "weak") for other in earlier)


def _gives_back(index: FileIndex, other: Switch) -> bool:
    """`use_deterministic_algorithms(saved)`, or `if saved: use_deterministic_algorithms(True)`."""
    return other.strength == "unknown" or (other.strength == "on" and isinstance(index.parent(other.statement), ast.If))


def _is_read_before(index: FileIndex, switch: Switch, function: ast.AST | None) -> bool:
    """Whether the same function (or the top level) asks for the value before it changes it."""
    return any(
        index.function(read) is function and position(read) < position(switch.node)
        for read in _reads(index, switch.subject)
    )


def _reads(index: FileIndex, subject: str) -> Iterator[ast.AST]:
    if subject == MODE:
        yield from index.calls_of(*_GETTERS)
        return
    holder, _, last = subject.rpartition(".")
    for node in index.attribute_loads(last):
        if subject in index.names(node):
            yield node
    for load in index.loads("getattr"):
        call = index.parent(load)
        if (
            isinstance(call, ast.Call)
            and call.func is load
            and len(call.args) > 1
            and index.constant(call.args[1]) == last
            and holder in index.names(call.args[0])
        ):
            yield call


def _paired(index: FileIndex, switch: Switch, function: ast.AST, others: Iterable[Switch]) -> bool:
    """Whether the other half of `__enter__`/`__exit__` or `setUp`/`tearDown` switches too."""
    owner = index.class_of(function)
    partners = _PAIRS.get(getattr(function, "name", ""), ())
    if owner is None or not partners:
        return False
    return any(
        getattr(index.function(other.node), "name", "") in partners and index.class_of(other.node) is owner
        for other in others
    )


def _yields_between(function: ast.AST | None, switch: Switch, later: list[Switch]) -> bool:
    """A context manager or fixture: it switches, yields, and switches again."""
    if function is None or not later:
        return False
    first, last = position(switch.node), position(later[-1].node)
    return any(first < position(node) < last for node in _yields(function))


def _yields(function: ast.AST) -> Iterator[ast.AST]:
    return (node for node in ast.walk(function) if isinstance(node, ast.Yield | ast.YieldFrom))


def _cleans_up(index: FileIndex, switch: Switch, function: ast.AST | None) -> bool:
    """Whether this runs when the block is left: in `finally`, or after a `yield`."""
    for ancestor in index.ancestors(switch.node):
        if isinstance(ancestor, ast.Try) and inside(index, switch.node, ancestor.finalbody):
            return True
        if ancestor is function:
            break
    return function is not None and any(position(node) < position(switch.node) for node in _yields(function))


def _undone_at_once(index: FileIndex, switch: Switch, later: list[Switch]) -> bool:
    """Off and on again with nothing run between, in one block."""
    after = next((other for other in later if other.statement is not switch.statement), None)
    if after is None or after.strength not in ("on", "unknown"):
        return False
    block = _block(index, switch.statement)
    if block is None or after.statement not in block:
        return False
    between = block[block.index(switch.statement) + 1 : block.index(after.statement)]
    return not any(
        isinstance(node, ast.Call) and _runs(index, node) for statement in between for node in ast.walk(statement)
    )


def _block(index: FileIndex, statement: ast.stmt) -> list[ast.stmt] | None:
    parent = index.parent(statement)
    for field in ("body", "orelse", "finalbody"):
        block = getattr(parent, field, None)
        if isinstance(block, list) and statement in block:
            return block
    return None


def _runs(index: FileIndex, call: ast.Call) -> bool:
    names = index.names(call.func)
    return not names or not all(name.startswith(_QUIET) or name in _GETTERS or name == MODE for name in names)


def _is_last(function: ast.AST, switch: Switch) -> bool:
    """Whether nothing follows in the function but what it returns."""
    body = getattr(function, "body", None)
    if not isinstance(body, list) or switch.statement not in body:
        return False
    rest = body[body.index(switch.statement) + 1 :]
    return not any(isinstance(node, ast.Call) for statement in rest for node in ast.walk(statement))
