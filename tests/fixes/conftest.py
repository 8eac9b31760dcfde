"""The command line's fixtures, for fixes of whole projects."""

from __future__ import annotations

from tests.cli.conftest import detlint, project

__all__ = ["detlint", "project"]
