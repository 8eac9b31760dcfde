from __future__ import annotations

import subprocess
import sys
import textwrap
import tokenize
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from detlint.diagnostics import Confidence, Diagnostic, Location, Severity
from detlint.sources.source import SourceFile
from detlint.suppressions import Known, Suppressions

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

CODES = ("DET001", "DET002", "DET003", "DET103", "DET201", "DET202", "DET205", "ACM101")
OFF = ("DET103",)


def diagnostic(line: int, code: str = "DET201") -> Diagnostic:
    return Diagnostic(code, "a-rule", "m", "r", Severity.ERROR, Confidence.LOW, "a.py", Location(line, 1, line, 2))


class Run:
    """What is left of `found` (lines of DET201, or pairs), and what is said of the comments."""

    def __init__(
        self,
        code: str,
        *found: int | tuple[int, str],
        enabled: Collection[str] = CODES,
        complete: bool = True,
        reason: bool = False,
        noqa: bool = True,
    ) -> None:
        known = Known(CODES, lambda item: item in enabled and item not in OFF, complete)
        suppressions = Suppressions(SourceFile("a.py", textwrap.dedent(code).lstrip("\n")), honour_noqa=noqa)
        diagnostics = [diagnostic(item) if isinstance(item, int) else diagnostic(*item) for item in found]
        self.left = [item.location.line for item in suppressions.filter(diagnostics, known)]
        self.said = suppressions.check(known, require_reason=reason)

    @property
    def codes(self) -> list[tuple[int, str]]:
        return [(item.location.line, item.code) for item in self.said]


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa", "# NoQA", "#noqa", "# noqa: DET201", "# noqa:DET201", "# noqa: E501,DET201",
        "# noqa: E501 DET201 why",
        "# noqa: DET2", "# because # noqa: DET201", "# type: ignore # noqa", "# noqa: why", "# noqa : E501",
        "# detlint: ignore", "#detlint:ignore", "# detlint: ignore[DET201]", "# detlint: ignore [DET201] why",
        "# detlint: ignore[DET205, DET201]", "# detlint: ignore[det201]", "# detlint: ignore[DET2] all of these",
        "# noqa: E501 # detlint: ignore[DET201] why", "# detlint: ignore because it is fine",
    ],
)  # fmt: skip
def test_what_hides(comment: str) -> None:
    assert Run(f"f()  {comment}\n", 1).left == []


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa: E501", "# noqa: DET205", "# noqa: DET2010", "# no qa", "# detlint: ignore[DET205]", "# detlint ignore",
        "# detlint: ignore[DET201", "# detlint: ignore[]", "# detlint: ignore DET201", "# detlint: ignore: DET201",
        "# detlint: ignore=DET201", "# detlint: disable[DET201]", "# detlint: igonre[DET201]", "# detlint: see DET201",
        "; x = '# noqa'", "; x = '''# detlint: ignore[DET201]'''", "# ignore[DET201]",
    ],
)  # fmt: skip
def test_what_hides_nothing(comment: str) -> None:
    assert Run(f"f()  {comment}\n", 1).left == [1]


def test_a_comment_speaks_for_its_line() -> None:
    run = Run(
        """
        a()  # detlint: ignore[DET201]
        b()
        # detlint: ignore[DET201]
        c(
            d(),  # detlint: ignore[DET201]
            e(),
        )  # detlint: ignore[DET201]
        """,
        1, 2, 4, 5, 6,
    )  # fmt: skip
    assert run.left == [2, 4, 6]
    assert run.codes == [(3, "DET002"), (7, "DET002")]


def test_where_no_comment_can_stand_the_one_at_the_end_speaks() -> None:
    run = Run(
        '''
        a("""
          text
        """)  # detlint: ignore[DET201]
        b() + \\
            c()  # noqa: DET201
        d("""
          # noqa
        """)
        e()
        ''',
        1, 2, 3, 4, 5, 6, 7, 8, 9,
    )  # fmt: skip
    assert run.left == [6, 7, 8, 9]
    assert run.codes == []


LINES = """
def f(x):  # noqa
    return x  # noqa: DET201


a = f('''
# noqa''')  # noqa
b = [
    f(1),  # noqa: E501
    f('''
    ''', 2), # noqa: DET
    f(3), f(  # noqa: DET2
        4)
]
c = f(1) + \\
    f(2) + \\
    f(3)  # NOQA:E501,DET201

d = f(  # a comment
    1
)  # noqa
if c: d = 1
e = f"{d}"  # no: qa
# noqa
g = 1;  # noqa : DET201
"""


def test_noqa_speaks_for_the_lines_that_flake8_has(tmp_path: Path) -> None:
    (tmp_path / "plugin.py").write_text(
        "class Plugin:\n"
        "    version = '1'\n"
        "    def __init__(self, tree, lines):\n"
        "        self.count = len(lines)\n"
        "    def run(self):\n"
        "        for line in range(1, self.count + 1):\n"
        "            yield line, 0, 'XYZ201 found', type(self)\n"
    )
    (tmp_path / "a.py").write_text(LINES.replace("DET", "XYZ"))
    (tmp_path / "flake8.ini").write_text(
        "[flake8:local-plugins]\nextension =\n    XYZ = plugin:Plugin\npaths = .\n[flake8]\nselect = XYZ\n"
    )
    command = [sys.executable, "-m", "flake8", "--config", "flake8.ini", "--format", "%(row)d", "-j1", "a.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    reported = [int(line) for line in done.stdout.split()]
    assert reported, done.stderr
    assert Run(LINES, *range(1, LINES.count("\n"))).left == [line - 1 for line in reported if line > 1]


def test_flake8_decides_about_noqa_where_it_runs() -> None:
    run = Run("a()  # noqa\nb()  # noqa: DET205\nc()  # detlint: ignore\n", 1, 2, 3, noqa=False)
    assert run.left == [1, 2]
    # It hides nothing there: what was found is another code.
    assert run.codes == [(2, "DET002")]


@pytest.mark.parametrize(
    "code", ["# detlint: skip-file\na()\n", "a()  # detlint: skip-file why\n", "def (:\n# detlint:skip-file"]
)
def test_skip_file(code: str) -> None:
    run = Run(code + "\nb()  # detlint: ignore[DET777]", 1, 2)
    assert (run.left, run.codes) == ([], [])


def test_skip_file_in_a_string_skips_nothing() -> None:
    assert Run("x = '# detlint: skip-file'\n", 1).left == [1]


def test_unused() -> None:
    run = Run(
        """
        a()  # detlint: ignore[DET201]
        a()  # detlint: ignore[DET201, DET202] why
        a()  # detlint: ignore
        a()  # noqa
        a()  # noqa: DET201,E501
        a()  # noqa: DET201
        a()  # detlint: ignore[DET2]
        a()  # detlint: ignore[ACM]
        a()  # detlint: ignore[DET103]
        """,
        2, 6, (6, "DET205"),
    )  # fmt: skip
    assert run.left == [6]
    assert run.codes == [(line, "DET002") for line in (1, 2, 3, 5, 7, 8)]
    places = [(item.location.column, item.location.end_column) for item in run.said]
    assert places[:4] == [(6, 31), (32, 38), (6, 23), (14, 20)]
    assert run.said[1].text == "This comment hides no `DET202` on its line. Remove the code."
    assert run.said[0].name == "unused-suppression"


def test_with_rules_off_nobody_knows_what_is_unused() -> None:
    code = "a()  # detlint: ignore[DET201]\nb()  # detlint: ignore\nc()  # detlint: ignore[DET2]\nd() # noqa: DET205\n"
    assert Run(code, enabled={"DET002", "DET205"}, complete=False).codes == [(4, "DET002")]
    assert Run(code, enabled={"DET201"}, complete=False).codes == []


def test_two_comments_that_hide_the_same_are_both_in_use() -> None:
    assert Run("a()  # noqa: DET201 # detlint: ignore[DET201]\n", 1).codes == []


def test_invalid() -> None:
    run = Run(
        """
        a()  # detlint: ignore[DET999]
        a()  # detlint: ignore[DET210, DET205]
        a()  # noqa: DET999, E999
        a()  # detlint: ignore[cudnn-benchmark]
        a()  # detlint: ignore[DET201
        a()  # detlint: ignore []
        a()  # detlint: ignroe[DET201]
        a()  # detlint: noqa
        a()  # detlint: skip
        a()  # detlint: the linter said so
        # detlint: https://example.org
        """
    )
    assert run.codes == [(line, "DET003") for line in (1, 2, 3, 4, 5, 6, 7, 8, 9)]
    texts = [item.text for item in run.said]
    assert texts[1].startswith("There is no rule with the code `DET210`. Write the code that is meant, as `DET20")
    assert (run.said[1].location.column, run.said[1].location.end_column) == (24, 30)
    assert "`cudnn-benchmark`" in texts[3].lower()
    assert "no closing bracket" in texts[4]
    assert "`ignore` is" in texts[6]
    assert "`ignore[CODE]` is" in texts[7]
    assert "`skip-file` is" in texts[8]


def test_one_comment_is_invalid_or_unused_not_both() -> None:
    assert Run("a()  # detlint: ignore[DET999, DET201]\n").codes == [(1, "DET003")]


def test_reasons() -> None:
    code = """
        a()  # detlint: ignore[DET201]
        b()  # detlint: ignore[DET201] why
        c()  # detlint: ignore
        d()  # noqa: DET201
    """
    run = Run(code, 1, 2, 3, 4, reason=True)
    assert run.left == []
    assert run.codes == [(1, "DET003"), (3, "DET003")]
    assert "gives no reason" in run.said[0].message


def test_a_comment_can_be_left_alone_by_name() -> None:
    assert Run("a()  # detlint: ignore[DET201, DET002] only on GPUs\nb()  # noqa: DET201,DET002\n").codes == []
    assert Run("a()  # detlint: ignore[DET999, DET003]\n").codes == []
    assert Run("a()  # noqa: DET201 # detlint: ignore\n").codes == [(1, "DET002"), (1, "DET002")]


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\n"])
def test_newlines_and_columns(newline: str) -> None:
    code = newline.join(["é = '€\x0c'  # detlint: ignore[DET201]", "\x0c", "b = 2  # noqa: DET205", ""])
    run = Run(code, 1, 3)
    assert run.left == [3]
    assert [(item.location.line, item.location.column) for item in run.said] == [(3, 8)]


@pytest.mark.parametrize(
    "code",
    [
        "a()  # detlint: ignore[DET201]\nx = (\n",
        "a()  # noqa: DET201\n  b\n c\n",
        "a() # noqa\nx = '''\n",
        "a()#noqa\n\\",
    ],
)
def test_comments_before_what_is_broken_count(code: str) -> None:
    assert Run(code, 1).left == []


def test_nothing_is_tokenized_where_it_cannot_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> object:
        raise AssertionError("tokenized")

    monkeypatch.setattr(tokenize, "generate_tokens", refuse)
    assert Run("a()  # noqa: E501\nb()  # NOQA\nDET = 1\n").left == []
    assert Run("a()  # detlint is a linter\n", 1).left == [1]
    with pytest.raises(AssertionError):
        Run("a()  # noqa: E501\n", 1)


PIECES = st.sampled_from(
    ["# noqa", "noqa: ", "DET201", "E5", ",", " ", "# detlint:", " ignore", "[", "]", "skip-file", "\n", "\r", '"""',
     "'", "x", "é", "\\", "(", ")", "\x0c", "\x00", "\ud800", "f'{", "}'", "ignor"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=25).map("".join))
@example("# detlint: ignore[,\xa0,]")
@example("# detlint: ignore[ DET201 , ]")
def test_any_text_is_taken(code: str) -> None:
    source = SourceFile("a.py", code)
    known = Known(CODES, lambda _: True)
    suppressions = Suppressions(source)
    found = [diagnostic(line) for line in range(1, len(source.lines) + 1)]
    left = suppressions.filter(found, known)
    assert [item for item in found if item in left] == left
    for item in suppressions.check(known, require_reason=True):
        line = source.line(item.location.line)
        assert 1 <= item.location.column < item.location.end_column <= len(line) + 1
        assert line[item.location.column - 1 : item.location.end_column - 1].strip()
