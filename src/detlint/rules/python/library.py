"""What the index knows of Python's own library, NumPy, pandas, scikit-learn and the like.

Gives one `Library`. Its use is twofold: qualified names for the rules of this pack, and types that look like tensors
and are not (`arr.cumsum()`, `frame.median()`), so that rules about tensors leave them alone. A type is named only where
every call gives it; what depends on arguments is left out.
"""

from __future__ import annotations

from detlint.plugins import Library
from detlint.rules.python.library_models import DRAWN_FROM, OTHERS, SKLEARN, SKLEARN_MODULES
from detlint.rules.python.library_standard import BUILTINS, METHODS, STANDARD_LIBRARY
from detlint.rules.python.library_tables import NUMPY, PANDAS
from detlint.rules.python.library_types import (
    ARRAY,
    COLUMN_GROUPS,
    ESTIMATOR,
    FRAME,
    GROUPS,
    INDEX,
    PATH,
    SERIES,
    each,
    merge,
    words,
)

_ATTRIBUTES = merge(
    (
        each(ARRAY, "T real imag flat base", ARRAY),
        each(ARRAY, "size ndim itemsize nbytes", "int"),
        {f"{ARRAY}.shape": "tuple[int]", f"{ARRAY}.dtype": "numpy.dtype"},
        each(FRAME, "T loc iloc", FRAME),
        each(FRAME, "at iat", ""),
        each(FRAME, "index columns", INDEX),
        {f"{FRAME}.[text]": SERIES, f"{ARRAY}.[text]": ARRAY},
        {
            f"{FRAME}.values": ARRAY,
            f"{FRAME}.dtypes": SERIES,
            f"{FRAME}.shape": "tuple[int]",
            f"{FRAME}.size": "int",
            f"{FRAME}.empty": "bool",
        },
        each(SERIES, "loc iloc T", SERIES),
        {
            f"{SERIES}.values": ARRAY,
            f"{SERIES}.index": INDEX,
            f"{SERIES}.str": "pandas.core.strings.StringMethods",
            f"{SERIES}.dt": "pandas.core.indexes.accessors.DatetimeProperties",
            f"{SERIES}.dtype": "numpy.dtype",
            f"{SERIES}.shape": "tuple[int]",
            f"{SERIES}.size": "int",
            f"{SERIES}.empty": "bool",
        },
        {"pandas.core.indexes.accessors.DatetimeProperties.*": SERIES, f"{INDEX}.values": ARRAY, f"{INDEX}.str": INDEX},
        each(PATH, "parent", PATH),
        each(PATH, "name stem suffix anchor drive root", "str"),
        each(PATH, "parts", "tuple[str]"),
        {"numpy.random.Generator.bit_generator": "numpy.random.BitGenerator", "sys.argv": "list", "os.sep": "str"},
        each("datetime.datetime", "year month day hour minute second microsecond", "int"),
        each("uuid.UUID", "int node time clock_seq", "int"),
        each("uuid.UUID", "hex", "str"),
        each("uuid.UUID", "bytes bytes_le", "bytes"),
        {
            "faker.Faker.unique": "faker.Faker",
            "faker.Faker.optional": "faker.Faker",
            "gymnasium.Env.action_space": "gymnasium.spaces.Space",
            "gymnasium.Env.observation_space": "gymnasium.spaces.Space",
            "gymnasium.Env.unwrapped": "gymnasium.Env",
            "gym.Env.action_space": "gym.spaces.Space",
            "gym.Env.observation_space": "gym.spaces.Space",
        },
    )
)

_NETWORKX_MODULES = words("""
        algorithms.centrality.betweenness algorithms.centrality.current_flow_betweenness algorithms.mis
        algorithms.richclub algorithms.similarity algorithms.smallworld algorithms.sparsifiers algorithms.swap
        algorithms.tree.mst drawing.layout generators generators.cographs generators.community generators.degree_seq
        generators.directed generators.duplication generators.expanders generators.geometric
        generators.internet_as_graphs generators.intersection generators.joint_degree_seq generators.random_clustered
        generators.random_graphs generators.spectral_graph_forge generators.trees linalg.algebraicconnectivity""")

_ALIASES = merge(
    (
        {
            f"numpy.{module}": "numpy"
            for module in words("""
        core core.fromnumeric core.numeric core.multiarray core.shape_base core.function_base core.umath _core
        lib lib.function_base lib.shape_base lib.index_tricks lib.twodim_base lib.npyio""")
        },
        {
            "numpy.random.mtrand": "numpy.random",
            "numpy.random.mtrand.RandomState": "numpy.random.RandomState",
            "numpy.random._generator": "numpy.random",
            "numpy.random.bit_generator": "numpy.random",
            "numpy.random._mt19937": "numpy.random",
            "numpy.random._pcg64": "numpy.random",
            "numpy.random._philox": "numpy.random",
            "numpy.random._sfc64": "numpy.random",
            "numpy.array_api": "numpy",
            "autograd.numpy": "numpy",
        },
        {
            "pandas.core.frame": "pandas",
            "pandas.core.series": "pandas",
            "pandas.core.indexes.base": "pandas",
            "pandas.core.reshape.concat": "pandas",
            "pandas.core.reshape.merge": "pandas",
            "pandas.io.parsers": "pandas",
            "pandas.io.parsers.readers": "pandas",
            "pandas.io.json": "pandas",
            "pandas.core.groupby.DataFrameGroupBy": GROUPS,
            "pandas.core.groupby.SeriesGroupBy": GROUPS,
            "pandas.core.groupby.generic.DataFrameGroupBy": GROUPS,
            "pandas.core.groupby.generic.SeriesGroupBy": GROUPS,
            "pandas.core.groupby.groupby.GroupBy": GROUPS,
            "pandas.api.typing.DataFrameGroupBy": GROUPS,
        },
        {
            f"sklearn.{private}": f"sklearn.{private.partition('.')[0]}"
            for private in words("""
        calibration._calibration cluster._affinity_propagation cluster._bicluster cluster._bisect_k_means
        cluster._kmeans cluster._mean_shift cluster._spectral cluster.k_means_ covariance._elliptic_envelope
        covariance._robust_covariance datasets._base datasets._samples_generator datasets.samples_generator
        decomposition._dict_learning decomposition._factor_analysis decomposition._fastica
        decomposition._kernel_pca decomposition._lda decomposition._nmf decomposition._pca
        decomposition._sparse_pca decomposition._truncated_svd decomposition.pca ensemble._bagging
        ensemble._forest ensemble._gb ensemble._hist_gradient_boosting.gradient_boosting ensemble._iforest
        ensemble._weight_boosting ensemble.forest ensemble.gradient_boosting feature_selection._mutual_info
        gaussian_process._gpc gaussian_process._gpr linear_model._coordinate_descent linear_model._logistic
        linear_model._passive_aggressive linear_model._perceptron linear_model._ransac linear_model._ridge
        linear_model._sag linear_model._stochastic_gradient linear_model._theil_sen linear_model.logistic
        linear_model.ridge manifold._locally_linear manifold._mds manifold._spectral_embedding manifold._t_sne
        manifold.t_sne mixture._bayesian_mixture mixture._gaussian_mixture model_selection._search
        model_selection._search_successive_halving model_selection._split model_selection._validation
        neural_network._multilayer_perceptron neural_network._rbm preprocessing._data svm._classes svm.classes
        tree._classes tree.tree inspection._permutation_importance utils._random utils.validation""")
        },
        {"sklearn.cross_validation": "sklearn.model_selection", "sklearn.grid_search": "sklearn.model_selection"},
        {"sklearnex": "sklearn", "daal4py.sklearn": "sklearn", "sklearn.metrics.cluster": "sklearn.metrics"},
        {f"networkx.{module}": "networkx" for module in _NETWORKX_MODULES},
        each(
            "networkx.algorithms.approximation",
            "clustering_coefficient distance_measures maxcut traveling_salesman",
            "networkx.algorithms.approximation",
        ),
        each(
            "networkx.algorithms.community",
            "asyn_fluid bipartitions kernighan_lin label_propagation louvain",
            "networkx.algorithms.community",
        ),
        {
            "networkx.approximation": "networkx.algorithms.approximation",
            "networkx.bipartite": "networkx.algorithms.bipartite",
            "networkx.community": "networkx.algorithms.community",
            "networkx.tournament": "networkx.algorithms.tournament",
            "networkx.algorithms.bipartite.generators": "networkx.algorithms.bipartite",
            "networkx.algorithms.coloring.greedy_coloring": "networkx.algorithms.coloring",
            "networkx.algorithms.tree.branchings": "networkx.algorithms.tree",
            "networkx.utils.random_sequence": "networkx.utils",
            "pymc3": "pymc",
            "cuml.cluster": "cuml",
            "cuml.manifold": "cuml",
            "cuml.preprocessing.train_test_split": "cuml.model_selection.train_test_split",
            "datasets.arrow_dataset": "datasets",
            "datasets.dataset_dict": "datasets",
            "datasets.load": "datasets",
            "dask.bag.core": "dask.bag",
            "optuna.integration.sklearn": "optuna.integration",
            "ray.tune.suggest": "ray.tune.search",
            "skimage.util.noise": "skimage.util",
            "skimage.measure.fit": "skimage.measure",
            "stable_baselines3.a2c": "stable_baselines3",
            "stable_baselines3.ddpg": "stable_baselines3",
            "stable_baselines3.dqn": "stable_baselines3",
            "stable_baselines3.ppo": "stable_baselines3",
            "stable_baselines3.sac": "stable_baselines3",
            "stable_baselines3.td3": "stable_baselines3",
            "umap.umap_": "umap",
        },
        {
            "polars.dataframe.frame": "polars",
            "polars.series.series": "polars",
            "pathlib._local": "pathlib",
            "gymnasium.core": "gymnasium",
            "gym.core": "gym",
        },
    )
)

_BASES: dict[str, tuple[str, ...]] = {
    "numpy.matrix": (ARRAY,),
    "numpy.memmap": (ARRAY,),
    "numpy.recarray": (ARRAY,),
    "numpy.ma.MaskedArray": (ARRAY,),
    "random.SystemRandom": ("random.Random",),
    "bool": ("int",),
    "collections.Counter": ("dict",),
    "collections.OrderedDict": ("dict",),
    "collections.defaultdict": ("dict",),
    "datetime.datetime": ("datetime.date",),
    "pathlib.PosixPath": (PATH,),
    "pathlib.WindowsPath": (PATH,),
    "pathlib.PurePath": (PATH,),
    "pathlib.PurePosixPath": (PATH,),
    "pathlib.PureWindowsPath": (PATH,),
    "pandas.RangeIndex": (INDEX,),
    "pandas.MultiIndex": (INDEX,),
    "pandas.DatetimeIndex": (INDEX,),
    "pandas.CategoricalIndex": (INDEX,),
    "geopandas.GeoDataFrame": (FRAME,),
    "geopandas.GeoSeries": (SERIES,),
    COLUMN_GROUPS: (GROUPS,),
    "argparse._ArgumentGroup": ("argparse.ArgumentParser",),
    # A class is not its own base, though the patterns say so of those that stand for the others.
    "gymnasium.spaces.*": ("gymnasium.spaces.Space",),
    "gymnasium.spaces.Space": (),
    "gym.spaces.*": ("gym.spaces.Space",),
    "gym.spaces.Space": (),
    FRAME: ("pandas.core.generic.NDFrame",),
    SERIES: ("pandas.core.generic.NDFrame",),
    "scipy.stats.rv_histogram": ("scipy.stats.rv_continuous",),
    "gymnasium.Wrapper": ("gymnasium.Env",),
    "gymnasium.wrappers.*": ("gymnasium.Env",),
    "gym.wrappers.*": ("gym.Env",),
    "gym.Wrapper": ("gym.Env",),
    "gymnasium.vector.VectorEnv": ("gymnasium.Env",),
    **{
        f"numpy.random.{name}": ("numpy.random.BitGenerator",)
        for name in ["MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64"]
    },
    **{f"sklearn.{module}.*": (ESTIMATOR,) for module in SKLEARN_MODULES},
}

LIBRARY = Library(
    aliases=_ALIASES,
    returns=merge(
        (
            {f"builtins.{name}": kind for name, kind in BUILTINS.items()},
            METHODS,
            STANDARD_LIBRARY,
            NUMPY,
            PANDAS,
            SKLEARN,
            OTHERS,
            DRAWN_FROM,
        )
    ),
    attributes=_ATTRIBUTES,
    bases=_BASES,
    # Tables win over arrays, and both over paths and sets.
    arithmetic=(FRAME, SERIES, INDEX, ARRAY, PATH, "frozenset", "set"),
    elements={
        ARRAY: ARRAY,
        FRAME: SERIES,
        SERIES: "",
        "datasets.Dataset": "datasets.Dataset",
        "dask.dataframe.DataFrame": "dask.dataframe.DataFrame",
        GROUPS: COLUMN_GROUPS,
        "polars.DataFrame": "polars.Series",
        "str": "str",
        "bytes": "int",
        "range": "int",
        "io.TextIOWrapper": "str",
        "pandas.core.window.Window": "pandas.core.window.Window",
    },
    parameters={
        f"{GROUPS}.apply": FRAME,
        f"{GROUPS}.pipe": GROUPS,
        f"{COLUMN_GROUPS}.apply": SERIES,
        f"{FRAME}.pipe": FRAME,
    },
)
