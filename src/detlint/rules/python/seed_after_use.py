"""DET109: a seeding call that runs after its random state was already drawn from."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence, Location, Related
from detlint.project.questions import meeting, seeded_late
from detlint.rules.base import Candidates, Example, Rule

if TYPE_CHECKING:
    from detlint.project.model import Project

STATES = {
    "python": "Python's global random state",
    "numpy": "NumPy's global random state",
    "torch": "torch's global random state",
    "tensorflow": "TensorFlow's random state",
}


class SeedAfterUse(Rule):
    """What was drawn before the seed differs between runs, and what follows rests on it."""

    code = "DET109"
    name = "seed-after-use"
    summary = "a seeding call that runs after its RNG was already consumed, and not seeded before that"
    why = """
A seed fixes what is drawn after it. A model that is built, or a split that is made, before the seed has other weights
or other members in each run, although the program does set a seed. Seeding again later (before each epoch, say) is
fine.
"""
    scope = "project"
    of_entry_points = True
    candidates = Candidates(words=("seed", "manual_seed", "set_seed", "seed_everything", "set_random_seed"))
    bad = (
        Example(
            """\
import random

values = [1, 2, 3]
random.shuffle(values)
random.seed(0)  # !
print(random.choice(values))
"""
        ),
        Example(
            """\
import torch
from torch import nn

if __name__ == '__main__':
    model = nn.Linear(2, 2)
    torch.manual_seed(0)  # !
"""
        ),
    )
    good = (
        Example(
            """\
import random

random.seed(0)
values = [1, 2, 3]
random.shuffle(values)
random.seed(0)
print(random.choice(values))
"""
        ),
        Example(
            """\
import random


def first():
    return random.random()


def second():
    random.seed(0)
    return random.random()
"""
        ),
        Example(
            """\
import random

import numpy as np

print(random.Random(3).random())
random.seed(0)
np.random.seed(0)
"""
        ),
    )
    sources = ("https://docs.python.org/3/library/random.html#random.seed",)

    def check_project(self, project: Project) -> None:
        """Report the first late seed of each state of each entry point, once a place."""
        if self.context.source.cells:
            return  # unseeded-rerun says it of notebooks
        for entry in project.entry_points:
            places: dict[Location, tuple[str, Related]] = {}
            drawn = partial(self.context.drawn, run=entry.run)
            for seed, draw in seeded_late(entry.run, STATES.__contains__, drawn):
                where = meeting(entry.run, seed, draw)
                assert seed.effect is not None
                related = Related(draw.path, draw.location, f"`{draw.text}` draws here, before the seed")
                places.setdefault(where, (seed.effect.subject, related))
            for where, (state, related) in places.items():
                self.report_at(
                    where,
                    f"{STATES[state]} is seeded here, but was drawn from before (line {related.location.line}), so "
                    "what was "
                    "drawn differs between runs.",
                    "Seed before anything is drawn.",
                    confidence=Confidence.HIGH,
                    related=(related,),
                )
