"""The commands about projects: one module each, imported when the command is called."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from detlint.cli.errors import UsageError
from detlint.projects.errors import ProjectError

if TYPE_CHECKING:
    import argparse


def run(command: str, options: argparse.Namespace) -> int:
    """Do what a command's options say; what cannot be done is a `UsageError`."""
    from detlint.settings import SettingsError

    try:
        status: int = import_module(f"{__name__}.{command.replace('-', '_')}").run(options)
    except (ProjectError, SettingsError) as error:
        raise UsageError(str(error)) from error
    return status
