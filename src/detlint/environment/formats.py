"""Which files around the code are read, told by their names, and what reads them.

Cheap to import: patterns are compiled, and readers imported, when a file of that kind is met.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detlint.environment.facts import Facts


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file.

    name: what it is called in rules. pattern: of the path with slashes, relative to the project or longer. reader: the
    function that reads it, with its module in this package. rank: the smaller, the more its versions count; from
    `NO_VERSIONS` on, not at all. comments: what starts a comment; empty where there are none. is_code: it is looked at
    as code, and as nothing else.
    """

    name: str
    pattern: str
    reader: str
    rank: int
    comments: str = "#"
    is_code: bool = False

    def read(self, text: str) -> Facts:
        """What a text of this format says."""
        module, _, function = self.reader.rpartition(".")
        facts: Facts = getattr(import_module(f"{__package__}.{module}"), function)(text)
        return facts


NO_VERSIONS = 9

_REQUIREMENTS = r"(?:[^/]*[-_.])?requirements?(?:[-_.][^/]*)?\.(?:txt|in|pip)|requirements?/[^/]+\.(?:txt|in)"
_CONDA = r"(?:[^/]*[-_.])?(?:environment|conda)(?:[-_.][^/]*)?\.ya?ml|(?:conda|environments?|envs)/[^/]+\.ya?ml"
_EXPLICIT = r"pixi\.lock|conda-(?:linux|osx|win)[^/]*\.lock|(?:conda[-_])?explicit[^/]*\.txt"
_DOCKERFILE = r"(?:Dockerfile|Containerfile)(?:[-_.][^/]*)?|[^/]+\.(?:[Dd]ockerfile|[Cc]ontainerfile)"
_KUBERNETES = (
    r"(?:k8s|kube|kubernetes|manifests?|deploy|deployments?|charts?|helm|templates)/(?:[^/]+/){0,2}[^/]+\.ya?ml"
    r"|(?:[^/]*[-_.])?(?:k8s|kube|job|pod|cronjob|deployment|statefulset|daemonset|pytorchjob)(?:[-_.][^/]*)?\.ya?ml"
)

FORMATS: tuple[Format, ...] = (
    Format("lock", r"(?:uv|poetry|pdm)\.lock|pylock(?:\.[^/]+)?\.toml", "locks.read_toml", 0),
    Format("lock", r"Pipfile\.lock", "locks.read_pipfile", 0, ""),
    Format("lock", r"(?:[^/]+\.)?conda-lock\.ya?ml", "locks.read_conda", 0),
    Format("lock", _EXPLICIT, "locks.read_explicit", 0),
    Format("constraints", r"(?:[^/]*[-_.])?constraints(?:[-_.][^/]*)?\.txt", "requirements.read", 3),
    Format("requirements", r"requirements\.txt", "requirements.read", 1),
    Format("conda", r"(?:environment|conda|env|conda[-_]env(?:ironment)?)\.ya?ml", "conda.read", 2),
    Format("pyproject", r"pyproject\.toml", "pyproject.read", 3),
    Format("pipfile", r"Pipfile", "pyproject.read", 3),
    Format("pixi", r"pixi\.toml", "pyproject.read_pixi", 3),
    Format("ini", r"setup\.cfg", "setup_files.read_ini", 4),
    Format("setup", r"setup\.py", "setup_files.read_setup", 4),
    Format("requirements", _REQUIREMENTS, "requirements.read", 5),
    Format("conda", _CONDA, "conda.read", 6),
    Format("dockerfile", _DOCKERFILE, "dockerfile.read", 7),
    Format("ini", r"tox\.ini|pytest\.ini", "setup_files.read_ini", NO_VERSIONS),
    Format("nox", r"noxfile\.py", "nox.read", NO_VERSIONS, is_code=True),
    Format("pyproject", r"tox\.toml", "pyproject.read_tox", NO_VERSIONS),
    Format("compose", r"(?:[^/]*[-_.])?compose(?:[-_.][^/]*)?\.ya?ml", "services.read_compose", NO_VERSIONS),
    Format("mlproject", r"MLproject", "services.read_mlproject", 8),
    Format("dotenv", r"\.env(?:\.[^/]*)?|[^/]+\.env", "dotenv.read", NO_VERSIONS),
    Format(
        "github", r"\.github/(?:workflows/[^/]+|actions/(?:[^/]+/)+action)\.ya?ml", "services.read_github", NO_VERSIONS
    ),
    Format("gitlab", r"(?:[^/]*\.)?gitlab-ci(?:\.[^/]*)?\.ya?ml", "services.read_gitlab", NO_VERSIONS),
    Format("shell", r"[^/]+\.(?:sh|bash|zsh|ksh|csh|sbatch|slurm|slrm|pbs|job)|\.envrc", "shell.read", NO_VERSIONS),
    Format("makefile", r"(?:GNU)?[Mm]akefile|[^/]+\.mk", "makefile.read", NO_VERSIONS),
    Format("devcontainer", r"\.?devcontainer(?:/[^/]+)?\.json", "services.read_devcontainer", NO_VERSIONS, ""),
    Format("kubernetes", _KUBERNETES, "services.read_kubernetes", NO_VERSIONS),
)

_ENDS = frozenset(
    {"", ".txt", ".in", ".pip", ".toml", ".cfg", ".ini", ".yml", ".yaml", ".lock", ".json", ".mk", ".env", ".envrc",
     ".sh", ".bash", ".zsh", ".ksh", ".csh", ".sbatch", ".slurm", ".slrm", ".pbs", ".job", ".dockerfile",
     ".containerfile"}
)  # fmt: skip
_CODE = frozenset({"setup.py", "noxfile.py"})
_RECORDS = frozenset({"mlruns", "wandb", "lightning_logs"})
_BEGINNINGS = ("Dockerfile", "Containerfile", ".env")
_TEMPLATES = (".jinja", ".jinja2", ".j2", ".tmpl", ".tpl", ".mustache")
"""Ends of files that other files are made of: nothing reads them as they are."""


def format_of(path: str) -> Format | None:
    """The format of a file by its path with slashes; None if it is not read."""
    name = path.rpartition("/")[2]
    if name.endswith(_TEMPLATES):
        return None
    _, dot, end = name.rpartition(".")
    if name in _CODE or f"{dot}{end}".lower() * bool(dot) in _ENDS or name.startswith(_BEGINNINGS):
        return _matched(path)
    return None


def config_format(file: str) -> Format | None:
    """The format of a file by its path, of which the nearest folders count; what tools record of runs is not read."""
    parts = file.replace(os.sep, "/").split("/")
    found = format_of("/".join(parts[-4:]))
    return None if found is None or not _RECORDS.isdisjoint(parts) else found


@lru_cache(maxsize=4096)
def _matched(path: str) -> Format | None:
    return next((row for pattern, row in _patterns() if pattern.fullmatch(path)), None)


@cache
def _patterns() -> list[tuple[re.Pattern[str], Format]]:
    return [(re.compile(rf"(?:^|.*/)(?:{row.pattern})"), row) for row in FORMATS]


@cache
def _aside() -> re.Pattern[str]:
    words = "dev|development|tests?|testing|(?:readthe)?docs?|documentation|rtd|sphinx|lint|ci|build|extras?|optional"
    return re.compile(rf"(?:^|[-_./])(?:{words})(?:$|[-_./])", re.IGNORECASE)


def is_aside(path: str) -> bool:
    """Whether a path is that of a file for development, tests or documents, by its name."""
    return _aside().search(path) is not None
