"""The map as a page: escaped, self-contained, sound for readers of all kinds, and working in a real browser."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from detlint.map.html import fragment, page
from detlint.map.model import Entry, ModeRow, Place, ProjectMap, StateRow, Use, VariableRow, VersionRow
from detlint.map.tree import picture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from detlint.map.model import StateVerdict, Tone

EVIL = "<script>alert(1)</script>\"'&"
VOID = {"meta", "input", "wbr", "link", "br"}
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def use(text: str, line: int, *way: str, verdict: StateVerdict = "seeded", path: str = "model.py") -> Use:
    """A draw or seed in a file, by calls that stand in the entry's file."""
    hops = tuple(Place("train.py", 10 + number, 5, text=hop) for number, hop in enumerate(way))
    return Use(Place(path, line, 5, text=text), hops, "initial weights", verdict, order=line)


def state(verdict: StateVerdict = "seeded", tone: Tone = "good", draws: int = 2) -> StateRow:
    """torch, with draws below one call."""
    found = tuple(use(f"nn.Linear{number}", number + 1, "main", "build", verdict=verdict) for number in range(draws))
    return StateRow(
        "torch", "torch", verdict, tone, found, draws, (use("torch.manual_seed", 1),), "torch.manual_seed()"
    )


def entry(path: str, *rows: StateRow) -> Entry:
    """A script with states."""
    return Entry(path, None, "script", 1, rows, (), (), ())


def many(count: int) -> ProjectMap:
    """A project with entry points, of which each third has a problem."""
    tones: list[tuple[StateVerdict, Tone]] = [("seeded", "good"), ("maybe", "doubt"), ("unseeded", "bad")]
    return ProjectMap.of(entry(f"tools/step_{n:03}/run.py", state(*tones[n % 3])) for n in range(count))


class Page(HTMLParser):
    """What a test asks of a document. Tags that are not closed in order fail."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes another element"

    def all(self, name: str) -> list[dict[str, str | None]]:
        """The attributes of all elements of a name."""
        return [attributes for tag, attributes in self.tags if tag == name]


def evil_project() -> ProjectMap:
    """A project in which everything that the user names is hostile."""
    place = Place(EVIL, 1, 1, text=EVIL)
    bad = Use(place, (place,), EVIL, "unseeded", EVIL)
    return ProjectMap.of(
        Entry(
            f"{number}{EVIL}",
            EVIL,
            "command",
            1,
            (StateRow(EVIL, EVIL, "unseeded", "bad", (bad,), 1, (bad,), EVIL),),
            (ModeRow(EVIL, EVIL, "off", "bad", (bad,), bad, EVIL, EVIL),),
            (VariableRow(EVIL, EVIL, "missing", "bad", (bad,), (bad,), bad, EVIL),),
            (VersionRow(EVIL, EVIL, True, EVIL),),
        )
        for number in range(2)
    )


def test_all_that_comes_from_the_project_is_escaped() -> None:
    text = page(evil_project())
    document = Page(text)
    assert len(document.all("script")) == 1
    assert "<script>alert" not in text
    assert not any(name.startswith("on") for _, attributes in document.tags for name in attributes)


def test_nothing_is_loaded_from_anywhere() -> None:
    text = page(many(3))
    assert "default-src 'none'" in text
    assert not re.search(r"https?://|url\(|@import|\bsrc=", text)
    assert {attributes.get("href", "#")[:1] for attributes in Page(text).all("a")} == {"#"}  # type: ignore[index]


def test_tables_have_captions_and_headers_and_pictures_have_words() -> None:
    document = Page(page(many(2)))
    tables = document.all("table")
    assert len(document.all("caption")) == len(tables) > 2
    assert all(header.get("scope") in ("col", "row") for header in document.all("th"))
    assert all(svg.get("aria-label") for svg in document.all("svg") if svg.get("role") == "img")
    assert document.all("html") == [{"lang": "en"}]
    identifiers = [attributes["id"] for _, attributes in document.tags if "id" in attributes]
    assert len(identifiers) == len(set(identifiers)) == 2


def test_few_entry_points_are_open_many_are_closed_below_an_overview() -> None:
    few, lots = Page(page(many(3))), Page(page(many(30)))
    assert all("open" in details for details in few.all("details") if details["class"] == "dm-entry")
    assert not any("open" in details for details in lots.all("details"))
    assert len([row for row in lots.all("tr") if "data-entry" in row]) == 30


def test_the_fragment_limits_its_style_to_itself() -> None:
    parts = fragment(many(2), heading=3)
    assert Page(parts.html).tags[0] == ("div", {"class": "detlint-map"})
    assert "<h3>" in parts.html
    flat = re.sub(r"@media[^{]*\{|\([^()]*\)", "", re.sub(r"\([^()]*\)", "", parts.style))
    selectors = [part.strip() for rule in re.findall(r"([^{}]+)\{", flat) for part in rule.split(",")]
    assert len(selectors) > 50
    assert [selector for selector in selectors if not selector.startswith(".detlint-map")] == []


def test_the_picture_shows_calls_in_the_order_of_the_run() -> None:
    drawn = picture(entry("train.py", state()))
    assert drawn is not None
    shown = [(row.node.kind, row.node.label, row.node.count) for row in drawn.rows]
    assert shown == [
        ("entry", "train.py", 1),
        ("call", "main › build", 1),
        ("draw", "nn.Linear0, nn.Linear1", 2),
        ("seed", "torch.manual_seed", 1),
    ]
    assert [row.x for row in drawn.rows] == [*sorted({row.x for row in drawn.rows})[:3], drawn.rows[1].x]


def test_a_picture_of_many_calls_stays_small() -> None:
    draws = tuple(use(f"layer{n % 7}", n + 1, "main", f"block{n // 3}", f"part{n}") for n in range(300))
    row = StateRow("torch", "torch", "seeded", "good", draws, 300, ())
    drawn = picture(entry("train.py", row))
    assert drawn is not None
    assert len(drawn.rows) <= 120
    assert sum(row.node.count for row in drawn.rows if row.node.kind == "draw") == 300


def test_nothing_to_draw_gives_no_picture() -> None:
    assert picture(entry("idle.py")) is None


# ------------------------------------------------------------------------------------------------------------- browser
PROBE = """
<script>
(async () => {{
  const wait = () => new Promise((done) => setTimeout(done, 30));
  const shown = () => [...document.querySelectorAll(".dm-entry")].filter((e) => e.offsetParent !== null).length;
  const result = [];
  {steps}
  document.title = "RESULT " + JSON.stringify(result);
}})();
</script>
"""


@pytest.fixture
def browse(tmp_path: Path) -> Callable[..., list[object]]:
    """Open a map in a browser from disk, take some steps, and give what they push to `result`."""
    if CHROMIUM is None:
        pytest.skip("no chromium is installed (Debian: apt-get install chromium)")

    def run(project: ProjectMap, steps: str, *, anchor: str = "", width: int = 1200) -> list[object]:
        file = tmp_path / "map.html"
        file.write_text(page(project).replace("</body>", PROBE.format(steps=steps) + "</body>"), encoding="utf-8")
        done = subprocess.run(
            [
                str(CHROMIUM),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-sync",
                f"--user-data-dir={tmp_path / 'profile'}",
                f"--window-size={width},900",
                "--virtual-time-budget=4000",
                "--dump-dom",
                f"{file.as_uri()}{anchor}",
            ],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        found = re.search(r"<title>RESULT (.*?)</title>", done.stdout, re.DOTALL)
        assert found, done.stderr[-2000:]
        values: list[object] = json.loads(found[1].replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">"))
        return values

    return run


def test_filters_work_with_200_entry_points(browse: Callable[..., list[object]]) -> None:
    steps = """
    result.push(shown(), document.querySelector(".dm-found").textContent);
    const search = document.querySelector("input[type=search]");
    search.value = "step_01 torch"; search.dispatchEvent(new Event("input", {bubbles: true})); await wait();
    result.push(shown(), document.querySelector(".dm-found").textContent);
    search.value = ""; search.dispatchEvent(new Event("input", {bubbles: true}));
    document.querySelector("input[value=bad]").click(); await wait();
    result.push(shown(), [...document.querySelectorAll("tr[data-entry]")].filter((row) => !row.hidden).length);
    document.querySelector("button[data-open=true]").click(); await wait();
    result.push(document.querySelectorAll(".dm-entry[open]").length);
    document.querySelector('button[data-open=""]').click(); await wait();
    result.push(document.querySelectorAll(".dm-entry[open]").length);
    """
    assert browse(many(200), steps) == [200, "200 shown", 10, "10 of 200 shown", 66, 66, 66, 0]


def test_an_address_with_an_anchor_opens_that_entry_point(browse: Callable[..., list[object]]) -> None:
    steps = 'await wait(); result.push([...document.querySelectorAll(".dm-entry[open]")].map((e) => e.id));'
    assert browse(many(20), steps, anchor="#entry-7") == [["entry-7"]]


@pytest.mark.parametrize("width", [500, 1200])
def test_the_page_never_scrolls_sideways_as_a_whole(browse: Callable[..., list[object]], width: int) -> None:
    steps = """
    document.querySelectorAll("details").forEach((each) => { each.open = true; }); await wait();
    result.push(document.documentElement.scrollWidth <= window.innerWidth);
    """
    long = entry("/".join(["a_folder_with_a_long_name"] * 6) + "/train.py", state(draws=9))
    assert browse(ProjectMap.of([long, *many(3).entries]), steps, width=width) == [True]


def test_hostile_names_run_nothing(browse: Callable[..., list[object]]) -> None:
    steps = "await wait(); result.push(document.querySelectorAll('script').length, document.title);"
    (scripts, title) = browse(evil_project(), steps)
    assert scripts == 2
    assert str(title).startswith("Determinism map: 2 entry points: 2 with problems")


def test_controls_are_reached_by_keyboard_and_named(browse: Callable[..., list[object]]) -> None:
    steps = """
    const controls = [...document.querySelectorAll("input, button, summary, a, [tabindex]")];
    result.push(controls.every((c) => c.tabIndex >= 0));
    result.push([...document.querySelectorAll("input")].every((c) => c.labels.length === 1));
    result.push([...document.querySelectorAll("[tabindex]")].every((c) => c.getAttribute("aria-label")));
    """
    assert browse(many(6), steps) == [True, True, True]
