"""The types of what scikit-learn and smaller libraries give, and of what is made to be drawn from."""

from __future__ import annotations

from detlint.rules.python.library_types import (
    ARRAY,
    ESTIMATOR,
    FRAME,
    each,
    merge,
    words,
)

SKLEARN_MODULES = words("""
        calibration cluster compose covariance cross_decomposition decomposition discriminant_analysis dummy
        ensemble feature_extraction.text feature_selection gaussian_process impute isotonic
        kernel_approximation kernel_ridge linear_model manifold mixture model_selection multiclass multioutput
        naive_bayes neighbors neural_network pipeline preprocessing random_projection semi_supervised svm tree""")

SKLEARN = merge(
    (
        each(ESTIMATOR, "fit partial_fit set_params set_output", "self"),
        each(ESTIMATOR, "decision_function predict predict_log_proba predict_proba", ARRAY),
        each(ESTIMATOR, "score", "float"),
        each(
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

OTHERS = {
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
# What is made and then drawn from.
DRAWN_FROM = merge(
    (
        {
            f"scipy.stats.{name}": "scipy.stats.rv_frozen"
            for name in words("""
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
        each(
            "scipy.stats",
            "multivariate_normal multivariate_t matrix_normal dirichlet wishart invwishart multinomial "
            "special_ortho_group ortho_group unitary_group multivariate_hypergeom random_table uniform_direction "
            "vonmises_fisher",
            "scipy.stats.multi_rv_frozen",
        ),
        {f"scipy.stats.{name}": f"scipy.stats.{name}" for name in words("gaussian_kde rv_discrete rv_histogram")},
        each("scipy.stats.rv_frozen", "rvs pdf cdf ppf sf isf logpdf pmf", ARRAY),
        each("scipy.stats.multi_rv_frozen", "rvs pdf logpdf", ARRAY),
        each("polars", "col lit all element when", "polars.Expr"),
        {"polars.Expr.*": "polars.Expr"},
        each("polars.DataFrame", "get_column to_series drop_in_place", "polars.Series"),
        each(
            "dask.dataframe.DataFrame",
            "assign astype compute drop dropna fillna map_partitions merge persist query rename repartition "
            "reset_index sample set_index",
            "dask.dataframe.DataFrame",
        ),
        {"dask.dataframe.DataFrame.compute": FRAME},
        each("dask.bag.Bag", "filter map map_partitions pluck random_sample remove repartition", "dask.bag.Bag"),
        each(
            "datasets.Dataset",
            "add_column cast class_encode_column flatten remove_columns rename_column rename_columns select_columns "
            "sort take skip shard with_format",
            "datasets.Dataset",
        ),
        {"datasets.Dataset.from_csv": "datasets.Dataset", "datasets.Dataset.from_json": "datasets.Dataset"},
        {"datasets.Dataset.from_list": "datasets.Dataset", "datasets.Dataset.from_generator": "datasets.Dataset"},
        each(
            "ray.data",
            "from_items from_numpy from_pandas range read_csv read_images read_json read_parquet read_text",
            "ray.data.Dataset",
        ),
        each(
            "ray.data.Dataset",
            "filter flat_map limit map map_batches materialize random_sample random_shuffle repartition sort",
            "ray.data.Dataset",
        ),
    )
)
