"""What stops work on a project; the text says why, and what to do."""

from __future__ import annotations


class ProjectError(Exception):
    """The work cannot be done; nothing has been changed."""
