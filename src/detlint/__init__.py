"""detlint: find where two runs with the same input can differ."""

__version__ = "0.1.0"
