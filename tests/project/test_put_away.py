"""Modules whose trees are gone: what was summarised stays, what was not is read again."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.project.build import ProjectBuilder
from detlint.registry import registry
from detlint.sources.source import SourceFile

if TYPE_CHECKING:
    from pathlib import Path

_MODULE = """
import random


def first():
    return list(map(lambda x: random.random(), [1]))


def second(flag):
    if flag:
        return random.shuffle([1, 2])
    return list(map(lambda x: random.random(), [2]))
"""


def test_functions_can_be_asked_for_after_the_tree_is_gone(tmp_path: Path) -> None:
    """In two parts or at once, the same functions with the same steps come out."""
    file = tmp_path / "module.py"
    file.write_text(_MODULE)
    known = registry()

    def steps(*, put_away: bool) -> dict[str, list[tuple[int, str, str, int]]]:
        builder = ProjectBuilder(known)
        module = builder._loader.of_file(str(file))
        assert module is not None
        assert module.functions["first"].steps
        if put_away:
            builder.put_away()
            assert not builder._open
        found: dict[str, list[tuple[int, str, str, int]]] = {}
        while len(found) < len(module.functions):  # lambdas are found on the way
            for key in list(module.functions):
                found[key] = [
                    (step.location.line, step.effect.kind if step.effect else "", step.target, len(step.guards))
                    for step in module.functions[key].steps
                ]
        return found

    assert steps(put_away=True) == steps(put_away=False)
    assert {"first", "second", "first.<lambda>", "second.<lambda>"} <= set(steps(put_away=True))


def test_a_module_that_has_gone_does_nothing(tmp_path: Path) -> None:
    """Functions that were not summarised before are then empty."""
    file = tmp_path / "module.py"
    file.write_text(_MODULE)
    known = registry()
    builder = ProjectBuilder(known)
    module = builder._loader.of_file(str(file))
    assert module is not None
    builder.put_away()
    file.unlink()
    assert module.functions["second"].steps == []


def test_the_file_that_was_looked_at_is_put_away_too(tmp_path: Path) -> None:
    """What others derive from its classes may ask for its functions when its tree is gone."""
    file = tmp_path / "module.py"
    file.write_text(_MODULE)
    builder = ProjectBuilder(registry())
    index = builder.index(ast.parse(_MODULE), str(file), _MODULE)
    source = SourceFile(str(file), _MODULE)
    module = builder.around(index, lambda node: source.location(node), str(tmp_path)).module  # type: ignore[arg-type]
    assert module.functions["first"].steps
    builder.put_away()
    index.release()
    assert next(step.location.line for step in module.functions["second"].steps) == 11
