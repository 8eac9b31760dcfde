"""Values of configuration files: what loading, composing and merging them gives, and what is made by their `_target_`.

Names of the libraries that do this are the only ones that this module knows; which files there are, and what they hold,
`Modules.configurations` says.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from detlint.configurations.data import Data, Items, Scalar, Table
from detlint.configurations.data import merged as merged_data
from detlint.index.attributes import Attributes
from detlint.index.structured import Scope, table_of
from detlint.index.syntax import leftmost
from detlint.index.values import (
    UNKNOWN,
    Configuration,
    Const,
    Entry,
    Instance,
    LocalClass,
    Mapping,
    Ref,
    Sequence,
    Unset,
    Value,
)

if TYPE_CHECKING:
    from detlint.configurations.data import Place

_HERE = "<here>"
_MAIN = "hydra.main"
_INITIALIZE = frozenset({"hydra.initialize", "hydra.experimental.initialize"})
INSTANTIATE = frozenset({"hydra.utils.instantiate", "hydra.utils.call"})
_TARGET = "_target_"
_OF_HYDRA = frozenset({_TARGET, "_partial_", "_recursive_", "_convert_", "_args_"})
_JOINING = frozenset({"os.path.join", "posixpath.join"})
_SAME_PATH = frozenset({"os.path.abspath", "os.path.realpath", "os.path.normpath", "pathlib.Path", "builtins.str"})
_DICT_CONFIG = frozenset({"omegaconf.DictConfig", "omegaconf.dictconfig.DictConfig", "mmengine.Config"})


class Configured(ast.expr):
    """Stands for a value of a configuration file where the code uses it."""

    _fields = ()

    def __init__(self, data: Data, at: ast.expr) -> None:
        super().__init__()
        self.data = data
        self.at = at
        ast.copy_location(self, at)

    @property
    def place(self) -> Place | None:
        """Where the file holds it."""
        return getattr(self.data, "place", None)


class Configurables(Attributes):
    """What calls of Hydra, OmegaConf and mmengine give."""

    def _data(self, node: Configured) -> Value:
        """The value that data is in the code."""
        data = node.data
        if isinstance(data, Scalar):
            return Unset(data.place) if data.value is None else Const(data.value, data.place)
        if isinstance(data, Items):
            return Sequence("list", tuple(Configured(item, node) for item in data.items), node)
        if not isinstance(data, Table):
            return UNKNOWN
        found = Configuration({}, data.open, node)
        for name, value in data.entries.items():
            if name in self._assigned_names:
                found.open = True  # `cfg.trainer.gpus = 1`: the file says no more what it is
            else:
                given = Configured(value, node)
                found.entries[name] = Entry(given, given)
        return found

    @property
    def _assigned_names(self) -> frozenset[str]:
        """The names of attributes that are assigned to objects other than `self` and what is imported."""
        if self._configured_stores is None:
            self._configured_stores = frozenset(
                store.attr for store in self.tree.attribute_stores if self._may_be_configuration(store)
            )
        return self._configured_stores

    def _may_be_configuration(self, store: ast.Attribute) -> bool:
        first = leftmost(store)
        if first is None or first.id in {"self", "cls"}:
            return False
        return not all(isinstance(b.node, ast.alias) for b in self.flow.reaching(first.id, first))

    def _configuration(self, table: Table | None, node: ast.expr) -> Value:
        return UNKNOWN if table is None else self._evaluate(Configured(table, node))

    # ------------------------------------------------------------------------------------------------- where from
    def _loaded(self, node: ast.Call) -> Value:
        """`OmegaConf.load("x.yaml")`, `Config.fromfile("x.py")`."""
        files = self.modules.configurations
        path = self._path(node.args[0]) if files is not None and node.args else None
        return UNKNOWN if path is None or files is None else self._configuration(files.table(path), node)

    def _parsed(self, node: ast.Call) -> Value:
        """`yaml.safe_load(f)` of a file that is opened in sight: a plain dict."""
        files = self.modules.configurations
        path = self._opened(node.args[0]) if files is not None and node.args else None
        value = UNKNOWN if path is None or files is None else self._configuration(files.table(path), node)
        return self._plain(value) if isinstance(value, Configuration) else UNKNOWN

    def _plain(self, value: Configuration) -> Mapping:
        return Mapping(dict(value.entries), value.open, value.origin)

    def _opened(self, node: ast.expr) -> str | None:
        """The path of the file that a file object reads, or whose text an expression is."""
        if isinstance(node, ast.Name):
            bindings = self.flow.reaching(node.id, node)
            parent = self.tree.parents.get(bindings[0].node) if len(bindings) == 1 else None
            made = parent.context_expr if isinstance(parent, ast.withitem) else getattr(parent, "value", None)
            return self._opened(made) if isinstance(made, ast.Call) else None
        if not isinstance(node, ast.Call):
            return None
        if isinstance(node.func, ast.Name) and node.func.id == "open" and node.args:
            return self._path(node.args[0])
        if isinstance(node.func, ast.Attribute) and node.func.attr in {"read_text", "read", "open"}:
            return self._path(node.func.value) or self._opened(node.func.value)
        return None

    def _path(self, node: ast.expr, depth: int = 8) -> str | None:
        """The text of a path; `<here>` in it is the folder of this file."""
        if depth == 0:
            return None
        value = self._evaluate(node)
        if isinstance(value, Const):
            return value.value if isinstance(value.value, str) else None
        if isinstance(node, ast.Name):
            if node.id == "__file__":
                return f"{_HERE}/file"
            bindings = self.flow.reaching(node.id, node)
            parent = self.tree.parents.get(bindings[0].node) if len(bindings) == 1 else None
            return self._path(parent.value, depth - 1) if isinstance(parent, ast.Assign) else None
        parts: list[ast.expr] = []
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            parts = [node.left, node.right]
        elif isinstance(node, ast.Attribute) and node.attr == "parent":
            inner = self._path(node.value, depth - 1)
            return None if inner is None or "/" not in inner else inner.rpartition("/")[0]
        elif isinstance(node, ast.Call):
            return self._called_path(node, depth)
        texts = [self._path(part, depth - 1) for part in parts]
        return "/".join(map(str, texts)) if texts and None not in texts else None

    def _called_path(self, node: ast.Call, depth: int) -> str | None:
        names = {v.name for v in self._evaluate(node.func).alternatives if isinstance(v, Ref)}
        texts = [self._path(argument, depth - 1) for argument in node.args]
        if names & _JOINING and texts and None not in texts:
            return "/".join(map(str, texts))
        if names & _SAME_PATH and len(texts) == 1:
            return texts[0]
        if "os.path.dirname" in names and texts and texts[0] and "/" in texts[0]:
            return texts[0].rpartition("/")[0]
        if isinstance(node.func, ast.Attribute) and node.func.attr in {"resolve", "absolute"}:
            return self._path(node.func.value, depth - 1)
        return None

    # ----------------------------------------------------------------------------------------------------- Hydra
    def configured_parameter(self, node: ast.arg, function: ast.AST) -> Value:
        """What `@hydra.main(config_path=…, config_name=…)` gives the function that it decorates."""
        files = self.modules.configurations
        decorators: list[ast.expr] = getattr(function, "decorator_list", [])
        arguments: ast.arguments = self.tree.parents[node]  # type: ignore[assignment]
        if files is None or isinstance(function, ast.Lambda):
            return UNKNOWN
        if not decorators or [*arguments.posonlyargs, *arguments.args][:1] != [node]:
            return self._handed_on(node, function)
        for decorator in decorators:
            if isinstance(decorator, ast.Call) and _MAIN in self._names_of(decorator.func):
                given = self.arguments(decorator)
                folder, name = given.get("config_path", 0), given.get("config_name", 1)
                where = "." if folder is None or folder.value is None else self._path(folder.value)
                called = self._evaluate(name.value) if name is not None else UNKNOWN
                if where is None or not isinstance(called, Const) or not isinstance(called.value, str):
                    return UNKNOWN
                stored = self._stored(called.value)
                return self._configuration(files.started(where, called.value, stored), decorator)
        return self._handed_on(node, function)

    def _handed_on(self, node: ast.arg, function: ast.AST) -> Value:
        """What a program of another file hands on that Hydra has given it."""
        files = self.modules.configurations
        if files is None or node.annotation is None or not self.is_configuration(self.annotation(node.annotation)):
            return UNKNOWN
        return self._configuration(files.handed_on(getattr(function, "name", "")), node.annotation)

    def _stored(self, name: str) -> Table | None:
        """What the file stores in a `ConfigStore` under a name: the defaults of a dataclass."""
        files = self.modules.configurations
        assert files is not None
        for call in self.tree.calls:
            if isinstance(call.func, ast.Attribute) and call.func.attr == "store":
                given = self.arguments(call)
                key, node, group = given.get("name", 0), given.get("node", 1), given.get("group", 2)
                if group is not None or key is None or node is None or node.value is None:
                    continue
                if self._evaluate(key.value) == Const(name):
                    scope = Scope(files.path, self._evaluate, self.modules.structured)
                    return self._structured(self._evaluate(node.value), scope)
        return None

    def _structured(self, value: Value, scope: Scope) -> Table | None:
        """The data of a dataclass: of the class itself, or of an object made without arguments."""
        cls = value.type if isinstance(value, Instance) else value
        if isinstance(cls, LocalClass):
            return table_of(cls.node, scope)
        found = scope.elsewhere(cls.name if isinstance(cls, Ref) else str(cls))
        return None if found is None else table_of(*found)

    def _composed(self, node: ast.Call) -> Value:
        """`compose(config_name=…, overrides=[…])` after the one `initialize(config_path=…)` of the file."""
        files = self.modules.configurations
        started = [call for call in self.tree.calls if self._names_of(call.func) & _INITIALIZE]
        given = self.arguments(node)
        name, listed = given.get("config_name", 0), given.get("overrides", 1)
        if files is None or len(started) != 1 or name is None or name.value is None:
            return UNKNOWN
        folder = self.arguments(started[0]).get("config_path", 1)
        where = None if folder is None or folder.value is None else self._path(folder.value)
        called = self._evaluate(name.value)
        overrides = () if listed is None or listed.value is None else self._texts(listed.value)
        if where is None or overrides is None or not isinstance(called, Const) or not isinstance(called.value, str):
            return UNKNOWN
        return self._configuration(files.composed(where, called.value, overrides), node)

    def _texts(self, node: ast.expr) -> tuple[str, ...] | None:
        value = self._evaluate(node)
        if not isinstance(value, Sequence) or value.open:
            return None
        texts = [self._evaluate(element) for element in value.elements]
        return (
            tuple(str(each.value) for each in texts if isinstance(each, Const))
            if all(isinstance(each, Const) for each in texts)
            else None
        )

    def _names_of(self, node: ast.expr) -> frozenset[str]:
        return frozenset(value.name for value in self._evaluate(node).alternatives if isinstance(value, Ref))

    def is_configuration(self, declared: Value) -> bool:
        """Whether an annotation says no more than that something is a configuration."""
        return isinstance(declared, Instance) and declared.type in _DICT_CONFIG

    def targets(self, node: ast.Call) -> tuple[str, ...]:
        """The canonical name of what `instantiate(cfg.trainer)` calls, if the configuration says it."""
        value = self._evaluate(node.args[0]) if node.args else UNKNOWN
        entry = value.entries.get(_TARGET) if isinstance(value, Mapping) else None
        target = self._entry_value(entry) if entry is not None else UNKNOWN
        if not isinstance(target, Const) or not isinstance(target.value, str):
            return ()
        dots = self.modules.dots(target.value)
        name = self.modules.resolve(dots + target.value) or dots + target.value
        return (self.knowledge.canonical(name),)

    def _instantiated(self, node: ast.Call) -> Value:
        """`hydra.utils.instantiate(cfg.trainer)`: an object of its `_target_`."""
        value = self._evaluate(node.args[0]) if node.args else UNKNOWN
        names = self.targets(node)
        if not names or (isinstance(value, Mapping) and "_partial_" in value.entries):
            return UNKNOWN
        return self._result(Ref(names[0]), node)

    def spread(self, node: ast.Call) -> Mapping | None:
        """The entries of the configuration that `instantiate` hands on as arguments."""
        value = self._evaluate(node.args[0]) if node.args else UNKNOWN
        if not isinstance(value, Mapping) or _TARGET not in value.entries:
            return None
        entries = {name: entry for name, entry in value.entries.items() if name not in _OF_HYDRA}
        return Mapping(entries, value.open, value.origin)

    # -------------------------------------------------------------------------------------------------- OmegaConf
    def _created(self, node: ast.Call) -> Value:
        """`OmegaConf.create({…})`; of text or nothing, what is read or empty."""
        if not node.args:
            return Configuration({}, False, node)
        value = self._evaluate(node.args[0])
        return Configuration(dict(value.entries), value.open, node) if isinstance(value, Mapping) else UNKNOWN

    def _from_command_line(self, node: ast.Call) -> Value:
        """`OmegaConf.from_cli()`: what a run may be given is not counted, as with Hydra's own overrides."""
        return UNKNOWN if node.args else Configuration({}, False, node)

    def _merged_configurations(self, node: ast.Call) -> Value:
        """`OmegaConf.merge(a, b)`."""
        tables: list[Data] = []
        for argument in node.args:
            value = UNKNOWN if isinstance(argument, ast.Starred) else self._evaluate(argument)
            origin = value.origin if isinstance(value, Configuration) else None
            if isinstance(origin, Configured) and not self._changes_of(argument):
                tables.append(origin.data)
            elif isinstance(value, Configuration) and not value.entries and not value.open:
                continue
            else:
                return self._merged_values(node)
        whole: Data = Table()
        for table in tables:
            whole = merged_data(whole, table)
        return self._evaluate(Configured(whole, node))

    def _changes_of(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and bool(self._changes(node.id))

    def _merged_values(self, node: ast.Call) -> Value:
        found = Configuration({}, False, node)
        for argument in node.args:
            value = self._evaluate(argument)
            if not isinstance(value, Mapping):
                for name, entry in found.entries.items():
                    found.entries[name] = replace(entry, certain=False)
            self._merge(found, value)
        return found


CALLS = {
    "omegaconf.OmegaConf.load": Configurables._loaded,
    "mmengine.config.Config.fromfile": Configurables._loaded,
    "mmengine.Config.fromfile": Configurables._loaded,
    "mmcv.Config.fromfile": Configurables._loaded,
    "mmcv.utils.Config.fromfile": Configurables._loaded,
    "hydra.compose": Configurables._composed,
    "hydra.experimental.compose": Configurables._composed,
    "hydra.utils.instantiate": Configurables._instantiated,
    "omegaconf.OmegaConf.create": Configurables._created,
    "omegaconf.OmegaConf.from_cli": Configurables._from_command_line,
    "omegaconf.OmegaConf.merge": Configurables._merged_configurations,
    "omegaconf.OmegaConf.unsafe_merge": Configurables._merged_configurations,
    "omegaconf.OmegaConf.to_container": Configurables._copied,
    "omegaconf.OmegaConf.to_object": Configurables._copied,
    "yaml.safe_load": Configurables._parsed,
    "yaml.full_load": Configurables._parsed,
    "yaml.load": Configurables._parsed,
}
