"""What README and documentation say is so: commands work, output is what is printed, codes and files exist."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from detlint.__main__ import main
from detlint.cli.arguments import command_of, parse
from detlint.registry import registry

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", page.read_text("utf-8"), re.DOTALL)


def commands() -> Iterator[str]:
    """All calls of detlint that are shown."""
    for page in PAGES:
        for block in blocks(page, "console"):
            for line in block.splitlines():
                found = re.match(r"(?:\$ )?(?:.*?(?:&&|\|) )?(detlint [^#&|]*)", line)
                if found and (line.startswith("$ ") or "$ " not in block):
                    yield found[1].strip()


@pytest.mark.parametrize("command", sorted(set(commands())))
def test_commands_that_are_shown_exist(command: str) -> None:
    name, arguments = command_of(shlex.split(command)[1:])
    parse(name, arguments)


def test_some_commands_are_shown() -> None:
    assert len(set(commands())) > 10


def test_the_output_that_is_shown_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    (shown,) = (block for block in blocks(PAGES[0], "console") if block.startswith("$ detlint examples/\n"))
    assert main(["examples/"]) == 1
    printed = capsys.readouterr().out
    parts = [part.strip("\n") for part in shown.partition("\n")[2].split("\n[...]\n")]
    assert len(parts) > 1
    for part in parts:
        assert part in printed


@pytest.mark.parametrize("page", [ROOT / "README.md", ROOT / "docs" / "map.md"], ids=lambda page: page.name)
def test_the_map_that_is_shown_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], page: Path
) -> None:
    monkeypatch.chdir(ROOT)
    (shown,) = (block for block in blocks(page, "console") if block.startswith("$ detlint map examples/\n"))
    assert main(["map", "examples/"]) == 0
    printed = capsys.readouterr().out
    for part in shown.partition("\n")[2].split("\n[...]\n"):
        assert part in printed


def test_the_example_has_every_kind_of_defect(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    main(["examples/", "--output-format", "json"])
    found = {
        (item["path"].rpartition("/")[2], item["code"]) for item in json.loads(capsys.readouterr().out)["diagnostics"]
    }
    assert found >= {
        ("data.py", "DET102"),
        ("data.py", "DET122"),
        ("model.py", "DET201"),
        ("train.py", "DET104"),
        ("train.py", "DET111"),
        ("train.py", "DET112"),
        ("train.py", "DET204"),
        ("train.py", "DET205"),
        ("trees.py", "DET401"),
        ("trees.py", "DET411"),
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_codes_and_files_that_are_named_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    assert set(re.findall(r"\bDET\d{3}\b", text)) <= set(registry().by_code)
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        generated = re.fullmatch(r"rules/([a-z-]+)\.md", target)
        if generated and page.parent.name == "docs":
            assert generated[1] == "index" or generated[1] in registry().by_name
        elif target != "decisions/index.md":
            assert (page.parent / target).exists(), target
