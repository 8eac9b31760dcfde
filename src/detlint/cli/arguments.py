"""Command lines: what each command takes, its help, and which command is meant.

Given the arguments of the process; gives a namespace for one command. An option that was not given is None there, so
that settings files decide.
"""

from __future__ import annotations

import argparse
import os
import shutil
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

from detlint.cli.errors import UsageError, suggestion
from detlint.reporters import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

COMMANDS = {
    "check": "find what makes runs differ (a bare path means check)",
    "baseline": "keep today's findings in a file, so that only new ones are reported",
    "rules": "list the rules",
    "explain": "explain rules: why each matters, bad and good code, the repair",
    "op": "tell what is known of an operation: versions, devices, conditions, replacement",
    "map": "show each entry point's random states, modes, variables and versions",
}

PROJECT_COMMANDS = {
    "create": "make a project from a template",
    "list": "list the templates",
    "info": "tell about a template, a type of project or a library",
    "lint": "check structure and code of a project: what passed, what warned, what failed",
    "manifest": "make a manifest of any folder: which files a project must have, and how",
    "sync": "merge a newer version of the template into a project, on a branch",
    "bump-version": "move a project's version, in all files that carry it",
    "hash": "print the SHA-256 of input data",
    "fix-artifact-paths": "make the paths of recorded MLflow runs those of this machine",
    "config": "get or set what `create` takes for granted: name, mail, owner, licence",
}

OVERVIEW = f"""\
detlint finds where two runs of the same machine-learning code can differ.

usage: detlint [check] PATH... [options]
       detlint COMMAND ...

commands:
{"".join(f"  {name:<9}{text}" + chr(10) for name, text in COMMANDS.items())}
projects that are made from templates:
{"".join(f"  {name:<20}{text}" + chr(10) for name, text in PROJECT_COMMANDS.items())}
examples:
  detlint .                                  check a project
  detlint train.py --target torch=2.4        check a file against a version
  detlint . --fix                            repair what can be repaired
  detlint . --select DET2 --statistics       only PyTorch rules, with counts
  detlint . --output-format json -o out.json a report for programs
  cat train.py | detlint - --stdin-filename train.py
  detlint explain DET205                     why a rule exists, and what to do
  detlint op F.interpolate --target torch=2.4
  detlint map . --output-format html -o map.html
  detlint create mlflow-pytorch

exit status: 0 nothing found, 1 findings, 2 detlint could not do its job
more: detlint COMMAND --help, detlint --version
"""

CHECK_NOTES = """\
Settings are read from [tool.detlint] in pyproject.toml, or from detlint.toml or .detlint.toml, nearest to each file;
options win over settings. CODES are codes, prefixes of codes (DET2) or ALL, separated by commas.

exit status: 0 nothing found, 1 findings, 2 detlint could not do its job (an unreadable path, a mistake in the settings)
with --fix: 1 if findings are left; with --diff: 1 if something would be changed

examples:
  detlint .
  detlint src train.py --target torch=2.4 --target xgboost=1.7
  detlint . --select DET2,DET101 --ignore DET205 --min-confidence high
  detlint . --devices cpu --statistics --exit-zero
"""

COLOR = "auto, always or never (default: auto, on terminals; NO_COLOR and FORCE_COLOR are honoured)"


class Parser(argparse.ArgumentParser):
    """A parser that raises `UsageError` and names the nearest option."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message.removeprefix('argument ')}\nTry: {self.prog} --help")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            known = ", ".join(action.choices)
            raise argparse.ArgumentError(
                action, f"no such value: {value} (of {known}){suggestion(value, action.choices)}"
            )

    def parse(self, arguments: Sequence[str]) -> argparse.Namespace:
        """Parse all arguments; an unknown option is an error that names the nearest."""
        # intermixed: `detlint a.py --select DET2 b.py` names two files
        namespace, unknown = self.parse_known_intermixed_args(list(arguments))
        if unknown:
            option = unknown[0].partition("=")[0]
            self.error(f"no such option: {option}{suggestion(option, self._option_string_actions)}")
        return namespace


def command_of(arguments: Sequence[str]) -> tuple[str, Sequence[str]]:
    """Which command is meant, and its arguments. What is not a command's name is a path or an option of `check`."""
    commands = COMMANDS | PROJECT_COMMANDS
    if arguments and arguments[0] in commands:
        return arguments[0], arguments[1:]
    if arguments and not arguments[0].startswith("-") and not os.path.lexists(arguments[0]):
        near = suggestion(arguments[0], commands, cutoff=0.7)
        if near:
            raise UsageError(f"no such command or path: {arguments[0]}{near}")
    return "check", arguments


def parse(command: str, arguments: Sequence[str]) -> argparse.Namespace:
    """The options of a command."""
    if command in PROJECT_COMMANDS:
        from detlint.cli.projects.arguments import parser

        return parser(command, partial(_parser, command, description=PROJECT_COMMANDS[command])).parse(arguments)
    return _PARSERS[command]().parse(arguments)


def _check() -> Parser:
    parser = _parser("check", "[PATH...]", COMMANDS["check"], CHECK_NOTES)
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files and folders; - is standard input (default: .)")
    reported = parser.add_argument_group("what is reported")
    add_selection(reported)
    reported.add_argument(
        "--diff-base", metavar="REV", help="report only what is on lines changed since this revision of git"
    )
    reported.add_argument(
        "--baseline", metavar="FILE", type=_file, help="leave out what `detlint baseline` wrote there"
    )
    add_targets(parser.add_argument_group("what the code is meant for"))
    _add_files(parser.add_argument_group("which files"))
    _add_fixes(parser.add_argument_group("fixes"))
    _add_output(parser.add_argument_group("output"))
    add_settings(parser.add_argument_group("settings and working"))
    return parser


BASELINE_NOTES = """\
create writes all that is found into a file, update brings that up to date, show tells what is new, found no more and
still there. Findings are known by their lines of code, not by line numbers.

exit status: 0 done, 2 not; show: 1 if something is new or found no more

examples:
  detlint baseline create
  detlint . --baseline detlint-baseline.json
  detlint baseline show src
"""


def _baseline() -> Parser:
    parser = _parser("baseline", "create|update|show [PATH...]", COMMANDS["baseline"], BASELINE_NOTES)
    parser.add_argument("action", choices=("create", "update", "show"), metavar="ACTION", help="create, update or show")
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files and folders (default: .)")
    add_selection(parser.add_argument_group("what is reported"))
    add_targets(parser.add_argument_group("what the code is meant for"))
    _add_files(parser.add_argument_group("which files"))
    output = parser.add_argument_group("output")
    output.add_argument(
        "--baseline",
        metavar="FILE",
        type=_file,
        help="the file (default: as the settings say, or detlint-baseline.json)",
    )
    output.add_argument("--color", choices=("auto", "always", "never"), metavar="WHEN", default="auto", help=COLOR)
    add_settings(parser.add_argument_group("settings and working"))
    parser.set_defaults(output_file=None, diff_base=None, quiet=False)
    return parser


def add_selection(group: argparse._ArgumentGroup, least: str = "warning") -> None:
    """The options that say which findings are reported. least: the severity from which on they are."""
    codes: dict[str, Any] = {"metavar": "CODES", "action": "append", "type": _codes}
    group.add_argument("--select", help="report only these", **codes)
    group.add_argument("--ignore", help="do not report these", **codes)
    group.add_argument("--extend-select", help="report these as well, also such as are off by default", **codes)
    group.add_argument("--extend-ignore", help="ignore these as well", **codes)
    group.add_argument(
        "--min-confidence",
        choices=("low", "medium", "high"),
        metavar="LEVEL",
        help="hide what is less certain than low, medium or high (default: medium)",
    )
    group.add_argument(
        "--min-severity",
        choices=("info", "warning", "error"),
        metavar="LEVEL",
        help=f"hide what matters less than info, warning or error (default: {least})",
    )


def add_targets(group: argparse._ArgumentGroup) -> None:
    """The options that say what the code is meant for, and who else has rules about it."""
    add_target_options(group)
    group.add_argument(
        "--plugin", metavar="MODULE", action="append", help="load a rule pack from a module (repeatable)"
    )


def add_target_options(group: argparse._ArgumentGroup | argparse.ArgumentParser) -> None:
    """The options that say which versions and devices the code is meant for."""
    group.add_argument(
        "--target", metavar="NAME=VERSION", action="append", help="a framework's version, as torch=2.4 (repeatable)"
    )
    group.add_argument(
        "--devices", metavar="NAMES", type=_devices, help="devices of cuda, cpu, mps (default: cuda,cpu)"
    )


def _add_files(group: argparse._ArgumentGroup) -> None:
    patterns: dict[str, Any] = {"metavar": "PATTERNS", "action": "append", "type": _comma_separated}
    group.add_argument(
        "--exclude",
        help="leave out these files and folders, as in .gitignore, instead of build, venv and the like",
        **patterns,
    )
    group.add_argument("--extend-exclude", help="leave out these as well", **patterns)
    group.add_argument(
        "--force-exclude", action="store_true", default=None, help="apply excludes to files that are named, too"
    )
    group.add_argument("--max-file-size", metavar="SIZE", help="do not read files above this size, as 500K or 2M")
    group.add_argument("--stdin-filename", metavar="PATH", help="the file that standard input stands for")
    group.add_argument("--show-files", action="store_true", help="list the files that would be checked, and stop")


def _add_fixes(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--fix", action="store_true", help="repair what can be repaired; report what is left")
    group.add_argument(
        "--unsafe-fixes", action="store_true", help="count and apply also fixes that can change results or speed"
    )
    group.add_argument("--diff", action="store_true", help="show what --fix would change, and change nothing")
    group.add_argument(
        "--add-ignores",
        action="store_true",
        help="write a comment for each finding (after --fix: that is left) that hides it, with a place to say why",
    )
    group.add_argument(
        "--exit-non-zero-on-fix", action="store_true", help="exit with 1 also if all that was found has been fixed"
    )


def _add_output(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--output-format", choices=FORMATS, metavar="FORMAT", help=f"one of {', '.join(FORMATS)}")
    group.add_argument(
        "--group-by",
        choices=("file", "rule"),
        metavar="WHAT",
        help="one line a finding, under headings of files or rules (format grouped)",
    )
    group.add_argument("-o", "--output-file", metavar="FILE", type=_file, help="write the report to a file")
    group.add_argument("--statistics", action="store_true", default=None, help="count findings by rule, too")
    group.add_argument("--color", choices=("auto", "always", "never"), metavar="WHEN", default="auto", help=COLOR)
    group.add_argument("--watch", action="store_true", help="check again whenever a file changes, until Ctrl-C")
    group.add_argument("--exit-zero", action="store_true", help="exit with 0 although there are findings")
    group.add_argument("-q", "--quiet", action="store_true", help="print findings and errors only")
    group.add_argument("-v", "--verbose", action="store_true", help="say what was assumed, on standard error")


def add_settings(group: argparse._ArgumentGroup) -> None:
    """The options about settings files, cache and processes."""
    group.add_argument("--config", metavar="FILE", type=_file, help="use this settings file for everything")
    group.add_argument("--isolated", action="store_true", help="read no settings file")
    group.add_argument("--no-cache", action="store_true", help="do not read or write a cache")
    group.add_argument(
        "-j", "--jobs", metavar="N", type=_jobs, help="number of worker processes (default: as suits the machine)"
    )


def _rules() -> Parser:
    parser = _parser("rules", "", COMMANDS["rules"], "example: detlint rules --output-format json")
    parser.add_argument(
        "--output-format", choices=("text", "json"), default="text", metavar="FORMAT", help="text or json"
    )
    _add_common(parser)
    return parser


def _explain() -> Parser:
    parser = _parser(
        "explain",
        "RULE...",
        COMMANDS["explain"],
        "examples:\n  detlint explain cudnn-benchmark\n  detlint explain DET20",
    )
    parser.add_argument(
        "rules",
        nargs="+",
        metavar="RULE",
        help="a code (DET205) or a name (cudnn-benchmark); a prefix (DET20) lists its rules, all explains every rule",
    )
    parser.add_argument(
        "--output-format", choices=("text", "json"), default="text", metavar="FORMAT", help="text or json"
    )
    _add_common(parser)
    return parser


def _op() -> Parser:
    parser = _parser(
        "op", "NAME", COMMANDS["op"], "example: detlint op F.interpolate --target torch=2.4 --devices cuda"
    )
    parser.add_argument(
        "name", metavar="NAME", help="in any spelling: torch.bincount, Tensor.scatter_add_, F.interpolate"
    )
    add_target_options(parser)
    parser.add_argument(
        "--output-format", choices=("text", "json"), default="text", metavar="FORMAT", help="text or json"
    )
    _add_common(parser)
    return parser


MAP_NOTES = """\
Entry points are found: code under a `__main__` guard, scripts, notebooks, commands, console scripts. --entry-point
names one by its file (train.py) or function (train.py:main), also where nothing shows that it is one.

exit status: 0 there is a map, 2 there is none (no entry point, an unreadable path, a mistake in the settings)

examples:
  detlint map
  detlint map src --target torch=2.4
  detlint map . --output-format html -o map.html
  detlint map --entry-point train.py:main --output-format json
"""


def _map() -> Parser:
    parser = _parser("map", "[PATH...]", COMMANDS["map"], MAP_NOTES)
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files and folders (default: .)")
    parser.add_argument(
        "--entry-point", metavar="NAME", action="append", help="a file, or a function as train.py:main (repeatable)"
    )
    add_target_options(parser)
    parser.add_argument(
        "--output-format", choices=("text", "json", "html"), default="text", metavar="FORMAT", help="text, json or html"
    )
    parser.add_argument("-o", "--output-file", metavar="FILE", type=_file, help="write the map to a file")
    patterns: dict[str, Any] = {"metavar": "PATTERNS", "action": "append", "type": _comma_separated}
    parser.add_argument("--exclude", help="leave out files and folders, as in .gitignore", **patterns)
    parser.add_argument("--extend-exclude", help="leave out these as well", **patterns)
    parser.add_argument("--config", metavar="FILE", help="use this settings file for everything")
    parser.add_argument("--isolated", action="store_true", help="read no settings file")
    _add_common(parser)
    return parser


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--plugin", metavar="MODULE", action="append", help="load a rule pack from a module (repeatable)"
    )
    parser.add_argument("--color", choices=("auto", "always", "never"), metavar="WHEN", default="auto", help=COLOR)


def _parser(command: str, operands: str, description: str, notes: str) -> Parser:
    name = "detlint [check]" if command == "check" else f"detlint {command}"
    usage = " ".join(part for part in (name, operands, "[options]") if part)
    return Parser(
        prog=f"detlint {command}",
        usage=usage,
        description=description[0].upper() + description[1:] + ".",
        epilog=notes,
        allow_abbrev=False,
        formatter_class=lambda prog: argparse.RawDescriptionHelpFormatter(prog, max_help_position=30, width=_width()),
    )


def _width() -> int:
    """How wide help is: as the terminal, but never so wide that lines are hard to read."""
    return max(40, min(110, shutil.get_terminal_size((110, 24)).columns))


def _comma_separated(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _codes(text: str) -> list[str]:
    return _comma_separated(text) or _no(f"a code, a prefix of codes or ALL, as DET205 or DET2, not {text!r}")


def _devices(text: str) -> list[str]:
    return _comma_separated(text) or _no(f"one or more of cuda, cpu, mps, not {text!r}")


def _file(text: str) -> str:
    return text or _no("the name of a file, not ''")


def _jobs(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    return number or _no(f"a number from 1 on, not {text!r}; without it, detlint decides")


def _no(expected: str) -> NoReturn:
    raise argparse.ArgumentTypeError(f"must be {expected}")


_PARSERS: dict[str, Callable[[], Parser]] = {
    "check": _check,
    "baseline": _baseline,
    "rules": _rules,
    "explain": _explain,
    "op": _op,
    "map": _map,
}
