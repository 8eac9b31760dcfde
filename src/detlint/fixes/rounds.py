"""Fixing until nothing changes: check, apply the fixes that go together, check what has become of it.

Given what checks files and what reads them; gives the last report, and for each file its bytes before and after.
Nothing is written here: what has been fixed stands in for the files until all is done (`detlint.sources.contents`).
Fixes that break a file, or do not come to an end, are left out of it from the start, and that is said.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from detlint.fixes.choosing import chosen, is_wanted
from detlint.fixes.editing import CannotEditError, broken, edited, read
from detlint.printable import printable
from detlint.sources.source import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from detlint.diagnostics import Checked, Diagnostic, Edit, Report

MOST_ROUNDS = 50
"""More than any file needs: each round applies all fixes that do not touch one another."""

MOST_STALLS = 4
"""How often a file's findings may be no fewer after a round: a fix may bring to light what another one repairs."""

Check = Callable[[Mapping[str, bytes]], "Report"]
"""Checks all files; what is given, by real path, stands in for those on disk."""

Read = Callable[[str], bytes]
"""Gives the bytes of a file; raises `OSError`."""


@dataclass(slots=True)
class Changed:
    """A file with fixes.

    path: as reports show it. file: its real path. on_disk: its bytes now, which are those before until it is written.
    fixed: by code, how many findings were repaired.
    """

    path: str
    file: str
    kind: str
    before: bytes
    after: bytes
    on_disk: bytes
    fixed: Counter[str] = field(default_factory=Counter)


class Rounds:
    """The fixing of a set of files.

    unsafe: apply unsafe fixes too. problems: what was left alone, and why.
    """

    def __init__(self, check: Check, read: Read, *, unsafe: bool) -> None:
        self._check = check
        self._read = read
        self._unsafe = unsafe
        self._changed: dict[str, Changed] = {}
        self._seen: dict[str, set[bytes]] = {}
        self._before: dict[str, tuple[Counter[str], frozenset[str]]] = {}  # what was found, and what of it was fixed
        self._stalls: Counter[str] = Counter()
        self._left: set[str] = set()
        self._excluded: set[tuple[str, str]] = set()
        self.problems: list[str] = []

    @property
    def changed(self) -> list[Changed]:
        """The files that were changed, by path."""
        found = (each for each in self._changed.values() if each.before != each.after or each.on_disk != each.after)
        return sorted(found, key=lambda each: each.path)

    def run(self) -> Report:
        """Fix until a round changes nothing; gives the report of what is then left."""
        rounds = 0
        while True:
            report = self._check({file: each.after for file, each in self._changed.items()})
            touched = self._round(report)
            rounds += 1
            if not touched:
                return self._complete(report)
            if rounds % MOST_ROUNDS == 0:
                for file, path in touched.items():
                    self._leave(file, path, f"its fixes did not settle in {MOST_ROUNDS} rounds")

    def _round(self, report: Report) -> dict[str, str]:
        """Apply what goes together; gives the files that were touched, by real path, with the paths that are shown."""
        by_path: dict[str, list[Diagnostic]] = {}
        for item in report.diagnostics:
            by_path.setdefault(item.path, []).append(item)
        touched: dict[str, str] = {}
        for path, checked in sorted(report.fixable.items()):
            file = os.path.realpath(checked.file) if checked.file else ""
            # One that has two paths has the same findings twice.
            if file not in self._left and file not in touched and self._fix(path, file, checked, by_path.get(path, ())):
                touched[file] = path
        return touched

    def leave(self, changed: Changed, reason: str) -> None:
        """Leave a file as it was before; it takes another `run` to know what is to be said of it then."""
        self._leave(changed.file, changed.path, reason)

    def _complete(self, report: Report) -> Report:
        report.fixed = {each.path: dict(sorted(each.fixed.items())) for each in self.changed}
        report.problems += self.problems
        return report

    def _fix(self, path: str, file: str, checked: Checked, items: Iterable[Diagnostic]) -> bool:
        """Apply what goes together of one file's fixes; whether anything has changed or has to be looked at again."""
        wanted = [
            item for item in items if is_wanted(item, unsafe=self._unsafe) and (file, item.code) not in self._excluded
        ]
        fixed, edits = chosen(wanted, unsafe=self._unsafe)
        if not edits:
            return False
        found = Counter(item.code for item in wanted)
        idle = self._idle(file, found)
        if idle:
            self._exclude(file, path, idle, "it is still found afterwards")
            return True
        self._before[file] = found, frozenset(item.code for item in fixed)
        try:
            self._apply(path, file, checked, fixed, edits)
        except CannotEditError as error:
            self._exclude(file, path, {item.code for item in fixed}, str(error))
        except OSError as error:
            self._leave(file, path, error.strerror or str(error))
        return True

    def _idle(self, file: str, found: Counter[str]) -> set[str]:
        """The codes whose fixes were applied again and again, and are found as often as before."""
        if file not in self._before:
            return set()
        before, fixed = self._before[file]
        self._stalls[file] += found.total() >= before.total()
        return {code for code in fixed if found[code] >= before[code]} if self._stalls[file] > MOST_STALLS else set()

    def _apply(self, path: str, file: str, checked: Checked, fixed: list[Diagnostic], edits: list[Edit]) -> None:
        known = self._changed.get(file)
        if known is None:
            data = self._read(file)
            known = Changed(path, file, checked.kind, data, data, data)
        source = read(known.after, path, checked.kind)
        if isinstance(source, Problem) or source.digest != checked.digest:
            raise CannotEditError("the file was changed while it was being checked")
        after = edited(known.after, path, checked.kind, edits)
        wrong = broken(known.after, after, path, checked.kind)
        if wrong:
            raise CannotEditError(f"the file would be broken: {wrong}")
        seen = self._seen.setdefault(file, {known.before})
        if after in seen:
            raise CannotEditError("fixes undo one another")
        seen.add(after)
        known.after = after
        known.fixed.update(item.code for item in fixed)
        self._changed[file] = known

    def _exclude(self, file: str, path: str, codes: set[str], reason: str) -> None:
        """Begin a file anew, without the fixes of some codes."""
        self._excluded |= {(file, code) for code in codes}
        self.problems.append(f"{printable(path)}: {', '.join(sorted(codes))} not fixed: {reason}")
        self._seen.pop(file, None)
        self._before.pop(file, None)
        del self._stalls[file]
        known = self._changed.get(file)
        if known is not None:
            known.after = known.before
            known.fixed.clear()

    def _leave(self, file: str, path: str, reason: str) -> None:
        self._left.add(file)
        self._changed.pop(file, None)
        self.problems.append(f"{printable(path)}: not fixed: {reason}")
