"""Whether the workers and the partitions of distributed training are fixed in sight.

Given the index and an expression for a client or a frame, gives a `Verdict`. What it knows of Dask and Spark stands in
`data/distributed.toml`.
"""

from __future__ import annotations

import ast
import enum
from typing import TYPE_CHECKING, Any

from detlint.index import values
from detlint.rules.data import load
from detlint.rules.xgboost import params
from detlint.rules.xgboost.wrappers import calls_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from detlint.index import FileIndex

_DEPTH = 12
_ITSELF = -2


class Verdict(enum.IntEnum):
    """What is in sight; of several, the greatest counts."""

    UNKNOWN = 0
    FIXED = 1
    VARIES = 2


def _data() -> Mapping[str, Any]:
    return load(__package__, "distributed")


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Varying before fixed before unknown."""
    return max(verdicts, default=Verdict.UNKNOWN)


def workers(index: FileIndex, client: ast.expr | None) -> Verdict:
    """Whether the number of workers behind a client is fixed; without one, behind all those that the file makes."""
    clusters = _clusters(index)
    if client is not None:
        clusters = {call: row for call, row in clusters.items() if call in _makers(index, client)}
    return worst(_of_cluster(index, row, call) for call, row in clusters.items())


def current_client(index: FileIndex, fit: ast.Call) -> list[ast.expr] | None:
    """What the client of an estimator may be where it is fitted; None where nothing around it says.

    The one set as its attribute, that of a block around, or that which the function is given: [] where the calls that
    give it are out of sight.
    """
    receiver = fit.func.value if isinstance(fit.func, ast.Attribute) else None
    for store in index.attribute_stores:
        statement = index.statement(store)
        same = receiver is not None and ast.unparse(store.value) == ast.unparse(receiver)
        if store.attr == "client" and same and isinstance(statement, ast.Assign):
            return [statement.value]
    known = {name for row in _data()["cluster"] if "address" in row for name in row["names"]}
    for ancestor in index.ancestors(fit):
        if isinstance(ancestor, (ast.With, ast.AsyncWith)):
            clients = [i.context_expr for i in ancestor.items if known.intersection(index.types(i.context_expr))]
            if clients:
                return clients
        elif isinstance(ancestor, (ast.FunctionDef, ast.AsyncFunctionDef)):
            parameters = (*ancestor.args.posonlyargs, *ancestor.args.args, *ancestor.args.kwonlyargs)
            for parameter in parameters:
                if parameter.arg.endswith("client"):
                    return list(_passed(index, parameter))
    return None


def _clusters(index: FileIndex) -> dict[ast.Call, Mapping[str, Any]]:
    """The calls that make clusters and clients, each with its row of the data."""
    return {call: row for row in _data()["cluster"] for call in index.calls_of(*row["names"])}


def _makers(index: FileIndex, expression: ast.expr, depth: int = 0) -> set[ast.AST]:
    """The calls that may have made a client or cluster: here, under a name, or where a call in sight passes it."""
    found: set[ast.AST] = {expression}
    for member in index.evaluate(expression).alternatives:
        if isinstance(member, values.Instance) and isinstance(member.origin, ast.Call):
            found.add(member.origin)
    if isinstance(expression, ast.Name) and depth < _DEPTH:
        for source in _sources(index, expression):
            found |= _makers(index, source, depth + 1)
    return found


def _of_cluster(index: FileIndex, row: Mapping[str, Any], call: ast.Call) -> Verdict:
    """The verdict of what makes a cluster or client; a client has the workers of the cluster that it is given."""
    arguments = index.arguments(call)
    for position, name in enumerate(row.get("address", ())):
        argument = arguments.get(name, position if position == 0 else None)
        if argument is not None and argument.value is not None:
            return Verdict.VARIES if _is_address(index, argument.value) else workers(index, argument.value)
    scaled = _scaled(index, call)
    if scaled is not Verdict.UNKNOWN:
        return scaled
    for name in row["workers"]:
        argument = arguments.get(name, row.get("position") if name == row["workers"][0] else None)
        if argument is not None and argument.value is not None:
            return amount(index, argument.value)
    for name in row.get("single", ()):
        argument = arguments.get(name)
        if argument is not None and argument.value is not None and index.constant(argument.value) is False:
            return Verdict.FIXED
    return Verdict.UNKNOWN if arguments.open else Verdict.VARIES


def _is_address(index: FileIndex, expression: ast.expr) -> bool:
    """Whether a client is given the address of a scheduler, which runs elsewhere and has what workers that has."""
    source = params.assigned(index, expression)
    named = any(isinstance(node, ast.Attribute) and node.attr in ("environ", "argv") for node in ast.walk(source))
    return named or "str" in index.types(expression)


def _scaled(index: FileIndex, cluster: ast.Call) -> Verdict:
    """What later calls of a cluster's `scale` and `adapt` say."""
    scaling = _data()["scaling"]
    found = [Verdict.UNKNOWN]
    for call in index.calls:
        callee = call.func
        if not isinstance(callee, ast.Attribute) or callee.attr not in (*scaling["varying"], *scaling["fixed"]):
            continue
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        if not _is_cluster(index, callee.value) or cluster not in _makers(index, callee.value):
            continue
        if callee.attr in scaling["varying"]:
            found.append(Verdict.VARIES)
        elif given:
            found.append(amount(index, given[0]))
    return worst(found)


def _is_cluster(index: FileIndex, receiver: ast.expr) -> bool:
    known = {name for row in _data()["cluster"] for name in row["names"]}
    return any(kind in known for kind in index.types(receiver))


def amount(index: FileIndex, expression: ast.expr) -> Verdict:
    """Whether a number (of workers, of partitions) is fixed: a constant is, the size of the machine is not."""
    machine = _data()["machine"]
    for node in ast.walk(expression):
        if isinstance(node, ast.Attribute) and node.attr in machine["attributes"]:
            return Verdict.VARIES
        if isinstance(node, ast.Call) and any(name in machine["names"] for name in index.names(node.func)):
            return Verdict.VARIES
    found = index.evaluate(expression).alternatives
    if all(isinstance(member, values.Const) and member.value in (None, "auto") for member in found):
        return Verdict.VARIES
    if all(isinstance(member, (values.Const, values.Sequence, values.Mapping)) for member in found):
        return Verdict.FIXED
    if isinstance(expression, ast.Name):
        sources = [source for source in _sources(index, expression) if source is not expression]
        if sources:
            return worst(amount(index, source) for source in sources)
    if isinstance(expression, (ast.BinOp, ast.Tuple)):
        parts = [expression.left, expression.right] if isinstance(expression, ast.BinOp) else expression.elts
        return worst(amount(index, part) for part in parts)
    return Verdict.UNKNOWN


def partitions(index: FileIndex, expression: ast.expr | None, depth: int = 0) -> Verdict:
    """Whether the partitions of a frame or array are fixed by what makes it, followed back as far as the file shows."""
    if expression is None or depth > _DEPTH:
        return Verdict.UNKNOWN
    if isinstance(expression, ast.Name):
        return worst(partitions(index, source, depth + 1) for source in _sources(index, expression))
    if isinstance(expression, ast.Call):
        return _of_call(index, expression, depth)
    return worst(partitions(index, part, depth + 1) for part in _parts(expression))


def _parts(expression: ast.expr) -> list[ast.expr]:
    if isinstance(expression, (ast.Attribute, ast.Subscript, ast.Starred, ast.Await)):
        return [expression.value]
    if isinstance(expression, (ast.Tuple, ast.List)):
        return expression.elts
    if isinstance(expression, ast.BinOp):
        return [expression.left, expression.right]
    if isinstance(expression, ast.IfExp):
        return [expression.body, expression.orelse]
    return []


def _of_call(index: FileIndex, call: ast.Call, depth: int) -> Verdict:
    frames = _data()["frames"]
    arguments = index.arguments(call)
    for name in frames["arguments"]:
        argument = arguments.get(name)
        if argument is not None and argument.value is not None:
            return amount(index, argument.value)
    callee = call.func
    if isinstance(callee, ast.Attribute) and callee.attr in frames["methods"] and call.args:
        return amount(index, call.args[0])
    position = _source_position(index, callee)
    if position == _ITSELF:
        return Verdict.FIXED
    if position is not None and 0 <= position < len(call.args):
        return amount(index, call.args[position])
    inner = [partitions(index, argument, depth + 1) for argument in call.args]
    inner += [partitions(index, keyword.value, depth + 1) for keyword in call.keywords]
    if position is not None:
        return Verdict.FIXED if worst(inner) is Verdict.FIXED else Verdict.VARIES
    if isinstance(callee, ast.Attribute):
        inner.append(partitions(index, callee.value, depth + 1))
    inner += [partitions(index, result, depth + 1) for result in _results(index, callee)]
    return worst(inner)


def _source_position(index: FileIndex, callee: ast.expr) -> int | None:
    """The position of the argument that fixes the partitions, for a call that makes a frame; negative without one."""
    frames = _data()["frames"]
    for name in index.names(callee):
        if name in frames["sources"]:
            return int(frames["sources"][name])
    if "pyspark" not in index.imports or not isinstance(callee, ast.Attribute):
        return None
    spark = frames["spark"]
    reading = any(isinstance(node, ast.Attribute) and node.attr == "read" for node in ast.walk(callee))
    if reading and callee.attr in spark["readers"]:
        return -1
    position: int | None = spark["methods"].get(callee.attr)
    return position


def _results(index: FileIndex, callee: ast.expr) -> Iterator[ast.expr]:
    for member in values.walk(index.evaluate(callee)):
        if isinstance(member, values.LocalFunction):
            body = member.node.body
            if isinstance(body, ast.expr):
                yield body
                continue
            for statement in body:
                for node in ast.walk(statement):
                    if isinstance(node, (ast.Return, ast.Yield)) and node.value is not None:
                        yield node.value


def _sources(index: FileIndex, name: ast.Name) -> Iterator[ast.expr]:
    """What a name may have been given: assigned values, and what calls in sight pass for a parameter."""
    for binding in index.bindings(name):
        node = getattr(binding, "node", binding)
        if isinstance(node, ast.arg):
            yield from _passed(index, node)
        elif isinstance(node, ast.Name):
            statement = index.statement(node)
            if isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value is not None:
                yield statement.value
            elif isinstance(statement, (ast.With, ast.AsyncWith)):
                for item in statement.items:
                    if item.optional_vars is node:
                        yield item.context_expr


def _passed(index: FileIndex, parameter: ast.arg) -> Iterator[ast.expr]:
    function = index.function(parameter)
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]
    if parameter.arg not in names:
        return
    for call, bound in calls_of(index, function):
        skipped = bound and names[:1] in (["self"], ["cls"])
        argument = index.arguments(call).get(parameter.arg, names.index(parameter.arg) - skipped)
        if argument is not None and argument.value is not None:
            yield argument.value
