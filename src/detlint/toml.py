"""The reader of TOML: the standard library's, or the same one as a package for the Python that has none.

Imported only where there is a text to read: it costs more than the start of the program.
"""

from __future__ import annotations

import sys

if sys.version_info >= (3, 11):
    from tomllib import TOMLDecodeError, loads
else:
    from tomli import TOMLDecodeError, loads

__all__ = ["TOMLDecodeError", "loads"]
