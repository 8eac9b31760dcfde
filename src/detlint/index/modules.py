"""What the files around one say of the modules that it imports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable

    from detlint.configurations.files import Configurations
    from detlint.index.structured import Scope
    from detlint.index.values import Value


def _nothing(_: str) -> None:
    return None


def _no_products(_: str, __: int | None) -> tuple[str, ...]:
    return ()


def _no_dots(_: str) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Modules:
    """Answers for the imports of one file; by default it stands alone.

    resolve: gives the qualified name in a library that a name of the project's own modules stands for, or None. dots:
    gives the dots that make the absolute import of a module a relative one, where the project has a module of its own
    that is called like a library's; else "". returned: gives the type of what a function of the project gives, by its
    qualified name or, for one of the file itself, its name after `<here>.`; None where nothing says so.
    configurations: the configuration files of the project. constant: gives the constant, or dict of constants, that a
    name of the project's own modules has for good; `Class().name` asks for what a field of a fresh object holds; None
    for all else.
    products: gives the types of libraries that calling a name of the project gives, or the item at a place of what it
    gives. structured: gives the defaults of the fields of a class of another file, by its name.
    """

    resolve: Callable[[str], str | None] = _nothing
    dots: Callable[[str], str] = _no_dots
    returned: Callable[[str], str | None] = _nothing
    products: Callable[[str, int | None], tuple[str, ...]] = _no_products
    configurations: Configurations | None = None
    constant: Callable[[str], Value | None] = _nothing
    structured: Callable[[str], tuple[ast.ClassDef, Scope] | None] = _nothing
