"""Help, and the commands that tell about rules and ops."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from detlint.cli.arguments import COMMANDS
from detlint.registry import registry

if TYPE_CHECKING:
    from tests.cli.conftest import Run


def test_overview(detlint: Run) -> None:
    outcome = detlint("--help")
    assert outcome.status == 0
    assert all(f"\n  {command} " in outcome.out for command in COMMANDS)
    assert max(map(len, outcome.out.splitlines())) <= 110


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help(detlint: Run, command: str) -> None:
    outcome = detlint(command, "--help")
    assert outcome.status == 0
    assert "example" in outcome.out
    assert max(map(len, outcome.out.splitlines())) <= 120


def test_rules(detlint: Run) -> None:
    outcome = detlint("rules")
    assert outcome.status == 0
    lines = outcome.out.splitlines()
    assert lines == sorted(lines)
    assert any(line.startswith("DET205  cudnn-benchmark ") for line in lines)


def test_rules_as_json(detlint: Run) -> None:
    rules = json.loads(detlint("rules", "--output-format", "json").out)
    by_code = {rule["code"]: rule for rule in rules}
    assert len(by_code) == len(rules)
    assert by_code["DET205"]["name"] == "cudnn-benchmark"
    assert by_code["DET205"]["severity"] == "warning"


@pytest.mark.parametrize("rule", ["DET205", "det205", "cudnn-benchmark", "CUDNN-Benchmark"])
def test_explain(detlint: Run, rule: str) -> None:
    outcome = detlint("explain", rule)
    assert outcome.status == 0
    assert outcome.out.startswith("DET205 cudnn-benchmark\n")
    for title in ("\nWhy\n", "\nBad\n", "\nGood\n", "\nSources\n"):
        assert title in outcome.out
    assert "  > " in outcome.out
    assert "# !" not in outcome.out


def test_explain_every_rule(detlint: Run) -> None:
    for rule in json.loads(detlint("rules", "--output-format", "json").out):
        outcome = detlint("explain", rule["code"])
        assert outcome.out.startswith(f"{rule['code']} {rule['name']}\n")


def test_explain_several_rules(detlint: Run) -> None:
    both = detlint("explain", "DET205", "DET206").out
    assert both == detlint("explain", "DET205").out + "\n" + detlint("explain", "DET206").out


def test_explain_a_prefix_lists_its_rules(detlint: Run) -> None:
    listed = detlint("explain", "det20").out.splitlines()
    assert listed == [line for line in detlint("rules").out.splitlines() if line.startswith("DET20")]
    assert len(listed) > 5


@pytest.mark.parametrize("word", ["all", "ALL"])
def test_explain_all(detlint: Run, word: str) -> None:
    codes = [rule["code"] for rule in json.loads(detlint("rules", "--output-format", "json").out)]
    assert detlint("explain", word).out == detlint("explain", *codes).out


def test_explanations_as_json_hold_the_examples_and_the_lines_reported(detlint: Run) -> None:
    (rule,) = json.loads(detlint("explain", "cudnn-benchmark", "DET205", "--output-format", "json").out)
    rules = json.loads(detlint("rules", "--output-format", "json").out)
    (listed,) = (each for each in rules if each["code"] == "DET205")
    assert {key: rule[key] for key in listed} == listed
    bad = rule["bad"][0]
    lines = [bad["code"].splitlines()[number - 1] for number in bad["lines"]]
    assert lines
    assert all("benchmark" in line for line in lines)
    assert all(example["lines"] == [] for example in rule["good"])


def test_a_prefix_as_json_gives_its_rules(detlint: Run) -> None:
    found = json.loads(detlint("explain", "DET20", "--output-format", "json").out)
    assert [rule["code"] for rule in found] == sorted(code for code in registry().by_code if code.startswith("DET20"))
    assert len(json.loads(detlint("explain", "all", "--output-format", "json").out)) == len(registry().rules)
