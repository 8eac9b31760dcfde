"""Command lines of the commands about projects. Given a way to make a parser; gives one with a command's options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import argparse

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
        operands="NAME", notes="examples: detlint info mlflow-pytorch, detlint info mlflow, detlint info xgboost"
    )
    parser.add_argument("name", metavar="NAME", help="a template, a type (mlflow, package) or a library (pytorch)")
    _add_format(parser)
    return parser


def _config(make: Make) -> Parser:
    parser = make(
        operands="get|set [KEY] [VALUE]",
        notes='examples: detlint config get, detlint config get email, detlint config set full_name "Ada Lovelace"',
    )
    parser.add_argument("action", choices=("get", "set"), metavar="get|set")
    parser.add_argument("key", nargs="?", metavar="KEY", help="full_name, email, github_owner or license")
    parser.add_argument("value", nargs="?", metavar="VALUE")
    return parser


def _add_answers(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--set", metavar="KEY=VALUE", action="append", default=[], dest="answers", help="answer a question (repeatable)"
    )
    parser.add_argument("--answers", metavar="FILE", dest="answers_file", help="a TOML file of answers")


def _add_format(parser: argparse.ArgumentParser) -> None:
    formats: dict[str, Any] = {"choices": ("text", "json"), "default": "text", "metavar": "FORMAT"}
    parser.add_argument("--output-format", help="text or json", **formats)


_PARSERS = {"create": _create, "list": _list, "info": _info, "config": _config}
