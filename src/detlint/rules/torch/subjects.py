"""What the pack `torch` can be asked of a program: torch's generators, its deterministic mode, cuDNN's flags."""

from __future__ import annotations

from detlint.project.subjects import Mode, RandomState, Subjects
from detlint.rules.torch.deterministic_mode_missing import missing
from detlint.rules.torch.flag_effects import MODES
from detlint.rules.torch.switches import BENCHMARK, DETERMINISTIC
from detlint.rules.torch.unseeded_torch import doubt, drawn


def subjects() -> Subjects:
    """Give them."""
    return Subjects(
        states=(RandomState("torch", "torch", "torch.manual_seed(SEED)", ("torch_cuda", "torch_mps", "torch_xpu")),),
        modes=(
            Mode(
                "torch",
                "torch deterministic mode",
                "torch.use_deterministic_algorithms(True)",
                library="torch",
                missing=missing,
            ),
            Mode(MODES[DETERMINISTIC], "cuDNN deterministic", f"{DETERMINISTIC} = True"),
            Mode(MODES[BENCHMARK], "cuDNN benchmark", f"{BENCHMARK} = False", good=False),
        ),
        drawn=drawn,
        doubt=doubt,
    )
