"""Reads shell text: what it exports, installs and runs.

A reader of simple commands, not a shell: words and their places, quotes, comments, here-documents and the operators
between commands. What is computed is unknown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from detlint.environment import conda
from detlint.environment.facts import Command, Facts, Include, Requirement, Text, Variable, normalised
from detlint.environment.requirements import install_arguments

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TOKEN = re.compile(
    r"""(?P<blank>(?:[ \t\r]|\\\r?\n)+)
    |(?P<newline>\n)
    |(?P<comment>\#[^\n]*)
    |(?P<heredoc><<-?[ \t]*(?P<quote>["']?)(?P<tag>[A-Za-z_]\w*)(?P=quote))
    |(?P<redirect>\d*(?:>>|>&|&>|>|<)&?\d*)
    |(?P<operator>&&|\|\||;;|[;|&()]|\{(?=\s)|\}(?=\s|;|$))
    |(?P<word>(?:\$\{(?:[^{}\n]|\{[^{}\n]*\})*\}|\$\((?:[^()\n]|\([^()\n]*\))*\)|\\.|"(?:\\.|[^"\\])*"|'[^']*'|`[^`\n]*`|[^\s;|&()<>"'`\\])+)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_PART = re.compile(
    r"""\\(?P<escaped>.)|"(?P<double>(?:\\.|[^"\\])*)"|'(?P<single>[^']*)'|(?P<plain>[^\\"']+)""", re.DOTALL
)
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)(\+?=)(.*)$", re.DOTALL)
_EXPANSION = re.compile(r"\$(?:\{(?P<name>\w+)(?::?[-=](?P<default>[^{}]*))?[^{}]*\}|(?P<bare>\w+)|[({@*#?!])|`")
_KEYWORDS = frozenset(
    {"then", "do", "else", "elif", "if", "while", "until", "!", "time", "exec", "command", "nohup", "sudo", "builtin"}
)
_EXPORTS = frozenset({"export", "declare", "typeset", "local", "readonly"})
_STARTS_PYTHON = re.compile(r"(?:^|/)(?:python[\d.]*|torchrun|accelerate|deepspeed|horovodrun|ipython|mlflow)$|\.py$")
_SBATCH = re.compile(r"#\s*(?:SBATCH|PBS|\$)\s+(?:-v\s+|--export[= ]\s*)(?P<list>\S+)")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a command. raw: as written, quotes included."""

    raw: str
    start: int

    @property
    def end(self) -> int:
        """The offset behind it."""
        return self.start + len(self.raw)

    @property
    def text(self) -> str:
        """Without quotes; what is expanded stands as written."""
        return _unquoted(self.raw)


def _unquoted(raw: str) -> str:
    return "".join(
        part["escaped"] or part["single"] or part["plain"] or re.sub(r'\\([\\"$`])', r"\1", part["double"] or "")
        for part in _PART.finditer(raw)
    )


def expanded(raw: str, known: Mapping[str, str | None]) -> str | None:
    """The value of a word with the variables that are known; None if it depends on others.

    `${NAME:-default}` is the default where the name is not known.
    """
    if "$" not in raw and "`" not in raw:
        return _unquoted(raw)
    parts: list[str] = []
    for part in _PART.finditer(raw):
        if part["plain"] is None and part["double"] is None:
            parts.append(part["escaped"] or part["single"] or "")
            continue
        text = part["plain"] if part["plain"] is not None else part["double"]
        value = _expanded_text(text, known)
        if value is None:
            return None
        parts.append(value)
    return "".join(parts)


def _expanded_text(text: str, known: Mapping[str, str | None]) -> str | None:
    result, position = "", 0
    for match in _EXPANSION.finditer(text):
        name = match["name"] or match["bare"]
        value = known.get(name) if name else None
        if value is None:
            value = match["default"]
        if value is None:
            return None
        result += text[position : match.start()] + value
        position = match.end()
    return result + text[position:]


def commands(text: str, start: int = 0, end: int | None = None) -> Iterator[list[Word]]:
    """The simple commands of a part of a text, as words."""
    end = len(text) if end is None else end
    words: list[Word] = []
    heredocs: list[str] = []
    position, redirected = start, False
    while position < end:
        match = _TOKEN.match(text, position, end)
        assert match is not None
        kind, position = match.lastgroup, match.end()
        if kind == "word":
            if redirected:
                redirected = False
            else:
                words.append(Word(match.group(), match.start()))
        elif kind == "tag" or match["heredoc"]:
            heredocs.append(match["tag"])
        elif kind == "redirect":
            # the number of `2>` is its own, the file is the next word
            redirected = not match.group().rstrip("0123456789").endswith("&")
        elif kind in ("newline", "operator"):
            if words:
                yield words
            words, redirected = [], False
            if kind == "newline" and heredocs:
                position = _behind(text, position, end, heredocs)
                heredocs = []
    if words:
        yield words


def _behind(text: str, position: int, end: int, tags: list[str]) -> int:
    """The offset behind the here-documents that begin in a line."""
    for tag in tags:
        match = re.compile(rf"^[ \t]*{tag}[ \t]*\r?$", re.MULTILINE).search(text, position, end)
        position = match.end() if match else end
    return position


def read(text: str) -> Facts:
    """What a script says."""
    facts = part(text)
    place = Text(text)
    for match in _SBATCH.finditer(text) if "--export" in text or "-v" in text else ():
        _listed(match["list"], match.start("list"), place, facts)
    return facts


def part(
    text: str,
    start: int = 0,
    end: int | None = None,
    place: Text | None = None,
    *,
    persists: bool = True,
    known: Mapping[str, str | None] | None = None,
) -> Facts:
    """What a part of a text says as shell. persists: whether what it exports holds for what the file starts.

    known: the values of variables before it.
    """
    reader = _Reader(place or Text(text), persists, dict(known or {}))
    for words in commands(text, start, end):
        reader.command(words)
    return reader.facts


class _Reader:
    def __init__(self, place: Text, persists: bool, known: dict[str, str | None]) -> None:
        self.facts = Facts()
        self.place = place
        self.persists = persists
        self.known = known
        self.all_exported = False

    def command(self, words: list[Word]) -> None:
        words = list(words)
        while words and words[0].raw in _KEYWORDS:
            words.pop(0)
        assigned: list[Word] = []
        while words and (words[0].raw == "env" or _ASSIGNMENT.match(words[0].raw)):
            word = words.pop(0)
            if word.raw != "env":
                assigned.append(word)
            elif words and words[0].raw.startswith("-"):
                words.pop(0)
        if not words:
            self._assign(assigned)
            return
        self._scoped(assigned, words)
        name = words[0].text
        if name in _EXPORTS:
            if name == "export" or any(word.raw.startswith("-") and "x" in word.raw for word in words[1:3]):
                self._export(words[1:])
        elif name == "setenv" and len(words) > 2:
            self._add(words[1].text, words[2].raw, words[1].start, words[2].start)
        elif name == "set":
            self._set([word.raw for word in words[1:]])
        elif name == "echo":
            self._echo(words)
        else:
            self._run(words)

    def _set(self, options: list[str]) -> None:
        """`set -a` exports all that is assigned from here on, `set +a` no more."""
        if "+a" in options or options == ["+o", "allexport"]:
            self.all_exported = False
        elif "-a" in options or options == ["-o", "allexport"]:
            self.all_exported = True

    def _assign(self, words: list[Word]) -> None:
        for word in words:
            match = _ASSIGNMENT.match(word.raw)
            assert match is not None
            self.known[match[1]] = expanded(match[3], self.known)
            if self.all_exported:
                self._add(match[1], match[3], word.start, word.start + match.start(3))

    def _scoped(self, assigned: list[Word], words: list[Word]) -> None:
        command = self.place.text[words[0].start : words[-1].end]
        for word in assigned:
            match = _ASSIGNMENT.match(word.raw)
            assert match is not None
            start = word.start + match.start(3)
            self.facts.variables.append(
                Variable(
                    match[1],
                    expanded(match[3], self.known),
                    self.place.span(word.start, word.start + match.end(1)),
                    self.place.span(start, word.end),
                    "command",
                    command,
                )
            )

    def _export(self, words: list[Word]) -> None:
        for word in words:
            match = _ASSIGNMENT.match(word.raw)
            if match:
                self._add(match[1], match[3], word.start, word.start + match.start(3))
            elif re.fullmatch(r"[A-Za-z_]\w*", word.raw):
                value = self.known.get(word.raw)
                if self.persists:
                    self.facts.variables.append(Variable(word.raw, value, self.place.span(word.start, word.end)))

    def _add(self, name: str, raw: str, start: int, value_start: int) -> None:
        value = expanded(raw, self.known)
        self.known[name] = value
        if self.persists:
            self.facts.variables.append(
                Variable(
                    name,
                    value,
                    self.place.span(start, start + len(name)),
                    self.place.span(value_start, value_start + len(raw)),
                )
            )

    def _echo(self, words: list[Word]) -> None:
        """`echo "NAME=value" >> $GITHUB_ENV` sets a variable for the steps that follow."""
        if len(words) != 2:
            return
        line = self.place.text[words[-1].end :].partition("\n")[0]
        match = _ASSIGNMENT.match(words[1].text)
        if match and re.match(r"\s*>>\s*[\"']?\$\{?GITHUB_ENV", line):
            where = self.place.span(words[1].start, words[1].end)
            self.facts.variables.append(Variable(match[1], expanded(match[3], self.known), where, where))

    def _run(self, words: list[Word]) -> None:
        texts = [word.text for word in words]
        installed = _installation(texts)
        if installed:
            tool, first = installed
            self._install(tool, words[first:])
            return
        for flag, value in pairwise(texts):
            if flag == "--export":
                _listed(value, words[texts.index(flag) + 1].start, self.place, self.facts)
        for word in words:
            if word.raw.startswith("--export="):
                _listed(word.raw[9:], word.start + 9, self.place, self.facts)
        if any(_STARTS_PYTHON.search(text) for text in texts):
            start, end = words[0].start, words[-1].end
            self.facts.commands.append(Command(self.place.text[start:end], self.place.span(start, end)))

    def _install(self, tool: str, words: list[Word]) -> None:
        known = [word for word in words if "$" not in word.raw]
        if tool == "pip":
            inner = install_arguments([(word.start + _quotes(word.raw), word.text) for word in known], self.place)
            self.facts.add(inner)
            return
        for index, word in enumerate(known):
            if word.raw in ("-f", "--file", "--name", "-n", "-c", "--channel", "-p", "--prefix"):
                if word.raw in ("-f", "--file") and index + 1 < len(known):
                    path = known[index + 1]
                    where = self.place.span(path.start, path.end)
                    self.facts.includes.append(Include(path.text, where, "environment"))
                continue
            if word.raw.startswith("-") or (
                index
                and known[index - 1].raw.startswith("-")
                and len(known[index - 1].raw) == 2
                and known[index - 1].raw not in ("-y", "-q", "-v")
            ):
                continue
            found = conda.parsed(word.text)
            if found and not word.text.startswith((".", "/")):
                name, specifier, pin = found
                where = self.place.span(word.start, word.end)
                self.facts.requirements.append(Requirement(normalised(name), where, "conda", specifier, pin))


def _quotes(raw: str) -> int:
    return 1 if raw[:1] in "'\"" and raw else 0


def _installation(words: list[str]) -> tuple[str, int] | None:
    """Which tool a command installs with, and the number of the first word behind `install`."""
    for index, word in enumerate(words):
        if word in ("install", "add") and index:
            before = words[:index]
            tools = [re.sub(r"[\d.]+$", "", name.rpartition("/")[2]) for name in before]
            if word == "install" and ("pip" in tools):
                return "pip", index + 1
            if word == "install" and not {"conda", "mamba", "micromamba"}.isdisjoint(tools):
                return "conda", index + 1
            if word == "add" and tools[0] in ("uv", "poetry"):
                return None
    if words[0] in ("conda", "mamba", "micromamba") and "create" in words[1:3] and "env" not in words[1:3]:
        return "conda", words.index("create") + 1
    return None


def _listed(text: str, start: int, place: Text, facts: Facts) -> None:
    """`ALL,NAME=value,OTHER`: what a batch system hands to a job."""
    for match in re.finditer(r"(?:^|,)[\"']?([A-Za-z_]\w*)=([^,\"']*)", text):
        where = place.span(start + match.start(1), start + match.end(1))
        value = place.span(start + match.start(2), start + match.end(2))
        facts.variables.append(Variable(match[1], match[2] if "$" not in match[2] else None, where, value))
