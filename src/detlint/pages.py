"""Pages of HTML: the templates, styles and scripts that a package of detlint has in its folder `page`.

jinja2 is imported when a page is made.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinja2 import Environment


@cache
def text_of(package: str, name: str) -> str:
    """A file of a package's pages; also where the package is in an archive."""
    return (files(package) / "page" / name).read_text("utf-8")


def templates(package: str, **filters: Callable[[str], str]) -> Environment:
    """What renders a package's templates: all that is put into them is escaped, and must be there."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        loader=FunctionLoader(lambda name: text_of(package, name)),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )
    environment.filters.update(filters)
    return environment
