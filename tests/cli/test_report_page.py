"""`--output-format html`: escaped, self-contained, with the map, and working in a real browser."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from detlint.diagnostics import Confidence, Diagnostic, Location, Related, Report, Severity
from detlint.map.html import fragment
from detlint.reporters import View
from detlint.reporters.html import page
from tests.cli.conftest import BENCHMARK, Run
from tests.cli.test_map_page import CHROMIUM, EVIL, PROBE, Page, many

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LEVELS = (Severity.ERROR, Severity.WARNING, Severity.INFO)
RANDOM = "import random\n\n\ndef main():\n    print(random.random())\n\n\nif __name__ == '__main__':\n    main()\n"


def finding(number: int, path: str = "train.py", text: str = "a `b` c") -> Diagnostic:
    """A finding; each third of another severity."""
    place = Location(number + 1, 1, number + 1, 5)
    related = (Related(path, place, f"from `{text}`"),)
    level = LEVELS[number % 3]
    return Diagnostic(f"DET{100 + number}", f"rule-{number}", text, text, level, Confidence.LOW, path, place, related)


def report(count: int) -> Report:
    """A report about some files."""
    return Report([finding(number, f"src/{number // 10:03}.py") for number in range(count)], files=count)


EVIL_VIEW = View(source=lambda _path, _place: f"{EVIL}\n" * 9)


def test_all_that_comes_from_the_project_is_escaped() -> None:
    text = page(Report([finding(0, EVIL, EVIL)], files=1, problems=[EVIL]), EVIL_VIEW)
    document = Page(text)
    assert len(document.all("script")) == 1
    assert "<script>alert" not in text
    assert not any(name.startswith("on") for _, attributes in document.tags for name in attributes)


def test_nothing_is_loaded_from_anywhere() -> None:
    text = page(report(9), View(map=lambda: fragment(many(2), heading=3)))
    assert "default-src 'none'" in text
    assert not re.search(r"url\(|@import|\bsrc=|<link", text)
    links = {str(attributes.get("href")) for attributes in Page(text).all("a")}
    assert all(link.startswith(("#", "https://detlint.readthedocs.io/")) for link in links)
    assert len(re.findall(r"https?://", text)) == len(re.findall(r'href="https://detlint', text))


def test_backticks_are_code_and_a_single_one_stays() -> None:
    text = page(Report([finding(0, text="call `f` or `g")], files=1), View())
    assert "<p>call <code>f</code> or `g</p>" in text


def test_identifiers_and_headings_are_sound_together_with_the_map() -> None:
    document = Page(page(report(5), View(map=lambda: fragment(many(2), heading=3))))
    identifiers = [attributes["id"] for _, attributes in document.tags if "id" in attributes]
    assert len(identifiers) == len(set(identifiers)) > 3
    assert [tag for tag, _ in document.tags].count("h1") == 1


def test_the_command_writes_findings_frames_and_map(detlint: Run, project: Path) -> None:
    (project / "train.py").write_text(RANDOM)
    (project / "model.py").write_text(BENCHMARK)
    assert detlint(".", "--output-format", "html", "-o", "report.html").status == 1
    text = (project / "report.html").read_text("utf-8")
    assert "<mark>torch.backends.cudnn.benchmark</mark> = True" in text
    assert 'class="detlint-map"' in text
    assert text.count('<article class="finding') == 2


def test_a_project_without_entry_points_has_no_map(detlint: Run, project: Path) -> None:
    (project / "model.py").write_text("def f():\n    pass\n")
    outcome = detlint(".", "--output-format", "html")
    assert outcome.status == 0
    assert "No findings in 1 file." in outcome.out
    assert '"detlint-map"' not in outcome.out
    assert '"detlint-map"' not in detlint("-", "--output-format", "html", stdin=RANDOM.encode()).out


# ------------------------------------------------------------------------------------------------------------- browser
@pytest.fixture
def browse(tmp_path: Path) -> Callable[..., list[object]]:
    """Open a page in a browser from disk, take some steps, and give what they push to `result`."""
    if CHROMIUM is None:
        pytest.skip("no chromium is installed (Debian: apt-get install chromium)")

    def run(text: str, steps: str, *, width: int = 1200, dark: bool = False) -> list[object]:
        file = tmp_path / "report.html"
        file.write_text(text.replace("</body>", PROBE.format(steps=steps) + "</body>"), encoding="utf-8")
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
        options += [f"--blink-settings=preferredColorScheme={0 if dark else 1}"]
        options += ["--disable-sync", f"--user-data-dir={tmp_path / 'profile'}", f"--window-size={width},900"]
        options += ["--virtual-time-budget=4000", "--dump-dom", file.as_uri()]
        done = subprocess.run([str(CHROMIUM), *options], capture_output=True, text=True, timeout=120, check=False)
        found = re.search(r"<title>RESULT (.*?)</title>", done.stdout, re.DOTALL)
        assert found, done.stderr[-2000:]
        values: list[object] = json.loads(found[1].replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">"))
        return values

    return run


def test_the_filter(browse: Callable[..., list[object]]) -> None:
    steps = """
    const visible = () => [...document.querySelectorAll(".finding")].filter((e) => e.offsetParent !== null).length;
    const said = () => document.getElementById("shown").textContent;
    const search = document.querySelector("input[type=search]");
    const type = (text) => { search.value = text; search.dispatchEvent(new Event("input", {bubbles: true})); };
    result.push(visible(), said());
    type("src/002 RULE-2"); result.push(visible(), said());
    result.push([...document.querySelectorAll(".file")].filter((e) => e.offsetParent !== null).length);
    type(""); document.querySelector("input[value=error]").click(); result.push(visible());
    document.querySelector("input[name=fix]").click(); result.push(visible(), said());
    document.querySelector("input[name=fix]").click(); document.querySelector("input[value='']").click();
    document.querySelector("button.code").click(); result.push(visible(), search.value);
    document.querySelector("button.code").click(); result.push(visible());
    """
    expected = [90, "90 shown", 10, "10 of 90 shown", 1, 30, 0, "0 of 90 shown", 1, "DET100", 90]
    assert browse(page(report(90), View()), steps) == expected


@pytest.mark.parametrize("width", [500, 1200])
def test_the_page_never_scrolls_sideways(browse: Callable[..., list[object]], width: int) -> None:
    wide = Report([finding(0, "a_long_folder/" * 20 + "x.py", "word" * 90)], files=1)
    view = View(source=lambda _path, _place: "x" * 150, map=lambda: fragment(many(3), heading=3))
    steps = "result.push(document.documentElement.scrollWidth <= window.innerWidth);"
    assert browse(page(wide, view), steps, width=width) == [True]


def test_hostile_words_run_nothing_and_controls_have_names(browse: Callable[..., list[object]]) -> None:
    text = page(Report([finding(0, EVIL, EVIL)], files=1, problems=[EVIL]), EVIL_VIEW)
    steps = """
    result.push(document.querySelectorAll("script").length);
    result.push([...document.querySelectorAll("input, button, a, pre")].every((c) => c.tabIndex >= 0));
    result.push([...document.querySelectorAll("input")].every((c) => c.labels.length === 1));
    """
    assert browse(text, steps) == [2, True, True]


CONTRAST = """
const parsed = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
const light = (rgb) => { const [r, g, b] = rgb.slice(0, 3).map((v) => v / 255).map(
    (v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
const behind = (e) => { for (; e; e = e.parentElement) { const c = parsed(getComputedStyle(e).backgroundColor);
    if (c.length === 3 || c[3] > 0.99) return c; } return [255, 255, 255]; };
const low = new Set(); let looked = 0;
for (const e of document.querySelectorAll("body *")) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || e.closest("script, style, svg") || !e.offsetParent) continue;
    looked += 1;
    const [a, b] = [light(parsed(getComputedStyle(e).color)), light(behind(e))];
    if ((Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5) low.add(e.tagName + "." + e.className);
}
result.push([...low], looked > 50, light(behind(document.body)) < 0.1);
"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_all_texts_can_be_read_with_the_map(browse: Callable[..., list[object]], dark: bool) -> None:
    text = page(report(6), View(map=lambda: fragment(many(3), heading=3)))
    assert browse(text, CONTRAST, dark=dark) == [[], True, dark]
