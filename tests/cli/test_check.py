"""`detlint check`: what is reported, how, and with which exit status."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from detlint.__main__ import main
from tests.cli.conftest import BENCHMARK, Outcome, Run

CLEAN = "import torch\n\ntorch.backends.cudnn.benchmark = False\n"
TWO = BENCHMARK + "torch.backends.cudnn.deterministic = False\n"


def codes(out: str) -> list[str]:
    """The codes of a report in JSON."""
    return [diagnostic["code"] for diagnostic in json.loads(out)["diagnostics"]]


def test_a_bare_path_means_check(detlint: Run, project: Path) -> None:
    (project / "train.py").write_text(BENCHMARK)
    bare, named = detlint("train.py"), detlint("check", "train.py")
    assert bare == named
    assert bare.status == 1
    assert bare.out.startswith("train.py:3:")
    assert "DET205" in bare.out
    assert bare.err == ""


def test_a_clean_project(detlint: Run, project: Path) -> None:
    (project / "train.py").write_text(CLEAN)
    outcome = detlint(".")
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out == "No findings in 1 file.\n"


def test_check_without_a_path_checks_here(detlint: Run, project: Path) -> None:
    (project / "train.py").write_text(BENCHMARK)
    assert codes(detlint("check", "--output-format", "json").out) == ["DET205"]


def test_no_arguments_at_all_show_the_overview(detlint: Run) -> None:
    outcome = detlint()
    assert outcome.status == 2
    assert "usage: detlint [check] PATH..." in outcome.out


def test_the_frame_shows_what_is_wrong(detlint: Run, project: Path) -> None:
    (project / "train.py").write_text(BENCHMARK)
    lines = detlint("train.py").out.splitlines()
    assert "3 | torch.backends.cudnn.benchmark = True" in lines
    mark = next(line for line in lines if "^" in line)
    code = lines[lines.index(mark) - 1]
    assert code[mark.index("^") : len(mark)] in ("True", "torch.backends.cudnn.benchmark")
    assert any(line.startswith("  = help: ") for line in lines)
    assert "  = docs: detlint explain cudnn-benchmark" in lines


def test_options_may_stand_between_paths(detlint: Run, project: Path) -> None:
    for name in ("a.py", "b.py"):
        (project / name).write_text(BENCHMARK)
    out = detlint("a.py", "--output-format", "json", "b.py").out
    assert codes(out) == ["DET205", "DET205"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--select", "DET205"], ["DET205"]),
        (["--select", "DET20"], ["DET205", "DET206"]),
        (["--select", "DET4,DET206"], ["DET206"]),
        (["--select", "DET4", "--select", "DET206"], ["DET206"]),
        (["--ignore", "DET205"], ["DET206"]),
        (["--extend-ignore", "DET2"], []),
        (["--select", "DET206", "--extend-select", "DET205"], ["DET205", "DET206"]),
        (["--select", "ALL", "--ignore", "DET206"], ["DET205"]),
        (["--min-severity", "error"], []),
    ],
)
def test_selection(detlint: Run, project: Path, options: list[str], expected: list[str]) -> None:
    (project / "train.py").write_text(TWO)
    outcome = detlint("train.py", "--output-format", "json", *options)
    assert codes(outcome.out) == expected
    assert outcome.status == (1 if expected else 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--select", "DET999", "."], "DET999"),
        (["--select", "DET2O5", "."], "did you mean DET205?"),
        (["--ignore", "cudnn-benchmrk", "."], "did you mean"),
        (["--selct", "DET2", "."], "no such option: --selct; did you mean --select?"),
        (["--output-format", "jsno", "."], "did you mean json?"),
        (["--target", "torch", "."], "torch"),
        (["--target", "torch=new", "."], "torch=new"),
        (["--devices", "cuda,gpu", "."], "gpu"),
        (["--max-file-size", "much", "."], "much"),
        (["--plugin", "no_such_module", "."], "no_such_module"),
        (["--config", "missing.toml", "."], "missing.toml"),
        (["-j", "many", "."], "-j/--jobs: must be a number from 1 on, not 'many'"),
        (["-j", "0", "."], "must be a number from 1 on, not '0'"),
        (["--select", "", "."], "--select: must be a code, a prefix of codes or ALL"),
        (["--extend-ignore", " , ", "."], "--extend-ignore: must be a code"),
        (["--devices", "", "."], "--devices: must be one or more of cuda, cpu, mps"),
        (["--exclude", "[", "."], "--exclude (entry 1) must be a pattern as in .gitignore that can match, not '['"),
        (["-o", "", "."], "--output-file: must be the name of a file"),
        (["--config", ".", "."], ".: is not a file; name the settings file itself"),
        (["--select", "DET299", "."], "no such rule: DET299; did you mean DET242, DET243 or DET251?"),
        (["--select", "DET999", "."], "no such rule: DET999; `detlint rules` lists all"),
        (["missing.py"], "missing.py"),
        (["chekc", "."], "did you mean check?"),
        (["explain", "DET2O5"], "did you mean DET205?"),
        (["explain", "cudnn-benchmrk"], "did you mean cudnn-benchmark?"),
        (["explain", "DET205", "DET9"], "no such rule: DET9; `detlint rules` lists all"),
        (["explain"], "RULE"),
        (["op", "torch.bincuont"], "did you mean torch.bincount, "),
    ],
)
def test_mistakes_are_named(detlint: Run, project: Path, arguments: list[str], message: str) -> None:
    (project / "train.py").write_text(CLEAN)
    outcome = detlint(*arguments)
    assert outcome.status == 2
    assert message in outcome.err
    assert outcome.err.startswith("detlint: error: ")
    assert "Traceback" not in outcome.err


def test_exit_zero(detlint: Run, project: Path) -> None:
    (project / "train.py").write_text(BENCHMARK)
    assert detlint("train.py", "--exit-zero").status == 0
    assert detlint("train.py", "missing.py", "--exit-zero").status == 2


def test_a_missing_path_does_not_hide_the_findings_of_others(detlint: Run, project: Path) -> None:
    (project / "train.py").write_text(BENCHMARK)
    outcome = detlint("train.py", "missing.py", "--output-format", "json")
    assert outcome.status == 2
    assert codes(outcome.out) == ["DET205"]
    assert "missing.py" in outcome.err


def test_output_file(detlint: Run, project: Path) -> None:
    (project / "train.py").write_text(BENCHMARK)
    outcome = detlint("train.py", "--output-format", "json", "-o", "report.json")
    assert (outcome.status, outcome.out) == (1, "")
    assert codes((project / "report.json").read_text("utf-8")) == ["DET205"]


def test_a_report_is_not_written_over_what_is_checked(detlint: Run, project: Path) -> None:
    (project / "train.py").write_text(BENCHMARK)
    outcome = detlint(".", "-o", "./train.py")
    assert (outcome.status, outcome.out) == (2, "")
    assert "./train.py is one of the files to check" in outcome.err
    assert (project / "train.py").read_text() == BENCHMARK


def test_code_fits_a_narrow_terminal(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    (project / "train.py").write_text(f"import torch\n\nx = '{'a' * 150}'; torch.backends.cudnn.benchmark = True\n")
    shown: dict[int, list[str]] = {}
    for columns in (60, 100, 300):
        terminal = Terminal()
        monkeypatch.setattr(sys, "stdout", terminal)
        monkeypatch.setenv("COLUMNS", str(columns))
        assert main(["train.py", "--color", "never"]) == 1
        shown[columns] = [line for line in terminal.getvalue().splitlines() if re.match(r"3? +\|", line)]
    assert all(len(line) <= columns for columns in (60, 100) for line in shown[columns])
    assert all("torch.backends.cudnn.benchmark" in lines[1] for lines in shown.values())
    assert max(map(len, shown[300])) > 160


def test_output_file_that_cannot_be_written(detlint: Run, project: Path) -> None:
    (project / "train.py").write_text(BENCHMARK)
    outcome = detlint("train.py", "-o", "no/such/folder/report.txt")
    assert outcome.status == 2
    assert "cannot write no/such/folder/report.txt" in outcome.err


def test_statistics(detlint: Run, project: Path) -> None:
    (project / "a.py").write_text(TWO)
    (project / "b.py").write_text(BENCHMARK)
    out = detlint(".", "--statistics", "--output-format", "concise").out
    assert out.splitlines()[-2:] == ["2  DET205  cudnn-benchmark", "1  DET206  cudnn-nondeterministic"]


def test_statistics_of_programs_formats_go_to_standard_error(detlint: Run, project: Path) -> None:
    (project / "a.py").write_text(BENCHMARK)
    outcome = detlint(".", "--statistics", "--output-format", "jsonl")
    assert [json.loads(line)["code"] for line in outcome.out.splitlines()] == ["DET205"]
    assert outcome.err == "1  DET205  cudnn-benchmark\n"


def test_statistics_are_part_of_the_json_document(detlint: Run, project: Path) -> None:
    (project / "a.py").write_text(TWO)
    (project / "b.py").write_text(BENCHMARK)
    outcome = detlint(".", "--statistics", "--output-format", "json")
    assert json.loads(outcome.out)["summary"]["statistics"] == [
        {"code": "DET205", "name": "cudnn-benchmark", "count": 2, "fixable": 2},
        {"code": "DET206", "name": "cudnn-nondeterministic", "count": 1, "fixable": 1},
    ]
    assert outcome.err == ""
    assert "statistics" not in json.loads(detlint(".", "--output-format", "json").out)["summary"]


def test_only_files_that_were_looked_at_are_counted(detlint: Run, project: Path) -> None:
    (project / "a.py").write_text(CLEAN)
    (project / "big.py").write_text(BENCHMARK * 20)
    outcome = detlint(".", "--max-file-size", "100")
    assert (outcome.status, outcome.out) == (0, "No findings in 1 file (1 skipped).\n")
    summary = json.loads(detlint(".", "--max-file-size", "100", "--output-format", "json").out)["summary"]
    assert (summary["files"], summary["skipped"]) == (1, 1)
    (project / "a.py").write_text(TWO[: len(BENCHMARK)])
    assert "\n1 finding (1 warning) in 1 of 1 file (1 skipped).\n" in detlint(".", "--max-file-size", "100").out


def test_a_run_that_could_look_at_nothing_claims_nothing(detlint: Run, project: Path) -> None:
    assert detlint("missing.py").out == ""
    (project / "empty").mkdir()
    assert detlint("empty") == Outcome(0, "No files to check.\n", "")


def test_syntax_is_told_of_files_that_are_looked_at(detlint: Run, project: Path) -> None:
    filler = "# nothing to see here, move along please\n" * 200
    (project / "long.py").write_text(f"{filler}def f(:\n")
    (project / "long_of_torch.py").write_text(f"import torch\n{filler}torch.bincount(:\n")
    (project / "short.py").write_text("def f(:\n")
    outcome = detlint(".", "--output-format", "json", "--verbose")
    assert [(item["path"], item["code"]) for item in json.loads(outcome.out)["diagnostics"]] == [
        ("long_of_torch.py", "DET001"),
        ("short.py", "DET001"),
    ]
    assert "detlint: not parsed, since no rule looks for anything in them: 1 of 3 files\n" in outcome.err
    assert "not parsed" not in detlint("short.py", "--verbose").err


def test_exclude_may_be_emptied(detlint: Run, project: Path) -> None:
    (project / "build").mkdir()
    (project / "build" / "train.py").write_text(BENCHMARK)
    assert detlint(".").status == 0
    assert detlint(".", "--exclude", "").status == 1


def test_quiet(detlint: Run, project: Path) -> None:
    (project / "a.py").write_text(CLEAN)
    assert detlint(".", "--quiet").out == ""


def test_verbose_says_what_was_assumed(detlint: Run, project: Path) -> None:
    (project / "a.py").write_text(CLEAN)
    (project / "detlint.toml").write_text('devices = ["cpu"]\n')
    outcome = detlint(".", "--verbose", "--target", "torch=2.4")
    assert "torch 2.4" in outcome.err
    assert "cpu" in outcome.err
    assert "detlint.toml" in outcome.err
    assert outcome.out == "No findings in 1 file.\n"


def test_standard_input(detlint: Run) -> None:
    outcome = detlint("-", "--stdin-filename", "src/train.py", "--output-format", "json", stdin=BENCHMARK.encode())
    assert outcome.status == 1
    assert [found["path"] for found in json.loads(outcome.out)["diagnostics"]] == ["src/train.py"]


def test_standard_input_has_a_frame(detlint: Run) -> None:
    assert "3 | torch.backends.cudnn.benchmark = True" in detlint("-", stdin=BENCHMARK.encode()).out


@pytest.mark.parametrize(
    "content", [b"", b"\xef\xbb\xbf" + BENCHMARK.encode(), BENCHMARK.replace("\n", "\r\n").encode()]
)
def test_standard_input_is_bytes(detlint: Run, content: bytes) -> None:
    outcome = detlint("-", "--output-format", "json", stdin=content)
    assert codes(outcome.out) == (["DET205"] if content else [])


def test_standard_input_that_does_not_parse(detlint: Run) -> None:
    outcome = detlint("-", "--output-format", "json", stdin=b"def f(:\n")
    assert codes(outcome.out) == ["DET001"]


def test_excludes(detlint: Run, project: Path) -> None:
    (project / "old").mkdir()
    for name in ("a.py", "old/b.py"):
        (project / name).write_text(BENCHMARK)

    def paths(*arguments: str) -> list[str]:
        return [
            found["path"] for found in json.loads(detlint(*arguments, "--output-format", "json").out)["diagnostics"]
        ]

    assert paths(".") == ["a.py", "old/b.py"]
    assert paths(".", "--exclude", "old") == ["a.py"]
    assert paths(".", "--extend-exclude", "old/*.py,c.py") == ["a.py"]
    assert paths("old/b.py", "--exclude", "old") == ["old/b.py"]
    assert paths("old/b.py", "--exclude", "old", "--force-exclude") == []


def test_show_files(detlint: Run, project: Path) -> None:
    (project / ".gitignore").write_text("ignored.py\n")
    for name in ("b.py", "a.py", "ignored.py", "notes.txt"):
        (project / name).write_text(BENCHMARK)
    outcome = detlint(".", "--show-files")
    assert (outcome.status, outcome.out) == (0, "a.py\nb.py\n")


def test_isolated_reads_no_settings(detlint: Run, project: Path) -> None:
    (project / "train.py").write_text(BENCHMARK)
    (project / "detlint.toml").write_text('ignore = ["DET205"]\n')
    assert detlint("train.py").status == 0
    assert detlint("train.py", "--isolated").status == 1


def test_config_names_the_settings(detlint: Run, project: Path) -> None:
    (project / "train.py").write_text(BENCHMARK)
    (project / "other.toml").write_text('ignore = ["DET205"]\n')
    assert detlint("train.py", "--config", "other.toml").status == 0


def test_a_mistake_in_the_settings(detlint: Run, project: Path) -> None:
    (project / "train.py").write_text(BENCHMARK)
    (project / "detlint.toml").write_text('ignroe = ["DET205"]\n')
    outcome = detlint("train.py")
    assert outcome.status == 2
    assert "detlint.toml" in outcome.err
    assert "ignore" in outcome.err
    assert "Traceback" not in outcome.err


@pytest.mark.parametrize(
    ("arguments", "colored"), [(["--color", "always"], True), (["--color", "never"], False), ([], False)]
)
def test_color_option(detlint: Run, project: Path, arguments: list[str], colored: bool) -> None:
    (project / "train.py").write_text(BENCHMARK)
    assert ("\x1b[" in detlint("train.py", *arguments).out) is colored


@pytest.mark.parametrize(
    ("environment", "colored"),
    [({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, False)],
)
def test_color_environment(
    detlint: Run, project: Path, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], colored: bool
) -> None:
    (project / "train.py").write_text(BENCHMARK)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in detlint("train.py").out) is colored


def test_colors_change_nothing_but_colors(detlint: Run, project: Path) -> None:
    import re

    (project / "train.py").write_text(
        BENCHMARK + "x = '[bold]' + \":smile:\" * 200; torch.backends.cudnn.benchmark = True\n"
    )
    colored = detlint("train.py", "--color", "always", "--statistics").out
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == detlint("train.py", "--statistics").out


def python(*arguments: str, **options: object) -> subprocess.CompletedProcess[bytes]:
    """Run the program in a process of its own."""
    return subprocess.run([sys.executable, "-m", "detlint", *arguments], capture_output=True, check=False, **options)  # type: ignore[call-overload, no-any-return]


def test_as_a_process_in_a_narrow_encoding(project: Path) -> None:
    (project / "train.py").write_text(BENCHMARK.replace("True", "True  # 名 é"), encoding="utf-8")
    done = python("train.py", env={**os.environ, "PYTHONIOENCODING": "cp1252"})
    assert done.returncode == 1
    assert rb"True  # \u540d " + b"\xe9" in done.stdout
    assert done.stderr == b""


def test_a_reader_that_goes_away(project: Path) -> None:
    for number in range(30):
        (project / f"train{number}.py").write_text(BENCHMARK * 40)
    process = subprocess.Popen(
        [sys.executable, "-m", "detlint", "."], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=project
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert process.wait() == 2
    assert errors == b""


def test_the_same_bytes_every_time(project: Path) -> None:
    for number in range(5):
        (project / f"train{number}.py").write_text(TWO)
    runs = {
        python(".", "--output-format", "json", env={**os.environ, "PYTHONHASHSEED": seed}).stdout
        for seed in ("0", "1", "77")
    }
    assert len(runs) == 1


def test_plain_output_imports_nothing_heavy(project: Path) -> None:
    (project / "train.py").write_text(CLEAN)
    script = (
        "import sys; from detlint.__main__ import main; status = main(['train.py']);"
        "print([name for name in ('rich', 'nbformat') if name in sys.modules], status)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[] 0"


def test_libcst_waits_for_a_call_that_a_rule_wants_to_see(project: Path) -> None:
    (project / "net.py").write_text("import torch\n\nlayer = torch.nn.Conv2d(3, 8, 3)\n")
    script = (
        "import sys; from detlint.__main__ import main; status = main(['net.py']);"
        "print('libcst' in sys.modules, status)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False 0"


def test_version_imports_nothing(project: Path) -> None:
    script = (
        "import sys; before = set(sys.modules); from detlint.__main__ import main; main(['--version']);"
        "print(sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", script], capture_output=True, text=True, check=True, env=_source_path()
    )
    version, imported = done.stdout.splitlines()
    assert version.startswith("detlint ")
    assert eval(imported) == ["__future__", "detlint", "detlint.__main__"]


def _source_path() -> dict[str, str]:
    import detlint

    return {**os.environ, "PYTHONPATH": str(Path(detlint.__file__).parents[1])}


def test_an_internal_error_is_no_finding(detlint: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("out of order")

    monkeypatch.setattr("detlint.engine.check", broken)
    outcome = detlint(".")
    assert outcome.status == 2
    assert outcome.err.endswith("detlint: internal error: RuntimeError: out of order\n")


def test_an_unknown_code_in_the_settings(detlint: Run, project: Path) -> None:
    (project / "train.py").write_text(BENCHMARK)
    (project / "detlint.toml").write_text('per-file-ignores = { "*.py" = ["DET2O5"] }\n')
    outcome = detlint("train.py")
    assert outcome.status == 2
    (project / "detlint.toml").write_text('ignore = ["DET99"]\n')
    outcome = detlint("train.py")
    assert outcome.status == 2
    assert "detlint.toml: ignore: no such rule: DET99" in outcome.err
