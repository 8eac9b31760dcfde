"""Command lines of the commands about projects. Given a way to make a parser; gives one with a command's options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from detlint.cli.arguments import COLOR, add_selection, add_settings, add_targets

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from detlint.cli.arguments import Parser


class Make(Protocol):
    """Makes the parser of a command from its operands and what its help says at the end."""

    def __call__(self, *, operands: str, notes: str) -> Parser:
        """Make it."""
        ...


def parser(command: str, make: Make) -> Parser:
    """The parser of a command."""
    made: Parser = _PARSERS[command](make)
    return made


def _create(make: Make) -> Parser:
    parser = make(
        operands="[TEMPLATE] [PATH]",
        notes="""\
Without --defaults, what is not answered is asked for. The folder is written whole or not at all.

examples:
  detlint create
  detlint create mlflow-pytorch
  detlint create mlflow-pytorch shapes --defaults --set description="Tells shapes apart" --git
""",
    )
    parser.add_argument("template", nargs="?", metavar="TEMPLATE", help="one of those that `detlint list` names")
    parser.add_argument("path", nargs="?", metavar="PATH", help="the new folder (default: the project's name)")
    parser.add_argument("--defaults", action="store_true", help="ask nothing: take defaults for what is not answered")
    _add_answers(parser)
    parser.add_argument("--template-version", metavar="VERSION", help="an older version of the template")
    parser.add_argument("--git", action="store_true", help="make it a git repository with one commit")
    parser.add_argument(
        "--github",
        choices=("private", "public"),
        metavar="KIND",
        help="also make a private or public repository on GitHub, by your own gh",
    )
    return parser


def _list(make: Make) -> Parser:
    parser = make(operands="", notes="example: detlint list --output-format json")
    _add_format(parser)
    return parser


def _info(make: Make) -> Parser:
    parser = make(
        operands="[NAME]", notes="examples: detlint info mlflow-pytorch, detlint info mlflow, detlint info xgboost"
    )
    parser.add_argument(
        "name", nargs="?", metavar="NAME", help="a template, a type (mlflow, package) or a library (default: all)"
    )
    _add_format(parser)
    return parser


def _config(make: Make) -> Parser:
    parser = make(
        operands="[get|set] [KEY] [VALUE]",
        notes='examples: detlint config, detlint config get email, detlint config set full_name "Ada Lovelace"',
    )
    parser.add_argument("action", nargs="?", choices=("get", "set"), metavar="get|set", default="get")
    parser.add_argument("key", nargs="?", metavar="KEY", help="full_name, email, github_owner or license")
    parser.add_argument(
        "value", nargs="?", metavar="VALUE", help='what is taken for granted from now on; "" for nothing'
    )
    return parser


def _lint(make: Make) -> Parser:
    parser = make(
        operands="[DIR]",
        notes="""\
Exit status: 0 nothing failed, 1 something failed, 2 detlint could not do its job.

examples:
  detlint lint
  detlint lint shapes --output-format json
  detlint lint --fix
  detlint lint --fix --unsafe-fixes --diff
  detlint lint --manifest house-rules.json --set package=shapes
""",
    )
    _add_folder(parser)
    add_selection(parser.add_argument_group("what is reported"), "info")
    add_targets(parser.add_argument_group("what the code is meant for"))
    add_settings(parser.add_argument_group("settings and working"))
    parser.add_argument("--no-code", action="store_true", help="check the structure alone")
    parser.add_argument("--manifest", metavar="FILE", help="what the project must have, instead of its template")
    _add_answers(parser)
    parser.add_argument("--fix", action="store_true", help="repair structure and code; report what is left")
    parser.add_argument(
        "--unsafe-fixes",
        action="store_true",
        help="with --fix or --diff, also restore files of the template, and repair what can change results or speed",
    )
    parser.add_argument("--diff", action="store_true", help="show what --fix would change, and change nothing")
    parser.add_argument("--strict", action="store_true", help="let warnings fail, too")
    _add_format(parser)
    parser.add_argument("--color", choices=("auto", "always", "never"), metavar="WHEN", default="auto", help=COLOR)
    return parser


def _sync(make: Make) -> Parser:
    parser = make(
        operands="[DIR]",
        notes="""\
Old and new template are rendered with the project's answers, and merged with the project file by file. The result
is committed on a branch of its own; where both sides changed the same lines, they are marked, and nothing is
committed.

Exit status: 0 done or nothing to do, 1 conflicts (with --check: a newer version is there), 2 could not do its job.

examples:
  detlint sync --check
  detlint sync --dry-run
  detlint sync --body body.md && gh pr create --title "Sync with the template" --body-file body.md
  detlint sync --adopt --dry-run
""",
    )
    _add_folder(parser)
    parser.add_argument("--check", action="store_true", help="only say whether there is a newer version, for CI")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and change nothing")
    parser.add_argument("--to", metavar="VERSION", help="the version to come to (default: the newest)")
    parser.add_argument("--body", metavar="FILE", help="write the text of a pull request to a file")
    parser.add_argument("--commit-conflicts", action="store_true", help="commit conflicts with their marks, for CI")
    parser.add_argument(
        "--adopt",
        action="store_true",
        help="take a template over into a project of mlf-core, or any other: add what is missing, replace nothing",
    )
    parser.add_argument("--template", metavar="NAME", help="the template to adopt (default: as in mlf-core)")
    _add_answers(parser)
    return parser


def _bump_version(make: Make) -> Parser:
    parser = make(
        operands="VERSION [DIR]",
        notes="""\
Versions follow one another: after 1.2.3 comes 1.2.4, 1.3.0 or 2.0.0, or one of these with -SNAPSHOT, which comes
before its release. The table [bump] of .detlint-project.toml (mlf_core.cfg in projects of mlf-core) names the files.

examples:
  detlint bump-version 0.2.0
  detlint bump-version minor
  detlint bump-version 0.3.0-SNAPSHOT shapes --dry-run
  detlint bump-version --show
""",
    )
    parser.add_argument("version", nargs="?", metavar="VERSION", help="the new version, or patch, minor or major")
    _add_folder(parser)
    parser.add_argument("--show", action="store_true", help="print the project's version, and do nothing")
    parser.add_argument("--dry-run", action="store_true", help="print the lines that would change, and change nothing")
    parser.add_argument("--downgrade", action="store_true", help="go back, and leave the changelog alone")
    return parser


def _hash(make: Make) -> Parser:
    parser = make(
        operands="PATH...",
        notes="""\
A folder's digest is that of the digests and names of its files, in a fixed order, so that it depends on nothing else.

examples:
  detlint hash data/train.csv
  detlint hash data --files
  detlint hash data --expect 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
""",
    )
    parser.add_argument("paths", nargs="+", metavar="PATH", help="files and folders")
    parser.add_argument("--files", action="store_true", help="print each file of a folder, too")
    parser.add_argument("--expect", metavar="DIGEST", help="exit with 1 unless the one path has this digest")
    return parser


def _fix_artifact_paths(make: Make) -> Parser:
    parser = make(
        operands="[PATH]",
        notes="""\
MLflow writes absolute paths into the meta.yaml of experiments and runs. After a folder was copied from another
machine they lead nowhere; this makes them those of the folder.

examples:
  detlint fix-artifact-paths mlruns
  detlint fix-artifact-paths /data/results/mlruns --dry-run
""",
    )
    parser.add_argument("path", nargs="?", default="mlruns", metavar="PATH", help="a folder of runs (default: mlruns)")
    parser.add_argument("--dry-run", action="store_true", help="print what would change, and change nothing")
    return parser


def _manifest(make: Make) -> Parser:
    parser = make(
        operands="SOURCE",
        notes="""\
SOURCE is a folder or a git repository (its address, or its folder with --rev). Patterns are as in the shell,
and * crosses folders. Placeholders as {{ cookiecutter.name }} are understood; answers in the files become
placeholders by --set.

examples:
  detlint manifest template/ --managed "*/determinism.py" --required README.md -o house-rules.json
  detlint manifest . --set package=shapes --managed ".github/*" --required "*"
  detlint manifest https://example.org/template.git --rev v2 --managed "*.yml" -o house-rules.json
""",
    )
    parser.add_argument("source", metavar="SOURCE", help="a folder, or the address of a git repository")
    parser.add_argument("--rev", metavar="REV", help="the branch, tag or commit of a git repository")
    patterns: dict[str, Any] = {"metavar": "PATTERN", "action": "append", "default": []}
    parser.add_argument("--managed", help="files whose content must stay", **patterns)
    parser.add_argument("--required", help="files that must be there", **patterns)
    parser.add_argument("--recommended", help="files that should be there", **patterns)
    parser.add_argument("--forbidden", help="files that must not be there, as in .gitignore", **patterns)
    parser.add_argument("--name", help="what the manifest is called (default: the folder's name)")
    _add_answers(parser)
    parser.add_argument("-o", "--output-file", metavar="FILE", help="where to write it (default: standard output)")
    return parser


def _add_folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", nargs="?", default=".", metavar="DIR", help="the project (default: .)")


def _add_answers(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--set", metavar="KEY=VALUE", action="append", default=[], dest="answers", help="answer a question (repeatable)"
    )
    parser.add_argument("--answers", metavar="FILE", dest="answers_file", help="a TOML file of answers")


def _add_format(parser: argparse.ArgumentParser) -> None:
    formats: dict[str, Any] = {"choices": ("text", "json"), "default": "text", "metavar": "FORMAT"}
    parser.add_argument("--output-format", help="text or json", **formats)


_PARSERS: dict[str, Callable[[Make], Parser]] = {
    "create": _create,
    "list": _list,
    "info": _info,
    "lint": _lint,
    "manifest": _manifest,
    "sync": _sync,
    "bump-version": _bump_version,
    "hash": _hash,
    "fix-artifact-paths": _fix_artifact_paths,
    "config": _config,
}
