"""What calls lead to: worked out once, and runs that stay small however many ways there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.project.build import ProjectBuilder
from detlint.project.model import Project
from detlint.project.summary import MODULE
from detlint.registry import registry

if TYPE_CHECKING:
    from pathlib import Path

    from detlint.project.links import Links
    from detlint.project.summary import ModuleSummary


def linked(tmp_path: Path, **texts: str) -> tuple[Links, ModuleSummary]:
    """The links of a folder with these modules, and its module `main`."""
    (tmp_path / ".git").mkdir(exist_ok=True)
    for name, text in texts.items():
        (tmp_path / f"{name}.py").write_text(text)
    known = registry()
    builder = ProjectBuilder(known)
    module = builder._loader.of_file(str(tmp_path / "main.py"))
    assert module is not None
    return builder._links, module


def test_functions_that_call_each_other_do_the_same(tmp_path: Path) -> None:
    links, module = linked(
        tmp_path,
        main="from other import pong\n\n\ndef ping(n):\n    pong(n)\n\n\ndef quiet():\n    print(1)\n",
        other="import random\n\nimport main\n\n\ndef pong(n):\n    main.ping(n - 1)\n    random.random()\n",
    )
    assert links.may(module, module.functions["ping"], "draw", "python")
    assert not links.may(module, module.functions["ping"], "draw", "torch")
    assert not links.may(module, module.functions["quiet"], "draw")


def test_imports_count_only_where_they_are_asked_for(tmp_path: Path) -> None:
    links, module = linked(tmp_path, main="import other\n", other="import random\n\nrandom.seed(0)\n")
    top = module.functions[MODULE]
    assert links.may(module, top, "seed", "python")
    assert not links.may(module, top, "seed", "python", imports=False)


def test_many_ways_to_one_function_cost_no_more_than_a_few(tmp_path: Path) -> None:
    layers = 14
    code = ["import random\n", "def f0(x):\n    return random.random()\n"]
    code += [
        f"def f{i}(x):\n    if x == {i}:\n        f{i - 1}(x)\n    if x > {i}:\n        f{i - 1}(x)\n"
        for i in range(1, layers)
    ]
    links, module = linked(tmp_path, main="\n\n".join(code) + f"\n\nif __name__ == '__main__':\n    f{layers - 1}(3)\n")
    (entry,) = Project(lambda: module, links).entry_points
    assert 1 <= len(entry.run.events) <= 10
    assert entry.run.reaches(module.path, "f0")


def test_what_does_nothing_is_reached_all_the_same(tmp_path: Path) -> None:
    links, module = linked(
        tmp_path,
        main="from other import outer\n\n\ndef alone():\n    pass\n\n\nif __name__ == '__main__':\n    outer()\n",
        other="def inner():\n    print(1)\n\n\ndef outer():\n    inner()\n",
    )
    (entry,) = Project(lambda: module, links).entry_points
    (other,) = (path for path in entry.run.modules if path.endswith("other.py"))
    assert entry.run.reaches(other, "inner")
    assert not entry.run.reaches(module.path, "alone")
