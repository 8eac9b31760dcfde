"""Which files around the code are read, told by their names, and what reads them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from detlint.environment import (
    conda,
    dockerfile,
    dotenv,
    locks,
    makefile,
    pyproject,
    requirements,
    services,
    setup_files,
    shell,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from detlint.environment.facts import Facts


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file.

    name: what it is called in rules. pattern: of the path with slashes, relative to the project or longer. rank: the
    smaller, the more its versions count. comments: what starts a comment; empty where there are none.
    """

    name: str
    pattern: str
    read: Callable[[str], Facts]
    rank: int = 9
    comments: str = "#"


_REQUIREMENTS = r"(?:[^/]*[-_.])?requirements?(?:[-_.][^/]*)?\.(?:txt|in|pip)|requirements?/[^/]+\.(?:txt|in)"
_CONDA = r"(?:[^/]*[-_.])?(?:environment|conda)(?:[-_.][^/]*)?\.ya?ml|(?:conda|environments?|envs)/[^/]+\.ya?ml"
_DOCKERFILE = r"(?:Dockerfile|Containerfile)(?:[-_.][^/]*)?|[^/]+\.(?:[Dd]ockerfile|[Cc]ontainerfile)"
_KUBERNETES = (
    r"(?:k8s|kube|kubernetes|manifests?|deploy|deployments?|charts?|helm|templates)/(?:[^/]+/)*[^/]+\.ya?ml"
    r"|(?:[^/]*[-_.])?(?:k8s|kube|job|pod|cronjob|deployment|statefulset|daemonset|pytorchjob)(?:[-_.][^/]*)?\.ya?ml"
)
_EXPLICIT = r"pixi\.lock|conda-(?:linux|osx|win)[^/]*\.lock|(?:conda[-_])?explicit[^/]*\.txt"

FORMATS: tuple[Format, ...] = (
    Format("lock", r"(?:uv|poetry|pdm)\.lock|pylock(?:\.[^/]+)?\.toml", locks.read_toml, 0),
    Format("lock", r"Pipfile\.lock", locks.read_pipfile, 0, ""),
    Format("lock", r"(?:[^/]+\.)?conda-lock\.ya?ml", locks.read_conda, 0),
    Format("lock", _EXPLICIT, locks.read_explicit, 0),
    Format("constraints", r"(?:[^/]*[-_.])?constraints(?:[-_.][^/]*)?\.txt", requirements.read, 3),
    Format("requirements", r"requirements\.txt", requirements.read, 1),
    Format("conda", r"(?:environment|conda|env)\.ya?ml|conda[-_]env(?:ironment)?\.ya?ml", conda.read, 2),
    Format("pyproject", r"pyproject\.toml", pyproject.read, 3),
    Format("pipfile", r"Pipfile", pyproject.read, 3),
    Format("pixi", r"pixi\.toml", pyproject.read_pixi, 3),
    Format("ini", r"setup\.cfg", setup_files.read_ini, 4),
    Format("setup", r"setup\.py", setup_files.read_setup, 4),
    Format("requirements", _REQUIREMENTS, requirements.read, 5),
    Format("conda", _CONDA, conda.read, 6),
    Format("ini", r"tox\.ini|pytest\.ini", setup_files.read_ini, 9),
    Format("dockerfile", _DOCKERFILE, dockerfile.read, 7),
    Format("compose", r"(?:[^/]*[-_.])?compose(?:[-_.][^/]*)?\.ya?ml", services.read_compose),
    Format("mlproject", r"MLproject", services.read_mlproject),
    Format("dotenv", r"\.env(?:\.[^/]*)?|[^/]+\.env", dotenv.read),
    Format("github", r"\.github/(?:workflows/[^/]+|actions/(?:[^/]+/)+action)\.ya?ml", services.read_github),
    Format("gitlab", r"(?:[^/]*\.)?gitlab-ci(?:\.[^/]*)?\.ya?ml", services.read_gitlab),
    Format("shell", r"[^/]+\.(?:sh|bash|zsh|ksh|csh|sbatch|slurm|slrm|pbs|job)|\.envrc", shell.read),
    Format("makefile", r"(?:GNU)?[Mm]akefile|[^/]+\.mk", makefile.read),
    Format("devcontainer", r"\.?devcontainer(?:/[^/]+)?\.json", services.read_devcontainer, comments=""),
    Format("kubernetes", _KUBERNETES, services.read_kubernetes),
)  # fmt: skip
_PATTERNS = [(re.compile(rf"(?:^|.*/)(?:{row.pattern})"), row) for row in FORMATS]
_ASIDE = re.compile(
    r"(?:^|[-_./])(?:dev|development|tests?|testing|docs?|lint|ci|build|extras?|optional)(?:$|[-_./])",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def format_of(path: str) -> Format | None:
    """The format of a file by its path with slashes; None if it is not read."""
    return next((row for pattern, row in _PATTERNS if pattern.fullmatch(path)), None)


def is_aside(path: str) -> bool:
    """Whether a path is that of a file for development, tests or documents, by its name."""
    return _ASIDE.search(path) is not None
