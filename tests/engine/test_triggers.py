"""The trigger scan lets every file pass in which a rule can fire, and few others."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from detlint.checker import Checker
from detlint.diagnostics import Confidence, Diagnostic, Severity
from detlint.plugins import Library, Pack
from detlint.project.effects import Effect
from detlint.registry import Registry, registry
from detlint.rules.base import Candidates, Rule
from detlint.settings import Settings
from detlint.sources.source import SourceFile
from detlint.triggers import Mention, Purpose, Sought, Triggers
from detlint.versions import Targets


def rule(candidates: Candidates, **attributes: object) -> type[Rule]:
    """A rule with these candidates, which reports nothing."""
    return type("Some", (Rule,), {"code": "ACM001", "name": "acme", "candidates": candidates, **attributes})


def triggered(text: str, candidates: Candidates, library: Library | None = None) -> bool:
    """Whether a rule with these candidates can fire in a text."""
    registry = Registry((Pack("acme", "ACM", library=library or Library()),))
    return bool(passed(Triggers([rule(candidates, check_file=lambda self: None)], registry), text))


def passed(triggers: Triggers, text: str) -> list[type[Rule]]:
    """The rules that can fire in a text."""
    return list(triggers.rules(SourceFile("x.py", text), purpose))


def purpose() -> Purpose:
    return Purpose(Targets(), frozenset({"cpu", "cuda"}))


CALL = Candidates(calls=("acme.tools.roll",))
METHOD = Candidates(calls=("acme.Dice.throw",))
OBJECT = Candidates(calls=("acme.Dice.__call__",))
LIBRARY = Library(
    aliases={"acme_compat.roll_all": "acme.tools.roll", "acmelib": "acme"},
    returns={"lucky.make": "acme.Dice", "acme.dice": "acme.Dice", "lucky.both": "tuple[acme.Dice]"},
    attributes={"casino.Table.dice": "acme.Dice"},
    bases={"loaded.Cube": ("acme.Dice",)},
)


@pytest.mark.parametrize(
    ("text", "candidates", "wanted"),
    [
        ("import acme.tools as t\nt.roll()", CALL, True),
        ("from acme.tools import roll as up\nup()", CALL, True),
        ("from acme.tools import *\nroll()", CALL, True),
        ("import acme\ngetattr(acme.tools, 'roll')()", CALL, True),
        ("import acme\nacme.tools.rolling()", CALL, False),
        ("import acmes\nacmes.tools.roll()", CALL, False),
        ("roll()", CALL, False),
        ("import acme", CALL, False),
        ("import acmelib\nacmelib.tools.roll()", CALL, True),
        ("from acme_compat import roll_all\nroll_all()", CALL, True),
        ("import lucky\nlucky.make().throw()", METHOD, True),
        ("import casino\ncasino.Table().dice.throw()", METHOD, True),
        ("import loaded\nloaded.Cube().throw()", METHOD, True),
        ("import unheard_of\nunheard_of.x().throw()", METHOD, False),
        ("import acme\nacme.Dice()()", OBJECT, True),
        ("import acme\nacme.dice()()", OBJECT, True),
        ("import lucky\nlucky.make()()", OBJECT, True),
        ("import lucky\na, b = lucky.both()\na()", OBJECT, True),
        ("import lucky\nlucky.other()", OBJECT, False),
        ("import acme\nacme.tools.x = 1", Candidates(prefixes=("acme.tools.",)), True),
        ("from acme.tools import x\nx.y = 1", Candidates(prefixes=("acme.tools.",)), True),
        ("import acme\nacme.x = 1", Candidates(prefixes=("acme.tools.",)), False),
        ("import acme\nacme.every()", Candidates(calls=("acme.*",)), True),
        ("{1, 2}.pop()", Candidates(calls=("set.pop",)), True),
        ("hash(x)", Candidates(calls=("builtins.hash",)), True),
        ("import acme\nacme.Dice()[1]", Candidates(calls=("acme.Dice.__getitem__",)), True),
        ("x = 'ACME_SEED=1'", Candidates(words=("ACME_SEED",)), True),
        ("x = ACME_SEEDS", Candidates(words=("ACME_SEED",)), False),
        ("x = 'NCCL_ALGO'", Candidates(words=("NCCL_",)), True),
        ("x = 'NCCL'", Candidates(words=("NCCL_",)), False),
        ("x = ':4096:8'", Candidates(words=(":4096:8",)), True),
        ("é = 'ü'; roll = 1; acme", CALL, True),
        ("\udcff = roll, acme", CALL, True),
        ("import acme  # roll()", CALL, False),
        ('"""About acme.\n\n>>> roll()\n"""\nimport acme', CALL, False),
        ('import acme\nf"""{acme.tools.roll()}"""', CALL, True),
        ("import acme\nx = '#'; acme.tools.roll()", CALL, True),
    ],
)
def test_which_texts_pass(text: str, candidates: Candidates, wanted: bool) -> None:
    assert triggered(text, candidates, LIBRARY) is wanted


def test_rules_without_candidates_pass_if_they_check_something() -> None:
    def check(self: Rule) -> None:
        raise AssertionError

    idle, busy = rule(Candidates()), rule(Candidates(), check_file=check)
    registry = Registry((Pack("acme", "ACM"),))
    assert passed(Triggers([idle], registry), "x") == []
    assert passed(Triggers([busy], registry), "x") == [busy]


def test_rules_about_projects_without_candidates_need_an_effect() -> None:
    def check(self: Rule, project: object) -> None:
        raise AssertionError

    about = rule(Candidates(), scope="project", check_project=check)
    draw = (Effect("draw", "acme"),)
    registry = Registry((Pack("acme", "ACM", effects=({"acme.roll": draw, "?.shake": draw, "dice.*": draw},)),))
    triggers = Triggers([about], registry)
    for text, wanted in [
        ("import acme; acme.roll()", True),
        ("x.shake()", True),
        ("import dice", True),
        ("roll()", False),
        ("import acme", False),
    ]:
        assert passed(triggers, text) == [about] * wanted, text


def test_a_rule_says_what_it_seeks() -> None:
    def sought(cls: type[Rule], mention: Mention) -> frozenset[str] | None:
        return None if "every" in mention.text.code else mention.names - {"acme.tools.roll"}

    asked = rule(Candidates(calls=("acme.tools.roll", "acme.Dice.throw")), sought=classmethod(sought), visit_Call=print)
    triggers = Triggers([asked], Registry((Pack("acme", "ACM"),)))

    def found(text: str) -> Sought:
        return triggers.rules(SourceFile("x.py", text), purpose)

    assert found("import acme; acme.tools.roll()") == {}
    assert found("import acme; acme.Dice().throw(); roll") == {asked: frozenset({"acme.Dice.throw"})}
    assert found("import acme; acme.tools.roll(every)") == {asked: None}


def everything(checker: Checker, text: str, path: str) -> list[Diagnostic]:
    """What is found if the trigger scan lets everything pass."""

    class All:
        def rules(self, source: SourceFile, purpose: object) -> Sought:
            return dict.fromkeys(checker.rules)

    kept = checker._triggers
    checker._triggers = All()  # type: ignore[assignment]
    try:
        return checker.check(SourceFile(path, text)).diagnostics
    finally:
        checker._triggers = kept


def _corpus() -> list[tuple[str, str]]:
    """All examples of all rules, this project's own code, and parts of the standard library."""
    known = registry().rules
    texts = [(f"{r.code}.py", e.code) for r in known for e in (*r.bad, *r.good)]
    here = Path(__file__).parents[2]
    files = [*sorted(here.glob("src/detlint/rules/*/*.py")), *sorted(Path(ast.__file__).parent.glob("[rst]*.py"))[:40]]
    return texts + [(file.name, file.read_text("utf-8")) for file in files]


def test_the_scan_is_sound() -> None:
    """It changes nothing in what is reported, all codes selected and nothing hidden."""
    known = registry()
    codes = tuple(known.by_code)
    settings = Settings(select=codes, extend_select=codes, min_confidence=Confidence.LOW, min_severity=Severity.INFO)
    checker = Checker(settings, known)
    skipped = 0
    for path, text in _corpus():
        result = checker.check(SourceFile(path, text))
        skipped += result.skipped
        assert result.diagnostics == everything(checker, text, path), path
    assert skipped > 10
