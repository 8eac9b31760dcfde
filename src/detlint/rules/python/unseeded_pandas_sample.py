"""DET131."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.index.values import UNKNOWN
from detlint.rules.base import Candidates, Example
from detlint.rules.python.random_states import names_of
from detlint.rules.python.unseeded_calls import UnseededCalls

if TYPE_CHECKING:
    from collections.abc import Iterator

_ALIKE = frozenset({"dask", "pyspark", "modin", "databricks", "cudf"})
"""Libraries whose tables have a `sample(frac=…)` that draws from elsewhere."""


class UnseededPandasSample(UnseededCalls):
    """`sample` of a pandas object without a random state."""

    code = "DET131"
    name = "unseeded-pandas-sample"
    summary = "`sample` of a data frame, a series or a group without `random_state`, where nothing seeds NumPy"
    why = """
`DataFrame.sample`, `Series.sample` and `GroupBy.sample` draw from NumPy's global random state unless they are given a
`random_state`. Unless the program calls `np.random.seed` before, each run takes other rows.

`sample(frac=…)` of an object of unknown kind counts as pandas in a file that imports pandas. Since the argument is the
repair, calls are also reported in code that no entry point reaches; where an entry point draws from NumPy's state
itself, unseeded, that is reported instead.
"""
    candidates = Candidates(calls=names_of("DET131"))
    bad = (
        Example("""\
import pandas as pd


def part(path):
    return pd.read_csv(path).sample(frac=0.1)  # !
"""),
        Example("""\
import pandas as pd

table = pd.read_csv("people.csv")
print(table.groupby("city").sample(2, random_state=None))  # !
"""),
    )
    good = (
        Example("""\
import pandas as pd


def part(path, seed):
    return pd.read_csv(path).sample(frac=0.1, random_state=seed)
"""),
        Example("""\
import numpy as np
import pandas as pd

np.random.seed(3)
print(pd.read_csv("people.csv").sample(5))
"""),
        Example("""\
import random

import pandas as pd

table = pd.read_csv("people.csv")
print(random.Random(3).sample(list(table.index), 5))
"""),
    )
    sources = ("https://pandas.pydata.org/docs/reference/api/pandas.DataFrame.sample.html",)

    def calls(self) -> Iterator[tuple[ast.Call, tuple[str, ...]]]:
        """Calls of pandas' methods, and `sample(frac=…)` of what may only be a table of pandas."""
        yield from super().calls()
        index = self.context.index
        if "pandas" not in index.imports or not _ALIKE.isdisjoint(index.imports):
            return
        for call in index.calls:
            func = call.func
            if not isinstance(func, ast.Attribute) or func.attr != "sample" or index.callee_names(call):
                continue
            if index.evaluate(func.value) is UNKNOWN:
                yield call, ("?.sample",)
