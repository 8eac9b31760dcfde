"""What calls of torch and of libraries on it do: draws, modes, parts of training, device choices, the start of cuBLAS.

Which names do what is data (`data/effects.toml`); here are the few questions that a name alone does not answer:
whether a generator was given, whether dropout is on, whether weights are loaded, which device is meant.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from detlint.index import dotted_name
from detlint.index.configured import INSTANTIATE
from detlint.index.values import UNKNOWN, Const, Instance, Unset
from detlint.index.values import Mapping as Dictionary
from detlint.project.effects import Call, Effect, EffectSource
from detlint.project.training import positive_only_in_training
from detlint.rules.command_lines import command_line
from detlint.rules.data import load
from detlint.rules.torch.devices import choice

if TYPE_CHECKING:
    from detlint.index import FileIndex

Source = Callable[[Call], Iterable[Effect]]

_TRACERS = frozenset(load(__package__, "effects")["draws"]["tracers"])
_HOLDING = (ast.keyword, ast.Tuple, ast.List, ast.Starred)
DEVICE = Effect("device", "torch")
TPU = Effect("device", "tpu")
_NO_ACCELERATOR = ("cpu", "meta")
CUBLAS = Effect("start", "cublas")
BACKWARD = Effect("train", "torch", "backward")
STEP = Effect("train", "torch", "step")
FIT = Effect("train", "torch", "fit")
LOADED = Effect("load", "torch")
MANAGED = Effect("train", "torch", "managed")
"""Training by a trainer that has an argument of its own for deterministic mode (Lightning, transformers)."""
_MANAGED = ("lightning", "pytorch_lightning", "transformers", "trl", "sentence_transformers", "setfit")
_OPTIMIZER = re.compile(r"(.*_)?(opt|sgd|adam|adamw|solver|engine)(_.*|\d*|[a-z])?")
_MODEL = re.compile(r"model|net(?!work_)|module|encoder|decoder|critic|actor", re.IGNORECASE)
_LOADING = re.compile(r"load|transfer|convert|restore|pretrained|copy_params", re.IGNORECASE)
"""In the names of functions that give weights values that were saved."""
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_LIGHTNING = frozenset({"lightning", "lightning_fabric", "pytorch_lightning"})
_SAME = frozenset({"to", "cuda", "cpu", "half", "float"})
"""Methods that give the same numbers elsewhere."""
_FILLING = re.compile(r"_$|init|reset_parameters")
"""In the names of functions that give weights their first values."""
_CUBLAS_VARIABLE = ("CUBLAS_WORKSPACE_CONFIG", ":4096:8")


def _draw(detail: str = "", conditional: bool = False) -> Effect:
    return Effect("draw", "torch", detail, conditional)


# --- reading arguments ----------------------------------------------------------------------------------------------
def _given(call: Call, name: str, position: int | None = None) -> ast.expr | None:
    """The expression given for a parameter, None where it is not given or an explicit None."""
    argument = call.index.arguments(call.node).get(name, None if position is None or position >= 99 else position)
    if argument is None or argument.value is None:
        return None
    return None if argument.evaluated == Const(None) else argument.value


def _truth(call: Call, name: str, position: int | None, default: bool) -> bool | None:
    """Whether an argument is true; None where it is not known."""
    argument = call.index.arguments(call.node).get(name, None if position is None or position >= 99 else position)
    if argument is None:
        return None if call.index.arguments(call.node).open else default
    value = call.index.constant(argument.value)
    return None if value is UNKNOWN else bool(value)


# --- draws ----------------------------------------------------------------------------------------------------------
def _unless_generator(detail: str = "", position: int | None = None) -> Source:
    def effects(call: Call) -> Iterator[Effect]:
        given = _given(call, "generator", position)
        if given is None and not _is_example(call):
            yield _draw(detail)
        elif isinstance(given, (ast.Name, ast.Attribute)):
            yield Effect("draw", "torch", detail, unless="generator")

    return effects


def _in_place(call: Call) -> Iterator[Effect]:
    """`x.normal_()`: of a module's own weights, it is their first values."""
    for effect in _unless_generator()(call):
        yield replace(effect, detail="init") if _is_weight(call) else effect


def _is_weight(call: Call) -> bool:
    """Whether a method is one of weights: `m.weight.data.normal_()`, `self.scale.data.uniform_()`.

    So is one of what a function is given that fills it, as its name says: `def trunc_normal_(tensor)`.
    """
    receiver = call.node.func.value if isinstance(call.node.func, ast.Attribute) else None
    while isinstance(receiver, ast.Call) and isinstance(receiver.func, ast.Attribute) and receiver.func.attr in _SAME:
        receiver = receiver.func.value
    if isinstance(receiver, ast.Name):
        function = getattr(call.index.function(call.node), "name", "")
        given = any(isinstance(binding.node, ast.arg) for binding in call.index.bindings(receiver))
        return given and _FILLING.search(function) is not None
    if receiver is None:
        return False
    node, parts = receiver, []
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        parts += [node.attr] if isinstance(node, ast.Attribute) else []
        node = node.value
    own = isinstance(node, ast.Name) and node.id == "self" and call.index.class_of(call.node) is not None
    return not {"weight", "bias"}.isdisjoint(parts) or (
        own and (parts[:1] == ["data"] or call.index.is_type(receiver, "torch.nn.Parameter"))
    )


def _is_example(call: Call) -> bool:
    """Whether what is drawn only shows a shape: all its uses are arguments of functions that trace a model."""
    return _is_traced_with(call.index, call.node)


def _is_traced_with(index: FileIndex, node: ast.expr, depth: int = 3) -> bool:
    child: ast.AST = node
    parent = index.parent(node)
    while parent is not None and (isinstance(parent, _HOLDING) or _moves(index, parent, child)):
        child, parent = parent, index.parent(parent)
    if isinstance(parent, ast.Assign) and len(parent.targets) == 1 and isinstance(parent.targets[0], ast.Name):
        uses = index.loads(parent.targets[0].id) if depth else []
        return bool(uses) and all(_is_traced_with(index, use, depth - 1) for use in uses)
    return (
        isinstance(parent, ast.Call) and parent.func is not child and not _TRACERS.isdisjoint(index.names(parent.func))
    )


def _moves(index: FileIndex, parent: ast.AST, node: ast.AST) -> bool:
    """`x.to(device)`, `x.cuda()`: the same numbers elsewhere, as in a `Variable` of old."""
    if isinstance(parent, ast.Attribute):
        return parent.value is node and parent.attr in _SAME
    return isinstance(parent, ast.Call) and (parent.func is node or "torch.tensor" in index.names(parent.func))


def _is_filled(call: Call) -> bool:
    """Whether all weights of a layer are assigned after it is made: `self.conv.weight = Parameter(filters)`."""
    statement = call.index.statement(call.node)
    if not isinstance(statement, ast.Assign) or _truth(call, "bias", None, True) is not False:
        return False
    layer = dotted_name(statement.targets[0])
    function = call.index.function(call.node)
    return statement.value is call.node and any(
        store.attr == "weight"
        and layer is not None
        and dotted_name(store.value) == layer
        and call.index.function(store) is function
        and not call.index.blocks(store)
        for store in call.index.attribute_stores
    )


def _layer(call: Call) -> Iterator[Effect]:
    device = _given(call, "device")
    if device is not None and call.index.constant(device) == "meta":
        return
    if _given(call, "_weight") is None and not _is_filled(call):
        yield _draw("init")
    yield from _chosen(call, "device")


def _on_generator(call: Call) -> Iterator[Effect]:
    """`Distribution.sample` and the like: there is no generator to give."""
    yield _draw("sample")


def _dropout_layer(parameter: str, position: int, default: float) -> Source:
    """A call of a layer: its probability stands where it was constructed."""

    def effects(call: Call) -> Iterator[Effect]:
        if _probability(call, _constructor(call), parameter, position, default) != 0:
            yield _draw("dropout")

    return effects


def _constructor(call: Call) -> ast.Call | None:
    function = call.node.func
    receiver = (
        function.value if isinstance(function, ast.Attribute) and function.attr in ("forward", "__call__") else function
    )
    value = call.index.evaluate(receiver)
    return value.origin if isinstance(value, Instance) and isinstance(value.origin, ast.Call) else None


def _probability(call: Call, made: ast.Call | None, parameter: str, position: int, default: float) -> object:
    if made is None:
        return default
    argument = call.index.arguments(made).get(parameter, position)
    return default if argument is None else call.index.constant(argument.value)


def _dropout_function(p: str, at: int, default: float, training: str, training_at: int, trains: bool) -> Source:
    def effects(call: Call) -> Iterator[Effect]:
        on = _truth(call, training, training_at, trains) if training else trains
        if on is not False and _probability(call, call.node, p, at, default) != 0:
            # What is on whether the model trains or not is a draw like any other.
            given = _given(call, p, at)
            trained = given is not None and positive_only_in_training(call.index, given)
            yield _draw("" if on and not trained else "dropout", conditional=on is None)

    return effects


def _is_never_used(call: Call) -> bool:
    """Whether what a call makes gets a name that nothing in sight means any more, nor can any other file."""
    parent = call.index.parent(call.node)
    target = parent.targets[0] if isinstance(parent, ast.Assign) and len(parent.targets) == 1 else None
    private = call.index.function(call.node) is not None or call.index.path.endswith(".ipynb")
    return private and isinstance(target, ast.Name) and not call.index.loads(target.id)


def _loader(position: int) -> Source:
    """A loader draws when it is iterated: the order, if it shuffles."""

    def effects(call: Call) -> Iterator[Effect]:
        shuffles = _truth(call, "shuffle", position, False)
        if shuffles is False or _given(call, "sampler", 99) is not None or _is_never_used(call):
            return
        given = _given(call, "generator", 99)
        if given is None:
            yield _draw("shuffle", conditional=shuffles is None)
        elif isinstance(given, (ast.Name, ast.Attribute)):
            yield Effect("draw", "torch", "shuffle", conditional=shuffles is None, unless="generator")

    return effects


def _models(row: Mapping[str, Any]) -> Source:
    """Everything below a module that builds a layer or model with fresh weights."""
    left_out = frozenset(row.get("except", ()))
    endings = tuple(row.get("except_endings", ()))
    pretrained = tuple(row.get("pretrained", ()))

    def effects(call: Call) -> Iterator[Effect]:
        last = call.name.rpartition(".")[2]
        if last in left_out or (endings and last.endswith(endings)) or not (row.get("functions") or last[:1].isupper()):
            return
        loaded = _loaded(call, pretrained)
        if loaded is not True:
            yield _draw("init", conditional=loaded is None)

    return effects


def _loaded(call: Call, parameters: Iterable[str]) -> bool | None:
    """Whether all weights are loaded; None where that is not known."""
    answers = [_truth(call, parameter, None, False) for parameter in parameters if _given(call, parameter) is not None]
    weights = [_given(call, parameter) for parameter in parameters]
    if any(answer is True for answer in answers) or any(_is_weights(call, node) for node in weights):
        return True
    return None if None in answers else False


def _is_weights(call: Call, node: ast.expr | None) -> bool:
    return node is not None and any("_Weights" in name for name in call.index.names(node))


def _timm(call: Call) -> Iterator[Effect]:
    """`timm.create_model`: with pretrained weights only a new head is drawn."""
    loaded = _truth(call, "pretrained", 1, False)
    head = _given(call, "num_classes", 99)
    if loaded is not True:
        yield _draw("init", conditional=loaded is None)
    elif head is not None and call.index.constant(head) != 0:
        yield _draw("init")


def _transformers_class(call: Call) -> Iterator[Effect]:
    """`BertModel(config)`: a model built from its configuration."""
    last = call.name.rpartition(".")[2]
    if (
        ("Model" in last or "For" in last)
        and not last.endswith(("Config", "Output", "Tokenizer", "Processor", "Collator", "Arguments"))
        and not last.startswith(("DataCollator", "TFAuto", "TF", "Flax"))
        and "Trainer" not in last
    ):
        yield _draw("init")


def _new_head(call: Call) -> Iterator[Effect]:
    """`from_pretrained` of a class with a head: the head is drawn where the checkpoint has none."""
    yield _draw("init", conditional=True)
    yield from _mapped(call)


def _mapped(call: Call) -> Iterator[Effect]:
    mapped = _given(call, "device_map", 99)
    if mapped is not None and choice(call.index, mapped) in ("accelerator", "unknown"):
        yield DEVICE


# --- modes ----------------------------------------------------------------------------------------------------------
def _mode(call: Call) -> Iterator[Effect]:
    """`torch.use_deterministic_algorithms`, and `set_deterministic` before it."""
    on = _truth(call, "mode" if call.name.endswith("algorithms") else "d", 0, True)
    weak = _truth(call, "warn_only", 99, False)
    if on is False:
        yield Effect("mode_off", "torch")
    else:
        yield Effect("mode_on", "torch", "warn" if weak is True else "", conditional=on is None)


def _debug_mode(call: Call) -> Iterator[Effect]:
    argument = call.index.arguments(call.node).get("debug_mode", 0)
    value = call.index.constant(argument.value) if argument is not None else UNKNOWN
    if value in ("default", 0):
        yield Effect("mode_off", "torch")
    elif value in ("warn", 1):
        yield Effect("mode_on", "torch", "warn")
    else:
        yield Effect("mode_on", "torch", conditional=value not in ("error", 2))


def _lightning_trainer(call: Call) -> Iterator[Effect]:
    argument = call.index.arguments(call.node).get("deterministic")
    if argument is None:
        return
    value = call.index.constant(argument.value)
    if value is False or value is None:
        return
    known = value is True or value == "warn"
    yield Effect("mode_on", "torch", "warn" if value == "warn" else "", conditional=not known)
    yield Effect("env", *_CUBLAS_VARIABLE, conditional=not known)


def _lightning_command_line(call: Call) -> Iterator[Effect]:
    """`LightningCLI`: its defaults for the Trainer, and what its configuration files say."""
    states = command_line_modes(call.index, call.node)
    on = [state in (True, "warn") for state in states]
    if any(on) or UNKNOWN in states:
        conditional = not all(on)
        yield Effect("mode_on", "torch", "warn" if "warn" in states else "", conditional=conditional)
        yield Effect("env", *_CUBLAS_VARIABLE, conditional=conditional)


def command_line_modes(index: FileIndex, node: ast.Call) -> list[object]:
    """What `trainer.deterministic` is in each run of a command line; None where nothing says it."""
    given = index.arguments(node).get("trainer_defaults", 3)
    defaults = given.evaluated if given is not None else None
    entry = defaults.entries.get("deterministic") if isinstance(defaults, Dictionary) else None
    default = index.constant(entry.value) if entry is not None else None
    options = command_line(index, node)
    if options is None:
        return [default]
    values = options.values("trainer", "deterministic")
    return [_mode_of(option.value) if option.given else default for option in values]


def _mode_of(value: object) -> object:
    """A value of `deterministic` as Lightning takes it; anything else is refused, and so no more is known."""
    return value if value is None or isinstance(value, bool) or value == "warn" else UNKNOWN


def _configured_runner(call: Call) -> Iterator[Effect]:
    """Mmengine's `Runner`: `randomness=dict(seed=0, deterministic=True)`, given by itself or in a configuration."""
    arguments = call.index.arguments(call.node)
    if call.name.endswith("from_cfg"):
        whole = arguments.get("cfg", 0)
        value = whole.evaluated if whole is not None else None
        entry = value.entries.get("randomness") if isinstance(value, Dictionary) else None
        unknown = not isinstance(value, Dictionary) or (entry is None and value.open)
        stated = call.index.evaluate(entry.value) if entry is not None and entry.certain else None
    else:
        randomness = arguments.get("randomness")
        stated = randomness.evaluated if randomness is not None else None
        unknown = randomness is None and arguments.open
    known = isinstance(stated, Dictionary) and not stated.open
    seed, mode = (_of_randomness(call, stated, name) for name in ("seed", "deterministic"))
    unknown = unknown or (stated is not None and not known)
    if seed is not None or unknown:
        yield from (
            Effect("seed", state, conditional=seed is None) for state in ("python", "numpy", "torch", "torch_cuda")
        )
    if mode not in (None, False) or unknown:
        yield Effect("mode_on", "torch", conditional=mode is not True)
    yield DEVICE
    yield _draw("init")  # it builds the model


def _of_randomness(call: Call, stated: object, name: str) -> object:
    """An entry of `randomness`: None if it is not there or None, `UNKNOWN` if only a run knows it."""
    entry = stated.entries.get(name) if isinstance(stated, Dictionary) else None
    if entry is None:
        return None
    value = call.index.evaluate(entry.value)
    return None if isinstance(value, Unset) else call.index.constant(entry.value)


def _training_arguments(call: Call) -> Iterator[Effect]:
    on = _truth(call, "full_determinism", None, False)
    if on is not False:
        yield Effect("mode_on", "torch", conditional=on is None)
        yield Effect("env", "CUBLAS_WORKSPACE_CONFIG", ":16:8", conditional=on is None)


def _hf_trainer(call: Call) -> Iterator[Effect]:
    """A Trainer of transformers seeds at construction, with 42 unless its arguments say else."""
    yield from (Effect("seed", state) for state in ("python", "numpy", "torch", "torch_cuda"))


# --- devices --------------------------------------------------------------------------------------------------------
def _chosen(call: Call, parameter: str, position: int | None = None) -> Iterator[Effect]:
    """A device that an argument names; what only the run knows (a parameter, "cpu" by default) is left to it."""
    device = _given(call, parameter, position)
    if device is None:
        return
    chosen = choice(call.index, device)
    if chosen == "accelerator":
        yield DEVICE
    elif chosen == "unknown":
        yield replace(DEVICE, chosen_by=(parameter, position), idle=_NO_ACCELERATOR)


def _device_argument(parameter: str, position: int) -> Source:
    def effects(call: Call) -> Iterator[Effect]:
        yield from _chosen(call, parameter, position)

    return effects


def _type(call: Call) -> Iterator[Effect]:
    """`x.type(t)`: a type of CUDA is a device; what is unknown is a type of numbers."""
    given = _given(call, "dtype", 0)
    if given is not None and choice(call.index, given) == "accelerator":
        yield DEVICE


def _chooser(row: Mapping[str, Any]) -> Source:
    """An object that takes the GPU by itself, unless it is told not to."""

    def effects(call: Call) -> Iterator[Effect]:
        argument = call.index.arguments(call.node).get(row["parameter"])
        value = call.index.constant(argument.value) if argument is not None else UNKNOWN
        if not any(value is cpu or value == cpu for cpu in row["cpu"]):
            yield DEVICE

    return effects


# --- methods of receivers that are not known ------------------------------------------------------------------------
def _receiver(call: Call) -> str:
    """The last name of a method's receiver: `optimizer` of `self.optimizer.step()` and `optimizers[0].step()`."""
    node: ast.expr = call.node.func
    node = node.value if isinstance(node, ast.Attribute) else node
    while isinstance(node, ast.Subscript | ast.Call):
        node = node.value if isinstance(node, ast.Subscript) else node.func
    return (node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else "").lower()


def _is_super(call: Call) -> bool:
    function = call.node.func
    owner = function.value if isinstance(function, ast.Attribute) else function
    return isinstance(owner, ast.Call) and isinstance(owner.func, ast.Name) and owner.func.id == "super"


def _imports_torch(call: Call) -> bool:
    return bool(
        call.index.imports & {"torch", "lightning", "pytorch_lightning", "accelerate", "transformers", "deepspeed"}
    )


def _unknown_backward(call: Call) -> Iterator[Effect]:
    """`loss.backward()`, `scaler.scale(loss).backward()`, `accelerator.backward(loss)`; not `F.backward(ctx, grad)`."""
    if _imports_torch(call) and not _is_super(call) and len(call.node.args) <= 1 and _receiver(call) != "ctx":
        yield BACKWARD
        yield CUBLAS


def _unknown_step(call: Call) -> Iterator[Effect]:
    """`optimizer.step()` by its receiver's name, `scaler.step(optimizer)` by its argument's."""
    if not _imports_torch(call) or _is_super(call):
        return
    arguments = call.node.args
    given = len(arguments) == 1 and (_named_optimizer(arguments[0]) or _typed_optimizer(call, arguments[0]))
    if given or (_is_optimizer(_receiver(call)) and len(arguments) <= 1):
        yield STEP


def _unknown_load(call: Call) -> Iterator[Effect]:
    """`model.load_state_dict(…)`; that of an optimizer or scheduler loads no weights."""
    name = _receiver(call)
    if (
        _imports_torch(call)
        and not _is_super(call)
        and not _is_optimizer(name)
        and not re.search("sched|scaler|sampler|loader", name)
    ):
        yield from _loads(call)


def _loads(call: Call) -> Iterator[Effect]:
    """Weights that were saved; `target.load_state_dict(net.state_dict())` only copies fresh ones."""
    state = call.index.arguments(call.node).get("state_dict", 0)
    given = state.value if state is not None else None
    if isinstance(given, ast.Call) and _last(given) == "deepcopy" and given.args:
        given = given.args[0]
    if not (isinstance(given, ast.Call) and _last(given) == "state_dict"):
        yield LOADED


def _copied_weights(call: Call) -> Iterator[Effect]:
    """`module.weight.data.copy_(…)` in a function that loads weights, as its name says or that of one around it."""
    around = (getattr(each, "name", "") for each in call.index.ancestors(call.node) if isinstance(each, _FUNCTIONS))
    if _imports_torch(call) and _is_weight(call) and any(_LOADING.search(name) for name in around):
        yield LOADED


def _unknown_seeding(call: Call) -> Iterator[Effect]:
    """`fabric.seed_everything(3)` of what a function is given."""
    if not call.index.imports.isdisjoint(_LIGHTNING) and call.node.args:
        yield from (Effect("seed", state) for state in ("python", "numpy", "torch", "torch_cuda"))


def _last(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _is_optimizer(name: str) -> bool:
    return "sched" not in name and ("optim" in name or _OPTIMIZER.fullmatch(name) is not None)


def _named_optimizer(node: ast.expr) -> bool:
    while isinstance(node, ast.Subscript):
        node = node.value
    return _is_optimizer(
        (node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else "").lower()
    )


def _typed_optimizer(call: Call, node: ast.expr) -> bool:
    return any(name.startswith("torch.optim.") and ".lr_scheduler." not in name for name in call.index.types(node))


def _unknown_product(call: Call) -> Iterator[Effect]:
    """`a.matmul(b)` of what a function is given."""
    if _imports_torch(call):
        yield replace(CUBLAS, conditional=True)


def _unknown_cuda(call: Call) -> Iterator[Effect]:
    if _imports_torch(call) and len(call.node.args) <= 1:
        yield DEVICE


def _unknown_to(call: Call) -> Iterator[Effect]:
    if _imports_torch(call):
        yield from _chosen(call, "device", 0)


def _unknown_fit(rows: Iterable[tuple[list[str], list[str]]]) -> Source:
    """A method by which trainers train: what the file must import, and what the receiver's name must hold."""

    def effects(call: Call) -> Iterator[Effect]:
        name = _receiver(call)
        for modules, words in rows:
            if call.index.imports & set(modules) and (not words or any(word in name for word in words)):
                yield MANAGED if set(modules) & set(_MANAGED) else FIT
                return

    return effects


# --- the table ------------------------------------------------------------------------------------------------------
class _Table:
    """Collects what names do; a name may be given several times."""

    def __init__(self) -> None:
        self.sources: dict[str, list[Source]] = {}

    def add(self, names: Iterable[str], source: Source | Effect) -> None:
        for name in names:
            self.sources.setdefault(name, []).append(_always(source) if isinstance(source, Effect) else source)

    def done(self) -> EffectSource:
        return {name: sources[0] if len(sources) == 1 else _together(sources) for name, sources in self.sources.items()}


def _nothing(_: Call) -> Iterator[Effect]:
    """Of a call that does what another name of it says: files in which it stands are looked at."""
    yield from ()


def _always(effect: Effect) -> Source:
    def effects(_: Call) -> Iterator[Effect]:
        yield effect

    return effects


def _together(sources: list[Source]) -> Source:
    def effects(call: Call) -> Iterator[Effect]:
        for source in sources:
            yield from source(call)

    return effects


def _called(names: Iterable[str], module: str = "torch.nn") -> Iterator[str]:
    """Calls of instances, in both spellings."""
    for name in names:
        yield from (f"{module}.{name}.__call__", f"{module}.{name}.forward")


def _add_draws(table: _Table, data: Mapping[str, Any]) -> None:
    table.add(data["functions"], _unless_generator())
    table.add((f"torch.Tensor.{method}" for method in data["methods"]), _in_place)
    table.add((f"torch.nn.init.{name}{end}" for name in data["init"] for end in ("_", "")), _unless_generator("init"))
    layers = [f"torch.nn.{layer}" for layer in data["layers"]]
    table.add(layers, _layer)
    table.add((f"{layer}.reset_parameters" for layer in layers), _draw("init"))
    table.add(_called(data["lazy_layers"]), _draw("init"))
    table.add(data["wrappers"], _draw("init"))
    for layer, parameter, position, default in data["dropout_layers"]:
        table.add(_called([layer]), _dropout_layer(parameter, position, default))
    table.add(_called(data["drawing_layers"]), _draw())
    for name, *rest in data["dropout_functions"]:
        table.add(
            [name, f"{name}_"] if name.startswith("torch.nn") and not name.endswith("_") else [name],
            _dropout_function(*rest),
        )
    for distribution in data["distributions"]:
        table.add(
            (f"torch.distributions.{distribution}.{method}" for method in data["distribution_methods"]), _on_generator
        )
    for name, position, detail in data["samplers"]:
        table.add([name], _unless_generator(detail, position))
    for name, position in data["loaders"]:
        table.add([name], _loader(position))
    for module in ("torchvision.transforms", "torchvision.transforms.v2"):
        table.add((f"{module}.{transform}" for transform in data["transforms"]), _draw("lazy"))


def _add_models(table: _Table, data: Mapping[str, Any]) -> None:
    for row in data["models"]:
        table.add([f"{row['module']}.*"], _models(row))
    table.add(["timm.create_model", "timm.models.create_model", "timm.models.factory.create_model"], _timm)
    table.add(["peft.get_peft_model", "torchvision.models.detection.faster_rcnn.FastRCNNPredictor"], _draw("init"))
    names = data["transformers"]
    heads = [f"transformers.{family}For{head}" for family in names["families"] for head in names["heads"]]
    automatic = [f"transformers.{name}" for name in names["auto"]]
    table.add(["transformers.*"], _transformers_class)
    table.add((f"{name}.from_pretrained" for name in heads), _new_head)
    table.add((f"{name}.from_pretrained" for name in automatic), _mapped)
    table.add((f"{name}.from_config" for name in heads + automatic), _draw("init"))


def _add_training(table: _Table, data: Mapping[str, Any]) -> None:
    table.add(data["backward"], BACKWARD)
    table.add(data["backward"], CUBLAS)
    table.add((f"torch.optim.{optimizer}.step" for optimizer in data["optimizers"]), STEP)
    table.add(data["step"], STEP)
    lightning = [f"{trainer}.fit" for trainer in data["lightning"]]
    for name in [*data["fit"], *lightning]:
        table.add([name], MANAGED if name.partition(".")[0] in _MANAGED else FIT)
    table.add([*data["fit"], *lightning], CUBLAS)
    methods: dict[str, list[tuple[list[str], list[str]]]] = {}
    for method, modules, words in data["unknown"]["fit"]:
        methods.setdefault(method, []).append((modules, words))
    for method, rows in methods.items():
        table.add([f"?.{method}"], _unknown_fit(rows))
    table.add(["?.backward"], _unknown_backward)
    table.add(["?.manual_backward"], _unknown_backward)
    table.add(["torch.nn.Module.load_state_dict"], _loads)
    table.add(["?.load_state_dict"], _unknown_load)
    table.add(["?.copy_", "torch.Tensor.copy_"], _copied_weights)
    table.add(["?.step"], _unknown_step)
    table.add(["?.seed_everything"], _unknown_seeding)


def _add_modes(table: _Table, trainers: Iterable[str]) -> None:
    table.add(["torch.use_deterministic_algorithms", "torch.set_deterministic"], _mode)
    table.add(["torch.set_deterministic_debug_mode"], _debug_mode)
    table.add(trainers, _lightning_trainer)
    table.add(
        (f"{trainer}.{maker}" for trainer in trainers for maker in ("__init__", "from_argparse_args")),
        _lightning_trainer,
    )
    managed = load(__package__, "trainers")
    table.add(managed["lightning"]["command_lines"], _lightning_command_line)
    table.add(managed["mmengine"]["runners"], _configured_runner)
    table.add(INSTANTIATE, _nothing)
    arguments = managed["transformers"]["arguments"]
    table.add(arguments, _training_arguments)
    table.add((name for name, _ in managed["transformers"]["trainers"]), _hf_trainer)


def _add_devices(table: _Table, data: Mapping[str, Any]) -> None:
    table.add((f"torch.{name}" for name in data["factories"]), _device_argument("device", 99))
    table.add(data["always"], DEVICE)
    for name, parameter, position in data["given"]:
        table.add([name], _device_argument(parameter, position))
    table.add(["torch.Tensor.type"], _type)
    table.add(data["tpu"], TPU)
    for row in data["chooser"]:
        table.add(row["names"], _chooser(row))
    table.add(["?.cuda"], _unknown_cuda)
    table.add(["?.to"], _unknown_to)


def _add_starts(table: _Table, data: Mapping[str, Any]) -> None:
    table.add(data["cublas_functions"], CUBLAS)
    table.add((f"torch.Tensor.{method}" for method in data["cublas_methods"]), CUBLAS)
    table.add(_called(data["cublas_layers"]), CUBLAS)
    table.add((f"?.{method}" for method in data["cublas_methods"]), _unknown_product)
    table.add(
        ["torch.distributed.init_process_group", "torch.distributed.distributed_c10d.init_process_group"],
        Effect("start", "nccl"),
    )


def _table() -> EffectSource:
    data = load(__package__, "effects")
    table = _Table()
    _add_draws(table, data["draws"])
    _add_models(table, data["draws"])
    _add_training(table, data["train"])
    _add_modes(table, data["train"]["lightning"])
    _add_devices(table, data["device"])
    _add_starts(table, data["start"])
    return table.done()


EFFECTS: EffectSource = _table()


def products(index: FileIndex) -> Iterator[tuple[ast.AST, Effect]]:
    """`a @ b` of tensors, which is `torch.matmul`; perhaps of what a function is given, and a model that is given."""
    if "torch" not in index.imports:
        return
    for node in index.nodes(ast.BinOp, ast.AugAssign) if "@" in index.text else ():
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.MatMult):
            sides = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.target, node.value)
            if any(index.is_type(side, "torch.Tensor") for side in sides):
                yield node, CUBLAS
            elif all(index.evaluate(side) is UNKNOWN for side in sides):
                yield node, replace(CUBLAS, conditional=True)
    for call in index.calls:
        if isinstance(call.func, ast.Name) and _MODEL.search(call.func.id) and index.evaluate(call.func) is UNKNOWN:
            yield call, replace(CUBLAS, detail="model", conditional=True)
