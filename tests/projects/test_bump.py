"""`detlint bump-version`: all files move together, or none does."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING

import pytest

from detlint.__main__ import main
from detlint.projects import files
from detlint.projects.bump import check_step
from detlint.projects.changelog import problems, with_section
from detlint.projects.errors import ProjectError
from detlint.projects.versions import Version
from tests.projects.conftest import reported

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projects.conftest import Lint

TODAY = datetime.date.today().isoformat()


def test_all_files_move(shapes: Path, lint: Lint, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bump-version", "0.2.0"]) == 0
    assert "0.1.0 -> 0.2.0" in capsys.readouterr().out
    for path in ("pyproject.toml", "shapes/__init__.py", "MLproject", ".detlint-project.toml"):
        text = (shapes / path).read_text()
        assert "0.2.0" in text
        assert "0.1.0" not in text
    changelog = (shapes / "CHANGELOG.md").read_text()
    assert f"## [Unreleased]\n\n## [0.2.0] - {TODAY}\n\n### Added\n" in changelog
    assert reported(lint()) == []
    assert main(["bump-version", "--show"]) == 0
    assert capsys.readouterr().out.endswith("0.2.0\n")


def test_marks(shapes: Path) -> None:
    (shapes / "notes.txt").write_text("0.1.0 stays\n0.1.0 moves <<bump>>\n")
    init = shapes / "shapes" / "__init__.py"
    init.write_text(init.read_text() + '\nSINCE = "0.1.0"  # <<no-bump>>\nNUMPY = "numpy==0.1.0"\nOTHER = "10.1.0"\n')
    marker = shapes / ".detlint-project.toml"
    marker.write_text(marker.read_text().replace("marked-files = []", 'marked-files = ["notes.txt"]'))
    assert main(["bump-version", "1.0.0"]) == 0
    assert (shapes / "notes.txt").read_text() == "0.1.0 stays\n1.0.0 moves <<bump>>\n"
    text = init.read_text()
    assert '__version__ = "1.0.0"' in text
    assert 'SINCE = "0.1.0"  # <<no-bump>>\nNUMPY = "numpy==0.1.0"\nOTHER = "10.1.0"\n' in text


def test_a_template_at_the_same_version_stays(shapes: Path) -> None:
    marker = shapes / ".detlint-project.toml"
    for version in ("0.1.1", "0.2.0", "1.0.0", "1.1.0"):
        assert main(["bump-version", version]) == 0
    assert main(["bump-version", "1.1.1"]) == 0
    assert re.findall(r"^(?:template-)?version = .*", marker.read_text(), re.M) == [
        'template-version = "1.1.0"',
        'version = "1.1.1"',
    ]


def test_a_dry_run_changes_nothing(shapes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {file: file.read_bytes() for file in shapes.rglob("*") if file.is_file()}
    assert main(["bump-version", "0.2.0-SNAPSHOT", "--dry-run"]) == 0
    assert "pyproject.toml:7:" in capsys.readouterr().out
    assert before == {file: file.read_bytes() for file in shapes.rglob("*") if file.is_file()}


@pytest.mark.parametrize("change", ["gone", "other"])
def test_nothing_moves_where_one_file_cannot(shapes: Path, change: str) -> None:
    file = shapes / "MLproject"
    if change == "gone":
        file.unlink()
    else:
        file.write_text(file.read_text().replace("0.1.0", "0.9.0"))
    before = (shapes / "pyproject.toml").read_text()
    assert main(["bump-version", "0.2.0"]) == 2
    assert (shapes / "pyproject.toml").read_text() == before


@pytest.mark.parametrize(
    ("old", "new", "downgrade", "words"),
    [
        ("1.2.3", "1.2.4", False, ""),
        ("1.2.3", "1.3.0", False, ""),
        ("1.2.3", "2.0.0", False, ""),
        ("1.2.3", "1.3.0-SNAPSHOT", False, ""),
        ("1.3.0-SNAPSHOT", "1.3.0", False, ""),
        ("1.2.3", "1.2.5", False, "does not follow"),
        ("1.2.3", "1.3.1", False, "does not follow"),
        ("1.2.3", "3.0.0", False, "does not follow"),
        ("1.2.3", "1.2.3", False, "already"),
        ("1.2.3", "1.2.2", False, "--downgrade goes back"),
        ("1.3.0", "1.3.0-SNAPSHOT", False, "--downgrade goes back"),
        ("1.2.3", "1.0.0", True, ""),
        ("1.2.3", "1.2.4", True, "is for going back"),
    ],
)
def test_steps(old: str, new: str, downgrade: bool, words: str) -> None:
    if not words:
        check_step(Version.parse(old), Version.parse(new), downgrade=downgrade)
        return
    with pytest.raises(ProjectError, match=words):
        check_step(Version.parse(old), Version.parse(new), downgrade=downgrade)


@pytest.mark.parametrize(
    ("old", "level", "new"),
    [
        ("1.2.3", "patch", "1.2.4"),
        ("1.2.3", "minor", "1.3.0"),
        ("1.2.3", "major", "2.0.0"),
        ("1.3.0-SNAPSHOT", "patch", "1.3.0"),
        ("1.3.0-SNAPSHOT", "minor", "1.3.0"),
        ("1.3.0-SNAPSHOT", "major", "2.0.0"),
        ("1.2.4-SNAPSHOT", "minor", "1.3.0"),
        ("2.0.0-SNAPSHOT", "major", "2.0.0"),
    ],
)
def test_steps_by_name(old: str, level: str, new: str) -> None:
    assert str(Version.parse(old).following(level)) == new
    check_step(Version.parse(old), Version.parse(new), downgrade=False)


def test_a_step_by_name_tells_the_section_of_the_changelog(shapes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bump-version", "minor", "--dry-run"]) == 0
    assert f"CHANGELOG.md:8: [0.2.0] - {TODAY}\n0.1.0 -> 0.2.0 (nothing was changed)" in capsys.readouterr().out


def test_going_back_leaves_the_changelog_alone(shapes: Path, lint: Lint) -> None:
    assert main(["bump-version", "0.2.0"]) == 0
    before = (shapes / "CHANGELOG.md").read_text()
    assert main(["bump-version", "0.1.0", "--downgrade"]) == 0
    assert (shapes / "CHANGELOG.md").read_text() == before
    assert reported(lint()) == []


@pytest.mark.parametrize(
    ("path", "before", "after", "line"),
    [
        ("MLproject", "/shapes:0.1.0", "/shapes:0.2.0", 5),
        ("MLproject", "# shapes 0.1.0", "# shapes 0.2.0", 1),
        ("MLproject", "name: shapes", "# Version: 0.2.0\nname: shapes", 2),
        (".github/workflows/publish_image.yml", "/shapes:0.1.0", "/shapes:0.2.0", 15),
        ("pyproject.toml", 'version = "0.1.0"', 'version = "0.2.0"\nkeywords = ["0.1.0"]', 7),
    ],
)
def test_one_of_several_places_has_another_version(
    shapes: Path, lint: Lint, capsys: pytest.CaptureFixture[str], path: str, before: str, after: str, line: int
) -> None:
    file = shapes / path
    file.write_text(file.read_text().replace(before, after))
    assert reported(lint()) == [("DET608", path, line)]
    assert main(["bump-version", "0.1.1"]) == 2
    assert f"{path}:{line} has the version 0.2.0, and the project is at 0.1.0" in capsys.readouterr().err
    assert reported(lint("--fix")) == []
    assert "0.2.0" not in file.read_text()


def test_versions_behind_other_names_are_not_the_projects(shapes: Path, lint: Lint) -> None:
    file = shapes / "MLproject"
    file.write_text(f"# other-shapes 0.3.0, made after shapes 0.2.0 with base:1.2.3\n{file.read_text()}")
    init = shapes / "shapes" / "__init__.py"
    init.write_text(f'{init.read_text()}\n\nclass Schema:\n    version: str = "2.0.0"\n')
    toml = shapes / "pyproject.toml"
    toml.write_text(f'{toml.read_text()}\n[tool.other]\nversion = "4.5.6"\n')
    assert reported(lint()) == []


def test_a_listed_file_that_is_not_there(shapes: Path, lint: Lint) -> None:
    marker = shapes / ".detlint-project.toml"
    marker.write_text(marker.read_text().replace('  "MLproject",', '  "MLproject",\n  "CITATION.cff",'))
    assert reported(lint()) == [("DET608", ".detlint-project.toml", 25)]
    (shapes / "CITATION.cff").write_text("version: 0.1.0\ncff-version: 1.2.0\n")
    assert reported(lint()) == []
    (shapes / "CITATION.cff").write_text("version: 0.1.1\ncff-version: 1.2.0\n")
    assert reported(lint()) == [("DET608", "CITATION.cff", 1)]
    (shapes / "MLproject").unlink()
    assert [code for code, _, _ in reported(lint())] == ["DET601", "DET608"]


@pytest.mark.parametrize("text", ["1.2", "v1.2.3", "1.2.3-rc1", "01.2.3", "1.2.3.4", "", "1.2.3\n"])
def test_what_is_no_version(text: str) -> None:
    with pytest.raises(ProjectError, match="is no version"):
        Version.parse(text)


def test_no_version_to_come_to(shapes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bump-version"]) == 2
    assert "at 0.1.0" in capsys.readouterr().err


def test_a_snapshot_in_the_metadata_of_a_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lint: Lint) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["create", "mlflow-pytorch", "rings", "--defaults", "--set", "version=0.1.0-SNAPSHOT"]) == 0
    monkeypatch.chdir("rings")
    toml = tmp_path / "rings" / "pyproject.toml"
    assert 'version = "0.1.0.dev0"' in toml.read_text()
    assert reported(lint()) == []
    assert main(["bump-version", "0.1.0"]) == 0
    assert 'version = "0.1.0"' in toml.read_text()
    assert main(["bump-version", "0.2.0-SNAPSHOT"]) == 0
    assert 'version = "0.2.0.dev0"' in toml.read_text()
    assert reported(lint()) == []
    toml.write_text(toml.read_text().replace("0.2.0.dev0", "0.1.0"))
    assert reported(lint("--fix")) == []
    assert 'version = "0.2.0.dev0"' in toml.read_text()


def test_nothing_moves_where_one_file_cannot_be_written(
    shapes: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.read_bytes() for path in shapes.rglob("*") if path.is_file()}
    kept = files._beside

    def failing(file: Path, content: bytes) -> str:
        if file.name == "MLproject":
            raise OSError(28, "No space left on device")
        return kept(file, content)

    monkeypatch.setattr(files, "_beside", failing)
    assert main(["bump-version", "0.2.0"]) == 2
    assert "MLproject cannot be written: No space left on device" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in shapes.rglob("*") if path.is_file()} == before


# ----------------------------------------------------------------------------------------------------------- changelog
RST = "=========\nChangelog\n=========\n\n\n0.1.0 (2026-01-01)\n------------------\n\n**Added**\n\n* Rings\n"


def test_a_section_in_restructured_text() -> None:
    text = with_section("CHANGELOG.rst", RST, Version.parse("0.1.0"), Version.parse("0.2.0"), "2026-02-03")
    assert "0.2.0 (2026-02-03)\n------------------\n\n**Added**\n\n**Fixed**\n\n**Dependencies**\n" in text
    assert text.index("0.2.0") < text.index("0.1.0")
    assert list(problems("CHANGELOG.rst", text)) == []


def test_a_snapshot_is_released_in_its_section() -> None:
    text = RST.replace("0.1.0 (2026-01-01)\n------------------", "0.1.0-SNAPSHOT (2026-01-01)\n" + "-" * 27)
    old, new = Version.parse("0.1.0-SNAPSHOT"), Version.parse("0.1.0")
    assert with_section("CHANGELOG.rst", text, old, new, "2026-01-01") == RST


@pytest.mark.parametrize(
    ("path", "text", "words"),
    [
        ("C.md", "# Changelog\n", "no sections"),
        ("C.md", "## Soon\n", "names no version"),
        ("C.md", "## [0.1.0]\n", "has no date"),
        ("C.md", "## [0.1.0] - 2026-02-30\n", "is no date"),
        ("C.md", "## [0.1.0] - 2026-1-3\n", "is no date"),
        ("C.md", "## 0.1.0 - 2026-01-02\n\n## 0.1.0 - 2026-01-02\n", "two sections"),
        ("C.md", "## 0.9.0 - 2026-01-02\n\n## 0.10.0 - 2026-01-03\n", "stands below"),
        ("C.md", "## [0.1.0] - 2026-01-03\n\n## [Unreleased]\n", "not released yet stands below 0.1.0"),
        ("C.md", "```\n## x\n```\n\n## [Unreleased]\n\n## [1.0.0](https://x.org) - 2026-01-02\n", ""),
        ("C.rst", RST, ""),
        ("C.rst", RST.replace("------------------", "------"), "shorter"),
        ("C.rst", RST.replace("=========\nChangelog", "==\nChangelog"), "lines above and below `Changelog` differ"),
        ("C.rst", RST[RST.index("0.1.0") :], "no title"),
        ("C.rst", f".. _changes:\n\n{RST[10:]}", ""),
        ("C.rst", RST.replace("=", "#"), ""),
        ("C.rst", RST + "\n**Deprecated**\n\n**Fixed**\n", "out of order"),
    ],
)
def test_problems_of_changelogs(path: str, text: str, words: str) -> None:
    found = list(problems(path, text))
    assert [message for _, message, _ in found if words in message] if words else not found
