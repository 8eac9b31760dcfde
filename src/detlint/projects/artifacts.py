"""Paths of artifacts in recorded MLflow runs, made those of this machine.

Given a folder of runs as MLflow writes it (`<experiment>/meta.yaml`, `<experiment>/<run>/meta.yaml`); gives the files
that change. Addresses of servers and stores are left alone, and so is everything else in the files.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from detlint.projects.errors import ProjectError
from detlint.projects.files import read_text

if TYPE_CHECKING:
    from pathlib import Path

META = "meta.yaml"
_KEY = re.compile(
    r"^(?P<key>artifact_uri|artifact_location)(?P<colon>:[ \t]*)(?P<value>\S.*?)[ \t]*(?=\r?$)", re.MULTILINE
)


def fixed(folder: Path) -> dict[str, bytes]:
    """The files below a folder of runs that name other places, as they should be; raises `ProjectError`."""
    if not folder.is_dir():
        raise ProjectError(f"{folder} is no folder")
    metas = sorted(file.relative_to(folder) for depth in ("*", "*/*") for file in folder.glob(f"{depth}/{META}"))
    if not metas:
        raise ProjectError(f"there are no runs of MLflow in {folder}: no {META} below it")
    found = {}
    for meta in metas:
        text = read_text(folder, meta.as_posix())
        if text is not None:
            changed = _KEY.sub(lambda match: _placed(match, folder, meta), text)  # noqa: B023 - called at once
            if changed != text:
                found[meta.as_posix()] = changed.encode()
    return found


def _placed(match: re.Match[str], folder: Path, meta: Path) -> str:
    value = match["value"].strip("'\"")
    scheme = re.match(r"[A-Za-z][\w+.-]+:", value)
    if scheme is not None and not value.startswith("file:"):
        return match[0]
    place = folder.resolve() / meta.parent
    if match["key"] == "artifact_uri":
        place = place / "artifacts"
    wanted = place.as_uri() if value.startswith("file:") else str(place)
    # MLflow writes what YAML needs no quotes for; a space in a path is fine, `: ` and ` #` are not
    quoted = f"'{wanted}'" if re.search(r": | #|^[&*!|>%@`'\"]", wanted) else wanted
    return f"{match['key']}{match['colon']}{quoted}"
