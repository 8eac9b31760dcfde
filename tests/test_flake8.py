"""The flake8 plugin, through flake8 itself: the same findings as the command line, at the same places."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from detlint.__main__ import main

if TYPE_CHECKING:
    from pathlib import Path

Found = list[tuple[int, int, str, str]]

FILES = {
    "setting.py": "import torch\n\ntorch.backends.cudnn.benchmark = True\n",
    "several.py": (
        "import random\nimport time\n\nimport numpy as np\nimport torch\n\nrng = random.Random()\n"
        "np.random.seed(int(time.time()))\ntorch.backends.cudnn.deterministic = False\nx = np.random.default_rng()\n"
    ),
    "crlf.py": "import torch\r\n\r\ntorch.backends.cudnn.benchmark = True\r\n",
    "bom.py": "\ufeffimport torch\ntorch.backends.cudnn.benchmark = True\n",
    "wide.py": "import torch\n\n名 = '日本語'; torch.backends.cudnn.benchmark = True\n",
    "tabs.py": "import torch\n\nif True:\n\ttorch.backends.cudnn.benchmark = True\n",
    "form_feed.py": "import torch\n\x0c\ntorch.backends.cudnn.benchmark = True\n",
    "continued.py": "import torch\n\ntorch.backends.cudnn.\\\n    benchmark = \\\n    True\n",
    "ignored.py": "import torch\n\ntorch.backends.cudnn.benchmark = True  # detlint: ignore[DET205] speed\n",
    "unused.py": "import torch\n\nx = 1  # detlint: ignore[DET205] nothing here\n",
    "invalid.py": "import torch\n\ntorch.backends.cudnn.benchmark = True  # detlint: ignore[DET999] no such rule\n",
    "skipped.py": "# detlint: skip-file\nimport torch\n\ntorch.backends.cudnn.benchmark = True\n",
    "clean.py": "import json\n\nprint(json.dumps({}))\n",
    "empty.py": "",
}


def flake8(*arguments: str, cwd: Path, stdin: bytes | None = None) -> subprocess.CompletedProcess[str]:
    """Run flake8 in a folder, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "flake8", *arguments],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def by_flake8(*arguments: str, cwd: Path, stdin: bytes | None = None) -> dict[str, Found]:
    """What flake8 reports of the plugin, by file."""
    separator = "\x1f"
    done = flake8(
        "--select=DET", f"--format=%(path)s{separator}%(row)d{separator}%(col)d{separator}%(code)s{separator}%(text)s",
        *arguments, cwd=cwd, stdin=stdin,
    )  # fmt: skip
    assert done.stderr == ""
    found: dict[str, Found] = {}
    for line in done.stdout.splitlines():
        path, row, column, code, text = line.split(separator)
        found.setdefault(path.removeprefix("./"), []).append((int(row), int(column), code, text))
    return {path: sorted(places) for path, places in found.items()}


def by_detlint(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Found]:
    """What the command line reports, by file."""
    capsys.readouterr()
    main([*arguments, "--output-format", "json"])
    found: dict[str, Found] = {}
    for item in json.loads(capsys.readouterr().out)["diagnostics"]:
        place = item["location"]
        found.setdefault(item["path"], []).append((place["line"], place["column"], item["code"], item["message"]))
    return {path: sorted(places) for path, places in found.items()}


def write(folder: Path, files: dict[str, str] = FILES) -> None:
    """Write files as they are, newlines and all, into a project of its own."""
    (folder / ".git").mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content.encode())


def codes(found: dict[str, Found]) -> dict[str, list[str]]:
    """Only the codes, by file."""
    return {path: [code for _, _, code, _ in places] for path, places in found.items()}


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_the_same_as_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], jobs: str
) -> None:
    write(tmp_path)
    monkeypatch.chdir(tmp_path)
    reported = by_flake8("--jobs", jobs, ".", cwd=tmp_path)
    assert reported == by_detlint(capsys, ".")
    assert set(FILES) - set(reported) == {"ignored.py", "skipped.py", "clean.py", "empty.py"}


def test_columns_are_characters_from_one(tmp_path: Path) -> None:
    write(tmp_path, {"wide.py": FILES["wide.py"]})
    ((row, column, code, _),) = by_flake8("wide.py", cwd=tmp_path)["wide.py"]
    line = FILES["wide.py"].splitlines()[row - 1]
    assert (row, code) == (3, "DET205")
    assert line[column - 1 :] in ("True", "torch.backends.cudnn.benchmark = True")


def test_noqa_is_left_to_flake8(tmp_path: Path) -> None:
    line = "torch.backends.cudnn.benchmark = True"
    write(tmp_path, {"a.py": f"import torch\n\n{line}  # noqa: DET205\n{line}  # noqa: E501\n{line}  # noqa\n"})
    assert codes(by_flake8("a.py", cwd=tmp_path)) == {"a.py": ["DET205"]}
    assert codes(by_flake8("--disable-noqa", "a.py", cwd=tmp_path)) == {"a.py": ["DET205"] * 3}


def test_comments_are_judged_as_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    setting = "torch.backends.cudnn.benchmark = True"
    lines = [
        "import torch", "x = 1  # noqa: DET205", "y = 1  # detlint: ignore[DET205] a", "z = 1  # noqa: DET999",
        f"{setting}  # noqa: DET205", f"{setting}  # noqa: DET205,DET206", f"{setting}  # noqa", "w = 1  # noqa",
        "v = 1  # noqa: E501", f"{setting}  # noqa: DET205  # detlint: ignore[DET205] both",
    ]  # fmt: skip
    write(tmp_path, {"a.py": "\n".join(lines) + "\n"})
    found = by_flake8("a.py", cwd=tmp_path)
    assert [(row, code) for row, _, code, _ in found["a.py"]] == [
        (2, "DET002"),
        (3, "DET002"),
        (4, "DET003"),
        (6, "DET002"),
    ]
    monkeypatch.chdir(tmp_path)
    assert by_detlint(capsys, "a.py") == found


CONFIGURED = (
    "import torch\n\ntorch.use_deterministic_algorithms(True)\nx = torch.ones(3, requires_grad=True).cumsum(0)\n"
)


@pytest.mark.parametrize(
    ("options", "expected"),
    [("detlint-targets = torch=2.10", ["DET201"]), ("detlint-targets = torch=2.14", []),
     ("detlint-targets = torch=2.10, tensorflow=2.9\ndetlint-devices = cpu", [])],
)  # fmt: skip
def test_options_from_flake8s_configuration(tmp_path: Path, options: str, expected: list[str]) -> None:
    write(tmp_path, {"a.py": CONFIGURED, ".flake8": f"[flake8]\n{options}\n"})
    assert codes(by_flake8("--extend-ignore=DET5", "a.py", cwd=tmp_path)).get("a.py", []) == expected


@pytest.mark.parametrize("option", ["--detlint-min-severity=error", "--detlint-min-confidence=high"])
def test_levels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    write(tmp_path)
    monkeypatch.chdir(tmp_path)
    reported = by_flake8(option, ".", cwd=tmp_path)
    assert reported == by_detlint(capsys, ".", option.replace("detlint-", ""))


def test_settings_files_hold_under_flake8_too(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": FILES["several.py"], "detlint.toml": 'ignore = ["DET1"]\n'})
    assert codes(by_flake8("a.py", cwd=tmp_path)) == {"a.py": ["DET206"]}
    assert set(codes(by_flake8("--detlint-isolated", "a.py", cwd=tmp_path))["a.py"]) > {"DET206"}


def test_standard_input(tmp_path: Path) -> None:
    reported = by_flake8("--stdin-display-name=src/train.py", "-", cwd=tmp_path, stdin=FILES["setting.py"].encode())
    assert codes(reported) == {"src/train.py": ["DET205"]}


def test_a_file_that_does_not_parse_is_left_to_flake8(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "def f(:\n"})
    done = flake8("a.py", cwd=tmp_path)
    assert "E999" in done.stdout
    assert "DET" not in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("options", "message"),
    [("detlint-targets = torch", "torch"), ("detlint-devices = gpu", "gpu"), ("detlint-min-severity = bad", "bad")],
)
def test_mistakes_in_the_configuration(tmp_path: Path, options: str, message: str) -> None:
    write(tmp_path, {"a.py": FILES["setting.py"], ".flake8": f"[flake8]\n{options}\n"})
    done = flake8("a.py", cwd=tmp_path)
    assert done.returncode != 0
    assert message in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_flake8_names_the_plugin(tmp_path: Path) -> None:
    assert "DET: 0." in flake8("--version", cwd=tmp_path).stdout.replace("detlint", "DET")


def test_files_without_a_trigger_import_no_rules(tmp_path: Path) -> None:
    script = (
        "import ast, sys; from detlint.flake8 import Plugin; text = 'import json\\n';"
        "list(Plugin(ast.parse(text), 'a.py', [text]).run());"
        "print([name for name in ('libcst', 'rich', 'nbformat', 'pathspec') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout == "[]\n"


PACK = '''
from detlint.plugins import Pack, hookimpl
from detlint.rules.base import Candidates, Rule


class Shout(Rule):
    """Reports calls of `acme.shout`."""

    code, name, summary, why = "ACM001", "acme-shout", "a shout", "Shouts echo."
    candidates = Candidates(calls=("acme.shout",))
    default = False

    def visit_Call(self, node):
        if "acme.shout" in self.context.names(node.func):
            self.report(node.func, "Shouts echo.")


@hookimpl
def detlint_pack():
    return Pack(name="acme", prefix="ACM", rules=(Shout,))
'''


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--select=ACM001"], ["ACM001"]),
        (["--extend-select=ACM001"], ["ACM001"]),
        (["--select=ACM"], []),
        (["--extend-select=ACM"], []),
        (["--select=ACM001", "--ignore="], ["ACM001"]),
        (["--ignore="], []),
    ],
)
def test_what_is_off_by_default_needs_its_full_code(tmp_path: Path, options: list[str], expected: list[str]) -> None:
    write(tmp_path, {"a.py": "import acme\n\nacme.shout()\n", "acme_pack.py": PACK})
    done = flake8(*options, "--detlint-plugins=acme_pack", "--format=%(code)s", "a.py", cwd=tmp_path)
    assert (done.stdout.split(), done.stderr) == (expected, "")


def test_a_pack_that_cannot_be_loaded(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "import acme\n", "acme_pack.py": "raise ValueError('broken')\n"})
    done = flake8("--detlint-plugins=acme_pack", "a.py", cwd=tmp_path)
    assert done.returncode == 1
    assert "acme_pack" in done.stdout
    assert "broken" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_mistakes_in_settings_files(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": FILES["setting.py"]})
    for text, message in (('ignroe = ["DET1"]\n', "ignore"), ('ignore = ["DET999"]\n', "no such rule: DET999")):
        (tmp_path / "detlint.toml").write_text(text)
        done = flake8("a.py", cwd=tmp_path)
        assert done.returncode == 1
        assert message in done.stdout
        assert "Traceback" not in done.stdout + done.stderr
