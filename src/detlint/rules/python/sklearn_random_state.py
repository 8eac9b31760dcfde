"""DET141."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.rules.base import Candidates, Example
from detlint.rules.python.random_states import names_of
from detlint.rules.python.single_feature import TREES, is_single_feature
from detlint.rules.python.small_data import is_exact, is_only_shown
from detlint.rules.python.unseeded_calls import UnseededCalls

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator


class SklearnRandomState(UnseededCalls):
    """A scikit-learn call that is random, without a random state."""

    code = "DET141"
    name = "sklearn-random-state"
    summary = "a scikit-learn callable that draws random numbers, without `random_state` and with nothing seeded"
    why = """
Estimators, splitters and data generators of scikit-learn draw from NumPy's global random state where `random_state` is
left out or None. Unless the program calls `np.random.seed` before, each run splits, initialises and samples
differently.

Many callables draw only under some arguments: `LogisticRegression` with the solvers `sag` and `saga`, and `liblinear`
with an L1 penalty or the dual problem; `KFold` with `shuffle=True`; `PCA` with a randomised solver (which `auto` may
choose for an integer number of components, unless the data in sight are small or have few columns); a decision tree
with more than one feature; `SVC` with `probability=True`. Where the data decide, confidence is low. An estimator is
left alone if its random state is set later (`set_params`, an attribute, a grid), or by the ensemble that it is given
to. Since the argument is the repair, calls are also reported in code that no entry point reaches; where an entry point
draws from NumPy's state itself, unseeded, that is reported instead.
"""
    candidates = Candidates(calls=names_of("DET141"))
    bad = (
        Example("""\
from sklearn.model_selection import train_test_split


def split(x, y):
    return train_test_split(x, y, test_size=0.2)  # !
"""),
        Example("""\
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

plain = make_pipeline(StandardScaler(), LogisticRegression())
forest = make_pipeline(
    StandardScaler(),
    RandomForestClassifier(random_state=None),  # !
)
"""),
    )
    good = (
        Example("""\
from sklearn.model_selection import KFold, train_test_split


def split(x, y):
    return train_test_split(x, y, test_size=0.2, random_state=7), KFold(5)
"""),
        Example("""\
import numpy as np
from sklearn.cluster import KMeans

np.random.seed(7)
print(KMeans(3).fit_predict([[1.0], [2.0], [3.0]]))
"""),
        Example("""\
from sklearn.ensemble import BaggingClassifier
from sklearn.tree import DecisionTreeClassifier

bagging = BaggingClassifier(DecisionTreeClassifier(), random_state=7)
tree = DecisionTreeClassifier()
tree.set_params(random_state=7)
"""),
    )
    sources = (
        "https://scikit-learn.org/stable/common_pitfalls.html#controlling-randomness",
        "run with scikit-learn 1.9.1: fitted unseeded, and after a seed",
    )

    def calls(self) -> Iterator[tuple[ast.Call, tuple[str, ...]]]:
        """The calls that may draw; not those that have nothing to draw for the data in sight."""
        index = self.context.index
        for call, names in super().calls():
            if "sklearn.decomposition.PCA" in names and self._chooses_solver(call) and is_exact(index, call):
                continue
            if TREES.issuperset(names) and is_single_feature(index, call):
                continue
            if is_only_shown(index, call):
                continue
            yield call, names

    def _chooses_solver(self, call: ast.Call) -> bool:
        solver = self.context.index.arguments(call).get("svd_solver", 3)
        return solver is None or self.context.index.constant(solver.value) == "auto"
