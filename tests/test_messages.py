"""What holds for the words of every rule: its messages and repairs, as its bad examples show them, and its summary."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import detlint
from detlint.registry import registry
from detlint.rules.data import load
from tests.helpers import diagnose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detlint.diagnostics import Diagnostic
    from detlint.rules.base import Example, Rule

RULES = registry().rules
BAD = [pytest.param(rule, example, id=f"{rule.code}-{n}") for rule in RULES for n, example in enumerate(rule.bad)]

LOWER_CASE_NAMES = ("torch", "cuDNN")
"""Names of products with which a sentence may begin."""
NAMES = frozenset(
    {
        "CatBoost",
        "LightGBM",
        "MLflow",
        "NumPy",
        "PyTorch",
        "TensorFlow",
        "XGBoost",
        "cuBLAS",
        "cuDNN",
        "GPUs",
        "CPython",
    }
)
IDENTIFIER = re.compile(
    r"""
      \w+_\w+                               # scatter_add_, CUBLAS_WORKSPACE_CONFIG
    | \b[A-Za-z]\w*\.(?!(?:py|ipynb)\b)[A-Za-z]\w*  # tf.data; not the name of a file
    | \b\w+\([^ ]*\)                        # hash()
    | \b\w+=\S                              # seed=3
    | \b[a-z]+[A-Z]\w*                      # camelCase
    | \b[A-Z][a-z]+[A-Z]\w*                 # DataLoader
    | \b(?:True|False|None|Trainer)\b
    | \b[A-Z]{3}\d{3}\b                     # DET201
    """,
    re.VERBOSE,
)
IN_BACKTICKS = re.compile("`[^`]+`")


def identifiers(text: str) -> list[str]:
    """The words of a text that are names in code, and stand outside of backticks."""
    bare = IN_BACKTICKS.sub("X", text)
    return [match.group() for match in IDENTIFIER.finditer(bare) if match.group() not in NAMES]


def sentences(text: str) -> int:
    """How many sentences a text has; what stands in backticks ends none."""
    return len(re.findall(r"[.?!](?:\s|$)", IN_BACKTICKS.sub("X", text)))


def begins_well(text: str) -> bool:
    """Whether a text begins as a sentence does: with a capital letter, a name in backticks or that of a product."""
    return text[0] in "`…" or text[0].isupper() or text.startswith(LOWER_CASE_NAMES)


def found(rule: type[Rule], example: Example) -> list[Diagnostic]:
    """What a rule says of one of its examples."""
    select = None if rule.code.startswith("DET00") else rule.code
    reported = diagnose(example.code, select, example.targets, example.devices, filename=example.filename)
    return [item for item in reported if item.code == rule.code]


@pytest.mark.parametrize(("rule", "example"), BAD)
def test_messages_are_of_one_style(rule: type[Rule], example: Example) -> None:
    for item in found(rule, example):
        for text in (item.message, item.repair):
            assert begins_well(text), text
            assert text.endswith("."), text
            assert sentences(text) == 1, text
            assert not identifiers(text), text
            assert text.count("`") % 2 == 0
        assert item.severity in (rule.severity, *rule.milder), item.message


@pytest.mark.parametrize(("rule", "example"), BAD)
def test_related_places_are_notes(rule: type[Rule], example: Example) -> None:
    for item in found(rule, example):
        for related in item.related:
            assert related.message[0] == "`" or related.message[0].islower(), related.message
            assert not related.message.endswith("."), related.message
            assert not identifiers(related.message), related.message


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_summaries_are_of_one_style(rule: type[Rule]) -> None:
    """No sentence: it begins in lower case unless with a name, and names stand in backticks."""
    first = rule.summary.split()[0].removesuffix("'s")
    assert first[0] == "`" or first.islower() or first in NAMES | {"JAX"}, rule.summary
    assert not identifiers(rule.summary), rule.summary


def test_what_counts_as_a_name() -> None:
    assert identifiers("Call torch.manual_seed(0) in `main()`, or set seed=3 and CUBLAS_CONFIG for NumPy.") == [
        "torch.manual_seed",
        "seed=3",
        "CUBLAS_CONFIG",
    ]
    assert identifiers("It stands in train.py:3 since torch 2.1, e. g. the DataLoader.") == ["DataLoader"]
    assert sentences("Use `a.b. c` in 2.1 only. Or not.") == 2


WORDS = frozenset({"message", "repair", "why", "reason"})
"""The keys of the packs' data that hold text for messages."""


def texts(value: object) -> Iterator[str]:
    """All texts for messages in a table."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from [item] if key in WORDS and isinstance(item, str) else texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)


DATA = sorted((Path(detlint.__file__).parent / "rules").glob("*/data/*.toml"))


@pytest.mark.parametrize("file", DATA, ids=lambda file: f"{file.parts[-3]}-{file.stem}")
def test_texts_in_data_have_names_in_backticks(file: Path) -> None:
    for text in texts(load(f"detlint.rules.{file.parts[-3]}", file.stem)):
        assert not identifiers(text), text
