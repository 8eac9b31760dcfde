"""Pages that are made from code while the documentation is built: each rule's, the rules' index, the decisions'."""

from __future__ import annotations

import re
import textwrap
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.structure.files import File, Files

from detlint.cli.explain import marked_lines
from detlint.cli.packs import load
from detlint.settings.model import KEYS, Key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page

    from detlint.rules.base import Example, Rule

_DECISIONS = Path(__file__).parent / "decisions"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages to those that mkdocs has found."""
    registry = load(())
    for path, content in {
        "rules/index.md": index((pack.name, sorted(pack.rules, key=lambda rule: rule.code)) for pack in registry.packs),
        "decisions/index.md": decisions(),
        **{f"rules/{rule.name}.md": page(rule) for rule in registry.rules},
    }.items():
        files.append(File.generated(config, path, content=content))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put the list of settings, and the schema of maps, where a page asks for it."""
    return markdown.replace("<!-- settings -->", settings()).replace("<!-- map-schema -->", map_schema())


def map_schema() -> str:
    """The schema of `detlint map --output-format json`."""
    return f"```json\n{(resources.files('detlint.map') / 'schema.json').read_text('utf-8')}```\n"


def settings() -> str:
    """All settings: key, what it does, its default."""
    return "\n".join(f"### {key.name}\n\n{key.text} {_default(key)}\n" for key in KEYS.values())


def index(packs: Iterable[tuple[str, list[type[Rule]]]]) -> str:
    """The page that lists all rules, pack by pack."""
    parts = [
        "# Rules\n\nLevels: what is marked *info* is shown with `--min-severity info`, *off* when selected by code.\n"
    ]
    for name, rules in packs:
        if rules:
            parts += [f"\n## {name}\n", "| code | rule | level | reports |", "| --- | --- | --- | --- |"]
            parts += [_row(rule) for rule in rules]
    return "\n".join(parts) + "\n"


def page(rule: type[Rule]) -> str:
    """The page of a rule."""
    parts = [
        f"# {rule.name} ({rule.code})\n",
        f"{_one_line(rule.summary)}\n",
        f"*Level:* {rule.level()}. *Fix:* {rule.fix or 'by hand'}. *Since:* {rule.since}.\n",
        "## Why\n",
        f"{_dedent(rule.why)}\n",
    ]
    for title, examples in (("Bad", rule.bad), ("Good", rule.good)):
        if examples:
            parts += [f"## {title}\n", *(part for example in examples for part in _with_fix(example))]
    if rule.sources:
        parts += ["## Sources\n", *(f"- {_link(source)}" for source in rule.sources)]
    return "\n".join(parts) + "\n"


def decisions() -> str:
    """The page that lists the decisions."""
    lines = ["# Decisions\n\nWhat was decided, why, and what else was looked at, in ten lines each.\n"]
    for path in sorted(_DECISIONS.glob("[0-9]*.md")):
        title = path.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")
        lines.append(f"- [{title}]({path.name})")
    return "\n".join(lines) + "\n"


def _default(key: Key) -> str:
    if not isinstance(key.default, bool) and key.default in (None, (), {}):
        return "Default: none."
    if isinstance(key.default, tuple):
        return f"Default: {', '.join(f'`{item}`' for item in key.default)}."
    if isinstance(key.default, bool):
        return f"Default: `{str(key.default).lower()}`."
    return f"Default: `{getattr(key.default, 'label', key.default)}`."


def _row(rule: type[Rule]) -> str:
    level = rule.severity.label if rule.default else "off"
    summary = _one_line(rule.summary).replace("|", "\\|")
    return f"| {rule.code} | [{rule.name}]({rule.name}.md) | {level} | {summary} |"


def _with_fix(example: Example) -> Iterable[str]:
    """An example, and what becomes of it."""
    yield _code(example)
    if example.fixed:
        yield f"After `--fix`:\n\n```python\n{example.fixed.strip()}\n```\n"


def _code(example: Example) -> str:
    shown = list(marked_lines(example))
    reported = " ".join(str(number) for number, (_, marked) in enumerate(shown, 1) if marked)
    highlight = f' hl_lines="{reported}"' if reported else ""
    targets = f"With {', '.join(f'`{target}`' for target in example.targets)}:\n\n" if example.targets else ""
    return f"{targets}```python{highlight}\n" + "\n".join(line for line, _ in shown) + "\n```\n"


def _link(source: str) -> str:
    return f"<{source}>" if re.fullmatch(r"https?://\S+", source) else source


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _dedent(text: str) -> str:
    return textwrap.dedent(text).strip()
