"""What the index knows of Python's own library, NumPy, pandas, scikit-learn and the like.

Gives one `Library`. Its use is twofold: qualified names for the rules of this pack, and types that look like tensors
and are not (`arr.cumsum()`, `frame.median()`), so that rules about tensors leave them alone. A type is named only where
every call gives it; what depends on arguments is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.plugins import Library

if TYPE_CHECKING:
    from collections.abc import Iterable

ARRAY = "numpy.ndarray"
FRAME = "pandas.DataFrame"
SERIES = "pandas.Series"
INDEX = "pandas.Index"
GROUPS = "pandas.core.groupby.GroupBy"
COLUMN_GROUPS = "pandas.api.typing.SeriesGroupBy"
ESTIMATOR = "sklearn.base.BaseEstimator"
PATH = "pathlib.Path"


def _words(text: str) -> list[str]:
    return text.split()


def _each(prefix: str, names: str, kind: str) -> dict[str, str]:
    """The same type for many names under a prefix."""
    return {f"{prefix}.{name}": kind for name in _words(names)}


def _merge(tables: Iterable[dict[str, str]]) -> dict[str, str]:
    merged: dict[str, str] = {}
    for table in tables:
        merged.update(table)
    return merged


_BUILTINS = {
    "list": "list",
    "sorted": "list",
    "dir": "list",
    "dict": "dict",
    "vars": "dict",
    "set": "set",
    "frozenset": "frozenset",
    "tuple": "tuple",
    "int": "int",
    "len": "int",
    "hash": "int",
    "id": "int",
    "ord": "int",
    "float": "float",
    "bool": "bool",
    "complex": "complex",
    "any": "bool",
    "all": "bool",
    "isinstance": "bool",
    "issubclass": "bool",
    "hasattr": "bool",
    "callable": "bool",
    "str": "str",
    "repr": "str",
    "ascii": "str",
    "chr": "str",
    "hex": "str",
    "oct": "str",
    "bin": "str",
    "input": "str",
    "format": "str",
    "bytes": "bytes",
    "bytearray": "bytearray",
    "range": "range",
    "enumerate": "enumerate",
    "zip": "zip",
    "map": "map",
    "filter": "filter",
    "reversed": "reversed",
    "slice": "slice",
    "object": "object",
    "open": "io.TextIOWrapper",
    "int.from_bytes": "int",
    "int.to_bytes": "bytes",
    "int.bit_length": "int",
    "dict.fromkeys": "dict",
    "float.fromhex": "float",
    "float.hex": "str",
    "bytes.fromhex": "bytes",
}

_METHODS = _merge(
    (
        {"str.*": "str", "bytes.*": "bytes", "list.*": "", "dict.*": "", "set.*": "", "frozenset.*": ""},
        _each("str", "count find index rfind rindex", "int"),
        _each(
            "str",
            "endswith startswith isalnum isalpha isascii isdecimal isdigit isidentifier islower isnumeric isprintable "
            "isspace istitle isupper",
            "bool",
        ),
        _each("str", "split rsplit splitlines", "list"),
        _each("str", "partition rpartition", "tuple[str]"),
        {"str.encode": "bytes", "bytes.decode": "str", "bytes.hex": "str"},
        _each("bytes", "count find index rfind rindex", "int"),
        _each("bytes", "endswith startswith", "bool"),
        _each("bytes", "split rsplit splitlines", "list"),
        _each("list", "count index", "int"),
        {
            "list.copy": "list",
            "dict.copy": "dict",
            "dict.keys": "dict_keys",
            "dict.values": "dict_values",
            "dict.items": "dict_items",
        },
        _each("set", "copy union intersection difference symmetric_difference", "set"),
        _each("set", "isdisjoint issubset issuperset", "bool"),
        _each("frozenset", "copy union intersection difference symmetric_difference", "frozenset"),
        _each("frozenset", "isdisjoint issubset issuperset", "bool"),
    )
)

_STANDARD_LIBRARY = _merge(
    (
        _each(
            "random",
            "random uniform triangular betavariate expovariate gammavariate gauss lognormvariate normalvariate "
            "vonmisesvariate paretovariate weibullvariate",
            "float",
        ),
        _each("random", "randint randrange getrandbits binomialvariate", "int"),
        _each("random", "sample choices", "list"),
        {"random.randbytes": "bytes"},
        _each(
            "random.Random",
            "random uniform triangular betavariate expovariate gammavariate gauss lognormvariate "
            "normalvariate vonmisesvariate paretovariate weibullvariate",
            "float",
        ),
        _each("random.Random", "randint randrange getrandbits binomialvariate", "int"),
        _each("random.Random", "sample choices", "list"),
        {"random.Random.randbytes": "bytes"},
        _each("time", "time perf_counter monotonic process_time thread_time", "float"),
        _each("time", "time_ns perf_counter_ns monotonic_ns process_time_ns thread_time_ns", "int"),
        _each("time", "strftime ctime asctime", "str"),
        _each(
            "datetime.datetime",
            "now utcnow today fromtimestamp utcfromtimestamp fromisoformat strptime combine replace astimezone",
            "datetime.datetime",
        ),
        _each("datetime.datetime", "timestamp", "float"),
        _each("datetime.datetime", "toordinal weekday isoweekday", "int"),
        _each("datetime.datetime", "strftime isoformat ctime", "str"),
        _each("datetime.date", "today fromtimestamp fromisoformat fromordinal replace", "datetime.date"),
        {
            "datetime.datetime.date": "datetime.date",
            "datetime.datetime.time": "datetime.time",
            "datetime.timedelta": "datetime.timedelta",
            "datetime.timedelta.total_seconds": "float",
            "datetime.date": "datetime.date",
            "datetime.datetime": "datetime.datetime",
            "datetime.time": "datetime.time",
        },
        _each("os", "getpid getppid cpu_count", "int"),
        _each("os", "getcwd fspath", "str"),
        {"os.urandom": "bytes", "os.listdir": "list", "glob.glob": "list"},
        _each("os.path", "join basename dirname abspath realpath normpath relpath expanduser expandvars", "str"),
        _each("os.path", "exists isfile isdir islink isabs samefile", "bool"),
        _each("os.path", "getsize", "int"),
        _each("os.path", "getmtime getctime getatime", "float"),
        _each("secrets", "randbelow randbits", "int"),
        _each("secrets", "token_hex token_urlsafe", "str"),
        {
            "secrets.token_bytes": "bytes",
            "uuid.uuid1": "uuid.UUID",
            "uuid.uuid3": "uuid.UUID",
            "uuid.uuid4": "uuid.UUID",
            "uuid.uuid5": "uuid.UUID",
        },
        {
            "argparse.ArgumentParser.parse_args": "argparse.Namespace",
            "argparse.ArgumentParser.parse_known_args": "tuple[argparse.Namespace]",
            "argparse.ArgumentParser.add_argument_group": "argparse._ArgumentGroup",
            "argparse.ArgumentParser.add_mutually_exclusive_group": "argparse._ArgumentGroup",
            "argparse._ArgumentGroup.add_mutually_exclusive_group": "argparse._ArgumentGroup",
        },
        _each("math", "ceil floor comb perm gcd lcm isqrt factorial", "int"),
        _each("math", "sqrt exp log log2 log10 sin cos tan pow fsum hypot fabs", "float"),
        _each("json", "dumps", "str"),
        {
            "collections.defaultdict": "collections.defaultdict",
            "collections.deque": "collections.deque",
            "copy.copy": "",
            "copy.deepcopy": "",
        },
        _each("collections.Counter", "most_common", "list"),
        _each(
            PATH,
            "absolute cwd expanduser home joinpath readlink relative_to rename replace resolve with_name with_stem "
            "with_suffix",
            PATH,
        ),
        _each(PATH, "iterdir glob rglob", f"typing.Iterator[{PATH}]"),
        _each(PATH, "exists is_file is_dir is_symlink is_absolute match samefile", "bool"),
        {
            f"{PATH}.read_text": "str",
            f"{PATH}.read_bytes": "bytes",
            f"{PATH}.as_posix": "str",
            f"{PATH}.as_uri": "str",
            f"{PATH}.open": "io.TextIOWrapper",
        },
        _each("multiprocessing", "cpu_count", "int"),
        _each("pickle", "dumps", "bytes"),
        {"hashlib.*": "hashlib.Hash", "hashlib.Hash.digest": "bytes", "hashlib.Hash.hexdigest": "str"},
        _each("zlib", "crc32 adler32", "int"),
    )
)

_NUMPY = _merge(
    (
        _each(
            "numpy",
            """
        abs absolute add all any amax amin angle append apply_along_axis apply_over_axes arange arccos arccosh
        arcsin arcsinh arctan arctan2 arctanh argmax argmin argpartition argsort argwhere around array
        asanyarray asarray asarray_chkfinite ascontiguousarray asfortranarray atleast_1d atleast_2d atleast_3d
        average bartlett bincount bitwise_and bitwise_not bitwise_or bitwise_xor blackman block broadcast_to
        busday_count cbrt ceil choose clip column_stack compress concatenate conj conjugate convolve copy
        copysign corrcoef correlate cos cosh count_nonzero cov cross cumprod cumsum deg2rad degrees delete
        diag diagflat diagonal diff digitize divide dot dsplit dstack ediff1d einsum empty empty_like equal
        exp exp2 expand_dims expm1 extract eye fabs fix flatnonzero flip fliplr flipud float_power floor
        floor_divide fmax fmin fmod from_dlpack frombuffer fromfile fromfunction fromiter fromstring full
        full_like genfromtxt geomspace greater greater_equal hamming hanning heaviside histogram_bin_edges
        hstack hypot i0 identity imag in1d indices inner insert interp intersect1d invert isclose isfinite
        isin isinf isnan kaiser kron ldexp left_shift less less_equal lexsort linspace loadtxt log log10 log1p
        log2 logaddexp logical_and logical_not logical_or logical_xor logspace mask_indices matmul max maximum
        mean median min minimum mod moveaxis multiply nan_to_num nanargmax nanargmin nancumprod nancumsum
        nanmax nanmean nanmedian nanmin nanpercentile nanprod nanquantile nanstd nansum nanvar negative
        nextafter not_equal ones ones_like outer packbits pad partition percentile piecewise place poly
        polyadd polyder polyint polymul polyval power prod ptp put quantile rad2deg radians ravel real
        reciprocal remainder repeat require reshape resize right_shift rint roll rollaxis roots rot90 round
        row_stack searchsorted select setdiff1d setxor1d sign sin sinc sinh sort sqrt square squeeze stack std
        subtract sum swapaxes take take_along_axis tan tanh tensordot tile trace transpose trapezoid trapz tri
        tril triu trim_zeros trunc union1d unpackbits unwrap vander var vdot vstack zeros zeros_like""",
            ARRAY,
        ),
        _each("numpy", "array_split split hsplit vsplit broadcast_arrays meshgrid", f"tuple[{ARRAY}]"),
        _each(
            "numpy",
            "nonzero tril_indices triu_indices diag_indices histogram histogram2d modf frexp divmod unravel_index",
            f"tuple[{ARRAY}]",
        ),
        _each("numpy", "allclose array_equal array_equiv isscalar iterable may_share_memory shares_memory", "bool"),
        _each("numpy", "ndim size", "int"),
        _each("numpy", "array2string array_repr array_str base_repr binary_repr", "str"),
        {
            f"numpy.{name}": f"numpy.{name}"
            for name in _words("""
        bool_ int_ intc intp int8 int16 int32 int64 uint uint8 uint16 uint32 uint64 float_ float16 float32
        float64 longdouble single double half complex64 complex128 str_ bytes_ datetime64 timedelta64 dtype
        finfo iinfo ndarray memmap vectorize""")
        },
        _each(
            "numpy.linalg",
            "cholesky cond det inv lstsq matrix_power matrix_rank multi_dot norm pinv solve tensorinv "
            "tensorsolve eigvals eigvalsh svdvals",
            ARRAY,
        ),
        _each("numpy.linalg", "eig eigh slogdet", f"tuple[{ARRAY}]"),
        {"numpy.fft.*": ARRAY, "numpy.char.*": ARRAY, "numpy.ma.*": ARRAY},
        _each(
            "numpy.random",
            """
        beta binomial bytes chisquare choice dirichlet exponential f gamma geometric gumbel hypergeometric
        laplace logistic lognormal logseries multinomial multivariate_normal negative_binomial
        noncentral_chisquare noncentral_f normal pareto permutation poisson power rand randint randn random
        random_integers random_sample ranf rayleigh sample standard_cauchy standard_exponential standard_gamma
        standard_normal standard_t triangular uniform vonmises wald weibull zipf""",
            ARRAY,
        ),
        {
            "numpy.random.default_rng": "numpy.random.Generator",
            "numpy.random.Generator.*": ARRAY,
            "numpy.random.Generator.spawn": "tuple[numpy.random.Generator]",
            "numpy.random.Generator.shuffle": "",
            "numpy.random.RandomState.*": ARRAY,
            "numpy.random.RandomState.seed": "",
            "numpy.random.RandomState.get_state": "",
            "numpy.random.RandomState.set_state": "",
            "numpy.random.RandomState.shuffle": "",
            "numpy.random.SeedSequence.generate_state": ARRAY,
            "numpy.random.SeedSequence.spawn": "tuple[numpy.random.SeedSequence]",
            "numpy.random.BitGenerator.jumped": "self",
            "numpy.random.BitGenerator.spawn": "tuple[numpy.random.BitGenerator]",
        },
        {
            f"{ARRAY}.*": ARRAY,
            f"{ARRAY}.tolist": "",
            f"{ARRAY}.item": "",
            f"{ARRAY}.tobytes": "bytes",
            f"{ARRAY}.dumps": "bytes",
            f"{ARRAY}.nonzero": f"tuple[{ARRAY}]",
        },
        _each(ARRAY, "dump fill itemset partition put resize setfield setflags sort tofile", ""),
    )
)

_PANDAS = _merge(
    (
        _each(
            "pandas",
            "read_clipboard read_csv read_excel read_feather read_fwf read_gbq read_json read_orc read_parquet "
            "read_pickle read_sas read_spss read_sql read_sql_query read_sql_table read_stata read_table read_xml "
            "json_normalize merge merge_asof merge_ordered pivot pivot_table melt crosstab get_dummies wide_to_long "
            "from_dummies",
            FRAME,
        ),
        _each("pandas", "date_range bdate_range period_range timedelta_range interval_range", INDEX),
        {
            "pandas.concat": "pandas.core.generic.NDFrame",
            "pandas.cut": SERIES,
            "pandas.qcut": SERIES,
            "pandas.to_datetime": "",
            "pandas.to_numeric": "",
            "pandas.unique": ARRAY,
        },
        _each(
            FRAME,
            """
        abs add add_prefix add_suffix align applymap asfreq asof assign astype bfill clip combine
        combine_first convert_dtypes copy corr cov cummax cummin cumprod cumsum describe diff div divide drop
        drop_duplicates dropna eq explode ffill fillna filter floordiv from_dict from_records ge gt head
        infer_objects interpolate isin isna isnull join le lt map mask melt merge mod mul multiply ne nlargest
        notna notnull nsmallest pct_change pivot pivot_table pow query radd rank rdiv reindex rename
        rename_axis reorder_levels replace reset_index rmul round rsub rtruediv sample select_dtypes set_axis
        set_index shift sort_index sort_values sub subtract swaplevel tail to_period to_timestamp transform
        transpose truediv truncate tz_convert tz_localize where""",
            FRAME,
        ),
        _each(
            FRAME,
            "all any count duplicated idxmax idxmin kurt max mean median min mode nunique prod product quantile "
            "sem skew "
            "std sum value_counts var memory_usage pop",
            SERIES,
        ),
        _each(FRAME, "groupby resample", GROUPS),
        _each(FRAME, "rolling expanding ewm", "pandas.core.window.Window"),
        {f"{FRAME}.to_numpy": ARRAY, f"{FRAME}.to_dict": "dict", f"{FRAME}.to_records": ARRAY},
        _each(
            SERIES,
            """
        abs add add_prefix add_suffix apply asfreq astype between bfill clip combine combine_first
        convert_dtypes copy cummax cummin cumprod cumsum describe diff div divide drop drop_duplicates dropna
        duplicated eq explode ffill fillna filter floordiv ge gt head infer_objects interpolate isin isna
        isnull le lt map mask mod mode mul multiply ne nlargest notna notnull nsmallest pct_change pow radd
        rank rdiv reindex rename rename_axis repeat replace rmul round rsub sample set_axis shift sort_index
        sort_values sub subtract swaplevel tail transform truediv truncate value_counts where reset_index""",
            SERIES,
        ),
        _each(SERIES, "to_numpy unique argsort searchsorted", ARRAY),
        _each(SERIES, "tolist to_list", "list"),
        _each(SERIES, "mean median std var sum prod min max quantile sem skew kurt any all nunique", "numpy.float64"),
        {
            f"{SERIES}.to_frame": FRAME,
            f"{SERIES}.unstack": FRAME,
            f"{SERIES}.groupby": GROUPS,
            f"{SERIES}.resample": GROUPS,
            f"{SERIES}.to_dict": "dict",
            f"{SERIES}.rolling": "pandas.core.window.Window",
            f"{SERIES}.expanding": "pandas.core.window.Window",
            f"{SERIES}.ewm": "pandas.core.window.Window",
        },
        {
            "pandas.core.window.Window.*": FRAME,
            "pandas.core.strings.StringMethods.*": SERIES,
            "pandas.core.indexes.accessors.DatetimeProperties.*": SERIES,
        },
        _each(
            GROUPS,
            "agg aggregate all any apply bfill count cumcount cummax cummin cumprod cumsum describe diff ffill fillna "
            "filter first head idxmax idxmin last max mean median min ngroup nth nunique ohlc pct_change prod "
            "quantile rank "
            "sample sem shift size skew std sum tail transform value_counts var",
            FRAME,
        ),
        _each(
            INDEX,
            "append astype delete difference drop drop_duplicates dropna fillna get_level_values insert intersection "
            "isin map repeat set_names sort_values symmetric_difference take union unique",
            INDEX,
        ),
        _each(INDEX, "tolist to_list", "list"),
        {f"{INDEX}.to_numpy": ARRAY, f"{INDEX}.to_frame": FRAME, f"{INDEX}.to_series": SERIES},
        _each(
            "polars",
            "read_csv read_parquet read_json read_ndjson read_excel read_ipc read_avro read_database from_dict "
            "from_dicts from_numpy from_pandas from_records",
            "polars.DataFrame",
        ),
        _each(
            "polars.DataFrame",
            "sample filter select with_columns sort head tail drop drop_nulls unique join rename limit slice "
            "clone fill_null fill_nan",
            "polars.DataFrame",
        ),
        _each("polars", "scan_csv scan_parquet scan_ndjson scan_ipc", "polars.LazyFrame"),
        _each(
            "polars.LazyFrame",
            "filter select with_columns sort head tail drop drop_nulls unique join rename limit slice lazy",
            "polars.LazyFrame",
        ),
        {"polars.DataFrame.lazy": "polars.LazyFrame", "polars.LazyFrame.collect": "polars.DataFrame"},
        _each("polars.Series", "sample sort head tail unique shuffle cast fill_null fill_nan filter", "polars.Series"),
        _each("dask.dataframe", "read_csv read_parquet read_json read_table from_pandas", "dask.dataframe.DataFrame"),
        _each("dask.bag", "from_sequence read_text", "dask.bag.Bag"),
    )
)

_SKLEARN_MODULES = _words("""
        calibration cluster compose covariance cross_decomposition decomposition discriminant_analysis dummy
        ensemble feature_extraction.text feature_selection gaussian_process impute isotonic
        kernel_approximation kernel_ridge linear_model manifold mixture model_selection multiclass multioutput
        naive_bayes neighbors neural_network pipeline preprocessing random_projection semi_supervised svm tree""")

_SKLEARN = _merge(
    (
        _each(ESTIMATOR, "fit partial_fit set_params", "self"),
        _each(ESTIMATOR, "decision_function predict predict_log_proba predict_proba", ARRAY),
        _each(ESTIMATOR, "score", "float"),
        _each(
            "sklearn.datasets",
            "make_blobs make_circles make_classification make_friedman1 make_friedman2 make_friedman3 "
            "make_gaussian_quantiles make_hastie_10_2 make_moons make_multilabel_classification make_regression "
            "make_s_curve "
            "make_sparse_uncorrelated make_swiss_roll",
            f"tuple[{ARRAY}]",
        ),
        {
            "sklearn.metrics.confusion_matrix": ARRAY,
            "sklearn.model_selection.train_test_split": "tuple[<argument>]",
            "sklearn.utils.shuffle": "<argument>",
            "sklearn.utils.resample": "<argument>",
            "sklearn.pipeline.make_pipeline": "sklearn.pipeline.Pipeline",
            "sklearn.pipeline.make_union": "sklearn.pipeline.FeatureUnion",
            "sklearn.compose.make_column_transformer": "sklearn.compose.ColumnTransformer",
        },
    )
)

_OTHERS = {
    "gymnasium.make": "gymnasium.Env",
    "gym.make": "gym.Env",
    "gymnasium.make_vec": "gymnasium.vector.VectorEnv",
    "cv2.imread": ARRAY,
    "cv2.imdecode": ARRAY,
    "cv2.resize": ARRAY,
    "cv2.cvtColor": ARRAY,
    "cv2.flip": ARRAY,
    "cv2.warpAffine": ARRAY,
    "cv2.warpPerspective": ARRAY,
    "cv2.GaussianBlur": ARRAY,
    "skimage.io.imread": ARRAY,
    "skimage.transform.resize": ARRAY,
    "skimage.transform.rotate": ARRAY,
    "imageio.imread": ARRAY,
    "soundfile.read": "",
    "librosa.load": "",
    "scipy.ndimage.*": ARRAY,
    "scipy.special.*": "",
    "datasets.load_dataset": "datasets.Dataset",
    "datasets.load_from_disk": "datasets.Dataset",
    "datasets.concatenate_datasets": "datasets.Dataset",
    "datasets.Dataset.shuffle": "datasets.Dataset",
    "datasets.Dataset.map": "datasets.Dataset",
    "datasets.Dataset.filter": "datasets.Dataset",
    "datasets.Dataset.select": "datasets.Dataset",
    "datasets.Dataset.from_dict": "datasets.Dataset",
    "datasets.Dataset.from_pandas": "datasets.Dataset",
    "datasets.Dataset.train_test_split": "datasets.DatasetDict",
}

# What is made and then drawn from.
_DRAWN_FROM = _merge(
    (
        {
            f"scipy.stats.{name}": "scipy.stats.rv_frozen"
            for name in _words("""
        alpha anglit arcsine argus bernoulli beta betabinom betanbinom betaprime binom boltzmann bradford
        burr burr12 cauchy chi chi2 cosine crystalball dgamma dlaplace dpareto_lognorm dweibull erlang expon
        exponnorm exponpow exponweib f fatiguelife fisk foldcauchy foldnorm gamma gausshyper genexpon
        genextreme gengamma genhalflogistic genhyperbolic geninvgauss genlogistic gennorm genpareto geom
        gibrat gompertz gumbel_l gumbel_r halfcauchy halfgennorm halflogistic halfnorm hypergeom hypsecant
        invgamma invgauss invweibull irwinhall jf_skew_t johnsonsb johnsonsu kappa3 kappa4 ksone kstwo
        kstwobign landau laplace laplace_asymmetric levy levy_l levy_stable loggamma logistic loglaplace
        lognorm logser loguniform lomax maxwell mielke moyal nakagami nbinom ncf nchypergeom_fisher
        nchypergeom_wallenius nct ncx2 nhypergeom norm norminvgauss pareto pearson3 planck poisson
        poisson_binom powerlaw powerlognorm powernorm randint rayleigh rdist recipinvgauss reciprocal
        rel_breitwigner rice semicircular skellam skewcauchy skewnorm studentized_range t trapezoid triang
        truncexpon truncnorm truncpareto truncweibull_min tukeylambda uniform vonmises vonmises_line wald
        weibull_max weibull_min wrapcauchy yulesimon zipf zipfian""")
        },
        _each(
            "scipy.stats",
            "multivariate_normal multivariate_t matrix_normal dirichlet wishart invwishart multinomial "
            "special_ortho_group ortho_group unitary_group multivariate_hypergeom random_table uniform_direction "
            "vonmises_fisher",
            "scipy.stats.multi_rv_frozen",
        ),
        {f"scipy.stats.{name}": f"scipy.stats.{name}" for name in _words("gaussian_kde rv_discrete rv_histogram")},
        _each("scipy.stats.rv_frozen", "rvs pdf cdf ppf sf isf logpdf pmf", ARRAY),
        _each("scipy.stats.multi_rv_frozen", "rvs pdf logpdf", ARRAY),
        _each("polars", "col lit all element when", "polars.Expr"),
        {"polars.Expr.*": "polars.Expr"},
        _each("polars.DataFrame", "get_column to_series drop_in_place", "polars.Series"),
        _each(
            "dask.dataframe.DataFrame",
            "assign astype compute drop dropna fillna map_partitions merge persist query rename repartition "
            "reset_index sample set_index",
            "dask.dataframe.DataFrame",
        ),
        {"dask.dataframe.DataFrame.compute": FRAME},
        _each("dask.bag.Bag", "filter map map_partitions pluck random_sample remove repartition", "dask.bag.Bag"),
        _each(
            "datasets.Dataset",
            "add_column cast class_encode_column flatten remove_columns rename_column rename_columns select_columns "
            "sort take skip shard with_format",
            "datasets.Dataset",
        ),
        {"datasets.Dataset.from_csv": "datasets.Dataset", "datasets.Dataset.from_json": "datasets.Dataset"},
        {"datasets.Dataset.from_list": "datasets.Dataset", "datasets.Dataset.from_generator": "datasets.Dataset"},
        _each(
            "ray.data",
            "from_items from_numpy from_pandas range read_csv read_images read_json read_parquet read_text",
            "ray.data.Dataset",
        ),
        _each(
            "ray.data.Dataset",
            "filter flat_map limit map map_batches materialize random_sample random_shuffle repartition sort",
            "ray.data.Dataset",
        ),
    )
)

_ATTRIBUTES = _merge(
    (
        _each(ARRAY, "T real imag flat base", ARRAY),
        _each(ARRAY, "size ndim itemsize nbytes", "int"),
        {f"{ARRAY}.shape": "tuple[int]", f"{ARRAY}.dtype": "numpy.dtype"},
        _each(FRAME, "T loc iloc", FRAME),
        _each(FRAME, "at iat", ""),
        _each(FRAME, "index columns", INDEX),
        {f"{FRAME}.[text]": SERIES, f"{ARRAY}.[text]": ARRAY},
        {
            f"{FRAME}.values": ARRAY,
            f"{FRAME}.dtypes": SERIES,
            f"{FRAME}.shape": "tuple[int]",
            f"{FRAME}.size": "int",
            f"{FRAME}.empty": "bool",
        },
        _each(SERIES, "loc iloc T", SERIES),
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
        _each(PATH, "parent", PATH),
        _each(PATH, "name stem suffix anchor drive root", "str"),
        _each(PATH, "parts", "tuple[str]"),
        {"numpy.random.Generator.bit_generator": "numpy.random.BitGenerator", "sys.argv": "list", "os.sep": "str"},
        _each("datetime.datetime", "year month day hour minute second microsecond", "int"),
        _each("uuid.UUID", "int node time clock_seq", "int"),
        _each("uuid.UUID", "hex", "str"),
        _each("uuid.UUID", "bytes bytes_le", "bytes"),
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

_NETWORKX_MODULES = _words("""
        algorithms.centrality.betweenness algorithms.centrality.current_flow_betweenness algorithms.mis
        algorithms.richclub algorithms.similarity algorithms.smallworld algorithms.sparsifiers algorithms.swap
        algorithms.tree.mst drawing.layout generators generators.cographs generators.community generators.degree_seq
        generators.directed generators.duplication generators.expanders generators.geometric
        generators.internet_as_graphs generators.intersection generators.joint_degree_seq generators.random_clustered
        generators.random_graphs generators.spectral_graph_forge generators.trees linalg.algebraicconnectivity""")

_ALIASES = _merge(
    (
        {
            f"numpy.{module}": "numpy"
            for module in _words("""
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
            for private in _words("""
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
        _each(
            "networkx.algorithms.approximation",
            "clustering_coefficient distance_measures maxcut traveling_salesman",
            "networkx.algorithms.approximation",
        ),
        _each(
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
    **{f"sklearn.{module}.*": (ESTIMATOR,) for module in _SKLEARN_MODULES},
}

LIBRARY = Library(
    aliases=_ALIASES,
    returns=_merge(
        (
            {f"builtins.{name}": kind for name, kind in _BUILTINS.items()},
            _METHODS,
            _STANDARD_LIBRARY,
            _NUMPY,
            _PANDAS,
            _SKLEARN,
            _OTHERS,
            _DRAWN_FROM,
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
