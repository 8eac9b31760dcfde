"""Repairs of calls without a seed, or with one that differs: a seed in sight, or a named constant.

Given a finding about a call; gives its fix. There is none where the same number each time is not what the code is for:
in loops, in what runs for each item or batch, in the fallback for a generator that the caller may give.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from detlint.index.values import LocalClass, LocalFunction, walk
from detlint.project.places import is_test
from detlint.rules.python.entropy_facts import generators
from detlint.rules.python.seeding import seeding_functions
from detlint.rules.repair_names import SEED_NAMES
from detlint.rules.repairs import Repair

if TYPE_CHECKING:
    from detlint.context import Context
    from detlint.diagnostics import Fix
    from detlint.rules.python.random_states import Unfixed
    from detlint.rules.python.seed_flow import SeedFinding

_GIVE = "Give it a fixed seed"
_LOOPS = (ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_FOR_EACH = re.compile(
    r"__(getitem|call|iter|next)__|forward|step|.*(batch|augment|transform|jitter|noise|perturb|mutat|crossover|sampl"
    r"|select|choose|act(?![a-z])|random|generat|rand|draw|pick|shuffl|next).*",
    re.IGNORECASE,
)
"""Functions that are there to give something else each time."""
_OTHERS_EACH_TIME = re.compile(r"pid|process|thread|worker|rank|hash|host|identity|address|`id`", re.IGNORECASE)
"""What a seed comes from where it is meant to differ within one run."""


def call_fix(context: Context, call: ast.Call, found: Unfixed) -> Fix | None:
    """The fix that gives a call of a library its seed, by the argument that it has for it."""
    if not found.draw.parameters or not _is_once(context, call):
        return None
    repair = Repair(context)
    parameter = _parameter(context, found)
    seed = repair.seed(call)
    if parameter == "rstate":
        seed = f"{repair.name('numpy.random.default_rng', call)}({seed})"
    elif parameter in ("sampler", "generator", "generators", "seeds"):
        return None
    if not found.none:
        repair.add_argument(call, f"{parameter}={seed}")
    else:
        given = found.node.value if isinstance(found.node, ast.keyword) else found.node
        # A variable that is None is for whoever gives it its value.
        is_written = isinstance(given, (ast.Constant, ast.Attribute)) and given in _written(call)
        if not is_written or is_test(context.path):
            return None
        repair.replace(given, seed)
    return repair.unsafe(_GIVE)


def _parameter(context: Context, found: Unfixed) -> str:
    """The seed's parameter, by the name that it has in the version that the project states."""
    parameters = found.draw.parameters
    is_old = context.targets.stated("scipy") and context.targets.version("scipy") < "1.15"
    return parameters[1] if is_old and parameters[0] == "rng" and len(parameters) > 1 else parameters[0]


def finding_fix(context: Context, finding: SeedFinding) -> Fix | None:
    """The fix for a seed that is missing, None, or another one in each run."""
    node = finding.node
    if finding.kind == "none" and isinstance(node, ast.keyword):
        call = context.index.parent(node)
        return _given(context, call, node.value) if isinstance(call, ast.Call) else None
    call = context.index.parent(node)
    if not isinstance(call, ast.Call) or call.func is not node or not _is_once(context, call):
        return None
    if finding.kind == "entropy":
        return _steady(context, call, finding)
    return _seeded(context, call)


def _seeded(context: Context, call: ast.Call) -> Fix | None:
    """Give a seed to a call that has none, or None."""
    name, parameter, position = _sink(context, call)
    if not name:
        parameter = _local_parameter(context, call)
        if not parameter:
            return None
        position = None
    given = context.arguments(call).get(parameter, position)
    if given is not None:
        return _given(context, call, given.value) if given.value in _written(call) else None
    repair = Repair(context)
    seed = repair.seed(call)
    if name.rpartition(".")[2] == "seed" and name.startswith("torch"):
        repair.replace(call.func, repair.name("torch.manual_seed", call))
    positional = position == len(call.args) and not call.keywords
    repair.add_argument(call, seed if positional else f"{parameter}={seed}")
    return repair.unsafe(_GIVE)


def _given(context: Context, call: ast.Call, value: ast.expr | None) -> Fix | None:
    """Put a seed in the place of an argument that is None."""
    if value is None or context.index.constant(value) is not None or not isinstance(value, ast.Constant):
        return None
    if not _is_once(context, call) or is_test(context.path):
        return None  # a test may be about None
    repair = Repair(context)
    repair.replace(value, repair.seed(call))
    return repair.unsafe(_GIVE)


def _steady(context: Context, call: ast.Call, finding: SeedFinding) -> Fix | None:
    """Put a seed in the place of one that differs: where it is given, or where the variable gets its value."""
    if _OTHERS_EACH_TIME.search(finding.what):
        return None
    name, parameter, position = _sink(context, call)
    given = context.arguments(call).get(parameter, position) if name else None
    value = given.value if given is not None else None
    if value is None or value not in _written(call):
        return None
    repair = Repair(context)
    if not isinstance(value, ast.Name):
        if any(not _is_callee(context, each) for each in _names(value)):
            return None
        repair.replace(value, repair.seed(call))
        repair.forget(value)
        return repair.unsafe(_GIVE)
    bindings = context.index.bindings(value)
    statement = context.index.parent(bindings[0].node) if len(bindings) == 1 else None
    if (
        not isinstance(statement, ast.Assign)
        or len(statement.targets) != 1
        or any(not _is_callee(context, each) for each in _names(statement.value))
        or not _is_once(context, statement)
    ):
        return None
    repair.replace(statement.value, "42")
    repair.forget(statement.value)
    return repair.unsafe("Use a fixed seed")


def _sink(context: Context, call: ast.Call) -> tuple[str, str, int | None]:
    """The name of a function that takes a seed, with the seed's parameter and position; "" if it is none of ours."""
    for name in context.names(call.func):
        seeding = seeding_functions().get(name)
        if seeding is not None:
            if seeding.kind == "entropy" and name in ("torch.seed", "torch.random.seed"):
                return name, "seed", 0
            return (name, seeding.parameter, seeding.position) if seeding.parameter else ("", "", None)
        generator = generators().get(name)
        if generator is not None:
            return (name, generator.parameter, generator.position) if generator.parameter else ("", "", None)
    return "", "", None


def _local_parameter(context: Context, call: ast.Call) -> str:
    """The parameter for a seed of a function or class of the file."""
    for value in walk(context.index.evaluate(call.func)):
        function = value.node if isinstance(value, LocalFunction) else None
        if isinstance(value, LocalClass):
            made = context.index.method(value, "__init__")
            function = made.node if made is not None else None
        arguments = getattr(function, "args", None)
        if isinstance(arguments, ast.arguments):
            names = [each.arg for each in (*arguments.args, *arguments.kwonlyargs)]
            return next((name for name in SEED_NAMES if name in names), "")
    return ""


def _written(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def _names(node: ast.expr) -> list[ast.Name]:
    return [each for each in ast.walk(node) if isinstance(each, ast.Name)]


def _is_callee(context: Context, name: ast.Name) -> bool:
    """Whether a name is only there to be called, or is the module of what is: the value depends on nothing else."""
    node: ast.AST = name
    parent = context.index.parent(node)
    while isinstance(parent, ast.Attribute):
        node, parent = parent, context.index.parent(parent)
    return isinstance(parent, ast.Call) and parent.func is node


def _is_once(context: Context, node: ast.AST) -> bool:
    """Whether a place is one where the same numbers each time are what is wanted."""
    inner = node
    for ancestor in context.index.ancestors(node):
        if isinstance(ancestor, _LOOPS) and not _is_first(ancestor, inner):
            return False
        if isinstance(ancestor, (ast.BoolOp, ast.IfExp, ast.Lambda)):
            return False
        if isinstance(ancestor, ast.If) and _asks_for_none(ancestor.test):
            return False
        if isinstance(ancestor, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return _FOR_EACH.fullmatch(ancestor.name) is None
        inner = ancestor
    return True


def _is_first(loop: ast.AST, inner: ast.AST) -> bool:
    """Whether a node is what a loop goes through, which is worked out once."""
    if isinstance(loop, (ast.For, ast.AsyncFor)):
        return inner is loop.iter
    clauses = getattr(loop, "generators", [])
    return bool(clauses) and inner is clauses[0]


def _asks_for_none(test: ast.expr) -> bool:
    """Whether a branch is the fallback for what was not given: that is for whoever calls."""
    return any(isinstance(each, ast.Compare) and isinstance(each.ops[0], ast.Is) for each in ast.walk(test)) or (
        isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
    )
