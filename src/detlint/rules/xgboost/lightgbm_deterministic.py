"""DET411: LightGBM without its deterministic mode."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence, Severity
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.xgboost import facts
from detlint.rules.xgboost.repairs import ParameterRepair
from detlint.rules.xgboost.uses import Use, never_trains, uses

if TYPE_CHECKING:
    from detlint.diagnostics import Fix
    from detlint.rules.xgboost.params import Parameters, Setting

_ON = (True, 1, "true", "True", "1", "+")
_FORCES = ("force_row_wise", "force_col_wise")
_OFF = "LightGBM's deterministic mode is off, so sums depend on the order in which threads finish."
_ABSENT = "LightGBM trains without `deterministic=True`, so sums depend on its threads and on timing."
_HALF = "LightGBM's `deterministic=True` needs the layout of the data fixed too, or timing chooses it."
_SOMETIMES = "LightGBM's deterministic mode is on for some values of the parameters only."


@dataclass(frozen=True, slots=True)
class _Lack:
    node: ast.AST
    message: str
    confidence: Confidence


class LightgbmDeterministic(Rule):
    """Reports parameters of LightGBM without `deterministic=True` and one of `force_row_wise` and `force_col_wise`."""

    code = "DET411"
    name = "lightgbm-deterministic"
    summary = "LightGBM without `deterministic=True` and one of `force_row_wise` and `force_col_wise`"
    why = """\
Threads of LightGBM sum histograms in parts, and which layout of the data is used is decided by timing both. Without
`deterministic=True` the same data and parameters gave two models in ten runs with four threads, and another one for
each number of threads; the documentation asks for one of `force_row_wise` and `force_col_wise` beside it. Seeds do
not help: LightGBM's have fixed defaults.

A params object is reported once, where it is made, however often it is used or copied; parameters that come from
elsewhere are low confidence."""
    severity = Severity.WARNING
    scope = "file"
    fix = "unsafe"
    bad = (
        Example(
            "from lightgbm import LGBMClassifier\n\nLGBMClassifier(random_state=1)  # !\n",
            fixed="from lightgbm import LGBMClassifier\n\n"
            "LGBMClassifier(random_state=1, deterministic=True, force_row_wise=True)\n",
        ),
        Example("from lightgbm import LGBMClassifier\n\nLGBMClassifier(random_state=1, deterministic=True)  # !\n"),
        Example(
            "import lightgbm as lgb\n\n"
            'PARAMS = {"objective": "binary", "seed": 1}  # !\n'
            "lgb.cv(PARAMS, data)\n"
            'lgb.train({**PARAMS, "max_depth": 5}, data)\n'
        ),
    )
    good = (
        Example("from lightgbm import LGBMClassifier\n\nLGBMClassifier(deterministic=True, force_row_wise=True)\n"),
        Example(
            "import lightgbm as lgb\n\n"
            'params = {"objective": "binary"}\n'
            "params.update(deterministic=True, force_col_wise=True)\n"
            "lgb.train(params, data)\n"
        ),
        Example("import lightgbm as lgb\n\nlgb.Dataset(x, label=y)\nlgb.Booster(model_file='model.txt')\n"),
    )
    sources = ("https://lightgbm.readthedocs.io/en/stable/Parameters.html#deterministic",)
    candidates = Candidates(words=facts.words("lightgbm"))

    def check_file(self) -> None:
        """Report each params object, or call with none, at its surest."""
        lacks: dict[ast.AST, _Lack] = {}
        asked = [
            use
            for use in uses(self.context.index, "lightgbm")
            if use.role not in ("search", "set") and not never_trains(self.context.index, use)
        ]
        # What some copies make right is not itself at fault: the others are.
        right = {use.parameters.root for use in asked if _lack(use) is None}
        for use in asked:
            lack = _lack(use, whole=use.parameters.root not in right)
            known = lacks.get(lack.node) if lack else None
            if lack is not None and (known is None or known.confidence < lack.confidence):
                lacks[lack.node] = lack
        for lack in lacks.values():
            self.report(
                lack.node,
                lack.message,
                "Set `deterministic=True` and `force_row_wise=True`.",
                confidence=lack.confidence,
                fix=self._fix(lack),
            )

    def _fix(self, lack: _Lack) -> Fix | None:
        """Turn the mode on and fix the layout, where the parameters are written."""
        step = ParameterRepair(self.context, lack.node)
        missing = dict.fromkeys(("deterministic", *_FORCES[:1]), "True")
        if lack.message is _OFF:
            if isinstance(step.value, ast.Constant) and step.value.value is False:
                step.set("True")
                return step.repair.unsafe("Turn the mode on")
            return None
        if lack.message is _HALF:
            del missing["deterministic"]
        if lack.message is _SOMETIMES or any(step.beside(name) for name in (*missing, *_FORCES)):
            return None
        step.add(**missing)
        return step.repair.unsafe("Turn the deterministic mode on")


def _lack(use: Use, *, whole: bool = True) -> _Lack | None:
    """What is missing. whole: at the object of which parameters are a copy, not at the copy."""
    parameters = use.parameters
    mode = parameters.get("deterministic")
    place = (parameters.root if whole else parameters.holder) or (use.inner or use.call).func
    if mode is not None and mode.exact and not mode.may_be(_ON):
        return _Lack(mode.node, _OFF, Confidence.HIGH)
    confidence = Confidence.LOW if parameters.open else Confidence.HIGH
    if mode is None:
        return _Lack(place, _ABSENT, confidence)
    if not mode.is_only(_ON):
        confidence = Confidence.LOW
    if mode.is_only(_ON) and _forced(parameters):
        return None
    if not any(_on(parameters.get(name)) for name in _FORCES):
        return _Lack(place, _HALF, confidence)
    return _Lack(place, _SOMETIMES, Confidence.LOW)


def _forced(parameters: Parameters) -> bool:
    settings = [parameters.get(name) for name in _FORCES]
    return any(setting is not None and setting.is_only(_ON) for setting in settings)


def _on(setting: Setting | None) -> bool:
    return setting is not None and (setting.may_be(_ON) or not setting.exact)
