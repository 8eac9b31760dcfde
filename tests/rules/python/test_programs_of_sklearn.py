"""Estimators, splits and samples in whole programs, and what only looks like them.

A line that must be reported ends in `# !` and the codes.
"""

from __future__ import annotations

import pytest
from tests.rules.ways import found, marked

CODES = ("DET112", "DET121", "DET131", "DET141")

PROGRAMS = {
    "sample frames": '''\
"""Samples of frames, drawn by a script that seeds nothing."""
import pandas as pd

frame = pd.read_csv("events.csv")
few = frame.sample(frac=0.1)  # ! DET131
some = frame.sample(n=100, random_state=7)
per_user = frame.groupby("user").sample(2)  # ! DET131
per_user_fixed = frame.groupby("user").sample(2, random_state=1)
by_apply = frame.groupby("user", group_keys=False).apply(lambda g: g.sample(1))  # ! DET131
column = frame["value"].sample(5)  # ! DET131
print(few.shape, some.shape, per_user.shape, per_user_fixed.shape, by_apply.shape, column.mean())
''',
    "sample seeded": '''\
"""The same draws after a seed, and samples of other things."""
import random

import numpy as np
import pandas as pd
import torch

np.random.seed(3)
frame = pd.DataFrame({"a": range(10)})
print(frame.sample(frac=1))
print(frame["a"].sample(3).tolist())
print(random.Random(1).sample(range(9), 3))
print(torch.distributions.Normal(0.0, 1.0).rsample.__name__)
''',
    "splits and models": '''\
"""Splits, searches and models, in the ways people build them."""
from functools import partial

import sklearn.ensemble as ensemble
from sklearn import model_selection as ms
from sklearn import svm
from sklearn.base import clone
from sklearn.cluster import DBSCAN, AgglomerativeClustering, KMeans, MiniBatchKMeans
from sklearn.datasets import load_iris, make_blobs, make_moons
from sklearn.decomposition import PCA, NMF, TruncatedSVD
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingRegressor,
    ExtraTreesClassifier,
    HistGradientBoostingRegressor,
    IsolationForest,
    RandomForestRegressor as RFR,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.feature_selection import SelectFromModel, mutual_info_classif
from sklearn.linear_model import LogisticRegression, Perceptron
from sklearn.manifold import TSNE, Isomap
from sklearn.mixture import GaussianMixture
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    LeaveOneOut,
    RandomizedSearchCV,
    RepeatedKFold,
    ShuffleSplit,
    TimeSeriesSplit,
    train_test_split as tts,
)
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import QuantileTransformer, StandardScaler
from sklearn.tree import DecisionTreeRegressor, ExtraTreeClassifier
from sklearn.utils import resample, shuffle

SEED = 11
FOREST = {"n_estimators": 200, "max_depth": 4}
FIXED_FOREST = {**FOREST, "random_state": SEED}
split_fixed = partial(tts, random_state=SEED)


def splits(x, y, groups):
    a = tts(x, y, test_size=0.2, stratify=y)  # ! DET141
    b = ms.train_test_split(x, y, random_state=SEED)
    c = ms.train_test_split(x, y, shuffle=False)
    d = split_fixed(x, y, test_size=0.3)
    e = ms.KFold(5)
    f = ms.KFold(n_splits=5, shuffle=True)  # ! DET141
    g = GroupKFold(n_splits=3).split(x, y, groups)
    h = ShuffleSplit(n_splits=3, test_size=0.1)  # ! DET141
    i = RepeatedKFold(n_splits=3, n_repeats=2)  # ! DET141
    j = TimeSeriesSplit(5), LeaveOneOut()
    return a, b, c, d, e, f, g, h, i, j


def forests():
    a = RFR(**FOREST)  # ! DET141
    b = RFR(**FIXED_FOREST)
    c = ensemble.GradientBoostingRegressor(n_estimators=10)  # ! DET141
    d = ExtraTreesClassifier(10, random_state=SEED)
    e = IsolationForest(contamination=0.1)  # ! DET141
    f = BaggingRegressor(DecisionTreeRegressor(random_state=1), random_state=2)
    g = AdaBoostClassifier()  # ! DET141
    h = HistGradientBoostingRegressor(early_stopping=False)
    i = VotingClassifier([("a", GaussianNB()), ("b", KNeighborsClassifier())])
    return a, b, c, d, e, f, g, h, i


def search(x, y):
    grid = GridSearchCV(svm.SVC(), {"C": [1, 10]}, cv=3)
    rand = RandomizedSearchCV(svm.SVC(), {"C": [1, 10, 100]}, n_iter=2)  # ! DET141
    params = dict(n_iter=5, cv=3)
    params.update(random_state=4)
    fixed = RandomizedSearchCV(svm.SVC(), {"C": [1, 10, 100]}, **params)
    return grid.fit(x, y), rand.fit(x, y), fixed.fit(x, y)


def reduce(x):
    a = PCA(n_components=2)  # ! DET141
    b = PCA(n_components=0.95)
    c = PCA(n_components=2, svd_solver="full")
    d = PCA(5, svd_solver="randomized")  # ! DET141
    e = TruncatedSVD(20)  # ! DET141
    f = NMF(n_components=4, init="nndsvd")  # ! DET141
    g = TSNE(perplexity=5)  # ! DET141
    h = Isomap(n_neighbors=4)
    return [m.fit_transform(x) for m in (a, b, c, d, e, f, g, h)]


def cluster(x):
    a = KMeans(3, n_init="auto").fit_predict(x)  # ! DET141
    b = MiniBatchKMeans(3, random_state=0).fit_predict(x)
    c = DBSCAN(eps=0.3).fit_predict(x)
    d = AgglomerativeClustering(3).fit_predict(x)
    e = GaussianMixture(n_components=3).fit(x)  # ! DET141
    return a, b, c, d, e


def small():
    a = MLPClassifier((10,), solver="lbfgs")  # ! DET141
    b = Perceptron(shuffle=False)
    c = svm.LinearSVC(dual=True, random_state=3)
    d = svm.NuSVC()
    e = ExtraTreeClassifier()  # ! DET141
    f = LogisticRegression(penalty="l1", solver="saga")  # ! DET141
    return clone(a), b, c, d, e, f


def data():
    a, _ = make_blobs(100, centers=3)  # ! DET141
    b, _ = make_moons(100, noise=0.1, random_state=0)
    c, _ = load_iris(return_X_y=True)
    return resample(a), shuffle(b, random_state=1), c  # ! DET141


def select(x, y):
    scores = mutual_info_classif(x, y)  # ! DET141
    scaled = QuantileTransformer(subsample=None).fit_transform(StandardScaler().fit_transform(x))
    return SelectFromModel(LogisticRegression()).fit(scaled, y), scores


def stack(seed: int):
    return StackingClassifier([("rf", ensemble.RandomForestClassifier(random_state=seed))], cv=5)
''',
    "tabular main": '''\
"""A command line tool: its own global draws are not seeded, so NumPy's state says it once."""
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split


def augment(x):
    return x + np.random.normal(scale=0.01, size=x.shape)


def main(path="data.csv"):
    frame = pd.read_csv(path)
    x, y = augment(frame.drop(columns="y").to_numpy()), frame["y"]
    a, b, c, d = train_test_split(x, y)
    print(RandomForestClassifier().fit(a, c).score(b, d))


if __name__ == "__main__":
    main()  # ! DET121
''',
    "kaggle script": '''\
"""A flat script, global seed first: estimators may leave random_state out."""
import os
import random

import numpy as np
import pandas as pd
from sklearn.ensemble import ExtraTreesRegressor
from sklearn.model_selection import KFold, cross_val_score

SEED = 2023


def seed_everything(seed=SEED):
    random.seed(seed)
    os.environ["PYTHONHASHSEED"] = str(seed)  # ! DET112
    np.random.seed(seed)


seed_everything()
train = pd.read_csv("../input/train.csv")
target = train.pop("target")
folds = KFold(n_splits=5, shuffle=True, random_state=SEED)
scores = []
for fold, (a, b) in enumerate(folds.split(train)):
    model = ExtraTreesRegressor(n_estimators=50)
    model.fit(train.iloc[a], target.iloc[a])
    scores.append(model.score(train.iloc[b], target.iloc[b]))
print(np.mean(scores), train.sample(3))
''',
    "kaggle unseeded": '''\
"""The same without a seed."""
import pandas as pd
from sklearn.ensemble import ExtraTreesRegressor
from sklearn.model_selection import KFold, cross_val_score

train = pd.read_csv("../input/train.csv")
target = train.pop("target")
folds = KFold(n_splits=5, shuffle=True)  # ! DET141
model = ExtraTreesRegressor(n_estimators=50)  # ! DET141
print(cross_val_score(model, train, target, cv=folds).mean())
print(train.sample(3))  # ! DET131
train = train.sample(frac=0.5).reset_index(drop=True)  # ! DET131
''',
    "pipelines more": '''\
"""Estimators in pipelines, grids, tables and classes."""
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import GradientBoostingClassifier as GBC
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.impute import KNNImputer, SimpleImputer
from sklearn.inspection import permutation_importance
from sklearn.kernel_approximation import Nystroem, RBFSampler
from sklearn.linear_model import LassoCV, LogisticRegression, LogisticRegressionCV, RidgeClassifier
from sklearn.metrics import silhouette_score
from sklearn.model_selection import (
    HalvingGridSearchCV,
    StratifiedGroupKFold,
    StratifiedShuffleSplit,
    cross_validate,
    learning_curve,
    permutation_test_score,
    train_test_split,
)
from sklearn.multiclass import OneVsRestClassifier
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import KBinsDiscretizer, OneHotEncoder, SplineTransformer
from sklearn.random_projection import GaussianRandomProjection
from sklearn.svm import SVC, LinearSVR, OneClassSVM
from sklearn.tree import DecisionTreeClassifier

MODELS = {
    "tree": DecisionTreeClassifier(max_depth=3),  # ! DET141
    "tree fixed": DecisionTreeClassifier(max_depth=3, random_state=0),
    "logistic": LogisticRegression(C=0.5),
    "ridge": RidgeClassifier(),
    "forest": lambda: RandomForestClassifier(n_jobs=2),  # ! DET141
}


@dataclass
class Config:
    seed: int = 0
    trees: int = 100


class Churn(BaseEstimator, ClassifierMixin):
    """Hands its state on."""

    def __init__(self, random_state=None):
        self.random_state = random_state

    def fit(self, x, y):
        self.model_ = RandomForestClassifier(random_state=self.random_state).fit(x, y)
        return self


def from_config(config: Config):
    return RandomForestClassifier(config.trees, random_state=config.seed)


def pipeline():
    return Pipeline(
        [
            ("prepare", ColumnTransformer([("hot", OneHotEncoder(), ["a"]), ("fill", SimpleImputer(), ["b"])])),
            ("bins", KBinsDiscretizer(5, subsample=None)),
            ("map", Nystroem(n_components=10)),  # ! DET141
            ("model", GBC(n_estimators=10)),  # ! DET141
        ]
    )


def searches(x, y):
    halving = HalvingGridSearchCV(SVC(), {"C": [1, 2]})  # ! DET141
    fixed = HalvingGridSearchCV(SVC(), {"C": [1, 2]}, random_state=3)
    return halving.fit(x, y), fixed.fit(x, y)


def splits(x, y, groups):
    a = StratifiedGroupKFold(n_splits=3)
    b = StratifiedGroupKFold(n_splits=3, shuffle=True)  # ! DET141
    c = StratifiedShuffleSplit(n_splits=2)  # ! DET141
    d = train_test_split(x, y, random_state=np.random.RandomState(3))
    e = train_test_split(x, **{"random_state": 1, "test_size": 0.1})
    f = train_test_split(x, y, random_state=None)  # ! DET141
    return a, b, c, d, e, f


def scores(model, x, y, labels):
    one = permutation_importance(model, x, y, n_repeats=3)  # ! DET141
    two = permutation_importance(model, x, y, random_state=0)
    three = silhouette_score(x, labels)
    four = silhouette_score(x, labels, sample_size=100)  # ! DET141
    five = permutation_test_score(model, x, y)
    six = learning_curve(model, x, y)
    seven = learning_curve(model, x, y, shuffle=True)  # ! DET141
    return one, two, three, four, five, six, seven, cross_validate(model, x, y)


def others():
    a = DummyClassifier(strategy="most_frequent")
    b = DummyClassifier(strategy="stratified")  # ! DET141
    c = GaussianProcessRegressor(n_restarts_optimizer=0)
    d = GaussianRandomProjection(n_components=3)  # ! DET141
    e = RBFSampler(gamma=1)  # ! DET141
    f = LassoCV(cv=3)
    g = LogisticRegressionCV(solver="lbfgs")
    h = OneClassSVM()
    i = LinearSVR()  # ! DET141
    j = CalibratedClassifierCV(LogisticRegression(), cv=3)
    k = OneVsRestClassifier(LogisticRegression(solver="sag"))  # ! DET141
    m = HistGradientBoostingClassifier()
    n = MLPRegressor(hidden_layer_sizes=(8,))  # ! DET141
    o = KNNImputer(), SplineTransformer()
    return a, b, c, d, e, f, g, h, i, j, k, m, n, o


make_tree = partial(DecisionTreeClassifier, random_state=3)


def ensemble(n):
    return [make_tree(max_depth=d) for d in range(1, n)]


def set_later(x, y):
    model = RandomForestClassifier(10)
    model.set_params(random_state=1)
    return model.fit(x, y)


def frame_sample(frame: pd.DataFrame):
    return frame.sample(frac=1, random_state=Config.seed)


def frame_permuted(frame: pd.DataFrame, rng: np.random.Generator):
    return frame.iloc[rng.permutation(len(frame))]
''',
    "experiment class": '''\
"""An experiment as a class with a seed; one estimator was forgotten."""
from dataclasses import dataclass

import numpy as np
from sklearn.cluster import KMeans, SpectralClustering
from sklearn.ensemble import RandomForestClassifier, RandomTreesEmbedding
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import StratifiedKFold, cross_val_predict, train_test_split
from sklearn.utils import check_random_state


@dataclass
class Experiment:
    seed: int = 0
    folds: int = 5

    def split(self, x, y):
        return train_test_split(x, y, stratify=y, random_state=self.seed)

    def model(self):
        return RandomForestClassifier(n_estimators=10, random_state=self.seed + 1)

    def other(self):
        return SGDClassifier(loss="hinge", max_iter=100)  # ! DET141

    def cv(self):
        return StratifiedKFold(self.folds, shuffle=True, random_state=check_random_state(self.seed))

    def predict(self, x, y):
        return cross_val_predict(self.model(), x, y, cv=self.cv())

    def clusters(self, x):
        a = KMeans(n_clusters=3, n_init=3).fit_predict(x)  # ! DET141
        b = SpectralClustering(3, random_state=np.random.RandomState(self.seed)).fit_predict(x)
        c = RandomTreesEmbedding(5).fit_transform(x)  # ! DET141
        return a, b, c


def seeded_by_option(args, x, y):
    return train_test_split(x, y, random_state=args.seed)


def shuffled_rows(x):
    np.random.default_rng(3).shuffle(x)
    return x
''',
}


@pytest.mark.parametrize("code", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_programs(code: str) -> None:
    assert found(code, CODES) == marked(code)
