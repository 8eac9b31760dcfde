"""DET802: a cell that draws from a random state which only a cell below it seeds."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence, Location, Related
from detlint.project.questions import place, seeded_late, way
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.python.seed_after_use import STATES, SeedAfterUse

if TYPE_CHECKING:
    from detlint.project.model import Project


class UnseededRerun(Rule):
    """What a cell draws before the seed differs each time that the notebook runs."""

    code = "DET802"
    name = "unseeded-rerun"
    summary = "a cell draws from a global random state that is seeded only below it"
    why = """
A seed fixes what is drawn after it. Where the cell that seeds stands below one that draws, the upper cell gives other
numbers each time that the notebook is run from the top, and so does all that rests on them. It often looks fine,
since in a kernel that goes on running the seed was set when the upper cell was run again. Seeding again further down,
for a cell that should repeat by itself, is fine.
"""
    scope = "project"
    only_in_notebooks = True
    candidates = Candidates(words=SeedAfterUse.candidates.words)
    bad = (
        Example(
            """
# In[1]:
import numpy as np
# In[2]:
points = np.random.randn(200, 2)  # !
# In[3]:
np.random.seed(42)
centres = np.random.randn(3, 2)
""",
            filename="example.ipynb",
        ),
    )
    good = (
        Example(
            """
# In[1]:
import numpy as np
np.random.seed(42)
# In[2]:
points = np.random.randn(200, 2)
# In[3]:
np.random.seed(42)
centres = np.random.randn(3, 2)
""",
            filename="example.ipynb",
        ),
        Example(
            """
# In[1]:
import numpy as np
# In[2]:
def noise(n):
    return np.random.randn(n)
# In[3]:
np.random.seed(42)
noise(3)
""",
            filename="example.ipynb",
        ),
    )
    sources = ("https://docs.python.org/3/library/random.html#random.seed",)

    def check_project(self, project: Project) -> None:
        """Report the first early draw of each state of each entry point, once a place."""
        places: set[Location] = set()
        for entry in project.entry_points:
            drawn = partial(self.context.drawn, run=entry.run)
            for seed, draw in seeded_late(entry.run, STATES.__contains__, drawn):
                assert seed.effect is not None
                where, late = place(entry.run, draw), place(entry.run, seed)
                if where in places:
                    continue
                places.add(where)
                state = STATES[seed.effect.subject]
                self.report_at(
                    where,
                    f"{state[0].upper()}{state[1:]} is drawn from here (by `{draw.text}`), but seeded only further "
                    f"down ({entry.module.path}:{late.line}), so each run of the notebook gives other numbers.",
                    "Seed in a cell above the first that draws.",
                    confidence=Confidence.HIGH,
                    related=(
                        *way(entry.run, draw, f"`{draw.text}` draws here"),
                        Related(entry.module.path, late, "the seed stands here"),
                    ),
                )
