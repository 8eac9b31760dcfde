"""The program `detlint`. Answers `--version` before anything else is imported: editors ask for it at every start."""

from __future__ import annotations

import sys


def main(arguments: list[str] | None = None) -> int:
    """Run detlint with command line arguments (by default those of the process); gives the exit status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments in (["--version"], ["-V"]):
        from detlint import __version__

        print(f"detlint {__version__}")
        return 0
    from detlint.cli import run

    return run(arguments)


if __name__ == "__main__":
    # `python -m` puts the working directory first: what lies there is looked at, never imported.
    if sys.path and not getattr(sys.flags, "safe_path", False):
        del sys.path[0]
    sys.exit(main())
