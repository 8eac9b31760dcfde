"""Random states, seeds, orders and results in whole programs, and what only looks like them.

A line that must be reported ends in `# !` and the codes.
"""

from __future__ import annotations

import pytest
from tests.rules.ways import found, marked

CODES = (
    "DET101",
    "DET102",
    "DET104",
    "DET105",
    "DET106",
    "DET107",
    "DET108",
    "DET109",
    "DET110",
    "DET111",
    "DET112",
    "DET113",
    "DET121",
    "DET122",
    "DET131",
    "DET141",
    "DET151",
)

PROGRAMS = {
    "bootstrap cli": '''\
"""Bootstrap confidence intervals (a command line tool); forgets the seed it reads."""
import argparse

import numpy as np
import pandas as pd


class Bootstrap:
    def __init__(self, values, draws):
        self.values = np.asarray(values)
        self.draws = draws

    def _resample(self):
        index = np.random.randint(0, len(self.values), len(self.values))
        return self.values[index]

    def interval(self, level):
        means = [self._resample().mean() for _ in range(self.draws)]
        return np.quantile(means, [(1 - level) / 2, (1 + level) / 2])


def run(argv=None):
    parser = argparse.ArgumentParser()
    parser.add_argument("table")
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args(argv)
    frame = pd.read_csv(args.table)
    print(Bootstrap(frame["value"], args.draws).interval(0.95))


if __name__ == "__main__":
    raise SystemExit(run())  # ! DET121
''',
    "deck game": '''\
"""A simulator whose random numbers come from one seeded instance, or are seeded before use."""
import random
import sys
from random import Random, choice, shuffle


def deal(rng: Random, n=5):
    deck = list(range(52))
    rng.shuffle(deck)
    return deck[:n]


def quick():
    order = [1, 2, 3]
    shuffle(order)
    return choice(order)


class Table:
    def __init__(self, seed):
        self.rng = random.Random(seed)
        random.seed(seed)

    def play(self, rounds):
        return [deal(self.rng) for _ in range(rounds)] + [quick()]


def main(argv):
    seed = int(argv[1]) if len(argv) > 1 else 42
    table = Table(seed)
    print(table.play(3))


main(sys.argv)
''',
    "env children": '''\
"""Variables for this process and for others."""
import os
import random
import subprocess
import sys
from os import environ

import numpy as np


def seed_all(seed=0):
    random.seed(seed)
    np.random.seed(seed)
    environ["PYTHONHASHSEED"] = str(seed)  # ! DET112


def child(cmd, seed):
    env = {**environ, "PYTHONHASHSEED": str(seed)}
    subprocess.Popen(cmd, env=env)


def child_copy(cmd):
    env = dict(environ)
    env.setdefault("PYTHONHASHSEED", "0")
    return subprocess.run(cmd, env=env, check=False)


class Job:
    def __init__(self):
        self.env = os.environ.copy()
        self.env["PYTHONHASHSEED"] = "0"

    def run(self):
        subprocess.run([sys.executable, "train.py"], env=self.env)


def fixed():
    return environ.get("PYTHONHASHSEED") == "0"
''',
    "hash buckets": '''\
"""Hash values that leave the process, and some that do not."""
import json
import zlib
from dataclasses import dataclass
from pathlib import Path


def fold(user_id: str, k: int) -> int:
    return hash(user_id) % k  # ! DET107


def fold_number(user_id: int, k: int) -> int:
    return hash(user_id) % k


def fold_stable(user_id: str, k: int) -> int:
    return zlib.crc32(user_id.encode()) % k


def cache_file(folder, config: dict) -> Path:
    return Path(folder) / f"{hash(json.dumps(config, sort_keys=True))}.pkl"  # ! DET107


def cache_key(config: dict) -> str:
    key = str(abs(hash(frozenset(config.items()))))  # ! DET107
    return f"cache/{key}.npy"


@dataclass(eq=False)
class Node:
    name: str

    def __hash__(self):
        return hash((type(self).__name__, self.name))

    def __eq__(self, other):
        return hash(self) == hash(other)


def hashing_trick(tokens, size):
    row = [0] * size
    for token in tokens:
        row[hash(token) % size] += 1  # ! DET107
    return row


def hashing_trick_lambda(size):
    bucket = lambda token: hash(token) % size  # noqa: E731  # ! DET107
    return bucket


def is_hashable(value):
    try:
        hash(value)
    except TypeError:
        return False
    return True


def same(a, b):
    return hash(a) == hash(b)


class Hasher:
    def hash(self, text):
        return zlib.adler32(text.encode())

    def bucket(self, text):
        return self.hash(text) % 16


def is_train(path: Path):
    return hash(str(path)) % 10 < 8  # ! DET107
''',
    "late seed script": '''\
"""Top-level script: draws a split, then seeds."""
import random

import numpy as np

ids = list(range(1000))
random.shuffle(ids)
train, test = ids[:800], ids[800:]

random.seed(7)  # ! DET109
np.random.seed(7)

noise = np.random.normal(size=len(train))
batch = random.sample(train, 32)
np.random.seed(8)
print(noise.sum(), batch, np.random.rand())
''',
    "library draws": '''\
"""Draws by libraries that take a seed of their own."""
import networkx as nx
import numpy as np
import optuna
import polars as pl
import scipy.stats as st
from datasets import Dataset, load_dataset
from faker import Faker
from imblearn.over_sampling import SMOTE, RandomOverSampler
from scipy.optimize import basinhopping, differential_evolution, dual_annealing, minimize
from scipy.stats import bootstrap, norm, qmc, uniform
from umap import UMAP


def search(f, bounds):
    return differential_evolution(f, bounds)  # ! DET151


def search_fixed(f, bounds, rng):
    return differential_evolution(f, bounds, rng=rng)


def search_seed(f, bounds):
    return dual_annealing(f, bounds, seed=3)


def hop(f, x0):
    return basinhopping(f, x0, niter=10)  # ! DET151


def descend(f, x0):
    return minimize(f, x0)


def noise(n):
    return norm(0, 1).rvs(n)  # ! DET151


def noise_fixed(n):
    return norm.rvs(size=n, random_state=np.random.default_rng(1))


def quantile(p):
    return uniform.ppf(p)


def interval(x):
    return bootstrap((x,), np.mean, n_resamples=999)  # ! DET151


def interval_fixed(x):
    return st.bootstrap((x,), np.mean, random_state=1)


def sobol(d):
    return qmc.Sobol(d, scramble=False).random_base2(4)


def sobol_scrambled(d):
    return qmc.Sobol(d=d).random_base2(4)  # ! DET151


def table(n):
    frame = pl.DataFrame({"x": range(100)})
    return frame.sample(fraction=0.1)  # ! DET151


def table_fixed(n):
    frame = pl.DataFrame({"x": range(100)})
    return frame.sample(n, seed=1)


def split(path):
    data = load_dataset("csv", data_files=path, split="train")
    return data.train_test_split(test_size=0.1)  # ! DET151


def split_fixed(path):
    data = load_dataset("csv", data_files=path, split="train")
    return data.shuffle(seed=9).train_test_split(0.1, seed=9)


def shuffled(rows):
    return Dataset.from_list(rows).shuffle()  # ! DET151


def balance(x, y):
    return SMOTE(k_neighbors=3).fit_resample(x, y)  # ! DET151


def balance_fixed(x, y):
    options = {"sampling_strategy": "minority"}
    options["random_state"] = 5
    return RandomOverSampler(**options).fit_resample(x, y)


def project(x):
    return UMAP(n_neighbors=5, min_dist=0.1).fit_transform(x)  # ! DET151


def project_fixed(x, seed=1):
    return UMAP(n_neighbors=5, random_state=seed).fit_transform(x)


def study(trials, seed):
    sampler = optuna.samplers.NSGAIISampler(population_size=10, seed=seed)
    return optuna.create_study(sampler=sampler)


def study_random(trials):
    sampler = optuna.samplers.NSGAIISampler(population_size=10)  # ! DET151
    return optuna.create_study(sampler=sampler)


def grid(space):
    return optuna.create_study(sampler=optuna.samplers.BruteForceSampler(seed=1))


def graph(n):
    return nx.random_regular_graph(3, n)  # ! DET151


def layout(g):
    return nx.circular_layout(g)


def people(n):
    Faker.seed(4)
    fake = Faker()
    return [fake.name() for _ in range(n)]
''',
    "parallel results": '''\
"""Work done by pools; some of it keeps the order of completion."""
import asyncio
import concurrent.futures as cf
import multiprocessing as mp
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor
from queue import Queue
from threading import Lock, Thread

import numpy as np


def embed(paths, f):
    out = []
    with cf.ThreadPoolExecutor() as pool:
        futures = {pool.submit(f, p): p for p in paths}
        for done in cf.as_completed(futures):  # ! DET108
            out.append((futures[done], done.result()))
    return out


def embed_sorted(paths, f):
    out = []
    with cf.ThreadPoolExecutor() as pool:
        futures = {pool.submit(f, p): p for p in paths}
        for done in cf.as_completed(futures):
            out.append((futures[done], done.result()))
    return sorted(out)


def embed_array(paths, f, size):
    out = np.zeros((len(paths), size))
    with cf.ThreadPoolExecutor() as pool:
        futures = {pool.submit(f, p): i for i, p in enumerate(paths)}
        for done in cf.as_completed(futures):
            out[futures[done]] = done.result()
    return out


def stacked(paths, f):
    with mp.Pool() as pool:
        return np.stack(list(pool.imap_unordered(f, paths)))  # ! DET108


def counted(paths, f):
    with mp.get_context("spawn").Pool(4) as pool:
        return sum(1 for ok in pool.imap_unordered(f, paths) if ok)


def mapping(paths, f):
    with mp.Pool() as pool:
        return dict(pool.imap_unordered(f, paths))


def written(paths, f, target):
    with mp.Pool() as pool, open(target, "w") as handle:
        for line in pool.imap_unordered(f, paths):  # ! DET108
            handle.write(line)


def progress(jobs, bar):
    for job in cf.as_completed(jobs):
        bar.update(1)
    return [job.result() for job in jobs]


def errors(jobs):
    for job in cf.as_completed(jobs):
        job.result()


async def gather(tasks):
    results = []
    for next_done in asyncio.as_completed(tasks):  # ! DET108
        results.append(await next_done)
    return results


async def race(tasks):
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)  # ! DET108
    for task in pending:
        task.cancel()
    return [task.result() for task in done]


async def everything(tasks):
    done, _ = await asyncio.wait(tasks)
    return {task.get_name(): task.result() for task in done}


def extended(paths, f):
    rows = []
    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(f, p) for p in paths]
        rows.extend(job.result() for job in cf.as_completed(jobs))  # ! DET108
    return rows


def mapped(paths, f):
    with ThreadPoolExecutor(4) as pool:
        yield from pool.map(f, paths)


def best(jobs):
    return max(job.result() for job in cf.as_completed(jobs))
''',
    "seeds many ways": '''\
"""Where seeds come from."""
import datetime as dt
import hashlib
import os
import random
import time
import uuid
from dataclasses import dataclass, field
from functools import partial
from time import time as now

import numpy as np
from numpy.random import RandomState, SeedSequence, default_rng


@dataclass
class Config:
    name: str = "run"
    seed: int = 13


@dataclass
class ClockConfig:
    name: str = "run"
    seed: int = field(default_factory=lambda: int(time.time()))


def from_config(config: Config):
    random.seed(config.seed)
    return default_rng(config.seed)


def clock():
    np.random.seed(int(now()) % 2**32)  # ! DET104


def clock_date():
    random.seed(dt.datetime.now().microsecond)  # ! DET104


def walrus():
    if (seed := time.time_ns() & 0xFFFFFFFF):
        random.seed(seed)  # ! DET104
    return seed


def unique():
    return default_rng(uuid.uuid4().int)  # ! DET104


def name_hash(name: str):
    random.seed(hash(name))  # ! DET104


def name_digest(name: str):
    random.seed(int(hashlib.sha256(name.encode()).hexdigest(), 16) % 2**32)


def object_id(model):
    np.random.seed(id(model) % 2**31)  # ! DET104


def pid_and_seed(seed):
    np.random.seed(seed + os.getpid())  # ! DET104


def rank_and_seed(seed, rank):
    np.random.seed(seed + 1000 * rank)


def nothing():
    random.seed()  # ! DET104
    np.random.seed(None)  # ! DET104


def redraw():
    seed = random.randint(0, 2**31)
    np.random.seed(seed)


def redraw_fixed():
    rng = random.Random(3)
    np.random.seed(rng.randrange(2**31))


def children(seed, n):
    return [default_rng(s) for s in SeedSequence(seed).spawn(n)]


def children_entropy(n):
    return [default_rng(s) for s in SeedSequence().spawn(n)]  # ! DET122


def state(seed=None):
    return RandomState(seed)


def state_none():
    return RandomState(None)  # ! DET122


def generators():
    bits = np.random.PCG64()  # ! DET122
    return np.random.Generator(bits)


def generators_fixed():
    return np.random.Generator(np.random.Philox(key=7))


make = partial(default_rng, 5)
make_entropy = partial(np.random.default_rng)


def made():
    return make()


def instance():
    return random.Random()  # ! DET102


def instance_none():
    return random.Random(x=None)  # ! DET102


def instance_fixed(label: str):
    return random.Random(f"{label}-1")


class Sampler(random.Random):
    def pick(self, items):
        return self.choice(items)


def own_instance(items):
    return Sampler(4).pick(items)


class Shuffler:
    def __init__(self, seed: int = 0, rng: np.random.Generator | None = None):
        self.rng = rng or np.random.default_rng(seed)

    def __call__(self, items):
        return self.rng.permutation(items)


class LazyShuffler:
    rng = np.random.default_rng()  # ! DET122

    def __call__(self, items):
        return self.rng.permutation(items)


def run_name():
    return f"run-{int(time.time())}-{uuid.uuid4().hex[:6]}"


def timed(f, seed=1):
    random.seed(seed)
    t0 = time.time()
    f()
    return time.time() - t0


def configured():
    settings = {"seed": time.time_ns() % 1000}
    random.seed(settings["seed"])  # ! DET104


def or_clock(args):
    random.seed(args.seed or time.time())  # ! DET104


def try_clock(text):
    try:
        seed = int(text)
    except ValueError:
        seed = int(time.time())
    np.random.seed(seed)  # ! DET104


def try_constant(text):
    try:
        seed = int(text)
    except ValueError:
        seed = 0
    np.random.seed(seed)


def restore(path_state):
    np.random.set_state(path_state)
    random.setstate(path_state)


def env_seed():
    random.seed(os.environ.get("SEED"))  # ! DET104


def env_seed_default():
    random.seed(int(os.getenv("SEED", "3")))
''',
    "shards": '''\
"""Turn folders of raw recordings into shards; order of files decides which record goes where."""
from __future__ import annotations

import glob
import itertools
import json
import os
import shutil
from glob import iglob
from os import listdir as ls
from os.path import getsize, join
from pathlib import Path


def manifest(root: Path) -> None:
    with (root / "manifest.txt").open("w") as out:
        for path in root.rglob("*.flac"):  # ! DET105
            out.write(f"{path}\\n")


def manifest_sorted(root: Path) -> None:
    with (root / "manifest.txt").open("w") as out:
        out.writelines(f"{path}\\n" for path in sorted(root.rglob("*.flac")))


def split(folder: str, share=0.8):
    names = ls(folder)  # ! DET105
    cut = int(share * len(names))
    return names[:cut], names[cut:]


def split_sorted(folder: str, share=0.8):
    names = ls(folder)
    names.sort()
    cut = int(share * len(names))
    return names[:cut], names[cut:]


def class_index(root):
    return {name: i for i, name in enumerate(entry.name for entry in os.scandir(root) if entry.is_dir())}  # ! DET105


def class_index_sorted(root):
    classes = sorted(entry.name for entry in os.scandir(root) if entry.is_dir())
    return {name: i for i, name in enumerate(classes)}


def walk_all(root):
    found = []
    for base, _, files in os.walk(root):  # ! DET105
        found += [join(base, name) for name in files if name.endswith(".npy")]
    return found


def walk_sorted(root):
    found = []
    for base, dirs, files in os.walk(root):
        dirs.sort()
        for name in sorted(files):
            found.append(join(base, name))
    return found


def walk_then_sort(root):
    found = [join(base, name) for base, _, files in os.walk(root) for name in files]
    return sorted(found, key=lambda p: (len(p), p))


def total(root):
    return sum(getsize(p) for p in iglob(join(root, "*.bin")))


def newest(root):
    return max(glob.glob(f"{root}/ckpt-*.pt"), key=os.path.getmtime)


def last(root):
    return glob.glob(f"{root}/ckpt-*.pt")[-1]  # ! DET105


def first_batch(root, n):
    return list(itertools.islice(Path(root).glob("*.json"), n))  # ! DET105


def first_found(root):
    if (config := next(Path(root).glob("*.yaml"), None)) is None:  # ! DET105
        raise FileNotFoundError(root)
    return config


def clear(root):
    for path in Path(root).iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def convert(root, target):
    for path in Path(root).glob("*.wav"):
        (Path(target) / path.with_suffix(".raw").name).write_bytes(path.read_bytes()[44:])


def numbered(root, target):
    for i, path in enumerate(Path(root).glob("*.wav")):  # ! DET105
        shutil.copy(path, Path(target) / f"{i:06d}.wav")


def by_stem(root):
    return {path.stem: json.loads(path.read_text()) for path in Path(root).glob("*.json")}


def empty(root):
    return not os.listdir(root)


def has_shard(root):
    return any(name.startswith("shard") for name in os.listdir(root))


def count(root):
    return len(list(Path(root).rglob("*.txt")))


def pairs(images, masks):
    return list(zip(glob.glob(images + "/*.png"), sorted(glob.glob(masks + "/*.png"))))  # ! DET105


def reversed_names(folder):
    names = os.listdir(folder)
    names = sorted(names, reverse=True)
    return names


def by_size(folder):
    return sorted(Path(folder).iterdir(), key=lambda p: p.stat().st_size)


class Folder:
    def __init__(self, root):
        self.root = root
        self.files = [p for p in Path(root).glob("**/*.jpg")]  # ! DET105

    def __getitem__(self, i):
        return self.files[i]


class SortedFolder:
    def __init__(self, root):
        self.files = [p for p in Path(root).glob("**/*.jpg")]
        self.files.sort()

    def __getitem__(self, i):
        return self.files[i]


def sharded(root, shards):
    groups = [[] for _ in range(shards)]
    for path in sorted(Path(root).iterdir()):
        groups[hash(path.name) % shards].append(path)  # ! DET107
    return groups
''',
    "vocab sets": '''\
"""Vocabularies, tag sets and splits that hang on the order of sets."""
import csv
import operator
import random
from functools import reduce
from typing import AbstractSet, Iterable

import numpy as np
import pandas as pd

PUNCTUATION = set(".,;:!?")
VOWELS = frozenset("aeiou")


def words_of(texts: Iterable[str]):
    return {word for text in texts for word in text.split()}


def table(texts):
    index = {}
    for word in words_of(texts):  # ! DET106
        index[word] = len(index)
    return index


def table_sorted(texts):
    index = {}
    for word in sorted(words_of(texts)):
        index[word] = len(index)
    return index


def strip(text):
    for mark in PUNCTUATION:
        text = text.replace(mark, "")
    return text


def has_vowel(word):
    return any(v in word for v in VOWELS)


def union(*groups):
    everything = reduce(operator.or_, map(set, groups))
    return list(everything)


def users(frame: pd.DataFrame):
    ids = set(frame["user"])
    return np.array(list(ids))  # ! DET106


def users_unique(frame: pd.DataFrame):
    return np.array(list(frame["user"].unique()))


def holdout(groups: AbstractSet[str], n: int):
    return random.Random(1).sample(sorted(groups), n)


def holdout_unsorted(names, n):
    pool = list({name.lower() for name in names})  # ! DET106
    random.Random(1).shuffle(pool)
    return pool[:n]


def only(items):
    (item,) = {i.strip() for i in items}
    return item


def pick(tags: set):
    return tags.pop()  # ! DET106


def drain(tags: set):
    n = 0
    while tags:
        tags.pop()
        n += 1
    return n


def header(rows: list[dict]):
    names = set().union(*(row.keys() for row in rows))
    with open("table.csv", "w") as f:
        writer = csv.DictWriter(f, fieldnames=list(names))  # ! DET106
        writer.writeheader()
        writer.writerows(rows)


def header_sorted(rows: list[dict]):
    names = set().union(*(row.keys() for row in rows))
    with open("table.csv", "w") as f:
        csv.DictWriter(f, fieldnames=sorted(names)).writerows(rows)


def joined(a, b):
    return "_".join(set(a) & set(b))  # ! DET106


def codes(n):
    small = {i % 7 for i in range(n)}
    return [c + 1 for c in small]


def flags():
    return [f for f in {True, False, None}]


def message(missing, known):
    unknown = set(missing) - set(known)
    if unknown:
        raise ValueError(f"unknown: {sorted(unknown)}")
    return len(unknown)


def columns(frame: pd.DataFrame, drop):
    return frame[list(set(frame.columns) - set(drop))]  # ! DET106


def columns_kept(frame: pd.DataFrame, drop):
    drop = set(drop)
    return frame[[c for c in frame.columns if c not in drop]]


def dedupe(items):
    return list(dict.fromkeys(items))


def dedupe_set(items: list[str]):
    return [*set(items)]  # ! DET106


def ranked(words: set[str], counts):
    return sorted(words, key=lambda w: (-counts[w], w))


def ranked_ties(words: set[str], counts):
    return sorted(words, key=counts.get)  # ! DET106


def mean_length(words: set[str]):
    return sum(len(w) for w in words) / len(words)


def mean_score(words: set[str], score: dict[str, float]):
    total = 0.0
    for w in words:  # ! DET106
        total += score[w]
    return total / len(words)


def matrix(words: set[str], size: int):
    rows = {w: np.zeros(size) for w in words}  # ! DET106
    return np.stack(list(rows.values()))


def first_of(words: frozenset[str]):
    for w in words:  # ! DET106
        return w


class Registry:
    names: set[str] = set()

    def register(self, name):
        self.names.add(name)

    def listing(self):
        return tuple(self.names)  # ! DET106

    def __contains__(self, name):
        return name in self.names
''',
    "cfg class": '''\
"""The seeding method is defined, but nobody calls it."""
import random


class Config:
    seed = 7

    def apply(self):
        random.seed(self.seed)


class Game:
    def __init__(self, config: Config):
        self.config = config

    def play(self):
        return random.choice(["a", "b"])


def main():
    print(Game(Config()).play())


main()  # ! DET101
''',
    "cfg class applied": '''\
"""The same, with the method called through an attribute."""
import random


class Config:
    seed = 7

    def apply(self):
        random.seed(self.seed)


class Game:
    def __init__(self, config: Config):
        self.config = config
        self.config.apply()

    def play(self):
        return random.choice(["a", "b"])


def main():
    print(Game(Config()).play())


main()
''',
    "click cli": '''\
"""A command by click whose seed is used for something else."""
import click
import numpy as np


@click.command()
@click.option("--n", default=10)
@click.option("--seed", default=0)
def simulate(n, seed):
    """Draw N steps."""
    steps = np.random.choice([-1, 1], size=n)
    click.echo(f"{seed}: {np.cumsum(steps)[-1]}")


if __name__ == "__main__":
    simulate()  # ! DET121
''',
    "genetic": '''\
"""A genetic algorithm: its generator is handed from function to function."""
import random
from typing import Callable


class Population:
    def __init__(self, size: int, rng: random.Random):
        self.rng = rng
        self.members = [[rng.random() for _ in range(3)] for _ in range(size)]

    def step(self, fitness: Callable):
        ranked = sorted(self.members, key=fitness)
        parents = ranked[: len(ranked) // 2]
        children = []
        while len(children) < len(parents):
            a, b = self.rng.sample(parents, 2)
            children.append([self.rng.choice(pair) for pair in zip(a, b)])
        self.members = parents + children


def evolve(generations=10, seed=1, rng=None):
    rng = rng or random.Random(seed)
    population = Population(20, rng)
    for _ in range(generations):
        population.step(sum)
    return population.members[0]


if __name__ == "__main__":
    print(evolve(), evolve(seed=2))
''',
    "guarded demo": '''\
"""A library with a demo at its end."""
import numpy as np


class Ising:
    def __init__(self, n):
        self.spins = np.random.choice([-1, 1], (n, n))

    def sweep(self, beta):
        n = len(self.spins)
        for _ in range(n * n):
            i, j = np.random.randint(0, n, 2)
            change = 2 * self.spins[i, j] * self.neighbours(i, j)
            if change < 0 or np.random.rand() < np.exp(-beta * change):
                self.spins[i, j] *= -1

    def neighbours(self, i, j):
        s, n = self.spins, len(self.spins)
        return s[(i + 1) % n, j] + s[i - 1, j] + s[i, (j + 1) % n] + s[i, j - 1]


if __name__ == "__main__":
    model = Ising(16)  # ! DET121
    for _ in range(10):
        model.sweep(0.4)
    print(abs(model.spins.mean()))
''',
    "listing flow": '''\
"""Listings through functions, attributes, generators."""
import os
import pathlib
import re
from fnmatch import filter as fnfilter
from glob import glob as find
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = pathlib.Path("data")


def images(root):
    return [p for p in Path(root).iterdir() if p.suffix == ".png"]  # ! DET105


def images_lazy(root):
    yield from Path(root).rglob("*.png")  # ! DET105


def frames(root):
    return pd.concat([pd.read_csv(p) for p in find(f"{root}/*.csv")])  # ! DET105


def frames_sorted(root):
    return pd.concat(map(pd.read_csv, sorted(find(f"{root}/*.csv"))))


def frames_indexed(root):
    return pd.concat(pd.read_csv(p, index_col=0) for p in find(f"{root}/*.csv")).sort_index()


def arrays(root):
    return np.stack([np.load(ROOT / name) for name in os.listdir(root)])  # ! DET105


def natural(root):
    key = lambda name: int(re.findall(r"\\d+", name)[0])  # noqa: E731
    return sorted(os.listdir(root), key=key)


def natural_inplace(root):
    files = list(Path(root).glob("*.pt"))
    files.sort(key=lambda p: int(p.stem.split("_")[-1]))
    return files[-1]


def latest(root):
    files = find(os.path.join(root, "*.ckpt"))
    return max(files, key=os.path.getctime) if files else None


def oldest_removed(root, keep):
    files = sorted(find(os.path.join(root, "*.ckpt")), key=os.path.getmtime)
    for path in files[:-keep]:
        os.remove(path)


def text_files(root):
    return fnfilter(os.listdir(root), "*.txt")  # ! DET105


def is_done(root, n):
    return len(os.listdir(root)) >= n


def names_set(root):
    return {p.stem for p in Path(root).glob("*")}


def missing(root, wanted):
    return sorted(set(wanted) - set(os.listdir(root)))


def label(path):
    return next(p.name for p in Path(path).iterdir() if p.is_dir())  # ! DET105


def single(root):
    (path,) = Path(root).glob("*.json")
    return path


def asserted(root):
    found = list(Path(root).glob("*.json"))
    assert len(found) == 1
    return found[0]


def show(root):
    for name in os.listdir(root):
        print(name)


def sizes(root):
    return {name: os.path.getsize(os.path.join(root, name)) for name in os.listdir(root)}


def rename(root):
    for name in os.listdir(root):
        os.rename(os.path.join(root, name), os.path.join(root, name.lower()))


def rename_numbers(root):
    for n, name in enumerate(os.listdir(root)):  # ! DET105
        os.rename(os.path.join(root, name), os.path.join(root, f"{n:04}.jpg"))


def merged(root, target):
    with open(target, "wb") as out:
        for part in Path(root).glob("part-*"):  # ! DET105
            out.write(part.read_bytes())


def walked(root):
    paths = []
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(folders)
        paths.extend(os.path.join(folder, n) for n in sorted(names))
    return paths


def walked_half(root):
    paths = []
    for folder, _, names in os.walk(root):  # ! DET105
        paths.extend(os.path.join(folder, n) for n in sorted(names))
    return paths


class Files:
    def __init__(self, root):
        self.names = os.listdir(root)  # ! DET105
        self.root = root

    def __getitem__(self, i):
        return os.path.join(self.root, self.names[i])

    def __len__(self):
        return len(self.names)


class SortedFiles(Files):
    def __init__(self, root):
        self.names = sorted(os.listdir(root))


def maybe_sorted(root, sort=True):
    names = os.listdir(root)
    if sort:
        names.sort()
    return names


def splits(root):
    folds = [f for f in Path(root).iterdir() if f.is_dir()]  # ! DET105
    return folds[:-1], folds[-1]


def import_plugins(root):
    for path in Path(root).glob("*.py"):
        __import__(path.stem)
''',
    "set flow": '''\
"""Sets that flow through functions, attributes and loops of one file."""
import json
from collections import Counter, defaultdict
from itertools import chain, product


def stems(rows):
    found = set()
    for row in rows:
        found |= {row["stem"]}
    return found


def write_stems(rows, handle):
    for stem in stems(rows):  # ! DET106
        handle.write(stem + "\\n")


def write_sorted(rows, handle):
    for stem in sorted(stems(rows)):
        handle.write(stem + "\\n")


def log_stems(rows):
    for stem in stems(rows):
        print("found", stem)


def dumped(rows, path):
    with open(path, "w") as f:
        json.dump({"stems": list(stems(rows))}, f)  # ! DET106


def dumped_sorted(rows, path):
    with open(path, "w") as f:
        json.dump({"stems": sorted(stems(rows))}, f)


class Graph:
    def __init__(self):
        self.edges = defaultdict(set)

    def add(self, a, b):
        self.edges[a].add(b)

    def neighbours(self, a):
        return list(self.edges[a])  # ! DET106

    def degree(self, a):
        return len(self.edges[a])

    def reach(self, start):
        seen, todo = set(), [start]
        while todo:
            node = todo.pop()
            if node not in seen:
                seen.add(node)
                todo.extend(self.edges[node])
        return seen

    def triangles(self):
        return sum(1 for a in self.edges for b in self.edges[a] for c in self.edges[b] if a in self.edges[c])


def grid(names: set[str], levels: set[str]):
    return list(product(names, levels))  # ! DET106


def together(a: set[str], b: set[str]):
    return [x for x in chain(a, b)]  # ! DET106


def numbered(names: frozenset[str]):
    return dict(zip(names, range(len(names))))  # ! DET106


def numbered_sorted(names: frozenset[str]):
    return dict(zip(sorted(names), range(len(names))))


def symmetric(a, b):
    difference = set(a).symmetric_difference(b)
    return max(difference, key=len, default="")


def smallest(names: set[str]):
    return min(names)


def frequent(words, keep: set[str]):
    return [w for w, _ in Counter(words).most_common() if w in keep]


def copies(names: set[str]):
    other = {n.upper() for n in names}
    other.update(n.lower() for n in names)
    return frozenset(other)


def checks(names: set[str]):
    for name in names:
        if not name.isidentifier():
            raise ValueError(name)


def flags(parser, names: set[str]):
    parser.add_argument("--name", choices=sorted(names))
    parser.add_argument("--kind", choices=list({"a", "b"}))


def query(ids: set[str], execute):
    marks = ",".join("?" for _ in ids)
    return execute(f"select * from t where id in ({marks})", list(ids))


def first_three(names: set[str]):
    return list(names)[:3]  # ! DET106


def popped(names: set[str]):
    name = names.pop()  # ! DET106
    return name, names


def only_one(names):
    values = set(names)
    if len(values) == 1:
        return values.pop()
    return None


def starmap(names: set[str], f):
    return [f(n) for n in names]  # ! DET106


def keyed(names: set[str], f):
    return {n: f(n) for n in names}
''',
    "typer cli": '''\
"""A command by typer that seeds first."""
import numpy as np
import typer

app = typer.Typer()


@app.command()
def simulate(n: int = 10, seed: int = 0):
    np.random.seed(seed)
    typer.echo(np.random.choice([-1, 1], size=n).sum())


@app.command()
def show(path: str):
    typer.echo(open(path).read())


if __name__ == "__main__":
    app()
''',
    "unreached library": '''\
"""A module of helpers: no entry point, its draws are its callers' business."""
import random

import numpy as np

__all__ = ["jitter", "Augment"]


def jitter(x, scale=0.1):
    return x + np.random.normal(scale=scale, size=np.shape(x))


class Augment:
    def __init__(self, p=0.5):
        self.p = p

    def __call__(self, x):
        return x[::-1] if random.random() < self.p else x


def make_rng(seed=None):
    return np.random.default_rng(seed)


def entropy_rng():
    return np.random.default_rng()  # ! DET122
''',
    "flow classes": '''\
"""Seeds reach the draws through classes, properties and tables."""
import functools
import random
from abc import ABC, abstractmethod
from dataclasses import dataclass, field

import numpy as np


class Base(ABC):
    def __init__(self, seed):
        self.seed = seed
        self.setup()

    def setup(self):
        random.seed(self.seed)
        np.random.seed(self.seed)

    @abstractmethod
    def draw(self): ...


class Dice(Base):
    def draw(self):
        return random.randint(1, 6)


class Noise(Base):
    def setup(self):
        super().setup()

    @functools.cached_property
    def values(self):
        return np.random.normal(size=3)

    def draw(self):
        return self.values


@dataclass
class Run:
    kind: str
    seed: int = 3
    draws: list = field(default_factory=list)

    def __post_init__(self):
        table = {"dice": Dice, "noise": Noise}
        self.source = table[self.kind](self.seed)

    def __call__(self):
        self.draws.append(self.source.draw())
        return self.draws


def main(kinds=("dice", "noise")):
    for kind in kinds:
        print(Run(kind)())


if __name__ == "__main__":
    main()
''',
    "forgotten super": '''\
"""The subclass overrides the method that seeds, and forgets the parent's."""
import numpy as np


class Base:
    def __init__(self, seed):
        self.seed = seed
        self.setup()

    def setup(self):
        np.random.seed(self.seed)


class Quiet(Base):
    def setup(self):
        self.ready = True

    def draw(self):
        return np.random.normal()


if __name__ == "__main__":
    print(Quiet(3).draw())  # ! DET121
''',
    "lambda dispatch": '''\
"""Draws by a table of functions; seeding is one of the functions, but not the one that runs."""
import random
import sys

ACTIONS = {
    "draw": lambda: random.random(),
    "shuffle": lambda: random.sample(range(9), 9),
}


def main(argv):
    print(ACTIONS[argv[1]]())


if __name__ == "__main__":
    main(sys.argv)  # ! DET101
''',
    "late in method": '''\
"""Seeds late, in methods and branches."""
import random

import numpy as np


class Split:
    def __init__(self, n):
        self.order = np.random.permutation(n)

    def save(self, path):
        np.save(path, self.order)


def prepare(seed, n=10):
    split = Split(n)
    random.seed(seed)
    np.random.seed(seed)  # ! DET109
    return split, [random.random() for _ in range(n)]


def main():
    split, noise = prepare(4)
    split.save("order.npy")
    print(noise)


if __name__ == "__main__":
    main()
''',
    "seeds passed": '''\
"""Seeds that go through parameters, defaults and dicts."""
import os
import random
import time
from argparse import Namespace
from types import SimpleNamespace

import numpy as np

DEFAULTS = {"seed": 7, "n": 3}
CLOCK = {"seed": int(time.time()), "n": 3}


def seed_all(seed=0, *, numpy=True):
    random.seed(seed)
    if numpy:
        np.random.seed(seed)


def fixed():
    seed_all(**{"seed": DEFAULTS["seed"]})
    seed_all(DEFAULTS.get("seed", 1))
    seed_all()


def from_dict():
    random.seed(CLOCK["seed"])  # ! DET104


def clock():
    seed_all(time.time_ns() % 2**32)  # ! DET104


def namespace():
    args = SimpleNamespace(seed=3)
    seed_all(args.seed)
    other = Namespace(seed=os.getpid())  # ! DET104
    seed_all(other.seed)


def hashed(name):
    seed_all(abs(hash(name)) % 2**32)  # ! DET104


def summed(name):
    seed_all(sum(map(ord, name)))


def sequence(seed):
    return np.random.default_rng([seed, 3])


def sequence_clock():
    return np.random.default_rng([int(time.time()), 3])  # ! DET104


def spawned(seed):
    parent = np.random.SeedSequence(seed)
    return [np.random.Generator(np.random.PCG64(s)) for s in parent.spawn(2)]


def jumped(rng=None):
    rng = np.random.default_rng() if rng is None else rng  # ! DET122
    return rng.normal()


def restored(state):
    rng = np.random.default_rng()
    rng.bit_generator.state = state
    return rng.normal()


def pooled(rng: np.random.Generator):
    seeds = rng.integers(2**31, size=3)
    return [random.Random(int(s)) for s in seeds]


def entropy_seed():
    seed = np.random.SeedSequence().entropy  # ! DET122
    random.seed(seed)  # ! DET104


def secure():
    return random.SystemRandom().random()


def printed():
    seed = int(time.time())
    print("seed", seed)
    return seed
''',
    "two commands": '''\
"""Two subcommands; only one of them seeds."""
import argparse
import random


def simulate(args):
    random.seed(args.seed)
    print(random.random())


def sample(args):
    print(random.choice(open(args.path).readlines()))


def main():
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers()
    one = commands.add_parser("simulate")
    one.add_argument("--seed", type=int, default=1)
    one.set_defaults(func=simulate)
    two = commands.add_parser("sample")
    two.add_argument("path")
    two.set_defaults(func=sample)
    args = parser.parse_args()
    args.func(args)


if __name__ == "__main__":
    main()  # ! DET101
''',
}


@pytest.mark.parametrize("code", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_programs(code: str) -> None:
    assert found(code, CODES) == marked(code)
