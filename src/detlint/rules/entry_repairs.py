"""Repairs at entry points: a seed, a mode or a variable that is settled where the program starts.

Given a context, an entry point of its file and the event before which something must be settled; gives the place: after
the imports and the parsing of arguments, before whatever leads to the event. A `main()` that the guard calls is looked
into. No place where the way to the event is not plain.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TYPE_CHECKING

from detlint.index.syntax import is_main_guard
from detlint.project.summary import MODULE
from detlint.rules.repair_names import IMPORT, PARSES, SEED_NAMES, Names
from detlint.rules.repairs import Repair, call_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detlint.context import Context
    from detlint.diagnostics import Location
    from detlint.project.model import EntryPoint
    from detlint.project.run import Event

SETTLES = re.compile(r"seed|determinis|reprod", re.IGNORECASE)
"""Functions that make a program repeat, by their names."""


_READ_AT_IMPORT = re.compile(r"KERAS_BACKEND|XLA_FLAGS|JAX_PLATFORM|TF_USE_LEGACY_KERAS")
"""Variables that libraries read when they are imported, or soon afterwards."""


@dataclass(frozen=True, slots=True)
class Start:
    """Where something is settled: a statement of a block, before or after which, and what leads to the event."""

    block: list[ast.stmt]
    leads: ast.stmt
    after: ast.stmt | None

    @property
    def at(self) -> ast.stmt:
        """The statement that runs next."""
        place = self.block.index(self.after) + 1 if self.after is not None else 0
        return self.block[place]


class EntryRepair:
    """Steps at the start of an entry point, for one fix. early: before arguments are parsed and anything is seeded."""

    def __init__(self, context: Context, entry: EntryPoint, event: Event, *, early: bool = False) -> None:
        self._early = early
        self._entry = entry
        self._defines = self._is_late = False
        self._above: list[str] = []  # what stands above the statements that are inserted
        self._head: list[ast.Import | ast.ImportFrom] = []
        self.context = context
        self.index = context.index
        self.repair = Repair(context)
        self.start = self._start(entry, event)
        if self.start is None:
            self.repair.give_up()

    def insert(self, code: str) -> None:
        """Insert statements where the program starts."""
        if self.start is None:
            return
        if self._above:
            code = "\n".join((*self._above, code))
        after = self.start.after
        if after is None:
            self.repair.insert_before(self.start.at, code, gap=self.start.at is self.index.tree.body[0])
        else:
            self.repair.insert_after(
                after, code, gap=self._gap(after), below=self._is_import(after) or bool(self._above)
            )

    def go_below(self, setting: str) -> ast.expr | None:
        """Go below the statement that gives a setting, by its qualified name, the value of an option; gives that."""
        if self.start is None:
            return None
        block = self.start.block
        for statement in block[block.index(self.start.at) : block.index(self.start.leads)]:
            if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
                names = self.index.names(statement.targets[0])
                if setting in names and isinstance(statement.value, (ast.Name, ast.Attribute)):
                    self.start = replace(self.start, after=statement)
                    return statement.value
        return None

    def is_of_file(self, written: str) -> bool:
        """Whether a name as it is written means the same in all of the file: no function binds it there."""
        root = re.split(r"\W", written, maxsplit=1)[0]
        scopes = list(self.index.visible(self.start.at)) if self.start is not None else []
        return not any(root in scope for scope in scopes if scope is not self.index.module_bindings)

    def define(self, code: str) -> None:
        """Define a function after the imports."""
        if self.start is not None and (self._is_late or self._is_other_cell()):
            gap = "\n\n" if self._above else ""
            self._above.append(f"{gap}{code}\n\n")
        elif self.start is not None:
            self._defines = True
            self.repair.define(code, self.start.at, is_last=not self._is_import(self.start.after))

    def _gap(self, after: ast.stmt) -> int:
        """The empty lines above what is inserted after a statement."""
        if self._above and IMPORT.match(self._above[0]):
            return 0
        if not self._is_import(after):
            return int(isinstance(after, (ast.Import, ast.ImportFrom)))
        if self._is_late:
            return 2 if self._above and self._above[0].startswith("def ") else 1
        return 2 if self._defines else 0 if self.repair.defines_constants else 1

    def _is_import(self, statement: ast.stmt | None) -> bool:
        """Whether a statement is an import at the head of the file: constants and definitions go below it, too."""
        return isinstance(statement, (ast.Import, ast.ImportFrom)) and statement in self._head

    def name(self, qualified: str, *, module: str = "", others: Sequence[str] = ()) -> str:
        """How a library's name is written there, as `Repair.name` has it."""
        if self.start is None:
            return ""
        root = module or qualified.partition(".")[0]
        names = (qualified, *others)
        if self._is_known(*names) or not self._move_below(root) or self._is_known(*names):
            return self.repair.name(qualified, self.start.at, module=module, others=others)
        found = Names(self.context).library(qualified, self.start.at, module)
        if found is None:
            self.repair.give_up()
            return ""
        written, needed = found
        self._above[:0] = [f"{edit.shared}\n" for edit in needed]
        return written

    def _is_known(self, *names: str) -> bool:
        assert self.start is not None
        at = self.start.at
        return any(Names(self.context).known(name, at) for name in names)

    def _move_below(self, module: str) -> bool:
        """Go below the import of a library that stands further down; what comes before it stays before it.

        That may be a variable that the library reads when it is imported; where that is set and no import is in sight
        from here, there is no place.
        """
        assert self.start is not None
        block = self.start.block
        between = block[block.index(self.start.at) : block.index(self.start.leads)]
        place = next((place for place, each in enumerate(between) if module in _imported(each)), None)
        if place is not None:
            while place + 1 < len(between) and _imported(between[place + 1]):
                place += 1
            self.start = replace(self.start, after=between[place])
            return True
        if any(_READ_AT_IMPORT.search(ast.unparse(each)) for each in block[block.index(self.start.at) :]):
            self.repair.give_up()
        return False

    def seed(self) -> str:
        """An expression for a seed there: as `Repair.seed` has it, or the number that another state is seeded with."""
        if self.start is None:
            return ""
        known = Names(self.context).seed(self.start.at) or self._number()
        return known or self._late_constant() or self.repair.seed(self.start.at)

    def _late_constant(self) -> str:
        """A constant of its own above what is inserted, where the top of the file is no place for one."""
        names = Names(self.context)
        if self.start is None or names.number() or not names.is_free("SEED", self.start.at):
            return ""
        if not self._is_late and not self._is_other_cell():
            return ""
        imports = sum(IMPORT.match(each) is not None for each in self._above)
        self._above.insert(imports, "SEED = 42")
        return "SEED"

    def _is_other_cell(self) -> bool:
        """Whether the place is one of a notebook below the cell of its imports."""
        at_top = self.start is not None and self.start.at in self.index.tree.body
        return (
            at_top and bool(self.context.source.cells) and not self._is_import(self.start.after if self.start else None)
        )

    def _number(self) -> str:
        """The number, written out, that this file seeds another state with."""
        for event in self._entry.run.of_kind("seed"):
            call = call_at(self.context, event.location) if event.path == self.context.path else None
            seed = call.args[0] if call is not None and len(call.args) == 1 else None
            if isinstance(seed, ast.Constant) and type(seed.value) is int:
                return str(seed.value)
        return ""

    # --------------------------------------------------------------------------------------------------- the place
    def _start(self, entry: EntryPoint, event: Event) -> Start | None:
        if event.process:
            return None  # what is settled here does not reach the processes that it starts
        places = [hop.location for hop in event.chain if hop.path == entry.module.path]
        if event.path == entry.module.path:
            places.append(event.location)
        block = self._first_block(entry)
        if block is None or not places:
            return None
        leads = self._holding(block, places[0])
        if leads is None and entry.function.key == MODULE:
            guard = self._guard()
            if guard is not None:
                leads = self._holding(guard.body, places[0])
                block = guard.body
        if leads is None:
            return None
        inner = self._main(block, leads)
        if inner is not None and len(places) > 1:
            found = self._holding(inner.body, places[1])
            if found is not None:
                block, leads = inner.body, found
        return self._within(block, leads)

    def _first_block(self, entry: EntryPoint) -> list[ast.stmt] | None:
        if entry.function.key == MODULE:
            return [each for each in self.index.tree.body if not self._is_guard(each)]
        name = entry.function.key.rpartition(".")[2]
        return next((each.body for each in self.index.functions if each.name == name), None)

    def _guard(self) -> ast.If | None:
        guards = [each for each in self.index.tree.body if self._is_guard(each)]
        return guards[0] if len(guards) == 1 and isinstance(guards[0], ast.If) else None

    def _is_guard(self, statement: ast.stmt) -> bool:
        return isinstance(statement, ast.If) and is_main_guard(statement.test)

    def _holding(self, block: list[ast.stmt], place: Location) -> ast.stmt | None:
        """The statement of a block that holds a place; no definition, whose body runs elsewhere."""
        for statement in block:
            whole = self.context.source.location(statement)
            if (whole.line, whole.column) <= (place.line, place.column) <= (whole.end_line, whole.end_column):
                is_definition = isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
                return None if is_definition else statement
        return None

    def _main(self, block: list[ast.stmt], leads: ast.stmt) -> ast.FunctionDef | None:
        """The function of this file that a guard calls, if that is all it does, or with the options just parsed."""
        guard = self._guard()
        if guard is None or block is not guard.body or not isinstance(leads, ast.Expr):
            return None
        call = leads.value
        given = call.args[0] if isinstance(call, ast.Call) and call.args else None
        if guard.body != [leads] and not (guard.body[-1] is leads and PARSES.fullmatch(_called(given))):
            return None
        functions = {each.name: each for each in self.index.tree.body if isinstance(each, ast.FunctionDef)}
        # The second is for `sys.exit(main())`.
        named = (getattr(each.func, "id", "") for each in (call, given) if isinstance(each, ast.Call))
        return next((functions[name] for name in named if name in functions), None)

    def _within(self, block: list[ast.stmt], leads: ast.stmt) -> Start:
        """After imports, parsed arguments, seeds and what is settled already, as far as these come before."""
        before = block[: block.index(leads)]
        self._head = Names(self.context).first_imports(leads)
        if not self._head:
            # Where something else comes first (a file that is read), the imports below it are the head, and what is
            # needed goes below these.
            self._head = [each for each in before if isinstance(each, (ast.Import, ast.ImportFrom))]
            self._is_late = bool(self._head)
        after = next((each for each in reversed(before) if self._comes_first(each)), None)
        seeds = before[before.index(after) + 1 :] if after is not None else before
        if not self._early and any(map(_settles, seeds)):
            # Behind the first of them and those that follow it: what is seeded anew further down is another part.
            first = next(place for place, each in enumerate(seeds) if _settles(each))
            after = list(takewhile(_settles, seeds[first:]))[-1]
        if after is None and before and _is_docstring(before[0]):
            after = before[0]
        return Start(block, leads, after)

    def _comes_first(self, statement: ast.stmt) -> bool:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            return statement in self._head or statement not in self.index.tree.body
        if self._early:
            return False
        if isinstance(statement, ast.Assign):
            names = {node.id for target in statement.targets for node in ast.walk(target) if isinstance(node, ast.Name)}
            if names & set(SEED_NAMES):
                return True
        if Names(self.context).parses(statement):
            return True
        return isinstance(statement, (ast.AnnAssign, ast.Expr)) and bool(PARSES.fullmatch(_called(statement.value)))


def _settles(statement: ast.stmt) -> bool:
    """Whether a statement seeds or settles something. A generator that is seeded belongs to what uses it."""
    return isinstance(statement, ast.Expr) and SETTLES.search(_called(statement.value)) is not None


def _called(value: ast.expr | None) -> str:
    """The last part of the name of what is called; empty if nothing is."""
    return getattr(value.func, "attr", getattr(value.func, "id", "")) if isinstance(value, ast.Call) else ""


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _imported(statement: ast.stmt) -> set[str]:
    """The top-level modules that a statement imports."""
    if isinstance(statement, ast.Import):
        return {alias.name.partition(".")[0] for alias in statement.names}
    if isinstance(statement, ast.ImportFrom) and not statement.level:
        return {(statement.module or "").partition(".")[0]}
    return set()
