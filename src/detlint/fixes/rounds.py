"""Fixing until nothing changes: check, apply the fixes that go together, check what has become of it.

Given what checks files and what reads them; gives the last report, and for each file its bytes before and after.
Nothing is written here: what has been fixed stands in for the files until all is done (`detlint.sources.contents`).
While there is something to fix, only the files that were repaired are checked again; when there is nothing more, all
are, since what is found in one file may depend on another. Fixes that break a file, or do not come to an end, are left
out of it from the start, and that is said. Of a fix in several files all edits are made, or none.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from detlint.fixes.choosing import Group, Wanted, chosen, is_wanted
from detlint.fixes.editing import CannotEditError, broken, edited, read
from detlint.printable import printable
from detlint.sources.source import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from detlint.diagnostics import Checked, Diagnostic, Edit, Report

MOST_ROUNDS = 50
"""More than any file needs: each round applies all fixes that do not touch one another."""

MOST_STALLS = 4
"""How often a file's findings may be no fewer after a round: a fix may bring to light what another one repairs."""

Check = Callable[[Mapping[str, bytes], "Collection[str] | None"], "Report"]
"""Checks all files, or those of some real paths; what is given, by real path, stands in for those on disk."""

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


class _FileError(Exception):
    """Why a group of fixes cannot be applied, and the file in which it cannot."""

    def __init__(self, file: str, cause: Exception) -> None:
        super().__init__(str(cause))
        self.file = file
        self.cause = cause


class Rounds:
    """The fixing of a set of files.

    unsafe: apply unsafe fixes too. left: real paths of files that are not to be edited. problems: what was left alone,
    and why.
    """

    def __init__(self, check: Check, read: Read, *, unsafe: bool, left: Collection[str] = ()) -> None:
        self._check = check
        self._read = read
        self._unsafe = unsafe
        self._paths: dict[str, str] = {}  # as they are shown, by real path
        self._states: dict[str, Checked] = {}  # of this round, by real path
        self._changed: dict[str, Changed] = {}
        self._links: list[frozenset[str]] = []  # files that were edited by one fix
        self._seen: dict[str, set[bytes]] = {}
        self._before: dict[str, tuple[Counter[str], frozenset[str]]] = {}  # what was found, and what of it was fixed
        self._stalls: Counter[str] = Counter()
        self._left = set(left)
        self._excluded: set[tuple[str, str]] = set()
        self.problems: list[str] = []

    @property
    def changed(self) -> list[Changed]:
        """The files that were changed, by path."""
        found = (each for each in self._changed.values() if each.before != each.after or each.on_disk != each.after)
        return sorted(found, key=lambda each: each.path)

    @property
    def unwritten(self) -> Iterator[list[Changed]]:
        """The files that are not on disk as they should be; in one list those that are written together or not."""
        waiting = {each.file: each for each in self.changed if each.after != each.on_disk}
        while waiting:
            together = self._linked(next(iter(waiting)))
            yield [waiting.pop(file) for file in sorted(together & waiting.keys())]

    def run(self) -> Report:
        """Fix until a round changes nothing; gives the report of what is then left."""
        rounds, files = 0, 0
        again: frozenset[str] | None = None
        while True:
            report = self._check({file: each.after for file, each in self._changed.items()}, again)
            if again is None:
                files = report.files
            is_complete = again is None or report.files == files
            touched = self._round(report)
            rounds += 1
            if touched:
                again = frozenset(touched)
            elif is_complete:
                return self._complete(report)
            else:
                again = None
            if rounds % MOST_ROUNDS == 0:
                for file in sorted(touched):
                    self._leave(file, f"its fixes did not settle in {MOST_ROUNDS} rounds")

    def leave(self, file: str, reason: str) -> None:
        """Leave a file, by its real path, as it was; it takes another `run` to know what is to be said of it then."""
        self._leave(file, reason)

    def _complete(self, report: Report) -> Report:
        changed = (each for each in self.changed if each.before != each.after)
        report.fixed = {each.path: dict(sorted(each.fixed.items())) for each in changed}
        report.problems += self.problems
        return report

    # ------------------------------------------------------------------------------------------------------ a round
    def _round(self, report: Report) -> set[str]:
        """Apply what goes together; gives the files, by real path, that have to be checked again."""
        again: set[str] = set()
        self._states.clear()
        wanted = self._by_file(report)
        for file, items in wanted.items():
            idle = self._idle(file, _codes(items))
            if idle:
                again |= self._exclude({(file, code) for code in idle}, "it is still found afterwards")
        groups = chosen(each for file, items in wanted.items() if file not in again for each in items)
        self._before = {file: known for file, known in self._before.items() if file not in wanted}
        for group in groups:
            if again.isdisjoint(group.edits):
                again |= self._apply(group, wanted)
        return again

    def _by_file(self, report: Report) -> dict[str, list[Wanted]]:
        """The fixes that are wanted, by the real path of the file that they are about."""
        paths: dict[str, str] = {}
        for path, checked in sorted(report.fixable.items()):
            # One that has two paths has the same findings twice.
            paths.setdefault(self._know(path, checked), path)
        homes = {path: file for file, path in paths.items()}
        found: dict[str, list[Wanted]] = {}
        for item in report.diagnostics:
            if item.path in homes and is_wanted(item, unsafe=self._unsafe):
                each = self._wanted(item, homes[item.path])
                if (each.file, item.code) not in self._excluded and self._left.isdisjoint({each.file, *each.edits}):
                    found.setdefault(each.file, []).append(each)
        return found

    def _wanted(self, item: Diagnostic, file: str) -> Wanted:
        assert item.fix is not None
        files = {"": file, **{path: self._know(path, checked) for path, checked in item.fix.others}}
        edits: dict[str, list[Edit]] = {}
        for edit in item.fix.edits:
            edits.setdefault(files[edit.path], []).append(edit)
        return Wanted(item, file, edits)

    def _know(self, path: str, checked: Checked) -> str:
        """Remember a file; gives its real path."""
        file = os.path.realpath(checked.file) if checked.file else ""
        self._paths.setdefault(file, path)
        self._states.setdefault(file, checked)
        return file

    def _idle(self, file: str, found: Counter[str]) -> set[str]:
        """The codes whose fixes were applied again and again, and are found as often as before."""
        if file not in self._before:
            return set()
        before, fixed = self._before[file]
        self._stalls[file] += found.total() >= before.total()
        return {code for code in fixed if found[code] >= before[code]} if self._stalls[file] > MOST_STALLS else set()

    def _apply(self, group: Group, wanted: Mapping[str, list[Wanted]]) -> set[str]:
        """Apply a group of fixes; gives the files that have to be checked again."""
        owners = {each.file for each in group.fixes}
        for file in owners:
            fixed = frozenset(each.item.code for each in group.fixes if each.file == file)
            known, earlier = self._before.get(file, (_codes(wanted[file]), frozenset[str]()))
            self._before[file] = known, earlier | fixed
        try:
            after = {file: self._edited(file, edits) for file, edits in group.edits.items()}
        except _FileError as error:
            if isinstance(error.cause, OSError):
                return self._leave(error.file, error.cause.strerror or str(error.cause)) | owners
            failed = self._guilty([each for each in group.fixes if error.file in each.edits], error.file)
            return self._exclude(failed, str(error.cause)) | owners
        for file, changed in after.items():
            self._seen.setdefault(file, {changed.before}).add(changed.after)
            self._changed[file] = changed
        for each in group.fixes:
            self._changed[each.home].fixed[each.item.code] += 1
            if len({each.file, *each.edits}) > 1:
                self._links.append(frozenset({each.file, *each.edits}))
        return owners | after.keys()

    def _guilty(self, fixes: list[Wanted], file: str) -> set[tuple[str, str]]:
        """Of fixes that cannot be applied to a file together, the files and codes that cannot alone; all if none is."""
        by_code: dict[tuple[str, str], list[Wanted]] = {}
        for each in fixes:
            by_code.setdefault((each.file, each.item.code), []).append(each)
        guilty = set[tuple[str, str]]()
        for key, alone in by_code.items():
            edits = next(group.edits[file] for group in chosen(alone) if file in group.edits)
            try:
                self._edited(file, edits)
            except _FileError:
                guilty.add(key)
        return guilty or set(by_code)

    def _edited(self, file: str, edits: list[Edit]) -> Changed:
        """A file after edits; raises `_FileError` if they cannot be made."""
        try:
            known = self._changed.get(file)
            checked, path = self._states[file], self._paths[file]
            data = self._read(file) if known is None else known.after
            source = read(data, path, checked.kind)
            if isinstance(source, Problem) or source.digest != checked.digest:
                raise CannotEditError("the file was changed while it was being checked")
            after = edited(data, path, checked.kind, edits)
            wrong = broken(data, after, path, checked.kind)
            if wrong:
                raise CannotEditError(f"the file would be broken: {wrong}")
            if after in self._seen.get(file, {data if known is None else known.before}):
                raise CannotEditError("fixes undo one another")
        except (CannotEditError, OSError) as error:
            raise _FileError(file, error) from None
        if known is None:
            return Changed(path, file, checked.kind, data, after, data)
        return Changed(path, file, known.kind, known.before, after, known.on_disk, known.fixed)

    # ------------------------------------------------------------------------------------------------ beginning anew
    def _exclude(self, fixes: set[tuple[str, str]], reason: str) -> set[str]:
        """Begin files anew, without the fixes of some codes; gives all files that this changes."""
        self._excluded |= fixes
        for file in sorted({file for file, _ in fixes}, key=self._paths.__getitem__):
            codes = ", ".join(sorted(code for other, code in fixes if other == file))
            self.problems.append(f"{printable(self._paths[file])}: {codes} not fixed: {reason}")
        return set().union(*(self._begin_anew(file) for file, _ in fixes))

    def _leave(self, file: str, reason: str) -> set[str]:
        again = self._begin_anew(file)
        self._left.add(file)
        self._changed.pop(file, None)
        self.problems.append(f"{printable(self._paths[file])}: not fixed: {reason}")
        return again

    def _begin_anew(self, file: str) -> set[str]:
        """Take back all fixes of a file, and of those that fixes have edited together with it."""
        together = self._linked(file)
        self._links = [link for link in self._links if link.isdisjoint(together)]
        for each in together:
            self._seen.pop(each, None)
            self._before.pop(each, None)
            del self._stalls[each]
            known = self._changed.get(each)
            if known is not None:
                known.after = known.before
                known.fixed.clear()
        return together

    def _linked(self, file: str) -> set[str]:
        """A file and those that fixes have edited together with it, directly or not."""
        found, waiting = set[str](), {file}
        while waiting:
            each = waiting.pop()
            found.add(each)
            waiting |= {other for link in self._links if each in link for other in link} - found
        return found


def _codes(items: Iterable[Wanted]) -> Counter[str]:
    return Counter(each.item.code for each in items)
