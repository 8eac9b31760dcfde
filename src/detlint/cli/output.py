"""Writing: plain text or colours, to a terminal, a pipe or a file.

Plain text is written by hand, since importing rich costs more than linting a file; rich is for terminals only.
"""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING, Literal, TextIO

from detlint.cli.errors import UsageError
from detlint.printable import printable
from detlint.reporters import LONGEST

if TYPE_CHECKING:
    from collections.abc import Iterable

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


def wants_color(color: Color, stream: TextIO) -> bool:
    """Whether to write colours: as asked for, else by NO_COLOR and FORCE_COLOR, else if a person is looking."""
    if color != "auto":
        return color == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return os.environ["FORCE_COLOR"] != "0"
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def longest(stream: TextIO) -> int:
    """How many characters of a line of code fit a stream with its line number: of a terminal, what its width leaves."""
    if not stream.isatty():
        return LONGEST
    return max(40, min(LONGEST, shutil.get_terminal_size().columns - len("12345 | ......")))


def make_safe(stream: TextIO) -> None:
    """Let a stream escape what its encoding cannot say instead of failing: Windows' code pages, broken file names."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")


def write(lines: Iterable[Styled], stream: TextIO, *, color: bool) -> None:
    """Write lines to a stream, each with a line end."""
    if color:
        _write_colored(lines, stream)
        return
    stream.writelines("".join(text for text, _ in line) + "\n" for line in lines)
    stream.flush()


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


def _write_colored(lines: Iterable[Styled], stream: TextIO) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(file=stream, force_terminal=True, no_color=False, highlight=False, color_system="standard")
    for line in lines:
        pieces = [(text, STYLES.get(style, "")) for text, style in line]
        console.print(Text.assemble(*pieces), soft_wrap=True)
