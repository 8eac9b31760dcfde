"""DET801: saved execution counts that do not increase from the top."""

from __future__ import annotations

from detlint.diagnostics import Location
from detlint.rules.base import Example, Rule


class OutOfOrderExecution(Rule):
    """Cells that were run in another order than they stand in."""

    code = "DET801"
    name = "out-of-order-execution"
    summary = (
        "saved execution counts do not increase from the top, so the outputs are not those of a run from top to bottom"
    )
    why = """
A kernel counts the cells that it runs. Where the counts saved with a notebook do not increase from the top, its cells
were run in another order, or again after others: the outputs that are shown may rest on values that a run from top to
bottom never has. Gaps are fine, they come from cells that were run again or deleted. A cell that was never run has no
count and says nothing; nor does a count of 0. One finding a notebook, at the first cell whose count is not above
those before it.
"""
    scope = "file"
    only_in_notebooks = True
    bad = (
        Example(
            """
# In[4]:
import random
random.seed(3)
# In[6]:
deck = list(range(52))
# In[5]:  # !
random.shuffle(deck)
""",
            filename="example.ipynb",
        ),
    )
    good = (
        Example(
            """
# In[1]:
import random
random.seed(3)
# In[ ]:
deck = list(range(52))
# In[7]:
random.shuffle(deck)
""",
            filename="example.ipynb",
        ),
    )
    sources = ("https://nbformat.readthedocs.io/en/latest/format_description.html#code-cells",)

    def check_file(self) -> None:
        """Report the first cell whose count is not above those of the cells before it."""
        highest, where = 0, 0
        for cell in self.context.source.cells:
            count = cell.count or 0
            if count == highest and not cell.text.strip():
                continue  # The kernel gives an empty cell the number of what ran before it.
            if 0 < count <= highest:
                self.report_at(
                    Location(cell.first, 1, cell.first, 1),
                    f"This cell was run as number {count}, cell {where} above it as number {highest}: the saved "
                    "outputs are not those of a run from top to bottom.",
                    "Restart the kernel and run all cells.",
                )
                return
            if count > highest:
                highest, where = count, cell.number
