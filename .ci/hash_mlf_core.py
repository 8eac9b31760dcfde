"""Makes the hashes by which projects of mlf-core's templates are compared: of each line, answers left out.

Given the folder of a clone of mlf-core's repository with its tags; writes `src/detlint/projects/mlf_core.json`. For
each template and version it has the variants of the managed module that were published under it: the hashes of its
lines, eight digits each. The text itself is not kept.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jinja2
import yaml

from detlint.projects.mlf_core import DATA, MODULE, hash_line

MARK = "\ue000"
TEMPLATES = "mlf_core/create/templates"


class Answers(dict[str, str]):
    """Answers to all questions: marks, but for the library."""

    def __missing__(self, key: str) -> str:
        return MARK


def main() -> None:
    """Write the file."""
    found: dict[str, dict[str, list[str]]] = {}
    for tag in git("tag", "--sort=version:refname").split():
        paths = [
            path for path in git("ls-tree", "-r", "--name-only", tag, TEMPLATES).splitlines() if path.endswith(MODULE)
        ]
        for handle, version in templates(tag):
            text = next((git("show", f"{tag}:{path}") for path in sorted(paths) if is_of(path, handle)), None)
            if text is not None:
                variants = found.setdefault(handle, {}).setdefault(version, [])
                hashes = "".join(dict.fromkeys(lines(text, handle)))
                if hashes not in variants:
                    variants.append(hashes)
    DATA.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def templates(tag: str) -> list[tuple[str, str]]:
    """The templates with a library that a tag has, and their versions."""
    described = yaml.safe_load(git("show", f"{tag}:{TEMPLATES}/available_templates.yml"))
    return [(row["handle"], str(row["version"])) for row in described.get("mlflow", {}).values()]


def is_of(path: str, handle: str) -> bool:
    """Whether a file belongs to a template: it is its own, or that of all."""
    return "common_mlflow_files" in path or handle.replace("-", "_", 1) in path.split("/")


def lines(text: str, handle: str) -> list[str]:
    """The hashes of the lines without answers, rendered for a template's library."""
    answers = Answers(language=handle.partition("-")[2])
    rendered = jinja2.Template(text).render(cookiecutter=answers)
    return [hash_line(line) for line in rendered.splitlines() if line.strip() and MARK not in line]


def git(*arguments: str) -> str:
    """What git prints of the clone."""
    return subprocess.run(["git", "-C", sys.argv[1], *arguments], check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    Path(sys.argv[1]).resolve(strict=True)
    main()
