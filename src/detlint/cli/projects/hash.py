"""`detlint hash`: digests of input data, in the form of sha256sum."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from detlint.cli.errors import UsageError
from detlint.cli.output import say
from detlint.projects.hashing import digest_of

if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Print the digests."""
    if options.expect is not None and len(options.paths) != 1:
        raise UsageError("--expect is about one path")
    for path in options.paths:
        digest, files = digest_of(Path(path))
        print(f"{digest}  {path}")
        if options.files:
            for name, each in files.items():
                print(f"{each}  {path.rstrip('/')}/{name}")
        if options.expect is not None and digest != options.expect.lower():
            say(f"detlint: {path} has not the digest that was expected: {options.expect}")
            return 1
    return 0
