"""Small questions about code that following a value asks: what is called, what is tested, what is stored."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from detlint.index.values import LocalClass, LocalFunction, walk
from detlint.rules.python.entropy_facts import generators

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.index import FileIndex
    from detlint.index.tree import FunctionNode

NUMBERS = frozenset({"int", "float", "complex", "bool", "NoneType"})
_STABLE_HASH = NUMBERS | {"numpy.int64", "numpy.int32", "numpy.float64", "numpy.float32"}
_NUMBER = re.compile(r"^[a-z]$|seed|epoch|step|rank|idx|index|fold|iter|num|count|size|worker|shard|_id$|^id$", re.I)
_ASKS_FOR_OTHERS = re.compile(r"vary|random|entropy|differ|unique|fresh", re.IGNORECASE)


def written(node: ast.AST) -> str:
    """An expression as text, in one spelling; "" if it is nested too deeply to be anyone's seed."""
    try:
        return ast.unparse(node)
    except RecursionError:
        return ""


def truth(index: FileIndex, test: ast.expr) -> bool | None:
    """Whether a condition is provably true or false."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = truth(index, test.operand)
        return None if inner is None else not inner
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], (ast.Is, ast.IsNot)):
        left, right = index.constants(test.left), index.constants(test.comparators[0])
        if left is None or right != (None,):
            return None
        same = {value is None for value in left}
        return None if len(same) != 1 else same.pop() == isinstance(test.ops[0], ast.Is)
    constants = index.constants(test)
    if constants is None:
        return None
    outcomes = {bool(value) for value in constants}
    return outcomes.pop() if len(outcomes) == 1 else None


def local_functions(index: FileIndex, call: ast.Call) -> Iterator[FunctionNode]:
    """The functions of the file that a call runs; for a class its constructor is none, since it returns nothing."""
    for value in walk(index.evaluate(call.func)):
        if isinstance(value, LocalFunction):
            yield value.node


def called_functions(index: FileIndex, call: ast.Call) -> Iterator[FunctionNode]:
    """The functions of the file that a call runs, constructors included."""
    for value in walk(index.evaluate(call.func)):
        if isinstance(value, LocalFunction):
            yield value.node
        elif isinstance(value, LocalClass):
            constructor = index.method(value, "__init__")
            if constructor is not None:
                yield constructor.node


def argument_of(
    index: FileIndex, call: ast.Call, function: FunctionNode, name: str
) -> tuple[ast.expr | None, ast.expr | None]:
    """The expression that a call gives to a parameter, if in sight; and its default, if the call leaves it to that."""
    parameters = [*function.args.posonlyargs, *function.args.args]
    position = next((i for i, p in enumerate(parameters) if p.arg == name), None)
    if position is not None and _binds_first(index, call, function):
        position -= 1
    arguments = index.arguments(call)
    given = arguments.get(name, position)
    if given is not None:
        return given.value, None
    if arguments.open:
        return None, None
    parameter = next((p for p in (*parameters, *function.args.kwonlyargs) if p.arg == name), None)
    return None, default_of(function.args, parameter) if parameter is not None else None


def _binds_first(index: FileIndex, call: ast.Call, function: FunctionNode) -> bool:
    if index.owner(function) is None or isinstance(function, ast.Lambda):
        return False
    if any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in function.decorator_list):
        return False
    for value in walk(index.evaluate(call.func)):
        if isinstance(value, LocalClass):
            return True
        if isinstance(value, LocalFunction) and value.node is function:
            return value.owner is not None and not (
                isinstance(value.owner, LocalClass)
                and not any(isinstance(d, ast.Name) and d.id == "classmethod" for d in function.decorator_list)
            )
    return False


def default_of(arguments: ast.arguments, parameter: ast.arg) -> ast.expr | None:
    """The default of a parameter."""
    positional = [*arguments.posonlyargs, *arguments.args]
    if parameter in positional:
        place = positional.index(parameter) - len(positional) + len(arguments.defaults)
        return arguments.defaults[place] if place >= 0 else None
    if parameter in arguments.kwonlyargs:
        return arguments.kw_defaults[arguments.kwonlyargs.index(parameter)]
    return None


def is_seeded_later(index: FileIndex, call: ast.Call) -> bool:
    """Whether an object made without a seed gets its state afterwards: `rng = Random()` and then `rng.seed(…)`."""
    names = [name for name in index.callee_names(call) if name in generators()]
    wanted = {suffix for name in names for suffix in generators()[name].seeded_by}
    parent = index.parent(call)
    if not wanted or not isinstance(parent, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
        return False
    targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
    for target in targets:
        text = written(target)
        texts = {f"{text}.{suffix}" for suffix in wanted}
        if any(_same_holder(index, node, target) and written(node) in texts for node in _settings(index, wanted)):
            return True
    return False


def _settings(index: FileIndex, wanted: set[str]) -> Iterator[ast.Attribute]:
    """The attributes with one of the (last) names that are called with something, or assigned."""
    last = {suffix.rpartition(".")[2] for suffix in wanted}
    called = (call.func for call in index.calls if call.args or call.keywords)
    for node in (*called, *index.attribute_stores):
        if isinstance(node, ast.Attribute) and node.attr in last:
            yield node


def _same_holder(index: FileIndex, use: ast.AST, target: ast.expr) -> bool:
    if isinstance(target, ast.Attribute):
        return index.class_of(use) is index.class_of(target)
    return index.function(use) is index.function(target) or index.function(target) is None


def is_stable(kinds: tuple[str, ...]) -> bool:
    """Whether all values of some types have the same hash in each process."""
    return bool(kinds) and _STABLE_HASH.issuperset(kinds)


def is_number_by_name(node: ast.expr) -> bool:
    """Whether what is not known of a value, or of its neighbours, is outweighed by a name that stands for a number."""
    node = node.value if isinstance(node, ast.Starred) else node
    word = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return bool(_NUMBER.search(word))


def asks(test: ast.expr, text: str) -> bool:
    """Whether a condition is about an expression, given as text."""
    values = (node for node in ast.walk(test) if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)))
    return any(written(value) == text for value in values)


def settles(check: ast.If | ast.Assert, text: str) -> bool:
    """Whether after a check a value is no None any more: it was asserted, given a value, or the code was left."""
    if not asks(check.test, text):
        return False
    if isinstance(check, ast.Assert):
        return True
    for block in (check.body, check.orelse):
        stores = (node for statement in block for node in ast.walk(statement) if _is_store(node))
        if (block and _leaves(block[-1])) or any(written(store) == text for store in stores):
            return not _is_instance_check(check.test)
    return False


def _is_store(node: ast.AST) -> bool:
    return isinstance(getattr(node, "ctx", None), ast.Store)


def _leaves(statement: ast.stmt) -> bool:
    """Whether a statement leaves its block, or the program: `sys.exit`, `parser.error`."""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        func = statement.value.func
        return getattr(func, "attr", getattr(func, "id", "")) in ("exit", "error", "fail", "abort", "_exit")
    return isinstance(statement, (ast.Return, ast.Raise, ast.Continue, ast.Break))


def _is_instance_check(test: ast.expr) -> bool:
    """`isinstance(x, T)` says nothing of the None that goes on."""
    return isinstance(test, ast.Call) and isinstance(test.func, ast.Name) and test.func.id == "isinstance"


def is_asked_for(index: FileIndex, node: ast.AST) -> bool:
    """Whether an option asks for something else each time: `if FLAGS.vary_seed: seed = entropy()`, else a fixed one."""
    inner = node
    for outer in index.ancestors(node):
        if isinstance(outer, ast.If) and inner in outer.body:
            test = outer.test.func if isinstance(outer.test, ast.Call) else outer.test
            if isinstance(test, (ast.Name, ast.Attribute)) and _ASKS_FOR_OTHERS.search(written(test)):
                return True
        inner = outer
    return False


def test_of(node: ast.AST) -> ast.expr | None:
    return node.test if isinstance(node, (ast.If, ast.While, ast.IfExp, ast.Assert)) else None


def within(index: FileIndex, node: ast.AST, outer: ast.AST) -> bool:
    return any(ancestor is outer for ancestor in index.ancestors(node))


def in_loop(index: FileIndex, node: ast.AST) -> bool:
    return any(isinstance(a, (ast.For, ast.AsyncFor, ast.While)) for a in index.ancestors(node))
