"""YAML files as data, and what `${…}` in them stands for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from detlint.configurations.data import UNKNOWN, Data, Items, Place, Scalar, Table

if TYPE_CHECKING:
    from detlint.environment.yaml_nodes import Node

_DEEPEST = 40
_MOST_NODES = 20_000
_INTERPOLATION = re.compile(r"\$\{([^${}]*)\}")
_KEY = re.compile(r"[\w./@-]+")
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][\d_]*)")
_FLOAT = re.compile(r"[-+]?(?:\d[\d_]*)?\.?\d[\d_]*\.?(?:[eE][-+]?\d+)?")
_TRUE = frozenset({"true", "yes", "on"})
_BOOLEANS = _TRUE | {"false", "no", "off"}


class Reader:
    """Makes data of the nodes of one document; what is too much or too deep is unknown."""

    def __init__(self, path: str) -> None:
        """`path` is the file's, as it is shown."""
        self._path = path
        self._seen = 0

    def data(self, node: Node, depth: int = 0) -> Data:
        """The data of a node."""
        self._seen += 1
        if depth > _DEEPEST or self._seen > _MOST_NODES:
            return UNKNOWN
        place = Place(self._path, node.location)
        if node.kind == "mapping":
            entries: dict[str, Data] = {}
            for key, value in node.entries():
                if key.scalar is not None and key.scalar not in entries:
                    entries[key.scalar] = self.data(value, depth + 1)
            return Table(entries, place=place)
        if node.kind == "sequence":
            return Items(tuple(self.data(item, depth + 1) for item in node.items()), place)
        return _scalar(node, place)


def _scalar(node: Node, place: Place) -> Data:
    if node.is_null:
        return Scalar(None, place)
    text = node.scalar or ""
    if node.tag == "bool" and text.lower() in _BOOLEANS:
        return Scalar(text.lower() in _TRUE, place)
    if node.tag == "int" and _INTEGER.fullmatch(text):
        return Scalar(int(text.replace("_", "")), place)
    if node.tag in {"int", "float"} or (node.plain and "e" in text.lower() and _FLOAT.fullmatch(text)):
        return _number(text, place)
    return Scalar(text, place) if node.tag == "str" and text != "???" else UNKNOWN


def _number(text: str, place: Place) -> Data:
    try:
        return Scalar(float(text.replace("_", "")), place)
    except ValueError:
        return UNKNOWN  # 0x1f, 1:30


def resolved(root: Table) -> Table:
    """The same data with values in place of what refers to them, as OmegaConf fills them in when they are read."""
    found = _Resolver(root).all(root, ())
    assert isinstance(found, Table)
    return found


class _Resolver:
    def __init__(self, root: Table) -> None:
        self._root = root
        self._active: set[tuple[str, ...]] = set()

    def all(self, value: Data, path: tuple[str, ...]) -> Data:
        """A value at a path with all references in it filled in."""
        if isinstance(value, Table):
            entries = {name: self.all(each, (*path, name)) for name, each in value.entries.items()}
            return Table(entries, value.open, value.place)
        if isinstance(value, Items):
            return Items(tuple(self.all(each, (*path, "0")) for each in value.items), value.place)
        if isinstance(value, Scalar) and isinstance(value.value, str) and "${" in value.value:
            return self._text(value.value, path, value.place)
        return value

    def _text(self, text: str, path: tuple[str, ...], place: Place | None) -> Data:
        whole = _INTERPOLATION.fullmatch(text)
        if whole is not None:
            return self._reference(whole[1], path)
        parts: dict[str, str] = {}
        for match in _INTERPOLATION.finditer(text):
            part = self._reference(match[1], path)
            if not isinstance(part, Scalar):
                return UNKNOWN
            parts[match[0]] = str(part.value)
        filled = _INTERPOLATION.sub(lambda match: parts[match[0]], text)
        return UNKNOWN if "${" in filled else Scalar(filled, place)

    def _reference(self, name: str, path: tuple[str, ...]) -> Data:
        """What a name stands for: from the root, or after dots from the table in which it stands."""
        if not _KEY.fullmatch(name) or len(self._active) > 16:
            return UNKNOWN
        start = name.lstrip(".")
        dots = len(name) - len(start)
        target = (*(path[: len(path) - dots] if dots else ()), *start.split("."))
        found = self._root.get(*target)
        if found is None or target in self._active:
            return UNKNOWN
        self._active.add(target)
        try:
            return self.all(found, target)
        finally:
            self._active.discard(target)


def table_of(text: str, path: str) -> tuple[Table | None, str]:
    """The data of a text of YAML, None if it holds something else than one mapping; and what is wrong with the text."""
    from detlint.environment.yaml_nodes import documents

    found, broken = documents(text)
    if broken is not None:
        return None, f"line {broken.location.line}: not valid YAML ({broken.reason})"
    data = Reader(path).data(found[0]) if found else Table()
    return (data if isinstance(data, Table) else None), ""
