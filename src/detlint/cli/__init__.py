"""The command line: arguments to calls, nothing else.

Given the arguments of the process; gives an exit status: 0 nothing found, 1 findings, 2 detlint could not do its job.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from detlint.cli.arguments import OVERVIEW, PROJECT_COMMANDS, command_of, parse
from detlint.cli.errors import UsageError
from detlint.cli.output import make_safe, say

if TYPE_CHECKING:
    from collections.abc import Sequence

FAILED = 2


def run(arguments: Sequence[str]) -> int:
    """Do what the arguments say. Mistakes of the user end in one line on standard error, never in a traceback."""
    make_safe(sys.stdout)
    make_safe(sys.stderr)
    arguments = _asking_for_help(arguments)
    if not arguments or arguments[0] in ("-h", "--help"):
        print(OVERVIEW, end="")
        return 0 if arguments else FAILED
    try:
        return _dispatch(arguments)
    except UsageError as error:
        say(f"detlint: error: {error}")
        return FAILED
    except BrokenPipeError:
        # the reader has seen enough (`detlint . | head`); what Python would flush at exit goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:
        say(f"detlint: error: {error}")
        return FAILED
    except KeyboardInterrupt:
        say("detlint: interrupted")
        return FAILED
    except Exception as error:
        # Python's own status for a traceback is 1, which would say that there are findings
        import traceback

        traceback.print_exc()
        say(f"detlint: internal error: {type(error).__name__}: {error}")
        return FAILED


def _asking_for_help(arguments: Sequence[str]) -> Sequence[str]:
    """`detlint help` and `detlint help check` as options have it, unless `help` is a path."""
    if arguments and arguments[0] == "help" and not os.path.lexists("help"):
        return [*arguments[1:2], "--help"]
    return arguments


def _dispatch(arguments: Sequence[str]) -> int:
    command, rest = command_of(arguments)
    try:
        options = parse(command, rest)
    except SystemExit as end:
        # argparse has printed the help that was asked for
        return int(end.code or 0)
    if command in PROJECT_COMMANDS:
        from detlint.cli import projects

        return projects.run(command, options)
    from detlint.settings import SettingsError

    try:
        status: int = import_module(f"detlint.cli.{command}").run(options)
    except SettingsError as error:
        raise UsageError(str(error)) from error
    return status
