"""The formats that other tools read: what each demands, with names, words and places that are hard to write."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree

import pytest

from detlint.diagnostics import Applicability, Confidence, Diagnostic, Edit, Fix, Location, Related, Report, Severity
from detlint.registry import registry
from detlint.reporters import View, render
from detlint.reporters.markdown import escaped
from detlint.reporters.notebook_lines import NotebookLines
from detlint.reporters.sarif import uri
from tests.reporters.sarif_shape import DOCUMENT
from tests.reporters.test_formats import CELL, PLAIN, SOURCE

HOSTILE = Diagnostic(
    code="DET101",
    name="unseeded-random",
    message="it's 100% <b>|wrong|</b>, `a|b` & \x1b[0m\r\n::error::\ufffe x",
    repair="",
    severity=Severity.INFO,
    confidence=Confidence.LOW,
    path="a b/ü,:%\n\udcff]]>\"'.py",
    location=Location(1, 3, 1, 5),
    fix=Fix(Applicability.SAFE, "seed", (Edit(Location(1, 3, 1, 5), "x\n"),)),
)
REPORT = Report(diagnostics=[HOSTILE, CELL, PLAIN, PLAIN], files=9)
TEXTS = {PLAIN.path: SOURCE, HOSTILE.path: "é𐐀bc\n"}
VIEW = View(
    source=lambda path, _: TEXTS.get(path),
    rule=registry().by_code.get,
    document_line=lambda path, location: 40 + location.line,
)


def text(output_format: str, report: Report = REPORT) -> str:
    """A report as it is written."""
    return "".join("".join(piece for piece, _ in line) + "\n" for line in render(output_format, report, VIEW))


def sarif(report: Report = REPORT) -> dict[str, Any]:
    """The only run of a SARIF document that has the right shape."""
    jsonschema = pytest.importorskip("jsonschema")
    document = json.loads(text("sarif", report))
    jsonschema.validate(document, DOCUMENT)
    run: dict[str, Any] = document["runs"][0]
    return run


def test_sarif_results_point_to_their_rules() -> None:
    run = sarif()
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["DET101", "DET104", "DET205"]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == ["DET101", "DET104", "DET205", "DET205"]
    assert [result["level"] for result in run["results"]] == ["note", "error", "warning", "warning"]
    assert all("```python" in rule["help"]["markdown"] and "# !" not in rule["help"]["markdown"] for rule in rules)


def test_sarif_of_every_rule_has_help() -> None:
    found = [
        Diagnostic(rule.code, rule.name, "m", "", rule.severity, rule.confidence, "a.py", Location(1, 1, 1, 1))
        for rule in registry().rules
    ]
    rules = sarif(Report(diagnostics=found))["tool"]["driver"]["rules"]
    assert len(rules) == len(found) > 80
    assert all(rule["help"]["markdown"] for rule in rules)


def test_sarif_regions_related_places_and_fixes() -> None:
    hostile, cell, plain, _ = sarif()["results"]
    place = plain["locations"][0]["physicalLocation"]
    assert place["region"] == {"startLine": 2, "startColumn": 34, "endLine": 2, "endColumn": 38}
    assert place["artifactLocation"] == {"uri": "train.py", "uriBaseId": "%SRCROOT%"}
    (change,) = plain["fixes"][0]["artifactChanges"]
    assert change["replacements"][0]["insertedContent"] == {"text": "False"}
    assert plain["fixes"][0]["properties"] == {"applicability": "unsafe"}
    assert cell["locations"][0]["physicalLocation"]["region"] == {"startLine": 41, "endLine": 41}
    assert cell["locations"][0]["properties"] == {"cell": 3, "line": 1, "column": 1}
    assert cell["message"]["text"] == "cell 3:1:1: The seed is the time."
    assert [place["message"]["text"] for place in cell["relatedLocations"]] == ["drawn here"]
    steps = cell["codeFlows"][0]["threadFlows"][0]["locations"]
    uris = [step["location"]["physicalLocation"]["artifactLocation"]["uri"] for step in steps]
    assert uris == ["a/b.ipynb", "a/c.py"]
    assert "codeFlows" not in hostile


def test_sarif_fingerprints_tell_equal_lines_apart() -> None:
    hashes = [result["partialFingerprints"]["primaryLocationLineHash"] for result in sarif()["results"]]
    assert len(set(hashes)) == 4


def test_sarif_of_a_run_that_failed() -> None:
    run = sarif(Report(problems=["no such file: x"]))
    (invocation,) = run["invocations"]
    assert not invocation["executionSuccessful"]
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "no such file: x"
    assert run["results"] == run["tool"]["driver"]["rules"] == []


@pytest.mark.parametrize("path", ["a b/ü.py", "c:d.py", "100%.py", "x\udcff.py", "#?.py"])
def test_paths_in_sarif_can_be_read_back(path: str) -> None:
    reference = uri(path)
    assert re.fullmatch(r"(?:[\w./~-]|%[0-9A-F]{2})+", reference, re.ASCII)
    assert unquote_to_bytes(reference) == path.encode("utf-8", "surrogateescape")


def test_github_commands() -> None:
    hostile, cell, plain, _ = text("github").splitlines()
    assert plain == (
        "::warning title=DET205 cudnn-benchmark,file=train.py,line=2,endLine=2,col=34,endColumn=38"
        "::cuDNN chooses algorithms by timing. Set it to False."
    )
    assert cell.startswith("::error title=DET104 nondeterministic-seed,file=a/b.ipynb,line=41,endLine=41::cell 3:1:1: ")
    values, message = hostile.removeprefix("::notice ").split("::", 1)
    assert values.count(",") == 5
    assert "%2C%3A%25" in values
    assert "100%25 " in message


def test_github_columns_only_within_a_line() -> None:
    wide = Diagnostic("DET205", "n", "m", "", Severity.ERROR, Confidence.HIGH, "a.py", Location(2, 9, 4, 2))
    assert text("github", Report(diagnostics=[wide])) == "::error title=DET205 n,file=a.py,line=2,endLine=4::m\n"


def test_gitlab() -> None:
    issues = json.loads(text("gitlab"))
    assert [issue["severity"] for issue in issues] == ["info", "major", "minor", "minor"]
    assert [issue["location"]["lines"]["begin"] for issue in issues] == [1, 41, 2, 2]
    assert len({issue["fingerprint"] for issue in issues}) == 4
    assert issues[0]["location"]["path"] == HOSTILE.path
    assert json.loads(text("gitlab", Report())) == []


def test_junit() -> None:
    root = ElementTree.fromstring(text("junit"))
    assert root.attrib == {"name": "detlint", "tests": "4", "failures": "4", "errors": "0"}
    assert [suite.get("tests") for suite in root] == ["1", "1", "2"]
    assert [case.get("line") for case in root.iter("testcase")] == ["1", "1", "2", "2"]
    failures = list(root.iter("failure"))
    assert failures[0].get("message") == "it's 100% <b>|wrong|</b>, `a|b` & \\x1b[0m\\r\\n::error::\\ufffe x"
    assert "torch.backends.cudnn.benchmark = True\n" in str(failures[2].text)


def test_junit_of_a_clean_run_and_of_one_that_failed() -> None:
    clean = ElementTree.fromstring(text("junit", Report(files=3)))
    assert (clean.get("tests"), clean.get("failures")) == ("1", "0")
    assert [case.get("name") for case in clean.iter("testcase")] == ["no findings in 3 files"]
    failed = ElementTree.fromstring(text("junit", Report(problems=["bad \x00"], internal_errors=["worse"])))
    assert (failed.get("tests"), failed.get("errors")) == ("2", "2")
    assert [error.get("message") for error in failed.iter("error")] == ["bad \\x00", "worse"]


def test_rdjson_counts_columns_in_bytes() -> None:
    hostile, cell, plain, _ = json.loads(text("rdjson"))["diagnostics"]
    assert hostile["location"]["range"] == {"start": {"line": 1, "column": 7}, "end": {"line": 1, "column": 9}}
    assert hostile["suggestions"] == [{"range": hostile["location"]["range"], "text": "x\n"}]
    assert cell["location"]["range"] == {"start": {"line": 41}, "end": {"line": 41}}
    assert cell["message"] == "cell 3:1:1: The seed is the time.\na/c.py:7:2: drawn here"
    assert plain["severity"] == "WARNING"
    assert plain["code"] == {"value": "DET205", "url": PLAIN.url}


def test_rdjson_suggests_no_half_of_a_repair() -> None:
    edits = (Edit(Location(1, 1, 1, 1), "import x\n"), Edit(Location(2, 34, 2, 38), "x"))
    both = Diagnostic(
        "DET205", "n", "m", "", Severity.ERROR, Confidence.HIGH, "train.py", PLAIN.location,
        fix=Fix(Applicability.SAFE, "f", edits),
    )  # fmt: skip
    (found,) = json.loads(text("rdjson", Report(diagnostics=[both])))["diagnostics"]
    assert "suggestions" not in found


def test_markdown() -> None:
    lines = text("markdown").splitlines()
    assert lines[0] == "# detlint"
    assert "4 findings (1 error, 2 warnings, 1 info) in 3 of 9 files.  " in lines
    assert f"| DET205 | [cudnn-benchmark]({PLAIN.url}) | 2 | 2 |" in lines
    assert "| train.py:2:34 | DET205 | cuDNN chooses algorithms by timing. Set it to False. |" in lines
    assert r"\<b\>\|wrong\|\</b\>, `a\|b` \& \\x1b\[0m\\r\\n::error::\\ufffe x" in lines[-4]
    for row in (line for line in lines if line.startswith("|")):
        assert len(re.findall(r"(?<!\\)\|", row)) in (4, 5)


def test_markdown_of_a_clean_run_and_of_one_that_failed() -> None:
    assert text("markdown", Report(files=1)) == "# detlint\n\nNo findings in 1 file.  \n"
    assert "Error: no such file: \\_x\\_  " in text("markdown", Report(problems=["no such file: _x_"])).splitlines()


def test_markdown_keeps_code_and_nothing_else() -> None:
    assert escaped("call `f(*a)` or *b*, `x") == "call `f(*a)` or \\*b\\*, \\`x"
    assert escaped("``a`b``") == "``a`b``"


def test_ways_of_rules_that_are_not_known_are_told() -> None:
    other = Diagnostic(
        "ABC123", "own-rule", "m", "", Severity.ERROR, Confidence.HIGH, "a.py", Location(1, 1, 1, 1),
        related=(Related("n.ipynb", Location(5, 1, 5, 2, cell=2), "there"),),
    )  # fmt: skip
    run = sarif(Report(diagnostics=[other]))
    assert run["tool"]["driver"]["rules"][0]["shortDescription"] == {"text": "own-rule"}
    (related,) = run["results"][0]["relatedLocations"]
    assert related["message"] == {"text": "cell 2:5:1: there"}
    assert related["physicalLocation"]["region"]["startLine"] == 45


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('[\n"import a\\n",\n"\\n",\n"b"\n]', [6, 7, 8, 8]),
        ('[\n"import a\\nb\\n", "c",\n"d\\n"]', [6, 6, 6, 7]),
        ('"import a\\nb\\nc"', [5, 5, 5, 5]),
        ("[]", [5, 5, 5, 5]),
        ('[\n"a\\r\\n",\n\n"b"]', [6, 8, 8, 8]),
    ],
)
def test_lines_of_cells_in_the_document(source: str, expected: list[int]) -> None:
    cells = (
        f'{{"cells": [\n{{"cell_type": "markdown",\n"source": "x"}},\n{{"cell_type": "code",\n"source": {source}}}]}}'
    )
    lines = NotebookLines(cells)
    assert [lines.line(2, line) for line in (1, 2, 3, 4)] == expected
    assert lines.line(3, 1) is None
