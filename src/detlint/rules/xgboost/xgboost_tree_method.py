"""DET401: a tree method that is wrong for deterministic GPU training in the target version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.diagnostics import Severity
from detlint.rules.base import Candidates, Example
from detlint.rules.xgboost import facts
from detlint.rules.xgboost.repairs import ParameterRepair
from detlint.rules.xgboost.written import WrittenValue

if TYPE_CHECKING:
    import ast

    from detlint.diagnostics import Fix
    from detlint.rules.xgboost.facts import Written
    from detlint.rules.xgboost.params import Parameters


class XgboostTreeMethod(WrittenValue):
    """Reports `gpu_exact`, `gpu_hist`, `approx` on a GPU and `auto` by version."""

    code = "DET401"
    name = "xgboost-tree-method"
    summary = "a `tree_method` that is wrong for deterministic GPU training in the target version of XGBoost"
    why = """\
XGBoost trains deterministically on a GPU with `tree_method="hist"` and `device="cuda"` since 2.0, and with
`tree_method="gpu_hist"` from 1.1 on; that spelling is deprecated since 2.0 and an error since 3.1. `gpu_exact` went
in 1.0. `approx` has no GPU path before 2.0, and `auto` chose the algorithm by the size of the data there (severity
info).

Looked at are parameters in dicts and lists of pairs, as keywords, in `set_params`, in the grids of searches and in
Optuna's choices, for `train`, `cv`, `Booster` and the scikit-learn, Dask and Spark interfaces. `hist`, `exact` and
`approx` on the CPU gave the same bits in every run tried."""
    severity = Severity.ERROR
    milder = (Severity.WARNING, Severity.INFO)
    fix = "safe or unsafe"
    library = "xgboost"
    bad = (
        Example(
            'import xgboost as xgb\n\nxgb.train({"tree_method": "gpu_hist"}, data)  # !\n',
            fixed='import xgboost as xgb\n\nxgb.train({"tree_method": "hist", "device": "cuda"}, data)\n',
        ),
        Example('from xgboost import XGBClassifier\n\nXGBClassifier(tree_method="gpu_exact").fit(x, y)  # !\n'),
        Example(
            'import xgboost as xgb\n\nxgb.train({"tree_method": "gpu_hist"}, data)  # !\n', targets=("xgboost=2.1",)
        ),
        Example(
            "import xgboost as xgb\n\n"
            "params = {\n"
            '    "objective": "binary:logistic",\n'
            "}\n"
            'params["tree_method"] = "gpu_hist"  # !\n'
            "xgb.train(params, data)\n"
        ),
        Example(
            "from sklearn.model_selection import GridSearchCV\n"
            "from xgboost import XGBClassifier\n\n"
            'GridSearchCV(XGBClassifier(), {"tree_method": ["hist", "gpu_hist"]})  # !\n'
        ),
    )
    good = (
        Example('import xgboost as xgb\n\nxgb.train({"tree_method": "hist", "device": "cuda"}, data)\n'),
        Example('import xgboost as xgb\n\nxgb.train({"tree_method": "gpu_hist"}, data)\n', targets=("xgboost=1.7",)),
        Example('import xgboost as xgb\n\nprint({"tree_method": "gpu_hist"})\n'),
    )
    sources = (
        "https://xgboost.readthedocs.io/en/stable/parameter.html",
        "dmlc/xgboost NEWS.md and doc/changes, 1.0.0, 1.1.0, 2.0.0, 3.1.0",
    )
    candidates = Candidates(words=("tree_method", "gpu_hist", "gpu_exact", *facts.words("xgboost")))

    def fix_of(self, node: ast.AST, row: Written, parameters: Parameters | None) -> Fix | None:
        """The spelling of the target version for the same; another algorithm is for `--unsafe-fixes`."""
        version = self.context.targets.version("xgboost")
        step = ParameterRepair(self.context, node)
        if "gpu_exact" in row.values and version < "1.1":
            return None
        if "auto" in row.values:
            step.set('"hist"')
            return step.repair.unsafe("Name the method")
        if version < "2.0":
            step.set('"gpu_hist"')
            return step.repair.unsafe("Use `gpu_hist`")
        step.set('"hist"')
        if not self._set_device(step, parameters):
            return None
        message = 'Use `hist` with `device="cuda"`'
        return step.repair.fix(message, safe="gpu_hist" in row.values)

    def _set_device(self, step: ParameterRepair, parameters: Parameters | None) -> bool:
        """Name the GPU beside the method, unless that is done; whether that is plain."""
        device = parameters.get("device") if parameters is not None else None
        number = parameters.get("gpu_id") if parameters is not None else None
        if device is not None:
            return all(isinstance(value, str) and value.startswith(("cuda", "gpu")) for value in device.values)
        quote = step.repair.code(step.value)[:1] if step.value is not None else '"'
        if number is not None:
            which = number.values[0] if number.exact and len(number.values) == 1 else None
            given = ParameterRepair(self.context, number.node, step.repair)
            if given.parent is not step.parent or not isinstance(which, int) or which < 0:
                return False
            given.replace("device", f"{quote}cuda:{which}{quote}")
            return True
        if step.beside("gpu_id") or step.beside("device"):
            return False
        step.add(device=f"{quote}cuda{quote}")
        return True
