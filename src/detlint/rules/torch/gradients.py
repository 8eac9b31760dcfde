"""Whether a gradient can flow into a tensor, and whether autograd records at a place.

What is not in sight is taken as it usually is: a gradient is possible.
"""

from __future__ import annotations

import ast
import re
import sys
from typing import TYPE_CHECKING

from detlint.index.values import UNKNOWN, Instance, LocalFunction
from detlint.rules.torch.following import FUNCTIONS, SAME_TENSOR, STATE, words
from detlint.rules.torch.numbers import NumbersOfTensors

if TYPE_CHECKING:
    from detlint.index import FileIndex

_OFF = frozenset({"torch.no_grad", "torch.inference_mode"})
_SWITCH = "torch.set_grad_enabled"
_CASTS = frozenset({"typing.cast", "torch.jit.annotate"})
_WITHOUT_TENSORS = sys.stdlib_module_names | {"numpy", "scipy"}
_DROPPING = frozenset({"detach", "detach_", "data", "item", "numpy", "tolist"})
_NO_GRADIENT = frozenset({"data", "grad", "shape", "indices", "betas", "alphas_cumprod"})
"""Attributes without gradients: of tensors, and of the noise schedulers of diffusion."""
_WITHOUT_GRADIENT_STEPS = {
    "lightning.pytorch.LightningModule": frozenset({"validation_step", "test_step", "predict_step"}),
    "torch.autograd.Function": frozenset({"forward", "backward"}),
    "torch.optim.Optimizer": frozenset({"step"}),
    "torchmetrics.Metric": frozenset({"update", "compute"}),
}


_PREPARING = re.compile(r"(Image|Video)Processor\w*$|FeatureExtractor$")
"""What the classes of transformers are called that make of images or sound what a model is given."""

_DATA_SETS = frozenset({"torch.utils.data.Dataset", "torch.utils.data.IterableDataset"})
_STORE = re.compile(r"(Data_?[Ss]et|Buffer|Replay|Memory|Storage|Loader)(\b|_|[A-Z\d]|$)")
"""What the classes are called that keep what a program has recorded."""
_SERVING = re.compile(r"(__getitem__|__getitems__|__iter__|__next__|_?(sample|collate)(_\w+)?|collate_fn)$")
"""The methods that give of it."""

_MODEL = re.compile(r"(^|_)(model|net|network|generator|decoder|vocoder)$|^G$")


class Gradients(NumbersOfTensors):
    """Follows gradients through one file."""

    _without: frozenset[ast.arg] = frozenset()
    """Parameters that are given no gradient in the call that is being followed."""

    def recorded(self, node: ast.AST) -> bool:
        """Whether autograd may record what runs at a place: it is not within `no_grad` and the like."""
        return self.once("recorded", node, False, lambda: self._recorded(node))

    def dropped(self, call: ast.expr) -> bool:
        """Whether no gradient comes back to a result: it is detached, compared or read as integers where it stands."""
        result: ast.AST = call
        while True:
            parent = self.index.parent(result)
            if isinstance(parent, ast.Compare):
                return True
            if isinstance(parent, ast.Subscript) and parent.value is result:
                result = parent
                continue
            if not isinstance(parent, ast.Attribute):
                return False
            if parent.attr in _DROPPING | words("integers"):
                return True
            outer = self.index.parent(parent)
            result = outer if isinstance(outer, ast.Call) and outer.func is parent else parent

    def _recorded(self, node: ast.AST) -> bool:
        if self._constructs(node):
            return False
        for ancestor in self.index.ancestors(node):
            if isinstance(ancestor, (ast.With, ast.AsyncWith)):
                for item in reversed(ancestor.items):
                    state = None if _inside(self.index, node, item) else self._grad_mode(item.context_expr)
                    if state is not None:
                        return state
            elif isinstance(ancestor, FUNCTIONS):
                for decorator in ancestor.decorator_list:
                    state = self._grad_mode(decorator)
                    if state is not None:
                        return state
                if self._runs_without_gradient(ancestor) or not self._called_with_gradient(ancestor):
                    return False
                if self._switched_off(node, ancestor):
                    return False
        return not self._switched_off(node, None)

    def _constructs(self, node: ast.AST) -> bool:
        """Whether code only prepares an object, in its constructor: nothing is trained there."""
        function = self.index.function(node)
        if getattr(function, "name", "") != "__init__" or function is None or self.index.owner(function) is None:
            return False
        return not any(self.index.function(load) is function for load in self.index.attribute_loads("backward"))

    def _switched_off(self, node: ast.AST, function: ast.AST | None) -> bool:
        """Whether the last `set_grad_enabled(…)` before a place, as a statement of the function around it, is False."""
        state = True
        for call in self.index.calls_of(_SWITCH):
            inside = self.index.function(call) is function and isinstance(self.index.parent(call), ast.Expr)
            if inside and (function is None or call.lineno < getattr(node, "lineno", 0)):
                state = self._grad_mode(call) is not False
        return not state

    def _grad_mode(self, node: ast.expr) -> bool | None:
        """What a context manager or decorator does to recording; None if nothing."""
        call = node if isinstance(node, ast.Call) else None
        names = self.index.names(call.func if call is not None else node)
        if call is not None and not names:
            names = tuple(
                v.type
                for v in self.index.evaluate(node).alternatives
                if isinstance(v, Instance) and isinstance(v.type, str)
            )
        if _SWITCH in names and call is not None:
            argument = self.index.arguments(call).get("mode", 0)
            state = self.index.constant(argument.value) if argument is not None else UNKNOWN
            return state if isinstance(state, bool) else None
        if "torch.enable_grad" in names:
            return True
        if not _OFF.isdisjoint(names):
            argument = self.index.arguments(call).get("mode", 0) if call is not None else None
            return argument is not None and self.index.constant(argument.value) is False
        return None

    def _runs_without_gradient(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        """Whether a framework calls this method without recording."""
        owner = self.index.owner(function)
        if owner is None:
            return False
        bases = self.index.bases(owner)
        if any(base in bases and function.name in steps for base, steps in _WITHOUT_GRADIENT_STEPS.items()):
            return True
        return self._prepares(owner) or self._serves_data(owner, function)

    def _serves_data(self, cls: ast.ClassDef | None, function: ast.AST | None) -> bool:
        """Whether a function is of a data set, or gives what a replay buffer or the like has kept: data alone."""
        bases = self.index.bases(cls) if cls is not None else ()
        if cls is None or "torch.nn.Module" in bases:
            return False
        if not _DATA_SETS.isdisjoint(bases):
            return True
        stores = any(_STORE.search(name) for name in (cls.name, *bases))
        return stores and bool(_SERVING.match(getattr(function, "name", "")))

    def _prepares(self, cls: ast.ClassDef | None) -> bool:
        """Whether a class makes of images or sound what a model is given."""
        bases = self.index.bases(cls) if cls is not None else ()
        return (
            cls is not None
            and "torch.nn.Module" not in bases
            and any(_PREPARING.search(name) for name in (cls.name, *bases))
        )

    def _called_with_gradient(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        """Whether some call of a function may be recorded; those of private ones and of scripts are all in sight."""
        private = function.name.startswith("_") and not function.name.startswith("__")
        owner = self.index.owner(function)
        if owner is not None:
            # Models are called by others; of what helps the code of a file, the calls there tell how it is used.
            helps = not function.name.startswith("__") and not self._is_model_class(owner)
            calls = self._method_calls(function.name) if private or helps else None
        else:
            calls = self.index.local_calls(function)
            aside = all(self._is_aside(call) for call in calls or ())
            if calls and not (private or self.index.is_script or aside):
                return True
        return not calls or any(self.recorded(call) for call in calls)

    def _is_model_class(self, cls: ast.ClassDef) -> bool:
        return "torch.nn.Module" in self.index.bases(cls) or any(
            isinstance(each, FUNCTIONS) and each.name in {"forward", "training_step"} for each in cls.body
        )

    def _is_aside(self, call: ast.Call) -> bool:
        """Whether a call stands where nothing that is trained is computed."""
        cls, function = self.index.class_of(call), self.index.function(call)
        return self._constructs(call) or self._prepares(cls) or self._serves_data(cls, function)

    def _method_calls(self, name: str) -> list[ast.Call] | None:
        """The calls `self.name(…)`; None if the method is handed on as well."""
        found = []
        for call in self.index.calls:
            if isinstance(call.func, ast.Attribute) and call.func.attr == name:
                found.append(call)
            given = [*call.args, *(keyword.value for keyword in call.keywords)]
            if any(isinstance(value, ast.Attribute) and value.attr == name for value in given):
                return None
        return found

    def gradient(self, node: ast.AST | None) -> bool:
        """Whether a gradient may flow into an expression."""
        if node is None:
            return True
        question = f"gradient {sorted(map(id, self._without))}" if self._without else "gradient"
        return self.once(question, node, False, lambda: self._gradient(node))

    def _gradient(self, node: ast.AST) -> bool:
        if isinstance(node, (ast.Constant, ast.Compare, ast.JoinedStr)):
            return False
        if isinstance(node, ast.Name):
            return self._gradient_of_name(node)
        if isinstance(node, ast.Attribute):
            return self._gradient_of_attribute(node)
        if isinstance(node, ast.Subscript):
            return not self.from_state(node.value) and self.gradient(node.value)
        if isinstance(node, ast.Call):
            return self._gradient_of_call(node)
        parts = _parts(node)
        return True if parts is None else any(self.gradient(part) for part in parts)

    def _gradient_of_name(self, node: ast.Name) -> bool:
        bindings = self.index.bindings(node)
        if not bindings or self._written_to(node):
            return True
        return any(self._gradient_of_binding(binding.node, node) for binding in bindings)

    def _gradient_of_binding(self, bound: ast.AST, use: ast.Name) -> bool:
        if isinstance(bound, ast.arg):
            return self._gradient_of_parameter(bound, use)
        value, place = self.assigned(bound)
        if value is None:
            return True
        if place is not None and isinstance(value, ast.Call) and place == 1 and self.called(value) & words("pairs"):
            return False
        if self.from_state(value):
            return False
        parent = self.index.parent(bound)
        if isinstance(parent, ast.AugAssign):
            earlier = [binding.node for binding in self.index.bindings(use) if binding.node is not bound]
            return self.gradient(value) or any(self._gradient_of_binding(node, use) for node in earlier)
        return self.gradient(value)

    def _gradient_of_parameter(self, parameter: ast.arg, use: ast.Name) -> bool:
        if (
            self._is_number(use)
            or parameter in self._without
            or STATE.search(parameter.arg)
            or self._annotated(parameter) == "integers"
        ):
            return False
        made = self.made(use)
        return any(self.gradient(origin) for origin in made) if made else self._given_gradient(parameter)

    def _is_number(self, node: ast.expr) -> bool:
        kinds = self.index.types(node)
        return bool(kinds) and all(kind in {"int", "float", "bool", "str"} for kind in kinds)

    def _is_constant_of_library(self, node: ast.Attribute) -> bool:
        """Whether this is `math.pi`, `np.inf` and the like."""
        names = self.index.names(node)
        return bool(names) and all(name.partition(".")[0] in _WITHOUT_TENSORS for name in names)

    def _given_gradient(self, parameter: ast.arg) -> bool:
        """Whether a call may give a gradient to a parameter: not if functions in sight call it, all without."""
        function = self.index.function(parameter)
        if getattr(function, "name", "") == "__init__" and parameter.annotation is None:
            return False  # a constructor is given settings
        if not isinstance(function, FUNCTIONS) or self.index.owner(function) is not None:
            return True
        calls = self.index.local_calls(function)
        if not calls or any(self.index.function(call) is None for call in calls):
            return True
        positional = [*function.args.posonlyargs, *function.args.args]
        place = positional.index(parameter) if parameter in positional else None
        given = [self.index.arguments(call).get(parameter.arg, place) for call in calls]
        return any(argument is None or self.gradient(argument.value) for argument in given)

    def _gradient_of_attribute(self, node: ast.Attribute) -> bool:
        if node.attr in _NO_GRADIENT or self._is_number(node) or self._is_constant_of_library(node):
            return False
        if node.attr in SAME_TENSOR and self.index.is_type(node.value, "torch.Tensor"):
            return self.gradient(node.value)
        if self.index.types(node) == ("torch.nn.Parameter",):
            return True
        stored = self.stored(node)
        if self.buffer(node) is not None:
            # What is registered is data; only what is assigned later may come from elsewhere.
            return any(self.gradient(value) for value in stored or ())
        if stored:
            return any(self.gradient(value) for value in stored)
        made = self.made(node)
        return any(self.gradient(origin) for origin in made) if made else True

    def _gradient_of_local(self, node: ast.Call) -> bool:
        """The result of a function of this file: by what it returns, given what the call gives it."""
        made = self.made(node)
        if not made:
            return not self.from_state(node)
        functions = [v.node for v in self.index.evaluate(node.func).alternatives if isinstance(v, LocalFunction)]
        before = self._without
        if functions and not any(self.gradient(operand) for operand in self.operands(node)):
            parameters = {a for f in functions for a in (*f.args.posonlyargs, *f.args.args, *f.args.kwonlyargs)}
            self._without = before | parameters
        try:
            return any(self.gradient(origin) for origin in made)
        finally:
            self._without = before

    def _gradient_of_call(self, node: ast.Call) -> bool:
        called = self.called(node)
        asked = self.index.arguments(node).get("requires_grad")
        if asked is not None:
            return self.index.constant(asked.value) is not False
        if not called:
            return self._gradient_of_local(node)
        names = self.index.callee_names(node)
        if "builtins.dict" in names or not _CASTS.isdisjoint(names):
            first = 0 if "builtins.dict" in names else 1
            return any(self.gradient(operand) for operand in self.operands(node)[first:])
        if (
            called & {"detach", "detach_", "item", "numpy", "tolist", "state_dict"}
            or self._numbers_of_cast(node) == "integers"
        ):
            return False
        if "requires_grad_" in called:
            given = self.index.arguments(node).get("requires_grad", 0)
            return given is None or self.index.constant(given.value) is not False
        if called <= words("fresh") | words("integers"):
            return False
        operands = self.operands(node)
        if called <= words("keeps") and operands:
            return self.gradient(operands[0])
        if not self.of_torch(node):
            return True
        return any(self.gradient(operand) for operand in operands)

    def from_model(self, node: ast.AST | None) -> bool:
        """Whether an expression is (made from) what a model gives."""
        return node is not None and any(
            isinstance(part, ast.Call)
            and (self._is_model(part.func) or self.index.is_type(part.func, "torch.nn.Module"))
            for part in self._chain(node)
        )

    def _is_model(self, node: ast.expr) -> bool:
        name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        return bool(_MODEL.search(name)) and not self.index.names(node)

    def _written_to(self, name: ast.Name) -> bool:
        """Whether a gradient may come into a tensor later: it is asked for, or values are written into it."""
        function = self.index.function(name)
        for load_ in self.index.loads(name.id):
            if self.index.function(load_) is not function:
                continue
            parent = self.index.parent(load_)
            if isinstance(parent, ast.Subscript) and parent.value is load_ and not isinstance(parent.ctx, ast.Load):
                statement = self.index.parent(parent)
                value = statement.value if isinstance(statement, (ast.Assign, ast.AugAssign)) else None
                if self.gradient(value):
                    return True
            elif isinstance(parent, ast.Attribute):
                if parent.attr == "requires_grad" and not isinstance(parent.ctx, ast.Load):
                    return True
                call = self.index.parent(parent)
                if (
                    isinstance(call, ast.Call)
                    and call.func is parent
                    and (
                        parent.attr == "requires_grad_"
                        or (
                            parent.attr in words("written")
                            and any(self.gradient(a) for a in [*call.args, *(k.value for k in call.keywords)])
                        )
                    )
                ):
                    return True
        return False


def _parts(node: ast.AST) -> list[ast.expr] | None:
    """The expressions of which an expression is made; None for what is not understood."""
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    if isinstance(node, ast.UnaryOp):
        return [node.operand]
    if isinstance(node, ast.BoolOp):
        return node.values
    if isinstance(node, ast.IfExp):
        return [node.body, node.orelse]
    if isinstance(node, (ast.Starred, ast.NamedExpr)):
        return [node.value]
    if isinstance(node, (ast.Tuple, ast.List)):
        return node.elts
    if isinstance(node, ast.Dict):
        return node.values
    if isinstance(node, (ast.ListComp, ast.GeneratorExp)):
        return [node.elt]
    return None


def _inside(index: FileIndex, node: ast.AST, item: ast.withitem) -> bool:
    """Whether a node is part of a `with` item itself."""
    return any(ancestor is item for ancestor in index.ancestors(node))
