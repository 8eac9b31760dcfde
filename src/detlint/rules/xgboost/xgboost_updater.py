"""DET404: updaters of XGBoost's linear booster that race."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence, Severity
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.xgboost import facts
from detlint.rules.xgboost.repairs import ParameterRepair
from detlint.rules.xgboost.strays import constants, strays
from detlint.rules.xgboost.uses import uses

if TYPE_CHECKING:
    from detlint.diagnostics import Fix
    from detlint.rules.xgboost.params import Parameters, Setting

_SHOTGUN = ("shotgun",)
_COORDINATE = "gpu_coord_descent"
_RACE = "The shotgun updater's threads change the linear model's weights without locks, so models differ between runs."
_DEFAULT = "`gblinear` trains with the shotgun updater, whose threads change weights without locks, so models differ."
_GPU = "`gpu_coord_descent` sums in no fixed order before XGBoost 1.6, so models differ between runs."
_REPAIR = 'Set `updater="coord_descent"`, which is deterministic with any number of threads, or `nthread` to 1.'


class XgboostUpdater(Rule):
    """Reports the `shotgun` updater, written or as the default of `gblinear`, and `gpu_coord_descent` before 1.6."""

    code = "DET404"
    name = "xgboost-updater"
    summary = "the `shotgun` updater, which is also the default of `gblinear`, with more than one thread"
    why = """\
`booster="gblinear"` trains with `updater="shotgun"` unless told otherwise, in every version: threads write the shared
weights without locks, and ten runs with two threads gave four to nine different models. With one thread (`nthread` or
`n_jobs` 1) it repeats, and `coord_descent` repeats with any number of threads. `gpu_coord_descent` is deterministic
since 1.6."""
    severity = Severity.ERROR
    scope = "file"
    fix = "unsafe"
    bad = (
        Example(
            'import xgboost as xgb\n\nxgb.train({"booster": "gblinear"}, data)  # !\n',
            fixed='import xgboost as xgb\n\nxgb.train({"booster": "gblinear", "updater": "coord_descent"}, data)\n',
        ),
        Example(
            "from xgboost import XGBRegressor\n\n"
            "XGBRegressor(\n"
            '    booster="gblinear",\n'
            '    updater="shotgun",  # !\n'
            ")\n"
        ),
        Example(
            'import xgboost as xgb\n\nxgb.train({"booster": "gblinear", "updater": "gpu_coord_descent"}, data)  # !\n',
            targets=("xgboost=1.5",),
        ),
    )
    good = (
        Example('import xgboost as xgb\n\nxgb.train({"booster": "gblinear", "updater": "coord_descent"}, data)\n'),
        Example('import xgboost as xgb\n\nxgb.train({"booster": "gblinear", "nthread": 1}, data)\n'),
        Example('import xgboost as xgb\n\nxgb.train({"booster": "gbtree"}, data)\n'),
    )
    sources = (
        "https://xgboost.readthedocs.io/en/stable/parameter.html#parameters-for-linear-booster-booster-gblinear",
        "dmlc/xgboost NEWS.md, 1.6.0",
    )
    candidates = Candidates(words=("gblinear", "shotgun", "gpu_coord_descent", *facts.words("xgboost")))

    def check_file(self) -> None:
        """Report every use that trains with a racing updater, then what tells by itself that it will."""
        seen: set[ast.AST] = set()
        for use in uses(self.context.index, "xgboost"):
            self._judge(use.parameters, seen)
        index = self.context.index
        for stray in strays(index, "xgboost", frozenset({"updater"})) if "shotgun" in index.text else ():
            if stray.node not in seen and "shotgun" in constants(index, stray):
                known = stray.is_parameter(index, "xgboost", "anywhere")
                self._report(stray.node, _RACE, Confidence.MEDIUM if known else Confidence.LOW)

    def _judge(self, parameters: Parameters, seen: set[ast.AST]) -> None:
        updater = parameters.get("updater")
        booster = parameters.get("booster")
        found = self._updater(updater, parameters) if updater is not None else self._booster(booster, parameters)
        written = updater or booster
        if written is None:
            return
        node = written.place(("gblinear", "shotgun", _COORDINATE))
        if found is not None and node not in seen:
            self._report(node, *found)
        seen.add(node)

    def _updater(self, updater: Setting, parameters: Parameters) -> tuple[str, Confidence] | None:
        if updater.may_be((_COORDINATE,)) and self.context.targets.version("xgboost") < "1.6":
            return _GPU, Confidence.HIGH
        if updater.may_be(_SHOTGUN):
            return self._race(_RACE, parameters.get("nthread"), Confidence.HIGH)
        booster = parameters.get("booster")
        if not updater.exact and not updater.values and booster is not None and booster.may_be(("gblinear",)):
            return self._race(_RACE, parameters.get("nthread"), Confidence.LOW)
        return None

    def _booster(self, booster: Setting | None, parameters: Parameters) -> tuple[str, Confidence] | None:
        if booster is None or not booster.may_be(("gblinear",)):
            return None
        certain = Confidence.LOW if parameters.open else Confidence.HIGH
        return self._race(_DEFAULT, parameters.get("nthread"), certain)

    def _race(self, message: str, threads: Setting | None, confidence: Confidence) -> tuple[str, Confidence] | None:
        if threads is not None and threads.is_only((1, "1")):
            return None
        if threads is not None and (not threads.exact or threads.may_be((1, "1"))):
            confidence = Confidence.LOW
        return message, confidence

    def _report(self, node: ast.AST, message: str, confidence: Confidence) -> None:
        self.report(node, message, _REPAIR, confidence=confidence, fix=self._fix(node))

    def _fix(self, node: ast.AST) -> Fix | None:
        """Take the updater that repeats with any number of threads."""
        step = ParameterRepair(self.context, node)
        written = self.context.index.constant(step.value)
        if written == "gblinear":
            quote = step.repair.code(step.value)[:1] if isinstance(step.value, ast.Constant) else '"'
            step.add(updater=f"{quote}coord_descent{quote}")
        else:
            step.set('"coord_descent"')
        return step.repair.unsafe("Use `coord_descent`")
