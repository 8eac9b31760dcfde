"""Reads YAML and JSON files that start programs: compose, MLproject, workflows, Kubernetes, devcontainer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from detlint.environment import shell
from detlint.environment.dockerfile import image_requirement
from detlint.environment.facts import Command, Facts, Image, Include, Text, Variable
from detlint.environment.yaml_nodes import Node, document, documents

if TYPE_CHECKING:
    from collections.abc import Iterator

_PAIR = re.compile(r"([A-Za-z_]\w*)(?:=(.*))?$", re.DOTALL)
_COMPUTED = re.compile(r"\$\{\{|\$\(|\$\{?\w|\{\{")
_DEFAULT = re.compile(r"\$\{\w+:?-([^{}$]*)\}")


def read_compose(text: str) -> Facts:
    """What a compose file says of its services."""
    facts = Facts()
    place = Text(text)
    top = document(text)
    services = top.get("services") if top else None
    for _, service in services.entries() if services else ():
        _environment(service.get("environment"), place, facts)
        _environment(service.get("build", "args"), place, Facts())
        _image(service.get("image"), facts)
        for name in ("command", "entrypoint"):
            _command(service.get(name), facts)
        files = service.get("env_file")
        for item in [] if files is None else (files.items() or [files]):
            path = item.get("path") if item.kind == "mapping" else item
            if path is not None and path.scalar:
                facts.includes.append(Include(path.scalar, path.location, "variables"))
    return facts


def read_mlproject(text: str) -> Facts:
    """What an MLproject says: `docker_env` with its variables, `conda_env`, the commands of entry points."""
    facts = Facts()
    top = document(text)
    if top is None:
        return facts
    environment = top.get("docker_env", "environment")
    for item in environment.items() if environment else ():
        parts = item.items()
        if item.scalar:
            facts.variables.append(Variable(item.scalar, None, item.location))
        elif parts and parts[0].scalar:
            value = parts[1] if len(parts) > 1 else None
            facts.variables.append(_variable(parts[0], value, parts[0].scalar))
    _image(top.get("docker_env", "image"), facts)
    for name in ("conda_env", "python_env"):
        path = top.get(name)
        if path is not None and path.scalar:
            facts.includes.append(Include(path.scalar, path.location, "environment"))
    entries = top.get("entry_points")
    for _, entry in entries.entries() if entries else ():
        _command(entry.get("command"), facts)
    return facts


def read_github(text: str) -> Facts:
    """What a workflow of GitHub says: `env` at each level, the commands of `run`."""
    facts = Facts()
    place = Text(text)
    top = document(text)
    if top is None:
        return facts
    _environment(top.get("env"), place, facts)
    jobs = top.get("jobs")
    steps: list[Node] = []
    for _, job in jobs.entries() if jobs else ():
        _environment(job.get("env"), place, facts)
        _environment(job.get("container", "env"), place, facts)
        _image(job.get("container", "image") or job.get("container"), facts)
        listed = job.get("steps")
        steps += listed.items() if listed else ()
    listed = top.get("runs", "steps")
    for step in [*steps, *(listed.items() if listed else ())]:
        _environment(step.get("env"), place, facts)
        _script(step.get("run"), place, facts)
    return facts


_NOT_JOBS = frozenset({"variables", "image", "services", "stages", "include", "cache", "workflow", "pages"})


def read_gitlab(text: str) -> Facts:
    """What a workflow of GitLab says: `variables` at each level, the commands of scripts."""
    facts = Facts()
    place = Text(text)
    top = document(text)
    if top is None:
        return facts
    for job in (
        top,
        *(value for key, value in top.entries() if key.scalar not in _NOT_JOBS and value.kind == "mapping"),
    ):
        _environment(job.get("variables"), place, facts)
        _image(job.get("image", "name") or job.get("image"), facts)
        for name in ("before_script", "script", "after_script"):
            lines = job.get(name)
            for line in [] if lines is None else (lines.items() or [lines]):
                _script(line, place, facts)
    return facts


def read_kubernetes(text: str) -> Facts:
    """What manifests say of containers: `env`, images, commands."""
    facts = Facts()
    place = Text(text)
    if "{{" in text and "}}" in text:
        text = re.sub(r"\{\{[^\n]*?\}\}", lambda match: "x" * len(match.group()), text)
    for top in documents(text)[0]:
        for container in _containers(top, 0):
            listed = container.get("env")
            for item in listed.items() if listed else ():
                name, value = item.get("name"), item.get("value")
                if name is not None and name.scalar:
                    facts.variables.append(_variable(name, value, name.scalar))
            _image(container.get("image"), facts)
            parts = [item for key in ("command", "args") for item in _listed(container.get(key))]
            if parts:
                words = " ".join(item.scalar or "" for item in parts)
                facts.commands.append(Command(words, parts[0].location))
        kind, data = top.get("kind"), top.get("data")
        if kind is not None and kind.scalar == "ConfigMap" and data is not None:
            _environment(data, place, facts)
    return facts


def _containers(node: Node, depth: int) -> Iterator[Node]:
    if depth > 12:
        return
    for key, value in node.entries():
        if key.scalar in ("containers", "initContainers"):
            yield from value.items()
        elif value.kind == "mapping":
            yield from _containers(value, depth + 1)
        else:
            for item in value.items()[:50]:
                yield from _containers(item, depth + 1)


_JSON_COMMENT = re.compile(r'("(?:\\.|[^"\\\n])*")|//[^\n]*|/\*.*?\*/', re.DOTALL)


def read_devcontainer(text: str) -> Facts:
    """What a `devcontainer.json` says: `containerEnv`, `remoteEnv`, the image."""
    facts = Facts()
    place = Text(text)

    def blank(match: re.Match[str]) -> str:
        return match.group() if match[1] else re.sub(r"[^\n]", " ", match.group())

    top = document(_JSON_COMMENT.sub(blank, text).replace("\t", " "))
    if top is None:
        return facts
    for name in ("containerEnv", "remoteEnv"):
        _environment(top.get(name), place, facts)
    _image(top.get("image"), facts)
    return facts


# ----------------------------------------------------------------------------------------------------------- parts
def _listed(node: Node | None) -> list[Node]:
    return [] if node is None else (node.items() or [node])


def _environment(node: Node | None, place: Text, facts: Facts) -> None:
    """Variables of a mapping, or of a list of `NAME=value`."""
    if node is None:
        return
    for key, value in node.entries():
        if key.scalar is not None:
            inner = value.get("value") if value.kind == "mapping" else value
            facts.variables.append(_variable(key, inner, key.scalar))
    for item in node.items():
        match = _PAIR.match(item.scalar or "")
        if match:
            start = item.content_start
            text = None if match[2] is None or _COMPUTED.search(match[2]) else match[2]
            end = min(start + len(item.scalar or ""), item.end)
            facts.variables.append(
                Variable(
                    match[1],
                    text,
                    place.span(start, start + len(match[1])),
                    place.span(min(start + len(match[1]) + 1, end), end),
                )
            )


def _variable(name: Node, value: Node | None, text: str) -> Variable:
    """A variable whose name and value are nodes; what is filled in elsewhere is not known, but for a default."""
    scalar = None if value is None or value.kind != "scalar" else (value.scalar or "")
    if scalar is not None:
        scalar = _DEFAULT.sub(lambda match: match[1], scalar)
    if scalar is None or _COMPUTED.search(scalar) or (value is not None and value.is_null):
        return Variable(text, None, name.location, value.location if value else None)
    assert value is not None
    return Variable(text, scalar, name.location, value.location)


def _image(node: Node | None, facts: Facts) -> None:
    if node is None or not node.scalar:
        return
    reference = _DEFAULT.sub(lambda match: match[1], node.scalar)
    known = not _COMPUTED.search(reference)
    facts.images.append(Image(reference, node.location, known))
    if known:
        facts.requirements += image_requirement(reference, node.location)


def _command(node: Node | None, facts: Facts) -> None:
    if node is None:
        return
    words = node.scalar or " ".join(item.scalar or "" for item in node.items())
    if not words:
        return
    facts.commands.append(Command(words, node.location))
    if node.scalar:
        inner = shell.part(node.scalar, persists=False)
        facts.variables += (
            Variable(item.name, item.value, node.location, node.location, "command", item.command)
            for item in inner.variables
        )


def _script(node: Node | None, place: Text, facts: Facts) -> None:
    """Shell text in a scalar, read where it stands in the file."""
    if node is None or not node.scalar:
        return
    start, end = node.content_start, node.content_end
    text = place.text
    if node.folded:  # line ends in it are spaces
        text = " " * start + text[start:end].replace("\n", " ")
    facts.add(shell.part(text, start, end, place))
