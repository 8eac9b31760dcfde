"""What a person sees on a terminal: hyperlinks, groups, texts that fit, characters that every system has."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from detlint.__main__ import main
from detlint.cli.output import wants_links
from detlint.reporters.wrapping import wrapped
from tests.cli.conftest import BENCHMARK, Run

if TYPE_CHECKING:
    from pathlib import Path

    from detlint.reporters import Styled

LINK = re.compile(r"\x1b\]8;;(?P<address>[^\x1b]*)\x1b\\")
VARIABLES = (
    "FORCE_HYPERLINK", "CI", "TERM", "TERM_PROGRAM", "VTE_VERSION", "KONSOLE_VERSION", "WT_SESSION", "DOMTERM", "TMUX",
    "STY",
)  # fmt: skip
TWO = BENCHMARK + "torch.backends.cudnn.determinstic = True\n"


class Terminal(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable tells of the terminal in which tests run."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def shown(monkeypatch: pytest.MonkeyPatch, *arguments: str, columns: int = 200) -> str:
    """What a run writes to a terminal of some width."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setenv("COLUMNS", str(columns))
    assert main(list(arguments)) in (0, 1)
    return terminal.getvalue()


# -------------------------------------------------------------------------------------------------------- hyperlinks
@pytest.mark.parametrize("color", ["always", "auto"])
@pytest.mark.parametrize("output_format", ["text", "concise", "grouped"])
def test_codes_lead_to_their_pages_and_paths_to_files(
    project: Path, monkeypatch: pytest.MonkeyPatch, output_format: str, color: str
) -> None:
    (project / "a b.py").write_text(BENCHMARK)
    monkeypatch.setenv("TERM_PROGRAM", "WezTerm")
    out = shown(monkeypatch, ".", "--output-format", output_format, "--color", color)
    addresses = {match["address"] for match in LINK.finditer(out)} - {""}
    assert addresses == {
        f"file://{project.as_posix()}/a%20b.py",
        "https://detlint.readthedocs.io/en/stable/rules/cudnn-benchmark/",
    }
    plain = re.sub(r"\x1b\[[0-9;]*m", "", LINK.sub("", out))
    monkeypatch.setenv("FORCE_HYPERLINK", "0")
    assert shown(monkeypatch, ".", "--output-format", output_format, "--color", "never") == plain


def test_there_are_none_in_pipes_files_and_formats_for_programs(
    detlint: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "a.py").write_text(BENCHMARK)
    monkeypatch.setenv("TERM_PROGRAM", "WezTerm")
    assert "\x1b" not in detlint("a.py").out
    assert "\x1b" not in shown(monkeypatch, "a.py", "--output-format", "json")
    shown(monkeypatch, "a.py", "-o", "report.txt")
    assert "\x1b" not in (project / "report.txt").read_text()


def test_they_can_be_forced_into_a_pipe(detlint: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "a.py").write_text(BENCHMARK)
    monkeypatch.setenv("FORCE_HYPERLINK", "1")
    assert "\x1b]8;;https://" in detlint("a.py").out


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, False),
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM_PROGRAM": "iTerm.app"}, True),
        ({"TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"VTE_VERSION": "6003"}, True),
        ({"VTE_VERSION": "4000"}, False),
        ({"KONSOLE_VERSION": "220401"}, True),
        ({"WT_SESSION": "x"}, True),
        ({"WT_SESSION": "x", "CI": "true"}, False),
        ({"TERM_PROGRAM": "vscode", "TMUX": "x"}, False),
        ({"TERM": "dumb", "WT_SESSION": "x"}, False),
        ({"TERM": "dumb", "FORCE_HYPERLINK": "1"}, True),
        ({"WT_SESSION": "x", "FORCE_HYPERLINK": "0"}, False),
    ],
)
def test_terminals_that_show_them(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: bool) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert wants_links("auto", Terminal()) is expected
    assert wants_links("never", Terminal()) is (variables.get("FORCE_HYPERLINK") == "1")


# ------------------------------------------------------------------------------------------------------------ groups
def test_findings_by_file(detlint: Run, project: Path) -> None:
    (project / "a.py").write_text(TWO)
    (project / "b.py").write_text(BENCHMARK)
    lines = detlint(".", "--output-format", "grouped").out.splitlines()
    assert lines[0] == "a.py: 2 findings"
    assert lines[1].startswith("  3:1  DET205 With `benchmark` on, ")
    assert lines[2].startswith("  4:1  DET111 [*] `torch.backends.cudnn.determinstic`")
    assert lines[4] == "b.py: 1 finding"
    assert lines[-2] == "3 findings (1 error, 2 warnings) in 2 of 2 files."


def test_findings_by_rule(detlint: Run, project: Path) -> None:
    (project / "a.py").write_text(TWO)
    (project / "b.py").write_text(BENCHMARK)
    lines = detlint(".", "--group-by", "rule", "--statistics", "--unsafe-fixes").out.splitlines()
    assert lines[0] == "DET205 cudnn-benchmark: 2 findings"
    assert lines[1].startswith("  a.py:3:1: [*] With `benchmark` on, ")
    assert lines[2].startswith("  b.py:3:1: [*] ")
    assert lines[4] == "DET111 unknown-setting: 1 finding"
    assert lines[7:9] == ["2  DET205  [*] cudnn-benchmark", "1  DET111  [*] unknown-setting"]


def test_statistics_tell_what_can_be_fixed(detlint: Run, project: Path) -> None:
    (project / "a.py").write_text(TWO + "torch.backends.cudnn.determinstic = False\n")
    lines = detlint("a.py", "--statistics", "--output-format", "concise").out.splitlines()[-2:]
    assert lines == ["2  DET111  [-] unknown-setting", "1  DET205  [ ] cudnn-benchmark"]


# ------------------------------------------------------------------------------------------------------------- width
@pytest.mark.parametrize("arguments", [(), ("--group-by", "file"), ("--group-by", "rule")])
def test_texts_fit_narrow_and_wide_terminals(
    project: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    (project / "a.py").write_text(TWO)
    for columns in (60, 80, 300):
        out = shown(monkeypatch, ".", *arguments, "--color", "never", columns=columns)
        assert max(map(len, out.splitlines())) <= columns
        assert "".join(out.split()) == "".join(
            shown(monkeypatch, ".", *arguments, "--color", "never", columns=999).split()
        )


def test_a_path_and_its_line_stay_together() -> None:
    line: Styled = [("a/very/long/path/of/a/file.py", "path"), (":12:5:", "faint"), (" one two three", "")]
    assert ["".join(text for text, _ in each) for each in wrapped(line, 32, 2)] == [
        "a/very/long/path/of/a/file.py:12:5:",
        "  one two three",
    ]


def test_wide_characters_count_as_two() -> None:
    line: Styled = [
        ("ab \u6f22\u6f22\u6f22\u6f22\u6f22 \u6f22\u6f22\u6f22\u6f22\u6f22 \u6f22\u6f22\u6f22\u6f22\u6f22", "")
    ]
    assert [sum(len(text) for text, _ in each) for each in wrapped(line, 30)] == [14, 5]


# -------------------------------------------------------------------------------------------------------- characters
@pytest.mark.parametrize("encoding", ["ascii", "cp437", "cp1252"])
def test_code_pages_get_what_looks_alike(project: Path, encoding: str) -> None:
    (project / "a.py").write_text("import glob\n\n\ndef first():\n    return glob.glob('*')[0]\n")
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    run = subprocess.run(
        [sys.executable, "-m", "detlint", "."], capture_output=True, check=False, cwd=project, env=environment
    )
    out = run.stdout.decode(encoding)
    assert run.returncode == 1, run.stderr
    assert "Put `sorted(\u2026)` around" in out.replace("...", "\u2026")
    assert "\\u" not in out
