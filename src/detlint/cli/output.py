"""Writing: plain text or colours, to a terminal, a pipe or a file.

Plain text is written by hand, since importing rich costs more than linting a file; rich is for terminals only.
"""

from __future__ import annotations

import codecs
import os
import shutil
import sys
from typing import TYPE_CHECKING, Literal, TextIO

from detlint.cli.errors import UsageError
from detlint.printable import printable
from detlint.reporters import LONGEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from detlint.reporters import Styled

Color = Literal["auto", "always", "never"]

STYLES = {
    "path": "bold",
    "faint": "dim",
    "strong": "bold",
    "label": "bold cyan",
    "number": "bold",
    "good": "green",
    "bad": "red",
    "error": "bold red",
    "warning": "bold yellow",
    "info": "bold blue",
}


_PROGRAMS_WITH_LINKS = frozenset({"iTerm.app", "WezTerm", "vscode", "ghostty", "rio", "Tabby", "zed"})
_TERMINALS_WITH_LINKS = frozenset({"xterm-kitty", "alacritty", "foot", "foot-extra", "contour", "xterm-ghostty"})


def wants_color(color: Color, stream: TextIO) -> bool:
    """Whether to write colours: as asked for, else by NO_COLOR and FORCE_COLOR, else if a person is looking."""
    if color != "auto":
        return color == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return os.environ["FORCE_COLOR"] != "0"
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def wants_links(color: Color, stream: TextIO) -> bool:
    """Whether to write hyperlinks (OSC 8): by FORCE_HYPERLINK, else on terminals that are known to show them."""
    forced = os.environ.get("FORCE_HYPERLINK", "")
    if forced:
        return forced != "0"
    if color == "never" or not stream.isatty() or os.environ.get("TERM") == "dumb" or os.environ.get("CI"):
        return False
    return _shows_links(os.environ)


def _shows_links(environment: Mapping[str, str]) -> bool:
    """Whether a terminal shows hyperlinks, as its variables tell. Within tmux and screen that cannot be told."""
    terminal = environment.get("TERM", "")
    if environment.get("TMUX") or environment.get("STY") or terminal.startswith(("screen", "tmux")):
        return False
    if environment.get("TERM_PROGRAM") in _PROGRAMS_WITH_LINKS or terminal in _TERMINALS_WITH_LINKS:
        return True
    vte, konsole = environment.get("VTE_VERSION", ""), environment.get("KONSOLE_VERSION", "")
    is_new = (vte.isdecimal() and int(vte) > 5000) or (konsole.isdecimal() and int(konsole) >= 201200)
    return is_new or any(environment.get(name) for name in ("WT_SESSION", "DOMTERM"))


def width(stream: TextIO) -> int | None:
    """The columns of a terminal; None for what is none."""
    return shutil.get_terminal_size().columns if stream.isatty() else None


def longest(stream: TextIO) -> int:
    """How many characters of a line of code fit a stream with its line number: of a terminal, what its width leaves."""
    if not stream.isatty():
        return LONGEST
    return max(40, min(LONGEST, shutil.get_terminal_size().columns - len("12345 | ......")))


def make_safe(stream: TextIO) -> None:
    """Let a stream put something else for what its encoding cannot say: Windows' code pages, broken file names."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        codecs.register_error("detlint", _alike)
        reconfigure(errors="detlint")


_ALIKE = {"\u2026": "...", "\u203a": ">", "\u00d7": "x"}
"""What detlint itself writes beside ASCII (ellipsis, arrow between calls, times), and what looks like it."""


def _alike(error: UnicodeError) -> tuple[str | bytes, int]:
    """What stands for characters that cannot be encoded: what looks like them, else their escapes."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    known = _ALIKE.get(error.object[error.start])
    return (known, error.start + 1) if known is not None else codecs.backslashreplace_errors(error)


def write(lines: Iterable[Styled], stream: TextIO, *, color: bool, links: bool = False) -> None:
    """Write lines to a stream, each with a line end. links: have texts lead to the addresses that their styles name."""
    if color:
        _write_colored(lines, stream, links=links)
        return
    for line in lines:
        stream.write("".join(_linked(text, style) if links else text for text, style in line) + "\n")
    stream.flush()


def _linked(text: str, style: str) -> str:
    """A text that leads to the address in its style, as terminals read it."""
    address = style.partition(" ")[2]
    return f"\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\" if address else text


def write_file(lines: Iterable[Styled], path: str) -> None:
    """Write lines to a file in UTF-8, whatever the platform's own encoding and line ends."""
    try:
        with open(path, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
            write(lines, stream, color=False)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from None


def say(text: str) -> None:
    """Write lines for the user to standard error, apart from the report."""
    print("\n".join(map(printable, text.split("\n"))), file=sys.stderr)


def _write_colored(lines: Iterable[Styled], stream: TextIO, *, links: bool) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(file=stream, force_terminal=True, no_color=False, highlight=False, color_system="standard")
    for line in lines:
        pieces = [
            (_linked(text, style) if links else text, STYLES.get(style.partition(" ")[0], "")) for text, style in line
        ]
        console.print(Text.assemble(*pieces), soft_wrap=True)
