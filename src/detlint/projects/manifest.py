"""Manifests: which files a project must have, and the hashes of those that must stay as they are.

A hash is that of a file's text with each answer put back to its placeholder, `@{name}@`, at the places where the
manifest says that answers stand; so an answer that happens to be a common word does no harm. Given a template, or a
folder with a policy; gives a `Manifest`, and reads and writes it as JSON.
"""

from __future__ import annotations

import fnmatch
import hashlib
import itertools
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from detlint.projects.errors import ProjectError
from detlint.projects.files import safe
from detlint.sources.discovery import matches_something

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from detlint.projects.templates import Template

FORM = 1
REQUIRED, RECOMMENDED, OPTIONAL = "required", "recommended", "optional"
_LEVELS = (REQUIRED, RECOMMENDED, OPTIONAL)
_PLACEHOLDER = re.compile(r"@\{\s*(\w+)\s*\}@")
_MARK = re.compile("\ue000(\\w+)\ue001")
"""An answer as it is put into files to find the places where it stands: characters that no file has."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file.

    path: with placeholders. sha256: of its text with placeholders; None for a file whose content is the project's own.
    slots: where answers stand: the offset in the text without placeholders, and the answer's name. when: the answers
    for which this entry holds; for all others if it is empty. lines: where only hashes of lines are known, sets of
    them, of which one must be in the file. alternatives: other paths, of which one will do as well.
    """

    path: str
    level: str = OPTIONAL
    sha256: str | None = None
    slots: tuple[tuple[int, str], ...] = ()
    when: Mapping[str, str] = field(default_factory=dict)
    lines: tuple[tuple[str, ...], ...] = ()
    alternatives: tuple[str, ...] = ()

    @property
    def is_managed(self) -> bool:
        """Whether the content must stay."""
        return self.sha256 is not None or bool(self.lines)

    def holds(self, answers: Mapping[str, str]) -> bool:
        """Whether the entry is about a project with these answers."""
        return _holds(self.when, answers)

    def matches(self, text: str, answers: Mapping[str, str]) -> bool:
        """Whether a file's text is what the manifest says."""
        return self.sha256 is None or self.sha256 == _digest(_put_back(text, self.slots, answers))


@dataclass(frozen=True, slots=True)
class Setting:
    """A determinism setting that a file must make.

    needs: of a program `seed STATE` or `mode MODE`, as in effects; of an environment `pins`, an exact version of each
    dependency. when: the answers for which it is asked; for all others if it is empty.
    """

    file: str
    needs: str
    when: Mapping[str, str] = field(default_factory=dict)

    def holds(self, answers: Mapping[str, str]) -> bool:
        """Whether a project with these answers is asked for it."""
        return _holds(self.when, answers)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a project must have. forbidden: patterns as in `.gitignore`. todo: texts that must not be left.

    sources: of a template, the SHA-256 of all that it renders, so that no version changes without a word.
    """

    name: str
    entries: tuple[Entry, ...]
    forbidden: tuple[str, ...] = ()
    settings: tuple[Setting, ...] = ()
    todo: tuple[str, ...] = ()
    sources: str = ""

    def settings_for(self, answers: Mapping[str, str]) -> Iterator[tuple[str, Setting]]:
        """The settings that a project with these answers must make, each with its file; raises `ProjectError`."""
        for setting in self.settings:
            if setting.holds(answers):
                yield placed(setting.file, answers), setting

    def for_answers(self, answers: Mapping[str, str]) -> Iterator[tuple[str, Entry]]:
        """The entries about a project with these answers, each with its path there; raises `ProjectError`."""
        for entry in self.entries:
            if entry.holds(answers):
                yield safe(placed(entry.path, answers), f"manifest {self.name}"), entry


def _holds(when: Mapping[str, str], answers: Mapping[str, str]) -> bool:
    return all(answers.get(name) == value for name, value in when.items())


def placed(path: str, answers: Mapping[str, str]) -> str:
    """A path with its placeholders filled in; raises `ProjectError` where there is no answer."""

    def answer(match: re.Match[str]) -> str:
        if match[1] not in answers:
            raise ProjectError(f"the path {path} needs an answer to {match[1]}: --set {match[1]}=…")
        return answers[match[1]]

    return _PLACEHOLDER.sub(answer, path)


# ------------------------------------------------------------------------------------------------------- of templates
def of_template(template: Template) -> Manifest:
    """The manifest of a template: made by rendering it with marks for answers, for all choices that matter."""
    structure = template.structure
    policy = Policy(**{name: tuple(structure[name]) for name in ("managed", "required", "recommended", "forbidden")})
    rendered = list(_renderings(template))
    entries: list[Entry] = []
    for path in sorted({path for files, _ in rendered for path in files}):
        level = policy.level(path)
        if level is not None and policy.is_managed(path):
            texts = [(files[path], choice) for files, choice in rendered if path in files]
            entries += (_managed(path, level, text, when) for text, when in _variants(texts))
        elif level is not None:
            entries.append(Entry(path, level))
    return Manifest(
        template.label,
        tuple(entries),
        policy.forbidden,
        tuple(Setting(row["file"], row["needs"], row.get("when", {})) for row in structure["settings"]),
        sources=_digest(json.dumps(rendered, sort_keys=True)),
    )


def _renderings(template: Template) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """The template with marks for answers, for each combination of choices; with that combination."""
    marks = {question.name: f"\ue000{question.name}\ue001" for question in template.questions if not question.choices}
    choices = [[(question.name, choice) for choice in question.choices] for question in template.questions]
    for combination in itertools.product(*filter(None, choices)):
        files = template.render({**marks, **dict(combination)})
        yield {_MARK.sub(r"@{\1}@", path): content.decode() for path, content in files.items()}, dict(combination)


def _variants(found: list[tuple[str, dict[str, str]]]) -> Iterator[tuple[str, dict[str, str]]]:
    """The different texts of a file, each with the choices that decide on it."""
    deciding = [name for name in found[0][1] if _depends(found, name)]
    seen = set()
    for text, choice in found:
        when = {name: choice[name] for name in deciding}
        if tuple(when.items()) not in seen:
            seen.add(tuple(when.items()))
            yield text, when


def _depends(found: list[tuple[str, dict[str, str]]], name: str) -> bool:
    """Whether a file's text depends on one choice, the others being equal."""
    texts: dict[tuple[tuple[str, str], ...], set[str]] = {}
    for text, choice in found:
        others = tuple((other, value) for other, value in choice.items() if other != name)
        texts.setdefault(others, set()).add(text)
    return any(len(different) > 1 for different in texts.values())


def _managed(path: str, level: str, marked: str, when: Mapping[str, str]) -> Entry:
    bare, slots = _split(marked, _MARK)
    return Entry(path, level, _digest(_put_in(bare, slots)), slots, when)


def _any(path: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch.fnmatchcase(path, pattern) for pattern in patterns)


def _split(text: str, pattern: re.Pattern[str]) -> tuple[str, tuple[tuple[int, str], ...]]:
    """A text without its placeholders, and where they stood."""
    bare, slots, end = "", [], 0
    for match in pattern.finditer(text):
        bare += text[end : match.start()]
        slots.append((len(bare), match[1]))
        end = match.end()
    return bare + text[end:], tuple(slots)


def _put_in(bare: str, slots: Iterable[tuple[int, str]]) -> str:
    """A text with placeholders where answers stand."""
    parts, end = [], 0
    for offset, name in slots:
        parts += [bare[end:offset], f"@{{{name}}}@"]
        end = offset
    return "".join([*parts, bare[end:]])


def _put_back(text: str, slots: Iterable[tuple[int, str]], answers: Mapping[str, str]) -> str:
    """A text with placeholders for the answers at some places; as it is from where another text stands there."""
    parts, end, done = [], 0, 0
    for offset, name in slots:
        start = done + offset - end
        parts.append(text[done:start])
        answer = answers.get(name)
        if answer is None or not text.startswith(answer, start):
            return "".join([*parts, text[start:]])
        parts.append(f"@{{{name}}}@")
        done, end = start + len(answer), offset
    return "".join([*parts, text[done:]])


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# --------------------------------------------------------------------------------------------------------- of folders
def of_files(name: str, files: Mapping[str, bytes], answers: Mapping[str, str], policy: Policy) -> Manifest:
    """The manifest of a folder's files: of a template with placeholders, or of a project with answers.

    Placeholders `{{ cookiecutter.name }}`, `{{ name }}` and `@{ name }@` are read as such; every occurrence of an
    answer becomes a placeholder.
    """
    entries = []
    for path, content in sorted(files.items()):
        level = policy.level(path)
        if level is not None:
            entries.append(_of_file(path, content, level, answers, managed=policy.is_managed(path)))
    return Manifest(name, tuple(entries), policy.forbidden)


@dataclass(frozen=True, slots=True)
class Policy:
    """What is asked of which files, by patterns of paths. What is managed is required, too."""

    managed: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    recommended: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()

    def level(self, path: str) -> str | None:
        """What is asked of a file; None for nothing."""
        if _any(path, self.required) or self.is_managed(path):
            return REQUIRED
        return RECOMMENDED if _any(path, self.recommended) else None

    def is_managed(self, path: str) -> bool:
        """Whether a file's content must stay."""
        return _any(path, self.managed)


_FOREIGN = re.compile(r"\{\{\s*(?:cookiecutter\.)?(\w+)\s*\}\}|@\{\s*(\w+)\s*\}@")


def _of_file(path: str, content: bytes, level: str, answers: Mapping[str, str], *, managed: bool) -> Entry:
    shown = _marked(path, answers)
    place = _MARK.sub(r"@{\1}@", shown)
    if not managed:
        return Entry(place, level)
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise ProjectError(f"{path} is no text in UTF-8, so it cannot be managed") from error
    return _managed(place, level, _marked(text, answers), {})


def _marked(text: str, answers: Mapping[str, str]) -> str:
    """A text with marks for placeholders of any form, and for answers; the longest answers first."""
    text = _FOREIGN.sub(lambda match: f"\ue000{match[1] or match[2]}\ue001", text)
    for name in sorted((name for name in answers if answers[name]), key=lambda name: (-len(answers[name]), name)):
        pattern = re.compile(rf"(?<![\w\ue000]){re.escape(answers[name])}(?![\w\ue001])")
        text = pattern.sub(f"\ue000{name}\ue001", text)
    return text


# --------------------------------------------------------------------------------------------------- reading, writing
def to_json(manifest: Manifest) -> str:
    """A manifest as a text."""
    document: dict[str, Any] = {
        "manifest": FORM,
        "name": manifest.name,
        "files": [_row(entry) for entry in manifest.entries],
        "forbidden": list(manifest.forbidden),
        "settings": [_with_when({"file": each.file, "needs": each.needs}, each.when) for each in manifest.settings],
        "todo": list(manifest.todo),
        **({"sources": manifest.sources} if manifest.sources else {}),
    }
    return json.dumps(document, indent=1) + "\n"


def from_json(text: str, name: str) -> Manifest:
    """The manifest that a text is; raises `ProjectError`."""
    try:
        found = json.loads(text)
        if not isinstance(found, dict) or "manifest" not in found:
            raise ProjectError(f'{name} is no manifest of detlint: it does not begin with "manifest": {FORM}')
        if found["manifest"] != FORM:
            raise ProjectError(f"{name} has form {found['manifest']!r}; this detlint reads form {FORM}")
        return Manifest(
            str(found["name"]),
            tuple(_read_row(row, name) for row in found["files"]),
            tuple(_pattern(row, name) for row in found.get("forbidden", ())),
            tuple(_setting(row, name) for row in found.get("settings", ())),
            tuple(filter(None, map(str, found.get("todo", ())))),
            str(found.get("sources", "")),
        )
    except json.JSONDecodeError as error:
        raise ProjectError(f"{name} is no valid JSON: {error}") from error
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise ProjectError(f"{name} is no manifest of detlint: {type(error).__name__}: {error}") from error


def _row(entry: Entry) -> dict[str, Any]:
    row: dict[str, Any] = {"path": entry.path, "level": entry.level}
    if entry.sha256 is not None:
        row["sha256"] = entry.sha256
        row["slots"] = [list(slot) for slot in entry.slots]
    if entry.alternatives:
        row["alternatives"] = list(entry.alternatives)
    return _with_when(row, entry.when)


def _with_when(row: dict[str, Any], when: Mapping[str, str]) -> dict[str, Any]:
    return {**row, "when": dict(when)} if when else row


def _read_when(row: Mapping[str, Any]) -> dict[str, str]:
    return {str(key): str(value) for key, value in row.get("when", {}).items()}


def _read_row(row: Mapping[str, Any], name: str) -> Entry:
    path, level = row["path"], row.get("level", REQUIRED)
    alternatives = tuple(map(str, row.get("alternatives", ())))
    for each in (path, *alternatives):
        safe(_PLACEHOLDER.sub("x", each), name)
    if level not in _LEVELS:
        raise ProjectError(f"{name}: {path}: the level {level!r} is none of {', '.join(_LEVELS)}")
    slots = tuple((int(offset), str(answer)) for offset, answer in row.get("slots", ()))
    sha256 = row.get("sha256")
    if sha256 is not None and not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise ProjectError(f"{name}: {path}: {sha256!r} is no SHA-256")
    return Entry(path, level, sha256, slots, _read_when(row), alternatives=alternatives)


def _pattern(row: object, name: str) -> str:
    if not matches_something(str(row)):
        raise ProjectError(f"{name}: forbidden: {row!r} is no pattern as in .gitignore")
    return str(row)


def _setting(row: Mapping[str, Any], name: str) -> Setting:
    if not re.fullmatch(r"(?:seed|mode) \w+|pins", row["needs"]):
        raise ProjectError(f"{name}: settings: {row['needs']!r} is none of `seed STATE`, `mode MODE` and `pins`")
    safe(_PLACEHOLDER.sub("x", row["file"]), name)
    return Setting(row["file"], row["needs"], _read_when(row))
