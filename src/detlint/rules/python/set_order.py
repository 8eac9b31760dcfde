"""DET106."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.diagnostics import Severity
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.python.order import order_findings
from detlint.rules.python.order_repairs import set_fix
from detlint.rules.python.order_ties import TIES, UNTIE
from detlint.rules.python.set_text import SET_DISPLAY, SET_FORMS, SET_WORDS, may_keep_sets, mentions_sets
from detlint.rules.python.speaks import greatest_severity, related, severity_in

if TYPE_CHECKING:
    from detlint.triggers import Mention

_SORT = "Put `sorted(…)` around it, or keep the order of arrival with `dict.fromkeys(…)`."


class SetOrder(Rule):
    """A set whose order comes to show."""

    code = "DET106"
    name = "set-order"
    summary = "the order of a set shows in what is made of it"
    why = """
The order of a set follows the hashes of its elements. Those of `str`, `bytes` and `datetime` are salted for each
process unless `PYTHONHASHSEED` is set, those of objects are often addresses: a vocabulary, a class index, a feature
order or a file list made from a set is another one in the next run.

Reported where the set is given an order: `list(s)`, a loop that builds a list, numbers the elements or writes them to
one output, `enumerate`, `join`, unpacking, `next(iter(s))`, `pop`, sums of floats, sorting with a key that ties, and
parameters of libraries that keep the order (`metrics={…}` of XGBoost). Not reported: membership, counting, other sets
and dicts by key made of it, `sorted(s)`, `min`, `max`, `any`, `all`, what is only raised, logged or printed, and sets
whose elements are proven to be numbers, bools or None, or that hold one element at most.
"""
    severity = Severity.WARNING
    scope = "file"
    fix = "safe or unsafe"
    candidates = Candidates(words=SET_WORDS, patterns=(SET_DISPLAY,), forms=SET_FORMS)
    bad = (
        Example("def label_map(labels):\n    return {name: i for i, name in enumerate(set(labels))}  # !\n"),
        Example(
            "def vocabulary(texts):\n    words = {w for text in texts for w in text.split()}\n"
            "    return list(words)  # !\n"
        ),
        Example(
            "def header(names: set[str]) -> str:\n    return '\\t'.join(names)  # !\n",
            fixed="def header(names: set[str]) -> str:\n    return '\\t'.join(sorted(names))\n",
        ),
        Example(
            "def rows(tags: set[str]):\n    found = []\n    for tag in tags:  # !\n"
            "        found.append(tag.upper())\n    return found\n"
        ),
        Example("def any_of(tags: frozenset[str]) -> str:\n    return next(iter(tags))  # !\n"),
    )
    good = (
        Example("def label_map(labels):\n    return {name: i for i, name in enumerate(sorted(set(labels)))}\n"),
        Example("def vocabulary(words):\n    return list(dict.fromkeys(words))\n"),
        Example("def positions(count):\n    return list({number % 7 for number in range(count)})\n"),
        Example(
            "def check(names: set[str], known):\n    unknown = names - set(known)\n    if unknown:\n"
            "        raise ValueError(f'unknown: {\", \".join(unknown)}')\n"
        ),
    )
    sources = (
        "https://docs.python.org/3/reference/datamodel.html#object.__hash__",
        "https://docs.python.org/3/using/cmdline.html#envvar-PYTHONHASHSEED",
    )

    @classmethod
    def sought(cls, mention: Mention) -> frozenset[str] | None:
        """Nothing where sets are only asked whether they have an element."""
        return None if may_keep_sets(mention.text) else frozenset()

    @classmethod
    def greatest_severity(cls, text: str) -> Severity:
        """Web frameworks are not asked to be repeatable."""
        return greatest_severity(text, cls.severity)

    def check_file(self) -> None:
        """Report each place where a set is given an order that shows."""
        index = self.context.index
        if not mentions_sets(index.text):
            return
        for finding in order_findings(index, "set"):
            self.report(
                finding.node,
                f"A set has no stable order (that of texts changes with every run), and {finding.how}.",
                UNTIE if finding.how == TIES else _SORT,
                severity=severity_in(self.context, self.severity),
                confidence=finding.confidence,
                related=related(self.context, finding),
                fix=set_fix(self.context, finding),
            )
