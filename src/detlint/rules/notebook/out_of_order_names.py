"""DET803: names that a run from top to bottom does not know where they are used."""

from __future__ import annotations

from detlint.diagnostics import Confidence
from detlint.rules.base import Example, Rule
from detlint.rules.notebook.order import Misplaced, misplaced_names


class OutOfOrderNames(Rule):
    """Names that are used above the cell that defines them or below a `del` of them, or that no cell defines."""

    code = "DET803"
    name = "out-of-order-names"
    summary = "a name is used above the cell that defines it, or no cell defines it"
    why = """
Cells are run in any order while a notebook is written, and the kernel keeps what deleted cells defined. Run from top
to bottom, as others will run it, a name that only a cell further down defines is not there yet, one whose cell was
changed or deleted never is, and one that a cell above deletes by `del` no longer is. Functions are followed where they
are called, so that a helper may use what a later cell defines before the first call. Not reported: names that a star
import, `%run`, a cell in another language or a cell that cannot be parsed may define, uses in a `try`, and cells that
are meant to fail (tagged `raises-exception`, or saved with that very error). Once a name, at its first use.
"""
    scope = "file"
    only_in_notebooks = True
    bad = (
        Example(
            """
# In[ ]:
import numpy as np
# In[ ]:
scaled = data / scale  # !
# In[ ]:
scale = 3.0
data = np.arange(10)
""",
            filename="example.ipynb",
        ),
    )
    good = (
        Example(
            """
# In[ ]:
import numpy as np
# In[ ]:
def scaled():
    return data / scale
# In[ ]:
scale = 3.0
data = np.arange(10)
# In[ ]:
scaled()
""",
            filename="example.ipynb",
        ),
    )
    sources = ("https://docs.python.org/3/reference/executionmodel.html#resolution-of-names",)

    def check_file(self) -> None:
        """Report the names that a run from top to bottom does not know."""
        for found in misplaced_names(self.context.index, self.context.source.cells):
            self.report(
                found.use,
                f"`{found.use.id}` is used here, but {_where(found)}, so a run from top to bottom fails"
                f"{'' if found.certain else ' when it comes here'}.",
                _advice(found),
                confidence=Confidence.LOW if found.unsure else Confidence.HIGH if found.certain else Confidence.MEDIUM,
            )


def _advice(found: Misplaced) -> str:
    if found.deleted_in is not None:
        return "Delete it below its last use."
    return "Move the cell that defines it up." if found.defined_in else "Define it in a cell above."


def _where(found: Misplaced) -> str:
    if found.deleted_in is not None:
        return f"cell {found.deleted_in} deletes it"
    if found.defined_in is None:
        return "no cell defines it (its cell was changed or deleted)"
    if found.defined_in == found.used_in:
        return "only this cell defines it, further down"
    return f"only cell {found.defined_in} further down defines it"
