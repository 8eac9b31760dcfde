"""What lets a file pass for its sets, before it is parsed."""

from __future__ import annotations

import pytest

from detlint.rules.python.set_text import may_keep_sets
from detlint.triggers import FileText


@pytest.mark.parametrize(
    "code",
    [
        "names = {a, b}",
        "names = list({n for n in rows})",
        "for name in {a, b}:\n    print(name)",
        "rows = [row for row in {a, b}]",
        "for name in set(names):\n    use(name)",
        "use(*{a, b})",
        "return {a, b} | c",
        "use(\n\n    # of all\n    {a, b},\n)",
        "names = sorted(set(names), key=len)",
        "names = frozenset(\n    rows\n)",
        "table = defaultdict(set)",
        "table = field(default_factory=set)",
        "def use(names: set): ...",
        "def use(names: set[str]): ...",
        "def use(table: dict[str, set]): ...",
        "def use(names: 'Set[str]'): ...",
        'def use() -> "frozenset[str]": ...',
        "names = map(set, rows)",
        "def use(names: typing.AbstractSet[str]): ...",
        "new = a.keys() - b.keys()",
        "if isinstance(names, set):\n    names = list(names)",
        "text = f'{list({a, b})}'",
    ],
)
def test_a_set_that_is_given_or_kept(code: str) -> None:
    assert may_keep_sets(FileText(code, frozenset()))


@pytest.mark.parametrize(
    "code",
    [
        'if kind in {"a", "b"}:\n    use()',
        'if kind not in {"a", "b"}:\n    use()',
        'if kinds == {"a", "b"}:\n    use()',
        'raise ValueError(f"of size {(rows, columns)}, not more")',
        "raise ValueError(f\"one of {', '.join(names)}\")",
        'pattern = r"x{2,4}"',
        'text = "the one set in the settings, {a, b}"',
        "if len(set(names)) == 1:\n    use()",
        "if name in set(names):\n    use()",
        "if isinstance(names, (list, tuple, set)):\n    use()",
        "if isinstance(names, (list, tuple, set, dict)):\n    use()",
        "self.set.add(name)",
    ],
)
def test_a_set_that_is_only_asked_or_none(code: str) -> None:
    assert not may_keep_sets(FileText(code, frozenset()))
