"""Projects of mlf-core, the predecessor: known by `.mlf_core.yml`, checked without changing them.

Given a folder; gives a marker and a manifest as for a project of our own. Which files its templates require is said
here; the lines of its managed module, as hashes of what was published, are data.
"""

from __future__ import annotations

import configparser
import hashlib
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from detlint.projects.errors import ProjectError
from detlint.projects.files import read_text, safe
from detlint.projects.manifest import RECOMMENDED, REQUIRED, Entry, Manifest, Setting
from detlint.projects.marker import Marker, MarkerError, line_of
from detlint.projects.versions import Version

if TYPE_CHECKING:
    from collections.abc import Iterator

MARKER = ".mlf_core.yml"
CONFIG = "mlf_core.cfg"
MODULE = "mlf_core/mlf_core.py"
DATA = Path(__file__).with_name("mlf_core.json")

_GENERAL = (
    "Dockerfile", CONFIG, "README.rst", "CHANGELOG.rst", "LICENSE", "docs/index.rst", "docs/readme.rst",
    "docs/changelog.rst", "docs/usage.rst",
)  # fmt: skip
_ALTERNATIVES = {"LICENSE": ("LICENSE.md", "LICENCE", "LICENCE.md")}
_PACKAGE = "@{project_slug_no_hyphen}@"
_MLFLOW = ("MLproject", "environment.yml", f"{_PACKAGE}/{MODULE}")
_PREDICTION = ("setup.py", "setup.cfg", "MANIFEST.in", "requirements.txt")
_RECOMMENDED = (
    ".gitignore", ".github/ISSUE_TEMPLATE/bug_report.md", ".github/ISSUE_TEMPLATE/feature_request.md",
    ".github/ISSUE_TEMPLATE/general_question.md", ".github/pull_request_template.md", ".github/workflows/lint.yml",
)  # fmt: skip
_RECOMMENDED_TO_MLFLOW = (".github/workflows/train_cpu.yml",)
_RECOMMENDED_TO_PREDICTION = (
    ".github/workflows/build_package.yml", ".github/workflows/publish_package.yml", "requirements_dev.txt"
)  # fmt: skip
_NEEDS = {
    "mlflow-pytorch": ("seed python", "seed numpy", "seed torch", "mode torch"),
    "mlflow-tensorflow": ("seed python", "seed numpy", "seed tensorflow"),
    "mlflow-xgboost": ("seed python", "seed numpy"),
    "mlflow-xgboost_dask": ("seed python", "seed numpy"),
}
"""What the entry file of a project must set, by meaning."""
HANDLES = (*_NEEDS, "package-prediction")
"""The names of all templates of mlf-core."""


def read_marker(root: Path) -> Marker | None:
    """The marker of a project of mlf-core; None if it is none. Raises `MarkerError`."""
    try:
        text = read_text(root, MARKER)
        return None if text is None else _marker(root, text)
    except MarkerError:
        raise
    except ProjectError as error:
        raise MarkerError(str(error), path=MARKER) from error


def manifest_of(marker: Marker) -> Manifest:
    """What a project of mlf-core must have."""
    handle, version = str(marker.template), str(marker.version or "")
    trains = handle.startswith("mlflow-")
    variants = hashes(handle, version) if handle in _NEEDS else ()
    entries = [
        Entry(path, REQUIRED, lines=variants if path.endswith(MODULE) else (), alternatives=_ALTERNATIVES.get(path, ()))
        for path in (*_GENERAL, *(_MLFLOW if trains else _PREDICTION))
    ]
    recommended = _RECOMMENDED + (_RECOMMENDED_TO_MLFLOW if trains else _RECOMMENDED_TO_PREDICTION)
    entries += (Entry(path, RECOMMENDED) for path in recommended)
    entry_file = f"{_PACKAGE}/{_PACKAGE}.py"
    settings = [Setting(entry_file, needs) for needs in _NEEDS.get(handle, ())]
    settings += [Setting("environment.yml", "pins")] if trains else []
    return Manifest(f"{handle} {version}".rstrip(), tuple(entries), ("**/__pycache__/**",), tuple(settings))


def hashes(handle: str, version: str) -> tuple[tuple[str, ...], ...]:
    """The lines that a template's managed module has, as hashes: one of these sets must be in the file."""
    known: dict[str, dict[str, list[str]]] = json.loads(DATA.read_text(encoding="utf-8"))
    texts = known.get(handle, {}).get(version, [])
    return tuple(tuple(text[at : at + 8] for at in range(0, len(text), 8)) for text in texts)


def hash_line(line: str) -> str:
    """The hash of a line, left out the spaces around it and a comment behind its code."""
    code = re.sub(r"(?<=\S)\s+#.*", "", line.strip())
    return hashlib.sha256(code.encode()).hexdigest()[:8]


def _marker(root: Path, text: str) -> Marker:
    import yaml

    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = 1 if mark is None else mark.line + 1
        raise MarkerError(f"{MARKER} is no valid YAML: {error}".replace("\n", " "), line, MARKER) from error
    if not isinstance(found, dict):
        raise MarkerError(f"{MARKER} holds no answers", path=MARKER)
    # lists and tables are no answers; a text of nested aliases could be larger than memory
    answers = {str(key): str(value) for key, value in found.items() if not isinstance(value, (dict, list))}
    for key in ("template_handle", "template_version", "project_slug_no_hyphen", "version"):
        if key not in answers:
            raise MarkerError(f"{MARKER}: there is no {key}", path=MARKER)
    handle = answers["template_handle"]
    if handle not in HANDLES:
        message = f"{MARKER}: {handle} is no template of mlf-core (of {', '.join(HANDLES)})"
        raise MarkerError(message, line_of(text, "template_handle"), MARKER)
    settings = read_text(root, CONFIG) or ""
    bump = _bump(settings)
    version = answers["template_version"]
    return Marker(
        path=MARKER,
        template=handle,
        # of package-prediction, mlf-core itself writes that it has none
        version=None if _bare(version) == "None" else _version(version, "template_version", text),
        answers={**answers, "version": str(_version(answers["version"], "version", text))},
        bump_files=tuple(_paths(bump, "bumpversion_files_whitelisted", settings)),
        marked_files=tuple(_paths(bump, "bumpversion_files_blacklisted", settings)),
        changelog="CHANGELOG.rst",
        text=text,
    )


def _bare(value: str) -> str:
    """A version without the mark that may stand behind it, as in `1.3.2 # <<MLF-CORE_NO_BUMP>>`."""
    return value.partition("#")[0].strip()


def _version(value: str, key: str, text: str) -> Version:
    try:
        return Version.parse(_bare(value))
    except ProjectError as error:
        raise MarkerError(f"{MARKER}: {key}: {error}", line_of(text, key), MARKER) from error


def _bump(text: str) -> configparser.ConfigParser:
    config = configparser.ConfigParser(interpolation=None)
    try:
        config.read_string(text, CONFIG)
    except configparser.Error as error:
        raise MarkerError(f"{CONFIG} cannot be read: {error}".replace("\n", " "), path=CONFIG) from error
    return config


def _paths(config: configparser.ConfigParser, section: str, text: str) -> Iterator[str]:
    if not config.has_section(section):
        return
    if section.endswith("whitelisted"):
        yield CONFIG  # its `current_version` moves, too
    for key, path in config[section].items():
        try:
            if path:
                yield safe(path.strip(), CONFIG)
        except ProjectError as error:
            raise MarkerError(str(error), line_of(text, key), CONFIG) from error
