"""The map as one JSON document; `schema.json` beside this file describes it.

`version` is the version of this format: it changes only when a key changes its meaning or goes.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from detlint.map.model import Entry, ModeRow, Place, ProjectMap, StateRow, Use, VariableRow, VersionRow

VERSION = 1


def render(project: ProjectMap) -> str:
    """The document, indented, with a line end."""
    document = {"version": VERSION, "entry_points": [_entry(entry) for entry in project.entries]}
    return json.dumps(document, indent=2) + "\n"


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "path": entry.path,
        "function": entry.function,
        "kind": entry.kind,
        "line": entry.line,
        "tone": entry.tone,
        "states": [_state(row) for row in entry.states],
        "modes": [_mode(row) for row in entry.modes],
        "variables": [_variable(row) for row in entry.variables],
        "versions": [_version(row) for row in entry.versions],
    }


def _state(row: StateRow) -> dict[str, Any]:
    return {
        "name": row.name,
        "verdict": row.verdict,
        "tone": row.tone,
        "draws": [
            {**_place(use.place), "purpose": use.what or None, "verdict": use.verdict, **_rest(use)}
            for use in row.draws
        ],
        "draw_count": row.draw_count,
        "seeds": [{**_place(use.place), **_rest(use)} for use in row.seeds],
    }


def _mode(row: ModeRow) -> dict[str, Any]:
    return {
        "name": row.name,
        "verdict": row.verdict,
        "tone": row.tone,
        "note": row.note or None,
        "switches": [{**_place(use.place), "to": use.what, **_rest(use)} for use in row.switches],
        "needed_by": None if row.needed_by is None else {**_place(row.needed_by.place), **_rest(row.needed_by)},
    }


def _variable(row: VariableRow) -> dict[str, Any]:
    return {
        "name": row.name,
        "verdict": row.verdict,
        "tone": row.tone,
        "note": row.note or None,
        "files": [
            {
                "path": use.place.path,
                "line": use.place.line,
                "column": use.place.column,
                "value": use.what or None,
                "note": use.note or None,
            }
            for use in row.files
        ],
        "code": [{**_place(use.place), "value": use.what or None, **_rest(use)} for use in row.code],
        "needed_by": None if row.needed_by is None else {**_place(row.needed_by.place), **_rest(row.needed_by)},
    }


def _version(row: VersionRow) -> dict[str, Any]:
    return {"framework": row.framework, "version": row.version, "stated": row.stated, "source": row.source}


def _place(place: Place) -> dict[str, Any]:
    cell = {} if place.cell is None else {"cell": place.cell}
    return {"path": place.path, "line": place.line, "column": place.column, **cell, "text": place.text}


def _rest(use: Use) -> dict[str, Any]:
    return {"note": use.note or None, "way": [_place(hop) for hop in use.way]}
