"""`detlint lint`: what is told of a project whose files were changed, and what repairs do."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from detlint.__main__ import main
from tests.projects.conftest import commit, git, reported

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.projects.conftest import Lint

MODULE = "shapes/determinism.py"


def test_a_fresh_project_passes(shapes: Path, lint: Lint) -> None:
    document = lint(code=True)
    assert reported(document) == []
    assert [row["code"] for row in document["passed"]] == [*(f"DET6{number:02}" for number in range(1, 13)), "code"]


def test_groups_in_words(shapes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shapes / "environment.yml").unlink()
    (shapes / "mkdocs.yml").unlink()
    assert main(["lint", "--no-code"]) == 1
    out = capsys.readouterr().out
    assert "10 passed" in out
    assert "1 warned" in out
    assert "1 failed" in out
    assert "`environment.yml` is not there" in out


def test_warnings_fail_only_if_strict(shapes: Path) -> None:
    (shapes / "mkdocs.yml").unlink()
    assert main(["lint", "--no-code"]) == 0
    assert main(["lint", "--no-code", "--strict"]) == 1


def test_code_is_linted_too(shapes: Path, lint: Lint) -> None:
    train = shapes / "shapes" / "train.py"
    train.write_text(train.read_text().replace("    determinism.prepare(options.seed, options.threads)\n", ""))
    found = reported(lint(code=True))
    assert {code for code, _, _ in found} >= {"DET605", "DET207", "DET203"}
    assert len([row for row in found if row[0] == "DET605"]) == 4


def test_a_setting_made_elsewhere_counts(shapes: Path, lint: Lint) -> None:
    train = shapes / "shapes" / "train.py"
    text = train.read_text()
    text = text.replace(
        "    determinism.prepare(options.seed, options.threads)\n", "    settings.all_of(options.seed)\n"
    )
    train.write_text(text.replace("import determinism\n", "import determinism, settings\n"))
    (shapes / "shapes" / "settings.py").write_text(
        "import random\nimport numpy\nfrom torch import manual_seed, use_deterministic_algorithms as strictly\n\n\n"
        "def all_of(seed):\n    random.seed(seed)\n    numpy.random.seed(seed)\n"
        "    manual_seed(seed)\n    strictly(True)\n"
    )
    assert reported(lint("--select", "DET605")) == []


@pytest.mark.parametrize(
    ("more", "codes"),
    [
        ("torch.use_deterministic_algorithms(False)", ["DET605"]),
        ("torch.use_deterministic_algorithms(False)\n    torch.use_deterministic_algorithms(True)", []),
        ("if options.seed:\n        torch.use_deterministic_algorithms(False)", []),
    ],
)
def test_a_mode_that_is_turned_off_again(shapes: Path, lint: Lint, more: str, codes: list[str]) -> None:
    train = shapes / "shapes" / "train.py"
    call = "determinism.prepare(options.seed, options.threads)\n"
    text = train.read_text()
    train.write_text(text.replace(call, f"{call}    {more}\n"))
    found = lint("--select", "DET605")["failed"]
    assert [row["code"] for row in found] == codes
    line = text[: text.index(call)].count("\n") + 2
    assert all(f"it turns it off again (shapes/train.py:{line})" in row["message"] for row in found)


@pytest.mark.parametrize(
    ("library", "lost"),
    [("pytorch", ["torch deterministic mode"]), ("tensorflow", ["TensorFlow determinism"]), ("xgboost", [])],
)
def test_settings_that_an_answer_decides_on(
    make: Callable[..., Path], lint: Lint, library: str, lost: list[str]
) -> None:
    cli = make("package-prediction", library=library) / "shapes" / "cli.py"
    assert reported(lint()) == []
    call = "determinism.prepare(options.seed, options.threads)"
    cli.write_text(cli.read_text().replace(call, "determinism.seed_everything(options.seed)"))
    found = lint("--select", "DET605")["failed"]
    assert [row["message"].partition(" turns ")[2].partition(" on,")[0] for row in found] == lost


def test_a_package_that_was_renamed(shapes: Path, lint: Lint) -> None:
    (shapes / "shapes").rename(shapes / "rings")
    files = [file for file in shapes.rglob("*.py") if file.name != "determinism.py"]
    for file in [*files, shapes / ".detlint-project.toml"]:
        file.write_text(file.read_text().replace("from shapes", "from rings").replace('"shapes/', '"rings/'))
    document = lint()
    assert {row["code"] for row in document["failed"]} == {"DET601"}
    passed = {row["code"]: row["message"] for row in document["passed"]}
    assert passed["DET604"] == "0 files of the template unchanged"
    assert passed["DET605"] == "2 determinism settings made"  # the pins
    marker = shapes / ".detlint-project.toml"
    marker.write_text(marker.read_text().replace('package = "shapes"', 'package = "rings"'))
    assert reported(lint()) == []


# -------------------------------------------------------------------------------------------- files of the template
def test_an_edit_is_shown(shapes: Path, lint: Lint) -> None:
    file = shapes / MODULE
    file.write_text(file.read_text().replace("    random.seed(seed)\n    np", "    np", 1))
    document = lint()
    assert [row["code"] for row in document["failed"]] == ["DET604", "DET605"]
    row = document["failed"][0]
    assert "was edited (lines added: 0, removed: 1)" in row["message"]
    assert "\n-    random.seed(seed)\n" in row["diff"]
    assert "-    random.seed(seed)" not in (shapes / MODULE).read_text()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda data: data.replace(b"\n", b"\r\n"), "only line ends differ"),
        (
            lambda data: data.replace(b"\nimport os\n", b"\nimport os  \n"),
            "only spaces and empty lines at the ends differ",
        ),
        (lambda data: data + b"\n\n", "only spaces and empty lines at the ends differ"),
        (lambda data: b"\xef\xbb\xbf" + data, "only the byte order mark differs"),
        (
            lambda data: b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n"),
            "only the byte order mark and line ends differ",
        ),
        (lambda data: b"\xff" + data, "no text in UTF-8"),
        (lambda data: data.replace(b"runs of shapes", b"runs of rings"), "was edited"),
    ],
)
def test_ways_of_being_different(shapes: Path, lint: Lint, change: Callable[[bytes], bytes], words: str) -> None:
    file = shapes / MODULE
    file.write_bytes(change(file.read_bytes()))
    (row,) = lint("--select", "DET604")["failed"]
    assert words in row["message"]


def test_a_line_end_at_the_end_is_reported_there(shapes: Path, lint: Lint) -> None:
    text = (shapes / MODULE).read_text()
    (shapes / MODULE).write_text(text.rstrip("\n"))
    assert reported(lint()) == [("DET604", MODULE, text.count("\n"))]
    (shapes / MODULE).write_text(f"{text}\n")
    assert reported(lint()) == [("DET604", MODULE, text.count("\n") + 1)]


def test_a_long_difference_is_cut_short(shapes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shapes / MODULE).write_bytes((shapes / MODULE).read_bytes().replace(b"\n", b"\r\n"))
    main(["lint", "--no-code"])
    out = capsys.readouterr().out
    assert " more lines: detlint lint --diff --unsafe-fixes\n" in out
    assert out.count("\\r\\n") < 100


@pytest.mark.parametrize("place", ["shapes/core/determinism.py", "shapes/Determinism.py"])
def test_a_file_that_was_moved(shapes: Path, lint: Lint, place: str) -> None:
    (shapes / "shapes" / "core").mkdir()
    (shapes / MODULE).rename(shapes / place)
    (row,) = lint("--select", "DET601")["failed"]
    assert f"It may have been moved to `{place}`." in row["message"]


@pytest.mark.parametrize("change", [lambda text: text, lambda text: text.replace("\n", "\r\n")])
def test_an_older_version_is_recognised(make: Callable[..., Path], lint: Lint, change: Callable[[str], str]) -> None:
    marker = make(version="1.0.0") / ".detlint-project.toml"
    module = marker.parent / MODULE
    module.write_text(change(module.read_text()), newline="")
    assert "DET611" in [row[0] for row in reported(lint())]
    marker.write_text(marker.read_text().replace('template-version = "1.0.0"', 'template-version = "1.1.0"'))
    (row,) = (row for row in lint()["failed"] if row["code"] == "DET604")
    assert "is that of its version 1.0.0, not 1.1.0" in row["message"]


def test_answers_that_are_common_words_do_no_harm(make: Callable[..., Path], lint: Lint) -> None:
    make(package="seed", project_name="runs", full_name="def", github_owner="import", description="return")
    assert reported(lint(code=True)) == []


# ------------------------------------------------------------------------------------------------------------ repairs
def test_repairs(shapes: Path, lint: Lint) -> None:
    before = (shapes / MODULE).read_bytes()
    (shapes / MODULE).write_bytes(before + b"# mine\n")
    (shapes / "environment.yml").unlink()
    toml = (shapes / "pyproject.toml").read_text()
    (shapes / "pyproject.toml").write_text(toml.replace('version = "0.1.0"', 'version = "0.3.0"'))
    assert [code for code, _, _ in reported(lint())] == ["DET601", "DET604", "DET608"]
    assert [code for code, _, _ in reported(lint("--fix"))] == ["DET601", "DET604"]
    assert (shapes / "pyproject.toml").read_text() == toml
    assert reported(lint("--fix", "--unsafe-fixes")) == []
    assert (shapes / MODULE).read_bytes() == before


def test_a_difference_changes_nothing(shapes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shapes / "environment.yml").unlink()
    assert main(["lint", "--no-code", "--diff", "--unsafe-fixes"]) == 1
    out = capsys.readouterr().out
    assert "+++ environment.yml (repaired)" in out
    assert "+name: shapes" in out
    assert not (shapes / "environment.yml").exists()


def test_nothing_is_written_through_a_link(shapes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outside = tmp_path / "outside.py"
    outside.write_text("mine\n")
    (shapes / MODULE).unlink()
    (shapes / MODULE).symlink_to(outside)
    assert main(["lint", "--no-code", "--fix", "--unsafe-fixes"]) == 1
    assert "is a symbolic link out of the project" in capsys.readouterr().out
    assert outside.read_text() == "mine\n"
    assert (shapes / MODULE).is_symlink()


def test_code_is_repaired_as_by_check(shapes: Path, lint: Lint) -> None:
    file = shapes / "shapes" / "more.py"
    file.write_text("import torch\n\ntorch.manual_seed = 0\n")
    assert [(row["code"], row["repair"]) for row in lint(code=True)["failed"]] == [("DET110", "safe")]
    document = lint("--fix", code=True)
    assert document["fixed"] == {"shapes/more.py": {"DET110": 1}}
    assert document["summary"]["fixed"] == 1
    assert reported(document) == []
    assert file.read_text() == "import torch\n\ntorch.manual_seed(0)\n"


def test_what_was_repaired_is_told(shapes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shapes / "environment.yml").unlink()
    (shapes / "shapes" / "more.py").write_text("import torch\n\ntorch.manual_seed = 0\n")
    assert main(["lint"]) == 1
    assert "1 can be repaired with `--fix`; 1 more can be repaired with `--fix --unsafe-fixes`." in (
        capsys.readouterr().out
    )
    assert main(["lint", "--fix", "--unsafe-fixes"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("2 repaired\n  environment.yml: 1 x DET601\n  shapes/more.py: 1 x DET110\n")
    assert "13 passed, 0 warned, 0 failed" in out


def test_repairs_of_code_leave_files_of_the_template_alone(shapes: Path, lint: Lint) -> None:
    file = shapes / MODULE
    before = file.read_text() + "torch.manual_seed = 0\n"
    file.write_text(before)
    assert {code for code, _, _ in reported(lint("--fix", code=True))} == {"DET604", "DET110"}
    assert file.read_text() == before
    assert reported(lint("--fix", "--unsafe-fixes", code=True)) == []


def test_a_marker_that_cannot_be_used_stops_repairs_of_code(shapes: Path, lint: Lint) -> None:
    (shapes / ".detlint-project.toml").write_text("template = [")
    file = shapes / "shapes" / "more.py"
    file.write_text("import torch\n\ntorch.manual_seed = 0\n")
    assert {code for code, _, _ in reported(lint("--fix", code=True))} == {"DET612", "DET110"}
    assert "manual_seed = 0" in file.read_text()


def test_the_difference_of_structure_and_code_in_one_file(shapes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = shapes / "shapes" / "__init__.py"
    before = file.read_text().replace("0.1.0", "0.2.0") + "import torch\n\ntorch.manual_seed = 0\n"
    file.write_text(before)
    (shapes / "shapes" / "more.py").write_text("import torch\n\ntorch.manual_seed = 1\n")
    assert main(["lint", "--diff"]) == 1
    out = capsys.readouterr().out
    for line in ('+__version__ = "0.1.0"', "+torch.manual_seed(0)", "+torch.manual_seed(1)"):
        assert line in out.splitlines()
    assert file.read_text() == before
    assert main(["lint", "--fix"]) == 0
    assert main(["lint", "--diff"]) == 0


def test_options_of_check_hold_for_lint(shapes: Path, lint: Lint) -> None:
    (shapes / "shapes" / "more.py").write_text("import torch\n\nx = torch.bincount(torch.ones(3).int())\n")
    (shapes / "more.toml").write_text('[severity]\nDET602 = "error"\n')
    (shapes / "mkdocs.yml").unlink()
    assert lint("--config", "more.toml")["summary"]["failed"] == 1
    assert lint("--min-severity", "error")["warned"] == []
    assert main(["lint", "--target", "torch"]) == 2


def test_safety_of_repairs_is_as_settings_have_it(shapes: Path, lint: Lint) -> None:
    (shapes / "environment.yml").unlink()
    with (shapes / "pyproject.toml").open("a") as stream:
        stream.write('\n[tool.detlint]\nextend-safe-fixes = ["DET601"]\n')
    assert reported(lint("--fix")) == []


# -------------------------------------------------------------------------------------------------------- suppressions
@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        (".github/workflows/lint.yml", "", "# TODO(template): x  # detlint: ignore[DET606] later\n"),
        ("Dockerfile", "", "# detlint: ignore[DET607] docs\n# @{ name }@\n"),
        ("pyproject.toml", 'version = "0.1.0"', 'version = "0.2.0"  # detlint: ignore[DET608] on its way'),
        (".detlint-project.toml", 'template = "mlflow-pytorch"', 'template = "mlflow-pytorch"  # noqa: DET601'),
        ("MLproject", "", "# TODO(template): x  # detlint: ignore[DET6] later\n"),
        ("environment.yml", "", "# detlint: skip-file\n# TODO(template): x\n"),
        ("shapes/model.py", "", "# TODO(template): x  # detlint: ignore[DET606] later\n"),
    ],
)
def test_comments_hide_findings(shapes: Path, lint: Lint, path: str, before: str, after: str) -> None:
    file = shapes / path
    if path == ".detlint-project.toml":
        (shapes / "environment.yml").unlink()
    text = file.read_text()
    file.write_text(text.replace(before, after, 1) if before else text + after)
    document = lint(code=True)
    assert reported(document) == []
    assert "1 hidden by comments or settings" in [row["message"] for row in document["passed"]]
    assert reported(lint()) == []


def test_an_edit_of_a_managed_file_can_be_kept(shapes: Path, lint: Lint) -> None:
    file = shapes / MODULE
    file.write_text("# detlint: ignore[DET604] NumPy is not used here\n" + file.read_text().replace("np.random", "#"))
    assert "DET604" not in {code for code, _, _ in reported(lint())}


def test_a_setting_can_be_done_without(shapes: Path, lint: Lint) -> None:
    train = shapes / "shapes" / "train.py"
    text = train.read_text().replace("    determinism.prepare(options.seed, options.threads)\n", "")
    train.write_text("# detlint: ignore[DET605] a trial\n" + text)
    assert reported(lint()) == []


def test_comments_that_hide_nothing(shapes: Path, lint: Lint) -> None:
    file = shapes / "environment.yml"
    text = file.read_text()
    file.write_text(text.replace("channels:", "channels: # detlint: ignore[DET604, DET601] why"))
    assert reported(lint(code=True)) == [("DET002", "environment.yml", 2)] * 2
    document = lint("--fix", code=True)
    assert document["fixed"] == {"environment.yml": {"DET002": 2}}
    assert file.read_text() == text


def test_comments_that_are_wrong_are_told_once(shapes: Path, lint: Lint) -> None:
    for path in (".detlint-project.toml", "environment.yml"):
        with (shapes / path).open("a") as stream:
            stream.write("# detlint: ignore[DET699] why\n")
    found = reported(lint(code=True))
    assert [(code, path) for code, path, _ in found] == [
        ("DET003", ".detlint-project.toml"),
        ("DET003", "environment.yml"),
    ]


def test_comments_about_rules_that_are_not_asked_are_left_alone(shapes: Path, lint: Lint) -> None:
    with (shapes / "environment.yml").open("a") as stream:
        stream.write("# detlint: ignore[DET604] why\n")
    assert reported(lint("--ignore", "DET604", code=True)) == []
    assert main(["check", "."]) == 0


def test_files_without_comments_are_named_in_settings(shapes: Path, lint: Lint) -> None:
    (shapes / "environment.yml").unlink()
    with (shapes / "README.md").open("a") as stream:
        stream.write("TODO(template): pictures\n")
    with (shapes / "pyproject.toml").open("a") as stream:
        stream.write('\n[tool.detlint.per-file-ignores]\n"environment.yml" = ["DET601"]\n"README.md" = ["DET606"]\n')
    assert reported(lint()) == []


# ------------------------------------------------------------------------------------------------------ other findings
def test_forbidden_files_count_only_where_git_would_keep_them(shapes: Path, lint: Lint) -> None:
    cache = shapes / "shapes" / "__pycache__"
    cache.mkdir()
    (cache / "train.cpython-312.pyc").write_bytes(b"\0\1")
    commit(shapes)
    assert reported(lint()) == []
    git(shapes, "add", "--force", "shapes/__pycache__")
    assert reported(lint()) == [("DET603", "shapes/__pycache__/train.cpython-312.pyc", 1)]


@pytest.mark.parametrize(
    "path", [".env", "deploy/.env.local", "keys/id_ecdsa", "server.key", ".pypirc", "shapes/old.pyc"]
)
def test_secrets_and_compiled_code_are_forbidden(shapes: Path, lint: Lint, path: str) -> None:
    (shapes / path).parent.mkdir(exist_ok=True)
    (shapes / path).write_text("x\n")
    (shapes / ".env.example").write_text("TOKEN=\n")
    commit(shapes)
    git(shapes, "add", "--force", path)
    assert reported(lint()) == [("DET603", path, 1)]


def test_ignored_files_without_git(shapes: Path, lint: Lint) -> None:
    (shapes / ".env").write_text("TOKEN=1\n")
    (shapes / "other.pem").write_text("key\n")
    (shapes / ".gitignore").write_text(".env\n")
    assert reported(lint()) == [("DET603", "other.pem", 1)]


def test_links_out_of_the_project_are_left_alone(shapes: Path, lint: Lint, tmp_path: Path) -> None:
    (tmp_path / "outside.txt").write_text("TODO(template): nothing of ours\n")
    (shapes / "data.txt").symlink_to(tmp_path / "outside.txt")
    (shapes / "loop").symlink_to(shapes)
    (shapes / "gone.txt").symlink_to(tmp_path / "gone.txt")
    commit(shapes)
    assert reported(lint()) == []


def test_versions_of_other_things_are_left_alone(shapes: Path, lint: Lint) -> None:
    toml = shapes / "pyproject.toml"
    toml.write_text(toml.read_text().replace("hatchling>=1.24", "hatchling==0.1.0").replace('"0.1.0"', '"0.2.0"'))
    assert reported(lint()) == [("DET608", "pyproject.toml", 7)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("template = [", "no valid TOML"),
        ("\xff", "no text in UTF-8"),
        ('template = "mlflow-pytorch"\n', "does not say which version"),
        ('template = "mlflow-torch"\ntemplate-version = "1.0.0"\n', "did you mean mlflow-pytorch?"),
        ('template = "../secret"\ntemplate-version = "1.0.0"\n', "no such template"),
        ('template = "mlflow-pytorch"\ntemplate-version = "9.0.0"\n', "has no version 9.0.0"),
        ('template = "mlflow-pytorch"\ntemplate-version = "1.0.0"\n', "there is no answer to project_name"),
        ('template = 3\ntemplate-version = "1.0.0"\n', "template must be a text"),
        ('manifest = "m.json"\n', "there is no m.json"),
        ('manifest = "../m.json"\n', "no path inside the project"),
        ('manifest = "m.json"\ncolour = "red"\n', "no such key: colour"),
        ('manifest = "m.json"\n[bump]\nfiles = ["/etc/passwd"]\n', "no path inside the project"),
        ('manifest = "m.json"\n[bump]\nchangelog = "../C.md"\n', "no path inside the project"),
        ('manifest = "m.json"\n[sync]\nlevel = "tiny"\n', "none of major, minor, patch"),
        ('manifest = "m.json"\n[sync]\nexclude = ["["]\n', "'[' is no pattern"),
        ('manifest = "m.json"\n[answers]\nversion = 1\n', "must be a text"),
    ],
)
def test_a_marker_that_cannot_be_used(shapes: Path, lint: Lint, text: str, words: str) -> None:
    (shapes / ".detlint-project.toml").write_bytes(text.encode("latin-1"))
    document = lint()
    assert [row["code"] for row in document["failed"]] == ["DET612"]
    assert words in document["failed"][0]["message"]


def test_the_line_of_a_path_that_leads_out(shapes: Path, lint: Lint) -> None:
    marker = shapes / ".detlint-project.toml"
    marker.write_text(marker.read_text().replace('"pyproject.toml"', '"../pyproject.toml"'))
    assert reported(lint()) == [("DET612", ".detlint-project.toml", 22)]


def test_a_folder_without_a_marker(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", str(tmp_path)]) == 2
    assert "is no project made from a template" in capsys.readouterr().err
    assert main(["lint", str(tmp_path / "none")]) == 2


@pytest.mark.parametrize("command", [["lint"], ["sync"], ["bump-version", "0.2.0"]])
def test_a_folder_in_a_project(
    shapes: Path, command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir("docs")
    assert main(command) == 2
    assert f". is no project made from a template: it has no .detlint-project.toml; {shapes} is one" in (
        capsys.readouterr().err
    )


def test_a_project_with_a_manifest_of_its_own_has_nothing_to_sync_with(
    shapes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (shapes / ".detlint-project.toml").write_text('manifest = "house.json"\n')
    assert main(["sync"]) == 2
    assert "names a manifest, and no template" in capsys.readouterr().err


def test_settings_hide_rules(shapes: Path, lint: Lint) -> None:
    (shapes / "mkdocs.yml").unlink()
    (shapes / "environment.yml").unlink()
    with (shapes / "pyproject.toml").open("a") as stream:
        stream.write('\n[tool.detlint]\nextend-ignore = ["DET602"]\nseverity = {DET601 = "warning"}\n')
    document = lint()
    assert document["failed"] == []
    assert [row["code"] for row in document["warned"]] == ["DET601"]


def test_check_says_nothing_of_structure(shapes: Path) -> None:
    (shapes / "environment.yml").unlink()
    (shapes / "shapes" / "more.py").write_text("x = 1  # detlint: ignore[DET606] for lint\n")
    assert main(["check", ".", "--min-severity", "info"]) == 0


def test_check_tells_who_asks_these_rules(shapes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", ".", "--select", "DET6"]) == 0
    assert "asked only by `detlint lint`" in capsys.readouterr().err
    assert main(["check", ".", "--select", "DET6,DET2"]) == 0
    assert "asked only" not in capsys.readouterr().err


def test_check_imports_nothing_of_projects(shapes: Path) -> None:
    code = (
        "import sys; from detlint.__main__ import main; main(['check', '.']); "
        "ours = ('detlint.projects', 'detlint.cli.projects', 'jinja2'); "
        "print([name for name in sys.modules if name.startswith(ours)])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
