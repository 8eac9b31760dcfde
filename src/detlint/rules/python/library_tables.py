"""The types of what NumPy, pandas, Polars and Dask give: arrays, tables and their columns."""

from __future__ import annotations

from detlint.rules.python.library_types import (
    ARRAY,
    FRAME,
    GROUPS,
    INDEX,
    SERIES,
    each,
    merge,
    words,
)

NUMPY = merge(
    (
        each(
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
        each("numpy", "array_split split hsplit vsplit broadcast_arrays meshgrid", f"tuple[{ARRAY}]"),
        each(
            "numpy",
            "nonzero tril_indices triu_indices diag_indices histogram histogram2d modf frexp divmod unravel_index",
            f"tuple[{ARRAY}]",
        ),
        each("numpy", "allclose array_equal array_equiv isscalar iterable may_share_memory shares_memory", "bool"),
        each("numpy", "ndim size", "int"),
        each("numpy", "array2string array_repr array_str base_repr binary_repr", "str"),
        {
            f"numpy.{name}": f"numpy.{name}"
            for name in words("""
        bool_ int_ intc intp int8 int16 int32 int64 uint uint8 uint16 uint32 uint64 float_ float16 float32
        float64 longdouble single double half complex64 complex128 str_ bytes_ datetime64 timedelta64 dtype
        finfo iinfo ndarray memmap vectorize""")
        },
        each(
            "numpy.linalg",
            "cholesky cond det inv lstsq matrix_power matrix_rank multi_dot norm pinv solve tensorinv "
            "tensorsolve eigvals eigvalsh svdvals",
            ARRAY,
        ),
        each("numpy.linalg", "eig eigh slogdet", f"tuple[{ARRAY}]"),
        {"numpy.fft.*": ARRAY, "numpy.char.*": ARRAY, "numpy.ma.*": ARRAY},
        each(
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
        each(ARRAY, "dump fill itemset partition put resize setfield setflags sort tofile", ""),
    )
)

PANDAS = merge(
    (
        each(
            "pandas",
            "read_clipboard read_csv read_excel read_feather read_fwf read_gbq read_json read_orc read_parquet "
            "read_pickle read_sas read_spss read_sql read_sql_query read_sql_table read_stata read_table read_xml "
            "json_normalize merge merge_asof merge_ordered pivot pivot_table melt crosstab get_dummies wide_to_long "
            "from_dummies",
            FRAME,
        ),
        each("pandas", "date_range bdate_range period_range timedelta_range interval_range", INDEX),
        {
            "pandas.concat": "pandas.core.generic.NDFrame",
            "pandas.cut": SERIES,
            "pandas.qcut": SERIES,
            "pandas.to_datetime": "",
            "pandas.to_numeric": "",
            "pandas.unique": ARRAY,
        },
        each(
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
        each(
            FRAME,
            "all any count duplicated idxmax idxmin kurt max mean median min mode nunique prod product quantile "
            "sem skew "
            "std sum value_counts var memory_usage pop",
            SERIES,
        ),
        each(FRAME, "groupby resample", GROUPS),
        each(FRAME, "rolling expanding ewm", "pandas.core.window.Window"),
        {f"{FRAME}.to_numpy": ARRAY, f"{FRAME}.to_dict": "dict", f"{FRAME}.to_records": ARRAY},
        each(
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
        each(SERIES, "to_numpy unique argsort searchsorted", ARRAY),
        each(SERIES, "tolist to_list", "list"),
        each(SERIES, "mean median std var sum prod min max quantile sem skew kurt any all nunique", "numpy.float64"),
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
        each(
            GROUPS,
            "agg aggregate all any apply bfill count cumcount cummax cummin cumprod cumsum describe diff ffill fillna "
            "filter first head idxmax idxmin last max mean median min ngroup nth nunique ohlc pct_change prod "
            "quantile rank "
            "sample sem shift size skew std sum tail transform value_counts var",
            FRAME,
        ),
        each(
            INDEX,
            "append astype delete difference drop drop_duplicates dropna fillna get_level_values insert intersection "
            "isin map repeat set_names sort_values symmetric_difference take union unique",
            INDEX,
        ),
        each(INDEX, "tolist to_list", "list"),
        {f"{INDEX}.to_numpy": ARRAY, f"{INDEX}.to_frame": FRAME, f"{INDEX}.to_series": SERIES},
        each(
            "polars",
            "read_csv read_parquet read_json read_ndjson read_excel read_ipc read_avro read_database from_dict "
            "from_dicts from_numpy from_pandas from_records",
            "polars.DataFrame",
        ),
        each(
            "polars.DataFrame",
            "sample filter select with_columns sort head tail drop drop_nulls unique join rename limit slice "
            "clone fill_null fill_nan",
            "polars.DataFrame",
        ),
        each("polars", "scan_csv scan_parquet scan_ndjson scan_ipc", "polars.LazyFrame"),
        each(
            "polars.LazyFrame",
            "filter select with_columns sort head tail drop drop_nulls unique join rename limit slice lazy",
            "polars.LazyFrame",
        ),
        {"polars.DataFrame.lazy": "polars.LazyFrame", "polars.LazyFrame.collect": "polars.DataFrame"},
        each("polars.Series", "sample sort head tail unique shuffle cast fill_null fill_nan filter", "polars.Series"),
        each("dask.dataframe", "read_csv read_parquet read_json read_table from_pandas", "dask.dataframe.DataFrame"),
        each("dask.bag", "from_sequence read_text", "dask.bag.Bag"),
    )
)
