"""`detlint create`: questions, answers from options, files and settings, the new folder, what to do next."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from detlint.cli.errors import UsageError
from detlint.cli.output import say
from detlint.projects import git
from detlint.projects.create import check_target, create
from detlint.projects.errors import ProjectError
from detlint.projects.files import read_toml
from detlint.projects.templates import names, newest, template
from detlint.projects.user import read_config

if TYPE_CHECKING:
    import argparse

    from detlint.projects.answers import Question
    from detlint.projects.templates import Template


def run(options: argparse.Namespace) -> int:
    """Create a project."""
    if options.github and not git.found("gh"):
        raise UsageError("--github needs the program gh of GitHub, logged in; without it, use --git")
    if options.git or options.github:
        git.check_identity(Path.cwd())
    given = given_answers(options)
    chosen = template(options.template, options.template_version) if options.template else _ask_for_template(options)
    if options.path is not None:
        check_target(Path(options.path))
    defaults = read_config()
    if options.path is not None and "project_name" not in given:
        defaults["project_name"] = re.sub(r"[\s_]+", "-", Path(options.path).resolve().name.lower())

    def ask(question: Question, default: str) -> str:
        return _ask(question, default, is_folder=question.name == "project_name" and options.path is None)

    answers = chosen.answers(given, None if options.defaults else ask, **defaults)
    target = Path(options.path or answers["project_name"])
    paths = create(chosen, answers, target)
    print(f"{target}: {len(paths)} files, made from {chosen.label}")
    if options.git or options.github:
        git.start(target, f"Project from the template {chosen.label}")
    if options.github:
        git.publish(target, answers["github_owner"], answers["project_name"], options.github)
    print(f"next: {'' if target == Path() else f'cd {shlex.quote(str(target))}; '}see README.md; detlint lint")
    return 0


def given_answers(options: argparse.Namespace) -> dict[str, str]:
    """The answers that options give: those of a file, and above them single ones."""
    given: dict[str, str] = {}
    if options.answers_file is not None:
        found = read_toml(Path(options.answers_file))
        given.update({key: str(value) for key, value in found.get("answers", found).items()})
    for text in options.answers:
        key, equals, value = text.partition("=")
        if not equals:
            raise UsageError(f"--set: must be KEY=VALUE, not {text!r}")
        given[key.strip()] = value
    return given


def _ask_for_template(options: argparse.Namespace) -> Template:
    if options.defaults:
        raise UsageError(f"which template? One of {', '.join(names())}")
    for each in newest():
        say(f"  {each.name:<20}{each.summary}")
    while True:
        try:
            return template(_input(f"Template [{names()[0]}]: ").strip() or names()[0], options.template_version)
        except ProjectError as error:
            say(str(error))


def _ask(question: Question, default: str, *, is_folder: bool) -> str:
    """Ask until the answer is one that is accepted. is_folder: whether it names the new folder, too."""
    choices = f" ({', '.join(question.choices)})" if question.choices else ""
    while True:
        answer = _input(f"{question.text}{choices} [{default}]: ").strip() or default
        try:
            question.check(answer)
            if is_folder:
                check_target(Path(answer))
        except ProjectError as error:
            say(str(error))
        else:
            return answer


def _input(prompt: str) -> str:
    print(prompt, end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    if not line:
        say("")
        raise UsageError("the questions end here without answers; nothing was made (--defaults asks nothing)")
    return line.rstrip("\n")
