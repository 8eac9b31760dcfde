"""DET403: random training of XGBoost without a stated seed."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from detlint.diagnostics import Confidence, Severity
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.repair_names import Names
from detlint.rules.xgboost import facts
from detlint.rules.xgboost.repairs import ParameterRepair
from detlint.rules.xgboost.uses import Use, uses

if TYPE_CHECKING:
    from detlint.diagnostics import Fix
    from detlint.rules.xgboost.params import Setting


class XgboostSeed(Rule):
    """Reports sampling, DART and random updaters where no seed is stated."""

    code = "DET403"
    name = "xgboost-seed"
    summary = "row or column sampling, DART or a random updater of XGBoost without a stated `seed`"
    why = """\
XGBoost's seed is 0 unless stated, so training repeats without one, also with `seed_per_iteration` and whatever
NumPy's global state is. It is stated for the reader: that the result hangs on a seed shows only where the seed is
written. Hence the severity info, which is hidden by default."""
    severity = Severity.INFO
    scope = "file"
    fix = "unsafe"
    bad = (
        Example(
            "from xgboost import XGBClassifier\n\nXGBClassifier(subsample=0.8)  # !\n",
            fixed="from xgboost import XGBClassifier\n\nXGBClassifier(subsample=0.8, random_state=0)\n",
        ),
        Example('import xgboost as xgb\n\nxgb.train({"booster": "dart", "rate_drop": 0.1}, data)  # !\n'),
        Example("from xgboost import XGBRFClassifier\n\nXGBRFClassifier(n_estimators=100)  # !\n"),
    )
    good = (
        Example("from xgboost import XGBClassifier\n\nXGBClassifier(subsample=0.8, random_state=1)\n"),
        Example("from xgboost import XGBClassifier\n\nXGBClassifier(subsample=1.0)\n"),
        Example('import xgboost as xgb\n\nxgb.train({"subsample": 0.5, "seed": 3}, data)\n'),
    )
    sources = ("https://xgboost.readthedocs.io/en/stable/parameter.html",)
    candidates = Candidates(words=facts.words("xgboost"))

    def check_file(self) -> None:
        """Report each set of parameters once, at the first parameter that makes it random."""
        seen: set[ast.AST] = set()
        for use in uses(self.context.index, "xgboost"):
            if use.role in ("search", "set") or self._stated(use):
                continue
            node = self._random(use)
            if node is not None and node not in seen:
                seen.add(node)
                self.report(
                    node,
                    "Training draws random numbers here, and no seed is stated: it is XGBoost's default, 0.",
                    "State `seed` (`random_state`).",
                    confidence=Confidence.LOW if use.parameters.open else None,
                    fix=self._fix(node),
                )

    def _fix(self, node: ast.AST) -> Fix | None:
        """State a seed in sight, else the default, with which nothing changes."""
        step = ParameterRepair(self.context, node)
        is_argument = isinstance(node, ast.keyword) or not isinstance(node, ast.Constant)
        seed = Names(self.context).seed(node) or "0"
        step.add(**{"random_state" if is_argument else "seed": seed})
        return step.repair.unsafe("State the seed")

    def _stated(self, use: Use) -> bool:
        seed = use.parameters.get("seed")
        if seed is not None:
            return not seed.is_only((None,))
        return use.api.name == "xgboost.cv" and self.context.index.arguments(use.call).get("seed") is not None

    def _random(self, use: Use) -> ast.AST | None:
        for setting in use.parameters:
            if self._draws(setting):
                return setting.node
        implied = any(name not in use.parameters.settings for name in use.api.implied)
        return use.call.func if implied else None

    def _draws(self, setting: Setting) -> bool:
        random: dict[str, Any] = facts.random_parameters()
        numbers = [value for value in setting.values if isinstance(value, (int, float)) and not isinstance(value, bool)]
        if setting.name in random["below_one"]:
            return any(number < 1 for number in numbers)
        dropout = random["above_zero"]
        if setting.name in dropout["names"]:
            return self.context.targets.version("xgboost") >= dropout["since"] and any(number > 0 for number in numbers)
        return setting.may_be(random["values"].get(setting.name, ()))
