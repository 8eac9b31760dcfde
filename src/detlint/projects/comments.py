"""Comments that hide what is found about a project's structure.

    template = "mlflow-pytorch"  # detlint: ignore[DET601] conda is not used here

They are those of `detlint.suppressions`, in all files in which `#` starts a comment. They must name a code: what a
comment without codes hides is for `detlint check` to say, which does not look at structure. Given a project and the
codes that were asked; tells what is hidden and, in the end, what is wrong with comments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.environment.formats import config_format
from detlint.fixes.choosing import edits_together
from detlint.fixes.editing import CannotEditError, edited
from detlint.selection import matches
from detlint.sources.source import SourceFile
from detlint.suppressions import INVALID, UNUSED, Known, Suppressions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from detlint.diagnostics import Diagnostic
    from detlint.projects.structure import Structure
    from detlint.settings import Settings

_PYTHON = (".py", ".pyi")
_WITH_COMMENTS = (
    ".toml", ".yml", ".yaml", ".cfg", ".ini", ".editorconfig", ".gitattributes", ".gitignore", ".dockerignore"
)  # fmt: skip


class Comments:
    """The comments of a project's files. asked: the codes of the rules that are asked. shown: see `check_structure`."""

    def __init__(
        self, project: Structure, settings: Settings, known: Collection[str], asked: Collection[str], shown: str
    ) -> None:
        self._project = project
        self._settings = settings
        self._codes = known
        self._asked = asked
        self._shown = shown
        self._suppressions: dict[str, Suppressions] = {}

    def hide(self, path: str, diagnostic: Diagnostic) -> bool:
        """Whether a comment hides a diagnostic about a file."""
        text = self._project.text(path)
        return text is not None and not self._of(path, text).filter([diagnostic], self._known(path))

    def wrong(self) -> Iterator[tuple[str, Diagnostic, bytes | None]]:
        """What is wrong with comments: the path, the diagnostic, and the file's content without what hides nothing."""
        for path, text in self._project.texts():
            found = self._of(path, text).check(self._known(path), require_reason=self._settings.require_reason)
            kept = [item for item in found if item.code == UNUSED or not _is_checked(path)]
            content = self._without(path, kept)
            for item in kept:
                yield path, item, content if item.fix else None

    def _of(self, path: str, text: str) -> Suppressions:
        if path not in self._suppressions:
            source = SourceFile(f"{self._shown}{path}", text)
            self._suppressions[path] = Suppressions(source, marker=_marker(path), only_named=True)
        return self._suppressions[path]

    def _known(self, path: str) -> Known:
        ignored = self._settings.ignored_in(str(self._project.root.absolute() / path))
        enabled = {code for code in self._asked if not any(matches(selector, code) for selector in ignored)}
        return Known(self._codes, enabled.__contains__, complete=False)

    def _without(self, path: str, found: list[Diagnostic]) -> bytes | None:
        edits = edits_together(found, unsafe=False)
        try:
            return edited(self._project.raw(path), path, _kind(path), edits) if edits else None
        except CannotEditError:
            return None


def _marker(path: str) -> str | None:
    """What starts a comment in a file; None for Python, whose comments are known better; empty where there are none."""
    if path.endswith(_PYTHON):
        return None
    known = config_format(path)
    if known is not None:
        return known.comments
    return "#" if path.endswith(_WITH_COMMENTS) else ""


def _kind(path: str) -> str:
    return "python" if path.endswith(_PYTHON) else "config"


def _is_checked(path: str) -> bool:
    """Whether `detlint check` reads a file, and tells itself which of its comments are malformed."""
    return path.endswith(_PYTHON) or config_format(path) is not None


SAID = (UNUSED, INVALID)
"""The codes of what is said of comments."""
