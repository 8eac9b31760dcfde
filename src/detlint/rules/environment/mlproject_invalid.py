"""DET515: an MLproject that MLflow would not read as meant."""

from __future__ import annotations

import os
import re
import string
from typing import TYPE_CHECKING

from detlint.diagnostics import Location, Severity
from detlint.environment.project import programs_of
from detlint.environment.yaml_nodes import Node, documents
from detlint.rules.base import Example, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.environment.project import ConfigFile

_TOP = ("name", "conda_env", "python_env", "docker_env", "entry_points", "databricks_spark_job")
_DOCKER = ("image", "volumes", "environment")
_ENTRY = ("parameters", "command")
_PARAMETER = ("type", "default")
_SCRIPT = re.compile(r"(?:^|\s)(?:bash|sh|source|\.)\s+(?P<path>[\w./-]+\.sh)\b|(?:^|\s)(?P<direct>\./[\w./-]+)")
_MOVES = re.compile(r"(?:^|[\s;&|])(?:cd|pushd)\s")


class MlprojectInvalid(Rule):
    """As MLflow reads it: `mlflow/projects/_project_spec.py`."""

    code = "DET515"
    name = "mlproject-invalid"
    summary = "an MLproject that MLflow would not read as meant"
    why = """
MLflow takes from an MLproject the keys that it knows and leaves the others out without a word. A misspelt `docker_env`
runs the project in another environment, a parameter written as `{type str, default: 1}` has no type (YAML reads the
key `type str`), a command that names a parameter which is not declared fails, and so does one whose script is
missing.

Files are looked for relative to the MLproject; commands that change the folder first are not followed.
"""
    severity = Severity.ERROR
    scope = "file"
    bad = (
        Example(
            "name: a\ndocker-env:  # !\n  image: a:1\nentry_points:\n  main:\n    parameters:\n"
            "      lr: {type float, default: 0.1}  # !\n"
            '    command: "python -c pass --lr {lr} --seed {seed}"  # !\n',
            filename="MLproject",
        ),
    )
    good = (
        Example(
            "name: a\nconda_env: environment.yml\nentry_points:\n  main:\n    parameters:\n"
            "      lr: {type: float, default: 0.1}\n      data: path\n"
            '    command: "python -c pass --lr {lr} --data {data} --format {{json}}"\n',
            filename="MLproject",
        ),
    )
    sources = ("https://mlflow.org/docs/latest/ml/projects/", "mlflow/mlflow: mlflow/projects/_project_spec.py")

    def check_config(self, file: ConfigFile) -> None:
        """Compare the file with what MLflow knows."""
        if file.format.name != "mlproject":
            return
        found, broken = documents(file.text)
        if broken is not None:
            self.report_at(
                broken.location,
                f"This is no valid YAML ({broken.reason.rstrip('.')}), so MLflow cannot run it.",
                "Correct it.",
            )
            return
        if not found or found[0].kind != "mapping":
            return
        top = found[0]
        self._keys(top, _TOP, "an MLproject")
        docker = top.get("docker_env")
        if docker is not None and docker.kind == "mapping":
            self._keys(docker, _DOCKER, "`docker_env`")
        points = top.get("entry_points")
        for _, entry in points.entries() if points is not None else ():
            self._entry(file, entry)

    def _keys(self, node: Node, known: tuple[str, ...], where: str) -> None:
        for key, _ in node.entries():
            if key.scalar not in known:
                near = _near(key.scalar or "", known)
                self.report_at(
                    key.location,
                    f"MLflow knows no `{key.scalar}` in {where} and leaves it out.",
                    f"Write `{near}`." if near else f"It knows {', '.join(known)}.",
                )

    def _entry(self, file: ConfigFile, entry: Node) -> None:
        self._keys(entry, _ENTRY, "an entry point")
        parameters = entry.get("parameters")
        declared: set[str] = set()
        for name, value in parameters.entries() if parameters is not None else ():
            declared.add(name.scalar or "")
            if value.kind == "mapping":
                self._parameter(name, value)
        command = entry.get("command")
        if command is not None and command.scalar:
            self._command(file, command, declared)

    def _parameter(self, name: Node, value: Node) -> None:
        if value.get("type") is None:
            wrong = next((key for key, _ in value.entries() if (key.scalar or "").startswith("type ")), None)
            self.report_at(
                wrong.location if wrong is not None else name.location,
                f"The parameter `{name.scalar}` has no type: "
                + (
                    f"YAML reads a key `{wrong.scalar}` here."
                    if wrong is not None
                    else "MLflow then takes the text as it is."
                ),
                "Write `{type: string, default: …}`.",
            )
        else:
            self._keys(value, _PARAMETER, "a parameter")

    def _command(self, file: ConfigFile, command: Node, declared: set[str]) -> None:
        text = command.scalar or ""
        for name in dict.fromkeys(_fields(text)):
            if name not in declared:
                self.report_at(
                    _placed(file, command, f"{{{name}}}"),
                    f"The command names `{name}`, which is no parameter of this entry point, so MLflow cannot run it.",
                    "Declare it under `parameters`, or write `{{` for a brace.",
                )
        if not os.path.isfile(file.file) or _MOVES.search(text):
            return
        folder = os.path.dirname(file.file)
        for path, choices in _programs(text):
            if not any(os.path.exists(os.path.join(folder, choice)) for choice in choices):
                self.report_at(
                    _placed(file, command, path),
                    f"The command starts `{path}`, which is not there.",
                    "Correct the path.",
                )


def _fields(text: str) -> Iterator[str]:
    """The names that MLflow fills in: it formats the command as Python formats a text."""
    try:
        for _, name, _, _ in string.Formatter().parse(text):
            if name:
                yield re.split(r"[.\[]", name)[0]
    except ValueError:
        return


def _programs(text: str) -> Iterator[tuple[str, list[str]]]:
    """The files of the project that a command starts, as written, each with the paths where it may be."""
    for line in re.split(r"&&|\|\||[;\n]", text):
        for path in programs_of(line)[:1]:
            if "{" in path or "$" in line.partition(path)[0][-2:] or os.path.isabs(path) or not _written(line, path):
                continue
            yield path, [path]
        for match in _SCRIPT.finditer(line):
            path = match["path"] or match["direct"]
            if not os.path.isabs(path):
                yield path, [path]


def _written(line: str, path: str) -> bool:
    """Whether a path is what Python is started with, not an argument of something else or a module of a library."""
    return (
        re.search(rf"(?:^|\s|/)(?:python[\d.]*|torchrun)\s+(?:-[\w-]+(?:=\S+)?\s+)*{re.escape(path)}(?:\s|$)", line)
        is not None
    )


def _placed(file: ConfigFile, node: Node, part: str) -> Location:
    """Where a part of a scalar stands in the file; the scalar itself if that cannot be told."""
    start = file.text.find(part, node.start, node.end)
    return node.location if start < 0 else node.part(start, start + len(part))


def _near(word: str, known: tuple[str, ...]) -> str:
    import difflib

    found = difflib.get_close_matches(word.replace("-", "_").lower(), known, n=1, cutoff=0.7)
    return found[0] if found else ""
