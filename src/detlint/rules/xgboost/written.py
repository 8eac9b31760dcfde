"""The base of rules about a value that is written for a parameter: the rows of `data/values.toml` against the uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from detlint.diagnostics import Confidence, Severity
from detlint.rules.base import Rule
from detlint.rules.guards import version_guarded
from detlint.rules.xgboost import facts
from detlint.rules.xgboost.strays import constants, strays, taken
from detlint.rules.xgboost.uses import all_uses, only_tried, uses

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from detlint.diagnostics import Fix
    from detlint.rules.xgboost.facts import Written
    from detlint.rules.xgboost.params import Parameters, Setting


class WrittenValue(Rule):
    """Reports each value that the data lists for the rule's code, once, at the key or keyword where it stands."""

    library: ClassVar[str]
    scope = "file"

    def check_file(self) -> None:
        """Report the values that reach the library, then those that tell by themselves that they are meant for it."""
        rows = [row for row in facts.written(self.code) if self.holds_now(row)]
        seen: set[tuple[str, ast.AST]] = set()  # entries of a dict of another file all stand where it is named
        for setting, parameters in self._settings():
            row = next((row for row in rows if _applies(row, setting, parameters)), None)
            node = setting.node if row is None else setting.place(row.values)
            if row is not None and (setting.name, node) not in seen:
                self._report(node, row, self.confidence, parameters)
            seen.add((setting.name, node))
        self._check_strays([row for row in rows if row.distinctive], {node for _, node in seen})

    def holds_now(self, row: Written) -> bool:
        """Whether a row is about the target version."""
        version = self.context.targets.version(self.library)
        return (row.since is None or version >= row.since) and (row.before is None or version < row.before)

    def _settings(self) -> Iterator[tuple[Setting, Parameters]]:
        for use in uses(self.context.index, self.library):
            if not only_tried(self.context.index, use):
                for setting in use.parameters:
                    yield setting, use.parameters

    def _check_strays(self, rows: list[Written], seen: set[ast.AST]) -> None:
        index = self.context.index
        if self.library not in index.imports:
            rows = [row for row in rows if row.distinctive == "anywhere"]
        rows = [row for row in rows if any(str(value) in index.text for value in row.values)]
        if not rows:
            return
        seen = seen | {setting.node for use in all_uses(index) for setting in use.parameters}
        reaching = taken(index, {use.call for use in all_uses(index)})
        for stray in strays(index, self.library, frozenset(row.parameter for row in rows)):
            if stray.node in seen or stray.holder in reaching:
                continue
            held = constants(index, stray)
            row = next((row for row in rows if row.parameter == stray.name and any(map(row.holds, held))), None)
            if row is not None:
                known = stray.is_parameter(index, self.library, row.distinctive)
                self._report(stray.node, row, Confidence.MEDIUM if known else Confidence.LOW)

    def fix_of(self, node: ast.AST, row: Written, parameters: Parameters | None) -> Fix | None:
        """The fix for a value; parameters: those in effect beside it, as far as they are in sight."""
        return None

    def _report(
        self, node: ast.AST, row: Written, confidence: Confidence, parameters: Parameters | None = None
    ) -> None:
        if (row.since or row.before) and version_guarded(self.context.index, node, tries=False):
            return
        severity = Severity[row.severity.upper()] if row.severity else None
        fix = self.fix_of(node, row, parameters)
        self.report(node, row.message, row.repair, severity=severity, confidence=confidence, fix=fix)


def _applies(row: Written, setting: Setting, parameters: Parameters) -> bool:
    if row.parameter != setting.name or not any(map(row.holds, setting.values)):
        return False
    return not row.when or any(_meets(parameters.get(name), wanted) for name, wanted in row.when.items())


def _meets(setting: Setting | None, wanted: tuple[object, ...]) -> bool:
    if setting is None:
        return False
    if "nonnegative" in wanted:
        return any(isinstance(value, int) and value >= 0 for value in setting.values)
    return any(isinstance(value, str) and value.partition(":")[0] in wanted for value in setting.values)
