"""Proves of each template that its projects do what they promise.

Given names of templates (by default all). For each one, and for each library that it lets choose from, a project is
made with default answers, and what they require is installed into a new environment. detlint and ruff find nothing in
a project, its tests pass, two runs in two processes with different PYTHONHASHSEED give the same bits, and two runs
without a fixed seed do not.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import venv
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

from detlint.projects.create import create
from detlint.projects.templates import Template, names, template

CPU_BUILDS = {"tensorflow": "tensorflow-cpu", "xgboost": "xgboost-cpu"}
CONTROL = """
import secrets, sys
from {package} import determinism, {module}
fixed = determinism.seed_everything
determinism.seed_everything = lambda seed: fixed(secrets.randbits(32))
{module}.main(sys.argv[1:])
"""


@dataclass(frozen=True)
class Variant:
    """A template with the answers that decide what its projects compute."""

    template: Template
    answers: dict[str, str]

    @property
    def name(self) -> str:
        """What it is called in messages and folders."""
        return "-".join([self.template.name, *self.answers.values()])


def main() -> None:
    """Prove the templates that were named, two at a time."""
    chosen = [variant for name in sys.argv[1:] or names() for variant in variants(template(name))]
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as workers:
        projects = [made(each, Path(folder) / each.name) for each in chosen]
        requirements = [(project / "requirements.txt").read_text(encoding="utf-8") for project in projects]
        python = environment(Path(folder), "\n".join(requirements))
        for words in workers.map(prove, chosen, projects, repeat(python)):
            print(words, flush=True)


def variants(chosen: Template) -> list[Variant]:
    """A template once for each library that it lets choose from."""
    asks = any(question.name == "library" for question in chosen.questions)
    return [Variant(chosen, {"library": library} if asks else {}) for library in (chosen.libraries if asks else ("",))]


def made(chosen: Variant, folder: Path) -> Path:
    """A project with default answers, in a new folder."""
    folder.mkdir()
    answers = chosen.template.answers(chosen.answers)
    create(chosen.template, answers, folder / answers["project_name"])
    return folder / answers["project_name"]


def prove(chosen: Variant, project: Path, python: str) -> str:
    """Prove one template by its project; what does not hold ends the program. Gives what was seen, in words."""
    name, folder, proof = chosen.name, project.parent, chosen.template.proof
    run([sys.executable, "-m", "detlint", "lint", "--strict", str(project)], folder)
    run([sys.executable, "-m", "ruff", "check", "--no-cache", "."], project)
    run([sys.executable, "-m", "ruff", "format", "--check", "--no-cache", "."], project)
    run([python, "-m", "pytest", "-q", "-p", "no:cacheprovider"], project)
    package, module = chosen.template.answers(chosen.answers)["package"], proof["module"]
    plain = [python, "-m", f"{package}.{module}", *proof["arguments"]]
    control = [python, "-c", CONTROL.format(package=package, module=module), *proof["arguments"]]
    equal = [trained(plain, project, folder / f"equal{number}", number) for number in (1, 2)]
    check(equal[0] == equal[1], f"{name}: two runs with the same seed differ: {changed(*equal)}")
    check(bool(equal[0]), f"{name}: a run writes nothing")
    other = [trained(control, project, folder / f"control{number}", number) for number in (1, 2)]
    check(other[0] != other[1], f"{name}: two runs without a fixed seed are equal, so the comparison shows nothing")
    return f"{name}: two runs are equal in {', '.join(sorted(equal[0]))}; without a fixed seed they differ"


def environment(folder: Path, requirements: str) -> str:
    """A new environment with requirements, in their builds for the CPU; gives its interpreter.

    One for all templates, which pin the same versions of what they have in common: pip takes longer than all trainings.
    """
    venv.create(folder / "venv", with_pip=True)
    python = str(folder / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
    lines = {
        re.sub(r"^[\w-]+", lambda match: CPU_BUILDS.get(match[0], match[0]), line) for line in requirements.split("\n")
    }
    (folder / "requirements.txt").write_text("\n".join([*sorted(lines), "pytest"]), encoding="utf-8")
    run([python, "-m", "pip", "install", "-q", "-r", str(folder / "requirements.txt")], folder)
    return python


def trained(command: list[str], project: Path, output: Path, hash_seed: int) -> dict[str, bytes]:
    """What a training writes, and what it prints, by name."""
    tracking = output.with_suffix(".mlruns").as_uri()  # a database takes longer to make than the model
    variables = {
        "PYTHONHASHSEED": str(hash_seed), "MLFLOW_TRACKING_URI": tracking, "MLFLOW_ALLOW_FILE_STORE": "true",
    }  # fmt: skip
    printed = run([*command, "--output", str(output)], project, **variables)
    files = {file.name: file.read_bytes() for file in sorted(output.iterdir())}
    return {**files, "output": printed.replace(str(output).encode(), b"")}


def changed(first: dict[str, bytes], second: dict[str, bytes]) -> str:
    """The names of what differs."""
    return ", ".join(sorted(name for name in first | second if first.get(name) != second.get(name)))


def run(command: list[str], folder: Path, **variables: str) -> bytes:
    """What a command prints; its failure ends the program."""
    done = subprocess.run(command, cwd=folder, env=os.environ | variables, capture_output=True, check=False)
    said = (done.stdout + done.stderr).decode("utf-8", "replace")
    check(done.returncode == 0, f"{' '.join(command[:4])} failed in {folder.name}:\n{said}")
    return done.stdout


def check(holds: bool, otherwise: str) -> None:
    """End the program where something does not hold."""
    if not holds:
        raise SystemExit(otherwise)


if __name__ == "__main__":
    main()
