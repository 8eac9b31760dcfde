"""`detlint info`: all there is to say of templates with a name, of a type, or with a library."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from detlint.cli.errors import UsageError, suggestion
from detlint.cli.projects.list import described
from detlint.projects.templates import newest, versions

if TYPE_CHECKING:
    import argparse

    from detlint.projects.templates import Template


def run(options: argparse.Namespace) -> int:
    """Print what is known."""
    found = newest() if options.name is None else find(options.name)
    if options.output_format == "json":
        print(json.dumps([described(each) for each in found], indent=2))
        return 0
    print("\n".join(_page(each) for each in found), end="")
    return 0


def find(name: str) -> list[Template]:
    """The templates that a name means."""
    templates = newest()
    wanted = name.lower()
    found = [each for each in templates if wanted in (each.name, each.domain, *each.libraries)]
    if not found:
        known = {word for each in templates for word in (each.name, each.domain, *each.libraries)}
        listed = ", ".join(sorted(known))
        raise UsageError(f"no such template, type or library: {name} (of {listed}){suggestion(name, sorted(known))}")
    return found


def _page(template: Template) -> str:
    lines = [
        template.label,
        f"  {template.summary}",
        f"  type      {template.domain}",
        f"  library   {', '.join(template.libraries)}",
        f"  versions  {', '.join(map(str, versions(template.name)))}",
        "  questions",
    ]
    for question in template.questions:
        if not question.hidden:
            choices = f" ({', '.join(question.choices)})" if question.choices else ""
            lines.append(f"    {question.name:<14}{question.text}{choices}")
    return "\n".join(lines) + "\n"
