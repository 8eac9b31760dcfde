"""DET105."""

from __future__ import annotations

import os

from detlint.diagnostics import Confidence, Severity
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.data import load
from detlint.rules.python.order import order_findings
from detlint.rules.python.order_repairs import listing_fix
from detlint.rules.python.order_ties import TIES, UNTIE
from detlint.rules.python.speaks import greatest_severity, related, severity_in
from detlint.rules.wording import callee

_LISTINGS = load(__package__, "order")["listings"]


class UnsortedListing(Rule):
    """A listing of files that is used in the order of the file system."""

    code = "DET105"
    name = "unsorted-listing"
    summary = "a listing of files is used in the order of the file system"
    why = """
`os.listdir`, `os.scandir`, `os.walk`, `glob` and `Path.glob` give names in the order in which the file system keeps
them. It differs between machines and file systems, and after files were copied or restored. A data set read in that
order has other indices, batches and splits elsewhere, whatever the seed.

Not reported: listings that are only counted, searched or asked for membership, put into a set or a dict by key,
sorted before use in the same function (also `files.sort()` later, and by the callers in the same file), files that
are removed, copied or turned into an output of their own one by one, names that are only printed, and patterns of
`glob` without a wildcard. For `os.walk`, sort `dirs` in place and the files of each folder, or sort what was collected.
"""
    severity = Severity.WARNING
    scope = "file"
    fix = "safe or unsafe"
    candidates = Candidates(
        calls=(*_LISTINGS["names"], *_LISTINGS["walks"], *_LISTINGS["paths"], *_LISTINGS["path_walks"]),
        words=(*_LISTINGS["telling"], "glob"),
    )
    bad = (
        Example(
            "import glob\n\nimport numpy as np\n\ntables = [np.load(path) for path in glob.glob('*.npy')]  # !\n"
            "first = tables[0]\n"
        ),
        Example(
            "import os\n\n\ndef images(folder):\n"
            "    return [os.path.join(folder, name) for name in os.listdir(folder)]  # !\n",
            fixed="import os\n\n\ndef images(folder):\n"
            "    return [os.path.join(folder, name) for name in sorted(os.listdir(folder))]\n",
        ),
        Example(
            "import os\n\n\ndef images(folder):\n    found = []\n    for root, dirs, files in os.walk(folder):  # !\n"
            "        for name in sorted(files):\n            found.append(os.path.join(root, name))\n"
            "    return found\n",
            fixed="import os\n\n\ndef images(folder):\n    found = []\n"
            "    for root, dirs, files in os.walk(folder):\n        dirs.sort()\n        for name in sorted(files):\n"
            "            found.append(os.path.join(root, name))\n    return found\n",
        ),
        Example("from pathlib import Path\n\nnewest = next(Path('runs').glob('*.ckpt'))  # !\n"),
    )
    good = (
        Example(
            "import glob\n\nimport numpy as np\n\ntables = [np.load(path) for path in sorted(glob.glob('*.npy'))]\n"
        ),
        Example(
            "import os\n\n\ndef images(folder):\n    names = os.listdir(folder)\n    names.sort()\n    return names\n"
        ),
        Example(
            "from pathlib import Path\n\n\ndef count(folder):\n    return len(list(Path(folder).rglob('*.png')))\n"
        ),
        Example("from pathlib import Path\n\nfor path in Path('cache').iterdir():\n    path.unlink()\n"),
    )
    sources = (
        "https://docs.python.org/3/library/os.html#os.listdir",
        "https://docs.python.org/3/library/glob.html",
        "https://docs.python.org/3/library/pathlib.html#pathlib.Path.iterdir",
    )

    @classmethod
    def greatest_severity(cls, text: str) -> Severity:
        """Web frameworks are not asked to be repeatable."""
        return greatest_severity(text, cls.severity)

    def check_file(self) -> None:
        """Report each listing whose order shows."""
        index = self.context.index
        # The order in which a package is built of its files is no run's.
        limit = Confidence.LOW if os.path.basename(self.context.path) == "setup.py" else Confidence.HIGH
        for finding in order_findings(index, "listing"):
            walks = any(name.rpartition(".")[2] in {"walk", "fwalk"} for name in index.names(finding.node))
            self.report(
                finding.node,
                f"`{callee(finding.node)}` gives files in the order of the file system, which differs between "
                f"machines, and {finding.how}.",
                _repair(finding.how, walks=walks),
                severity=severity_in(self.context, self.severity),
                confidence=min(finding.confidence, limit),
                related=related(self.context, finding),
                fix=listing_fix(self.context, finding),
            )


def _repair(how: str, *, walks: bool) -> str:
    if how == TIES:
        return UNTIE
    if walks:
        return "Sort `dirs` in place and the files of each folder, or what was collected."
    return "Put `sorted(…)` around it."
