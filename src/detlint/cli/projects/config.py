"""`detlint config`: what is taken for granted when a project is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.cli.errors import UsageError
from detlint.cli.output import say
from detlint.projects.user import KEYS, check_key, config_file, read_config, set_config

if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Print what is set, or set it."""
    if options.action == "set":
        if options.key is None or options.value is None:
            raise UsageError("config set: which KEY, and what VALUE?")
        set_config(options.key, options.value)
        print(f"{options.key} {f'= {options.value}' if options.value else 'is no longer set'} ({config_file()})")
        return 0
    if options.value is not None:
        raise UsageError(f"config get: what is {options.value!r} for?")
    values = read_config()
    if options.key is None:
        for key, value in values.items():
            print(f"{key} = {value}")
        if not values:
            say(f"nothing is set; there are {', '.join(KEYS)}: detlint config set KEY VALUE")
        return 0
    check_key(options.key)
    if options.key not in values:
        raise UsageError(f"{options.key} is not set; detlint config set {options.key} VALUE")
    print(values[options.key])
    return 0
