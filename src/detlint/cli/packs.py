"""The packs and rules that a command speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.cli.errors import UsageError, suggestion
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
    """`; did you mean X?` for the code or name that was probably meant, or nothing."""
    # letters for digits, as in DET2O5, before what merely looks alike
    digits = wrong.strip().upper().translate(str.maketrans("OIL", "011"))
    code = wrong.strip().upper()[:3] + digits[3:]
    if rules.selector(code) is not None:
        return f"; did you mean {code}?"
    return suggestion(wrong, [*rules.by_code, *rules.by_name])


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
        "severity": list(settings.severity),
    }
    for name in settings.target:
        if name not in rules.versions:
            known = suggestion(name, rules.versions)
            raise UsageError(f"{settings.origin('target')}: target: no rule knows a framework `{name}`{known}")
    for key, words in listed.items():
        selectors(words, f"{settings.origin(key)}: {key}", rules)
