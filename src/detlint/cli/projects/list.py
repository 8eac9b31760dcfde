"""`detlint list`: the templates."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from detlint.projects.templates import newest, versions

if TYPE_CHECKING:
    import argparse

    from detlint.projects.templates import Template


def run(options: argparse.Namespace) -> int:
    """Print a line for each template."""
    if options.output_format == "json":
        print(json.dumps([described(each) for each in newest()], indent=2))
        return 0
    for each in newest():
        print(f"{each.name:<20}{each.version!s:<9}{each.summary}")
    return 0


def described(template: Template) -> dict[str, Any]:
    """What there is to say of a template, for programs."""
    return {
        "name": template.name,
        "version": str(template.version),
        "versions": [str(version) for version in versions(template.name)],
        "type": template.domain,
        "library": list(template.libraries),
        "summary": template.summary,
        "questions": [
            {"name": question.name, "text": question.text, "choices": list(question.choices)}
            for question in template.questions
        ],
    }
