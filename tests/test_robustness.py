"""Whatever is in a tree, the command line says what is wrong with it and checks the rest."""

from __future__ import annotations

import codecs
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import hypothesmith
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detlint.__main__ import main
from tests.helpers import diagnose

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SETTING = "torch.backends.cudnn.benchmark = True"
GOOD = f"import torch\n{SETTING}\n"
"""DET205 in the second line."""


@dataclass(frozen=True)
class Outcome:
    status: int
    found: list[tuple[str, int, int, str]]
    texts: dict[str, str]
    err: str


def outcome(status: int, out: str, err: str) -> Outcome:
    diagnostics = json.loads(out)["diagnostics"] if out else []
    places = [
        (item["path"], item["location"]["line"], item["location"]["column"], item["code"]) for item in diagnostics
    ]
    return Outcome(status, places, {item["path"]: item["message"] for item in diagnostics}, err)


def detlint(root: Path, *arguments: str, stdin: bytes | None = None, **environment: str) -> Outcome:
    """Run the command line in a process of its own, so that nothing can take the tests down."""
    command = [sys.executable, "-m", "detlint", "--output-format", "json", "--select", "DET001,DET205", *arguments]
    done = subprocess.run(
        command, cwd=root, input=stdin, capture_output=True, timeout=300, env={**os.environ, **environment}
    )
    assert done.returncode in (0, 1, 2), done.stderr.decode(errors="replace")[-2_000:]
    return outcome(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one good file, which has one finding; it is the working directory."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "good.py").write_text(GOOD)
    monkeypatch.chdir(tmp_path)
    return tmp_path


FOUND = ("good.py", 2, 1, "DET205")


def nested(depth: int) -> str:
    """Blocks in blocks, with the setting in the innermost."""
    blocks = "".join(f"{' ' * level}if a{level}:\n" for level in range(depth))
    return f"import torch\n{blocks}{' ' * depth}{SETTING}\n"


Text = tuple[bytes, list[tuple[int, int, str]]]
"""A file, and what must be reported of it: line, column and code."""


def before_a_finding(code: str) -> Text:
    """Code that must not keep the setting in the line below it from being found."""
    text = f"import torch\n{code}\n{SETTING}\n"
    return text.encode(), [(text.count("\n"), 1, "DET205")]


def too_deep(expression: str, column: int = 0) -> Text:
    """An expression that Python's own parser refuses, at a column if it tells one."""
    return f"import torch\n{SETTING}\nx = {expression}\n".encode(), [(3 if column else 1, column or 1, "DET001")]


TEXTS: dict[str, Text] = {
    "undecodable.py": (b'import torch\nNAME = "caf\xe9"\n', [(2, 12, "DET001")]),
    "noise.py": (bytes(range(128, 256)) * 20, [(1, 1, "DET001")]),
    "nul.py": (GOOD.encode() + b"x = 1\0\n", [(3, 6, "DET001")]),
    "utf16.py": (GOOD.encode("utf-16"), [(1, 1, "DET001")]),
    "unknown_encoding.py": (b"# coding: klingon\n" + GOOD.encode(), [(1, 1, "DET001")]),
    "bom.py": (codecs.BOM_UTF8 + f"import torch; {SETTING}\n".encode(), [(1, 15, "DET205")]),
    "latin.py": (f"# coding: latin-1\nimport torch\né = 'é'; {SETTING}\n".encode("latin-1"), [(3, 10, "DET205")]),
    "wide.py": (f"import torch\nx = '€😀é'; {SETTING}\n".encode(), [(2, 12, "DET205")]),
    "crlf.py": (GOOD.replace("\n", "\r\n").encode(), [(2, 1, "DET205")]),
    "cr.py": (GOOD.replace("\n", "\r").encode(), [(2, 1, "DET205")]),
    "mixed_newlines.py": (f"import torch\r\n\rx = '''\r\n\r'''\n{SETTING}".encode(), [(6, 1, "DET205")]),
    "tabs.py": (f"import torch\nif torch:\n\t{SETTING}\n".encode(), [(3, 2, "DET205")]),
    "mixed_tabs.py": (b"if 1:\n\tx = 1\n        y = 1\n", [(3, 1, "DET001")]),
    "form_feed.py": (f"\x0cimport torch\n\x0c\n\x0c{SETTING}\n".encode(), [(3, 2, "DET205")]),
    "separators.py": before_a_finding("x = '\u2028\x0b\x1c\x85'"),
    "no_newline_at_the_end.py": (f"import torch\n{SETTING}".encode(), [(2, 1, "DET205")]),
    "backslashes.py": (f"import torch\n\\\nx = 1; \\\n  {SETTING}\n".encode(), [(4, 3, "DET205")]),
    "python2.py": (b"import os\nfor name in os.listdir('.'):\n    print name\n", [(3, 5, "DET001")]),
    "half_typed.py": (b"import torch\n\ndef train(model,\n", [(3, 10, "DET001")]),
    "half_typed_string.py": (b"import torch\nx = 'abc\n", [(2, 5, "DET001")]),
    "empty.py": (b"", []),
    "newlines.py": (b"\r\n\r\n\r", []),
    "comment.py": (b"# detlint:", []),
    "parentheses.py": too_deep("(" * 5_000 + ")" * 5_000, 205),
    "minus.py": too_deep("-" * 100_000 + "1"),
    "operands.py": before_a_finding(f"x = {'torch and ' * 100_000}torch"),
    "operands_that_are_calls.py": before_a_finding(f"x = {'torch.bincount(a) and ' * 5_000}torch"),
    "attributes.py": before_a_finding(f"x = torch{'.nn' * 900}"),
    "calls_of_calls.py": before_a_finding(f"x = torch.f{'()' * 400}"),
    "calls_in_calls.py": before_a_finding(f"x = {'torch.bincount(' * 150}torch{')' * 150}"),
    "sum_that_python_takes.py": before_a_finding(f"x = torch{' + torch.bincount(a)' * 900}"),
    "pieces_of_a_string.py": before_a_finding("x = torch.bincount(" + "'a' " * 5_000 + ")"),
    "brackets.py": before_a_finding(f"x = {'[' * 150}torch.bincount(a){']' * 150}"),
    "lambdas.py": before_a_finding(f"x = {'lambda: ' * 150}torch.bincount(a)"),
    "branches.py": before_a_finding("if a: pass\n" + "elif torch.bincount(a): pass\n" * 300),
    "blocks.py": (nested(90).encode(), [(92, 91, "DET205")]),
    "aliases.py": before_a_finding("a0 = torch\n" + "".join(f"a{i + 1} = a{i}\n" for i in range(3_000))),
    "cycles.py": before_a_finding("a = b\nb = a\ndef f(): return g()\ndef g(): return f()\nx = f()"),
}


@pytest.fixture(scope="module")
def all_at_once(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """One run over all of `TEXTS` and a good file."""
    root = tmp_path_factory.mktemp("broken")
    (root / ".git").mkdir()
    (root / "good.py").write_text(GOOD)
    for name, (content, _) in TEXTS.items():
        (root / name).write_bytes(content)
    return detlint(root, ".")


def test_one_run_over_all_of_it(all_at_once: Outcome) -> None:
    assert (all_at_once.status, all_at_once.err) == (1, "")
    assert FOUND in all_at_once.found
    assert {path for path, *_ in all_at_once.found} == {"good.py"} | {
        name for name, (_, found) in TEXTS.items() if found
    }


@pytest.mark.parametrize("name", TEXTS)
def test_each_is_checked_or_explained(name: str, all_at_once: Outcome) -> None:
    assert [place for path, *place in all_at_once.found if path == name] == [list(item) for item in TEXTS[name][1]]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("undecodable.py", "Byte 0xe9 cannot be decoded as UTF-8"),
        ("nul.py", "NUL"),
        ("utf16.py", "UTF-16"),
        ("python2.py", "Python 2 code (`print` statement)"),
        ("half_typed.py", "never closed"),
        ("parentheses.py", "too many nested parentheses"),
        ("minus.py", "Nested too deeply"),
    ],
)
def test_the_words_for_it(name: str, words: str, all_at_once: Outcome) -> None:
    assert words in all_at_once.texts[name]


def test_text_output_of_all_of_it(project: Path) -> None:
    for name, (content, _) in TEXTS.items():
        (project / name).write_bytes(content)
    # Without a selection, so that all rules look at all of it.
    done = subprocess.run([sys.executable, "-m", "detlint", "."], capture_output=True, timeout=300)
    assert (done.returncode, done.stderr) == (1, b"")
    for name in ("undecodable.py", "nul.py", "minus.py", "form_feed.py", "good.py"):
        assert f"{name}:" in done.stdout.decode()


DEEP = {
    "endless_sum": f"x = {'1 + ' * 100_000}1",
    "sum": f"x = {'torch.bincount(a) + ' * 1_200}1",
    "calls": f"x = torch.f{'()' * 1_200}",
    "branches": "if a: pass\n" + "elif torch.bincount(a): pass\n" * 700,
    "minus": f"x = torch.bincount({'-' * 1_500}a)",
    "choices": f"x = {'torch.bincount(a) if a else ' * 900}b",
    "lambdas": f"x = {'lambda: ' * 900}torch.bincount(a)",
    "items": f"x = torch.f(a){'[0]' * 2_000}",
}


def test_what_python_takes_may_be_too_deep_for_rules(project: Path) -> None:
    for name, code in DEEP.items():
        (project / f"{name}.py").write_text(before_a_finding(code)[0].decode())
    imports = "".join(f"import {name}\n" for name in DEEP)
    (project / "train.py").write_text(f"import random\n{imports}\nprint(random.random())\n")
    # Without a selection: rules that follow imports and those that walk whole trees are the ones to fear.
    done = subprocess.run(
        [sys.executable, "-m", "detlint", ".", "--output-format", "concise"], capture_output=True, timeout=300
    )
    assert (done.returncode, done.stderr) == (1, b"")
    reports = done.stdout.decode()
    assert "train.py:11:7: DET101" in reports
    for name in DEEP:
        assert (
            f"{name}.py:1:1: DET001 Nested too deeply" in reports or ": DET205" in reports.partition(f"{name}.py:")[2]
        )


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python knows the syntax")
def test_newer_syntax_asks_for_a_newer_python(project: Path) -> None:
    (project / "newer.py").write_text("import torch\ntype Batch = torch.Tensor\n")
    done = detlint(project, "newer.py")
    assert done.found == [("newer.py", 2, 6, "DET001")]
    assert "needs detlint under Python 3.12 or newer" in done.texts["newer.py"]
    assert "invalid" not in done.texts["newer.py"].partition("(")[0]


def test_a_generated_file_of_five_megabytes(project: Path) -> None:
    rows = "".join(f"    [{i}, 'row {i}', {i}.5, None, (1, 2)],\n" for i in range(115_000))
    (project / "generated.py").write_text(f"import torch\nROWS = [\n{rows}]\n{SETTING}\n")
    assert (project / "generated.py").stat().st_size > 5_000_000
    assert detlint(project, ".").found == [("generated.py", 115_004, 1, "DET205"), FOUND]


def test_too_large_a_file_is_left_out_and_said(project: Path) -> None:
    (project / "large.py").write_text(GOOD + "#" * 2_000)
    done = detlint(project, ".", "--max-file-size", "1K")
    assert (done.status, done.found) == (1, [FOUND])
    assert "large.py: skipped: larger than 1000 bytes" in done.err
    command = [sys.executable, "-m", "detlint", "large.py", "--max-file-size", "1K", "-j", "1"]
    alone = subprocess.run(command, capture_output=True, text=True)
    assert (alone.returncode, alone.stdout) == (0, "No files to check (1 skipped).\n")


def test_directory_loops(project: Path) -> None:
    (project / "pkg").mkdir()
    (project / "pkg" / "loop").symlink_to(project, target_is_directory=True)
    (project / "pkg" / "self.py").symlink_to("self.py")
    done = detlint(project, ".")
    assert (done.status, done.found, done.err) == (1, [FOUND], "")


def test_a_path_that_does_not_exist(project: Path) -> None:
    done = detlint(project, "gone.py", "good.py")
    assert (done.status, done.found) == (2, [FOUND])
    assert "gone.py: no such file or directory" in done.err


def in_process(capsys: pytest.CaptureFixture[str], *arguments: str) -> Outcome:
    status = main(["--output-format", "json", "--select", "DET001,DET205", *arguments])
    captured = capsys.readouterr()
    return outcome(status, captured.out, captured.err)


def test_a_file_that_may_not_be_read(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "closed.py").write_text(GOOD)
    really_open = open

    def refuse(file: Any, *rest: Any, **named: Any) -> Any:
        if str(file).endswith("closed.py"):
            raise PermissionError(13, "Permission denied", file)
        return really_open(file, *rest, **named)

    # Whoever may read everything runs tests, too, so the system is not asked to refuse.
    monkeypatch.setattr("builtins.open", refuse)
    done = in_process(capsys, ".")
    assert (done.status, done.found) == (1, [("closed.py", 1, 1, "DET001"), FOUND])
    assert done.texts["closed.py"].startswith("Cannot be read: Permission denied.")


def test_a_file_that_vanishes(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "brief.py").write_text(GOOD)
    really_open = open

    def vanish(file: Any, *rest: Any, **named: Any) -> Any:
        if str(file).endswith("brief.py"):
            os.unlink(file)
        return really_open(file, *rest, **named)

    monkeypatch.setattr("builtins.open", vanish)
    done = in_process(capsys, ".")
    assert (done.status, done.found) == (1, [("brief.py", 1, 1, "DET001"), FOUND])
    assert done.texts["brief.py"].startswith("Cannot be read: No such file or directory.")


def test_a_folder_that_cannot_be_listed(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "closed").mkdir()
    really_scan = os.scandir

    def refuse(path: str) -> Iterable[os.DirEntry[str]]:
        if path.endswith("closed"):
            raise PermissionError(13, "Permission denied", path)
        return really_scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    done = in_process(capsys, ".")
    assert (done.status, done.found) == (1, [("closed", 1, 1, "DET001"), FOUND])


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_names_that_no_terminal_can_show(project: Path) -> None:
    for name in (b"caf\xe9\x1b[31m.py", b"two\nlines.py"):
        (project / os.fsdecode(name)).write_text(GOOD)
    done = detlint(project, ".")
    names = [path for path, *_ in done.found]
    # Who reads the report can open the file.
    assert [name for name in names if (project / name).read_text() != GOOD] == []
    assert sorted(map(os.fsencode, names)) == [b"caf\xe9\x1b[31m.py", b"good.py", b"two\nlines.py"]
    command = [sys.executable, "-m", "detlint", ".", "--select", "DET205"]
    text = subprocess.run(command, capture_output=True, env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert (text.returncode, text.stderr) == (1, b"")
    assert b"\x1b" not in text.stdout
    assert b"caf\\udce9\\x1b[31m.py:2:1: warning" in text.stdout
    assert b"two\\nlines.py:2:1: warning" in text.stdout
    assert text.stdout.count(f"2 | {SETTING}".encode()) == 3
    shown = subprocess.run([*command, "--show-files"], capture_output=True)
    assert shown.stdout.splitlines() == [b"caf\\udce9\\x1b[31m.py", b"good.py", b"two\\nlines.py"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_pipes_are_told_or_passed_over(project: Path) -> None:
    names = ("pipe.py", "Dockerfile", "requirements.txt", "setup.py", ".gitignore", "helper/__init__.py")
    (project / "helper").mkdir()
    for name in names:
        os.mkfifo(project / name)
    (project / "train.py").write_text(f"import helper\n\nhelper.run()\n{GOOD}")
    walked = detlint(project, ".")
    assert (walked.status, walked.found, walked.err) == (1, [FOUND, ("train.py", 5, 1, "DET205")], "")
    named = detlint(project, "pipe.py", "good.py")
    assert (named.status, named.found) == (2, [FOUND])
    assert named.err.startswith("detlint: error: pipe.py: is a pipe, not a file;")
    assert ": is a device, not a file;" in detlint(project, os.devnull).err


RAISES = """
from detlint.plugins import Pack, hookimpl
from detlint.rules.base import Candidates, Rule

class Raises(Rule):
    code = "ACM101"
    name = "acme-raises"
    summary = "Raises."
    why = "It is broken."
    candidates = Candidates(settings=("torch.backends.cudnn.benchmark",))

    def visit_Assign(self, node):
        raise KeyError("oops")

class FileRaises(Rule):
    code = "ACM102"
    name = "acme-file-raises"
    summary = "Raises, too."
    why = "It is broken."
    scope = "file"
    candidates = Candidates(words=("benchmark",))

    def check_file(self):
        return 1 / 0

@hookimpl
def detlint_pack():
    return Pack(name="acme", prefix="ACM", rules=(Raises, FileRaises))
"""


def test_a_rule_that_raises_is_named_and_the_others_go_on(project: Path) -> None:
    (project / "acme_pack.py").write_text(RAISES)
    (project / "other.py").write_text(GOOD)
    done = detlint(project, ".", "--plugin", "acme_pack", "--extend-select", "ACM", PYTHONPATH=str(project))
    assert (done.status, done.found) == (2, [FOUND, ("other.py", 2, 1, "DET205")])
    for path in ("good.py", "other.py"):
        assert f"{path}: internal error in ACM101 (acme-raises): KeyError: 'oops' (acme_pack.py:13)" in done.err
        assert f"{path}: internal error in ACM102 (acme-file-raises): ZeroDivisionError" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"import torch\0", b"\xef\xbb\xbf" + GOOD.encode(), b"def f(:\r"])
def test_standard_input(project: Path, content: bytes) -> None:
    done = detlint(project, "-", "--stdin-filename", "pkg/live.py", stdin=content)
    assert done.status == 1
    assert [path for path, *_ in done.found] == ["pkg/live.py"]


@given(st.binary(max_size=60))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes(project: Path, capsys: pytest.CaptureFixture[str], content: bytes) -> None:
    (project / "any.py").write_bytes(b"import torch\n" + content)
    done = in_process(capsys, "any.py")
    assert (done.status, done.err) in ((0, ""), (1, ""))
    assert {code for *_, code in done.found} <= {"DET001"}


@given(hypothesmith.from_grammar())
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
def test_any_valid_code(code: str) -> None:
    # `diagnose` fails if a rule raises; words make every rule look.
    words = "import torch, random, os\nimport numpy as np\nimport tensorflow as tf\nimport xgboost\n"
    assert all(item.code.startswith("DET") for item in diagnose(words + code))
