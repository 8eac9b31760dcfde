"""DET503: a project whose results hang on hashes of text, and nothing sets `PYTHONHASHSEED` before the start."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence, Severity
from detlint.environment.project import read_text
from detlint.project.questions import Finding, place, way
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.environment.repairs import set_where_started
from detlint.rules.python.order_texts import holds_text
from detlint.rules.python.set_text import SET_DISPLAY, SET_FORMS, SET_WORDS, may_keep_sets
from detlint.rules.python.speaks import greatest_severity

if TYPE_CHECKING:
    from detlint.diagnostics import Diagnostic
    from detlint.project.model import EntryPoint, Project
    from detlint.project.run import Event, Run
    from detlint.project.subjects import Program
    from detlint.triggers import Mention

VARIABLE = "PYTHONHASHSEED"
_OTHERS = (VARIABLE, "__main__", "hash")
"""Words that let a file pass, apart from those of sets."""
_MESSAGE = "before the interpreter starts: hashes of text and the order of sets differ in each run."
_STARTS_ANEW = re.compile(r"\bos\.exec|\bexec[vl]p?e?\(|sys\.(?:executable|orig_argv)")
_REPAIR = f"Set `{VARIABLE}=0` where the process is started: in the Dockerfile, MLproject, job script or workflow."


class HashseedUnset(Rule):
    """Asked where the code shows that hashes matter to it; answered by the files around it."""

    code = "DET503"
    name = "hashseed-unset"
    summary = "code that depends on hashes of text, and no place sets `PYTHONHASHSEED` before the start"
    why = """
Python salts the hashes of `str`, `bytes` and `datetime` anew for each process, so what is ordered or computed by them
is another in each run. `PYTHONHASHSEED` fixes the salt, if it is set when the interpreter starts: in the Dockerfile,
the MLproject, the job script, the workflow, the shell.

Asked of projects that show that it matters to them: an entry point sets the variable in its own process, where it does
nothing any more, or the order of a set of texts (DET106) or a salted hash (DET107) is reported.
"""
    scope = "project"
    fix = "unsafe"
    candidates = Candidates(
        words=(*_OTHERS, *SET_WORDS),
        patterns=(SET_DISPLAY,),
        forms=(*((word, "") for word in _OTHERS), *SET_FORMS),
    )
    bad = (
        Example(
            "import os\nimport random\n\n\ndef main():\n"
            '    os.environ["PYTHONHASHSEED"] = "0"\n'
            '    random.seed(0)\n\n\nif __name__ == "__main__":\n    main()  # !\n'
        ),
    )
    good = (
        Example("import os\n\n\ndef seed_everything(seed):\n    os.environ['PYTHONHASHSEED'] = str(seed)\n"),
        Example('import random\n\nif __name__ == "__main__":\n    random.seed(0)\n    print(random.random())\n'),
    )
    sources = ("https://docs.python.org/3/using/cmdline.html#envvar-PYTHONHASHSEED",)

    @classmethod
    def sought(cls, mention: Mention) -> frozenset[str] | None:
        """Nothing where only sets let the file pass, which are asked whether they have an element."""
        others = any(word.encode() in mention.text.words for word in _OTHERS)
        return None if others or may_keep_sets(mention.text) else frozenset()

    @classmethod
    def greatest_severity(cls, text: str) -> Severity:
        """Where no variable is set, it is as severe as what the order of sets and salted hashes make of it."""
        return cls.severity if VARIABLE in text or "__main__" in text else greatest_severity(text, cls.severity)

    def check_project(self, project: Project) -> None:
        """Report the first evidence of the project, or of this file."""
        entry = next((entry for entry in project.entry_points if _written(entry.run) is not None), None)
        shown = next((item for item in self.context.diagnostics if self._is_evidence(item)), None)
        if (entry is None and shown is None) or self._is_set(project):
            return
        first = next((other for other in self.context.entry_points if _written(other.run) is not None), None)
        if first is not None and not _same(first, self.context.path):
            return  # said there
        if entry is not None:
            event = _written(entry.run)
            assert event is not None
            self.report_at(
                place(entry.run, event),
                f"`{VARIABLE}` is set in the process itself, where it does nothing, and no file sets it {_MESSAGE}",
                _REPAIR,
                related=way(entry.run, event, f"`{VARIABLE}` is set here"),
                fix=set_where_started(self.context, VARIABLE, "0"),
            )
        elif shown is not None:
            self.report_at(
                shown.location,
                f"This depends on hashes, and nothing sets `{VARIABLE}` {_MESSAGE}",
                _REPAIR,
                severity=shown.severity,
                confidence=shown.confidence,
                # Where the order itself can be repaired, no hash matters afterwards.
                fix=None if shown.fix else set_where_started(self.context, VARIABLE, "0"),
            )

    def _is_set(self, project: Project) -> bool:
        files = self.context.surroundings
        return files is not None and files.sets(VARIABLE, project.module.path)

    def _is_evidence(self, item: Diagnostic) -> bool:
        if item.confidence < Confidence.MEDIUM:
            return False
        return item.code == "DET107" or (item.code == "DET106" and holds_text(self.context.index, item.location))


def missing(program: Program) -> Finding | None:
    """Where a program sets the variable in its own process, and no file sets it before."""
    event = None if program.sets(VARIABLE) else _written(program.run)
    return None if event is None else Finding(event, Confidence.HIGH)


def _written(run: Run) -> Event | None:
    """Where a run sets the variable in its own process and goes on; one that starts anew is left alone."""
    for event in run.of_kind("setenv", VARIABLE):
        text = read_text(event.path)
        if not _STARTS_ANEW.search(text):
            return event
    return None


def _same(entry: EntryPoint, path: str) -> bool:
    return os.path.abspath(entry.module.path) == os.path.abspath(path)
