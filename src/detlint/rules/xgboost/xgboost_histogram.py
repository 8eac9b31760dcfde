"""DET402: `deterministic_histogram=False`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence, Severity
from detlint.rules.base import Candidates, Example
from detlint.rules.xgboost import facts
from detlint.rules.xgboost.repairs import ParameterRepair
from detlint.rules.xgboost.uses import uses
from detlint.rules.xgboost.written import WrittenValue

if TYPE_CHECKING:
    from detlint.diagnostics import Fix
    from detlint.rules.xgboost.facts import Written
    from detlint.rules.xgboost.params import Parameters

_DROP = "Drop it."


class XgboostHistogram(WrittenValue):
    """Reports `deterministic_histogram=False`: an error where `gpu_hist` reads it, a warning where it does nothing."""

    code = "DET402"
    name = "xgboost-histogram"
    summary = "`deterministic_histogram=False`, which makes `gpu_hist` vary (XGBoost 1.1 to 1.4) or does nothing"
    why = """\
From 1.1 to 1.4 `gpu_hist` sums gradients in a fixed order unless `deterministic_histogram` is off (an error here).
From 1.5 on the sum is always deterministic, before 1.1 and with other tree methods nothing reads the parameter (a
warning here). `single_precision_histogram` is about precision, not about order, and is not reported."""
    severity = Severity.ERROR
    milder = (Severity.WARNING,)
    fix = "safe"
    library = "xgboost"
    bad = (
        Example(
            "import xgboost as xgb\n\n"
            'xgb.train({"tree_method": "gpu_hist", "deterministic_histogram": False}, data)  # !\n',
            targets=("xgboost=1.3",),
        ),
        Example(
            "from xgboost import XGBClassifier\n\nXGBClassifier(deterministic_histogram=False)  # !\n",
            fixed="from xgboost import XGBClassifier\n\nXGBClassifier()\n",
        ),
    )
    good = (
        Example("from xgboost import XGBClassifier\n\nXGBClassifier(deterministic_histogram=True)\n"),
        Example("from xgboost import XGBClassifier\n\nXGBClassifier(single_precision_histogram=True)\n"),
    )
    sources = ("dmlc/xgboost NEWS.md, 1.1.0 and 1.5.0",)
    candidates = Candidates(words=("deterministic_histogram", *facts.words("xgboost")))

    def check_file(self) -> None:
        """Report every setting that switches it off."""
        (row,) = facts.written(self.code)
        seen: set[ast.AST] = set()
        for use in uses(self.context.index, self.library):
            setting = use.parameters.get(row.parameter)
            if setting is not None and setting.place(row.values) not in seen and any(map(row.holds, setting.values)):
                seen.add(setting.place(row.values))
                self._judge(row, setting.place(row.values), use.parameters)

    def _judge(self, row: Written, node: ast.AST, parameters: Parameters) -> None:
        version = self.context.targets.version(self.library)
        method = parameters.get("tree_method")
        if not self.holds_now(row):
            age = "XGBoost 1.5 and newer ignore" if version >= "1.5" else "XGBoost before 1.1 ignores"
            self._useless(node, f"{age} `deterministic_histogram`.")
        elif method is not None and method.may_be(row.when["tree_method"]):
            self.report(node, row.message, row.repair, fix=self._fix(node))
        elif parameters.open or (method is not None and not method.exact):
            self.report(node, row.message, row.repair, confidence=Confidence.LOW)
        else:
            self._useless(node, "Only `gpu_hist` reads `deterministic_histogram`, so it does nothing here.")

    def _useless(self, node: ast.AST, message: str) -> None:
        self.report(node, message, _DROP, severity=Severity.WARNING, fix=self._fix(node))

    def _fix(self, node: ast.AST) -> Fix | None:
        step = ParameterRepair(self.context, node)
        if not isinstance(step.value, ast.Constant):
            return None
        step.remove()
        return step.repair.safe("Drop it")
