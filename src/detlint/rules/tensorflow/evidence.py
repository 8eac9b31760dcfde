"""What code shows of a call of an op: where it runs, whether a gradient is taken through it, what it is given.

Given the index and a node of it, answers questions that several rules ask. Nothing here knows a rule or a version.
What is not seen is not claimed: each answer is yes only where the code proves it.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from detlint.index import NameSet
from detlint.index.values import UNKNOWN, Instance, Sequence
from detlint.project.places import is_test
from detlint.rules.guards import must_fail

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.index import FileIndex
    from detlint.project.run import Event

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

_DEPTH = 8


def _tensorflow(names: str) -> frozenset[str]:
    return frozenset(f"tensorflow.{name}" for name in names.split())


_MAPS = frozenset({"map", "flat_map", "interleave", "filter", "map_and_batch", "parallel_interleave", "scan"})
"""Methods and functions of tf.data that run a function on the host."""

_PIPELINE = frozenset({"map", "flat_map", "interleave", "filter", "scan"})
"""Of these, the methods of `tf.data.Dataset`."""

_RUNNING = frozenset({"call", "build", "stateless_call", "fit", "predict", "evaluate", "train_on_batch"})
"""Methods of a layer or model that run it."""

_TAKING_GRADIENTS = frozenset({"gradient", "fit", "train_on_batch", "run_layer_test", "apply_gradients", "minimize"})

_MODEL_CLASSES = frozenset({"keras.Layer", "tf_keras.Layer", "tensorflow.Module"})
_DECODERS = ("tensorflow.io.decode_", "tensorflow.image.decode_", "tensorflow.io.read_file", "tensorflow.io.parse_")
_FACTORIES = _tensorflow(
    "constant zeros ones eye range fill linspace one_hot zeros_like ones_like "
    "random.normal random.uniform random.truncated_normal"
)
_PASSING = _tensorflow(
    "cast expand_dims reshape squeeze identity convert_to_tensor transpose ensure_shape "
    "image.convert_image_dtype image.resize image.random_crop image.random_flip_left_right"
)
"""Functions that hand on their first argument: where it has no gradient, the result has none."""

_INTEGERS = _tensorflow("bool int8 int16 int32 int64 uint8 uint16 uint32 uint64")
_INTEGER_RESULTS = _tensorflow("argmax math.argmax size shape argsort range")
_INTEGER_METHODS = frozenset({"row_lengths", "value_rowids", "nrows", "row_splits", "row_starts", "row_limits"})
"""Methods of ragged tensors that give integers."""

ONES = _tensorflow("ones zeros ones_like zeros_like")
"""What makes tensors whose sums are exact in any order."""

_ALL_THE_SAME = ONES | _tensorflow("fill")
_PREPARATION = re.compile(r"augment|pre_?process|(^|_)(parse|decode|load|read|prepare)(_|$)", re.IGNORECASE)
_LABELS = re.compile(r"mask|label|segm|annot|target|(^|_)gt(_|$)|class|onehot|one_hot", re.IGNORECASE)
_AS_GIVEN = _tensorflow("constant convert_to_tensor ones_like zeros_like")
_SAME_INDICES = _tensorflow("expand_dims reshape cast constant convert_to_tensor random.shuffle identity boolean_mask")
_DTYPE_SECOND = _AS_GIVEN | _tensorflow("cast zeros ones")
_DTYPE_POSITIONS = dict.fromkeys(sorted(_DTYPE_SECOND), 1) | {"tensorflow.random.uniform": 3}
_HIDERS = ("tensorflow.config.set_visible_devices", "tensorflow.config.experimental.set_visible_devices")


# --- where it runs ---------------------------------------------------------------------------------------------------
_COUNTED_UP = _tensorflow("range linspace constant")
_TRAINED = _tensorflow("Variable get_variable")


def on_host(index: FileIndex, node: ast.AST) -> bool:
    """Whether a node is in a function that is given to `Dataset.map` and the like: without gradients."""
    return any(_is_mapped(index, function, frozenset()) for function in _functions(index, node))


def _functions(index: FileIndex, node: ast.AST) -> Iterator[FunctionNode]:
    for ancestor in index.ancestors(node):
        if isinstance(ancestor, FunctionNode):
            yield ancestor


def _is_mapped(index: FileIndex, function: FunctionNode, seen: frozenset[ast.AST]) -> bool:
    """Whether a function is handed to a map, or called by one that is."""
    if function in seen or len(seen) > _DEPTH:
        return False
    if isinstance(function, ast.Lambda):
        return _is_given_to_map(index, function)
    seen = seen | {function}
    return any(_used_on_host(index, use, seen) for use in _uses(index, function))


def _uses(index: FileIndex, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.expr]:
    """Where a function of the file is named: `f`, or `self.f` for a method."""
    if index.owner(function) is None:
        yield from index.loads(function.name)
        return
    for node in index.loads("self") + index.loads("cls"):
        parent = index.parent(node)
        if isinstance(parent, ast.Attribute) and parent.attr == function.name:
            yield parent


def _used_on_host(index: FileIndex, use: ast.expr, seen: frozenset[ast.AST]) -> bool:
    if _is_given_to_map(index, use):
        return True
    parent = index.parent(use)
    if isinstance(parent, ast.keyword):
        parent = index.parent(parent)
    # Called, or handed to what will: `random_apply(jitter, p, image)`, `partial(jitter, strength=2)`.
    if not isinstance(parent, ast.Call):
        return False
    return any(_is_mapped(index, caller, seen) for caller in _functions(index, use))


def _is_given_to_map(index: FileIndex, node: ast.AST) -> bool:
    """Whether a node is an argument of `map`, as it is, in a partial, or wrapped by tf.py_function or tf.function."""
    parent = index.parent(node)
    if isinstance(parent, ast.keyword):
        node, parent = parent, index.parent(parent)
    if not isinstance(parent, ast.Call) or parent.func is node:
        return False
    if isinstance(parent.func, ast.Attribute) and parent.func.attr in _MAPS:
        return True
    last = parent.func.attr if isinstance(parent.func, ast.Attribute) else getattr(parent.func, "id", "")
    if last in ("partial", "function", "py_function", "numpy_function", "map_and_batch"):
        return _is_given_to_map(index, parent) or _in_mapped_lambda(index, parent)
    return False


def _in_mapped_lambda(index: FileIndex, node: ast.AST) -> bool:
    function = index.function(node)
    return isinstance(function, ast.Lambda) and _is_given_to_map(index, function)


def is_only_handed_on(index: FileIndex, node: ast.AST) -> bool:
    """Whether a node is in functions that nothing in this file runs: elsewhere they may be given to a data set."""
    return all(not _runs_here(index, function, frozenset()) for function in _functions(index, node)) and (
        index.function(node) is not None
    )


def _runs_here(index: FileIndex, function: FunctionNode, seen: frozenset[ast.AST]) -> bool:
    """Whether the file calls a function, from its top level on."""
    if function in seen or isinstance(function, ast.Lambda):
        return False
    seen = seen | {function}
    for use in _uses(index, function):
        callers = list(_functions(index, use))
        if not callers or any(_runs_here(index, caller, seen) for caller in callers):
            return True
    return False


def layer_runs_elsewhere(index: FileIndex, call: ast.Call) -> bool:
    """Whether a layer that is made here runs on the host only, or not at all."""
    return layer_on_host(index, call) or layer_never_runs(index, call)


def layer_on_host(index: FileIndex, call: ast.Call) -> bool:
    """Whether a layer that is made here is only called in functions given to `Dataset.map`, or given to it itself."""
    uses = list(_uses_of_object(index, call))
    return bool(uses) and all(_is_given_to_map(index, use) or on_host(index, use) for use in uses)


def layer_never_runs(index: FileIndex, call: ast.Call) -> bool:
    """Whether a layer that a function makes is only looked at there (`layer.get_config()`), or must fail."""
    statement = index.parent(call)
    if isinstance(statement, ast.Expr):
        return True
    target = statement.targets[0] if isinstance(statement, ast.Assign) else None
    if not isinstance(target, ast.Name) or index.function(call) is None:
        return False
    uses = [load for load in index.loads(target.id) if any(each.node is target for each in index.bindings(load))]
    return bool(uses) and all(must_fail(index, use) or _looked_at(index.parent(use)) for use in uses)


def _looked_at(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Attribute) and not node.attr.startswith("_") and node.attr not in _RUNNING


def _uses_of_object(index: FileIndex, call: ast.Call) -> Iterator[ast.expr]:
    """Where the object itself is read by the name or attribute that it gets; it may be a layer of a `Sequential`.

    A method of a layer (`adapt`, `get_vocabulary`) does not run it.
    """
    node: ast.AST = call
    parent = index.parent(node)
    while isinstance(parent, (ast.List, ast.Tuple, ast.Call, ast.keyword)):
        node, parent = parent, index.parent(parent)
    target = parent.targets[0] if isinstance(parent, ast.Assign) else None
    if isinstance(target, ast.Name):
        for load in index.loads(target.id):
            named = any(binding.node is target for binding in index.bindings(load))
            if named and not isinstance(index.parent(load), ast.Attribute):
                yield load
    elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
        for load in index.loads(target.value.id):
            use = index.parent(load)
            if isinstance(use, ast.Attribute) and use.attr == target.attr and isinstance(use.ctx, ast.Load):
                yield use


def on_cpu(index: FileIndex, node: ast.AST) -> bool:
    """Whether a node stands under `with tf.device("CPU")`, or the file hides the GPUs from TensorFlow."""
    return any(_names_cpu(index, item.context_expr) for item in _with_items(index, node)) or gpus_hidden(index)


def _with_items(index: FileIndex, node: ast.AST) -> Iterator[ast.withitem]:
    for ancestor in index.ancestors(node):
        if isinstance(ancestor, (ast.With, ast.AsyncWith)):
            yield from ancestor.items


def _names_cpu(index: FileIndex, node: ast.expr) -> bool:
    if not isinstance(node, ast.Call) or "tensorflow.device" not in index.names(node.func) or not node.args:
        return False
    device = index.constant(node.args[0])
    return isinstance(device, str) and "cpu" in device.lower()


def gpus_hidden(index: FileIndex) -> bool:
    """Whether the file hides the GPUs: `set_visible_devices([], "GPU")`, or `CUDA_VISIBLE_DEVICES` set to none.

    Hiding them where an option says so hides nothing from runs without it; where there are any, it hides all.
    """
    for call in index.calls_of(*_HIDERS):
        if call.args and isinstance(call.args[0], (ast.List, ast.Tuple)) and not call.args[0].elts:
            return not _is_choice(index, call)
    written = _environment_values(index, "CUDA_VISIBLE_DEVICES")
    return any(value in ("", "-1") and not _is_choice(index, place) for place, value in written)


def _is_choice(index: FileIndex, node: ast.AST) -> bool:
    """Whether a node is run only where a condition holds, other than that of being the program and of having GPUs."""
    child = node
    for ancestor in index.ancestors(node):
        if isinstance(ancestor, (ast.If, ast.IfExp)) and child is not ancestor.test:
            names = {name.id for name in ast.walk(ancestor.test) if isinstance(name, ast.Name)}
            if "__name__" not in names and not _asks_for_gpus(index, ancestor.test):
                return True
        child = ancestor
    return False


def _asks_for_gpus(index: FileIndex, test: ast.expr) -> bool:
    """Whether a condition is about the devices that there are."""
    calls = {node for node in ast.walk(test) if isinstance(node, ast.Call)}
    for name in (node for node in ast.walk(test) if isinstance(node, ast.Name)):
        statements = (index.parent(binding.node) for binding in index.bindings(name))
        calls |= {
            each.value for each in statements if isinstance(each, ast.Assign) and isinstance(each.value, ast.Call)
        }
    return any(name.endswith("_devices") for call in calls for name in index.names(call.func))


def environment(index: FileIndex, variable: str) -> str:
    """What the file sets a variable of the environment to, "" where it does not."""
    return next((value for _, value in _environment_values(index, variable) if isinstance(value, str)), "")


def _environment_values(index: FileIndex, variable: str) -> Iterator[tuple[ast.AST, object]]:
    """The constants that a file sets a variable to, where: `os.environ[…] = …`, `os.environ.setdefault(…, …)`."""
    if variable not in index.text:
        return
    written: list[tuple[ast.expr, ast.expr]] = []
    for store in index.subscript_stores:
        statement = index.parent(store)
        if isinstance(statement, ast.Assign):
            written.append((store.slice, statement.value))
    calls = (call for call in index.calls if len(call.args) == 2 and isinstance(call.func, ast.Attribute))
    written += ((call.args[0], call.args[1]) for call in calls)
    for key, value in written:
        if isinstance(key, ast.Constant) and key.value == variable and isinstance(value, ast.Constant):
            yield value, value.value


_ONLY_IN_TENSORFLOW_1 = NameSet(
    _tensorflow(
        "Session InteractiveSession placeholder global_variables_initializer get_variable variable_scope ConfigProto "
        "app.run layers.dense layers.conv2d random_normal random_uniform truncated_normal reset_default_graph "
        "enable_eager_execution logging.set_verbosity decode_csv decode_raw read_file string_to_number matrix_inverse "
        "parse_single_example parse_example FixedLenFeature tables_initializer local_variables_initializer "
        "summary.FileWriter summary.merge_all summary.FileWriterCache.clear train.Saver train.AdamOptimizer "
        "train.GradientDescentOptimizer train.MomentumOptimizer train.RMSPropOptimizer train.AdagradOptimizer"
    ),
    prefixes=("tensorflow.contrib.", "tensorflow.gfile.", "tensorflow.estimator.inputs."),
)


def is_tensorflow_1(index: FileIndex) -> bool:
    """Whether the file calls functions that only TensorFlow 1 has, so that it is not run with a newer one."""
    return any(True for _ in index.find_calls(_ONLY_IN_TENSORFLOW_1))


_OF_GRAPHS = NameSet(
    tuple(
        f"tensorflow.compat.v1.{name}"
        for name in ("disable_v2_behavior", "disable_eager_execution", "Session", "InteractiveSession", "placeholder")
    )
)


def runs_graphs(index: FileIndex) -> bool:
    """Whether the file runs graphs in sessions, as TensorFlow 1 did, also with a newer one."""
    return is_tensorflow_1(index) or any(True for _ in index.find_calls(_OF_GRAPHS))


# --- gradients -------------------------------------------------------------------------------------------------------
def has_no_gradient(index: FileIndex, call: ast.Call) -> bool:
    """Whether no gradient is taken through a call of an op: on the host, stopped, or given what has none.

    What a layer is made of is no operand.
    """
    if on_host(index, call) or _stopped(index, call):
        return True
    if makes_layer(index, call):
        return False
    arguments = index.arguments(call)
    first = arguments.get("images") or arguments.get("image") or arguments.get("input", 0)
    return first is not None and first.value is not None and _without_gradient(index, first.value, _DEPTH)


def tested_without_gradient(index: FileIndex, call: ast.Call) -> bool:
    """Whether a test looks at results alone: it takes no gradient and trains nothing."""
    function = index.function(call)
    if function is None or not is_test(index.path):
        return False
    return not any(
        index.function(load) is function for name in _TAKING_GRADIENTS for load in index.attribute_loads(name)
    )


def is_computed(index: FileIndex, node: ast.expr, depth: int = 20) -> bool:
    """Whether a value is computed from constants and settings alone, so that nothing in it is trained."""
    leaves = list(_leaves(index, node, depth))
    return "made" in leaves and "unknown" not in leaves


def _leaves(index: FileIndex, node: ast.AST | None, depth: int) -> Iterator[str]:
    """What an expression is made of, in the end: `made` of constants, `given` as a parameter, or `unknown`."""
    if depth == 0:
        yield "unknown"
    elif isinstance(node, ast.Call):
        names = {name.replace(".compat.v1.", ".") for name in index.names(node.func)}
        if names and names <= _FACTORIES | _COUNTED_UP:
            yield "made"
        elif names and all(name.startswith(("tensorflow.", "numpy.")) for name in names) and names.isdisjoint(_TRAINED):
            for operand in (*node.args, *(keyword.value for keyword in node.keywords)):
                yield from _leaves(index, operand, depth - 1)
        else:
            yield "unknown"
    elif isinstance(node, ast.Name):
        for binding in index.bindings(node):
            parent = index.parent(binding.node)
            if isinstance(binding.node, ast.arg):
                yield "given"
            elif isinstance(parent, ast.Assign | ast.AugAssign):
                yield from _leaves(index, parent.value, depth - 1)
            else:
                yield "unknown"
    elif isinstance(node, ast.BinOp | ast.UnaryOp | ast.List | ast.Tuple | ast.Subscript):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                yield from _leaves(index, child, depth - 1)
    elif isinstance(node, ast.Attribute):
        if not all(name.startswith(("tensorflow.", "numpy.", "math.")) for name in index.names(node) or ("",)):
            yield "unknown"
    elif not isinstance(node, ast.Constant):
        yield "unknown"


def makes_layer(index: FileIndex, call: ast.Call) -> bool:
    """Whether a call makes a layer of Keras."""
    return any(".layers." in name and not name.endswith(".__call__") for name in index.callee_names(call))


def _stopped(index: FileIndex, call: ast.Call) -> bool:
    for ancestor in index.ancestors(call):
        if isinstance(ancestor, ast.Call) and "tensorflow.stop_gradient" in index.names(ancestor.func):
            return True
        if isinstance(ancestor, ast.stmt):
            break
    return any(
        isinstance(item.context_expr, ast.Call)
        and isinstance(item.context_expr.func, ast.Attribute)
        and item.context_expr.func.attr == "stop_recording"
        for item in _with_items(index, call)
    )


def _without_gradient(index: FileIndex, node: ast.expr, depth: int) -> bool:
    """Whether a value is an array of NumPy, decoded from a file, of integers or bools, or fresh from a factory."""
    if depth == 0:
        return False
    if is_integer(index, node) or set(index.types(node)) == {"numpy.ndarray"} or isinstance(node, ast.Compare):
        return True
    if isinstance(node, ast.Subscript):
        return _without_gradient(index, node.value, depth - 1)
    origin = origin_call(index, node)
    if origin is None:
        return False
    names = index.names(origin.func)
    if any(name.startswith(_DECODERS) or name == "keras.utils.load_img" for name in names):
        return True
    if names and set(names) <= _FACTORIES:
        return not _watched(index)
    if set(names) & _PASSING and origin.args:
        return _without_gradient(index, origin.args[0], depth - 1)
    return False


def _watched(index: FileIndex) -> bool:
    """Whether the file has `tape.watch(...)`: then a constant may have a gradient."""
    return any(isinstance(call.func, ast.Attribute) and call.func.attr == "watch" for call in index.calls)


def origin_call(index: FileIndex, node: ast.expr) -> ast.Call | None:
    """The call that made the value of an expression, or that of which it is a slice, where one call did."""
    origin: object = node
    for _ in range(_DEPTH):
        if isinstance(origin, ast.Call):
            return origin
        if isinstance(origin, ast.Subscript) and isinstance(origin.slice, ast.Slice):
            origin = origin.value
            continue
        value = index.evaluate(origin) if isinstance(origin, ast.expr) else None
        made = value.origin if isinstance(value, Instance) else None
        if made is None or made is origin:
            return None
        origin = made
    return None


def in_model(index: FileIndex, call: ast.Call) -> bool:
    """Whether a call is seen to be part of what is trained: in a layer, under a tape, on what a layer gives."""
    if any(_is_model_method(index, function) for function in _functions(index, call)) or _taped(index, call):
        return True
    first = index.arguments(call).get("images", 0)
    origin = origin_call(index, first.value) if first is not None and first.value is not None else None
    return origin is not None and any(name.endswith(".__call__") for name in index.names(origin.func))


def _is_model_method(index: FileIndex, function: FunctionNode) -> bool:
    owner = index.owner(function)
    return owner is not None and not _MODEL_CLASSES.isdisjoint(index.bases(owner))


def prepares_data(index: FileIndex, call: ast.Call) -> bool:
    """Whether the function or class around a call is named as those are that prepare data, which has no gradients."""
    names = [function.name for function in _functions(index, call) if not isinstance(function, ast.Lambda)]
    owner = index.class_of(call)
    if owner is not None:
        names += [owner.name, *(_identifier(base) for base in owner.bases)]
    return any(_PREPARATION.search(name) for name in names)


def _taped(index: FileIndex, node: ast.AST) -> bool:
    return any(
        isinstance(item.context_expr, ast.Call) and "tensorflow.GradientTape" in index.names(item.context_expr.func)
        for item in _with_items(index, node)
    )


def compiled_by_xla(index: FileIndex, node: ast.AST) -> bool:
    """Whether a node is in a function that `tf.function(jit_compile=True)` compiles, or that such a function calls."""
    return any(_is_compiled(index, function, frozenset()) for function in _functions(index, node))


def _is_compiled(index: FileIndex, function: FunctionNode, seen: frozenset[ast.AST]) -> bool:
    if function in seen or isinstance(function, ast.Lambda) or len(seen) > _DEPTH:
        return False
    if any(_is_jit(index, decorator) for decorator in function.decorator_list):
        return True
    seen = seen | {function}
    for use in _uses(index, function):
        parent = index.parent(use)
        if not isinstance(parent, ast.Call):
            continue
        if parent.func is not use and _is_jit(index, parent):
            return True
        if parent.func is use and any(_is_compiled(index, caller, seen) for caller in _functions(index, use)):
            return True
    return False


def _is_jit(index: FileIndex, decorator: ast.expr) -> bool:
    if not isinstance(decorator, ast.Call) or "tensorflow.function" not in index.names(decorator.func):
        return False
    arguments = index.arguments(decorator)
    argument = arguments.get("jit_compile") or arguments.get("experimental_compile")
    return argument is not None and index.constant(argument.value) is True


# --- what it is given ------------------------------------------------------------------------------------------------
def is_integer(index: FileIndex, node: ast.expr) -> bool:
    """Whether the elements of a value are integers or bools: a literal, or made with such a dtype."""
    constant = index.constant(node)
    if constant is not UNKNOWN:
        return _all_integers(constant)
    if isinstance(node, ast.BinOp) and not isinstance(node.op, ast.Div):
        return is_integer(index, node.left) and is_integer(index, node.right)
    origin = origin_call(index, node)
    if origin is None:
        return False
    if isinstance(origin.func, ast.Attribute) and origin.func.attr in _INTEGER_METHODS:
        return True
    names = set(index.names(origin.func))
    if "tensorflow.fill" in names and len(origin.args) > 1:
        return _all_integers(index.constant(origin.args[1]))
    for name in names & _DTYPE_POSITIONS.keys():
        dtype = index.arguments(origin).get("dtype", _DTYPE_POSITIONS[name])
        if dtype is not None and dtype.value is not None:
            return _names_integers(index, dtype.value)
    if names & _AS_GIVEN and origin.args:
        return origin.args[0] is not node and is_integer(index, origin.args[0])
    return bool(names & _INTEGER_RESULTS) and not any(isinstance(index.constant(arg), float) for arg in origin.args)


def _names_integers(index: FileIndex, node: ast.expr) -> bool:
    constant = index.constant(node)
    if isinstance(constant, str):
        return constant.startswith(("int", "uint", "bool"))
    names = set(index.names(node))
    return bool(names) and names <= _INTEGERS


def _all_integers(value: object) -> bool:
    if isinstance(value, (list, tuple)):
        return bool(value) and all(_all_integers(item) for item in value)
    return isinstance(value, int)


def is_distinct(index: FileIndex, node: ast.expr, depth: int = _DEPTH) -> bool:
    """Whether indices never collide: one, constants that differ, a range or permutation, what `tf.where` gives."""
    if depth == 0:
        return False
    constant = index.constant(node)
    if isinstance(constant, (list, tuple)):
        rows = [repr(item) for item in constant]
        return len(rows) == len(set(rows))
    value = index.evaluate(node)
    if isinstance(constant, int) or (isinstance(value, Sequence) and len(value.elements) == 1 and not value.open):
        return True
    if isinstance(node, ast.Name) and _is_deduplicated(index, node):
        return True
    origin = origin_call(index, node)
    if origin is None:
        return False
    if "tensorflow.IndexedSlices" in index.names(origin.func):
        indices = index.arguments(origin).get("indices", 1)
        return indices is not None and indices.value is not None and is_distinct(index, indices.value, depth - 1)
    return bool(origin.args) and _gives_distinct(index, origin, depth)


def _is_deduplicated(index: FileIndex, node: ast.Name) -> bool:
    """Whether a name is one of what a function gives that takes out duplicates: `values, places = deduplicate(x)`."""
    bound = [index.parent(binding.node) for binding in index.bindings(node)]
    statements = [index.parent(each) if isinstance(each, ast.Tuple) else each for each in bound]
    calls = [each.value if isinstance(each, ast.Assign) else None for each in statements]
    names = (getattr(each.func, "attr", getattr(each.func, "id", "")) for each in calls if isinstance(each, ast.Call))
    return bool(calls) and all(isinstance(each, ast.Call) for each in calls) and all("dedup" in each for each in names)


def _gives_distinct(index: FileIndex, origin: ast.Call, depth: int) -> bool:
    """Whether a call gives indices that never collide."""
    names = set(index.names(origin.func))
    first = origin.args[0]
    if names & {"tensorflow.range", "tensorflow.where", "numpy.arange", "numpy.random.permutation"}:
        return True
    if names & {"tensorflow.argsort", "tensorflow.sort"}:
        return "tensorflow.argsort" in names and _is_flat(index, first)
    if names & {"tensorflow.stack", "tensorflow.concat"}:
        value = index.evaluate(first)
        elements = value.elements if isinstance(value, Sequence) else ()
        return any(is_distinct(index, element, depth - 1) for element in elements if not _is_constant(index, element))
    return bool(names & _SAME_INDICES) and is_distinct(index, first, depth - 1)


def _is_flat(index: FileIndex, node: ast.expr) -> bool:
    """Whether a value is seen to have one dimension: `tf.reshape(x, [-1])`."""
    origin = origin_call(index, node)
    if origin is None or "tensorflow.reshape" not in index.names(origin.func) or len(origin.args) < 2:
        return False
    return index.constant(origin.args[1]) in ([-1], (-1,), -1)


def is_cast_mask(index: FileIndex, node: ast.expr) -> bool:
    """Whether a value is made of zeros and ones: `tf.cast(mask, tf.float32)`."""
    origin = origin_call(index, node)
    if origin is None or "tensorflow.cast" not in index.names(origin.func) or not origin.args:
        return False
    return "mask" in _identifier(origin.args[0]).lower()


def is_all_the_same(index: FileIndex, node: ast.expr) -> bool:
    """Whether the elements of a value are all equal: a number, or made by `tf.ones` and the like."""
    if isinstance(index.constant(node), (int, float)):
        return True
    origin = origin_call(index, node)
    return origin is not None and bool(set(index.names(origin.func)) & _ALL_THE_SAME)


def is_label_map(index: FileIndex, call: ast.Call) -> bool:
    """Whether what a call is given, or what its result is called, is named as masks and labels are."""
    arguments = index.arguments(call)
    first = arguments.get("images") or arguments.get("input", 0)
    names = [first.value] if first is not None and first.value is not None else []
    parent = index.parent(call)
    names += parent.targets if isinstance(parent, ast.Assign) else []
    return any(_LABELS.search(_identifier(name)) for name in names)


def _identifier(node: ast.expr) -> str:
    if isinstance(node, ast.Subscript):
        key = node.slice.value if isinstance(node.slice, ast.Constant) else None
        return f"{_identifier(node.value)}_{key if isinstance(key, str) else ''}"
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _is_constant(index: FileIndex, node: ast.expr) -> bool:
    return index.constant(node) is not UNKNOWN


def is_one_column(index: FileIndex, node: ast.expr) -> bool:
    """Whether a matrix is seen to have one column: made with a constant shape that ends in 1."""
    origin = origin_call(index, node)
    if origin is None or not origin.args:
        return False
    arguments = index.arguments(origin)
    for name in index.names(origin.func):
        if name in ("tensorflow.zeros", "tensorflow.ones", "tensorflow.random.normal", "tensorflow.random.uniform"):
            shape = arguments.get("shape", 0)
        elif name == "tensorflow.reshape":
            shape = arguments.get("shape", 1)
        else:
            continue
        sizes = index.constant(shape.value) if shape is not None else UNKNOWN
        return isinstance(sizes, (list, tuple)) and bool(sizes) and sizes[-1] == 1
    return False


def is_reference_variable(index: FileIndex, node: ast.expr) -> bool:
    """Whether a variable is one of TensorFlow 1's kind: made with `use_resource=False`."""
    origin = origin_call(index, node)
    if origin is None:
        return False
    argument = index.arguments(origin).get("use_resource")
    return argument is not None and index.constant(argument.value) is False


def in_pipeline(event: Event) -> bool:
    """Whether something happens in a function that a method of `tf.data.Dataset` runs: on the CPU."""
    return any(hop.text.rpartition(".")[2] in _PIPELINE for hop in event.chain)
