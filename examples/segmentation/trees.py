"""Predict the yield of a plant from the measured areas of its leaves."""

import lightgbm as lgb
import pandas as pd
import xgboost as xgb


def fit_xgboost(table: pd.DataFrame) -> xgb.Booster:
    """Boosted trees on the GPU."""
    params = {
        "objective": "reg:squarederror",
        "tree_method": "gpu_hist",
        "subsample": 0.8,
        "seed": 0,
    }
    data = xgb.DMatrix(table.drop(columns="yield"), label=table["yield"])
    return xgb.train(params, data, num_boost_round=200)


def fit_lightgbm(table: pd.DataFrame) -> lgb.LGBMRegressor:
    """The same on the CPU, to compare."""
    model = lgb.LGBMRegressor(n_estimators=200, random_state=0)
    return model.fit(table.drop(columns="yield"), table["yield"])


if __name__ == "__main__":
    leaves = pd.read_csv("leaves.csv")
    fit_xgboost(leaves).save_model("yield.json")
    fit_lightgbm(leaves).booster_.save_model("yield.txt")
