"""Seeding a program: one statement for one random state, one function for several.

Given an entry point and a state that it draws from unseeded; gives the fix. What an entry point lacks altogether is
seeded at once, so that the findings about its states have one fix: by a function of the project that is there for it,
which learns what it lacks; by the function of a library that the file imports; else by a small one of its own.
"""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from detlint.diagnostics import Checked, Confidence, Fix
from detlint.project.questions import unseeded
from detlint.project.run import Run
from detlint.rules.entry_repairs import SETTLES, EntryRepair
from detlint.rules.repair_names import SEED_NAMES, Names
from detlint.rules.repairs import Repair, as_one, call_at
from detlint.rules.seed_modules import imports_own, modules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from detlint.context import Context
    from detlint.project.model import EntryPoint, Project
    from detlint.project.questions import States
    from detlint.project.run import Event
    from detlint.project.summary import ModuleSummary

    Missing = Mapping[str, Event]
    """States that nothing seeds, each with its first draw."""

SEEDING = {
    "python": "random.seed",
    "numpy": "numpy.random.seed",
    "torch": "torch.manual_seed",
}
"""For the states that programs share, the function that seeds it, in the order in which they are written."""

TENSORFLOW = "tensorflow"
KERAS = ("keras.utils.set_random_seed", "tensorflow.keras.utils.set_random_seed")
"""The names of the function that seeds what Keras draws from."""

_WITH_KERAS = ("python", "numpy", TENSORFLOW)
_OF_LIBRARIES = {
    "pytorch_lightning": ("pytorch_lightning.seed_everything", "pytorch_lightning", ", workers=True"),
    "lightning": ("lightning.seed_everything", "lightning", ", workers=True"),
    "accelerate": ("accelerate.utils.set_seed", "accelerate.utils", ""),
    "transformers": ("transformers.set_seed", "transformers", ""),
}
"""Functions that seed all states of `SEEDING`, by the library that brings them: name, module to import, what is given
beside the seed."""

_MAIN = re.compile(r"_?(main|run|cli|train)(_worker|_main)?")
_NAMES = ("seed_everything", "set_seeds", "seed_all")
_DOC = '"""Seed all random states that this program draws from."""'


def seeding_fix(
    context: Context, project: Project, entry: EntryPoint, event: Event, state: str, seeder: str = ""
) -> Fix | None:
    """The fix that seeds a state where an entry point begins, with all else that it draws from unseeded.

    seeder: the qualified name of the function that seeds, if it is not that of `SEEDING`.
    """
    missing = _missing(context, entry)
    if state not in missing:
        missing = {state: event}
    if TENSORFLOW in missing and not _keras(context):
        # A seed of TensorFlow's own does not reach the others, and theirs does not reach it.
        missing = {state: event} if state == TENSORFLOW else {s: e for s, e in missing.items() if s != TENSORFLOW}
    one_for_all = state != TENSORFLOW or len(missing) > 1
    fix = _extended(context, entry, missing, "" if one_for_all else seeder)
    if fix is not None and not fix.others:
        return fix
    own = _called(context, project, entry, missing) or _imported(context, project, entry, missing)
    if own is None and len(missing) > 1:
        own = _seeded(context, entry, missing)
    if own is None:
        own = _seeded_alone(context, entry, event, seeder or SEEDING[state])
    return own if fix is None else replace(fix, instead=own)


def _seeded_alone(context: Context, entry: EntryPoint, event: Event, seeder: str) -> Fix | None:
    """Seed one state by a statement."""
    step = EntryRepair(context, entry, event)
    function = step.name(seeder, others=same_as(seeder))
    step.insert(f"{function}({step.seed()})")
    return step.repair.unsafe(f"Call `{function}` where the program starts")


# ------------------------------------------------------------------------------------------------------ what is missing
def _missing(context: Context, entry: EntryPoint) -> Missing:
    """The states of which an entry point surely draws without a seed."""
    found: dict[str, Event] = {}
    for state in (*SEEDING, TENSORFLOW):
        finding = unseeded(entry.run, partial(_wanted, context, entry.run, state))
        if finding is not None and finding.confidence > Confidence.LOW and not finding.event.process:
            found[state] = finding.event
    return found


def _wanted(context: Context, run: Run, state: str, event: Event) -> States | None:
    """The states that seed a draw, if it is one that is seeded by seeding `state`."""
    effect = event.effect
    if effect is None or effect.kind != "draw":
        return None
    is_keras = effect.subject.partition(":")[0] in (TENSORFLOW, "keras")
    if effect.subject != state and not (state == TENSORFLOW and is_keras):
        return None
    if state == "numpy" and effect.detail:
        return None  # what other libraries draw from NumPy's state, their own arguments seed
    drawn = context.drawn(event, run)
    if drawn is None or drawn.idle or not drawn.states or context.doubt(event, run):
        return None
    return drawn.states


def _keras(context: Context) -> str:
    """The function of Keras that seeds TensorFlow, NumPy and Python; empty where there is none."""
    from detlint.rules.tensorflow.evidence import is_tensorflow_1

    if context.targets.version("tensorflow") < "2.7" or is_tensorflow_1(context.index):
        return ""
    return KERAS[0] if "keras" in context.index.imports else KERAS[1]


def same_as(name: str) -> tuple[str, ...]:
    """Other names of a function that seeds."""
    return KERAS if name in KERAS else ()


# ---------------------------------------------------------------------------------------------------- a new function
def _seeded(context: Context, entry: EntryPoint, missing: Missing) -> Fix | None:
    """Seed several states by one call: of a library's function, or of a new one."""
    step = EntryRepair(context, entry, min(missing.values(), key=lambda event: event.order))
    if step.start is None:
        return None
    statements = _statements(context, missing)
    name = next((name for name in _NAMES if not context.index.loads(name) and name not in _bound(context)), "")
    if len(statements) == 1:
        (function, module, more) = statements[0]
        name = step.name(function, module=module, others=same_as(function))
        step.insert(f"{name}({step.seed()}{more})")
    else:
        seeders = [step.name(function, module=module, others=same_as(function)) for function, module, _ in statements]
        if not all(map(step.is_of_file, seeders)):
            return None  # imports of a function, which another one does not see
        parameter = "number" if "seed" in seeders else "seed"
        body = [f"{seeder}({parameter}{more})" for seeder, (_, _, more) in zip(seeders, statements, strict=True)]
        seed = step.seed()
        typed = any(function.returns is not None for function in context.index.functions)
        head = f"def {name}({parameter}: int) -> None:" if typed else f"def {name}({parameter}):"
        step.define("\n    ".join((head, _DOC, *body)))
        step.insert(f"{name}({seed})")
    return as_one(step.repair.unsafe(f"Seed by `{name}` where the program starts")) if name else None


def _statements(context: Context, missing: Missing) -> list[tuple[str, str, str]]:
    """What seeds the states: functions with the module to import for each, and what they take beside the seed."""
    left = [state for state in (*SEEDING, TENSORFLOW) if state in missing]
    found: list[tuple[str, str, str]] = []
    if TENSORFLOW in left:
        found.append((_keras(context), "", ""))
        left = [state for state in left if state not in _WITH_KERAS]
    elif len(left) > 1:
        library = next((library for library in _OF_LIBRARIES if library in context.index.imports), "")
        if library:
            return [_OF_LIBRARIES[library]]
    return [*found, *((SEEDING[state], "", "") for state in left)]


def _bound(context: Context) -> set[str]:
    """All names that the file binds at its top level."""
    return set(context.index.module_bindings)


# ----------------------------------------------------------------------------------------- functions that are there
def _extended(context: Context, entry: EntryPoint, missing: Missing, seeder: str) -> Fix | None:
    """Have a function that is called already, and seeds other states before all of these draws, seed these as well.

    That is one that is there for it, or the `main` of the file.
    """
    first = min(event.order for event in missing.values())
    for seed in reversed(list(entry.run.of_kind("seed"))):
        if seed.conditional or seed.process or seed.worker or not seed.chain or seed.order > first:
            continue
        name = seed.function.rpartition(".")[2]
        if SETTLES.search(name) or (_MAIN.fullmatch(name) and seed.path == context.path and len(seed.chain) == 1):
            fix = _with_more(context, seed, missing, seeder)
            if fix is not None:
                return fix
    return None


def _with_more(context: Context, seed: Event, missing: Missing, seeder: str) -> Fix | None:
    """The fix that puts more seeds behind one."""
    home = context if seed.path == context.path else context.beside(seed.path)
    call = call_at(home, seed.location) if home is not None else None
    if home is None or call is None or len(call.args) != 1 or call.keywords:
        return None
    statement, function = home.index.statement(call), home.index.function(call)
    is_plain = isinstance(statement, ast.Expr) and statement.value is call
    if not isinstance(function, ast.FunctionDef) or statement not in function.body or not is_plain:
        return None
    if not isinstance(call.args[0], (ast.Name, ast.Attribute, ast.Constant)):
        return None
    repair = Repair(home)
    given = repair.code(call.args[0])
    statements = [(seeder, "", "")] if seeder else _statements(home, missing)
    names = [
        (repair.name(name, statement, module=module, others=same_as(name)), more) for name, module, more in statements
    ]
    repair.insert_after(statement, "\n".join(f"{name}({given}{more})" for name, more in names))
    fix = as_one(repair.unsafe(f"Seed {' and '.join(f'`{name}`' for name, _ in names)} in `{function.name}`, too"))
    return fix if fix is None or home is context else _elsewhere(fix, home)


def _elsewhere(fix: Fix, home: Context) -> Fix:
    """A fix of another module of the project, as the file that is reported has it."""
    path = home.source.path
    edits = tuple(replace(edit, path=path) for edit in fix.edits)
    return replace(fix, edits=edits, others=((path, Checked(path, "python", home.source.digest)),))


def _called(context: Context, project: Project, entry: EntryPoint, missing: Missing) -> Fix | None:
    """Call the function of the file that is there to seed all of these states, and that nobody calls yet."""
    known = _unused_function(context, project, tuple(missing))
    if known is None:
        return None
    return _call_of(EntryRepair(context, entry, min(missing.values(), key=lambda event: event.order)), known)


def _imported(context: Context, project: Project, entry: EntryPoint, missing: Missing) -> Fix | None:
    """Call a function that is there to seed all of these states in a module that the file imports, or may import."""
    step = EntryRepair(context, entry, min(missing.values(), key=lambda event: event.order))
    if step.start is None:
        return None
    for name, statement in modules(context, project, step.start.at):
        module = project.links.find_module(project.module, name)
        function = _seeding_function(project, module, tuple(missing)) if module is not None else ""
        if not function:
            continue
        if isinstance(statement, ast.alias):
            written = f"{statement.asname or statement.name}.{function}"
        elif Names(context).is_free(function, step.start.at):
            written = function
            if statement is not None:
                step.repair.import_also(statement, function)
            else:
                apart = not imports_own(project, Names(context).first_imports(step.start.at)[-1:])
                step.repair.import_own(name, function, step.start.at, apart=apart)
        else:
            continue
        step.insert(f"{written}({step.seed()})")
        return as_one(step.repair.unsafe(f"Call `{function}` of `{name}` where the program starts"))
    return None


def _seeding_function(project: Project, module: ModuleSummary, states: tuple[str, ...]) -> str:
    """The function of a module that seeds states by its only parameter, by its name."""
    for key in list(module.functions):
        if SETTLES.search(key) and key.isidentifier() and module.path != project.module.path:
            function = module.functions[key]
            run = Run(project.links, module, function, main=False, imports=False)
            takes_it = len(function.parameters) == 1 and function.parameters[0] in SEED_NAMES
            if takes_it and all(_seeds(run, state) for state in states):
                return key
    return ""


def _call_of(step: EntryRepair, function: ast.FunctionDef) -> Fix | None:
    step.insert(f"{function.name}({step.seed()})" if function.args.args else f"{function.name}()")
    return as_one(step.repair.unsafe(f"Call `{function.name}` where the program starts"))


def _unused_function(context: Context, project: Project, states: tuple[str, ...]) -> ast.FunctionDef | None:
    """A function of the file that seeds states by its only parameter, and that no entry point reaches."""
    functions = {each.name: each for each in context.index.tree.body if isinstance(each, ast.FunctionDef)}
    for run in project.loose_runs("seed", states[0]):
        node = functions.get(run.function.key)
        if node is not None and _takes_a_seed(node) and all(_seeds(run, state) for state in states):
            return node
    return None


def _takes_a_seed(function: ast.FunctionDef) -> bool:
    arguments = function.args
    required = len(arguments.args) - len(arguments.defaults)
    others = arguments.posonlyargs or arguments.vararg or arguments.kwonlyargs or function.decorator_list
    return not others and required <= 1 and all(each.arg in SEED_NAMES for each in arguments.args[:1])


def _seeds(run: Run, state: str) -> bool:
    return any(
        event.effect is not None
        and event.effect.kind == "seed"
        and event.effect.is_about(state)
        and not event.conditional
        for event in run.events
    )
