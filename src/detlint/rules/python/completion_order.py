"""DET108."""

from __future__ import annotations

from detlint.diagnostics import Severity
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.data import load
from detlint.rules.python.order import order_findings
from detlint.rules.python.order_repairs import completion_fix
from detlint.rules.python.speaks import greatest_severity, related, severity_in

_COMPLETIONS = load(__package__, "order")["completions"]


class CompletionOrder(Rule):
    """Results that are kept in the order in which they are ready."""

    code = "DET108"
    name = "completion-order"
    summary = "results are taken as they are ready, and kept by position"
    why = """
`as_completed`, `imap_unordered`, `wait(…, FIRST_COMPLETED)` and queues that several processes write to give results
in the order in which workers happen to finish. A list or file made of them has another order in the next run.

Not reported: results that are stored by key or by index, sorted afterwards, counted, or processed one by one into
outputs of their own; `Executor.map`, `Pool.map`, `Pool.imap` and `asyncio.gather`, which give results in the order of
the inputs.
"""
    severity = Severity.WARNING
    scope = "file"
    fix = "unsafe"
    candidates = Candidates(
        calls=(*_COMPLETIONS["names"], *_COMPLETIONS["always_first"]),
        words=(
            *_COMPLETIONS["methods"], *_COMPLETIONS["callbacks"], "FIRST_COMPLETED",
            *dict.fromkeys(name.rpartition(".")[2] for name in _COMPLETIONS["queues"]),
        ),
    )  # fmt: skip
    bad = (
        Example(
            "from concurrent.futures import as_completed\n\n\ndef gather(jobs):\n    rows = []\n"
            "    for job in as_completed(jobs):  # !\n        rows.append(job.result())\n    return rows\n"
        ),
        Example(
            "from multiprocessing import Pool\n\n\ndef run(extract, paths):\n    with Pool(4) as pool:\n"
            "        return list(pool.imap_unordered(extract, paths))  # !\n",
            fixed="from multiprocessing import Pool\n\n\ndef run(extract, paths):\n    with Pool(4) as pool:\n"
            "        return list(pool.imap(extract, paths))\n",
        ),
    )
    good = (
        Example(
            "from concurrent.futures import as_completed\n\n\ndef gather(jobs):\n    rows = {}\n"
            "    for job in as_completed(jobs):\n        rows[jobs[job]] = job.result()\n    return rows\n"
        ),
        Example(
            "from multiprocessing import Pool\n\n\ndef run(extract, paths):\n    with Pool(4) as pool:\n"
            "        return sorted(pool.imap_unordered(extract, paths))\n"
        ),
    )
    sources = (
        "https://docs.python.org/3/library/concurrent.futures.html#concurrent.futures.as_completed",
        "https://docs.python.org/3/library/multiprocessing.html#multiprocessing.pool.Pool.imap_unordered",
    )

    @classmethod
    def greatest_severity(cls, text: str) -> Severity:
        """Web frameworks are not asked to be repeatable."""
        return greatest_severity(text, cls.severity)

    def check_file(self) -> None:
        """Report each stream of results whose order shows."""
        index = self.context.index
        for finding in order_findings(index, "completion"):
            self.report(
                finding.node,
                f"Results come in the order in which they are ready, which differs between runs, and {finding.how}.",
                "Store them by key or index, sort them afterwards, or take them in the order of the inputs.",
                severity=severity_in(self.context, self.severity),
                confidence=finding.confidence,
                related=related(self.context, finding),
                fix=completion_fix(self.context, finding),
            )
