"""Comments that hide diagnostics, and what is wrong with them.

    x = torch.bincount(i, w)  # detlint: ignore[DET201] weights are integers here
    x = torch.bincount(i, w)  # noqa: DET201
    # detlint: skip-file

A comment speaks for the line that it stands on: the line on which the diagnostic starts. Where no comment can stand
there, since the line goes on in a multi-line string or after a backslash, the comment at the end of these lines speaks
for all of them, as in flake8. A line break inside brackets leaves room for a comment, so there each line speaks for
itself. Codes may be prefixes (`DET2`); a comment without codes hides all that starts on its line. Text in strings is
no comment.

Given a source and, later, the diagnostics found in it (those that confidence and severity will hide, too: what hides
one of them is in use); gives those that remain, and DET002 and DET003. Must not know of rules, only their codes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from detlint.diagnostics import Applicability, Confidence, Diagnostic, Edit, Fix, Location, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from tokenize import TokenInfo

    from detlint.sources.source import SourceFile

UNUSED = "DET002"
INVALID = "DET003"

# As flake8 has it, and in any spacing.
_NOQA = re.compile(r"#\s*noqa(?P<list>:\s?(?P<codes>(?:[A-Z]+[0-9]+(?:[,\s]+)?)+))?", re.IGNORECASE)
_DIRECTIVE = re.compile(r"#\s*detlint:\s*(?P<word>[A-Za-z][\w-]*)(?P<rest>[^#]*)")
_CODES = re.compile(r"\s*\[(?P<codes>[^\]]*)\]\s*(?P<reason>.*)", re.DOTALL)
_CODE_LIKE = re.compile(r"[A-Z]{3}[0-9]{0,3}")
# Words of other tools, which people write out of habit.
_MEANT = dict.fromkeys(("disable", "noqa", "nolint", "off", "suppress", "allow"), "ignore[CODE]")
_MEANT |= dict.fromkeys(("skip", "skipfile", "ignore-file", "disable-file"), "skip-file")
_FORM = "`# detlint: ignore[DET201] reason`"


@dataclass(frozen=True, slots=True)
class Code:
    """A code in a comment, and where it stands."""

    text: str
    location: Location

    def hides(self, code: str) -> bool:
        """Whether it names a code, or a prefix of it."""
        return code.startswith(self.text)


@dataclass(slots=True)
class Suppression:
    """One comment, or one of several in a comment.

    form: `noqa` or `ignore`. codes: None hides everything. lines: the first and last line that it speaks for. error:
    what is malformed; such a comment hides nothing. leads: whether it is what its comment begins with. used: the codes
    (all under "" if it has none) that hid something.
    """

    form: str
    location: Location
    codes: tuple[Code, ...] | None
    lines: tuple[int, int]
    reason: str = ""
    error: str = ""
    leads: bool = True
    used: set[str] = field(default_factory=set)

    def hide(self, diagnostic: Diagnostic) -> bool:
        """Whether it hides a diagnostic; remembers what did."""
        first, last = self.lines
        if self.error or not first <= diagnostic.location.line <= last:
            return False
        if self.codes is None:
            self.used.add("")
            return True
        hiding = {code.text for code in self.codes if code.hides(diagnostic.code)}
        self.used |= hiding
        return bool(hiding)


@dataclass(frozen=True, slots=True)
class Known:
    """What the run knows of codes. enabled: those that report in this file. complete: all that are on by default do."""

    codes: Collection[str]
    enabled: Callable[[str], bool]
    complete: bool = True

    def starts(self, text: str) -> list[str]:
        """The codes that a code or prefix in a comment means."""
        return [code for code in self.codes if code.startswith(text)]

    def is_ours(self, text: str) -> bool:
        """Whether a code belongs to a pack, known or not: other linters' codes in a `noqa` are not our business."""
        return any(code[:3] == text[:3] for code in self.codes)


class Suppressions:
    """The suppressions of one file.

    honour_noqa: False where flake8 itself hides what `noqa` names: then such comments are only judged. Comments are
    looked for only when they can matter: tokenizing takes longer than parsing. marker: what starts a comment in a file
    that is no Python, if there are comments; one that has a line to itself then speaks for the next line as well.
    only_named: a comment without codes hides nothing.
    """

    def __init__(
        self, source: SourceFile, *, honour_noqa: bool = True, marker: str | None = None, only_named: bool = False
    ) -> None:
        self._source = source
        self._marker = marker
        self._only_named = only_named
        self._has_directives = "detlint:" in source.text
        self._honour_noqa = honour_noqa

    @cached_property
    def _has_noqa(self) -> bool:
        return _NOQA.search(self._source.text) is not None

    @property
    def skips_file(self) -> bool:
        """Whether a comment says that nothing in the file is of interest, also if it cannot be parsed."""
        return self._has_directives and self._found[1]

    def filter(self, diagnostics: Iterable[Diagnostic], known: Known) -> list[Diagnostic]:
        """What remains of a file's diagnostics. Suppressions remember what they hid, for `check`."""
        diagnostics = list(diagnostics)
        if self.skips_file:
            return []
        if not (diagnostics and self._honour_noqa and self._has_noqa) and not self._matter(known):
            return diagnostics
        return [item for item in diagnostics if not self._hides(item)]

    def check(self, known: Known, *, require_reason: bool = False) -> list[Diagnostic]:
        """What is wrong with the comments, after `filter`: invalid ones, then those that hid nothing."""
        if self.skips_file or not self._matter(known):
            return []
        found = [item for each in self._found[0] for item in self._check(each, known, require_reason)]
        # A comment may say by name that it is to be left alone; that it hides everything is no such word.
        return [
            item
            for item in found
            if known.enabled(item.code) and not any(_names(each, item) for each in self._found[0])
        ]

    def _hides(self, diagnostic: Diagnostic) -> bool:
        # All are asked, not only the first that would do: each of them is in use.
        asked = (each for each in self._found[0] if each.codes is not None or not self._only_named)
        hiding = [each for each in asked if each.hide(diagnostic)]
        return any(self._honour_noqa or each.form != "noqa" for each in hiding)

    def _matter(self, known: Known) -> bool:
        """Whether a comment may be wrong, so that all must be looked at even if there is nothing to hide."""
        if self._has_directives:
            return True
        if not self._has_noqa:
            return False
        prefixes = {code[:3] for code in known.codes}
        if not any(prefix in self._source.text for prefix in prefixes):
            return False
        listed = [match["codes"] or "" for match in _NOQA.finditer(self._source.text)]
        return any(prefix in codes for codes in listed for prefix in prefixes)

    @cached_property
    def _found(self) -> tuple[list[Suppression], bool]:
        """All suppressions in the order of the text, and whether one of them skips the file."""
        found: list[Suppression] = []
        skips = False
        comments = _comments(self._source) if self._marker is None else _marked(self._source, self._marker)
        for comment, lines in comments:
            text = comment.string
            if self._has_noqa:
                found += (_noqa(match, comment, lines) for match in _NOQA.finditer(text))
            for match in _DIRECTIVE.finditer(text):
                skips = skips or match["word"] == "skip-file"
                for each in _directive(match, comment, lines):
                    each.leads = not match.start()
                    found.append(each)
        return found, skips

    def _check(self, each: Suppression, known: Known, require_reason: bool) -> Iterator[Diagnostic]:
        invalid = list(self._invalid(each, known, require_reason))
        yield from invalid or self._unused(each, known)

    def _invalid(self, each: Suppression, known: Known, require_reason: bool) -> Iterator[Diagnostic]:
        if each.error:
            yield self._say(INVALID, each.location, each.error, f"Write {_FORM}.")
            return
        for code in each.codes or ():
            if not known.starts(code.text) and (each.form == "ignore" or known.is_ours(code.text)):
                yield self._say(
                    INVALID, code.location, f"There is no rule with the code `{code.text}`.", _nearest(code.text, known)
                )
        if require_reason and each.form == "ignore" and not each.reason:
            yield self._say(INVALID, each.location, "This comment gives no reason.", f"Say why: {_FORM}.")

    def _unused(self, each: Suppression, known: Known) -> Iterator[Diagnostic]:
        if each.codes is None:
            if each.form == "ignore" and known.complete and not each.used:
                fix = _removal(self._without(each))
                yield self._say(UNUSED, each.location, "This comment hides nothing on its line.", "Remove it.", fix)
            return
        several = len(each.codes) > 1
        for place, code in enumerate(each.codes):
            if code.text in each.used or not _is_judged(code, known):
                continue
            message = f"This comment hides no `{code.text}` on its line."
            if several:
                fix = _removal(_without_code(each.codes, place))
                yield self._say(UNUSED, code.location, message, "Remove the code.", fix)
            else:
                yield self._say(UNUSED, each.location, message, "Remove it.", _removal(self._without(each)))

    def _without(self, each: Suppression) -> Edit:
        """The edit that takes a comment away, with its line if it has one to itself; words of others stay a comment."""
        number = each.location.line
        line = self._source.line(number)
        before, after = line[: each.location.column - 1], line[each.location.end_column - 1 :]
        if not after.strip():
            code = before.rstrip()
            if not code and number < len(self._source.lines):
                return Edit(Location(number, 1, number + 1, 1), "")
            return Edit(Location(number, len(code) + 1, number, len(line) + 1), "")
        is_comment = not each.leads or after.lstrip().startswith("#")
        rest = len(line) - len(after.lstrip())
        return Edit(Location(number, len(before) + 1, number, rest + 1), "" if is_comment else "# ")

    def _say(self, code: str, location: Location, message: str, repair: str, fix: Fix | None = None) -> Diagnostic:
        name = "unused-suppression" if code == UNUSED else "invalid-suppression"
        path = self._source.path
        return Diagnostic(code, name, message, repair, Severity.WARNING, Confidence.HIGH, path, location, fix=fix)


def _without_code(codes: tuple[Code, ...], place: int) -> Edit:
    """The edit that takes one of several codes out of its list."""
    here = codes[place].location
    if place + 1 < len(codes):
        end = codes[place + 1].location
        return Edit(Location(here.line, here.column, here.line, end.column), "")
    before = codes[place - 1].location
    return Edit(Location(here.line, before.end_column, here.line, here.end_column), "")


def _removal(edit: Edit) -> Fix:
    return Fix(Applicability.SAFE, "Remove what hides nothing", (edit,))


def _is_judged(code: Code, known: Known) -> bool:
    """Whether this run can tell that a code is needless: with a rule off, nobody knows whether it would report."""
    meant = known.starts(code.text)
    return bool(meant) and all(map(known.enabled, meant)) and not code.text.startswith((UNUSED, INVALID))


def _names(each: Suppression, diagnostic: Diagnostic) -> bool:
    """Whether a comment hides by its full code what is said of a comment."""
    first, last = each.lines
    return (
        first <= diagnostic.location.line <= last
        and not each.error
        and any(code.text == diagnostic.code for code in each.codes or ())
    )


def _nearest(wrong: str, known: Known) -> str:
    import difflib

    near = difflib.get_close_matches(wrong, known.codes, n=1)
    return f"Write the code that is meant, as `{near[0]}`." if near else "Write one that `detlint rules` lists."


def _noqa(match: re.Match[str], comment: TokenInfo, lines: tuple[int, int]) -> Suppression:
    codes = None
    if match["codes"]:
        start = match.start("codes")
        codes = tuple(
            Code(part.group(), _within(comment, start + part.start(), start + part.end()))
            for part in re.finditer(r"[^,\s]+", match["codes"])
        )
    end = match.start() + len(match.group().rstrip(", \t"))
    return Suppression("noqa", _within(comment, match.start(), end), codes, lines, leads=not match.start())


def _directive(match: re.Match[str], comment: TokenInfo, lines: tuple[int, int]) -> Iterator[Suppression]:
    """The suppression that a `detlint:` comment is; prose after `detlint:` is none."""
    word, rest = match["word"], match["rest"]
    location = _within(comment, match.start(), match.start() + len(match.group().rstrip()))
    if word != "ignore":
        meant = _MEANT.get(word.lower()) or _near_word(word)
        if word != "skip-file" and meant:
            error = f"`{word}` is not known, so this comment hides nothing; `{meant}` is."
            yield Suppression("ignore", location, None, lines, error=error)
        return
    listed = _CODES.match(rest)
    if listed is None:
        error = _malformed(rest)
        yield Suppression("ignore", location, None, lines, reason=rest.strip(), error=error)
        return
    start = match.start("rest") + listed.start("codes")
    codes = tuple(
        Code(part.group().strip().upper(), _within(comment, start + part.start(), start + part.end()))
        for part in re.finditer(r"[^,\s](?:[^,]*[^,\s])?", listed["codes"])
    )
    error = "" if codes else "The brackets hold no code, so this comment hides nothing."
    if wrong := next((code.text for code in codes if not _CODE_LIKE.fullmatch(code.text)), None):
        error = f"`{wrong}` is not a code, so this comment hides nothing."
    yield Suppression("ignore", location, codes, lines, reason=listed["reason"].strip(), error=error)


def _malformed(rest: str) -> str:
    """What is wrong after `ignore` where no list in brackets follows; nothing if words or the end do."""
    text = rest.strip()
    if text.startswith("["):
        return "The list of codes has no closing bracket, so this comment hides nothing."
    if text.startswith((":", "=", "(")) or (rest[:1].isspace() and re.match(r"[A-Z]{3}[0-9]{3}\b", text)):
        return "The codes are not in brackets, so this comment hides nothing."
    return ""


def _near_word(word: str) -> str:
    import difflib

    near = difflib.get_close_matches(word.lower(), ("ignore", "skip-file"), n=1, cutoff=0.75)
    return near[0] if near else ""


def _within(comment: TokenInfo, start: int, end: int) -> Location:
    line, column = comment.start
    return Location(line, column + start + 1, line, column + end + 1)


def _marked(source: SourceFile, marker: str) -> Iterator[tuple[TokenInfo, tuple[int, int]]]:
    """As `_comments`, for a file that is no Python: from a marker, behind a space if any, to the line's end."""
    import tokenize

    pattern = re.compile(rf"(?:^|(?<=\s)){re.escape(marker)}.*") if marker else None
    for number, line in enumerate(source.lines, 1):
        match = pattern.search(line) if pattern else None
        if match:
            start, end = (number, match.start()), (number, len(line))
            alone = not line[: match.start()].strip()
            yield tokenize.TokenInfo(tokenize.COMMENT, match.group(), start, end, line), (number, number + alone)


def _comments(source: SourceFile) -> Iterator[tuple[TokenInfo, tuple[int, int]]]:
    """All comments, each with the lines that it speaks for; see `rows`."""
    return ((comment, lines) for lines, comments in rows(source) for comment in comments)


def rows(source: SourceFile) -> Iterator[tuple[tuple[int, int], list[TokenInfo]]]:
    """The first and last of lines that share a comment, and the comments there; up to where the tokenizer gives up."""
    import tokenize

    no_text = (tokenize.ENDMARKER, tokenize.INDENT, tokenize.DEDENT)
    lines = (f"{line}\n" for line in source.lines)
    first = 0
    pending: list[TokenInfo] = []
    try:
        for token in tokenize.generate_tokens(lambda: next(lines, "")):
            if token.type in no_text:
                continue
            first = first or token.start[0]
            if token.type == tokenize.COMMENT:
                pending.append(token)
            elif token.type in (tokenize.NL, tokenize.NEWLINE):
                yield (first, token.end[0]), pending
                first, pending = 0, []
    except (tokenize.TokenError, SyntaxError, ValueError):
        pass
    if pending:
        yield (first, pending[-1].end[0]), pending
