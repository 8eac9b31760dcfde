"""Reads environment files of conda: dependencies of conda and pip, variables."""

from __future__ import annotations

import re

from detlint.environment.facts import Facts, Include, Requirement, Text, Variable, normalised
from detlint.environment.requirements import requirement
from detlint.environment.yaml_nodes import Node, document

_SPEC = re.compile(r"(?:(?P<channel>[^\s:\[\]]+)::)?(?P<name>[A-Za-z0-9_][A-Za-z0-9_.-]*)\s*(?P<rest>.*)$", re.DOTALL)
_BRACKETS = re.compile(r"""\bversion\s*=\s*(?:'([^']*)'|"([^"]*)"|([^,\]'"]+))""")
_CLAUSE = re.compile(r"(==|~=|!=|<=|>=|<|>|=)?\s*([0-9][^\s,|=<>!~]*)")


def read(text: str) -> Facts:
    """What an environment file says."""
    facts = Facts()
    place = Text(text)
    top = document(text)
    if top is None:
        return facts
    dependencies = top.get("dependencies")
    for item in dependencies.items() if dependencies else ():
        if item.scalar is not None:
            found = spec(item, place)
            if found is not None and found.name == "python":
                facts.python = found.pin or found.specifier
            if found is not None:
                facts.requirements.append(found)
        for key, value in item.entries():
            if key.scalar == "pip":
                _pip(value, place, facts)
    variables = top.get("variables")
    for key, value in variables.entries() if variables else ():
        if key.scalar is not None and value.kind == "scalar":
            facts.variables.append(Variable(key.scalar, value.scalar or "", key.location, value.location))
    return facts


def _pip(value: Node, place: Text, facts: Facts) -> None:
    for item in value.items():
        text = item.scalar
        if text is None:
            continue
        include = re.match(r"(?:-r|--requirement)[ =]?\s*(\S+)", text)
        if include:
            facts.includes.append(Include(include[1], item.location, "requirements"))
            continue
        index = re.match(r"(?:-i|-f|--index-url|--extra-index-url|--find-links)[ =]\s*(\S+)", text)
        if index:
            facts.indexes.append(index[1])
            continue
        found = requirement(text.strip(), place, item.content_start)
        if found is not None:
            facts.requirements.append(found)


def spec(item: Node, place: Text) -> Requirement | None:
    """A dependency in conda's own words."""
    text = item.scalar or ""
    found = parsed(text)
    if found is None:
        return None
    name, specifier, pin = found
    return Requirement(normalised(name), item.location, "conda", specifier, pin)


def parsed(text: str) -> tuple[str, str, str] | None:
    """Name, specifier in pip's words, and pinned version of a match specification."""
    match = _SPEC.match(text.strip())
    if match is None:
        return None
    rest = match["rest"].strip()
    if rest.startswith("["):
        inside = _BRACKETS.search(rest)
        rest = (inside[1] or inside[2] or inside[3] or "").strip() if inside else ""
    else:
        rest = rest.partition("[")[0].strip()
    if "|" in rest:
        return match["name"], "", ""
    if not re.search(r"[<>!~,]", rest):
        # `=1.7`, `==1.7`, `1.7`, `=1.7=build`, `1.7 build`, `1.7.*`
        version = re.match(r"(==?)?\s*([0-9][^\s=]*)", rest)
        if version is None:
            return match["name"], "", ""
        bare = version[2].removesuffix("*").removesuffix(".")
        fuzzy = version[1] == "=" or version[2].endswith("*")
        return match["name"], f"=={bare}.*" if fuzzy else f"=={bare}", bare
    clauses = [(operator or "==", version) for operator, version in _CLAUSE.findall(rest)]
    return match["name"], ",".join("".join(pair) for pair in clauses if pair[0] != "="), ""
