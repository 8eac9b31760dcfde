"""What a user has said once of all projects: name, mail, owner, licence. Kept in a file of the user's own.

Given keys and values; gives defaults for questions. Nothing secret is kept.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from detlint.projects.answers import Question
from detlint.projects.errors import ProjectError
from detlint.projects.files import cannot_write, read_toml, replace

KEYS = {
    "full_name": Question("full_name", "your name", "text", ""),
    "email": Question("email", "your mail address", "email", ""),
    "github_owner": Question("github_owner", "the user or organisation that owns new projects", "owner", ""),
    "license": Question(
        "license", "the licence of new projects", "choice", "", ("Apache-2.0", "MIT", "BSD-3-Clause", "proprietary")
    ),
}
_SECRET = ("token", "pat", "password", "secret")


def config_file() -> Path:
    """Where the defaults are kept: where the system keeps settings of users."""
    if sys.platform == "win32":
        folder = os.environ.get("APPDATA") or str(Path.home())
    else:
        folder = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(folder) / "detlint" / "config.toml"


def read_config() -> dict[str, str]:
    """All defaults that were set; raises `ProjectError` if the file cannot be read."""
    file = config_file()
    if not file.is_file():
        return {}
    found = read_toml(file)
    for key, value in found.items():
        _question(key, file).check(str(value))
    return {key: str(found[key]) for key in KEYS if key in found}


def set_config(key: str, value: str) -> None:
    """Set one default; an empty value takes it away."""
    question = _question(key)
    if value:
        question.check(value)
    values = {**read_config(), key: value}
    file = config_file()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(file, error) from error
    text = "".join(f'{name} = "{values[name]}"\n' for name in KEYS if values.get(name))
    replace(file, text.encode())


def check_key(key: str) -> None:
    """Raise `ProjectError` for a key that is not kept."""
    _question(key)


def _question(key: str, file: Path | None = None) -> Question:
    if key in KEYS:
        return KEYS[key]
    from detlint.cli.errors import suggestion

    where = f"{file}: " if file else ""
    if any(word in key.lower() for word in _SECRET):
        raise ProjectError(f"{where}{key}: detlint keeps no secrets; git and gh have their own places for them")
    raise ProjectError(f"{where}no such key: {key} (of {', '.join(KEYS)}){suggestion(key, KEYS)}")
