"""What the index knows of torch and of the libraries around it: other spellings of names, and what gives tensors.

Gives one `Library`. The lists follow torch 2.15; a callable that gives a tensor or a tuple of tensors by its arguments
(`max`, `median`, `unique`) stands as giving a tensor: unpacking it or taking an item of it gives tensors as well.
"""

from __future__ import annotations

from detlint.plugins import Library

TENSOR = "torch.Tensor"
TENSORS = "tuple[torch.Tensor]"
MODULE = "torch.nn.Module"


def _each(prefix: str, names: str, kind: str) -> dict[str, str]:
    """The same type for many names under a prefix."""
    return {f"{prefix}.{name}": kind for name in names.split()}


def _moved(source: str, names: str, target: str) -> dict[str, str]:
    """Names that stand under one prefix and are known under another."""
    return {f"{source}.{name}": f"{target}.{name}" for name in names.split()}


# --- aliases ----------------------------------------------------------------------------------------------------------
_LAYER_MODULES = """activation adaptive batchnorm channelshuffle container conv distance dropout flatten fold
    instancenorm lazy linear loss module normalization padding pixelshuffle pooling rnn sparse transformer
    upsampling"""

_ALIASES = {
    **_each("torch.nn.modules", _LAYER_MODULES, "torch.nn"),
    "torch.nn.modules": "torch.nn",
    "torch.nn.parameter": "torch.nn",
    "torch.nn.backends.thnn": "torch.nn",
    "torch.functional": "torch",
    "torch._tensor.Tensor": TENSOR,
    "torch.tensor.Tensor": TENSOR,
    "torch.autograd.Variable": "torch.tensor",
    "torch.autograd.variable.Variable": "torch.tensor",
    "torch.masked._ops": "torch.masked",
    "torch.random.manual_seed": "torch.manual_seed",
    "torch.random.seed": "torch.seed",
    "torch.cuda.random": "torch.cuda",
    "torch.autograd.grad_mode": "torch.autograd",
    "torch.autograd.no_grad": "torch.no_grad",
    "torch.autograd.enable_grad": "torch.enable_grad",
    "torch.autograd.inference_mode": "torch.inference_mode",
    "torch.autograd.set_grad_enabled": "torch.set_grad_enabled",
    "torch.utils.data.dataloader.DataLoader": "torch.utils.data.DataLoader",
    "torch.utils.data.dataset": "torch.utils.data",
    "torch.utils.data.sampler": "torch.utils.data",
    "torch.utils.data.distributed": "torch.utils.data",
    "torch.optim.adam": "torch.optim",
    "torch.optim.adamw": "torch.optim",
    "torch.optim.sgd": "torch.optim",
    "torch.optim.optimizer": "torch.optim",
    **_moved("torchvision.ops.roi_align", "roi_align RoIAlign", "torchvision.ops"),
    **_moved("torchvision.ops.roi_pool", "roi_pool RoIPool", "torchvision.ops"),
    **_moved("torchvision.ops.ps_roi_align", "ps_roi_align PSRoIAlign", "torchvision.ops"),
    **_moved("torchvision.ops.ps_roi_pool", "ps_roi_pool PSRoIPool", "torchvision.ops"),
    **_moved("torchvision.ops.deform_conv", "deform_conv2d DeformConv2d", "torchvision.ops"),
    **_moved("torchvision.ops.poolers", "MultiScaleRoIAlign", "torchvision.ops"),
    "torchvision.transforms.transforms": "torchvision.transforms",
    "torch_scatter.scatter.scatter": "torch_scatter.scatter",
    **_moved("torch_scatter.scatter", "scatter_add scatter_sum scatter_mean scatter_mul scatter_min scatter_max",
             "torch_scatter"),
    "torch_geometric.utils.scatter.scatter": "torch_geometric.utils.scatter",
    "torch_geometric.utils._scatter.scatter": "torch_geometric.utils.scatter",
    "pytorch_lightning": "lightning.pytorch",
    **_moved("lightning", "Trainer LightningModule LightningDataModule Callback seed_everything callbacks loggers",
             "lightning.pytorch"),
    "lightning.pytorch.trainer.Trainer": "lightning.pytorch.Trainer",
    "lightning.pytorch.trainer.trainer.Trainer": "lightning.pytorch.Trainer",
    "lightning.pytorch.core.LightningModule": "lightning.pytorch.LightningModule",
    "lightning.pytorch.utilities.seed.seed_everything": "lightning.pytorch.seed_everything",
    "lightning.fabric.utilities.seed.seed_everything": "lightning.pytorch.seed_everything",
    "lightning_fabric": "lightning.fabric",
    **_moved("transformers.training_args", "TrainingArguments", "transformers"),
    **_moved("transformers.training_args_seq2seq", "Seq2SeqTrainingArguments", "transformers"),
    **_moved("transformers.trainer", "Trainer", "transformers"),
    **_moved("transformers.trainer_seq2seq", "Seq2SeqTrainer", "transformers"),
    "trl.trainer": "trl",
    "lightning.pytorch.Callback": "lightning.pytorch.callbacks.Callback",
    "lightning.pytorch.callbacks.callback.Callback": "lightning.pytorch.callbacks.Callback",
}  # fmt: skip

# --- functions --------------------------------------------------------------------------------------------------------
_FUNCTIONS = """abs abs_ absolute acos acos_ acosh acosh_ adaptive_avg_pool1d add addbmm addcdiv addcmul addmm addmv
    addmv_ addr adjoint affine_grid_generator alias_copy all alpha_dropout alpha_dropout_ amax amin angle any arange
    arccos arccos_ arccosh arccosh_ arcsin arcsin_ arcsinh arcsinh_ arctan arctan2 arctan_ arctanh arctanh_ argmax
    argmin argsort argwhere as_strided as_strided_ as_strided_copy as_strided_scatter as_tensor asarray asin asin_
    asinh asinh_ atan atan2 atan_ atanh atanh_ atleast_1d atleast_2d atleast_3d avg_pool1d baddbmm bartlett_window
    batch_norm bernoulli bilinear binary_cross_entropy_with_logits bincount binomial bitwise_and bitwise_left_shift
    bitwise_not bitwise_or bitwise_right_shift bitwise_xor blackman_window block_diag bmm broadcast_to bucketize
    cartesian_prod cat ccol_indices_copy cdist ceil ceil_ celu celu_ chain_matmul channel_shuffle cholesky
    cholesky_inverse cholesky_solve clamp clamp_ clamp_max clamp_max_ clamp_min clamp_min_ clip clip_ clone
    column_stack combinations complex concat concatenate conj conj_physical conj_physical_ constant_pad_nd conv1d
    conv2d conv3d conv_tbc conv_transpose1d conv_transpose2d conv_transpose3d convolution copysign corrcoef cos cos_
    cosh cosh_ cosine_embedding_loss cosine_similarity count_nonzero cov cross ctc_loss cumprod cumsum
    cumulative_trapezoid deg2rad deg2rad_ dequantize det detach detach_ detach_copy diag diag_embed diagflat
    diagonal diagonal_copy diagonal_scatter diff digamma dist div divide dot dropout dropout_ dsmm dstack einsum
    embedding embedding_renorm_ empty empty_like empty_permuted empty_quantized empty_strided eq erf erf_ erfc erfc_
    erfinv exp exp2 exp2_ exp_ expand_copy expm1 expm1_ eye fake_quantize_per_channel_affine
    fake_quantize_per_tensor_affine feature_alpha_dropout feature_alpha_dropout_ feature_dropout feature_dropout_
    fill fill_ fix fix_ flatten flip fliplr flipud float_power floor floor_ floor_divide fmax fmin fmod frac frac_
    frobenius_norm from_dlpack from_file from_numpy frombuffer full full_like gather gcd gcd_ ge ger greater
    greater_equal grid_sampler grid_sampler_2d grid_sampler_3d group_norm gru_cell gt hamming_window hann_window
    hardshrink hash_tensor heaviside hinge_embedding_loss histc hsmm hspmm hstack hypot i0 i0_ igamma igammac imag
    index_add index_copy index_fill index_put index_put_ index_reduce index_select indices_copy inner instance_norm
    int_repr inverse isclose isfinite isin isinf isnan isneginf isposinf isreal istft kaiser_window kl_div kron
    layer_norm lcm lcm_ ldexp ldexp_ le lerp less less_equal lgamma linspace log log10 log10_ log1p log1p_ log2
    log2_ log_ log_softmax logaddexp logaddexp2 logcumsumexp logdet logical_and logical_not logical_or logical_xor
    logit logit_ logspace logsumexp lt lu_solve margin_ranking_loss masked_fill masked_scatter masked_select matmul
    matrix_exp matrix_power matrix_rank max max_pool1d max_pool2d max_pool3d maximum mean median min minimum mm
    moveaxis movedim msort mul multinomial multiply mv mvlgamma nan_to_num nan_to_num_ nanmean nanmedian nanquantile
    nansum narrow narrow_copy ne neg neg_ negative negative_ nextafter nonzero nonzero_static norm norm_except_dim
    normal not_equal nuclear_norm ones ones_like orgqr ormqr outer pairwise_distance pdist permute permute_copy
    pinverse pixel_shuffle pixel_unshuffle poisson poisson_nll_loss polar polygamma positive pow prelu prod put
    quantile quantize_per_channel quantize_per_tensor quantize_per_tensor_dynamic rad2deg rad2deg_ rand rand_like
    randint randint_like randn randn_like randperm range ravel real reciprocal reciprocal_ relu relu_ remainder
    renorm repeat_interleave reshape resize_as_ resolve_conj resolve_neg rms_norm rnn_relu_cell rnn_tanh_cell roll
    rot90 round round_ row_stack rrelu rrelu_ rsqrt rsqrt_ rsub saddmm scalar_tensor scatter scatter_add
    scatter_reduce searchsorted segment_reduce select select_copy select_scatter selu selu_ sgn sigmoid sigmoid_
    sign signbit sin sin_ sinc sinc_ sinh sinh_ slice_copy slice_scatter smm softmax sparse_bsc_tensor
    sparse_bsr_tensor sparse_compressed_tensor sparse_coo_tensor sparse_csc_tensor sparse_csr_tensor spmm sqrt sqrt_
    square square_ squeeze sspaddmm stack std stft sub subtract sum swapaxes swapdims t take take_along_dim tan tan_
    tanh tanh_ tensor tensordot threshold threshold_ tile trace transpose trapezoid trapz tril tril_indices
    triplet_margin_loss triu triu_indices true_divide trunc trunc_ unflatten unfold_copy unique unravel_index
    unsqueeze vander var vdot view_as_complex view_as_real view_copy vstack where xlogy xlogy_ zero_ zeros
    zeros_like BoolTensor ByteTensor CharTensor DoubleTensor FloatTensor HalfTensor IntTensor LongTensor ShortTensor
    BFloat16Tensor cuda.BoolTensor cuda.ByteTensor cuda.DoubleTensor cuda.FloatTensor cuda.HalfTensor cuda.IntTensor
    cuda.LongTensor"""
_TUPLES = """adaptive_max_pool1d aminmax cummax cummin eig embedding_bag frexp geqrf gru histogram kthvalue lobpcg
    lstm lstm_cell lstsq lu lu_unpack max_pool1d_with_indices mode native_batch_norm native_layer_norm pca_lowrank
    qr rnn_relu rnn_tanh slogdet sort std_mean svd svd_lowrank symeig topk triangular_solve unique_consecutive
    var_mean broadcast_tensors chunk dsplit gradient hsplit meshgrid split split_with_sizes tensor_split unbind
    unsafe_chunk vsplit"""
_FUNCTIONAL_OTHERS = """multi_head_attention_forward adaptive_max_pool1d_with_indices
    adaptive_max_pool2d_with_indices adaptive_max_pool3d_with_indices fractional_max_pool2d_with_indices
    fractional_max_pool3d_with_indices max_pool1d_with_indices max_pool2d_with_indices max_pool3d_with_indices"""
_LINALG_TUPLES = """cholesky_ex eig eigh inv_ex ldl_factor ldl_factor_ex lstsq lu lu_factor lu_factor_ex polar qr
    slogdet solve_ex svd"""
_RETURNS_OF_FUNCTIONS = {
    **_each("torch", _FUNCTIONS, TENSOR),
    **_each("torch", _TUPLES, TENSORS),
    "torch.nn.functional.*": TENSOR,
    **_each("torch.nn.functional", _FUNCTIONAL_OTHERS, TENSORS),
    "torch.linalg.*": TENSOR,
    **_each("torch.linalg", _LINALG_TUPLES, TENSORS),
    "torch.fft.*": TENSOR,
    "torch.special.*": TENSOR,
    "torch.masked.*": TENSOR,
    "torch.masked.masked_tensor": "",
    "torch.masked.as_masked_tensor": "",
    "torch.sparse.*": TENSOR,
    "torch.autograd.grad": TENSORS,
    "torch.nn.utils.clip_grad_norm_": TENSOR,
    "torch.nn.utils.parameters_to_vector": TENSOR,
    "torch.nn.utils.rnn.pad_sequence": TENSOR,
    "torch.get_rng_state": TENSOR,
    "torch.numel": "int",
    "torch.device": "torch.device",
    "torch.Generator": "torch.Generator",
    "torch.Generator.manual_seed": "self",
}

# --- methods and attributes of tensors --------------------------------------------------------------------------------
_NUMBERS = """element_size get_device ndimension nelement numel dim data_ptr storage_offset sparse_dim dense_dim
    q_zero_point q_per_channel_axis __len__"""
_TRUTHS = """allclose equal is_coalesced is_complex is_conj is_contiguous is_distributed is_floating_point
    is_inference is_neg is_nonzero is_pinned is_same_size is_set_to is_shared is_signed"""
_METHOD_TUPLES = """aminmax chunk cummax cummin dsplit eig frexp geqrf histogram hsplit kthvalue lstsq lu mode qr
    slogdet sort split split_with_sizes svd symeig tensor_split topk triangular_solve unbind unique_consecutive
    unsafe_chunk unsafe_split vsplit"""
_METHOD_UNKNOWN = """item size stride storage storage_type untyped_storage register_hook
    register_post_accumulate_grad_hook backward retain_grad record_stream reinforce module_load const_data_ptr
    dim_order as_subclass q_scale qscheme numpy_dtype has_names refine_names_ __array__ __dlpack__ __reduce_ex__"""
_ATTRIBUTE_TENSORS = "T mT H mH data grad real imag values indices"
_ATTRIBUTE_TRUTHS = """is_cpu is_cuda is_ipu is_leaf is_meta is_mkldnn is_mps is_nested is_quantized is_sparse
    is_sparse_csr is_xla is_xpu requires_grad retains_grad"""

_RETURNS_OF_TENSORS = {
    "torch.Tensor.*": TENSOR,
    **_each(TENSOR, _NUMBERS, "int"),
    **_each(TENSOR, _TRUTHS, "bool"),
    **_each(TENSOR, _METHOD_TUPLES, TENSORS),
    **_each(TENSOR, _METHOD_UNKNOWN, ""),
    "torch.Tensor.numpy": "numpy.ndarray",
    "torch.Tensor.__array__": "numpy.ndarray",
    "torch.Tensor.tolist": "list",
}
_ATTRIBUTES = {
    **_each(TENSOR, _ATTRIBUTE_TENSORS, TENSOR),
    **_each(TENSOR, _ATTRIBUTE_TRUTHS, "bool"),
    **_each(TENSOR, "ndim itemsize nbytes output_nr", "int"),
    "torch.Tensor.shape": "torch.Size",
    "torch.Tensor.device": "torch.device",
    "torch.Tensor.dtype": "torch.dtype",
    "torch.Tensor.layout": "torch.layout",
    "torch.Tensor.name": "str",
    "torch.nn.Module.weight": "torch.nn.Parameter",
    "torch.nn.Module.bias": "torch.nn.Parameter",
    "torch.nn.Module.training": "bool",
    "lightning.pytorch.LightningModule.device": "torch.device",
    "lightning.pytorch.LightningModule.trainer": "lightning.pytorch.Trainer",
    "lightning.pytorch.LightningDataModule.trainer": "lightning.pytorch.Trainer",
    "lightning.pytorch.cli.LightningCLI.trainer": "lightning.pytorch.Trainer",
}

# --- layers -----------------------------------------------------------------------------------------------------------
_SAME_MODULE = """apply bfloat16 cpu cuda double eval float half ipu requires_grad_ share_memory to to_empty train
    type xpu"""
_RETURNS_OF_MODULES = {
    "torch.nn.Module.__call__": TENSOR,
    **{f"torch.nn.{layer}.__call__": TENSORS for layer in ("LSTM", "GRU", "RNN", "LSTMCell", "MultiheadAttention")},
    **_each(MODULE, _SAME_MODULE, "self"),
    # A class of another file may be a model.
    **_each("?", "cpu cuda double eval float half bfloat16 requires_grad_ share_memory to to_empty", "self"),
    "torch.nn.Module.parameters": "typing.Iterator[torch.nn.Parameter]",
    "torch.nn.Module.buffers": "typing.Iterator[torch.Tensor]",
    "torch.nn.Module.modules": "typing.Iterator[torch.nn.Module]",
    "torch.nn.Module.children": "typing.Iterator[torch.nn.Module]",
    "torch.nn.Module.get_submodule": MODULE,
    "torch.nn.Module.get_parameter": "torch.nn.Parameter",
    "torch.nn.Module.get_buffer": TENSOR,
    **_each("torch.nn.utils", "weight_norm spectral_norm", MODULE),
    **_each("torch.nn.utils.parametrizations", "weight_norm spectral_norm orthogonal", MODULE),
    "torch.nn.EmbeddingBag.from_pretrained": "torch.nn.EmbeddingBag",
    "torch.nn.Embedding.from_pretrained": "torch.nn.Embedding",
    "torch.nn.SyncBatchNorm.convert_sync_batchnorm": MODULE,
    "torch.hub.load": "",
    "timm.create_model": MODULE,
    "lightning.pytorch.Trainer.from_argparse_args": "lightning.pytorch.Trainer",
    "mmengine.runner.Runner.from_cfg": "mmengine.runner.Runner",
    "transformers.pipeline": "transformers.Pipeline",
    "transformers.pipelines.pipeline": "transformers.Pipeline",
    **{f"torchvision.models{part}.*": MODULE for part in ("", ".segmentation", ".detection", ".video")},
    "torchvision.ops.*": TENSOR,
    **_each("torchvision.io", "read_image decode_image decode_jpeg decode_png read_file", TENSOR),
    **_each("torchvision.transforms.functional", "to_tensor pil_to_tensor normalize", TENSOR),
    "torchvision.transforms.ToTensor.__call__": TENSOR,
    "torchvision.transforms.PILToTensor.__call__": TENSOR,
    "torchvision.utils.make_grid": TENSOR,
    "torch_scatter.*": TENSOR,
    **_each("torch_scatter", "scatter_min scatter_max segment_min_coo segment_max_coo", TENSORS),
    **_each("torch_geometric.utils", "scatter softmax degree to_dense_adj one_hot segment cumsum", TENSOR),
    **_each("torch.distributions.Distribution", "sample rsample log_prob entropy cdf icdf", TENSOR),
}  # fmt: skip
_KINDS = "Bool Byte Char Double Float Half Int Long Short"
_BASES: dict[str, tuple[str, ...]] = {
    "torch.nn.*": (MODULE,),
    MODULE: (),
    "torch.nn.Parameter": (TENSOR,),
    "torch.nn.Buffer": (TENSOR,),
    "torch.nn.UninitializedParameter": (TENSOR,),
    "torch.nn.UninitializedBuffer": (TENSOR,),
    "torch.nn.LinearCrossEntropyOptions": (),
    **{f"torch.{kind}Tensor": (TENSOR,) for kind in _KINDS.split()},
    **{f"torch.cuda.{kind}Tensor": (TENSOR,) for kind in _KINDS.split()},
    **{f"torch.nn.LazyConv{n}d": (f"torch.nn.Conv{n}d", MODULE) for n in (1, 2, 3)},
    "torch.nn.parallel.*": (MODULE,),
    "torch.nn.quantized.*": (MODULE,),
    "torch.nn.NLLLoss2d": ("torch.nn.NLLLoss", MODULE),
    "torchvision.ops.*": (MODULE,),
    "torchvision.models.*": (MODULE,),
    "torchvision.models.resnet.*": (MODULE,),
    "torch_geometric.nn.*": (MODULE,),
    "lightning.pytorch.LightningModule": (MODULE,),
    "transformers.PreTrainedModel": (MODULE,),
    "timm.models.*": (MODULE,),
    "torch.optim.*": ("torch.optim.Optimizer",),
    "torch.optim.Optimizer": (),
    "torch.distributions.*": ("torch.distributions.Distribution",),
    "torch.distributions.Distribution": (),
}

# Methods that only tensors have; what others have as well (median, take) proves nothing. Others gather too, but not
# along a dimension: who asks about it looks at the arguments.
_TENSOR_ONLY = """scatter_ scatter_add scatter_add_ scatter_reduce scatter_reduce_ index_add index_add_ index_copy
    index_copy_ index_put index_put_ index_reduce index_reduce_ repeat_interleave take_along_dim kthvalue nanmedian
    histc put_ index_fill_ masked_fill masked_fill_ masked_scatter_ requires_grad_ unsqueeze unsqueeze_ squeeze_
    detach_ expand_as view_as type_as new_zeros new_ones new_full new_tensor new_empty normal_ uniform_ copy_ zero_
    fill_ addmm_ add_ mul_ div_ sub_ clamp_ clamp_min relu_ sigmoid_ logsumexp log_softmax is_floating_point gather"""

LIBRARY = Library(
    receivers=frozenset({"fit"}),
    aliases=_ALIASES,
    returns={**_RETURNS_OF_FUNCTIONS, **_RETURNS_OF_TENSORS, **_RETURNS_OF_MODULES},
    attributes=_ATTRIBUTES,
    bases=_BASES,
    arithmetic=(TENSOR,),
    elements={
        TENSOR: TENSOR,
        "torch.Size": "int",
        "torch.utils.data.DataLoader": TENSOR,
        "torch.nn.Sequential": MODULE,
        "torch.nn.ModuleList": MODULE,
        "torch.nn.ModuleDict": MODULE,
        "torch.nn.ParameterList": "torch.nn.Parameter",
        "torch.nn.ParameterDict": "torch.nn.Parameter",
    },
    parameters={"torch.nn.Module.forward": TENSOR},
    calls={MODULE: "forward"},
    unique_methods={
        **dict.fromkeys(_TENSOR_ONLY.split(), TENSOR),
        **dict.fromkeys(("update_all", "multi_update_all", "send_and_recv"), "dgl.DGLGraph"),
    },
)
