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
    "at the head of a script whose commands are parts of blocks": (
        "run.sh",
        "#!/bin/bash\n# Sweep.\nset -eu\n\nfor x in 1 2; do\n  python train.py $x\ndone\n",
        "#!/bin/bash\n# Sweep.\nset -eu\nexport A=0\n\nfor x in 1 2; do\n  python train.py $x\ndone\n",
    ),
    "above the rules of a Makefile": (
        "Makefile",
        "X := 1\n\n# Train.\n.PHONY: train\ntrain: data.csv\n\tpython train.py\n",
        "X := 1\n\nexport A = 0\n\n# Train.\n.PHONY: train\ntrain: data.csv\n\tpython train.py\n",
    ),
    "for a service": (
        "docker-compose.yml",
        "services:\n    a:\n        image: a:1\n        # Train.\n        command: python train.py\n",
        "services:\n    a:\n        image: a:1\n        # Train.\n        environment:\n"
        '            A: "0"\n        command: python train.py\n',
    ),
    "beside what a service has": (
        "compose.yaml",
        "services:\n  a:\n    command: [python, train.py]\n    environment:\n      B: 1  # one\n    image: a:1\n",
        "services:\n  a:\n    command: [python, train.py]\n    environment:\n      B: 1  # one\n"
        '      A: "0"\n    image: a:1\n',
    ),
    "beside what a service has in a list": (
        "compose.yaml",
        "services:\n  a:\n    environment:\n    - B=1\n    command: [python, train.py]\n",
        "services:\n  a:\n    environment:\n    - B=1\n    - A=0\n    command: [python, train.py]\n",
    ),
    "for a step": (
        ".github/workflows/train.yml",
        "on: push\njobs:\n  a:\n    steps:\n      - name: Train\n        run: |\n          python train.py\n",
        "on: push\njobs:\n  a:\n    steps:\n      - name: Train\n        env:\n"
        '          A: "0"\n        run: |\n          python train.py\n',
    ),
    "for a step that begins with the command": (
        ".github/workflows/train.yml",
        "jobs:\n  a:\n    steps:\n      - run: python train.py\n      - run: true\n",
        'jobs:\n  a:\n    steps:\n      - run: python train.py\n        env:\n          A: "0"\n      - run: true\n',
    ),
    "for a step of a job that has variables": (
        ".github/workflows/train.yml",
        "jobs:\n  a:\n    env:\n      B: 1\n    steps:\n      - run: python train.py\n",
        'jobs:\n  a:\n    env:\n      B: 1\n      A: "0"\n    steps:\n      - run: python train.py\n',
    ),
    "for a job": (
        ".gitlab-ci.yml",
        "image: a:1\n\ntrain:\n  script:\n    - python train.py\n",
        'image: a:1\n\ntrain:\n  variables:\n    A: "0"\n  script:\n    - python train.py\n',
    ),
    "for a container": (
        "k8s/job.yaml",
        "kind: Job\nspec:\n  containers:\n    - name: a\n      image: a:1\n      command: [python, train.py]\n",
        "kind: Job\nspec:\n  containers:\n    - name: a\n      image: a:1\n      env:\n        - name: A\n"
        '          value: "0"\n      command: [python, train.py]\n',
    ),
    "beside what a container has": (
        "k8s/job.yaml",
        "spec:\n  containers:\n    - name: a\n      env:\n        - name: B\n          value: b\n"
        "      command: [python, train.py]\n",
        "spec:\n  containers:\n    - name: a\n      env:\n        - name: B\n          value: b\n"
        '        - name: A\n          value: "0"\n      command: [python, train.py]\n',
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


@pytest.mark.parametrize("name", ["Dockerfile", "run.sh", "MLproject", "compose.yaml", "Makefile"])
def test_the_value_of_cublas(name: str) -> None:
    before = next(case[1] for case in CASES.values() if case[0] == name)
    after = changed(name, before, ":4096:8")
    assert after is not None
    assert "A=:4096:8" in after.replace(" = ", "=").replace(': "', "=")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("run.csh", "python train.py\n"),
        ("docker-compose.yml", "services:\n  a: {image: 'a:1', command: python train.py}\n"),
        ("docker-compose.yml", "services:\n  a:\n    environment: {B: 1}\n    command: python train.py\n"),
        ("Dockerfile", "FROM a:1 AS build\nRUN python train.py\nFROM b:1\nCMD true\n"),
        ("Dockerfile", "FROM a:1\nCMD python train.py \ufffd\n"),
    ],
)
def test_where_the_form_is_not_plain_nothing_is_inserted(name: str, text: str) -> None:
    assert changed(name, textwrap.dedent(text)) is None
