"""The packs and rules that a command speaks of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from detlint.cli.errors import UsageError, one_of, suggestion
from detlint.plugins import PackError
from detlint.registry import Registry, registry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from detlint.settings import Settings


def load(plugins: Iterable[str] | None, required: Iterable[str] = ()) -> Registry:
    """All rules and facts: of built-in and installed packs, and of modules named by `--plugin`.

    required: the packs that the settings ask for. Raises `UsageError`.
    """
    try:
        return registry(tuple(plugins or ()), tuple(required))
    except PackError as error:
        raise UsageError(str(error)) from error


def nearest_rule(wrong: str, rules: Registry) -> str:
    """`; did you mean X?` for the codes or the name that were probably meant, else where all are listed."""
    word = wrong.strip().upper()
    # letters for digits, as in DET2O5, before what merely looks alike
    code = word[:3] + word[3:].translate(str.maketrans("OIL", "011"))
    if code != word and rules.selector(code) is not None:
        return f"; did you mean {code}?"
    near = _numbered_like(code, rules)
    if near:
        return f"; did you mean {one_of(near)}?"
    return suggestion(wrong, rules.by_name) or "; `detlint rules` lists all"


def _numbered_like(code: str, rules: Registry) -> list[str]:
    """The codes of the same hundred whose numbers are nearest."""
    if not re.fullmatch(r"[A-Z]{3}[0-9]{3}", code):
        return []
    same = [known for known in rules.by_code if known[:4] == code[:4]]
    return sorted(sorted(same, key=lambda known: abs(int(known[3:]) - int(code[3:])))[:3])


def selectors(words: Iterable[str], option: str, rules: Registry) -> list[str]:
    """Codes and prefixes for what a person selects: these, names of rules, ALL. An unknown one is an error."""
    found = []
    for word in words:
        selector = rules.selector(word)
        if selector is None:
            raise UsageError(f"{option}: no such rule: {word}{nearest_rule(word, rules)}")
        found.append(selector)
    return found


def verify(settings: Settings, rules: Registry) -> None:
    """Raise `UsageError` for codes in settings that mean no rule: a typing error must not switch a check off."""
    listed = {
        "select": settings.select or (),
        "ignore": settings.ignore,
        "extend-select": settings.extend_select,
        "extend-ignore": settings.extend_ignore,
        "per-file-ignores": [code for codes in settings.per_file_ignores.values() for code in codes],
        "extend-safe-fixes": settings.extend_safe_fixes,
        "extend-unsafe-fixes": settings.extend_unsafe_fixes,
        "severity": list(settings.severity),
    }
    for name in settings.target:
        if name not in rules.versions:
            known = suggestion(name, rules.versions)
            raise UsageError(f"{_where(settings, 'target')}: no rule knows a framework `{name}`{known}")
    for key, words in listed.items():
        selectors(words, _where(settings, key), rules)


def _where(settings: Settings, key: str) -> str:
    """The option, or the file and the key in it, that a value came from."""
    origin = settings.origin(key)
    return str(origin) if origin.kind == "option" else f"{origin}: {key}"
