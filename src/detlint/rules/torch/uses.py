"""Whether a call uses an op in a way that differs between runs: the facts of the op against the arguments of the call.

Given an index, a version and devices, judges one call at a time. A rule asks for an effect (`raises`, `switches`) and
gets the use, with how sure it is, or None.
"""

from __future__ import annotations

import ast
import enum
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detlint.index.values import UNKNOWN, Const, Instance, Ref, Sequence
from detlint.rules.guards import must_fail
from detlint.rules.torch import ops
from detlint.rules.torch.following import FUNCTIONS
from detlint.rules.torch.tensors import Tensors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from detlint.context import Context
    from detlint.index import Argument, FileIndex
    from detlint.index.values import Value
    from detlint.rules.torch.ops import Condition, Effect, Fact, Op
    from detlint.versions import Version


class Answer(enum.IntEnum):
    """Whether something holds; of several conditions the least, of several facts the greatest counts."""

    NO = 0
    MAYBE = 1
    YES = 2


@dataclass(frozen=True, slots=True)
class Use:
    """A call of an op that can differ: the name called, the op, the fact that applies, whether it surely does."""

    name: str
    op: Op
    fact: Fact
    answer: Answer


@dataclass(frozen=True, slots=True)
class _Call:
    """A call of one of an op's names; `receiver` is the first operand of a bound method."""

    node: ast.Call
    name: str
    op: Op
    bound: bool
    receiver: ast.expr | None


def _names_op(decorator: ast.expr) -> bool:
    """Whether a decorator names an op of torch in a text: what it decorates is meant to be called for that."""
    given = decorator.args if isinstance(decorator, ast.Call) else []
    return any(isinstance(argument, ast.Constant) and argument.value in ops.ops() for argument in given)


def _calls_parent(method: ast.FunctionDef, name: str) -> list[ast.Call]:
    """The calls in a method of one of the class that it derives from: `super().forward(x)`."""
    return [
        node
        for node in ast.walk(method)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == name
        and isinstance(node.func.value, ast.Call)
        and isinstance(node.func.value.func, ast.Name)
        and node.func.value.func.id == "super"
    ]


def _is_flat(call: _Call) -> bool:
    """Whether the index of an op has one dimension: `index_add`, `index_copy`."""
    return ".index_" in call.name and call.op.index == "index"


def _has_rows(call: _Call) -> bool:
    """Whether the index of an op has as many dimensions as the tensor: `gather`, `scatter_add`."""
    return call.name.startswith("torch.") and call.name.partition("_")[0].endswith(("gather", "scatter"))


class Uses:
    """Judges the calls of one file."""

    def __init__(self, index: FileIndex, version: Version, devices: Iterable[str]) -> None:
        self.index = index
        self.tensors = Tensors(index)
        self.version = version
        self.devices = frozenset(devices)
        self._judged: dict[tuple[ast.Call, Effect], Use | None] = {}
        self._of_layers: dict[ast.AST, list[ast.Call]] | None = None

    @classmethod
    def in_file(cls, context: Context) -> Uses:
        """The uses in a file, for what the file is meant for."""
        return cls(context.index, context.targets.version("torch"), context.devices)

    def judge(self, node: ast.Call, effect: Effect) -> Use | None:
        """The use with an effect that a call is, of several the surest; None if it is none."""
        key = (node, effect)
        if key not in self._judged:
            self._judged[key] = self._judge(node, effect)
        return self._judged[key]

    def _judge(self, node: ast.Call, effect: Effect) -> Use | None:
        if must_fail(self.index, node) or self._hands_through(node):
            return None
        if effect == "switches" and self._surely(node, "raises"):
            return None
        uses = [use for call in self._calls(node) for use in self._uses(call, effect)]
        return max(uses, key=lambda use: use.answer, default=None)

    def derived(self, cls: ast.ClassDef, effect: Effect) -> Iterator[tuple[ast.Call, Use]]:
        """The calls that make objects of a class of the file as layers of torch, from which it derives, that are ops.

        Its constructor's call of that of the layer, else the calls of the class itself.
        """
        names = [name for base in cls.bases for name in self.index.names(base) if name in ops.ops()]
        methods = {each.name: each for each in cls.body if isinstance(each, ast.FunctionDef)}
        if not names or ("forward" in methods and not _calls_parent(methods["forward"], "forward")):
            return
        if "__init__" in methods:
            calls = _calls_parent(methods["__init__"], "__init__")
        else:
            calls = self.index.local_calls(cls) or []
        for call in calls:
            uses = [u for name in names for u in self._uses(_Call(call, name, ops.ops()[name], False, None), effect)]
            if uses:
                yield call, max(uses, key=lambda use: use.answer)

    def _hands_through(self, node: ast.Call) -> bool:
        """Whether a call stands in a function that takes the place of the op: who calls the op is told there."""
        function = self.index.function(node)
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return False
        if any(_names_op(decorator) for decorator in function.decorator_list) or any(
            isinstance(outer, FUNCTIONS) and any(map(_names_op, outer.decorator_list))
            for outer in self.index.ancestors(function)
        ):
            return True
        return any(
            isinstance(setting.value, ast.Name)
            and any(binding.node is function for binding in self.index.bindings(setting.value))
            for setting in self.index.assignments_to(*self.index.callee_names(node))
        )

    def _surely(self, node: ast.Call, effect: Effect) -> bool:
        return any(use.answer is Answer.YES for call in self._calls(node) for use in self._uses(call, effect))

    def _calls(self, node: ast.Call) -> Iterator[_Call]:
        for name in self.index.callee_names(node):
            op = ops.ops().get(name)
            if op is not None:
                bound = ops.is_method(name) and not self._through_class(node)
                receiver = node.func.value if bound and isinstance(node.func, ast.Attribute) else None
                call = _Call(node, name, op, bound, receiver)
                if not (name.endswith(".gather") and bound) or self._gathers_along_a_dimension(call):
                    yield call

    def _gathers_along_a_dimension(self, call: _Call) -> bool:
        """Whether the receiver is a tensor, or is asked for what only tensors do: `x.gather(1, index)`."""
        if call.receiver is None or self.index.types(call.receiver):
            return True
        dimension = self._argument(call, "dim")
        dimensions = self.index.constants(dimension.value) if dimension is not None else None
        whole = dimensions is not None and all(type(number) is int for number in dimensions)
        return whole and self._argument(call, "index") is not None

    def _through_class(self, node: ast.Call) -> bool:
        """`torch.Tensor.median(x, 0)`: the first argument is the tensor."""
        if not isinstance(node.func, ast.Attribute):
            return False
        return any(
            isinstance(v, Ref) and v.name == "torch.Tensor" for v in self.index.evaluate(node.func.value).alternatives
        )

    def _uses(self, call: _Call, effect: Effect) -> Iterator[Use]:
        facts = ops.applicable(call.op, effect, self.version, self.devices)
        answers = [(fact, answer) for fact in facts for answer in (self._holds(call, fact),) if answer is not Answer.NO]
        if not answers or not self._with_gradient(call) or (effect == "switches" and self._comes_out_the_same(call)):
            return
        for fact, answer in answers:
            yield Use(call.name, call.op, fact, Answer.MAYBE if self._doubtful(call, fact) else answer)

    def _doubtful(self, call: _Call, fact: Fact) -> bool:
        """Whether it may be no tensor of torch at all, or one whose name tells that it holds integers."""
        if self.tensors.loads_data(call.node) == "maybe":
            return True
        others = [n for n in self.index.callee_names(call.node) if ops.is_method(call.name) and n not in ops.ops()]
        floats = call.op.gradient[:1] or (("input",) if call.op.sums and not call.op.index else ())
        counted = any(self.tensors.counts_things(self._operand(call, parameter)) for parameter in floats)
        if call.op.sums and call.op.index:
            # Truths and counts as floats: their sums are exact in any order.
            added = [self._operand(call, name) for name in ("src", "source", "values") if name in call.op.parameters]
            named = [value for value in added if isinstance(value, ast.Name)]
            counted = counted or any(map(self.tensors.counts_things, named))
        distinct = _is_flat(call) and self.tensors.perhaps_distinct(self._operand(call, "index"))
        in_front = (call.op.front or self._is_recorded(call)) and not self._on_results(call)
        distinct = distinct or (bool(call.op.gradient) and self._is_apart(call))
        if call.op.writes:
            distinct = distinct or self.tensors.from_distinct(self._operand(call, "index"))
        unsure = (call.op.unsure and fact.effect == "switches") or self._is_elsewhere(call)
        return bool(others) or counted or distinct or in_front or unsure

    def _is_apart(self, call: _Call) -> bool:
        """Whether nothing is trained by it, as names tell: the weights of a loss, what is made of predictions."""
        function = self.index.function(call.node)
        if not isinstance(function, FUNCTIONS) or self._is_layer(call):
            return False
        operand = self._operand(call, call.op.gradient[0])
        while isinstance(operand, (ast.Subscript, ast.Call)):
            operand = operand.value if isinstance(operand, ast.Subscript) else self.tensors.receiver(operand)
        parameters = {each.arg for each in (*function.args.args, *function.args.kwonlyargs)}
        weights = getattr(operand, "id", "") in parameters & {"weight", "weights"} and not parameters.isdisjoint(
            _TARGETS
        )
        return weights or _LAST.search(function.name) is not None

    def _is_elsewhere(self, call: _Call) -> bool:
        """Whether the code around a call asks for kernels of another kind of device than those that are known."""
        function = self.index.function(call.node)
        return any(
            self.index.function(other) is function
            for module in sorted(self.index.imports & _OTHER_DEVICES)
            for other in self.index.calls
            if any(name.startswith(module + ".") for name in self.index.callee_names(other))
        )

    def _is_recorded(self, call: _Call) -> bool:
        """Whether the operand whose gradient matters is named as recorded sound is."""
        operand = self._operand(call, call.op.gradient[0]) if call.op.gradient and not self._is_layer(call) else None
        return self._names_recorded(operand, 4) is True

    def _names_recorded(self, operand: ast.expr | None, depth: int) -> bool | None:
        """Whether an expression is named so, or made of what is; None for a parameter that nothing in sight gives."""
        while isinstance(operand, (ast.Subscript, ast.Call)):
            key = self.index.constant(operand.slice) if isinstance(operand, ast.Subscript) else None
            if isinstance(key, str):
                return bool(_RECORDED.search(key))
            operand = operand.value if isinstance(operand, ast.Subscript) else self.tensors.receiver(operand)
        name = operand.attr if isinstance(operand, ast.Attribute) else getattr(operand, "id", "")
        if _RECORDED.search(name):
            return True
        if not depth or not isinstance(operand, ast.Name):
            return False
        sources = [source for binding in self.index.bindings(operand) for source in self._sources(binding.node)]
        known = {self._names_recorded(source, depth - 1) for source in sources} - {None}
        return known == {True} if known else None

    def _sources(self, bound: ast.AST) -> list[ast.expr | None]:
        """What a name is bound to; for a parameter, what the calls in sight give."""
        function = self.index.function(bound)
        if not isinstance(bound, ast.arg):
            return [self.tensors.assigned(bound)[0]]
        if not isinstance(function, FUNCTIONS) or self.index.owner(function) is not None:
            return [None]
        positional = [*function.args.posonlyargs, *function.args.args]
        place = positional.index(bound) if bound in positional else None
        given = [self.index.arguments(call).get(bound.arg, place) for call in self.index.local_calls(function) or ()]
        return [argument.value if argument is not None else None for argument in given]

    def _on_results(self, call: _Call) -> bool:
        """Whether an op is seen to work on what a model gives."""
        operand = self._operand(call, call.op.gradient[0])
        return self.tensors.from_model(operand) or self._in_loss(call.node, 2)

    def _in_loss(self, node: ast.AST, depth: int) -> bool:
        """Whether code is part of a loss, by names around it, or is called by one, or with what a model gives."""
        around = [a for a in self.index.ancestors(node) if isinstance(a, (*FUNCTIONS, ast.ClassDef))]
        if any(_LOSS.search(each.name) for each in around):
            return True
        function = self.index.function(node)
        name = getattr(function, "name", "")
        return bool(depth and name) and any(
            self._in_loss(call, depth - 1) or any(self.tensors.from_model(a) for a in call.args)
            for call in self.index.calls
            if name in {getattr(call.func, "attr", ""), getattr(call.func, "id", "")}
        )

    def _read_as_integers(self, node: ast.Call) -> bool:
        """`x.cumsum(0).long()`: what is summed will be integers."""
        attribute = self.index.parent(node)
        return isinstance(attribute, ast.Attribute) and attribute.attr in {"long", "int"}

    def _holds(self, call: _Call, fact: Fact) -> Answer:
        answer = Answer.YES
        for parameter, wanted in fact.when.items():
            answer = min(answer, self._condition(call, parameter, wanted))
            if answer is Answer.NO:
                return answer
        on = self._device(call)
        return answer if on is None or on in fact.devices else Answer.NO

    # --- what the op is used on ---------------------------------------------------------------------------------------
    def _comes_out_the_same(self, call: _Call) -> bool:
        """Whether order makes no difference: integers are summed, places are distinct, values all the same."""
        op, tensors = call.op, self.tensors
        values = [self._operand(call, parameter) for parameter in op.parameters if parameter in _VALUES]
        if op.sums and any(tensors.numbers(value) == "integers" for value in values):
            return True
        if not op.index:
            return op.sums and tensors.uniform(self._operand(call, "input"))
        index = self._operand(call, op.index)
        if op.index == "indices" and tensors.positions(index):
            return True
        if index is not None and not op.sums and values and tensors.gathered(values[-1], ast.dump(index)):
            return True  # Where an index repeats, it is the same value that is written.
        along = self.index.constant(self._operand(call, "dim")) if _has_rows(call) else None
        if tensors.one_in_row(index, along) or self._leaves_one(call):
            return True
        if "scatter" in call.name and tensors.distinct_in_rows(index):
            return self.index.constant(self._operand(call, "dim")) != 0
        return tensors.distinct(index, flat=_is_flat(call)) or (
            not op.gradient and any(tensors.uniform(value) for value in values[-1:] if value is not None)
        )

    def _leaves_one(self, call: _Call) -> bool:
        """`q.gather(1, actions).squeeze(1)`: that dimension has one place in each row, if it can be squeezed away."""
        attribute = self.index.parent(call.node)
        outer = self.index.parent(attribute) if isinstance(attribute, ast.Attribute) else None
        if not (call.name.endswith("gather") and isinstance(outer, ast.Call) and outer.func is attribute):
            return False
        if not isinstance(attribute, ast.Attribute) or attribute.attr != "squeeze":
            return False
        given = self.index.arguments(outer).get("dim", 0)
        along = self._argument(call, "dim")
        if given is None:
            return True
        dimensions = [self.index.constant(each.value) if each is not None else None for each in (given, along)]
        return dimensions[0] in (dimensions[1], -1) and type(dimensions[0]) is int

    def _with_gradient(self, call: _Call) -> bool:
        if not call.op.gradient:
            return True
        if self._is_layer(call):
            uses = self._layer_calls(call.node)
            return not uses or any(self._layer_with_gradient(use) for use in uses)
        if (
            not self.tensors.recorded(call.node)
            or self.tensors.dropped(call.node)
            or self.index.arguments(call.node).get("out") is not None
        ):
            return False
        operands = [self._operand(call, parameter) for parameter in call.op.gradient if parameter in call.op.parameters]
        operands = operands or call.node.args[:1]  # type: ignore[assignment]
        return any(self.tensors.gradient(operand) for operand in operands)

    def _layer_with_gradient(self, use: ast.Call) -> bool:
        has_weights = any(name.startswith("torch.nn.Embedding") for name in self.index.callee_names(use))
        return self.tensors.recorded(use) and (has_weights or not use.args or self.tensors.gradient(use.args[0]))

    def _is_layer(self, call: _Call) -> bool:
        last = call.name.rpartition(".")[2]
        return last[:1].isupper()

    def _layer_calls(self, constructed: ast.Call) -> list[ast.Call]:
        """The calls of a layer, by what constructed it."""
        if self._of_layers is None:
            self._of_layers = {}
            for call in self.index.calls:
                for value in self.index.evaluate(call.func).alternatives:
                    if isinstance(value, Instance) and value.origin is not None:
                        self._of_layers.setdefault(value.origin, []).append(call)
        return self._of_layers.get(constructed, [])

    def _device(self, call: _Call) -> str | None:
        if self.tensors.loads_data(call.node) == "yes" or (not self._is_layer(call) and self._in_new_module(call.node)):
            return "cpu"
        if self._is_layer(call):
            found = {self.tensors.device(use.args[0]) if use.args else None for use in self._layer_calls(call.node)}
            return found.pop() if len(found) == 1 else None
        for operand in self._tensor_operands(call):
            on = self.tensors.device(operand)
            if on is not None:
                return on
        return None

    def _in_new_module(self, node: ast.AST) -> bool:
        """Whether code is in the constructor of a module, which is moved to a device only when it is made."""
        function, cls = self.index.function(node), self.index.class_of(node)
        made = getattr(function, "name", "") == "__init__" and cls is not None
        return made and cls is not None and "torch.nn.Module" in self.index.bases(cls)

    def _tensor_operands(self, call: _Call) -> Iterator[ast.expr]:
        """The operands that may be tensors on the device that the op runs on."""
        if call.receiver is not None:
            yield call.receiver
        for expression in [*call.node.args[:4], *(keyword.value for keyword in call.node.keywords)]:
            if not isinstance(expression, (ast.Constant, ast.Starred)):
                yield expression

    # --- conditions on arguments --------------------------------------------------------------------------------------
    def _argument(self, call: _Call, parameter: str) -> Argument | None:
        place = call.op.position(parameter, call.bound)
        arguments = self.index.arguments(call.node)
        found = arguments.get(parameter, place)
        return arguments.get("axis") if found is None and parameter == "dim" else found

    def _operand(self, call: _Call, parameter: str) -> ast.expr | None:
        """The expression given for a parameter."""
        if call.bound and call.op.parameters[:1] == (parameter,):
            return call.receiver
        argument = self._argument(call, parameter)
        if argument is None and parameter == "input":
            argument = self.index.arguments(call.node).get("self")
        return argument.value if argument is not None else None

    def _condition(self, call: _Call, parameter: str, wanted: Condition) -> Answer:
        if call.bound and call.op.parameters[:1] == (parameter,):
            return self._of_tensor(call, call.receiver, str(wanted))
        argument = self._argument(call, parameter)
        if argument is None:
            return self._of_default(call, parameter, wanted)
        if not isinstance(wanted, str):
            return self._among(argument.evaluated, wanted)
        if wanted == "given":
            return self._given(argument)
        if wanted in {"not-ones", "ones", "len-2", "len-4", "len-6"}:
            return self._sized(argument, wanted)
        if wanted == "tensor":
            return self._tensor(call, parameter, argument)
        return self._of_tensor(call, argument.value, wanted)

    def _of_default(self, call: _Call, parameter: str, wanted: Condition) -> Answer:
        """A parameter that is not given in sight."""
        default = call.op.defaults.get(parameter, "absent")
        holds = default in wanted if not isinstance(wanted, str) else wanted == "float"
        if self.index.arguments(call.node).open:
            return Answer.MAYBE
        return Answer.YES if holds else Answer.NO

    def _among(self, value: Value, wanted: tuple[object, ...]) -> Answer:
        """Whether an argument is one of some values; of several alternatives one is enough, an unknown one is not."""
        constants = [v.value for v in value.alternatives if isinstance(v, Const)]
        if any(type(c) is type(w) and c == w for c in constants for w in wanted):
            return Answer.YES
        return Answer.NO if len(constants) == len(value.alternatives) else Answer.MAYBE

    def _given(self, argument: Argument) -> Answer:
        values = argument.evaluated.alternatives
        nothing = [v for v in values if isinstance(v, Const) and v.value is None]
        if len(nothing) == len(values):
            return Answer.NO
        return Answer.MAYBE if nothing or self._defaults_to_none(argument.value) else Answer.YES

    def _defaults_to_none(self, node: ast.expr | None) -> bool:
        """Whether a value is a parameter that may be left out."""
        if not isinstance(node, ast.Name) or _tested(self.index, node):
            return False
        for binding in self.index.bindings(node):
            arguments = self.index.parent(binding.node)
            if isinstance(binding.node, ast.arg) and isinstance(arguments, ast.arguments):
                default = _default(arguments, binding.node)
                if isinstance(default, ast.Constant) and default.value is None:
                    return True
        return False

    def _sized(self, argument: Argument, wanted: str) -> Answer:
        answers = {self._size(value, argument.value, wanted) for value in argument.evaluated.alternatives}
        return answers.pop() if len(answers) == 1 else Answer.MAYBE

    def _size(self, value: Value, node: ast.expr | None, wanted: str) -> Answer:
        if wanted == "not-ones":
            return self._not_ones(value)
        if wanted == "ones":
            return Answer(Answer.YES - self._not_ones(value))
        length = len(value.elements) if isinstance(value, Sequence) and not value.open else _repeated(self.index, node)
        if length is None:
            return Answer.MAYBE
        return Answer.YES if length == int(wanted.removeprefix("len-")) else Answer.NO

    def _not_ones(self, value: Value) -> Answer:
        if isinstance(value, Const):
            return Answer.YES if isinstance(value.value, int) and value.value != 1 else Answer.NO
        if not isinstance(value, Sequence):
            return Answer.MAYBE
        elements = [self.index.constant(element) for element in value.elements]
        if any(element is not UNKNOWN and element != 1 for element in elements):
            return Answer.YES
        return Answer.MAYBE if value.open or UNKNOWN in elements else Answer.NO

    def _tensor(self, call: _Call, parameter: str, argument: Argument) -> Answer:
        """Whether an argument is a tensor rather than a number."""
        if argument.value is not None and self.tensors.uniform(argument.value):
            return Answer.NO
        types = self.index.types(argument.value) if argument.value is not None else ()
        if types:
            tensors = [self.index.knowledge.derives(kind, "torch.Tensor") for kind in types]
            return Answer.YES if all(tensors) else Answer.MAYBE if any(tensors) else Answer.NO
        named = parameter in self.index.arguments(call.node).keywords
        return Answer.YES if parameter == "values" or (named and parameter == "src") else Answer.MAYBE

    def _of_tensor(self, call: _Call, node: ast.expr | None, wanted: str) -> Answer:
        tensors = self.tensors
        if wanted == "float":
            given = self._argument(call, "dtype") if "dtype" in call.op.parameters else None
            numbers = tensors.numbers_of_type(given.value) if given is not None else None
            return Answer.NO if (numbers or tensors.numbers(node)) == "integers" else Answer.YES
        if wanted == "sparse":
            return Answer.YES if tensors.sparse(node) else Answer.NO
        if wanted == "quantized":
            return Answer.YES if tensors.quantized(node) else Answer.NO
        if wanted == "spatial":
            return self._spatial(call, node)
        one = tensors.dimensions(node) == 1
        return Answer.YES if one is (wanted == "one") else Answer.NO

    def _spatial(self, call: _Call, target: ast.expr | None) -> Answer:
        """Whether classes are given for each place of an image: by the dimensions of target or predictions."""
        if self.tensors.numbers(target) == "floats":
            return Answer.NO  # probabilities of classes
        of_target, of_input = self.tensors.dimensions(target), self.tensors.dimensions(self._operand(call, "input"))
        if of_target is not None and of_target != of_input:
            return Answer.YES if of_target > 1 else Answer.NO
        return Answer.YES if of_target is None and of_input is not None and of_input > 2 else Answer.NO


_RECORDED = re.compile(r"(^|_)(wavs?|waves?|waveforms?|audios?)(_|$)", re.IGNORECASE)
_OTHER_DEVICES = frozenset({"torch_npu", "torch_mlu", "torch_xla", "habana_frameworks"})
"""Libraries of kernels for devices of which torch's documentation says nothing."""
_TARGETS = frozenset({"target", "targets", "label", "labels"})
_LAST = re.compile(r"(^|_)(post_?process\w*|nms)(_|$)", re.IGNORECASE)
"""What functions are called that make results of predictions."""
_LOSS = re.compile(r"loss|criteri|discriminator|objective", re.IGNORECASE)
_VALUES = frozenset({"input", "src", "source", "values"})


def _tested(index: FileIndex, name: ast.Name) -> bool:
    """Whether a condition around a name, or one before it that leaves, rules out that it is None."""
    child: ast.AST = name
    for ancestor in index.ancestors(name):
        if isinstance(ancestor, (ast.If, ast.IfExp)) and child is not ancestor.test:
            inside = child in ancestor.body if isinstance(ancestor.body, list) else child is ancestor.body
            asked = _asks_for_none(ancestor.test, name.id)
            if asked is not None and asked is not inside:
                return True
        if isinstance(child, ast.stmt):
            for block in (getattr(ancestor, "body", None), getattr(ancestor, "orelse", None)):
                earlier = block[: block.index(child)] if isinstance(block, list) and child in block else []
                if any(isinstance(s, ast.If) and _leaves(s) and _asks_for_none(s.test, name.id) for s in earlier):
                    return True
        if isinstance(ancestor, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            return False
        child = ancestor
    return False


def _leaves(statement: ast.If) -> bool:
    return isinstance(statement.body[-1], (ast.Return, ast.Raise, ast.Continue, ast.Break)) and not statement.orelse


def _asks_for_none(test: ast.expr, name: str) -> bool | None:
    """True for `name is None` and `not name`, False for `name is not None` and `name`; None for other conditions."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = _asks_for_none(test.operand, name)
        return None if inner is None else not inner
    if isinstance(test, ast.Name):
        return False if test.id == name else None
    if isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == name:
        nothing = isinstance(test.comparators[0], ast.Constant) and test.comparators[0].value is None
        return isinstance(test.ops[0], ast.Is) if nothing and isinstance(test.ops[0], (ast.Is, ast.IsNot)) else None
    return None


def _default(arguments: ast.arguments, parameter: ast.arg) -> ast.expr | None:
    positional = [*arguments.posonlyargs, *arguments.args]
    if parameter in positional:
        place = positional.index(parameter) - (len(positional) - len(arguments.defaults))
        return arguments.defaults[place] if place >= 0 else None
    return dict(zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)).get(parameter)


def _repeated(index: FileIndex, node: ast.expr | None) -> int | None:
    """The length of `[p] * 4`."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        value, times = index.evaluate(node.left), index.constant(node.right)
        if isinstance(value, Sequence) and not value.open and isinstance(times, int):
            return len(value.elements) * times
    return None
