"""From a source to its diagnostics: candidates, visits, failures, suppressions, selection, order."""

from __future__ import annotations

import ast
import dataclasses
import gc
import weakref
from typing import TYPE_CHECKING

import libcst as cst
import pytest
from tests.engine.packs import PACK, REGISTRY, Called, found, run

from detlint.diagnostics import Confidence, Severity
from detlint.engine import Checker, check, check_text
from detlint.plugins import Pack
from detlint.registry import Registry
from detlint.rules.base import Candidates, Rule
from detlint.settings import Settings
from detlint.sources.discovery import Found, discover
from detlint.sources.source import Problem, SourceFile, parse

if TYPE_CHECKING:
    from pathlib import Path

CALL = "import acme\n\nx = acme.roll(1)\n"


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        (CALL, [(3, 5)]),
        ("from acme import roll as up\n\nup()\n", [(3, 1)]),
        ("from acme import *\n\nroll()\n", [(3, 1)]),
        ("import acme as a\n\nr = a.roll\nr()\n", [(4, 1)]),
        ("import acme\nif acme.roll():\n    pass\n", [(2, 4)]),
        ("import acme\n@acme.roll(1)\ndef f(): pass\n", [(2, 2)]),
        ("import acme\nx = [acme.roll(acme.roll())]\n", [(2, 6), (2, 16)]),
        ("import acme\nx = f'{acme.roll()}'\n", [(2, 8)]),
        ("import acme\nx = f'''é\n  {acme.roll()}'''\n", [(3, 4)]),
        ("import acme\ny = 'é'; x = acme.roll()\n", [(2, 14)]),
        ("import acme\n\tx = 1\n", None),
        ("import acme\nacme.Dice().throw()\nacme.dice()(2)\n", [(2, 1), (3, 1)]),
        ("from acme_dice import throw_all\nthrow_all()\n", [(2, 1)]),
        ("import lucky\nlucky.make().throw()\n", [(2, 1)]),
        ("import acme\nacme.other(); roll()\n", []),
        ("roll()\n", []),
    ],
)
def test_calls_are_found_under_any_name(code: str, wanted: list[tuple[int, int]] | None) -> None:
    if wanted is None:
        assert [d.code for d in run(code).diagnostics] == []  # DET001 is no rule of the packs at hand
    else:
        assert found(code, ["ACM001"]) == [(line, column, "ACM001") for line, column in wanted]


@pytest.mark.parametrize(
    "code", ["acme.fair = 1", "x = acme.fair = 1", "acme.table.legs = 3", "from acme import table\ntable.top = 1"]
)
def test_settings_are_found(code: str) -> None:
    code = f"import acme\n{code}\n"
    assert [line for line, _, _ in found(code, ["ACM002"])] == [code.count("\n")]


def test_only_segments_with_a_candidate_of_a_rule_are_visited_by_it() -> None:
    seen: list[str] = []

    class Seer(Called):
        code = "ACM009"
        name = "acme-seer"

        def visit_Call(self, node: cst.Call) -> None:
            seen.append(cst.Module([]).code_for_node(node))

    registry = Registry((dataclasses.replace(PACK, rules=(Seer,)),))
    Checker(Settings(), registry).check(SourceFile("x.py", "import acme\nf(1)\ng(acme.roll(h(2)))\n"))
    assert seen == ["g(acme.roll(h(2)))", "acme.roll(h(2))", "h(2)"]


def test_a_rule_that_raises_is_reported_and_the_others_go_on() -> None:
    result = run("import acme\nacme.roll()\nacme.roll()\n", Settings(extend_select=("ACM004",)))
    assert [(d.location.line, d.code) for d in result.diagnostics] == [(2, "ACM001"), (2, "ACM004"), (3, "ACM001")]
    (error,) = result.errors
    assert error.startswith("x.py: internal error in ACM004 (acme-broken): ZeroDivisionError: on purpose (packs.py:")


@pytest.mark.parametrize("method", ["__init__", "check_file", "check_project"])
def test_failures_outside_of_visits(method: str) -> None:
    def fail(self: Rule, *_: object) -> None:
        raise ValueError("oh")

    broken = type("Bad", (Called,), {"code": "ACM008", "name": "acme-bad", method: fail})
    registry = Registry((dataclasses.replace(PACK, rules=(Called, broken)),))
    result = Checker(Settings(), registry).check(SourceFile("x.py", CALL))
    assert [d.code for d in result.diagnostics if d.code == "ACM001"] == ["ACM001"]
    assert len(result.errors) == 1
    assert "internal error in ACM008 (acme-bad): ValueError: oh" in result.errors[0]


def test_a_tree_that_is_given_is_used() -> None:
    text = "import acme\nacme.roll()\n"
    tree = ast.parse(text)
    assert run(text, tree=tree).diagnostics == run(text).diagnostics != []


def test_syntax_errors_are_found_in_small_files_and_where_a_rule_may_fire() -> None:
    registry = Registry((dataclasses.replace(PACK, rules=(Called, _SyntaxError)),))
    checker = Checker(Settings(), registry)
    padding = "# " + "-" * 5_000 + "\n"
    results = [
        checker.check(SourceFile("x.py", text)) for text in ("x = (\n", padding + "x = (\n", padding + CALL + "(\n")
    ]
    assert [[d.code for d in result.diagnostics] for result in results] == [["DET001"], [], ["DET001"]]
    assert [result.skipped for result in results] == [True, True, False]


class _SyntaxError(Rule):
    code = "DET001"
    name = "syntax-error"
    summary = "no syntax"
    why = "It stands for the rule of that code, which the python pack brings."


def test_suppressions_selection_severity_and_confidence() -> None:
    code = "import acme\nacme.roll()  # noqa: ACM001\nacme.fair = 1\nacme.roll()\n"
    assert [d.location.line for d in run(code).diagnostics] == [3, 4]
    assert [d.code for d in run(code, Settings(ignore=("ACM001",))).diagnostics] == ["ACM002"]
    assert [d.code for d in run(code, Settings(min_confidence=Confidence.HIGH)).diagnostics] == ["ACM001"]
    assert [d.code for d in run(code, Settings(min_severity=Severity.ERROR)).diagnostics] == ["ACM002"]
    changed = Settings(severity={"ACM": Severity.INFO, "ACM002": Severity.WARNING})
    assert [d.code for d in run(code, changed).diagnostics] == ["ACM002"]
    assert run("# detlint: skip-file\n" + code).diagnostics == []


def test_what_the_caller_hides_itself_is_left_to_it() -> None:
    source = SourceFile("x.py", "import acme\nacme.roll()  # noqa: ACM001\n")
    assert len(Checker(Settings(), REGISTRY).check(source, honour_noqa=False).diagnostics) == 1


def test_per_file_ignores(tmp_path: Path) -> None:
    settings = Settings(per_file_ignores={"tests/": ("ACM",)}, root=str(tmp_path))
    checker = Checker(settings, REGISTRY)
    source = SourceFile("x.py", CALL)
    assert checker.check(source, file=str(tmp_path / "tests" / "x.py")).diagnostics == []
    assert len(checker.check(source, file=str(tmp_path / "x.py")).diagnostics) == 1


def test_the_same_thing_is_reported_once_and_in_order() -> None:
    class Twice(Called):
        code = "ACM007"
        name = "acme-twice"

        def visit_Call(self, node: cst.Call) -> None:
            super().visit_Call(node)
            super().visit_Call(node)

    registry = Registry((dataclasses.replace(PACK, rules=(Twice, Called)),))
    result = Checker(Settings(), registry).check(SourceFile("x.py", "import acme\nf(acme.roll(), acme.roll())\n"))
    places = [(d.location.column, d.code) for d in result.diagnostics]
    assert places == [(3, "ACM001"), (3, "ACM007"), (16, "ACM001"), (16, "ACM007")]


def test_no_tree_outlives_its_file() -> None:
    gc.disable()
    try:
        tree = ast.parse(CALL)
        alive = weakref.ref(tree)
        assert run(CALL, tree=tree).diagnostics
        del tree
        assert alive() is None
    finally:
        gc.enable()


def test_targets_say_where_they_are_from() -> None:
    checker = Checker(Settings(target={"acme": "2.0"}), REGISTRY)
    assert checker.targets.version("acme") == "2.0"
    assert Checker(Settings(), REGISTRY).targets.version("acme") == "3.1"


def test_check_text() -> None:
    """With the packs that detlint brings."""
    text = "import torch\n\ntorch.backends.cudnn.benchmark = True\n"
    assert "DET205" in {d.code for d in check_text(text, "x.py", Settings())}
    assert check_text("x = 1\n", "x.py", Settings()) == []


def test_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "b.py").write_text(CALL)
    (tmp_path / "a.py").write_bytes(b"import acme\nx = '\xff'\n")
    (tmp_path / "c.py").write_text("# " + "-" * 5_000)
    registry = Registry((dataclasses.replace(PACK, rules=(Called, _SyntaxError)),))
    gone = Found(str(tmp_path / "gone.py"), "gone.py", "python")
    settings = Settings()
    report = check([*discover(["."]).files, gone], lambda _: settings, registry)
    assert [(d.path, d.code) for d in report.diagnostics] == [
        ("a.py", "DET001"),
        ("b.py", "ACM001"),
        ("gone.py", "DET001"),
    ]
    assert report.files == 4
    small = Settings(max_file_size=20)
    assert check([Found(str(tmp_path / "b.py"), "b.py", "python")], lambda _: small, registry).notes


def test_unreadable_directories_are_reported() -> None:
    registry = Registry((dataclasses.replace(PACK, rules=(Called, _SyntaxError)),))
    problem = parse(SourceFile("x.py", "("))
    assert isinstance(problem, Problem)
    settings = Settings()
    report = check([], lambda _: settings, registry, {"secret": problem})
    assert [(d.path, d.code) for d in report.diagnostics] == [("secret", "DET001")]


def test_candidates_by_name_star_and_prefix() -> None:
    class Many(Called):
        code = "ACM006"
        name = "acme-many"
        candidates = Candidates(calls=("acme.every.*",), prefixes=("acme.below.",))

        def visit_Call(self, node: cst.Call) -> None:
            if any(name.startswith("acme.") for name in self.context.names(node.func)):
                self.report(node.func, "Called.")

    registry = Registry((Pack("acme", "ACM", (Many,)),))
    code = "import acme\nacme.every.x()\nacme.below.a.b()\nacme.every.x.y()\nacme.other()\n"
    result = Checker(Settings(), registry).check(SourceFile("x.py", code))
    assert [d.location.line for d in result.diagnostics] == [2, 3]
