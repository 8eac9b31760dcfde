"""Reads Dockerfiles: images, variables that stay in the image, commands, what is installed.

Instructions over several lines, comments between them, here-documents, stages, defaults of `ARG`. `RUN export` is gone
when its instruction ends, so it sets nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from detlint.environment import shell
from detlint.environment.facts import Command, Facts, Image, Requirement, Text, Variable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.diagnostics import Location

_DIRECTIVE = re.compile(r"#\s*(\w+)\s*=\s*(\S+)\s*$")
_INSTRUCTION = re.compile(r"\s*(?:ONBUILD\s+)?(?P<word>[A-Za-z]+)(?P<rest>\s.*|)$", re.DOTALL | re.IGNORECASE)
_HEREDOC = re.compile(r"<<(?P<dash>-?)(?P<quote>[\"']?)(?P<tag>[A-Za-z_]\w*)(?P=quote)")
_PAIR = re.compile(r"""(?P<name>[A-Za-z_][\w.-]*)=(?P<value>(?:\\.|"(?:\\.|[^"\\])*"|'[^']*'|[^\s"'\\])*)""", re.DOTALL)
_LEGACY = re.compile(r"\s*(?P<name>\S+)\s+(?P<value>.*\S)", re.DOTALL)
_FROM = re.compile(r"(?:\s*--\w+=\S+)*\s*(?P<image>\S+)(?:\s+as\s+(?P<name>\S+))?", re.IGNORECASE)
_FLAGS = re.compile(r"(?:\s*--[\w-]+(?:=\S+)?)*\s*")


@dataclass(frozen=True, slots=True)
class Instruction:
    """An instruction: its word in capitals, and what follows it, with line ends blanked out so that offsets hold.

    documents: the offsets of its here-documents.
    """

    word: str
    text: str
    start: int
    documents: tuple[tuple[int, int], ...] = ()


def instructions(place: Text) -> Iterator[Instruction]:
    """The instructions of a file in their order."""
    lines = place.lines()
    escape = _escape(lines)
    index = 0
    while index < len(lines):
        start, line = lines[index]
        index += 1
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        text = line
        while text.rstrip().endswith(escape) and index < len(lines):
            bare = text.rstrip()[:-1]
            offset, following = lines[index]
            index += 1
            if not following.strip() or following.lstrip().startswith("#"):
                following = " " * len(following) + escape  # a comment between lines does not end the instruction
            text = bare + " " * (offset - start - len(bare)) + following
        match = _INSTRUCTION.match(text)
        if match is None:
            continue
        word = match["word"].upper()
        documents: list[tuple[int, int]] = []
        if word in ("RUN", "COPY", "ADD"):
            for tag in _HEREDOC.finditer(text):
                first, index = index, _end_of_document(lines, index, tag["tag"], dash=bool(tag["dash"]))
                if index > first:
                    documents.append((lines[first][0], lines[index - 1][0]))
        yield Instruction(word, match["rest"], start + match.start("rest"), tuple(documents))


def _escape(lines: list[tuple[int, str]]) -> str:
    """The character that continues a line, which a comment at the top may choose."""
    for _, line in lines:
        match = _DIRECTIVE.match(line)
        if match is None:
            break
        if match[1].lower() == "escape" and match[2] == "`":
            return "`"
    return "\\"


def _end_of_document(lines: list[tuple[int, str]], index: int, tag: str, *, dash: bool) -> int:
    """The number of the line behind a here-document; the same number if it does not end."""
    for number in range(index, len(lines)):
        line = lines[number][1]
        if (line.lstrip("\t") if dash else line) == tag:
            return number + 1
    return index


@dataclass(slots=True)
class _Stage:
    name: str
    base: str
    facts: Facts = field(default_factory=Facts)
    known: dict[str, str | None] = field(default_factory=dict)


class _Reader:
    def __init__(self, place: Text) -> None:
        self.place = place
        self.arguments: dict[str, str | None] = {}
        self.stages: list[_Stage] = []

    def feed(self, item: Instruction) -> None:
        if item.word == "FROM":
            self._from(item)
        elif item.word in ("ARG", "ENV"):
            self._pairs(item)
        elif self.stages and item.word == "RUN":
            self._run(item)
        elif self.stages and item.word in ("CMD", "ENTRYPOINT"):
            self._command(item)

    def _from(self, item: Instruction) -> None:
        match = _FROM.match(item.text)
        if match is None:
            return
        reference = shell.expanded(match["image"], self.arguments)
        image = match["image"] if reference is None else reference
        earlier = next((stage for stage in self.stages if stage.name and stage.name == image.lower()), None)
        stage = _Stage((match["name"] or "").lower(), image.lower() if earlier else "")
        if earlier:
            stage.known = dict(earlier.known)
        elif image.lower() != "scratch":
            start = item.start + match.start("image")
            where = self.place.span(start, item.start + match.end("image"))
            stage.facts.images.append(Image(image, where, reference is not None))
            stage.facts.requirements += image_requirement(image, where)
        self.stages.append(stage)

    def _pairs(self, item: Instruction) -> None:
        stage = self.stages[-1] if self.stages else None
        known = stage.known if stage else self.arguments
        pairs = [
            (match["name"], match["value"], match.start("name"), match.start("value"))
            for match in _PAIR.finditer(item.text)
        ]
        first = item.text.split()[0] if item.text.split() else ""
        if item.word == "ENV" and "=" not in first:
            legacy = _LEGACY.match(item.text)
            pairs = [(legacy["name"], legacy["value"], legacy.start("name"), legacy.start("value"))] if legacy else []
        if item.word == "ARG" and "=" not in first and stage is not None and first in self.arguments:
            stage.known[first] = self.arguments[first]
        before = dict(known)
        for name, raw, start, value_start in pairs:
            value = shell.expanded(raw, before)
            known[name] = value
            if item.word == "ENV" and stage is not None:
                at = item.start
                stage.facts.variables.append(
                    Variable(
                        name,
                        value,
                        self.place.span(at + start, at + start + len(name)),
                        self.place.span(at + value_start, at + value_start + len(raw)),
                    )
                )

    def _run(self, item: Instruction) -> None:
        stage = self.stages[-1]
        if item.documents and not _FLAGS.sub("", _HEREDOC.sub("", item.text), count=1).strip():
            for start, end in item.documents:
                self._shell(stage, self.place.text, start, end)
            return
        # offsets in the blanked text are those in the file
        flags = _FLAGS.match(item.text)
        text = " " * item.start + item.text
        self._shell(stage, text, item.start + (flags.end() if flags else 0), len(text))

    def _shell(self, stage: _Stage, text: str, start: int, end: int) -> None:
        stage.facts.add(shell.part(text, start, end, self.place, persists=False, known=stage.known))

    def _command(self, item: Instruction) -> None:
        text = item.text.strip()
        if text.startswith("["):
            text = " ".join(re.findall(r'"((?:\\.|[^"\\])*)"', text))
        start = item.start + len(item.text) - len(item.text.lstrip())
        where = self.place.span(start, item.start + len(item.text.rstrip()))
        facts = self.stages[-1].facts
        facts.commands.append(Command(text, where))
        if not item.text.strip().startswith("["):
            inner = shell.part(" " * item.start + item.text, item.start, None, self.place, persists=False)
            facts.variables += inner.variables

    def result(self) -> Facts:
        facts = Facts()
        kept = self._kept()
        for stage in self.stages:
            if stage not in kept:
                stage.facts.variables = [
                    Variable(item.name, item.value, item.location, item.value_location, "stage")
                    for item in stage.facts.variables
                ]
            facts.add(stage.facts)
        return facts

    def _kept(self) -> list[_Stage]:
        """The last stage and those that it is built on."""
        kept = self.stages[-1:]
        while kept and kept[-1].base:
            earlier = self.stages[: self.stages.index(kept[-1])]
            kept += [stage for stage in earlier if stage.name == kept[-1].base][-1:]
            if kept[-1].base and kept[-1] in kept[:-1]:
                break
        return kept


def read(text: str) -> Facts:
    """What a Dockerfile says."""
    reader = _Reader(Text(text))
    for item in instructions(reader.place):
        reader.feed(item)
    return reader.result()


_TAG_VERSION = re.compile(r"v?(\d+(?:\.\d+)+)(?:$|[^\d.])")


def image_requirement(reference: str, location: Location) -> list[Requirement]:
    """The framework that an image brings, as its name and tag say."""
    name, _, tag = reference.partition("@")[0].partition(":")
    version = _TAG_VERSION.match(tag)
    bare = name.removeprefix("docker.io/")
    if version is None:
        return []
    return [Requirement(bare, location, "image", f"=={version[1]}", version[1])]
