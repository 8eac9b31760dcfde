"""How packs are found, and what is said of those that cannot be used."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from detlint import plugins
from detlint.plugins import BUILT_IN, Pack, PackError, load_packs, validated
from detlint.registry import Registry, registry
from detlint.rules.base import Rule
from detlint.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RULE = """
from detlint.plugins import Pack, hookimpl
from detlint.rules.base import Candidates, Rule

class R(Rule):
    code, name, summary, why = "ACM001", "acme-rule", "x", "y"

@hookimpl
def detlint_pack():
    return Pack(name="acme", prefix="ACM", rules=(R,))
"""


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Packs are loaded once a process; here each test loads its own, and forgets them."""
    before = set(sys.modules)
    load_packs.cache_clear()
    registry.cache_clear()
    yield
    load_packs.cache_clear()
    registry.cache_clear()
    for name in set(sys.modules) - before:
        if name.startswith("acme"):
            del sys.modules[name]


def install(folder: Path, name: str, module: str) -> None:
    """Put into a folder what an installed distribution with a pack would leave there."""
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[detlint]\n{name} = {module}\n")


def test_built_in_packs() -> None:
    packs = load_packs()
    assert [f"detlint.rules.{pack.name}" for pack in packs][: len(BUILT_IN)] == list(BUILT_IN)
    assert all(pack.prefix == "DET" for pack in packs)


def test_a_module_that_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "acme_here.py").write_text(RULE)
    monkeypatch.chdir(tmp_path)
    path = list(sys.path)
    known = registry(("acme_here",))
    assert known.find("ACM001") is known.find("acme-rule") is not None
    assert sys.path == path


def test_an_installed_pack_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "acme_installed.py").write_text(RULE)
    install(tmp_path, "acme", "acme_installed")
    monkeypatch.syspath_prepend(tmp_path)
    assert load_packs()[-1].name == "acme"
    assert load_packs((), ("acme",))[-1].name == "acme"


def test_a_pack_that_the_settings_ask_for_must_be_installed() -> None:
    with pytest.raises(PackError, match="the settings ask for the pack `acme`, which is not installed"):
        load_packs((), ("acme",))


def test_an_installed_pack_that_cannot_be_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "acme_broken.py").write_text("import no_such_module_anywhere\n")
    install(tmp_path, "acme-broken", "acme_broken")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(PackError, match="pack `acme-broken` of acme-broken cannot be loaded: ModuleNotFoundError: "):
        load_packs()


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("raise ValueError('oh')", r"pack `acme_bad` \(--plugin\) cannot be loaded: ValueError: oh"),
        ("x = 1", "it defines no `detlint_pack`"),
        (RULE.replace("return Pack", "raise OSError('no') #"), "pack `acme_bad` cannot be loaded: OSError: no"),
        (RULE.replace("return Pack(", "return dict("), "gives dict, not a detlint.Pack"),
        (RULE.replace('"ACM001"', '"ACM01"'), "'ACM01' is no code of three letters"),
        (RULE.replace('"ACM001"', '"XYZ001"'), "'XYZ001' is no code of three letters"),
        (RULE.replace("ACM", "DET").replace("001", "999"), "codes that begin with DET belong to detlint"),
        (RULE.replace('"acme-rule"', '"Acme rule"'), "'Acme rule' is no name"),
        (RULE.replace(', "x", "y"', "").replace(", summary, why", ""), "rule R has no summary and no why"),
        (
            RULE.replace('"acme-rule"', '"cudnn-benchmark"'),
            "cudnn-benchmark is already taken by `CudnnBenchmark` of pack `torch`",
        ),
    ],
)
def test_a_pack_that_cannot_be_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, message: str) -> None:
    (tmp_path / "acme_bad.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(PackError, match=message):
        load_packs(("acme_bad",))


def test_codes_are_given_once() -> None:
    def make(code: str, name: str) -> type[Rule]:
        return type("R", (Rule,), {"code": code, "name": name, "summary": "x", "why": "y"})

    one, same = make("ACM001", "one"), make("ACM001", "two")
    packs = [("pack `a`", Pack("a", "ACM", (one,))), ("pack `b`", Pack("b", "ACM", (same,)))]
    with pytest.raises(PackError, match="pack `b`: ACM001 is already taken by `R` of pack `a`"):
        validated(packs)


def test_metadata_is_asked_only_where_a_pack_is_declared(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    other = tmp_path / "other-1.0.dist-info"
    other.mkdir()
    (other / "entry_points.txt").write_text("[console_scripts]\nx = y:z\n")
    assert not plugins._declares_packs(str(tmp_path))
    assert not plugins._declares_packs(str(tmp_path / "nothing"))
    install(tmp_path, "acme", "acme")
    assert plugins._declares_packs(str(tmp_path))


def test_selectors_as_people_write_them() -> None:
    known = registry()
    assert known.selector("det205") == "DET205"
    assert known.selector("cudnn-benchmark") == "DET205"
    assert known.selector("DET2") == "DET2"
    assert known.selector("all") == "ALL"
    for wrong in ("", "A", "DET9", "E501", "cudnn"):
        assert known.selector(wrong) is None


def test_selected_rules_are_in_the_order_of_their_codes() -> None:
    known = registry()
    codes = [rule.code for rule in known.selected(Selection(select=("DET2",)))]
    assert codes == sorted(codes)
    assert codes
    assert all(code.startswith("DET2") for code in codes)


def test_versions_and_names_of_all_packs_are_merged() -> None:
    known = Registry(load_packs())
    assert {"torch", "tensorflow", "xgboost"} <= set(known.versions)
    assert known.vocabulary.roots("torch.nn.Linear") >= {"torch"}
    assert known.knowledge.known
