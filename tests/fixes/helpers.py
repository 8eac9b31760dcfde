"""Fixing a piece of code in tests, as `--fix --unsafe-fixes` would."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from detlint.diagnostics import Checked, Report
from detlint.fixes.rounds import Rounds
from detlint.sources.source import SourceFile, decode
from tests.helpers import checker_of, unmarked

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from detlint.diagnostics import Diagnostic


def fixed(
    code: str,
    select: str | Iterable[str],
    targets: Sequence[str] = (),
    devices: Sequence[str] = ("cuda", "cpu"),
    filename: str = "example.py",
    *,
    unsafe: bool = True,
) -> tuple[str, list[Diagnostic]]:
    """What becomes of a piece of code, dedented and without marks, and the findings that are left."""
    selected = (select,) if isinstance(select, str) else tuple(select)
    checker = checker_of(selected, tuple(targets), tuple(devices))
    data = unmarked(textwrap.dedent(code)).encode()

    def check(contents: Mapping[str, bytes], _: Collection[str] | None) -> Report:
        source = decode(contents.get("", data), filename)
        assert isinstance(source, SourceFile), source
        result = checker.check(source)
        assert not result.errors, result.errors
        fixable = {filename: Checked("", "python", source.digest)}
        return Report(result.diagnostics, files=1, fixable=fixable)

    rounds = Rounds(check, lambda _: data, unsafe=unsafe)
    report = rounds.run()
    assert not rounds.problems, rounds.problems
    changed = rounds.changed
    return (changed[0].after if changed else data).decode(), report.diagnostics
