"""What the rules about calls with a random state of their own have in common: DET131, DET141, DET151.

Each such call is reported where it stands, since its argument is the repair: by entry point if one reaches it, else by
the functions of the file that lead to it. A global state that is seeded before, on every way to the call, is as good.
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence
from detlint.index import NameSet
from detlint.project.places import is_test
from detlint.project.questions import unseeded
from detlint.rules.base import Rule
from detlint.rules.python.random_states import ENTROPY, Unfixed, find, names_of, unfixed
from detlint.rules.python.seed_repairs import call_fix
from detlint.rules.python.seeded_objects import seeded_elsewhere
from detlint.rules.wording import callee

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from detlint.project.model import Project
    from detlint.project.questions import Finding, States
    from detlint.project.run import Event, Run

_OWN_RULE = frozenset({"numpy", "python"})
"""States of which another rule says, once an entry point, that the state's own functions draw from it unseeded."""
_STATES = {"numpy": "NumPy's global state", "python": "Python's global `random` state"}
SEEDED_BY = {
    "numpy": "np.random.seed(SEED)",
    "python": "random.seed(SEED)",
    "polars": "polars.set_random_seed(SEED)",
    "cupy": "cupy.random.seed(SEED)",
    "dask": "dask.array.random.seed(SEED)",
}
"""What seeds the global states that such calls draw from."""


class UnseededCalls(Rule):
    """Reports calls that no argument seeds where nothing seeds the state that they draw from either."""

    scope = "project"
    fix = "unsafe"

    def check_project(self, project: Project) -> None:
        """Report the calls of the file."""
        told: dict[tuple[int, str], bool] = {}
        for call, names in self.calls():
            found = unfixed(self.context.index, call, names)
            if found is None or not self.applies(found):
                continue
            excused = seeded_elsewhere(self.context.index, call, found)
            if excused is True:
                continue
            finding = self._judge(call, found, told)
            if finding is not None:
                confidence, only_when = finding
                # What a test draws hardly outlives it; who wants its numbers fixed can ask for what is low.
                unsure = excused is None or not found.sure or is_test(self.context.path)
                limit = Confidence.LOW if unsure else Confidence.HIGH
                self._report(call, found, min(confidence, limit), only_when)

    def calls(self) -> Iterator[tuple[ast.Call, tuple[str, ...]]]:
        """The calls that may draw, with their names; where one of several is another library's, with all of them."""
        index = self.context.index
        for call, names in index.find_calls(_wanted(self.code)):
            others = tuple(name for name in index.callee_names(call) if name not in names)
            draw = find(names[0])
            yield call, names if draw is None or draw.rule != self.code else (*names, *others)

    def applies(self, found: Unfixed) -> bool:
        """Whether a call is this rule's to report, in the version that the code is meant for."""
        since = found.draw.since
        return since is None or self.context.targets.version(since[0]) >= since[1]

    def _judge(
        self, call: ast.Call, found: Unfixed, told: dict[tuple[int, str], bool]
    ) -> tuple[Confidence, str] | None:
        """How sure a finding about a call is, and on which condition; None if its state is seeded."""
        if found.state == ENTROPY:
            return Confidence.HIGH, ""
        location = self.context.location(call.func)
        project = self.context.project
        reached = project.is_reached(call)
        findings: list[Finding] = []
        for run in project.runs_through(call):
            if reached and found.state in _OWN_RULE:
                key = (id(run), found.state)
                if key not in told:
                    told[key] = _is_told(run, found.state)
                if told[key]:
                    continue
            finding = self._unseeded(run, location)
            if finding is not None:
                findings.append(finding)
        if not findings:
            return None
        if not reached and self._seeded_by_callers(call, location):
            return None
        best = max(findings, key=lambda finding: finding.confidence)
        return best.confidence, best.only_when

    def is_told(self, call: ast.Call, state: str) -> bool:
        """Whether an entry point that reaches a call is reported for drawing from a state itself."""
        project = self.context.project
        return project.is_reached(call) and any(_is_told(run, state) for run in project.runs_through(call))

    def _unseeded(self, run: Run, location: object) -> Finding | None:
        def wanted(event: Event) -> States | None:
            effect = event.effect
            if effect is None or effect.detail != self.code or event.location != location:
                return None
            return (effect.subject,) if self._is_here(event.path) else None

        return unseeded(run, wanted)

    def _is_here(self, path: str) -> bool:
        """Whether a path, as the run of another file's entry point has it, is this file's."""
        return path == self.context.path or os.path.realpath(path) == os.path.realpath(self.context.path)

    def _seeded_by_callers(self, call: ast.Call, location: object) -> bool:
        """Whether all functions of the file that lead to a call, and that nothing in it calls, seed before."""
        project = self.context.project
        function = self.context.index.function(call)
        if function is None:
            return False
        key = project.key(function)
        path = project.module.path
        loose = project.loose_runs("draw", in_file=True)
        callers = [run for run in loose if run.reaches(path, key) and run.function.key != key]
        return bool(callers) and all(self._unseeded(run, location) is None for run in callers)

    def _report(self, call: ast.Call, found: Unfixed, confidence: Confidence, only_when: str) -> None:
        parameter = found.draw.parameters[0] if found.draw.parameters else ""
        condition = f" ({only_when})" if only_when else ""
        self.report(
            found.node,
            f"{self.subject(call, found)} {self.source(found)}, so runs differ{condition}.",
            self.repair(found, parameter),
            confidence=confidence,
            fix=call_fix(self.context, call, found),
        )

    def subject(self, call: ast.Call, found: Unfixed) -> str:
        """The call in words, as the beginning of a sentence."""
        name = callee(call.func) or found.draw.name
        if not found.draw.parameters:
            return f"`{name}`"
        given = found.draw.parameters[0]
        return f"`{name}` with `{given}=None`" if found.none else f"`{name}` without `{given}`"

    def source(self, found: Unfixed) -> str:
        """What a call draws from, as the rest of a sentence."""
        if found.state == ENTROPY:
            return "takes a new seed from the operating system"
        words = _STATES.get(found.state, f"{found.state}'s own global state")
        return f"draws from {words}, which nothing seeds before"

    def repair(self, found: Unfixed, parameter: str) -> str:
        """What to do."""
        seeding = SEEDED_BY.get(found.state)
        ways = [f"give it `{parameter}=SEED`"] if parameter else []
        ways += [f"call `{seeding}` before"] if seeding else []
        text = ", or ".join(ways) or "seed the library's state before"
        return f"{text[0].upper()}{text[1:]}."


@cache
def _wanted(rule: str) -> NameSet:
    names = names_of(rule)
    return NameSet(names, [name[:-1] for name in names if name.endswith(".*")])


def _is_told(run: Run, state: str) -> bool:
    """Whether the rule about the state itself reports an entry point."""

    def own(event: Event) -> States | None:
        effect = event.effect
        return (state,) if effect and effect.kind == "draw" and effect.subject == state and not effect.detail else None

    found = unseeded(run, own)
    return found is not None and found.confidence > Confidence.LOW
