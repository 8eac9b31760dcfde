"""What the rules about loaders and splits without a generator share: whether anything seeds what they draw from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence
from detlint.index.values import Const
from detlint.project.questions import unseeded
from detlint.rules.base import Rule
from detlint.rules.torch.repairs import generator_fix
from detlint.rules.torch.unseeded_generation import only

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from detlint.diagnostics import Location
    from detlint.index import Argument
    from detlint.project.model import Project


class UnseededOrder(Rule):
    """Reports places that draw an order from torch's global state, where no run seeds it."""

    scope = "project"
    fix = "unsafe"
    default = False

    def places(self) -> Iterator[tuple[ast.Call, bool]]:
        """The calls that draw an order from the global state, and whether that is certain."""
        raise NotImplementedError

    def words(self, call: ast.Call) -> str:
        """What is wrong with a call, as a sentence."""
        raise NotImplementedError

    def check_file(self) -> None:
        """Report the places of which no run is seeded."""
        places = [(call, self.context.location(call.func), sure) for call, sure in self.places()]
        if not places:
            return
        verdicts = self._verdicts(self.context.project, {location for _, location, _ in places})
        for call, location, sure in places:
            confidence = verdicts.get(location, Confidence.LOW)
            if confidence is not None:
                self.report(
                    call.func,
                    self.words(call),
                    "Give it `generator=torch.Generator().manual_seed(seed)`, or seed torch.",
                    confidence=confidence if sure else Confidence.LOW,
                    fix=generator_fix(self.context, call, self._given(call)),
                )

    def _verdicts(self, project: Project, wanted: set[Location]) -> dict[Location, Confidence | None]:
        """For each place how sure it is that nothing seeds it; None where every run seeds it."""
        verdicts: dict[Location, Confidence | None] = {}
        for here in project.runs_here("draw", "torch"):
            for event in here.run.of_kind("draw", "torch"):
                if event.path != here.path or event.location not in wanted:
                    continue
                found = unseeded(here.run, only(event, "torch"))
                known = verdicts.get(event.location)
                if found is None:
                    verdicts.setdefault(event.location, None)
                else:
                    verdicts[event.location] = max(known or Confidence.LOW, found.confidence)
        return verdicts

    def _given(self, call: ast.Call) -> ast.AST | None:
        given = self.context.index.arguments(call).get("generator")
        return None if given is None else given.node

    def has_generator(self, argument: Argument | None) -> bool:
        """Whether a generator is given."""
        return argument is not None and argument.evaluated != Const(None)
