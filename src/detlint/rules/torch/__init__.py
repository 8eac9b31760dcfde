"""The pack `torch`: PyTorch and what is built on it."""

from __future__ import annotations

from detlint.plugins import Pack, hookimpl


@hookimpl
def detlint_pack() -> Pack:
    """Give the pack."""
    from detlint.rules.torch.cudnn_benchmark import CudnnBenchmark
    from detlint.rules.torch.cudnn_nondeterministic import CudnnNondeterministic
    from detlint.rules.torch.deterministic_mode_missing import DeterministicModeMissing
    from detlint.rules.torch.deterministic_mode_weakened import TorchDeterministicModeWeakened
    from detlint.rules.torch.effects import EFFECTS
    from detlint.rules.torch.library import LIBRARY
    from detlint.rules.torch.needs_deterministic_mode import TorchNeedsDeterministicMode
    from detlint.rules.torch.nondeterministic_op import TorchNondeterministicOp
    from detlint.rules.torch.ops import describe
    from detlint.rules.torch.removed_determinism_api import RemovedDeterminismApi
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
            UnseededTorchGenerator,
            RemovedDeterminismApi,
        ),
        library=LIBRARY,
        effects=(EFFECTS,),
        facts=describe,
        versions={"torch": "2.15.0", "lightning": "2.6.6", "transformers": "5.23.0"},
    )
