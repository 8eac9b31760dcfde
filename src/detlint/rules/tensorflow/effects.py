"""What calls of TensorFlow and Keras do: draws from random states, parts of training, modes, the start of TensorFlow.

Which names do what is data (`data/effects.toml`); here are the questions that a name alone does not answer: whether a
seed was given, whether the initialisers are random, whether weights are loaded, what `fit` is given, and whether
`.fit(` on an object of which nothing is known is Keras at all. Draws of Keras have subjects of their own
(`keras:dropout`), since the state they come from depends on the version and the backend: see `states`. The functions
that seed are in the table of the `python` pack.

Methods of receivers of which nothing is known are looked up as `?.fit`: their entries answer only for what no other
library has.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from detlint.index import dotted_name
from detlint.index.values import UNKNOWN, Const, Instance, Value
from detlint.project.effects import Call, Effect, EffectSource
from detlint.rules.data import load
from detlint.rules.tensorflow import evidence
from detlint.rules.tensorflow.ops import Op, expand, in_need
from detlint.rules.tensorflow.states import LOADER, SUBJECT

if TYPE_CHECKING:
    from detlint.index import FileIndex

Source = Callable[[Call], Iterable[Effect]]

DATASET = "tensorflow.data.Dataset"
NEW_GRAPH = "new graph"
GRAPH_VALUES = "graph"
"""The values that variables of a graph start with: the detail of their draws, and what restores or initialises them."""
START = Effect("start", "tensorflow")
FIT = Effect("train", "tensorflow", "fit")
GRAPH = Effect("train", "tensorflow", "graph")
"""Training in a graph of TensorFlow 1: no version that has op determinism runs such code."""
MODE = Effect("mode_on", "tensorflow")
COMPILE = Effect("compile", "tensorflow")
LOAD = Effect("load", "keras")
RESTORE = Effect("load", GRAPH_VALUES)
INITIALIZE = Effect("op", GRAPH_VALUES)
DATA = "shuffle"
"""The detail of draws by tf.data, made when the data are iterated; DET306 speaks of them where DET305 does not."""

_PLAIN_GENERATOR = frozenset(
    ("rescale", "preprocessing_function", "data_format", "validation_split", "dtype", "featurewise_center")
)
"""Arguments of ImageDataGenerator that draw nothing."""


_VARIABLES = frozenset({"tensorflow.Variable", "tensorflow.compat.v1.Variable"})
_DETAILS = {"init": "init", "dropout": "lazy", "noise": "lazy", "augmentation": "lazy", LOADER: "shuffle"}
"""What the run of an entry point must know of a draw: weights may be loaded later, layers and loaders draw when used.
"""


def _keras(what: str, conditional: bool = False) -> Effect:
    return Effect("draw", SUBJECT + what, _DETAILS.get(what, ""), conditional)


# --- reading arguments -----------------------------------------------------------------------------------------------
def given(call: Call, name: str, position: int | None = None) -> ast.expr | None:
    """The expression given for a parameter; None where it is not given, or an explicit None."""
    argument = call.index.arguments(call.node).get(name, position)
    if argument is None or argument.value is None or argument.evaluated == Const(None):
        return None
    return argument.value


def _constant(call: Call, name: str, position: int | None = None) -> object:
    """The constant given for a parameter; None where it is not given, `UNKNOWN` where it is not known."""
    node = given(call, name, position)
    return None if node is None else call.index.constant(node)


def _seeded(call: Call, parameter: str = "seed", position: int | None = None) -> bool:
    return given(call, parameter, position) is not None


def _maybe_seeded(call: Call) -> bool:
    """Whether arguments are unpacked that are not in sight: a seed may be among them."""
    return call.index.arguments(call.node).open


# --- TensorFlow's own draws ------------------------------------------------------------------------------------------
def _draws(row: Mapping[str, Any], name: str) -> Source:
    parameter, position, detail = row.get("seed", "seed"), row.get("position"), row.get("detail", "")
    unless: Mapping[str, tuple[int, object]] = row.get("unless", {})
    # Building an initialiser or a data set runs no op that reads the environment.
    starts = detail != DATA and not name.endswith(("_initializer", "get_variable"))

    def effects(call: Call) -> Iterator[Effect]:
        if starts:
            yield START
        idle = any(_constant(call, key, place) is value for key, (place, value) in unless.items())
        idle = idle or ("needs" in row and given(call, row["needs"]) is None)
        if not idle and not _seeded(call, parameter, position):
            first = not detail and name.endswith(("normal", "uniform")) and _is_of_variable(call)
            kind = GRAPH_VALUES if evidence.is_tensorflow_1(call.index) else "init"
            yield Effect("draw", "tensorflow", kind if first else detail, _maybe_seeded(call))

    return effects


def _is_of_variable(call: Call) -> bool:
    """Whether what is drawn are the first values of a variable: `tf.Variable(tf.random.normal(shape))`."""
    index, parent = call.index, call.index.parent(call.node)
    uses: list[ast.AST] = [call.node]
    if isinstance(parent, ast.Assign) and len(parent.targets) == 1 and isinstance(parent.targets[0], ast.Name):
        uses = list(index.loads(parent.targets[0].id))
    around = [_call_around(index, use) for use in uses]
    return bool(around) and all(
        each is not None and not _VARIABLES.isdisjoint(index.names(each.func)) for each in around
    )


def _call_around(index: FileIndex, argument: ast.AST) -> ast.Call | None:
    """The call that something is an argument of."""
    parent = index.parent(argument)
    if isinstance(parent, ast.keyword):
        parent = index.parent(parent)
    return parent if isinstance(parent, ast.Call) and parent.func is not argument else None


# --- Keras -----------------------------------------------------------------------------------------------------------
def _weights(initializers: tuple[str, ...]) -> Source:
    """A layer draws its weights when it is built, unless each initialiser has a seed or draws nothing.

    What a layer that is given `weights=` draws is replaced by them.
    """

    def effects(call: Call) -> Iterator[Effect]:
        if given(call, "weights") is not None:
            return
        kinds = [_initializer(call, parameter) for parameter in initializers]
        if not kinds or "random" in kinds:
            yield _keras("init")
        elif "unknown" in kinds:
            yield _keras("init", conditional=True)

    return effects


def _initializer(call: Call, parameter: str) -> str:
    """Whether a layer's initialiser is `random`, `fixed` (draws nothing, or has a seed), or `unknown`."""
    node = given(call, parameter)
    if node is None:
        return "random"
    kinds = {_initializer_kind(call, value) for value in call.index.evaluate(node).alternatives}
    return "random" if "random" in kinds else "unknown" if "unknown" in kinds else "fixed"


def _initializer_kind(call: Call, value: Value) -> str:
    table = load(__package__, "effects")["initializers"]
    if isinstance(value, Const):
        return "fixed" if value.value in table["fixed"] else "random"
    if isinstance(value, Instance) and isinstance(value.type, str) and isinstance(value.origin, ast.Call):
        last = value.type.rpartition(".")[2]
        if last in table["fixed"]:
            return "fixed"
        if last in table["random"]:
            return "fixed" if _seeded(Call(value.type, value.origin, call.index)) else "random"
    return "unknown"


def _layer(detail: str) -> Source:
    """A layer that draws in training: dropout, noise, augmentation."""

    def effects(call: Call) -> Iterator[Effect]:
        rate = _constant(call, "rate", 0) if detail == "dropout" else None
        if rate != 0 and not _seeded(call):
            effect = _keras(detail, conditional=rate is UNKNOWN)
            yield replace(effect, detail="") if _called_as_in_training(call) else effect

    return effects


def _called_as_in_training(call: Call) -> bool:
    """`Dropout(0.5)(x, training=True)`: it draws at once, whether anything trains or not."""
    around = call.index.parent(call.node)
    used = around if isinstance(around, ast.Call) and around.func is call.node else None
    asked = call.index.arguments(used).get("training") if used is not None else None
    return asked is not None and call.index.constant(asked.value) is True


def _initializer_made(call: Call) -> Iterator[Effect]:
    if not _seeded(call) and not _is_for_functions(call):
        yield _keras("init")


def _is_for_functions(call: Call) -> bool:
    """Whether an object is made at the top of a module for its functions: these draw by it, when they run."""
    index, assignment = call.index, call.index.parent(call.node)
    target = assignment.targets[0] if isinstance(assignment, ast.Assign) else None
    if not isinstance(target, ast.Name) or index.function(target) is not None:
        return False
    return all(index.function(each) is not None for each in index.loads(target.id))


def _application(call: Call) -> Iterator[Effect]:
    """A model of `keras.applications`: its weights are loaded unless `weights=None`."""
    if not call.name.rpartition(".")[2][:1].isupper():
        return
    argument = call.index.arguments(call.node).get("weights", 1)
    if argument is not None and argument.evaluated == Const(None):
        yield _keras("init")
    elif argument is not None and call.index.constant(argument.value) is UNKNOWN:
        yield _keras("init", conditional=True)


def _random(position: int) -> Source:
    """`keras.random.normal` and the like; `SeedGenerator` draws its own seed."""

    def effects(call: Call) -> Iterator[Effect]:
        if not _seeded(call, "seed", position):
            yield _keras("random", conditional=_maybe_seeded(call))

    return effects


def _loads_directory(call: Call) -> Iterator[Effect]:
    """`image_dataset_from_directory` and kin shuffle by default; a split with shuffle and no seed raises by itself."""
    shuffle = _constant(call, "shuffle")
    if shuffle is not False and not _seeded(call) and given(call, "validation_split") is None:
        yield _keras(LOADER, conditional=shuffle is UNKNOWN or _maybe_seeded(call))


def _loads_array(call: Call) -> Iterator[Effect]:
    """`timeseries_dataset_from_array` shuffles if it is told to."""
    shuffle = _constant(call, "shuffle", 6)
    if shuffle not in (None, False) and not _seeded(call, "seed", 7):
        yield _keras(LOADER, conditional=shuffle is UNKNOWN or _maybe_seeded(call))


def _flows(call: Call) -> Iterator[Effect]:
    """`ImageDataGenerator.flow*`: the order and the augmentation."""
    if _seeded(call):
        return
    shuffle = _constant(call, "shuffle")
    if shuffle is not False or _augments(call):
        yield _keras(LOADER, conditional=shuffle is UNKNOWN or _maybe_seeded(call))


def _augments(call: Call) -> bool:
    """Whether the generator that flows was made with an argument that draws; unknown counts as not."""
    function = call.node.func
    made = call.index.evaluate(function.value) if isinstance(function, ast.Attribute) else UNKNOWN
    if not isinstance(made, Instance) or not isinstance(made.origin, ast.Call):
        return False
    return not set(call.index.arguments(made.origin).keywords) <= _PLAIN_GENERATOR


def _splits(call: Call) -> Iterator[Effect]:
    """`keras.utils.split_dataset(shuffle=True)`."""
    if _constant(call, "shuffle", 3) is True and not _seeded(call, "seed", 4):
        yield _keras("random")


def _fits(call: Call) -> Iterator[Effect]:
    """`Model.fit` trains, and shuffles arrays; a Dataset comes in its own order."""
    yield START
    yield FIT
    shuffle = _constant(call, "shuffle")
    kinds = _data_kinds(call)
    if shuffle is False or DATASET in kinds:
        return
    if "keras.utils.PyDataset" in kinds:
        yield _keras("sequence")
    else:
        yield _keras("fit", conditional=shuffle is UNKNOWN or not _is_given_arrays(call))


def _data_kinds(call: Call) -> tuple[str, ...]:
    argument = call.index.arguments(call.node).get("x", 0)
    return call.index.types(argument.value) if argument is not None and argument.value is not None else ()


def _is_given_arrays(call: Call) -> bool:
    """Whether `fit` is given arrays: of a known type, or with targets or a batch size, which no Dataset takes."""
    return bool(_data_kinds(call)) or given(call, "y", 1) is not None or given(call, "batch_size", 2) is not None


def _estimates(call: Call) -> Iterator[Effect]:
    """Estimators seed the graphs in which they build models: `RunConfig(tf_random_seed=1)` is the default."""
    if call.name.endswith(("Estimator", "Classifier", "Regressor")):
        yield Effect("seed", "tensorflow")


# --- ops that only op determinism makes deterministic ----------------------------------------------------------------
def _needs_mode(op: Op) -> Source:
    """An op of which versions before op determinism cannot make a deterministic one; on GPUs, and of floats."""

    def effects(call: Call) -> Iterator[Effect]:
        if call.name.startswith("tensorflow."):
            yield START
        summed = given(call, op.summed, op.summed_position) if op.summed is not None else None
        exact = summed is not None and evidence.is_integer(call.index, summed)
        host = evidence.on_cpu(call.index, call.node) or evidence.on_host(call.index, call.node)
        if not exact and not host:
            yield Effect("op", "tensorflow", call.name)

    return effects


def _on_tpu(call: Call) -> Iterator[Effect]:
    """`tf.distribute.TPUStrategy(…)`; notebooks try it, and take another where there is none."""
    tried = any(isinstance(each, ast.Try) for each in call.index.ancestors(call.node))
    yield Effect("device", "tensorflow", "tpu", conditional=tried)


# --- XLA -------------------------------------------------------------------------------------------------------------
_JIT = ("jit_compile", "experimental_compile")


def _compiles(call: Call) -> Iterator[Effect]:
    """`tf.function(jit_compile=True)`, `Model.compile(jit_compile=True)`."""
    if any(_constant(call, parameter) is True for parameter in _JIT):
        yield COMPILE


def _compiles_all(call: Call) -> Iterator[Effect]:
    """`tf.config.optimizer.set_jit(True)`, or "autoclustering"."""
    if _constant(call, "enabled", 0) in (True, "autoclustering"):
        yield COMPILE


# --- the mode by the environment -------------------------------------------------------------------------------------
_MODE_VARIABLE = "TF_DETERMINISTIC_OPS"
_MODE_VALUES = ("1", "true", "True")


def environment_modes(index: FileIndex) -> Iterator[tuple[ast.AST, Effect]]:
    """Assignments `os.environ["TF_DETERMINISTIC_OPS"] = "1"`: they turn op determinism on."""
    if _MODE_VARIABLE not in index.text:
        return
    for target in index.subscript_stores:
        statement = index.statement(target)
        if (
            isinstance(statement, ast.Assign)
            and target in statement.targets
            and index.constant(target.slice) == _MODE_VARIABLE
            and index.constant(statement.value) in _MODE_VALUES
        ):
            yield target, MODE


def _sets_variable(call: Call) -> Iterator[Effect]:
    """`os.environ.setdefault("TF_DETERMINISTIC_OPS", "1")`, `os.putenv(…)`, `os.environ.update(…)`."""
    arguments = call.index.arguments(call.node)
    positional = [call.index.constant(argument.value) for argument in arguments.positional]
    keyword = arguments.keywords.get(_MODE_VARIABLE)
    value = positional[1] if positional[:1] == [_MODE_VARIABLE] and len(positional) > 1 else None
    if keyword is not None:
        value = call.index.constant(keyword.value)
    if value in _MODE_VALUES:
        yield MODE


# --- receivers of which nothing is known -----------------------------------------------------------------------------
_FIT_ONLY_KERAS = frozenset({"epochs", "callbacks", "validation_data", "steps_per_epoch", "validation_split"})
_COMPILE_ONLY_KERAS = frozenset({"optimizer", "loss", "metrics"})
_SHUFFLE_ONLY_DATASET = frozenset({"buffer_size", "reshuffle_each_iteration"})
_ORDERED_AFTERWARDS = frozenset({"batch", "prefetch", "repeat", "padded_batch", "cache", "interleave"})


_TENSORFLOW = frozenset({"tensorflow", "keras", "tf_keras", "keras_hub", "keras_nlp", "keras_cv"})
_CHECKPOINTS = frozenset({"torch", "safetensors", "transformers", "h5py", "segment_anything"})
"""Libraries by which the weights of other models are read."""
_NOT_TENSORFLOW = frozenset({"torch", "sklearn", "flax", "fastai"})


def _imports_tensorflow(call: Call) -> bool:
    return not _TENSORFLOW.isdisjoint(call.index.imports)


def _fits_perhaps(call: Call) -> Iterator[Effect]:
    """`x.fit(...)`: Keras, if it is told of epochs, or if `x` was compiled with a loss in the same file.

    A script may get its model from another module and import no TensorFlow itself. What made the model is out of sight,
    and drew its weights.
    """
    if _imports_tensorflow(call):
        is_keras = bool(_keywords(call) & _FIT_ONLY_KERAS) or _compiled(call)
    else:
        told = "epochs" in _keywords(call) and not _is_of_another_library(call)
        is_keras = _NOT_TENSORFLOW.isdisjoint(call.index.imports) and (told or _compiled(call))
    if is_keras:
        yield _keras("init")
        yield from _fits(call)


def _is_of_another_library(call: Call) -> bool:
    """Whether an object is made by a class that is imported: of Keras, it would be compiled before it is fitted."""
    receiver = call.node.func.value if isinstance(call.node.func, ast.Attribute) else None
    statements = [receiver]
    if isinstance(receiver, ast.Name):
        bound = (call.index.parent(each.node) for each in call.index.bindings(receiver))
        statements = [each.value if isinstance(each, ast.Assign) else None for each in bound]
    made = [call.index.callee_names(each) for each in statements if isinstance(each, ast.Call)]
    return bool(made) and all(name.rpartition(".")[2][:1].isupper() for names in made for name in names or ("",))


def _loads_perhaps(call: Call) -> Iterator[Effect]:
    """`x.load_weights(...)` of a model that was made elsewhere."""
    if _imports_tensorflow(call):
        yield LOAD


def _sets_loaded_weights(call: Call) -> Iterator[Effect]:
    """`layer.set_weights(…)` in a function that loads them, as its name says, or of what a table has by name."""
    name = getattr(call.index.function(call.node), "name", "")
    if _imports_tensorflow(call) and (re.search(r"load|convert", name) or _is_from_checkpoint(call)):
        yield LOAD


def _assigns_loaded_weights(call: Call) -> Iterator[Effect]:
    """`layer.kernel.assign(weights["dense.weight"])`."""
    if _imports_tensorflow(call) and _is_from_checkpoint(call):
        yield LOAD


def _is_from_checkpoint(call: Call) -> bool:
    """Whether a value is read by name from the weights of another library's model."""
    given = call.node.args[0] if call.node.args else None
    return given is not None and not _CHECKPOINTS.isdisjoint(call.index.imports) and _reads_by_name(call.index, given)


def _reads_by_name(index: FileIndex, node: ast.expr, depth: int = 3) -> bool:
    """Whether an expression holds a part of a table that is named by a text, also by names for such parts."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Subscript) and index.is_type(inner.slice, "str"):
            return True
        if isinstance(inner, ast.Name) and depth:
            statements = [index.statement(binding.node) for binding in index.bindings(inner)]
            values = [each.value for each in statements if isinstance(each, ast.Assign)]
            if any(_reads_by_name(index, value, depth - 1) for value in values):
                return True
    return False


def _trains_on_batch(call: Call) -> Iterator[Effect]:
    if _imports_tensorflow(call):
        yield FIT


def _keywords(call: Call) -> frozenset[str]:
    return frozenset(call.index.arguments(call.node).keywords)


def _compiled(call: Call) -> bool:
    """Whether the file calls `compile(optimizer, loss)` on what may be the same object."""
    function = call.node.func
    if not isinstance(function, ast.Attribute):
        return False
    receiver, owners = dotted_name(function.value), _owners(call, call.node)
    return receiver is not None and any(
        isinstance(other.func, ast.Attribute)
        and other.func.attr == "compile"
        and (len(other.args) > 1 or bool({keyword.arg for keyword in other.keywords} & _COMPILE_ONLY_KERAS))
        and dotted_name(other.func.value) == receiver
        and _owners(call, other) == owners
        for other in call.index.calls
    )


def _owners(call: Call, node: ast.Call) -> set[str]:
    """The classes of which a call's callee is a method, as far as they are known."""
    return {name.rpartition(".")[0] for name in call.index.callee_names(node)}


def _shuffles_perhaps(call: Call) -> Iterator[Effect]:
    """`x.shuffle(...)`: a Dataset, if it has a buffer, or is batched, repeated or prefetched in the same expression."""
    ready_made = "tensorflow_datasets" in call.index.imports
    if not ready_made and not _imports_tensorflow(call):
        return
    is_dataset = (
        _keywords(call) & _SHUFFLE_ONLY_DATASET
        or is_chained_dataset(call.index.parent(call.node))
        or (ready_made and call.node.args and _is_buffer_size(call, call.node.args[0]))
    )
    if is_dataset and not _seeded(call, "seed", 1):
        yield Effect("draw", "tensorflow", DATA, _maybe_seeded(call))


def _is_buffer_size(call: Call, node: ast.expr) -> bool:
    """Whether an argument is a number, or a name of a buffer's size: other shuffles take what they shuffle."""
    named = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return "buffer" in named.lower() or type(call.index.constant(node)) is int


def is_chained_dataset(outer: ast.AST | None) -> bool:
    """Whether a call is the receiver of a method that data sets have: `x.shuffle(n).batch(m)`."""
    return isinstance(outer, ast.Attribute) and outer.attr in _ORDERED_AFTERWARDS


def _trains(call: Call) -> Iterator[Effect]:
    yield START
    yield from _training(call)


def _training(call: Call) -> Iterator[Effect]:
    """A step of training, but where a function describes one to an estimator, which may only predict."""
    function = call.index.function(call.node)
    names = (dotted_name(each.func) or "" for each in ast.walk(function or call.node) if isinstance(each, ast.Call))
    if call.name.endswith(("minimize", "apply_gradients")) and any(name.endswith("EstimatorSpec") for name in names):
        return
    yield GRAPH if evidence.is_tensorflow_1(call.index) else FIT


def _applies_gradients(call: Call) -> Iterator[Effect]:
    """`x.apply_gradients(...)`: Flax's train state takes `grads=`."""
    if _imports_tensorflow(call) and "grads" not in _keywords(call):
        yield from _training(call)


def _minimizes(call: Call) -> Iterator[Effect]:
    """`x.minimize(loss, var_list)`: of an optimizer, not of SciPy."""
    if _imports_tensorflow(call) and _keywords(call) & {"var_list", "tape"}:
        yield from _training(call)


# --- the table -------------------------------------------------------------------------------------------------------
def _starts(data: Mapping[str, Any]) -> dict[str, tuple[Effect, ...]]:
    table: dict[str, tuple[Effect, ...]] = {f"{expand(module + '.')}*": (START,) for module in data["modules"]}
    table |= {expand(name): () for name in data["except"]}
    return table | {expand(name): (START,) for name in data["names"]}


def _keras_table(data: Mapping[str, Any]) -> dict[str, Source]:
    table: dict[str, Source] = {}
    for row in data["weights"]:
        table |= {f"layers.{name}": _weights(tuple(row["initializers"])) for name in row["names"]}
    for row in data["layer"]:
        table |= {f"layers.{name}": _layer(row["detail"]) for name in row["names"]}
    table |= {f"initializers.{name}": _initializer_made for name in data["initializers"]["random"]}
    table |= {f"random.{name}": _random(position) for name, position in data["random"].items()}
    table |= {f"utils.{name}": _loads_directory for name in data["loader"]["names"]}
    flows = ("flow", "flow_from_directory", "flow_from_dataframe")
    table |= {f"preprocessing.image.ImageDataGenerator.{name}": _flows for name in flows}
    table["utils.timeseries_dataset_from_array"] = _loads_array
    table |= {"Model.fit": _fits, "Model.fit_generator": _fits, "Model.compile": _compiles}
    return table | {"utils.split_dataset": _splits, "applications.*": _application}


def _table() -> EffectSource:
    data = load(__package__, "effects")
    table: dict[str, tuple[Effect, ...] | Source] = {}
    table |= _starts(data["start"])
    table |= {expand(name): _trains for name in data["train"]["names"]}
    for row in data["draw"]:
        table |= {expand(name): _draws(row, name) for name in row["names"]}
    for name, source in _keras_table(data).items():
        table[f"keras.{name}"] = table[f"tf_keras.{name}"] = source
    table |= {expand(name): (LOAD,) for name in data["load"]["names"]}
    table |= {expand(name): (RESTORE,) for name in data["load"]["graph"]}
    table |= {expand(name): (INITIALIZE,) for name in data["initialize"]["names"]}
    table |= {expand(name): (Effect("op", NEW_GRAPH),) for name in data["graph"]["names"]}
    table["tensorflow.config.experimental.enable_op_determinism"] = (MODE,)
    for name, op in in_need().items():
        # One condition on its arguments is left to the rules that look at the call itself.
        if name.startswith("tensorflow.") and not (op.argument or op.given or op.slices or op.reference or op.counted):
            table[name] = _needs_mode(op)
    for name in [name for name in table if name.startswith("keras.") and f"tf_{name}" not in table]:
        table[f"tf_{name}"] = table[name]
    table |= {
        "tensorflow.estimator.*": _estimates,
        "tensorflow.function": _compiles,
        "tensorflow.distribute.TPUStrategy": _on_tpu,
        "tensorflow.distribute.experimental.TPUStrategy": _on_tpu,
        "tensorflow.config.optimizer.set_jit": _compiles_all,
        "os.environ.setdefault": _sets_variable,
        "os.environ.update": _sets_variable,
        "os.putenv": _sets_variable,
        "?.fit": _fits_perhaps,
        "?.fit_generator": _fits_perhaps,
        "?.load_weights": _loads_perhaps,
        "?.set_weights": _sets_loaded_weights,
        "?.assign": _assigns_loaded_weights,
        "?.train_on_batch": _trains_on_batch,
        "?.shuffle": _shuffles_perhaps,
        "?.apply_gradients": _applies_gradients,
        "?.minimize": _minimizes,
    }
    return table


EFFECTS: EffectSource = _table()

OWN_SEED: Mapping[str, tuple[tuple[str, int | None], ...]] = {
    expand(name): tuple(zip(row["seeds"], row.get("positions", [None, None]), strict=False))
    for row in load(__package__, "effects")["own_seed"]
    for name in row["names"]
}
"""Ops that ignore the global seed, to the parameters of which one must be given, with their positions."""
