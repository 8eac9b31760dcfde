"""DET141: which scikit-learn calls are random, and what seeds them."""

from __future__ import annotations

import pytest
from tests.helpers import check

from detlint.rules.python.random_states import draws

IMPORTS = """\
import functools

import numpy as np
from sklearn import datasets, ensemble, model_selection
from sklearn.base import clone
from sklearn.cluster import KMeans, MiniBatchKMeans, SpectralClustering
from sklearn.compose import ColumnTransformer
from sklearn.covariance import EllipticEnvelope
from sklearn.decomposition import NMF, PCA, FastICA, KernelPCA, TruncatedSVD
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import (
    AdaBoostClassifier, BaggingClassifier, HistGradientBoostingClassifier, RandomForestClassifier, StackingClassifier,
)
from sklearn.ensemble._forest import ExtraTreesClassifier
from sklearn.experimental import enable_halving_search_cv, enable_iterative_imputer
from sklearn.feature_selection import mutual_info_classif
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.impute import IterativeImputer
from sklearn.inspection import permutation_importance
from sklearn.linear_model import Lars, Lasso, LogisticRegression, Perceptron, Ridge, SGDClassifier
from sklearn.manifold import MDS, TSNE
from sklearn.metrics import silhouette_score
from sklearn.model_selection import (
    GridSearchCV, HalvingGridSearchCV, KFold, RandomizedSearchCV, ShuffleSplit, StratifiedKFold, train_test_split,
)
from sklearn.multioutput import ClassifierChain
from sklearn.neighbors import KernelDensity, KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils import resample, shuffle
"""
START = IMPORTS.count("\n") + 1


def lines(code: str, confidence: str = "medium") -> list[int]:
    """The lines of a piece of code, from 1, on which DET141 is reported."""
    found = check(IMPORTS + code, "DET141", min_confidence=confidence)
    return [line - START + 1 for line, _ in found]


def used(expression: str, confidence: str = "medium") -> bool:
    """Whether an expression in a function that nobody calls is reported."""
    return lines(f"def use(x, y, unknown, seed):\n    return {expression}\n", confidence) == [2]


@pytest.mark.parametrize("expression", [
    "train_test_split(x, y)",
    "train_test_split(x, y, random_state=None)",
    "model_selection.train_test_split(x, shuffle=True)",
    "train_test_split(x, random_state=np.random)",
    "KFold(5, shuffle=True)",
    "KFold(5, True)",
    "StratifiedKFold(n_splits=3, shuffle=True, random_state=None)",
    "ShuffleSplit(3)",
    "RandomForestClassifier(n_estimators=10)",
    "ExtraTreesClassifier()",
    "make_pipeline(StandardScaler(), MLPClassifier())",
    "Pipeline([('scale', StandardScaler()), ('net', MLPClassifier(max_iter=10))])",
    "ColumnTransformer([('svd', TruncatedSVD(2, algorithm='arpack'), ['a'])])",
    "clone(RandomForestClassifier())",
    "GridSearchCV(DecisionTreeClassifier(), {'max_depth': [1, 2]})",
    "RandomizedSearchCV(Ridge(), {'alpha': [1, 2]})",
    "HalvingGridSearchCV(Ridge(), {'alpha': [1, 2]})",
    "LogisticRegression(solver='sag')",
    "LogisticRegression(penalty='l1', solver='liblinear')",
    "LogisticRegression(solver='liblinear', dual=True)",
    "LogisticRegression(**{'solver': 'saga', 'C': 2})",
    "LogisticRegression(**dict(solver='saga', random_state=None))",
    "SVC(probability=True)",
    "LinearSVC(dual=True)",
    "LinearSVC(loss='hinge')",
    "LinearSVC('l1', dual=False)",
    "Lasso(selection='random')",
    "Lars(jitter=0.1)",
    "PCA(2)",
    "PCA(n_components=len(x))",
    "PCA(svd_solver='randomized')",
    "PCA(n_components=0.9, svd_solver='arpack')",
    "KernelPCA(2, eigen_solver='randomized')",
    "NMF(4)",
    "FastICA(3)",
    "TSNE(init='pca')",
    "TSNE(2)",
    "MDS()",
    "KMeans(3)",
    "KMeans(3, init='random', n_init=10)",
    "MiniBatchKMeans(3, init=np.zeros((3, 2)))",
    "SpectralClustering(2)",
    "SGDClassifier()",
    "SGDClassifier(shuffle=False, early_stopping=True)",
    "Perceptron(random_state=None)",
    "DummyClassifier(strategy='uniform')",
    "HistGradientBoostingClassifier(early_stopping=True)",
    "GaussianProcessRegressor(n_restarts_optimizer=3)",
    "IterativeImputer(sample_posterior=True)",
    "IterativeImputer(RandomForestClassifier())",
    "ClassifierChain(LogisticRegression(), order='random')",
    "silhouette_score(x, y, sample_size=100)",
    "permutation_importance(unknown, x, y)",
    "mutual_info_classif(x, y)",
    "KernelDensity().fit(x).sample(3)",
    "datasets.make_blobs(100, shuffle=False)",
    "datasets.make_moons(100)",
    "datasets.make_moons(100, shuffle=False, noise=0.1)",
    "datasets.load_files('x', random_state=None)",
    "resample(x)",
    "shuffle(x, y)",
    "functools.partial(RandomForestClassifier, n_estimators=3)()",
    "BaggingClassifier(DecisionTreeClassifier())",
    "StackingClassifier([('tree', DecisionTreeClassifier())])",
    "{'forest': ensemble.RandomForestClassifier()}",
    "[model() for model in (RandomForestClassifier, ExtraTreesClassifier)]",
])  # fmt: skip
def test_reported(expression: str) -> None:
    assert used(expression)


@pytest.mark.parametrize("expression", [
    "train_test_split(x, y, random_state=0)",
    "train_test_split(x, y, random_state=seed)",
    "train_test_split(x, y, shuffle=False)",
    "train_test_split(x, y, **unknown)",
    "train_test_split(x, random_state=np.random.RandomState(0))",
    "KFold(5)",
    "KFold(5, shuffle=False)",
    "StratifiedKFold(3, shuffle=True, random_state=1)",
    "RandomForestClassifier(**{'n_estimators': 3, 'random_state': 1})",
    "RandomForestClassifier(**dict({'random_state': 1}, n_estimators=3))",
    "LogisticRegression()",
    "LogisticRegression(penalty='l1', solver='liblinear', random_state=0)",
    "LogisticRegression(solver='newton-cg')",
    "Ridge()",
    "Ridge(solver='cholesky')",
    "Lasso(0.1)",
    "Lars()",
    "SVC()",
    "SVC(probability=False)",
    "LinearSVC(dual=False)",
    "PCA()",
    "PCA(0.95)",
    "PCA('mle')",
    "PCA(2, svd_solver='full')",
    "KernelPCA(kernel='rbf')",
    "NMF(4, init='custom')",
    "MDS(init='classical_mds')",
    "KMeans(3, init=np.zeros((3, 2)))",
    "KMeans(2, init=[[0, 1], [1, 0]], n_init=1)",
    "SGDClassifier(shuffle=False)",
    "Perceptron()",
    "DummyClassifier()",
    "DummyClassifier(strategy='most_frequent')",
    "HistGradientBoostingClassifier(early_stopping=False)",
    "HistGradientBoostingClassifier(random_state=1)",
    "GaussianProcessRegressor()",
    "IterativeImputer()",
    "IterativeImputer(RandomForestClassifier(), random_state=0)",
    "ClassifierChain(LogisticRegression())",
    "EllipticEnvelope(support_fraction=1.0)",
    "silhouette_score(x, y)",
    "mutual_info_classif(x, y, discrete_features=True)",
    "datasets.make_circles(100, shuffle=False)",
    "datasets.load_files('x')",
    "GridSearchCV(KNeighborsClassifier(), {'n_neighbors': [1, 2]})",
    "GridSearchCV(DecisionTreeClassifier(), {'random_state': [0, 1]})",
    "BaggingClassifier(DecisionTreeClassifier(), random_state=0)",
    "AdaBoostClassifier(estimator=make_pipeline(DecisionTreeClassifier()), random_state=0)",
    "RandomForestClassifier().set_params(random_state=3)",
    "make_pipeline(StandardScaler(), RandomForestClassifier()).set_params(randomforestclassifier__random_state=3)",
    "Pipeline([('f', RandomForestClassifier())]).set_params(f__random_state=3)",
    "functools.partial(RandomForestClassifier, random_state=3)()",
    "[model(random_state=1) for model in (RandomForestClassifier, ExtraTreesClassifier)]",
    "np.random.default_rng(0).shuffle(x)",
    "unknown.train_test_split(x)",
    "[RandomForestClassifier, KMeans]",
])  # fmt: skip
def test_left_alone(expression: str) -> None:
    assert not used(expression)


@pytest.mark.parametrize("expression", [
    "PCA(unknown)",
    "LogisticRegression(solver=unknown)",
    "LogisticRegression(solver='liblinear')",
    "HistGradientBoostingClassifier()",
    "LinearSVC()",
    "KFold(5, shuffle=unknown)",
    "RandomForestClassifier().set_params(**unknown)",
])  # fmt: skip
def test_low_where_values_or_data_decide(expression: str) -> None:
    assert not used(expression)
    assert used(expression, "low")


def test_numpy_seeded_before_in_the_entry_point() -> None:
    assert lines("np.random.seed(1)\nprint(KMeans(3).fit([[1]]))\n") == []
    assert lines("print(train_test_split([1]))\nmodel = KMeans(3)\n") == [1, 2]


def test_numpy_seeded_in_a_helper() -> None:
    code = """\
def seed_all(seed):
    np.random.seed(seed)


def main():
    {first}
    return train_test_split([1, 2])


if __name__ == "__main__":
    main()
"""
    assert lines(code.format(first="seed_all(3)")) == []
    assert lines(code.format(first="print()")) == [7]


def test_seeded_after_the_estimator_is_made_and_before_it_is_fitted() -> None:
    assert lines("model = KMeans(3)\nnp.random.seed(1)\nmodel.fit([[1]])\n") == []


def test_draws_of_numpy_itself_are_told_instead() -> None:
    code = "print(np.random.rand(3), train_test_split([1]))\n"
    assert {code for _, code in check(IMPORTS + code, ("DET121", "DET141"))} == {"DET121"}


def test_a_function_whose_callers_in_the_file_seed() -> None:
    code = """\
def split(x):
    return train_test_split(x)


def run(x):
    np.random.seed(0)
    return split(x)
"""
    assert lines(code) == []


def test_a_seed_on_some_ways_is_low() -> None:
    code = "def use(x, seed=None):\n    if seed:\n        np.random.seed(seed)\n    return KMeans(3).fit(x)\n"
    assert lines(code) == []
    assert lines(code, "low") == [4]


def test_the_attribute_is_set_later() -> None:
    assert lines("model = RandomForestClassifier()\nmodel.random_state = 4\n") == []
    assert lines("model = RandomForestClassifier()\nsetattr(model, 'random_state', 4)\n") == []
    assert lines("model = RandomForestClassifier()\nother = KMeans(2, random_state=1)\nother.random_state = 4\n") == [1]


def test_params_in_a_dictionary_that_is_changed() -> None:
    assert lines("params = {'n_estimators': 3}\nparams['random_state'] = 1\nRandomForestClassifier(**params)\n") == []
    assert lines("params = {'n_estimators': 3}\nRandomForestClassifier(**params)\n") == [2]


def test_an_explicit_none_is_reported_at_the_argument() -> None:
    found = check("from sklearn.cluster import KMeans\n\nKMeans(\n    3,\n    random_state=None,\n)\n", "DET141")
    assert found == [(5, "DET141")]


def test_estimators_that_an_ensemble_of_ones_own_makes() -> None:
    code = """\
class Forest(BaggingClassifier):
    def _validate_estimator(self):
        self.estimator_ = DecisionTreeClassifier()
"""
    assert lines(code) == []
    assert lines(code, "low") == [3]


def test_the_table_names_each_callable_once_and_in_its_public_module() -> None:
    names = [name for name, draw in draws().items() if draw.rule == "DET141"]
    assert len(names) > 160
    assert not [name for name in names if any(part.startswith("_") for part in name.split("."))]


def test_classes_that_a_loop_goes_through() -> None:
    code = """\
for name, cls in [("forest", RandomForestClassifier), ("trees", ExtraTreesClassifier)]:
    print(name, cls(n_estimators=5))
for name, cls in [("near", KNeighborsClassifier), ("nothing", KernelDensity)]:
    print(name, cls())
for cls in (RandomForestClassifier, ExtraTreesClassifier):
    print(cls(random_state=1))
"""
    assert lines(code) == [2]


def test_objects_that_a_function_gives_a_state() -> None:
    code = """\
MODELS = {"forest": RandomForestClassifier(), "descent": SGDClassifier()}
def fitted(estimator, x, y):
    estimator.set_params(random_state=0)
    return estimator.fit(x, y)
def all_fitted(x, y):
    return [fitted(model, x, y) for name, model in MODELS.items()]
def other(x, y):
    return {name: model.fit(x, y) for name, model in {"near": MLPClassifier()}.items()}
"""
    assert lines(code) == [8]


def test_a_state_for_an_object_out_of_sight_may_be_for_any() -> None:
    code = "def fitted(estimator):\n    estimator.set_params(random_state=0)\n\nforest = RandomForestClassifier()\n"
    assert lines(code) == []
    assert lines(code, "low") == [4]


def test_classes_in_a_table() -> None:
    code = "for name, cls in {'forest': RandomForestClassifier}.items():\n    print(name, cls())\n"
    assert lines(code) == [2]


@pytest.mark.parametrize("fit", [
    "PCA(2).fit_transform(datasets.load_iris().data)",
    "PCA(3).fit(digits)",
    "PCA(2).fit(StandardScaler().fit_transform(iris.data))",
    "PCA(2).fit(np.asarray(iris.data))",
    "PCA(5).fit(blobs)",
    "PCA(1).fit(np.random.RandomState(0).multivariate_normal(mean=[0, 0], cov=[[3, 3], [3, 4]], size=500))",
    "PCA(2).fit(np.random.default_rng(0).normal(size=(2000, 8)))",
    "PCA(2).fit(moons)",
    "PCA(1).fit(np.dot(drawn, rng.normal(size=(2, 2))) + rng.normal(size=2))",
    "PCA(1).fit(drawn @ rng.normal(size=(2, 2)))",
    "PCA(2).fit(drawn * 3 + 1)",
    "PCA(2).fit(table[['a', 'b', 'c']])",
    "PCA(2).fit(StandardScaler().fit_transform(table.loc[:, names].values))",
    "PCA(2).fit(table.iloc[0:100, 0:2].to_numpy())",
    "PCA(2).fit(wide[:, :8])",
    "PCA(2).fit(wide.reshape(-1, 8))",
])  # fmt: skip
def test_components_of_small_data_are_exact(fit: str) -> None:
    made = """\
iris = datasets.load_iris()
digits, labels = datasets.load_digits(return_X_y=True)
blobs, _ = datasets.make_classification(n_samples=300, n_features=20, random_state=1)
points, colors = datasets.make_moons(1000, random_state=1)
moons, rest, _, _ = train_test_split(points, colors, random_state=1)
rng = np.random.RandomState(5)
drawn = rng.normal(size=(300, 2))
names = ["a", column, "c"]
"""
    assert lines(f"{made}print({fit})\n") == []


@pytest.mark.parametrize(
    ("whole", "exact"),
    [
        ("FeatureUnion([('pca', pca), ('best', best)])", True),
        ("make_union(pca, best)", True),
        ("Pipeline([('pca', pca), ('svm', SVC())])", True),
        ("Pipeline([('union', FeatureUnion([('pca', pca)])), ('svm', SVC())])", True),
        ("GridSearchCV(make_pipeline(pca, SVC()), {'svc__C': [1, 2]})", True),
        ("Pipeline([('scale', StandardScaler()), ('pca', pca), ('svm', SVC())])", True),
        ("make_pipeline(StandardScaler(), MinMaxScaler(), pca, StandardScaler())", True),
        ("Pipeline([('best', best), ('pca', pca)])", False),
        ("make_pipeline(best, pca)", False),
        ("wrapped(pca)", False),
    ],
)
def test_components_in_a_whole_that_is_fitted_to_small_data(whole: str, exact: bool) -> None:
    code = (
        "from sklearn.pipeline import FeatureUnion, make_union\n"
        "from sklearn.preprocessing import MinMaxScaler\n"
        "iris = datasets.load_iris()\nX, y = iris.data, iris.target\npca = PCA(n_components=2)\n"
        f"whole = {whole}\nwhole.fit(X, y)\n"
    )
    assert lines(code) == ([] if exact else [5])


@pytest.mark.parametrize(
    ("table", "single"),
    [
        ("X['age'].to_frame()", True),
        ("X[['age']]", True),
        ("X[['age', 'fare']]", False),
        ("X[columns]", False),
        ("X.iloc[:, 1:2].values", True),
        ("X.iloc[:, 1:3].values", False),
        ("X.values[:, 2, np.newaxis]", True),
        ("X['age'].values.reshape(-1, 1)", True),
        ("np.sort(5 * np.random.RandomState(1).rand(80, 1), axis=0)", True),
        ("np.random.RandomState(1).rand(80, 2)", False),
        ("X", False),
    ],
)
def test_a_tree_of_one_feature_draws_nothing(table: str, single: bool) -> None:
    made = f"table = {table}\ntrain, test = train_test_split(table, random_state=1)\n"
    assert lines(f"{made}tree = DecisionTreeClassifier(max_depth=2)\ntree.fit(train, y)\n") == ([] if single else [3])
    assert lines(f"{made}DecisionTreeClassifier(splitter='random').fit(train, y)\n") == [3]
    assert lines(f"{made}RandomForestClassifier().fit(train, y)\n") == [3]


@pytest.mark.parametrize(("given", "exact"), [("X", True), ("unknown", False), ("X), plot(wide", False)])
def test_components_of_what_a_function_is_given(given: str, exact: bool) -> None:
    code = (
        "def plot(data):\n    return PCA(n_components=2).fit_transform(data)\n\n"
        "X, Y = datasets.make_multilabel_classification(n_classes=2, random_state=1)\n"
        "wide, _ = datasets.make_classification(n_samples=900, n_features=200, random_state=1)\n"
        f"print(plot({given}))\n"
    )
    assert lines(code) == ([] if exact else [2])


@pytest.mark.parametrize(
    ("data", "settled"),
    [
        ("depth.values.reshape(-1, 1)", True),
        ("table[['depth']]", True),
        ("x[:, None]", True),
        ("x[:, np.newaxis]", True),
        ("table.iloc[:, 2:3]", True),
        ("x.reshape(-1, 2)", False),
        ("table[['depth', 'kind']]", False),
        ("table.iloc[:, 2:]", False),
        ("x", False),
    ],
)
def test_a_tree_over_one_column_draws_nothing(data: str, settled: bool) -> None:
    code = f"tree = DecisionTreeRegressor(max_depth=3)\ntree = tree.fit({data}, y)\nprint(tree.predict({data}))\n"
    head = "from sklearn.tree import DecisionTreeRegressor\n"
    assert bool(lines(head + code)) is not settled
    assert lines(head + code.replace("max_depth=3", "splitter='random'"))


def test_components_of_scaled_small_data() -> None:
    code = (
        "X, y = datasets.load_wine(return_X_y=True, as_frame=True)\n"
        "scaler = StandardScaler().set_output(transform='pandas')\n"
        "print(PCA(2).fit(scaler.fit_transform(X)))\n"
    )
    assert lines(code) == []


@pytest.mark.parametrize("fit", [
    "PCA(2).fit(unknown)",
    "PCA(2).fit(faces.data)",
    "PCA(2, svd_solver='randomized').fit(iris.data)",
    "PCA(5).fit(wide)",
    "PCA(5).fit(np.random.RandomState(0).randn(800, 600))",
    "PCA(5).fit(np.random.RandomState(0).normal(size=sizes))",
    "PCA(5).fit(table[names])",
    "PCA(5).fit(table.loc[rows].values)",
    "PCA(5).fit(table.iloc[:, 1:])",
    "PCA(5).fit(table.iloc[:, :200])",
    "PCA(5).fit(wide.reshape(8, -1))",
    "make_pipeline(PCA(2), SVC())",
])  # fmt: skip
def test_components_of_other_data_may_be_random(fit: str) -> None:
    made = """\
iris, faces = datasets.load_iris(), datasets.fetch_olivetti_faces()
wide, _ = datasets.make_classification(n_samples=900, n_features=200, random_state=1)
"""
    assert lines(f"{made}print({fit})\n") == [3]


@pytest.mark.parametrize(
    ("use", "drawn"),
    [("forest", False), ("print(forest)", False), ("forest.fit(x, y)", True), ("forest\nkeep(forest)", True)],
)
def test_an_estimator_that_is_only_shown(use: str, drawn: bool) -> None:
    again = "forest = RandomForestClassifier(random_state=1)\nforest.fit(x, y)\n"
    assert lines(f"forest = RandomForestClassifier()\n{use}\n{again}") == ([1] if drawn else [])


@pytest.mark.parametrize(
    ("call", "drawn"),
    [
        ("clone_with(forest, random_state)", False),
        ("Rotation(estimator=forest, random_state=7)", False),
        ("clone_with(forest if fast else other, random_state=seed)", False),
        ("Rotation(estimator=forest, random_state=None)", True),
        ("Rotation(estimator=forest)", True),
    ],
)
def test_an_estimator_that_is_given_with_a_random_state(call: str, drawn: bool) -> None:
    code = (
        "from elsewhere import Rotation, clone_with\n\ndef build(fast, other, seed, random_state):\n"
        f"    forest = RandomForestClassifier()\n    return {call}\n"
    )
    assert lines(code) == ([4] if drawn else [])


@pytest.mark.parametrize(
    ("use", "single"),
    [("plot(X, tree)", True), ("print(tree.predict(Z))", True), ("model_selection.cross_val_score(tree, Z, y)", False)],
)
def test_a_tree_that_is_handed_on_after_it_was_fitted(use: str, single: bool) -> None:
    code = f"X = frame[['age']].values\ntree = DecisionTreeClassifier()\ntree.fit(X, y)\n{use}\n"
    assert lines(code) == ([] if single else [2])
