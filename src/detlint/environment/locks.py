"""Reads lock files: which version of each package is installed. Large files, so patterns instead of parsers."""

from __future__ import annotations

import re

from detlint.environment.facts import Facts, Requirement, Text, normalised

_TOML = re.compile(
    r'^\[\[packages?\]\]\s*\n(?:(?!\[).*\n)??name = "(?P<name>[^"\n]+)"\s*\n'
    r'(?:(?!\[|version).*\n){0,3}?version = "(?P<version>[^"\n]+)"',
    re.MULTILINE,
)
_CONDA_LOCK = re.compile(
    r"^- name: ['\"]?(?P<name>[^\s'\"]+)['\"]?\s*\n[ ]+version: ['\"]?(?P<version>[^\s'\"]+)['\"]?\s*\n"
    r"[ ]+manager: (?P<manager>\w+)",
    re.MULTILINE,
)
_CONDA_ADDRESS = re.compile(
    r"^\S{0,20}https?://\S{1,200}/(?P<name>[^/\s]{1,100})-(?P<version>[^-/\s]+)-[^-/\s]+\.(?:conda|tar\.bz2)",
    re.MULTILINE,
)
_PIPFILE = re.compile(r'"(?P<name>[A-Za-z0-9._-]+)":\s*\{[^{}]*?"version":\s*"==(?P<version>[^"]+)"', re.DOTALL)
_MAX_PIPFILE = 4_000_000


def read_toml(text: str) -> Facts:
    """What `uv.lock`, `poetry.lock`, `pdm.lock` and `pylock.toml` lock."""
    return _found(_TOML, text)


def read_conda(text: str) -> Facts:
    """What `conda-lock.yml` locks."""
    return _found(_CONDA_LOCK, text)


def read_explicit(text: str) -> Facts:
    """What an explicit list of addresses of conda packages (also in `pixi.lock`) locks."""
    return _found(_CONDA_ADDRESS, text)


def read_pipfile(text: str) -> Facts:
    """What `Pipfile.lock` locks."""
    return _found(_PIPFILE, text[:_MAX_PIPFILE])


def _found(pattern: re.Pattern[str], text: str) -> Facts:
    place = Text(text)
    facts = Facts()
    for match in pattern.finditer(text):
        groups = match.groupdict()
        conda = pattern is _CONDA_ADDRESS or groups.get("manager") == "conda"
        facts.requirements.append(
            Requirement(
                normalised(match["name"]),
                place.span(match.start("name"), match.end("name")),
                "conda" if conda else "pip",
                f"=={match['version']}",
                match["version"],
            )
        )
    return facts
