"""Reads requirements: files of pip with their options, single requirements, and what `pip install` is given."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from detlint.environment.facts import Facts, Include, Requirement, Text, normalised

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.diagnostics import Location

_COMMENT = re.compile(r"(?:^|(?<=\s))#.*")
_OPTION = re.compile(r"(?P<flag>-{1,2}[A-Za-z][\w-]*)(?:[ \t]*=[ \t]*|[ \t]+|(?<=^-[rcef])|$)(?P<value>\S*)")
_REQUIREMENT = re.compile(
    r"""(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)
    \s*(?:\[(?P<extras>[^\]\n]*)\])?
    \s*(?P<rest>(?:@\s*(?P<url>\S+))|(?:\(?\s*(?P<spec>(?:===?|~=|!=|<=?|>=?)[^;#]*))?)
    \s*(?:;(?P<marker>.*))?$""",
    re.VERBOSE,
)
_CLAUSE = re.compile(r"(===|==|~=|!=|<=|>=|<|>)\s*([^\s,;()'\"]+)")
_WHEEL = re.compile(
    r"(?P<name>[A-Za-z0-9._]+)-(?P<version>[0-9][A-Za-z0-9.!+_%]*)(?:-[^/]*)?\.(?:whl|tar\.gz|zip)(?:$|[#?])"
)
_COMMIT = re.compile(r"@[0-9a-f]{7,40}(?:$|[#?&])")
_REQUIREMENTS = frozenset({"-r", "--requirement", "--requirements"})
_CONSTRAINTS = frozenset({"-c", "--constraint", "--constraints"})
_INDEXES = frozenset({"-i", "--index-url", "--extra-index-url", "--pypi-url", "-f", "--find-links"})


def read(text: str) -> Facts:
    """What a requirements file says."""
    facts = Facts()
    place = Text(text)
    for start, line in _logical_lines(place):
        stripped = line.strip()
        if not stripped:
            continue
        offset = start + len(line) - len(line.lstrip())
        if stripped.startswith("-"):
            _option(stripped, place.span(offset, offset + len(stripped)), facts)
            continue
        found = requirement(stripped, place, offset)
        if found is not None:
            facts.requirements.append(found)
    return facts


def _logical_lines(place: Text) -> Iterator[tuple[int, str]]:
    """The lines without comments; those that a backslash continues are joined, character for character."""
    start, joined = 0, ""
    for offset, line in place.lines():
        if not joined:
            start = offset
        else:
            joined += " " * (offset - start - len(joined))
        # a comment ends a line that is continued, as pip has it
        bare = _COMMENT.sub("", line)
        if bare == line and line.endswith("\\"):
            joined += line[:-1] + " "
            continue
        yield start, joined + bare
        joined = ""
    if joined:
        yield start, joined


def _option(line: str, location: Location, facts: Facts) -> None:
    match = _OPTION.match(line)
    if match is None:
        return
    flag, value = match["flag"], match["value"].strip("'\"")
    if flag not in _REQUIREMENTS | _CONSTRAINTS and flag[:2] in {"-r", "-c"} and not flag.startswith("--"):
        flag, value = flag[:2], flag[2:] + value
    if flag in _REQUIREMENTS and value:
        facts.includes.append(Include(value, location, "requirements"))
    elif flag in _CONSTRAINTS and value:
        facts.includes.append(Include(value, location, "constraints"))
    elif flag in _INDEXES and value:
        facts.indexes.append(value)


def requirement(line: str, place: Text, offset: int, group: str = "") -> Requirement | None:
    """A requirement that is written in a text at an offset; None if it is none. `line` starts with it."""
    bare = re.split(r"\s--(?:hash|config-settings|global-option|install-option)\b", line)[0].rstrip()
    if "://" in bare.partition(" @ ")[0] or bare.startswith((".", "/")):
        return _from_file(bare, place, offset, group)
    match = _REQUIREMENT.match(bare)
    if match is None:
        return None
    end = offset + match.end("rest") if match["rest"] else offset + match.start("rest")
    end = offset + len(bare[: end - offset].rstrip(" \t,"))
    clauses = _CLAUSE.findall(match["spec"] or "")
    url = match["url"] or ""
    wheel = _WHEEL.search(url)
    return Requirement(
        name=normalised(match["name"]),
        location=place.span(offset, end),
        specifier=",".join(f"{operator}{version}" for operator, version in clauses),
        pin=_local_name(wheel["version"]) if wheel else exact(clauses),
        extras=frozenset(normalised(part.strip()) for part in (match["extras"] or "").split(",") if part.strip()),
        marker=(match["marker"] or "").strip(),
        group=group,
        fixed=bool(_COMMIT.search(url)) or url.startswith("file:"),
    )


def _from_file(text: str, place: Text, offset: int, group: str) -> Requirement | None:
    """A wheel or an archive, given by its address: its name says what it is."""
    address, _, marker = text.partition(" ;")
    match = _WHEEL.search(address)
    egg = re.search(r"#egg=([\w.-]+)", address)
    location = place.span(offset, offset + len(address.split()[0]))
    if match:
        version = _local_name(match["version"])
        return Requirement(
            normalised(match["name"]),
            location,
            specifier=f"=={version}",
            pin=version,
            marker=marker.strip(),
            group=group,
        )
    if egg:
        return Requirement(normalised(egg[1]), location, group=group, fixed=bool(_COMMIT.search(address)))
    return None


def _local_name(version: str) -> str:
    return version.replace("%2B", "+").replace("%2b", "+")


def exact(clauses: list[tuple[str, str]]) -> str:
    """The version, if clauses of a specifier leave only one."""
    for operator, version in clauses:
        if operator in {"==", "==="} and "*" not in version:
            return version
    return ""


def specifier_clauses(specifier: str) -> list[tuple[str, str]]:
    """The clauses of a specifier: operator and version."""
    return _CLAUSE.findall(specifier)


_WITH_VALUE = frozenset(
    {"-i", "--index-url", "--extra-index-url", "-f", "--find-links", "-t", "--target", "-d", "--dest", "--prefix",
     "--root", "--src", "--python-version", "--platform", "--abi", "--implementation", "--proxy", "--retries",
     "--timeout", "--trusted-host", "--cert", "--cache-dir", "--log", "-p", "--python", "--progress-bar",
     "--only-binary", "--no-binary", "--upgrade-strategy", "--use-feature", "--default-timeout", "--index-strategy",
     "--config-settings"}
)  # fmt: skip
_EDITABLE = frozenset({"-e", "--editable"})


def install_arguments(words: list[tuple[int, str]], place: Text) -> Facts:
    """What the words after `pip install` ask for, each with its offset in the text."""
    facts = Facts()
    words = list(words)
    while words:
        offset, word = words.pop(0)
        flag, _, value = word.partition("=")
        if word.startswith("-"):
            if not value and words and flag in _WITH_VALUE | _REQUIREMENTS | _CONSTRAINTS | _EDITABLE:
                value = words.pop(0)[1]
            if value:
                _option(f"{flag} {value}", place.span(offset, offset + len(word)), facts)
            continue
        found = requirement(word, place, offset)
        if found is not None:
            facts.requirements.append(found)
    return facts
