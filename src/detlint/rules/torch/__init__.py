"""The pack `torch`: PyTorch and what is built on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.plugins import Pack, hookimpl

if TYPE_CHECKING:
    from detlint.project.subjects import Subjects


@hookimpl
def detlint_pack() -> Pack:
    """Give the pack."""
    from detlint.project.batches import loops_over
    from detlint.rules.torch.attention_backend import AttentionBackend
    from detlint.rules.torch.compile_autotune import CompileAutotune
    from detlint.rules.torch.cudnn_benchmark import CudnnBenchmark
    from detlint.rules.torch.cudnn_nondeterministic import CudnnNondeterministic
    from detlint.rules.torch.dataloader_generator import DataloaderGenerator
    from detlint.rules.torch.dataloader_worker_seed import DataloaderWorkerSeed
    from detlint.rules.torch.deterministic_mode_missing import DeterministicModeMissing
    from detlint.rules.torch.deterministic_mode_weakened import TorchDeterministicModeWeakened
    from detlint.rules.torch.effects import EFFECTS, products
    from detlint.rules.torch.flag_effects import flag_effects
    from detlint.rules.torch.generation import EFFECTS as GENERATION_EFFECTS
    from detlint.rules.torch.graph_scatter import GraphScatter
    from detlint.rules.torch.library import LIBRARY
    from detlint.rules.torch.lightning_attribute import LightningAttribute
    from detlint.rules.torch.lightning_deterministic import LightningDeterministic
    from detlint.rules.torch.lightning_seed_workers import LightningSeedWorkers
    from detlint.rules.torch.needs_deterministic_mode import TorchNeedsDeterministicMode
    from detlint.rules.torch.nondeterministic_op import TorchNondeterministicOp
    from detlint.rules.torch.ops import describe
    from detlint.rules.torch.partial_cuda_seed import PartialCudaSeed
    from detlint.rules.torch.removed_determinism_api import RemovedDeterminismApi
    from detlint.rules.torch.sampler_set_epoch import SamplerSetEpoch
    from detlint.rules.torch.split_without_generator import SplitWithoutGenerator
    from detlint.rules.torch.transformers_determinism import TransformersDeterminism
    from detlint.rules.torch.uninitialized_memory import UninitializedMemory
    from detlint.rules.torch.unpinned_revision import UnpinnedRevision
    from detlint.rules.torch.unseeded_generation import UnseededGeneration
    from detlint.rules.torch.unseeded_torch import UnseededTorch
    from detlint.rules.torch.unseeded_torch_generator import UnseededTorchGenerator

    return Pack(
        name="torch",
        prefix="DET",
        rules=(
            TorchNondeterministicOp,
            TorchNeedsDeterministicMode,
            DeterministicModeMissing,
            TorchDeterministicModeWeakened,
            CudnnBenchmark,
            CudnnNondeterministic,
            UnseededTorch,
            PartialCudaSeed,
            UnseededTorchGenerator,
            RemovedDeterminismApi,
            UninitializedMemory,
            CompileAutotune,
            AttentionBackend,
            DataloaderWorkerSeed,
            DataloaderGenerator,
            SplitWithoutGenerator,
            SamplerSetEpoch,
            LightningDeterministic,
            LightningAttribute,
            LightningSeedWorkers,
            TransformersDeterminism,
            UnseededGeneration,
            UnpinnedRevision,
            GraphScatter,
        ),
        library=LIBRARY,
        effects=(EFFECTS, GENERATION_EFFECTS),
        statements=(flag_effects, products, loops_over("torch", ("torch.utils.data.DataLoader",))),
        facts=describe,
        subjects=_subjects,
        versions={"torch": "2.15.0", "lightning": "2.6.6", "transformers": "5.23.0"},
    )


def _subjects() -> Subjects:
    from detlint.rules.torch.subjects import subjects

    return subjects()
