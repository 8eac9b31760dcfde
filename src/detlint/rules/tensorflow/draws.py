"""Draws of TensorFlow and Keras in a run: which states seed them, and whether one call's draw is seeded.

What DET305, DET306 and DET309 have in common: each draw is told by one of them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence
from detlint.project.questions import environment, loaded_if_given, surely_happens, unseeded
from detlint.project.subjects import Drawn
from detlint.rules.tensorflow.effects import DATA, GRAPH, GRAPH_VALUES, NEW_GRAPH
from detlint.rules.tensorflow.states import LOADER, SUBJECT, seeding_states
from detlint.rules.tensorflow.versions import LEGACY_VARIABLE, is_legacy, keras_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from detlint.diagnostics import Location
    from detlint.environment.project import ProjectFiles
    from detlint.project.effects import Effect
    from detlint.project.model import Project
    from detlint.project.questions import Finding, States
    from detlint.project.run import Event, Run
    from detlint.versions import Targets


_LOADS = re.compile(r"(^|[._])(load|restore|assign_from_checkpoint)", re.IGNORECASE)
"""In the names of functions out of sight that may give a model its weights."""
_BACKEND = "KERAS_BACKEND"
_OF_GRAPHS = (2, 9)
_LIBRARIES = frozenset({"tensorflow", "keras", "tf_keras", "tensorflow_datasets"})


def is_loader(effect: Effect | None) -> bool:
    """Whether an effect is a draw of `image_dataset_from_directory` and kin."""
    return effect is not None and effect.kind == "draw" and effect.subject == SUBJECT + LOADER


def is_data(effect: Effect | None) -> bool:
    """Whether an effect is a draw of tf.data."""
    return effect is not None and effect.kind == "draw" and effect.subject == "tensorflow" and effect.detail == DATA


def states(event: Event, run: Run, targets: Targets, files: ProjectFiles | None = None) -> States | None:
    """The states of which one must be seeded for a draw to repeat; None for what is no draw of TensorFlow or Keras.

    `files` are those around the code, which may choose Keras's backend. A draw that no seed reaches in the targeted
    version is not asked about.
    """
    effect = event.effect
    if effect is None or effect.kind != "draw":
        return None
    if effect.subject == "tensorflow":
        return ("tensorflow",)
    if not effect.subject.startswith(SUBJECT):
        return None
    return seeding_states(effect.subject, _version(run, targets), backend(run, files)) or None


def _version(run: Run, targets: Targets) -> tuple[int, int]:
    """The version of Keras that a run has."""
    variables = [event.effect for event in environment(run, LEGACY_VARIABLE)]
    legacy = any(effect is not None and is_legacy(effect.detail) for effect in variables)
    version = keras_version(targets, legacy=legacy)
    # In the graphs of TensorFlow 1, Keras draws as it did before it had states of its own.
    return min(version, _OF_GRAPHS) if any(True for _ in run.of_kind("op", GRAPH_VALUES)) else version


def backend(run: Run, files: ProjectFiles | None) -> str:
    """The backend of Keras: as the run sets it itself, else as a file around the code does."""
    for event in environment(run, _BACKEND):
        assert event.effect is not None
        return event.effect.detail
    for setting in files.variables(_BACKEND) if files is not None else ():
        if setting.holds_for(run.module.path):
            return setting.variable.value or "tensorflow"
    return "tensorflow"


def entry_states(event: Event, run: Run, targets: Targets, files: ProjectFiles | None = None) -> States | None:
    """As `states`, for what is told once an entry point.

    That is no loader, no data set where nothing else draws, and no weights that are loaded afterwards.
    """
    if is_loader(event.effect) or (is_data(event.effect) and _only_data(run)):
        return None
    found = drawn(event, run, targets, files)
    return None if found is None or found.idle else found.states or None


def drawn(event: Event, run: Run, targets: Targets, files: ProjectFiles | None = None) -> Drawn | None:
    """What a draw of TensorFlow or Keras comes from; None for other events."""
    effect = event.effect
    if (
        effect is None
        or effect.kind != "draw"
        or not (effect.subject == "tensorflow" or effect.subject.startswith(SUBJECT))
    ):
        return None
    weights = effect.detail in {"init", GRAPH_VALUES}
    restored = effect.detail == GRAPH_VALUES and _is_restored(run)
    loaded = restored or (weights and _is_loaded_after(run, event))
    idle = "the weights are loaded afterwards" if loaded else ""
    # Before Keras 3, whose layers draw a seed as they are made, weights are drawn when the shape of the input is known.
    built = weights and effect.subject.startswith(SUBJECT) and _version(run, targets) < (3, 0)
    other = effect.subject == "tensorflow" and any(event.order < new.order for new in run.of_kind("op", NEW_GRAPH))
    return Drawn(states(event, run, targets, files) or (), idle, later=built or other)


def _is_loaded_after(run: Run, event: Event) -> bool:
    steps = (step for step in run.of_kind("train", "tensorflow") if step.effect is not None)
    # A graph of TensorFlow 1 trains when a session runs it.
    later = (step.order for step in steps if step.order > event.order and step.effect != GRAPH)
    trains = next(later, inf)
    loads = (load for load in run.of_kind("load", "keras") if load.effect is not None and not load.effect.conditional)
    return surely_happens([load for load in loads if event.order < load.order < trains], event)


def _is_restored(run: Run) -> bool:
    """Whether a graph gets the values of its variables from a checkpoint alone."""
    restores = any(not event.guards for event in run.of_kind("load", GRAPH_VALUES))
    return restores and not any(True for _ in run.of_kind("op", GRAPH_VALUES))


def doubt(event: Event, run: Run) -> str:
    """Why what a program draws for a model may not matter, in words; empty where it does."""
    effect = event.effect
    if effect is None or any(True for _ in run.of_kind("train")):
        return ""
    if effect.detail == "lazy" and effect.subject.startswith(SUBJECT):
        return "nothing trains here, and layers that drop or add noise do so in training"
    if effect.detail not in {"init", GRAPH_VALUES}:
        return ""
    loads = (*run.of_kind("load", "keras"), *run.of_kind("load", GRAPH_VALUES))
    if loaded_if_given(run, event, loads):
        return "weights are loaded afterwards, where a file of them is given"
    hidden = any(other.order > event.order and _LOADS.search(other.text) for other in run.hidden)
    return "weights may be loaded afterwards, out of sight" if hidden else ""


def _only_data(run: Run) -> bool:
    """Whether data sets are all that draws from TensorFlow's and Keras's states."""
    effects = [event.effect for event in run.of_kind("draw") if event.effect is not None]
    return not any(
        effect.subject.startswith(SUBJECT) or (effect.subject == "tensorflow" and effect.detail != DATA)
        for effect in effects
    )


def unseeded_calls(
    project: Project,
    targets: Targets,
    wanted: Callable[[Effect | None], bool],
    files: ProjectFiles | None = None,
) -> Iterator[tuple[Location, Finding, bool]]:
    """The calls in the file that draw unseeded, in runs where the entry point as a whole is not told.

    Gives each once, with the finding, and whether an entry point reaches it.
    """
    if project.module.imports.isdisjoint(_LIBRARIES):
        return
    told: set[Location] = set()
    for here in project.runs_here("draw"):
        run = here.run
        calls = [event for event in run.events if wanted(event.effect) and event.path == here.path]
        if calls and here.starts and _is_told(run, targets, files):
            told.update(event.location for event in calls)
            continue
        for event in calls:
            if event.location in told:
                continue
            finding = _unseeded(run, event, targets, files)
            if finding is not None:
                told.add(event.location)
                yield _method(event), finding, here.starts


def _method(call: Event) -> Location:
    """Where a call's callee stands; of a chain over several lines, its last part."""
    place = call.location
    if place.line == place.end_line:
        return place
    width = len(call.text.rpartition(".")[2])
    return replace(place, line=place.end_line, column=place.end_column - width)


def _unseeded(run: Run, call: Event, targets: Targets, files: ProjectFiles | None) -> Finding | None:
    return unseeded(run, lambda event: states(event, run, targets, files) if event is call else None)


def _is_told(run: Run, targets: Targets, files: ProjectFiles | None) -> bool:
    """Whether DET305 is reported for an entry point."""
    found = unseeded(run, lambda event: entry_states(event, run, targets, files))
    return found is not None and found.confidence > Confidence.LOW
