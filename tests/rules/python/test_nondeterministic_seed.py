"""DET104: seeds that differ from run to run, and code that only looks like them."""

from __future__ import annotations

import pytest
from tests.helpers import check, diagnose, marked_lines, unmarked

ENTROPY = {
    "datetime": """
        import random
        from datetime import datetime
        random.seed(datetime.now().timestamp())  # !
    """,
    "datetime module": """
        import datetime
        import numpy as np
        np.random.seed(datetime.datetime.now().microsecond)  # !
    """,
    "uuid": """
        import uuid
        import torch
        torch.manual_seed(uuid.uuid4().int & 0xFFFFFFFF)  # !
    """,
    "secrets": """
        import secrets
        import random
        random.seed(secrets.randbits(32))  # !
    """,
    "urandom through struct": """
        import os, struct
        import numpy as np
        (seed,) = struct.unpack("I", os.urandom(4))
        np.random.seed(seed)  # !
    """,
    "SystemRandom": """
        import random
        import torch
        torch.manual_seed(random.SystemRandom().randint(0, 2**31))  # !
    """,
    "SystemRandom kept": """
        import random
        import numpy as np
        source = random.SystemRandom()
        np.random.seed(source.randrange(1000))  # !
    """,
    "an attribute of each function's own": """
        import time
        import random
        import numpy as np
        def first(args):
            if args.seed < 0:
                args.seed = int(time.time())
            random.seed(args.seed)  # !
        def second(args):
            if args.seed == 0:
                args.seed = time.time_ns()
            np.random.seed(args.seed)  # !
    """,
    "a draw that seeds the state itself, beside functions that seed": """
        import random
        import torch
        def fixed(seed):
            random.seed(seed)
        def begin(args):
            if args.seed is None:
                args.seed = random.randint(1, 10000)
            random.seed(args.seed)  # !
            torch.manual_seed(args.seed)
    """,
    "a function gives another one at each call": """
        import random
        import time
        import numpy as np
        def now():
            return time.time_ns() % 2**32
        def first():
            random.seed(now())  # !
        def second(options):
            seed = options.get("seed") or now()
            np.random.seed(seed)  # !
    """,
    "hash of text": """
        import random
        def begin(name: str):
            random.seed(hash(name) % 1000)  # !
    """,
    "hash of an f-string": """
        import torch
        def fold(k):
            torch.manual_seed(hash(f"fold-{k}") & 0xFFFF)  # !
    """,
    "id": """
        import random
        model = object()
        random.seed(id(model))  # !
    """,
    "clock and rank": """
        import os, time
        import numpy as np
        rank = int(os.environ.get("RANK", 0))
        seed = 1000 * rank
        seed += int(time.time()) % 1000
        np.random.seed(seed)  # !
    """,
    "torch.seed": """
        import torch
        seed = torch.seed()  # !
        torch.manual_seed(seed)
    """,
    "generator.seed": """
        import torch
        g = torch.Generator()
        g.seed()  # !
    """,
    "numpy without": """
        import numpy as np
        np.random.seed()  # !
    """,
    "None written out": """
        import numpy as np
        np.random.seed(None)  # !
    """,
    "None in a constant, once": """
        import random
        import numpy as np
        SEED = None
        random.seed(SEED)  # !
        np.random.seed(SEED)
    """,
    "tensorflow None": """
        import tensorflow as tf
        tf.random.set_seed(None)  # !
    """,
    "fallback to None": """
        import random
        def begin(args):
            random.seed(args.seed if args.repeatable else None)  # !
    """,
    "fallback in try": """
        import os, time, random
        try:
            seed = int(os.environ["SEED"])
        except KeyError:
            seed = int(time.time())
        random.seed(seed)  # !
    """,
    "dict default": """
        import time
        import numpy as np
        def begin(config):
            np.random.seed(config.get("seed", int(time.time())))  # !
    """,
    "getattr default": """
        import os
        import random
        def begin(args):
            random.seed(getattr(args, "seed", os.getpid()))  # !
    """,
    "getenv default": """
        import os, time, random
        random.seed(os.getenv("SEED", str(time.time())))  # !
    """,
    "attribute": """
        import time
        import numpy as np
        class Run:
            def __init__(self):
                self.seed = time.time_ns() % 2**32
            def begin(self):
                np.random.seed(self.seed)  # !
    """,
    "class attribute": """
        import time, random
        class Config:
            seed = int(time.time())
        random.seed(Config.seed)  # !
    """,
    "args attribute": """
        import argparse, random
        parser = argparse.ArgumentParser()
        parser.add_argument("--seed", type=int)
        args = parser.parse_args()
        if args.seed is None:
            args.seed = random.randint(0, 10000)
        random.seed(args.seed)  # !
    """,
    "argparse default": """
        import argparse, time
        import numpy as np
        parser = argparse.ArgumentParser()
        parser.add_argument("--seed", type=int, default=int(time.time()))
        args = parser.parse_args()
        np.random.seed(args.seed)  # !
    """,
    "argparse None": """
        import argparse
        import random
        def main():
            parser = argparse.ArgumentParser()
            parser.add_argument("--seed", type=int, default=None)
            args = parser.parse_args()
            random.seed(args.seed)  # !
        main()
    """,
    "click None": """
        import click, random
        @click.command()
        @click.option("--seed", type=int)
        def main(seed):
            random.seed(seed)  # !
    """,
    "parameter default": """
        import random, time
        def begin(seed=int(time.time())):
            random.seed(seed)  # !
    """,
    "function that returns it": """
        import os, random
        def fresh_seed():
            return int.from_bytes(os.urandom(8), "big")
        random.seed(fresh_seed())  # !
    """,
    "function that passes it on": """
        import time
        import torch
        def bounded(value, limit=2**32):
            return int(value) % limit
        torch.manual_seed(bounded(time.time()))  # !
    """,
    "passed to a function": """
        import random, time
        import numpy as np
        def seed_all(seed):
            random.seed(seed)
            np.random.seed(seed)
        seed_all(int(time.time()))  # !
    """,
    "passed by keyword through two": """
        import random, time
        def seed_python(value):
            random.seed(value)
        def seed_all(verbose, seed=0):
            seed_python(value=seed)
        seed_all(True, seed=time.time_ns())  # !
    """,
    "passed to a constructor": """
        import random, time
        class Sampler:
            def __init__(self, items, seed):
                self.rng = random.Random(seed)
        sampler = Sampler([1], time.time())  # !
    """,
    "passed to a method": """
        import random, os
        class Trainer:
            def reset(self, seed):
                random.seed(seed)
        trainer = Trainer()
        trainer.reset(os.getpid())  # !
    """,
    "left to None by a call": """
        import random
        import numpy as np
        def seed_all(seed=None):
            random.seed(seed)
            np.random.seed(seed)
        seed_all()  # !
        seed_all(3)
    """,
    "library helper": """
        import time
        from lightning.pytorch import seed_everything
        seed_everything(int(time.time()), workers=True)  # !
    """,
    "keyword of a library": """
        import time
        from sklearn.model_selection import train_test_split
        def split(x, y):
            return train_test_split(x, y, random_state=int(time.time()))  # !
    """,
    "keyword of a library, from a variable": """
        import os
        from sklearn.ensemble import RandomForestClassifier
        seed = os.getpid()
        model = RandomForestClassifier(n_estimators=10, random_state=seed)  # !
    """,
    "dictionary of parameters": """
        import time
        import xgboost as xgb
        params = {
            "max_depth": 3,
            "seed": int(time.time()),  # !
        }
        booster = xgb.train(params, None)
    """,
    "dictionary given in place": """
        import time
        from lightgbm import train
        booster = train({"seed": int(time.time())}, None)  # !
    """,
    "draw of another state": """
        import random
        import numpy as np
        import torch
        np.random.seed(3)
        torch.manual_seed(random.randint(0, 100))  # !
    """,
    "draw before the seed": """
        import numpy as np
        import torch
        seed = np.random.randint(0, 100)
        np.random.seed(0)
        torch.manual_seed(seed)  # !
    """,
    "draw in a function that is called first": """
        import random
        import numpy as np
        def pick():
            return random.randrange(100)
        def main():
            np.random.seed(pick())  # !
            random.seed(1)
        if __name__ == "__main__":
            main()
    """,
    "draw in a helper that seeds more": """
        import random
        import numpy as np
        def set_seed(seed=None):
            if seed is None:
                seed = np.random.randint(2**31)
            random.seed(seed)  # !
            np.random.seed(seed)
    """,
    "unseeded object": """
        import random
        import torch
        rng = random.Random(None)
        torch.manual_seed(rng.getrandbits(32))  # !
    """,
    "generator from the clock": """
        import time
        from numpy.random import PCG64, Generator
        rng = Generator(PCG64(int(time.time())))  # !
    """,
    "RandomState from the clock": """
        import time
        from numpy.random import RandomState
        state = RandomState(seed=int(time.time()) % 1000)  # !
    """,
    "loop over entropy": """
        import os, random
        for seed in [os.getpid(), os.getppid()]:
            random.seed(seed)  # !
    """,
    "dataclass": """
        import random, time
        from dataclasses import dataclass, field
        @dataclass
        class Config:
            seed: int = field(default_factory=lambda: int(time.time()))
        def begin(config: Config):
            random.seed(config.seed)  # !
    """,
    "dataclass, given": """
        import random, time
        from dataclasses import dataclass
        @dataclass
        class Config:
            seed: int = 0
        config = Config(seed=int(time.time()))
        random.seed(config.seed)  # !
    """,
    "item": """
        import time, random
        config = {"lr": 0.1}
        config["seed"] = int(time.time())
        random.seed(config["seed"])  # !
    """,
    "walrus": """
        import time, random
        if (seed := time.time_ns()) > 0:
            random.seed(seed)  # !
    """,
    "digest of the clock": """
        import hashlib, time, random
        random.seed(int(hashlib.md5(str(time.time()).encode()).hexdigest(), 16))  # !
    """,
    "tuple assignment": """
        import time, random
        name, seed = "run", time.time()
        random.seed(seed)  # !
    """,
    "reseeded in a loop": """
        import time
        import numpy as np
        def sample(n):
            for _ in range(n):
                np.random.seed(int(time.time() * 1000) % 2**32)  # !
                yield np.random.rand()
    """,
    "process pool worker": """
        import os
        import numpy as np
        def work(task):
            np.random.seed(os.getpid() + task)  # !
            return np.random.rand()
    """,
    "parameter of an object out of sight": """
        import time
        def begin(env):
            env.reset(seed=int(time.time()))  # !
    """,
    "helper from elsewhere": """
        import time
        from project.utils import set_seed
        set_seed(int(time.time()))  # !
    """,
    "spread parameters": """
        import time
        from sklearn.cluster import KMeans
        options = {
            "n_clusters": 3,
            "random_state": int(time.time()),  # !
        }
        model = KMeans(**options)
    """,
    "variable that may not be set": """
        import os, random
        random.seed(os.environ.get("SEED"))  # !
    """,
    "hash of what may be text": """
        import random
        def begin(name):
            random.seed(hash(name))  # !
    """,
    "draw beside a function that nobody calls": """
        import random
        import torch
        def repeatable():
            random.seed(0)
        torch.manual_seed(random.randint(0, 9))  # !
    """,
    "worker without a seed": """
        import numpy as np
        from torch.utils.data import DataLoader
        def init_worker(worker_id):
            np.random.seed()  # !
        loader = DataLoader([], num_workers=2, worker_init_fn=init_worker)
    """,
    "one finding for two reasons": """
        import random, time
        def begin(args):
            seed = None
            if args.new:
                seed = time.time()
            random.seed(seed)  # !
    """,
    "None written out to libraries": """
        import networkx as nx
        import optuna
        from networkx import barabasi_albert_graph
        other = barabasi_albert_graph(5, 3, seed=None)  # !
        graph = nx.gnp_random_graph(10, 0.1, seed=None)  # !
        sampler = optuna.samplers.TPESampler(seed=None)  # !
    """,
    "checked for something else": """
        import random
        def begin(seed=None):
            if seed is not None:
                print("seed", seed)
            random.seed(seed)
        begin()  # !
    """,
    "array of seeds": """
        import numpy as np
        seeds = np.random.randint(0, 1000, size=5)
        for seed in seeds:
            np.random.seed(seed)  # !
    """,
    "process pid": """
        import multiprocessing
        import random
        def work():
            random.seed(multiprocessing.current_process().pid)  # !
    """,
}

FIXED = {
    "hash of a tuple of numbers": """
        import random
        def begin(version: tuple[int, int]):
            random.seed(hash(version) % 1000)
    """,
    "timer": """
        import random, time
        def timed(seed):
            started = time.time()
            random.seed(seed)
            return time.time() - started
    """,
    "name of a run": """
        import os, random
        from datetime import datetime
        def begin(seed, name=None):
            name = name or f"{datetime.now():%Y%m%d}-{os.getpid()}"
            random.seed(seed)
            return name
    """,
    "overwritten": """
        import random, time
        seed = int(time.time())
        print("would be", seed)
        seed = 42
        random.seed(seed)
    """,
    "constant fallback": """
        import random
        def begin(seed=None):
            if not seed:
                seed = 1
            random.seed(seed)
    """,
    "variable with a fixed default": """
        import os, random
        random.seed(int(os.environ.get("SEED", "0")))
    """,
    "argparse default": """
        import argparse, random
        parser = argparse.ArgumentParser()
        parser.add_argument("--seed", type=int, default=7)
        args = parser.parse_args()
        random.seed(args.seed)
    """,
    "argparse required": """
        import argparse, random
        parser = argparse.ArgumentParser()
        parser.add_argument("--seed", type=int, required=True)
        random.seed(parser.parse_args().seed)
    """,
    "argparse guarded": """
        import argparse, random
        parser = argparse.ArgumentParser()
        parser.add_argument("--seed", type=int)
        args = parser.parse_args()
        if args.seed is not None:
            random.seed(args.seed)
    """,
    "refused": """
        import random
        def begin(seed=None):
            assert seed is not None
            random.seed(seed)
        begin()
    """,
    "early return": """
        import random
        def begin(seed=None):
            if seed is None:
                return
            random.seed(seed)
        begin()
    """,
    "torch workers": """
        import random
        import numpy as np
        import torch
        def init_worker(worker_id):
            seed = torch.initial_seed() % 2**32
            np.random.seed(seed)
            random.seed(seed + worker_id)
    """,
    "seeded draw": """
        import random
        import numpy as np
        import torch
        random.seed(0)
        np.random.seed(random.randint(0, 2**31))
        torch.manual_seed(np.random.randint(2**31))
    """,
    "seeded draw in a function": """
        import random
        import torch
        def fork():
            torch.manual_seed(random.getrandbits(32))
        def main():
            random.seed(0)
            fork()
        main()
    """,
    "seeded by keras": """
        import keras
        import numpy as np
        import torch
        keras.utils.set_random_seed(3)
        torch.manual_seed(np.random.randint(100))
    """,
    "seeded object": """
        import random
        import torch
        rng = random.Random(5)
        torch.manual_seed(rng.randint(0, 10))
    """,
    "seeded generator": """
        import numpy as np
        import torch
        rng = np.random.default_rng(5)
        torch.manual_seed(int(rng.integers(2**31)))
        child = np.random.default_rng(rng.integers(2**31))
    """,
    "digest of a name": """
        import hashlib, random
        def begin(name):
            random.seed(int(hashlib.sha256(name.encode()).hexdigest(), 16))
    """,
    "crc of a name": """
        import zlib
        import numpy as np
        def begin(name):
            np.random.seed(zlib.crc32(name.encode()))
    """,
    "hash of numbers": """
        import random
        def begin(fold: int, epoch: int):
            random.seed(hash((fold, epoch)))
    """,
    "lightning without": """
        from lightning.pytorch import seed_everything
        seed_everything()
    """,
    "own time module": """
        import random
        class Clock:
            def time(self):
                return 12
        time = Clock()
        random.seed(time.time())
    """,
    "own seed method": """
        import time
        class Plant:
            def seed(self, when=None):
                self.when = when
        plant = Plant()
        plant.seed()
        plant.seed(time.time())
    """,
    "own seed function": """
        import time
        def seed(when=None):
            return when
        seed()
        seed(time.time())
    """,
    "rank and epoch": """
        import random
        import torch.distributed as dist
        def begin(seed, epoch):
            random.seed(seed + dist.get_rank() * 1000 + epoch)
    """,
    "worker number": """
        import multiprocessing
        import numpy as np
        def work():
            np.random.seed(multiprocessing.current_process()._identity[0])
    """,
    "provably given": """
        import random, time
        SEED = 3
        seed = SEED if SEED is not None else int(time.time())
        random.seed(seed)
        random.seed(SEED or time.time())
    """,
    "restored": """
        import random
        state = random.getstate()
        random.setstate(state)
    """,
    "None where None is nothing": """
        from sklearn.model_selection import train_test_split
        def split(x, random_state=None):
            return train_test_split(x, random_state=random_state)
    """,
    "token": """
        import secrets
        def token():
            return secrets.token_hex(8)
    """,
    "config attribute, unknown": """
        import random
        def begin(config):
            random.seed(config.seed)
    """,
    "placeholder attribute": """
        import random
        class Run:
            def __init__(self):
                self.seed = None
            def set_seed(self, seed):
                self.seed = seed
            def begin(self):
                random.seed(self.seed)
    """,
    "comprehension": """
        import random
        rngs = [random.Random(seed) for seed in range(4)]
    """,
    "shadowed import": """
        import random
        def sample(random):
            random.seed()
    """,
    "clock given to a function that gives a seed": """
        import time
        from project.utils import get_seed
        seeds = get_seed(time.time())
    """,
    "program left": """
        import argparse, random, sys
        parser = argparse.ArgumentParser()
        parser.add_argument("--seed", type=int)
        args = parser.parse_args()
        if args.seed is None:
            parser.error("give a seed")
        random.seed(args.seed)
    """,
    "generator of its own": """
        import torch
        def begin(generator):
            torch.manual_seed(torch.randint(0, 9, (1,), generator=generator).item())
    """,
    "base class": """
        import random
        class Base:
            def __init__(self, seed=None):
                random.seed(seed)
        class Derived(Base):
            def __init__(self):
                super().__init__()
    """,
    "configured from outside": """
        import gin, random
        @gin.configurable
        def train(seed=None):
            random.seed(seed)
        train()
    """,
    "None where the state is seeded": """
        import random
        import networkx as nx
        random.seed(3)
        graph = nx.gnp_random_graph(10, 0.1, seed=None)
    """,
    "fixed array of seeds": """
        import numpy as np
        np.random.seed(0)
        for seed in np.random.randint(0, 1000, size=5):
            np.random.seed(seed)
    """,
    "environment required": """
        import os, random
        random.seed(os.environ["SEED"])
    """,
}

LOW = {
    "only returned": """
        import time
        def new_seed():
            seed = int(time.time())  # !
            return seed
    """,
    "library function": """
        import numpy as np
        def shuffled(items, seed=None):
            if seed is None:
                seed = np.random.randint(1000)
            rng = np.random.RandomState(seed)  # !
            return rng.permutation(items)
    """,
    "after an unknown helper": """
        import numpy as np
        import torch
        from project.utils import init_seeds
        init_seeds(0)
        torch.manual_seed(np.random.randint(100))  # !
    """,
    "a function in sight that seeds nothing": """
        import time
        def label(seed):
            return f"run {seed}"
        print(label(seed=int(time.time())))  # !
    """,
    "hash of what is a number by its name": """
        import random
        def begin(seed, *more):
            random.seed(hash((seed, *more)))  # !
    """,
}


@pytest.mark.parametrize("code", ENTROPY.values(), ids=ENTROPY)
def test_a_seed_that_differs_is_reported_once(code: str) -> None:
    assert check(code, "DET104") == [(line, "DET104") for line in marked_lines(code)]


@pytest.mark.parametrize("code", FIXED.values(), ids=FIXED)
def test_a_seed_that_is_fixed_or_not_known_is_left_alone(code: str) -> None:
    assert check(code, "DET104") == []


@pytest.mark.parametrize("code", LOW.values(), ids=LOW)
def test_what_is_not_certain_has_low_confidence(code: str) -> None:
    assert check(code, "DET104") == []
    assert check(unmarked(code), "DET104", min_confidence="low") == [(line, "DET104") for line in marked_lines(code)]


def test_lightning_took_entropy_before_2_2() -> None:
    code = "from lightning.pytorch import seed_everything\n\nseed_everything()\nseed_everything(3)\n"
    assert check(code, "DET104", targets=("lightning=2.1",)) == [(3, "DET104")]
    assert check(code, "DET104", targets=("lightning=2.2",)) == []


def test_the_draw_is_named_where_it_stands_elsewhere() -> None:
    from tests.helpers import diagnose

    code = "import random\nimport time\n\nseed = time.time()\nrandom.seed(seed)\n"
    (finding,) = diagnose(code, "DET104")
    assert "the clock" in finding.message
    assert [place.location.line for place in finding.related] == [4]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("np.random.seed(None)", "gets `None`"),
        ("np.random.seed(seed=None)", "gets `None`"),
        ("def f(seed=None):\n    np.random.seed(seed)\n\n\nf()", "may get `None`"),
    ],
)
def test_a_none_that_is_written_out_is_certain(code: str, words: str) -> None:
    (found,) = diagnose(f"import numpy as np\n\n{code}\n", select="DET104")
    assert words in found.message


@pytest.mark.parametrize(
    ("test", "low"),
    [
        ("FLAGS.vary_seed", True),
        ("randomize", True),
        ("randomize()", True),
        ("seed is None", False),
        ("not fixed", False),
        ("train", False),
    ],
)
def test_entropy_that_an_option_asks_for(test: str, low: bool) -> None:
    code = (
        "import os\nimport numpy as np\n\ndef seed(FLAGS, randomize, fixed, train, seed=None):\n"
        f"    if {test}:\n        number = int.from_bytes(os.urandom(4), 'big')\n    else:\n        number = 17\n"
        "    np.random.seed(number)\n"
    )
    found = diagnose(code, select="DET104", min_confidence="low")
    assert [item.confidence.name == "LOW" for item in found] == [low]


def test_a_seed_where_it_is_no_none() -> None:
    code = (
        "import numpy as np\n\ndef _make(n, seed=None):\n    if seed is None:\n        a = None\n    else:\n"
        "        a = np.random.RandomState(seed).randint(9)\n    return order(n, seed=a)\n\n_make(3)\n"
    )
    assert check(code, select="DET104") == []
