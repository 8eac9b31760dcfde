"""Where files that start a program can set a variable for it."""

from __future__ import annotations

import textwrap

import pytest

from detlint.diagnostics import Edit
from detlint.environment.formats import format_of
from detlint.environment.insertion import insertion
from detlint.environment.project import ConfigFile
from detlint.fixes.editing import edited_text

CASES = {
    "above the command of an image": (
        "Dockerfile",
        "FROM a:1\nCOPY . .\nCMD python train.py\n",
        "FROM a:1\nCOPY . .\nENV A=0\nCMD python train.py\n",
    ),
    "above the comment about it": (
        "Dockerfile",
        "# syntax=docker/dockerfile:1\nFROM a:1\n\n# Train.\n# For long.\nCMD python train.py",
        "# syntax=docker/dockerfile:1\nFROM a:1\n\nENV A=0\n# Train.\n# For long.\nCMD python train.py",
    ),
    "behind the last variable of the stage": (
        "Dockerfile",
        'FROM a:1 AS base\nENV B=1\nFROM base\nENV C=1 \\\n    D=2\nCOPY . .\nCMD ["python", "train.py"]\n',
        'FROM a:1 AS base\nENV B=1\nFROM base\nENV C=1 \\\n    D=2\nENV A=0\nCOPY . .\nCMD ["python", "train.py"]\n',
    ),
    "above the first command of a script": (
        "run.sh",
        "#!/bin/bash\n#SBATCH -n 1\nset -e\ncd src && python train.py --epochs 3 \\\n    --lr 1\n",
        "#!/bin/bash\n#SBATCH -n 1\nset -e\nexport A=0\ncd src && python train.py --epochs 3 \\\n    --lr 1\n",
    ),
    "below what a batch system reads": (
        "run.sbatch",
        "#!/bin/bash\n#SBATCH -n 1\nsrun python train.py\n",
        "#!/bin/bash\n#SBATCH -n 1\nexport A=0\nsrun python train.py\n",
    ),
    "before the command of an MLproject": (
        "MLproject",
        'name: x\nentry_points:\n  main:\n    command: "python train.py"\n',
        'name: x\nentry_points:\n  main:\n    command: "A=0 python train.py"\n',
    ),
    "in a folded command": (
        "MLproject",
        "entry_points:\n  main:\n    command: >\n      python train.py\n      --lr 1\n",
        "entry_points:\n  main:\n    command: >\n      A=0 python train.py\n      --lr 1\n",
    ),
}


def changed(name: str, text: str, value: str = "0") -> str | None:
    """A file after the insertion for its first command; None if there is none."""
    form = format_of(name)
    assert form is not None
    file = ConfigFile(f"/{name}", name, form, text)
    found = insertion(file, file.facts.commands[0], "A", value)
    return None if found is None else edited_text(text, [Edit(found.place, found.text)])


@pytest.mark.parametrize(("name", "before", "after"), CASES.values(), ids=CASES)
def test_a_variable_is_set_for_a_command(name: str, before: str, after: str) -> None:
    assert changed(name, before) == after


@pytest.mark.parametrize("name", ["Dockerfile", "run.sh", "MLproject"])
def test_the_value_of_cublas(name: str) -> None:
    before = next(case[1] for case in CASES.values() if case[0] == name)
    after = changed(name, before, ":4096:8")
    assert after is not None
    assert "A=:4096:8" in after


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("run.csh", "python train.py\n"),
        ("run.sh", "for x in 1 2; do\n  python train.py $x\ndone\n"),
        ("run.sh", "if true; then python train.py; fi\n"),
        ("run.sh", "true && \\\npython train.py\n"),
        ("Makefile", "train:\n\tpython train.py\n"),
        ("docker-compose.yml", "services:\n  a:\n    image: a:1\n    command: python train.py\n"),
        ("Dockerfile", "FROM a:1 AS build\nRUN python train.py\nFROM b:1\nCMD true\n"),
        ("Dockerfile", "FROM a:1\nCMD python train.py \ufffd\n"),
    ],
)
def test_where_the_form_is_not_plain_nothing_is_inserted(name: str, text: str) -> None:
    assert changed(name, textwrap.dedent(text)) is None
