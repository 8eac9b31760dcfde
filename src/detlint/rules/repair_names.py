"""Names for repairs: how a library's function is written where it is needed, and which variable is the seed.

Given a context and a node of `ast`; gives the expression to write there, and the edits that make it mean that: an
import beside those of its kind, after docstring and `__future__`, or a constant after the imports. None where the name
that would be bound means something else.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from detlint.diagnostics import Edit
from detlint.index.syntax import default_of
from detlint.index.values import Const

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.context import Context
    from detlint.index.tree import Binding

ALIASES = {"numpy": "np", "pandas": "pd", "tensorflow": "tf"}
"""The names under which libraries are imported by everyone."""

SEED_NAMES = (
    "seed", "SEED", "random_seed", "RANDOM_SEED", "random_state", "RANDOM_STATE", "manual_seed", "MANUAL_SEED",
    "rng_seed", "RNG_SEED", "global_seed", "GLOBAL_SEED", "seed_value", "SEED_VALUE", "rand_seed", "RAND_SEED",
)  # fmt: skip
"""Variables, parameters and options that hold a seed, by their names."""

_LATER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.For, ast.While, ast.With, ast.Match)
PARSES = re.compile(
    r"parse_(known_)?(intermixed_)?args|parse_args_into_dataclasses|(parse|get|read)_?(cli_?)?(args?|arguments?|opts?|options?|flags|cli)"
)
"""Functions that give the options of the command line."""

_OPTIONS = ("args", "opt", "opts", "options")
"""Parameters that hold the options of the command line."""
_PARAMETERS = ("random_state", "seed")
_SEEDERS = ("seed", "manual_seed", "set_seed", "set_random_seed", "seed_everything", "default_rng", "RandomState")
"""Parameters, and functions by their first argument, that take a seed."""

_STARS = {"random": ("numpy", "numpy.random", "pylab", "matplotlib.pylab", "jax")}
"""Modules of which a `*` binds a name, beside those of that name (`from random import *` binds a function)."""

_TAKEN = ("SEED", "RANDOM_SEED", "GLOBAL_SEED", "DETLINT_SEED")


class Names:
    """The names of one file, as repairs need them."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._index = context.index
        self._source = context.source

    def library(self, qualified: str, at: ast.AST, module: str = "") -> tuple[str, list[Edit]] | None:
        """How a library's name is written at a node, and the import that it takes, if any."""
        known = self.known(qualified, at)
        if known is not None:
            return known, []
        module = module or qualified.partition(".")[0]
        if "." in module:
            name = qualified.removeprefix(f"{module}.").partition(".")[0]
            bound, statement = name, f"from {module} import {name}"
            written = qualified.removeprefix(f"{module}.")
        else:
            bound = ALIASES.get(module, module)
            statement = f"import {module}" if bound == module else f"import {module} as {bound}"
            written = bound + qualified.removeprefix(module)
        if not self._is_free(
            bound, at, qualified[: len(qualified) - len(written)] + bound if "." in module else module
        ):
            return None
        return written, [self._import(statement, module, at)]

    def import_from(self, qualified: str, at: ast.AST) -> ast.ImportFrom | None:
        """The import at the head of the file that names others of the same module."""
        module = qualified.rpartition(".")[0]
        imports = (each for each in self.first_imports(at) if isinstance(each, ast.ImportFrom) and not each.level)
        return next((each for each in imports if each.module == module and each.names[0].name != "*"), None)

    def is_free(self, name: str, at: ast.AST) -> bool:
        """Whether a name means nothing at a node, and is used nowhere in the file."""
        return self._is_free(name, at, "") and not self._is_used(name)

    def constant(self, name: str, value: str, at: ast.AST) -> tuple[str, list[Edit]] | None:
        """A constant's name at a node, and its definition."""
        names = _TAKEN if name in _TAKEN else (name,)
        free = next((each for each in names if self.is_free(each, at)), None)
        return None if free is None else (free, [self.after_imports(f"{free} = {value}", at)])

    def seed(self, at: ast.AST) -> str | None:
        """A variable, parameter or option in sight of a node that holds a seed."""
        hidden: set[str] = set()
        for depth, scope in enumerate(self._index.visible(at)):
            for name in SEED_NAMES:
                if name in scope and name not in hidden and self._holds_seed(scope[name], at, outer=depth > 0):
                    return name
            hidden.update(scope)
        return self._seed_option(at)

    def number(self) -> str | None:
        """The number, written out, that the file gives as a seed wherever it gives one; None if they differ."""
        found = {number for call in self._index.calls for number in self._numbers(call)}
        return str(found.pop()) if len(found) == 1 else None

    def _numbers(self, call: ast.Call) -> Iterator[int]:
        last = getattr(call.func, "attr", getattr(call.func, "id", ""))
        given = [keyword.value for keyword in call.keywords if keyword.arg in _PARAMETERS]
        given += call.args[:1] if last in _SEEDERS and len(call.args) == 1 else []
        yield from (value.value for value in given if isinstance(value, ast.Constant) and type(value.value) is int)

    # ------------------------------------------------------------------------------------------------ what is bound
    def known(self, qualified: str, at: ast.AST) -> str | None:
        """The name as the imports in sight have it, by the one that says most."""
        best: tuple[int, str] | None = None
        shadowed: set[str] = set()
        for depth, scope in enumerate(self._index.visible(at)):
            for name, bindings in scope.items():
                means = "" if name in shadowed else self._imported(bindings, at, outer=depth > 0)
                if means and (qualified == means or qualified.startswith(f"{means}.")):
                    found = (len(means), name + qualified[len(means) :])
                    best = max(best or found, found)
            shadowed.update(scope)
        module, _, last = qualified.rpartition(".")
        if best is None and last not in shadowed and module in self._stars():
            return last
        return best[1] if best else None

    def _stars(self) -> set[str]:
        """The modules of which the file imports all names."""
        imports = (each for each in self._index.tree.body if isinstance(each, ast.ImportFrom) and not each.level)
        return {each.module or "" for each in imports if each.names[0].name == "*"}

    def _imported(self, bindings: list[Binding], at: ast.AST, *, outer: bool) -> str:
        """What a name means at a node if imports, all of the same, bind it there; else nothing."""
        if not any(isinstance(each.node, ast.alias) for each in bindings):
            return ""
        bindings = [each for each in bindings if not self._is_fallback(each)]
        meant = set(map(self._meaning, bindings))
        in_time = any(self._runs_before(each.node, at, outer=outer) for each in bindings)
        return meant.pop() if in_time and len(meant) == 1 else ""

    def _meaning(self, binding: Binding) -> str:
        """What an import binds a name to; nothing for what is no import, or one of the project's own modules."""
        statement = self._index.parent(binding.node)
        if isinstance(binding.node, ast.alias) and isinstance(statement, ast.Import):
            return binding.node.name if binding.node.asname else binding.name
        if isinstance(binding.node, ast.alias) and isinstance(statement, ast.ImportFrom) and not statement.level:
            return f"{statement.module}.{binding.node.name}"
        return ""

    def _is_fallback(self, binding: Binding) -> bool:
        """Whether a binding stands in for an import that failed."""
        return any(isinstance(each, ast.ExceptHandler) for each in self._index.ancestors(binding.node))

    def _runs_before(self, node: ast.AST, at: ast.AST, *, outer: bool) -> bool:
        """Whether what binds a name has run wherever a node runs: no branch of its own, and above it in its scope."""
        around = set(self._index.ancestors(at))
        for ancestor in self._index.ancestors(node):
            if (
                isinstance(ancestor, (ast.If, ast.For, ast.While, ast.ExceptHandler, ast.Match))
                and ancestor not in around
            ):
                return False
        if outer and self._index.function(at) is not None:
            return True
        return self._place(node) < self._place(at)

    def _place(self, node: ast.AST) -> tuple[int, int]:
        placed = node if hasattr(node, "lineno") else self._index.statement(node)
        return placed.lineno, placed.col_offset  # type: ignore[attr-defined]

    def _is_free(self, name: str, at: ast.AST, meaning: str) -> bool:
        """Whether a name bound at the top of the file is seen at a node and takes nobody's place."""
        if any(star.rpartition(".")[2] == name or star in _STARS.get(name, ()) for star in self._stars()):
            return False
        for scope in self._index.visible(at):
            if name in scope and not (
                meaning and scope is self._index.module_bindings and self._means(scope[name], meaning)
            ):
                return False
        return True

    def _means(self, bindings: list[Binding], meaning: str) -> bool:
        """Whether all that binds a name are imports of what it is to mean."""
        return all(self._meaning(each) == meaning for each in bindings)

    def _is_used(self, name: str) -> bool:
        return bool(self._index.loads(name))

    # -------------------------------------------------------------------------------------------------------- seeds
    def _holds_seed(self, bindings: list[Binding], at: ast.AST, *, outer: bool) -> bool:
        """Whether a name of which a seed is expected holds one at a node."""
        return bool(bindings) and all(
            self._runs_before(each.node, at, outer=outer) and self._is_seed(each) for each in bindings
        )

    def _is_seed(self, binding: Binding) -> bool:
        node = binding.node
        values = self._index.bound(binding).alternatives
        parent = self._index.parent(node)
        if isinstance(node, ast.arg):
            default = default_of(parent, node) if isinstance(parent, ast.arguments) else None
            values = (*values, *self._index.evaluate(default).alternatives)
            return not any(isinstance(value, Const) and not _is_number(value.value) for value in values)
        if values and all(isinstance(value, Const) and _is_number(value.value) for value in values):
            return True
        if isinstance(parent, ast.Assign) and self._is_read(parent.value):
            return True
        return (
            isinstance(parent, ast.Assign)
            and isinstance(parent.value, (ast.Attribute, ast.Subscript))
            and not any(isinstance(value, Const) and value.value is None for value in values)
        )

    def _is_read(self, value: ast.expr) -> bool:
        """Whether a value is a number that someone gives: `int(os.environ["SEED"])`, `config.get("seed", 42)`."""
        if not isinstance(value, ast.Call):
            return False
        if getattr(value.func, "attr", "") == "get" and len(value.args) == 2:
            return _is_number(self._index.constant(value.args[1]))
        inner = value.args[0] if getattr(value.func, "id", "") == "int" and len(value.args) == 1 else None
        calls = [each for each in ast.walk(inner) if isinstance(each, ast.Call)] if inner is not None else []
        given = all(getattr(each.func, "attr", "") in ("get", "getenv") and len(each.args) == 2 for each in calls)
        return given and isinstance(inner, (ast.Attribute, ast.Subscript, ast.Call))

    def _seed_option(self, at: ast.AST) -> str | None:
        """`args.seed`, where the function has read it before."""
        for name in SEED_NAMES:
            for load in sorted(self._index.attribute_loads(name), key=self._place):
                base = load.value
                if (
                    isinstance(base, ast.Name)
                    and not self._is_called(load)
                    and self._index.function(load) is self._index.function(at)
                    and self._place(load) < self._place(at)
                    and self._is_unconditional(base, at)
                    and not self._may_be_nothing(load)
                ):
                    return f"{base.id}.{name}"
        return self._parsed_option(at)

    def _parsed_option(self, at: ast.AST) -> str | None:
        """`args.seed`, where `args` have been parsed and `--seed` is an option with a number for its default."""
        option = next((name for call in self._index.calls if (name := self._option(call)) in SEED_NAMES), None)
        if option is None:
            return None
        for depth, scope in enumerate(self._index.visible(at)):
            for name, bindings in scope.items():
                if all(self._is_parsed(each) for each in bindings) and all(
                    self._runs_before(each.node, at, outer=depth > 0) for each in bindings
                ):
                    return f"{name}.{option}"
        return None

    def _is_parsed(self, binding: Binding) -> bool:
        """Whether a name is bound to the options of the command line: by parsing them, or as the parameter `args`."""
        if isinstance(binding.node, ast.arg):
            around = self._index.parent(binding.node)
            default = default_of(around, binding.node) if isinstance(around, ast.arguments) else None
            return binding.node.arg in _OPTIONS and default is None
        return self.parses(self._index.parent(binding.node))

    def _calls_parser(self, statement: ast.AST | None) -> bool:
        """Whether a statement calls a function of the file that parses the command line."""
        value = statement.value if isinstance(statement, ast.Assign) else None
        name = getattr(value.func, "id", "") if isinstance(value, ast.Call) else ""
        function = next((each for each in self._index.functions if each.name == name), None)
        return function is not None and any(
            isinstance(each, ast.Call) and PARSES.fullmatch(getattr(each.func, "attr", ""))
            for each in ast.walk(function)
        )

    def parses(self, statement: ast.AST | None) -> bool:
        """Whether a statement gives a name to the options of the command line."""
        return _is_parsing(statement) or self._calls_parser(statement)

    def _option(self, call: ast.Call) -> str:
        """The attribute that an option of a whole number becomes, as argparse and its kin have it."""
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        if getattr(call.func, "attr", "") != "add_argument" or not _is_number(
            self._index.constant(given.get("default"))
        ):
            return ""
        flags = [self._index.constant(each) for each in call.args]
        dest = self._index.constant(given.get("dest"))
        long = next((flag for flag in flags if isinstance(flag, str) and flag.startswith("--")), "")
        return dest if isinstance(dest, str) else long.lstrip("-").replace("-", "_")

    def _is_called(self, load: ast.Attribute) -> bool:
        parent = self._index.parent(load)
        return isinstance(parent, ast.Call) and parent.func is load

    def _is_unconditional(self, base: ast.Name, at: ast.AST) -> bool:
        bindings = next((scope[base.id] for scope in self._index.visible(at) if base.id in scope), [])
        return bool(bindings) and all(
            isinstance(each.node, ast.arg)
            or (isinstance(each.node, ast.Name) and self._runs_before(each.node, at, outer=False))
            for each in bindings
        )

    def _may_be_nothing(self, node: ast.AST) -> bool:
        values = self._index.evaluate(node).alternatives
        return any(isinstance(value, Const) and not _is_number(value.value) for value in values)

    # ----------------------------------------------------------------------------------------------------- inserting
    def _import(self, statement: str, module: str, at: ast.AST) -> Edit:
        """The edit that adds an import beside those of its kind."""
        new = _Import(_section(module), statement.startswith("from"), module.lower())
        imports = [(each, _Import.of(each)) for each in self.first_imports(at)]
        alike = [(each, key) for each, key in imports if key.section == new.section]
        before = [each for each, key in alike if key <= new]
        if before:
            return self._after(before[-1], statement)
        if alike:
            return self._before(alike[0][0], f"{statement}\n")
        earlier = [each for each, key in imports if key.section < new.section]
        if earlier:
            following = self._source.line(self._end_line(earlier[-1]) + 1)
            return self._after(earlier[-1], f"\n{statement}" + ("\n" if following.strip() else ""))
        if imports:
            return self._before(imports[0][0], f"{statement}\n\n")
        return self._at_top(statement, at)

    def own_import(self, module: str, name: str, at: ast.AST, *, apart: bool) -> Edit:
        """The edit that imports a name from a module of the project, below the others, with an empty line or not."""
        imports, statement = self.first_imports(at), f"from {module} import {name}"
        return self._after(imports[-1], "\n" * apart + statement) if imports else self._at_top(statement, at)

    def after_imports(self, statement: str, at: ast.AST) -> Edit:
        """The edit that puts a statement after the imports at the head of the file.

        In a notebook without a cell of imports it goes into the cell that needs it.
        """
        imports = self.first_imports(at)
        if self._source.cells and len(imports) == 1:
            own = self._limit(at) or self._index.statement(at)
            if self._cell(own) != self._cell(imports[0]):
                body = [each for each in self._index.tree.body if self._cell(each) == self._cell(own)]
                imports = [each for each in body if isinstance(each, (ast.Import, ast.ImportFrom))]
                if not imports:
                    return self._before(body[0], f"{statement}\n\n")
        return self._after(imports[-1], f"\n{statement}") if imports else self._at_top(statement, at)

    def definition(self, code: str, at: ast.AST, *, is_last: bool) -> Edit:
        """The edit that puts a definition there, two lines below, and two above what follows if nothing else does."""
        imports = self.first_imports(at)
        if not imports:
            edit = self._at_top(code, at)
            return replace(edit, content=f"{edit.content}\n")
        edit = self._after(imports[-1], f"\n\n{code}")
        if not is_last:
            return edit
        end = self._end_line(imports[-1])
        gap = next((gap for gap in range(2) if self._source.line(end + 1 + gap).strip()), 2)
        return replace(edit, content=edit.content + "\n" * (2 - gap))

    def first_imports(self, at: ast.AST) -> list[ast.Import | ast.ImportFrom]:
        """The imports at the head of the file; above a node that runs as the file is loaded.

        In a notebook those of the cell that has most of them: cells further down import what they show.
        """
        found: list[ast.Import | ast.ImportFrom] = []
        limit = self._limit(at)
        for statement in self._index.tree.body:
            if isinstance(statement, _LATER) or statement is limit:
                break
            if isinstance(statement, (ast.Import, ast.ImportFrom)):
                found.append(statement)
        cells = Counter(self._cell(each) for each in found)
        most = max(cells, key=cells.__getitem__, default=0)
        return [each for each in found if self._cell(each) == most]

    def _cell(self, statement: ast.stmt) -> int:
        """The number of the cell that holds a statement; 0 outside of notebooks."""
        return sum(cell.first <= statement.lineno for cell in self._source.cells)

    def _limit(self, at: ast.AST) -> ast.stmt | None:
        """The statement of the top level that holds a node; None if the node is in a function, which runs later."""
        if self._index.function(at) is not None:
            return None
        path = [at, *self._index.ancestors(at)]
        return next((each for each in reversed(path) if isinstance(each, ast.stmt)), None)

    def _at_top(self, statement: str, at: ast.AST) -> Edit:
        """The edit that begins the file's code with a statement: after its docstring, below its first comments."""
        body = self._index.tree.body
        if body and _is_docstring(body[0]):
            following = self._source.line(self._end_line(body[0]) + 1)
            return self._after(body[0], f"\n{statement}" + ("\n" if following.strip() else ""))
        is_definition = isinstance(body[0], (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        return self._before(body[0], f"{statement}\n\n" + "\n" * is_definition)

    def _after(self, statement: ast.stmt, code: str) -> Edit:
        line = self._end_line(statement)
        end = self._source.offset(line, len(self._source.line(line)) + 1)
        return Edit(self._source.between(end, end), f"\n{code}", shared=code.strip())

    def _before(self, statement: ast.stmt, code: str) -> Edit:
        line = statement.lineno
        comments = line
        while not self._starts_cell(comments) and self._source.line(comments - 1).lstrip().startswith("#"):
            comments -= 1
        if comments > 1 or self._source.cells:
            line = comments  # what stands directly above a statement is about it, but for the head of a file
        start = self._source.offset(line, 1)
        return Edit(self._source.between(start, start), code, shared=code.strip())

    def _starts_cell(self, line: int) -> bool:
        return line <= 1 or any(cell.first == line for cell in self._source.cells)

    def _end_line(self, statement: ast.stmt) -> int:
        """The last line of a statement and of those that begin on it."""
        last = statement.end_lineno or statement.lineno
        for other in self._index.tree.body:
            if other.lineno == last:
                last = max(last, other.end_lineno or last)
        return last


@dataclass(frozen=True, order=True, slots=True)
class _Import:
    """Where an import belongs: section (future, standard library, others, the project's own), form, module."""

    section: int
    is_from: bool
    module: str

    @classmethod
    def of(cls, statement: ast.Import | ast.ImportFrom) -> _Import:
        """The place of an import that is there."""
        if isinstance(statement, ast.Import):
            return cls(_section(statement.names[0].name), False, statement.names[0].name.lower())
        return cls(3 if statement.level else _section(statement.module or ""), True, (statement.module or "").lower())


IMPORT = re.compile(r"(?P<kind>import|from) (?P<module>[\w.]+)")


def sort_key(statement: str) -> tuple[int, bool, str]:
    """The place of an import among others that are added: section, form, module."""
    match = IMPORT.match(statement)
    assert match is not None
    return _section(match["module"]), match["kind"] == "from", match["module"].lower()


def _section(module: str) -> int:
    top = module.partition(".")[0]
    return 0 if top == "__future__" else 1 if top in sys.stdlib_module_names else 2


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_parsing(statement: ast.AST | None) -> bool:
    value = statement.value if isinstance(statement, ast.Assign) else None
    callee = value.func if isinstance(value, ast.Call) else None
    return PARSES.fullmatch(getattr(callee, "attr", getattr(callee, "id", ""))) is not None


def _is_docstring(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )
