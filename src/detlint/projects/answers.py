"""The questions of a template and the answers to them: defaults, what is accepted, where answers come from.

Given questions and answers from several places; gives a complete set of answers, or raises `ProjectError`.
"""

from __future__ import annotations

import datetime
import keyword
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detlint.projects.errors import ProjectError
from detlint.projects.versions import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Answers = dict[str, str]

KINDS: dict[str, tuple[re.Pattern[str], str]] = {
    # what is put into TOML, YAML and Python strings must need no escaping there
    "text": (
        re.compile(r'(?=.{,110}\Z)(?=.*\S)[^"\\\x00-\x1f\x7f]+'),
        'one line of at most 110 characters, without " and \\',
    ),
    "name": (
        re.compile(r"(?=.{1,40}\Z)[a-z][a-z0-9]*(-[a-z0-9]+)*"),
        "lower-case letters and digits, in words joined by -, beginning with a letter, at most 40",
    ),
    "identifier": (
        re.compile(r"[a-z][a-z0-9_]{,39}"),
        "a name that Python can import: lower-case letters, digits and _, beginning with a letter, at most 40",
    ),
    "email": (re.compile(r"[^@\s\"\\<>]+@[^@\s\"\\<>]+\.[^@\s\"\\<>]+"), "a mail address"),
    "owner": (re.compile(r"[A-Za-z0-9](-?[A-Za-z0-9])*"), "letters, digits and single hyphens"),
    "version": (VERSION, "a version as 1.2.3 or 1.2.3-SNAPSHOT"),
    "year": (re.compile(r"[12][0-9]{3}"), "a year"),
    "choice": (re.compile(r".*"), ""),
}


@dataclass(frozen=True, slots=True)
class Question:
    """One question. default: a text with placeholders of the answers before it. hidden: not asked, only settable."""

    name: str
    text: str
    kind: str
    default: str
    choices: tuple[str, ...] = ()
    hidden: bool = False

    def check(self, answer: str) -> None:
        """Raise `ProjectError` for an answer that is not accepted."""
        pattern, words = KINDS[self.kind]
        if self.choices and answer not in self.choices:
            raise ProjectError(f"{self.name}: {answer!r} is none of {', '.join(self.choices)}")
        if not pattern.fullmatch(answer):
            raise ProjectError(f"{self.name}: {answer!r} is not {words}")
        owner = _owner(answer) if self.kind == "identifier" else ""
        if owner:
            raise ProjectError(f"{self.name}: {answer!r} is taken by {owner}; choose another name")


_LIBRARIES = ("keras", "mlflow", "numpy", "tensorflow", "torch", "xgboost")
_FOLDERS = ("data", "docs", "mlruns", "outputs", "tests")


def _owner(name: str) -> str:
    """Whose a name of a package is already, in words; empty if it is free."""
    if keyword.iskeyword(name) or name in sys.stdlib_module_names:
        return "Python"
    return "a library" if name in _LIBRARIES else "another folder of the project" if name in _FOLDERS else ""


def as_identifier(text: str) -> str:
    """The identifier nearest to a text."""
    name = re.sub(r"\W+", "_", text.lower(), flags=re.ASCII).strip("_")
    return name if name[:1].isalpha() else f"project_{name}".rstrip("_")


def this_year() -> str:
    """The present year, for the copyright; what is answered once is kept in the project."""
    return str(datetime.date.today().year)


def complete(
    questions: Sequence[Question],
    given: Mapping[str, str],
    default_of: Callable[[Question, Mapping[str, str]], str],
    ask: Callable[[Question, str], str] | None = None,
) -> Answers:
    """All answers: those given, then what `ask` gives of a question and its default, else the defaults.

    default_of: the default of a question by the answers before it.
    """
    unknown = sorted(set(given) - {question.name for question in questions})
    if unknown:
        known = ", ".join(question.name for question in questions)
        raise ProjectError(f"no such question: {unknown[0]} (the template asks for {known})")
    answers: Answers = {}
    for question in questions:
        if question.name in given:
            answer = given[question.name]
        else:
            answer = default_of(question, answers)
            if ask is not None and not question.hidden:
                answer = ask(question, answer)
        question.check(answer)
        answers[question.name] = answer
    return answers
