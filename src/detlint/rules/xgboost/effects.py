"""What training does to random states: nothing unseeded is drawn, but XGBoost's `cv` seeds NumPy's global state."""

from __future__ import annotations

from detlint.project.effects import Effect, EffectSource

EFFECTS: EffectSource = {
    # All versions call `np.random.seed(seed)` in it, with 0 where no seed is given.
    "xgboost.cv": (Effect("seed", "numpy"),),
}
