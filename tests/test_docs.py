"""The documentation builds without a warning, and has a page for each rule with its examples."""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from detlint.registry import registry
from detlint.settings.model import KEYS

pytest.importorskip("mkdocs", reason="mkdocs is not installed (pip install -e '.[docs]')")
pytest.importorskip("material", reason="mkdocs-material is not installed (pip install -e '.[docs]')")

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built documentation."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def text_of(page: Path) -> str:
    """The words of a page."""
    return html.unescape(re.sub(r"<[^>]*>", "", page.read_text("utf-8")))


def test_every_rule_has_a_page_where_its_url_says(site: Path) -> None:
    for rule in registry().rules:
        text = text_of(site / "rules" / rule.name / "index.html")
        assert f"{rule.name} ({rule.code})" in text
        assert "# !" not in text


def test_the_index_lists_every_rule(site: Path) -> None:
    text = text_of(site / "rules" / "index.html")
    assert all(rule.code in text and rule.name in text for rule in registry().rules)


def test_all_settings_are_documented(site: Path) -> None:
    text = text_of(site / "configuration" / "index.html")
    for key in KEYS.values():
        assert key.text.replace("`", "") in text


def test_decisions_are_short_and_listed(site: Path) -> None:
    text = text_of(site / "decisions" / "index.html")
    for path in sorted((ROOT / "docs" / "decisions").glob("*.md")):
        lines = path.read_text("utf-8").splitlines()
        assert lines[0].lstrip("# ") in text
        assert len(lines) <= 20, f"{path.name} should have about ten lines"
