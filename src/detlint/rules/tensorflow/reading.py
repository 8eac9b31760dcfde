"""Whether a row of the op table holds for a call: DET301 and DET302 read code in the same way.

Given a row, a call and what the user targets; gives how sure it is, or None where the row does not hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence
from detlint.index import dotted_name
from detlint.index.values import UNKNOWN
from detlint.rules.guards import must_fail
from detlint.rules.tensorflow import evidence, ops
from detlint.rules.tensorflow.versions import LEGACY_VARIABLE, is_legacy, keras_version

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from detlint.context import Context

_ABBREVIATION = "tf"


@dataclass(frozen=True, slots=True)
class Use:
    """A call of an op, and what is known of it there."""

    call: ast.Call
    name: str
    op: ops.Op
    effect: ops.Effect
    confidence: Confidence

    @property
    def shown(self) -> str:
        """The op's name as people write it."""
        return f"`{self.name.replace('tensorflow.', f'{_ABBREVIATION}.', 1).removesuffix('.__call__')}`"


def uses(context: Context, call: ast.Call) -> Iterator[Use]:
    """What is known of a call under each name of its callee; rows that no mode makes deterministic come first."""
    for name in () if must_fail(context.index, call) else context.index.callee_names(call):
        found = list(_uses_as(name, context, call))
        if found:
            yield next((use for use in found if use.effect != "switches"), found[0])


def _uses_as(name: str, context: Context, call: ast.Call) -> Iterator[Use]:
    """What the rows of one name say of a call."""
    version = context.targets.version("tensorflow")
    for op in ops.by_name().get(name, ()):
        effect = op.effect(version)
        confidence = _confidence(op, name, call, context) if effect is not None else None
        if effect is not None and confidence is not None:
            yield Use(call, name, op, effect, confidence)


def _confidence(op: ops.Op, name: str, call: ast.Call, context: Context) -> Confidence | None:
    """How sure it is that a row holds for a call; None where it does not."""
    if not _is_runnable(op, name, call, context):
        return None
    index = context.index
    if op.gradient and evidence.has_no_gradient(index, call):
        return None
    if op.trained is not None and _is_not_trained(op.trained, call, context):
        return None
    if not _is_of_kind(op, call, context) or _is_exact(op, call, context):
        return None
    answer = _argument(op, call, context)
    return Confidence.LOW if answer is not None and _is_doubtful(op, call, context) else answer


def _is_not_trained(position: int, call: ast.Call, context: Context) -> bool:
    """Whether the argument whose gradient differs has none: it is computed from settings."""
    argument = context.arguments(call).get("filter", position)
    given = argument.value if argument is not None else None
    return given is not None and evidence.is_computed(context.index, given)


def _is_doubtful(op: ops.Op, call: ast.Call, context: Context) -> bool:
    """Whether the op is mostly used where it does no harm, and nothing shows that it is not so here."""
    index = context.index
    if op.gradient and evidence.tested_without_gradient(index, call):
        return True
    if op.gradient and not evidence.makes_layer(index, call) and evidence.prepares_data(index, call):
        return True
    if not (op.preprocessing or op.augmentation or op.label_maps) or evidence.in_model(index, call):
        return False
    if op.augmentation:
        return evidence.is_only_handed_on(index, call)
    return op.preprocessing or evidence.is_label_map(index, call)


def _is_runnable(op: ops.Op, name: str, call: ast.Call, context: Context) -> bool:
    """Whether the op runs on one of its devices, with the version of Keras that has the effect."""
    index = context.index
    if name.startswith(("keras.", "tf_keras.")):
        legacy = is_legacy(evidence.environment(index, LEGACY_VARIABLE))
        if op.keras is not None and keras_version(context.targets, name, legacy=legacy)[0] != op.keras:
            return False
        if evidence.environment(index, "KERAS_BACKEND") not in ("", "tensorflow"):
            return False
        if ".layers." in name and not name.endswith(".__call__") and evidence.layer_runs_elsewhere(index, call):
            return False
    devices = context.devices & set(op.devices)
    if devices - {"cpu"} and (evidence.on_cpu(index, call) or evidence.on_host(index, call)):
        devices &= {"cpu"}
    return bool(devices)


def _is_of_kind(op: ops.Op, call: ast.Call, context: Context) -> bool:
    """Whether the conditions on the kind of the operand, and on compilation, hold."""
    index = context.index
    first = context.arguments(call).get("", 0)
    operand = first.value if first is not None else None
    if op.jit and not evidence.compiled_by_xla(index, call):
        return False
    if op.reference and (operand is None or not evidence.is_reference_variable(index, operand)):
        return False
    if op.slices and (operand is None or index.types(operand) != ("tensorflow.IndexedSlices",)):
        return False
    return not op.one_column or (operand is not None and evidence.is_one_column(index, operand))


def _is_exact(op: ops.Op, call: ast.Call, context: Context) -> bool:
    """Whether the order of the updates cannot matter: integers are added up, equal values written, indices distinct."""
    summed = _value(op.summed, op.summed_position, call, context)
    if summed is not None and (evidence.is_integer(context.index, summed) or _counts(summed, call, context)):
        return True
    written = _value(op.written, op.written_position, call, context)
    if written is not None and evidence.is_all_the_same(context.index, written):
        return True
    indices = _value(op.indices, op.indices_position, call, context)
    return indices is not None and evidence.is_distinct(context.index, indices)


def _value(parameter: str | None, position: int | None, call: ast.Call, context: Context) -> ast.expr | None:
    """The expression given for a parameter of a row, None if the row has none or it is not in sight."""
    argument = context.arguments(call).get(parameter, position) if parameter is not None else None
    return argument.value if argument is not None else None


def _counts(summed: ast.expr, call: ast.Call, context: Context) -> bool:
    """Whether ones are added up, a mask, or the indices themselves, which are integers: `segment_sum(i, i)`."""
    origin = evidence.origin_call(context.index, summed)
    if origin is not None and evidence.ONES.intersection(context.index.names(origin.func)):
        return True
    if evidence.is_cast_mask(context.index, summed):
        return True
    name = dotted_name(summed)
    return name is not None and any(argument is not summed and name == dotted_name(argument) for argument in call.args)


def _argument(op: ops.Op, call: ast.Call, context: Context) -> Confidence | None:
    """Whether the argument that decides has one of the values that have the effect."""
    arguments = context.arguments(call)
    if op.given is not None:
        given = arguments.get(op.given, op.position)
        return None if given is None or context.index.constant(given.value) is None else Confidence.HIGH
    if op.argument is None:
        return Confidence.HIGH
    argument = arguments.get(op.argument, op.position)
    if argument is None:
        if op.default in op.values:
            return Confidence.HIGH
        return Confidence.LOW if arguments.open else None
    if argument.value is None:
        return Confidence.LOW
    return _holds(op, argument.value, context)


def _holds(op: ops.Op, value: ast.expr, context: Context) -> Confidence | None:
    """Whether an expression is one of the values of a row: a constant, or an object of the library."""
    constants = context.index.constants(value)
    if constants is not None:
        matching = [constant for constant in constants if _is_value(op, constant)]
        if not matching:
            return None
        return Confidence.HIGH if len(matching) == len(constants) else Confidence.MEDIUM
    names = context.index.names(value)
    if names:
        return Confidence.HIGH if set(names) & set(op.values) else None
    return Confidence.LOW if context.index.constant(value) is UNKNOWN else None


def _is_value(op: ops.Op, constant: object) -> bool:
    """Whether a constant is one of a row's values; texts count without their case, `True` is not 1."""
    return any(
        constant.lower() == value.lower()
        if isinstance(constant, str) and isinstance(value, str)
        else type(constant) is type(value) and constant == value
        for value in op.values
    )
