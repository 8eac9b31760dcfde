"""Where programs can start, as far as names tell: of files, and of the libraries that make commands of functions."""

from __future__ import annotations

import re

COMMAND_LIBRARIES = frozenset({"click", "typer", "hydra", "fire", "absl", "invoke", "cyclopts", "rich_click"})
"""Libraries with decorators that make a function a command."""

_TEST_FILE = re.compile(r"(^|/)(tests?/|test_[^/]*\.py$|[^/]*_test\.py$|conftest\.py$)")


def is_test(path: str) -> bool:
    """Whether a file is a test by its place or name: tests are no entry points."""
    return _TEST_FILE.search(path.replace("\\", "/")) is not None
