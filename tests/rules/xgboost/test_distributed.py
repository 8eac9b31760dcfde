"""DET405: all-reduce, and training over Dask or Spark."""

from __future__ import annotations

import pytest
from tests.rules.xgboost.marked import marked

REPORTED = {
    "the client of a block around": """
        import dask.array as da
        from dask.distributed import Client, LocalCluster
        from xgboost import dask as dxgb

        def fit():
            with Client(LocalCluster()) as client:
                x = da.ones((100, 3), chunks=10)
                return dxgb.DaskXGBRegressor().fit(x, x[:, 0])  # !

        def other():
            return Client(n_workers=4)
    """,
    "one of two clusters": """
        import dask.dataframe as dd
        from dask.distributed import Client, LocalCluster
        from xgboost import dask as dxgb

        def fixed(path):
            with LocalCluster(n_workers=2) as cluster, Client(cluster) as client:
                frame = dd.read_csv(path, blocksize="64MB")
                return dxgb.train(client, {}, dxgb.DaskDMatrix(client, frame, frame["y"]))

        def varying(path):
            with LocalCluster() as cluster, Client(cluster) as client:
                frame = dd.read_csv(path, blocksize="64MB")
                return dxgb.train(client, {}, dxgb.DaskDMatrix(client, frame, frame["y"]))  # !
    """,
    "sum of floats": """
        import numpy as np
        from xgboost import collective
        collective.allreduce(np.array([0.1, 0.2]), collective.Op.SUM)  # !
    """,
    "sum of what a function is given": """
        import xgboost as xgb

        def total(loss):
            return xgb.collective.allreduce(loss, xgb.collective.Op.SUM)  # !
    """,
    "names imported": """
        import numpy as np
        from xgboost.collective import Op, allreduce
        allreduce(np.zeros(3), op=Op.SUM)  # !
    """,
    "rabit": """
        import xgboost as xgb
        xgb.rabit.allreduce(gradients, xgb.rabit.Op.SUM)  # !
    """,
    "number of the operation": """
        from xgboost import rabit
        rabit.allreduce(gradients, 2)  # !
    """,
    "workers by the machine": """
        import dask.array as da
        from dask.distributed import Client, LocalCluster
        from xgboost import dask as dxgb

        with LocalCluster() as cluster, Client(cluster) as client:
            x = da.random.random((100, 3), chunks=(10, 3))
            dxgb.train(client, {}, dxgb.DaskDMatrix(client, x, x[:, 0]))  # !
    """,
    "workers as many as processors": """
        import os
        import dask.array as da
        from distributed import Client
        import xgboost.dask as dxgb

        client = Client(n_workers=os.cpu_count())
        x = da.ones((100, 3), chunks=10)
        data = dxgb.DaskDMatrix(client, x, x[:, 0])
        dxgb.train(client, {}, data)  # !
    """,
    "a scheduler elsewhere": """
        import dask.array as da
        from dask.distributed import Client
        from xgboost import dask as dxgb

        client = Client("tcp://scheduler:8786")
        x = da.ones((100, 3), chunks=10)
        dxgb.train(client, {}, dxgb.DaskDMatrix(client, x, x[:, 0]))  # !
    """,
    "workers that come and go": """
        import dask.array as da
        from dask.distributed import Client, LocalCluster
        from xgboost import dask as dxgb

        cluster = LocalCluster(n_workers=2)
        cluster.adapt(minimum=1, maximum=8)
        client = Client(cluster)
        x = da.ones((100, 3), chunks=10)
        dxgb.train(client, {}, dxgb.DaskDMatrix(client, x, x[:, 0]))  # !
    """,
    "partitions of a file": """
        import dask.dataframe as dd
        from dask.distributed import Client
        from xgboost import dask as dxgb

        def main(client):
            frame = dd.read_csv("data.csv")
            y = frame["y"]
            x = frame.drop("y", axis=1)
            data = dxgb.DaskDMatrix(client, x, y)
            return dxgb.train(client, {}, data)  # !

        with Client(n_workers=2) as client:
            main(client)
    """,
    "chunks left to Dask": """
        import dask.array as da
        from dask.distributed import Client
        from xgboost.dask import DaskXGBRegressor

        client = Client(n_workers=2)
        model = DaskXGBRegressor()
        model.fit(da.from_array(x), da.from_array(y))  # !
    """,
    "made by a function": """
        import dask.dataframe as dd
        from dask.distributed import Client
        from xgboost.dask import DaskXGBClassifier

        def load(path):
            frame = dd.read_parquet(path)
            return frame[["a"]], frame["b"]

        client = Client(n_workers=2)
        x, y = load("data")
        DaskXGBClassifier(n_estimators=3).fit(x, y)  # !
    """,
    "Spark, partitions of files": """
        from pyspark.sql import SparkSession
        from xgboost.spark import SparkXGBClassifier

        spark = SparkSession.builder.getOrCreate()
        frame = spark.read.parquet("data")
        SparkXGBClassifier(num_workers=4).fit(frame)  # !
    """,
    "Spark, with options of the reader": """
        from pyspark.ml import Pipeline
        from pyspark.ml.feature import VectorAssembler
        from pyspark.sql import SparkSession
        from xgboost.spark import SparkXGBClassifier

        spark = SparkSession.builder.getOrCreate()
        frame = spark.read.option("header", True).csv("data.csv")
        assembler = VectorAssembler(inputCols=["a"], outputCol="features")
        model = SparkXGBClassifier(num_workers=4)
        Pipeline(stages=[assembler, model]).fit(frame)  # !
    """,
    "Spark, split and assembled": """
        from pyspark.ml.feature import VectorAssembler
        from pyspark.sql import SparkSession
        from xgboost.spark import SparkXGBRanker

        spark = SparkSession.builder.getOrCreate()
        rows = VectorAssembler(inputCols=["a"]).transform(spark.createDataFrame(table))
        train, test = rows.randomSplit([0.8, 0.2], seed=1)
        SparkXGBRanker(num_workers=2).fit(train)  # !
    """,
    "address from the environment": """
        import os
        import dask.array as da
        from dask.distributed import Client
        from xgboost import dask as dxgb

        client = Client(os.environ["SCHEDULER"])
        x = da.ones((100, 3), chunks=10)
        dxgb.train(client, {}, dxgb.DaskDMatrix(client, x, x[:, 0]))  # !
    """,
    "Spark, workers by the cluster": """
        from pyspark.sql import SparkSession
        from xgboost.spark import SparkXGBRegressor

        spark = SparkSession.builder.getOrCreate()
        frame = spark.read.parquet("data").repartition(8)
        model = SparkXGBRegressor(num_workers=spark.sparkContext.defaultParallelism)
        model.fit(frame)  # !
    """,
}

SILENT = {
    "an estimator in a function that is given the client": """
        import dask.array as da
        from dask.distributed import Client, LocalCluster
        from xgboost import dask as dxgb

        def test_fit(client: "Client"):
            x = da.ones((100, 3), chunks=10)
            return dxgb.DaskXGBRegressor().fit(x, x[:, 0])

        def other():
            return Client(LocalCluster())
    """,
    "an estimator whose client is set": """
        import dask.array as da
        from dask.distributed import Client, LocalCluster
        from xgboost import dask as dxgb

        def fit():
            model = dxgb.DaskXGBRegressor()
            model.client = Client(n_workers=2)
            x = da.ones((100, 3), chunks=10)
            return model.fit(x, x[:, 0])

        def other():
            return Client(LocalCluster())
    """,
    "a client handed in, beside a cluster of another function": """
        from dask.distributed import Client, LocalCluster
        from xgboost import dask as dxgb

        def given(client, data):
            return dxgb.train(client, {}, data)

        def other():
            return Client(LocalCluster())
    """,
    "scaled here, adapted there": """
        import dask.array as da
        from dask.distributed import Client, LocalCluster
        from xgboost import dask as dxgb

        def scaled():
            cluster = LocalCluster()
            cluster.scale(4)
            client = Client(cluster)
            x = da.ones((100, 3), chunks=10)
            return dxgb.train(client, {}, dxgb.DaskDMatrix(client, x, x[:, 0]))

        def adapted():
            cluster = LocalCluster()
            cluster.adapt()
            return Client(cluster)
    """,
    "max": """
        import numpy as np
        from xgboost import collective
        collective.allreduce(np.array([0.1, 0.2]), collective.Op.MAX)
    """,
    "min": """
        import xgboost as xgb
        xgb.rabit.allreduce(loss, xgb.rabit.Op.MIN)
    """,
    "integers": """
        import numpy as np
        from xgboost import collective
        collective.allreduce(np.array([1, 2]), collective.Op.SUM)
        collective.allreduce(np.array([len(rows)]), collective.Op.SUM)
        collective.allreduce(counts.astype(np.int64), collective.Op.SUM)
        collective.allreduce(np.zeros(3, dtype=np.int32), collective.Op.SUM)
        collective.allreduce(np.asarray(flags, dtype="int64"), collective.Op.SUM)
        collective.allreduce(np.bincount(labels), collective.Op.SUM)
        number = len(rows)
        collective.allreduce(np.array([number]), collective.Op.SUM)
        collective.allreduce(np.arange(3), collective.Op.SUM)
    """,
    "broadcast": """
        from xgboost import collective
        collective.broadcast(model, root=0)
    """,
    "another all-reduce": """
        import torch.distributed as dist
        dist.all_reduce(tensor)
    """,
    "all fixed": """
        import dask.array as da
        from dask.distributed import Client, LocalCluster
        from xgboost import dask as dxgb

        def main(client):
            x = da.random.default_rng(1).normal(size=(100, 3), chunks=(10, -1))
            y = x.sum(axis=1)
            data = dxgb.DaskDMatrix(client, x, y)
            return dxgb.train(client, {}, data)

        if __name__ == "__main__":
            with LocalCluster(n_workers=7, threads_per_worker=4) as cluster:
                with Client(cluster) as client:
                    main(client)
    """,
    "size of a block": """
        import dask.dataframe as dd
        from dask.distributed import Client
        from xgboost.dask import DaskXGBRegressor

        client = Client(n_workers=2)
        frame = dd.read_csv("data.csv", blocksize="32MB")
        DaskXGBRegressor().fit(frame[["a"]], frame["b"])
    """,
    "partitions of a frame": """
        import dask.dataframe as dd
        from dask.distributed import Client
        from xgboost.dask import DaskXGBRegressor

        client = Client(n_workers=2)
        frame = dd.from_pandas(table, npartitions=4)
        DaskXGBRegressor().fit(frame[["a"]], frame["b"])
    """,
    "partitioned again": """
        import dask.dataframe as dd
        from dask.distributed import Client
        from xgboost.dask import DaskXGBRegressor

        client = Client(n_workers=2)
        frame = dd.read_parquet("data").repartition(npartitions=8)
        DaskXGBRegressor().fit(frame[["a"]], frame["b"])
    """,
    "scaled": """
        import dask.array as da
        from dask.distributed import Client, LocalCluster
        from xgboost.dask import DaskXGBRegressor

        cluster = LocalCluster()
        cluster.scale(4)
        client = Client(cluster)
        x = da.ones((100, 3), chunks=10)
        DaskXGBRegressor().fit(x, x[:, 0])
    """,
    "handed in": """
        from xgboost import dask as dxgb

        def fit(client, x, y):
            return dxgb.train(client, {}, dxgb.DaskDMatrix(client, x, y))
    """,
    "Spark with one worker": """
        from pyspark.sql import SparkSession
        from xgboost.spark import SparkXGBClassifier

        spark = SparkSession.builder.getOrCreate()
        frame = spark.read.parquet("data")
        SparkXGBClassifier(max_depth=3).fit(frame)
        SparkXGBClassifier(num_workers=1).fit(frame)
    """,
    "Spark, partitioned": """
        from pyspark.sql import SparkSession
        from xgboost.spark import SparkXGBClassifier

        spark = SparkSession.builder.getOrCreate()
        frame = spark.read.parquet("data").repartition(4)
        SparkXGBClassifier(num_workers=4).fit(frame)
    """,
    "Spark, slices": """
        from pyspark.sql import SparkSession
        from xgboost.spark import SparkXGBClassifier

        spark = SparkSession.builder.getOrCreate()
        rows = spark.sparkContext.parallelize(table, 4)
        SparkXGBClassifier(num_workers=4).fit(spark.createDataFrame(rows))
    """,
    "Spark, another estimator": """
        from pyspark.ml.classification import LogisticRegression
        from pyspark.sql import SparkSession
        from xgboost.spark import SparkXGBClassifier

        spark = SparkSession.builder.getOrCreate()
        LogisticRegression().fit(spark.read.parquet("data"))
    """,
    "a frame of pandas in default partitions": """
        import dask.dataframe as dd
        from dask.distributed import Client
        from xgboost.dask import DaskXGBRegressor

        client = Client(n_workers=2)
        frame = dd.from_pandas(table)
        DaskXGBRegressor().fit(frame[["a"]], frame["b"])
    """,
    "an own cluster": """
        import dask.array as da
        from dask.distributed import Client
        from xgboost.dask import DaskXGBRegressor

        def fit(cluster):
            client = Client(cluster)
            x = da.ones((100, 3), chunks=10)
            return DaskXGBRegressor().fit(x, x[:, 0])
    """,
    "no training": """
        import dask.dataframe as dd
        from dask.distributed import Client
        from xgboost import dask as dxgb

        client = Client()
        dxgb.predict(client, model, dd.read_csv("data.csv"))
    """,
    "one machine": """
        import xgboost as xgb
        xgb.train({}, data)
        xgb.XGBClassifier().fit(x, y)
    """,
}


@pytest.mark.parametrize("code", REPORTED.values(), ids=REPORTED.keys())
def test_reported(code: str) -> None:
    found, expected = marked(code, "DET405")
    assert found == expected


@pytest.mark.parametrize("code", SILENT.values(), ids=SILENT.keys())
def test_silent(code: str) -> None:
    found, expected = marked(code, "DET405")
    assert found == expected == []


def test_handed_in_is_low() -> None:
    code = SILENT["handed in"].replace("x, y))", "x, y))  # !")
    found, expected = marked(code, "DET405", confidence="low")
    assert found == expected
    assert len(found) == 1
