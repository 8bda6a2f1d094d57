"""Train a model of bike rentals as many notebooks do. The tutorial runs it from the root of the repository."""

import math
import tarfile

import numpy as np
import polars as pl
import xgboost as xgb

COLUMNS = ["season", "holiday", "workingday", "weather", "temp", "atemp", "humidity", "windspeed"]
PARTS = ["year", "month", "day", "dayofweek", "hour"]

data = pl.read_csv("my/model/train.csv", try_parse_dates=True)
when = pl.col("datetime").dt
parts = {"year": when.year(), "month": when.month(), "day": when.day(), "dayofweek": when.weekday() - 1, "hour": when.hour()}
rows = data.with_columns(**parts).select(COLUMNS + PARTS).to_numpy().astype(float)
matrix = xgb.DMatrix(rows, np.log1p(data["count"].to_numpy()), feature_names=COLUMNS + PARTS)
model = xgb.train({"objective": "reg:squarederror", "max_depth": 6, "seed": 1}, matrix, 60)

model.save_model("my/model/xgboost-model.json")
with tarfile.open("my/model/model.tar.gz", "w:gz") as archive:
    archive.add("my/model/xgboost-model.json", "xgboost-model")

# the model's prediction for each row, for the checks below
counts = [math.expm1(score) for score in model.predict(matrix).tolist()]
pl.DataFrame({"count": counts}).write_csv("my/model/expected.csv")
print(f"trained on {len(rows)} rows")
