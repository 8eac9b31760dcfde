"""The determinism settings that a template requires of programs and of the environment, looked for by meaning.

Given a project; gives findings about what no longer makes a setting, wherever and however it was made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from detlint.project.build import ProjectBuilder
from detlint.projects.errors import ProjectError
from detlint.projects.pins import NEED, unpinned
from detlint.projects.structure import Finding
from detlint.registry import registry as load_registry
from detlint.sources.discovery import relative_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from detlint.project.model import EntryPoint
    from detlint.project.run import Event
    from detlint.projects.manifest import Setting
    from detlint.projects.structure import Structure
    from detlint.registry import Registry


def missing_settings(project: Structure) -> Iterator[Finding]:
    """What the manifest's settings ask of programs that do not make them."""
    asked = project.manifest.settings_for(project.answers)
    settings = [(setting, path) for path, setting in asked if project.exists(path)]
    for setting, path in settings:
        if setting.needs == NEED:
            yield from unpinned(project, path)
    yield from _of_programs(project, [each for each in settings if each[0].needs != NEED])


def _of_programs(project: Structure, settings: list[tuple[Setting, str]]) -> Iterator[Finding]:
    if not settings:
        return
    registry = project.registry or load_registry()
    entries = ProjectBuilder(registry).entries(str(project.root))
    programs: dict[str, list[EntryPoint] | None] = {}
    for setting, path in settings:
        if path not in programs:
            around = entries.around(str(project.root / path))
            programs[path] = None if around is None else around.entry_points
        found = programs[path]
        if found is not None:
            yield from _missing(path, setting, found, registry, str(project.root))


def _missing(
    path: str, setting: Setting, programs: list[EntryPoint], registry: Registry, root: str
) -> Iterator[Finding]:
    kind, _, subject = setting.needs.partition(" ")
    words, code = described(kind, subject, registry)
    if not programs:
        yield Finding(path, 1, f"No program starts here, and the template requires one that {words}.", "Restore it.")
    for program in programs:
        wanted = "seed" if kind == "seed" else "mode_on"
        made = [event.order for event in _own(program, wanted, subject)]
        undone = [event for event in _own(program, "mode_off", subject) if kind == "mode" and not event.conditional]
        if not made:
            yield Finding(
                path, 1, f"The template requires that this program {words}, and it does not.", f"Call `{code}`."
            )
        elif undone and undone[-1].order > made[-1]:
            place = f"{relative_path(undone[-1].path, root)}:{undone[-1].location.line}"
            message = f"The template requires that this program {words}, and it turns it off again ({place})."
            yield Finding(path, 1, message, f"Call `{code}` behind it.")


def _own(program: EntryPoint, kind: str, subject: str) -> Iterator[Event]:
    """The events of a kind in the program's own process, in order."""
    return (event for event in program.run.of_kind(kind, subject) if event.process == 0 and not event.worker)


def described(kind: str, subject: str, registry: Registry) -> tuple[str, str]:
    """What a program does that makes a setting, in words, and the code that makes it; raises `ProjectError`."""
    if kind == "seed":
        states = {state.name: state for pack in registry.subjects.of_packs for state in pack.states}
        state = states.get(subject) or _unknown("state", subject, states)
        return f"seeds {state.words}", state.seed
    modes = {mode.name: mode for pack in registry.subjects.of_packs for mode in pack.modes}
    mode = modes.get(subject) or _unknown("mode", subject, modes)
    return f"turns {mode.words} on", mode.switch


def _unknown(kind: str, subject: str, known: Iterable[str]) -> NoReturn:
    raise ProjectError(f"the manifest's settings name a {kind} that is not known: {subject} (of {', '.join(known)})")
