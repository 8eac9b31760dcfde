"""DET412: LightGBM on a GPU."""

from __future__ import annotations

from detlint.diagnostics import Severity
from detlint.rules.base import Candidates, Example
from detlint.rules.xgboost import facts
from detlint.rules.xgboost.written import WrittenValue


class LightgbmGpu(WrittenValue):
    """Reports `device_type` or `device` of LightGBM where it is a GPU."""

    code = "DET412"
    name = "lightgbm-gpu"
    summary = "LightGBM with `device_type` or `device` gpu or cuda"
    why = """\
LightGBM's `deterministic=True` is for the CPU. On a GPU histograms are summed in an order that varies, with `gpu`
also in 32-bit by default (`gpu_use_dp=True` makes the differences smaller), and models are known not to repeat from
run to run. Reported is a GPU that is written out; a device that an argument or a file decides is not."""
    severity = Severity.WARNING
    library = "lightgbm"
    bad = (
        Example(
            "from lightgbm import LGBMRegressor\n\n"
            'LGBMRegressor(device="cuda", deterministic=True, force_row_wise=True)  # !\n'
        ),
        Example('import lightgbm as lgb\n\nlgb.train({"device_type": "gpu", "seed": 1}, data)  # !\n'),
    )
    good = (
        Example('from lightgbm import LGBMRegressor\n\nLGBMRegressor(device="cpu")\n'),
        Example(
            'import lightgbm as lgb\n\n\ndef train(device, data):\n    return lgb.train({"device": device}, data)\n'
        ),
    )
    sources = (
        "https://lightgbm.readthedocs.io/en/stable/Parameters.html#deterministic",
        "https://lightgbm.readthedocs.io/en/stable/Parameters.html#device_type",
    )
    candidates = Candidates(words=facts.words("lightgbm"))
