"""Whether a set that is given an order is proven to hold texts: those are what `PYTHONHASHSEED` is about."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.rules.python.order import order_findings

if TYPE_CHECKING:
    from detlint.diagnostics import Location
    from detlint.index import FileIndex

_SALTED = frozenset({"str", "bytes", "datetime", "date", "Path", "PurePath"})
_GIVES_TEXT = frozenset(
    {"lower", "upper", "strip", "lstrip", "rstrip", "title", "format", "replace", "decode", "encode", "join", "zfill",
     "strftime", "removeprefix", "removesuffix", "casefold", "capitalize", "hexdigest", "isoformat", "as_posix"}
)  # fmt: skip
_GIVES_TEXTS = frozenset({"split", "rsplit", "splitlines", "findall", "readlines", "listdir", "glob", "iglob"})


def holds_text(index: FileIndex, location: Location) -> bool:
    """Whether the set whose order is reported at a place holds texts, as far as the code shows."""
    for finding in order_findings(index, "set"):
        node = finding.node
        if getattr(node, "lineno", 0) == location.line:
            return made_of_texts(index, finding.made)
    return False


def made_of_texts(index: FileIndex, made: ast.AST) -> bool:
    """Whether what makes a set puts texts into it."""
    if isinstance(made, ast.arg):
        return _of_texts(made.annotation)
    return isinstance(made, ast.expr) and _set_of_texts(index, made)


def _set_of_texts(index: FileIndex, made: ast.expr) -> bool:
    if isinstance(made, ast.Set):
        return any(_is_text(index, item) for item in made.elts)
    if isinstance(made, ast.SetComp):
        return _is_text(index, made.elt) or any(
            isinstance(made.elt, ast.Name)
            and isinstance(generator.target, ast.Name)
            and made.elt.id == generator.target.id
            and _texts(index, generator.iter)
            for generator in made.generators
        )
    if isinstance(made, ast.Call) and len(made.args) == 1:
        argument = made.args[0]
        if isinstance(argument, ast.GeneratorExp | ast.ListComp):
            return _is_text(index, argument.elt)
        return _texts(index, argument)
    return _annotated(index, made) or _filled_with_texts(index, made)


def _filled_with_texts(index: FileIndex, made: ast.expr) -> bool:
    """Whether texts are added to an empty set under the name that it is given."""
    parent = index.parent(made)
    if not (isinstance(made, ast.Call) and isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Name)):
        return False
    name, function = parent.targets[0].id, index.function(made)
    for call in index.calls:
        func = call.func
        if (
            isinstance(func, ast.Attribute)
            and isinstance(func.value, ast.Name)
            and func.value.id == name
            and len(call.args) == 1
            and index.function(call) is function
            and _adds_texts(index, func.attr, call.args[0])
        ):
            return True
    return False


def _adds_texts(index: FileIndex, method: str, given: ast.expr) -> bool:
    return _is_text(index, given) if method == "add" else method == "update" and _texts(index, given)


def _is_text(index: FileIndex, node: ast.expr) -> bool:
    if isinstance(node, ast.JoinedStr):
        return True
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str | bytes)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _GIVES_TEXT:
        return True
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("str", "repr"):
        return True
    return any(name.rpartition(".")[2] in _SALTED for name in index.types(node))


def _texts(index: FileIndex, node: ast.expr) -> bool:
    """Whether what is iterated gives texts."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in _GIVES_TEXTS
    if isinstance(node, ast.List | ast.Tuple):
        return any(_is_text(index, item) for item in node.elts)
    if isinstance(node, ast.Dict):
        return any(key is not None and _is_text(index, key) for key in node.keys)
    return _annotated(index, node)


def _annotated(index: FileIndex, node: ast.expr) -> bool:
    """Whether a name is a parameter or variable whose annotation says that it holds texts."""
    if not isinstance(node, ast.Name):
        return False
    function = index.function(node)
    arguments = getattr(function, "args", None)
    every = (
        (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs) if isinstance(arguments, ast.arguments) else ()
    )
    return any(_of_texts(argument.annotation) for argument in every if argument.arg == node.id)


def _of_texts(annotation: ast.expr | None) -> bool:
    """Whether an annotation is that of a collection of texts: `set[str]`."""
    return isinstance(annotation, ast.Subscript) and any(
        isinstance(part, ast.Name) and part.id in _SALTED for part in ast.walk(annotation.slice)
    )
