"""Rounds of fixing over several files, of which a fix may edit more than the one that is reported."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from detlint.diagnostics import (
    Applicability,
    Checked,
    Confidence,
    Diagnostic,
    Edit,
    Fix,
    Report,
    Severity,
)
from detlint.fixes.rounds import Rounds
from detlint.sources.source import SourceFile

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

WORD = re.compile(r"(fix|both|wreck|more|hold)(\d*)")


class Files:
    """Files by name, and a check of them.

    `fix` is repaired by taking it away, `more3` by `more2` and so on; `both` only together with the first `# x` of the
    file `other.py`. `wreck` is repaired so that the file does not parse. `hold` is repaired as well, and `fix` is found
    only when no file has it any more.
    """

    def __init__(self, **texts: str) -> None:
        self.texts = {f"{name}.py": text for name, text in texts.items()}
        self.checked: list[list[str]] = []
        self.unreadable: set[str] = set()

    def read(self, file: str) -> bytes:
        name = os.path.basename(file)
        if name in self.unreadable:
            raise OSError(13, "Permission denied")
        return self.texts[name].encode()

    def check(self, contents: Mapping[str, bytes], only: Collection[str] | None) -> Report:
        texts = {
            name: contents.get(os.path.realpath(name), text.encode()).decode() for name, text in self.texts.items()
        }
        report = Report()
        held = sum("hold" in text for text in texts.values())
        chosen = [name for name in sorted(texts) if only is None or os.path.realpath(name) in only]
        self.checked.append(chosen)
        for name in chosen:
            report.files += 1
            found = [item for item in self._found(name, texts) if not (held and "fix" in item.message)]
            report.diagnostics += found
            if found:
                report.fixable[name] = _state(name, texts[name])
        return report

    def _found(self, name: str, texts: Mapping[str, str]) -> list[Diagnostic]:
        source = SourceFile(name, texts[name])
        return [self._diagnostic(source, match, texts) for match in WORD.finditer(texts[name])]

    def _diagnostic(self, source: SourceFile, match: re.Match[str], texts: Mapping[str, str]) -> Diagnostic:
        word, number = match[1], int(match[2] or 0)
        text = {"wreck": "(", "more": f"more{number - 1}" if number > 1 else "None"}.get(word, "None")
        place = source.between(*match.span())
        fix = Fix(Applicability.SAFE, "Repair it", (Edit(place, text),))
        if word == "both":
            other = SourceFile("other.py", texts["other.py"])
            start = other.text.index("# x")
            edit = Edit(other.between(start, start + 3), "", path="other.py")
            fix = replace(fix, edits=(*fix.edits, edit), others=(("other.py", _state("other.py", other.text)),))
        return Diagnostic(f"T_{word}", word, word, "", Severity.WARNING, Confidence.HIGH, source.path, place, fix=fix)


def _state(name: str, text: str) -> Checked:
    return Checked(name, "python", hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest())


def settled(files: Files) -> tuple[dict[str, str], Rounds, Report]:
    """The texts of the files that were changed, what changed them, and what is left."""
    rounds = Rounds(files.check, files.read, unsafe=False)
    report = rounds.run()
    return {each.path: each.after.decode() for each in rounds.changed}, rounds, report


def test_a_fix_edits_two_files() -> None:
    files = Files(a="x = both\n", b="x = 1\n", other="# x\n# x\n")
    changed, rounds, report = settled(files)
    assert changed == {"a.py": "x = None\n", "other.py": "\n# x\n"}
    assert report.fixed == {"a.py": {"T_both": 1}, "other.py": {}}
    assert [[each.path for each in together] for together in rounds.unwritten] == [["a.py", "other.py"]]
    assert not rounds.problems


def test_two_fixes_that_want_the_same_place_elsewhere_go_one_after_the_other() -> None:
    changed, _, report = settled(Files(a="x = both\n", b="x = both\n", other="# x\n# x\n"))
    assert changed == {"a.py": "x = None\n", "b.py": "x = None\n", "other.py": "\n\n"}
    assert not report.diagnostics


def test_a_file_that_cannot_be_read_leaves_the_other_alone_too() -> None:
    files = Files(a="x = both\n", b="x = fix\n", other="# x\n")
    files.unreadable.add("other.py")
    changed, _, report = settled(files)
    assert changed == {"b.py": "x = None\n"}
    assert report.problems == ["other.py: not fixed: Permission denied"]
    assert [item.path for item in report.diagnostics] == ["a.py"]


def test_what_wrecks_one_file_takes_back_the_fix_of_both() -> None:
    changed, _, report = settled(Files(a="x = both\ny = wreck\n", other="# x\nz = fix\n"))
    assert changed == {"a.py": "x = None\ny = wreck\n", "other.py": "\nz = None\n"}
    assert [problem.partition(":")[0] for problem in report.problems] == ["a.py"]
    assert report.fixed == {"a.py": {"T_both": 1}, "other.py": {"T_fix": 1}}


def test_a_file_that_is_left_later_takes_back_the_fix_of_both() -> None:
    files = Files(a="x = both\ny = fix\n", other="# x\n")
    changed, rounds, _ = settled(files)
    assert changed.keys() == {"a.py", "other.py"}
    rounds.leave(os.path.realpath("other.py"), "it is read-only")
    report = rounds.run()
    assert {each.path: each.after for each in rounds.changed} == {"a.py": b"x = both\ny = None\n"}
    assert report.problems == ["other.py: not fixed: it is read-only"]


def test_only_what_was_repaired_is_checked_again_until_nothing_is_left() -> None:
    files = Files(a="x = more3\n", b="x = 1\n", c="x = 1\n")
    settled(files)
    every = ["a.py", "b.py", "c.py"]
    assert files.checked == [every, ["a.py"], ["a.py"], ["a.py"], every]


def test_one_file_is_not_checked_once_more() -> None:
    files = Files(a="x = fix\n")
    settled(files)
    assert files.checked == [["a.py"], ["a.py"]]


def test_what_a_fix_brings_to_light_elsewhere_is_repaired() -> None:
    files = Files(a="x = more2\ny = hold\n", b="x = fix\n", c="x = fix\n", d="x = 1\n")
    changed, _, report = settled(files)
    assert changed == {"a.py": "x = None\ny = None\n", "b.py": "x = None\n", "c.py": "x = None\n"}
    assert not report.diagnostics
    every = ["a.py", "b.py", "c.py", "d.py"]
    assert files.checked == [every, ["a.py"], ["a.py"], every, ["b.py", "c.py"], every]


LINES = st.lists(st.sampled_from(["x = fix", "x = more2", "x = both", "x = wreck", "x = hold", "x = 1"]), max_size=3)


@given(LINES, LINES, LINES)
def test_the_result_is_that_of_checking_all_files_each_time(one: list[str], two: list[str], three: list[str]) -> None:
    texts = {"a": "\n".join(one), "b": "\n".join(two), "c": "\n".join(three), "other": "# x\n" * 9}

    def run(*, always: bool) -> tuple[object, ...]:
        files = Files(**texts)
        rounds = Rounds(lambda contents, only: files.check(contents, None if always else only), files.read, unsafe=True)
        report = rounds.run()
        changed = {each.path: each.after for each in rounds.changed}
        return changed, report.diagnostics, report.fixed, sorted(report.problems)

    assert run(always=False) == run(always=True)
