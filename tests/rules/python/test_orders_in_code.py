"""Orders and hashes as they stand in code: every marked line is told by one of the four rules, and no other."""

from __future__ import annotations

import pytest
from tests.helpers import check, marked_lines

RULES = ("DET104", "DET105", "DET106", "DET107", "DET108")

DATA_SETS = r"""
import collections, glob, json, os, random
import os.path as osp
from pathlib import Path
import numpy as np
import pandas as pd
import torch
from torch.utils.data import Dataset, DataLoader


class Folder(Dataset):
    def __init__(self, root, transform=None):
        self.root = Path(root)
        self.classes = [d.name for d in self.root.iterdir() if d.is_dir()]  # !
        self.class_to_idx = {c: i for i, c in enumerate(self.classes)}
        self.samples = []
        for c in self.classes:
            for f in (self.root / c).glob("*.jpg"):  # !
                self.samples.append((f, self.class_to_idx[c]))

    def __len__(self):
        return len(self.samples)

    def __getitem__(self, i):
        return self.samples[i]


class Pairs(Dataset):
    def __init__(self, images, masks):
        self.image_paths = glob.glob(osp.join(images, "*.png"))  # !
        self.mask_paths = glob.glob(osp.join(masks, "*.png"))  # !

    def __getitem__(self, i):
        return self.image_paths[i], self.mask_paths[i]


class Sorted(Dataset):
    def __init__(self, images):
        self.paths = list(Path(images).rglob("*.png"))
        self.paths = sorted(self.paths)

    def __getitem__(self, i):
        return self.paths[i]


def vocab_from(texts):
    vocab = set()
    for t in texts:
        vocab |= set(t.split())
    word2idx = {w: i + 1 for i, w in enumerate(vocab)}  # !
    idx2word = {i: w for w, i in word2idx.items()}
    return word2idx, idx2word


def vocab_update(texts):
    vocab = set()
    for t in texts:
        vocab.update(t.lower().split())
    vocab = list(vocab)  # !
    json.dump(vocab, open("vocab.json", "w"))


def char_level(text):
    chars = list(set(text))  # !
    stoi = {ch: i for i, ch in enumerate(chars)}
    return stoi


def char_sorted(text):
    chars = sorted(list(set(text)))
    return {ch: i for i, ch in enumerate(chars)}


def from_column(df: pd.DataFrame):
    labels = set(df["label"])
    label2id = {}
    for lab in labels:  # !
        label2id[lab] = len(label2id)
    return label2id


def one_hot(df, cols):
    feats = list(set(df.columns) - {"target", "id"})  # !
    X = df[feats].values
    return X


def latest(ckpt_dir):
    ckpts = [f for f in os.listdir(ckpt_dir) if f.endswith(".pt")]
    ckpts.sort(key=lambda f: int(f.split("_")[1].split(".")[0]))
    return ckpts[-1]


def latest2(ckpt_dir):
    ckpts = glob.glob(f"{ckpt_dir}/*.pt")
    if not ckpts:
        return None
    return max(ckpts, key=os.path.getmtime)


def merge(folder):
    merged = {}
    for f in glob.glob(f"{folder}/*.json"):
        merged.update(json.load(open(f)))
    return merged


def shards(folder):
    ds = DataLoader(torch.cat([torch.load(f) for f in Path(folder).glob("*.pt")]))  # !
    return ds


def stats(folder):
    total = 0
    for p in Path(folder).rglob("*"):
        if p.is_file():
            total += p.stat().st_size
    return total


def nested(root):
    data = []
    for cls in os.listdir(root):  # !
        d = os.path.join(root, cls)
        for fn in os.listdir(d):  # !
            data.append((os.path.join(d, fn), cls))
    random.Random(0).shuffle(data)
    return data


def nested_sorted(root):
    data = []
    for cls in sorted(os.listdir(root)):
        for fn in sorted(os.listdir(os.path.join(root, cls))):
            data.append((fn, cls))
    return data


def concat(root):
    files = []
    for ext in ("*.jpg", "*.png"):
        files += glob.glob(os.path.join(root, ext))  # !
    n = int(0.8 * len(files))
    return files[:n], files[n:]


def dict_of_lists(root):
    out = {}
    for cls in sorted(os.listdir(root)):
        out[cls] = os.listdir(os.path.join(root, cls))  # !
    return out


def dict_of_sorted(root):
    out = {}
    for cls in os.listdir(root):
        out[cls] = sorted(os.listdir(os.path.join(root, cls)))
    return out


def lambda_map(folder):
    return list(map(lambda p: p.stem, Path(folder).iterdir()))  # !


def arr(folder):
    return np.stack([np.load(p) for p in glob.glob(folder + "/*.npy")])  # !


def mean(folder):
    values = [np.load(p).mean() for p in glob.glob(folder + "/*.npy")]
    return float(np.mean(values))


def common(a, b):
    both = set(a) & set(b)
    print(f"{len(both)} common: {both}")
    return len(both)


def dedupe_inplace(xs):
    xs[:] = list(set(xs))  # !
    return xs


def config_hash(cfg):
    return "_".join(f"{k}={v}" for k, v in set(cfg.items()))  # !


def group(rows):
    by = collections.defaultdict(set)
    for r in rows:
        by[r["k"]].add(r["v"])
    for k in by:
        by[k] = sorted(by[k])
    return by


def group2(rows):
    by = {}
    for r in rows:
        by.setdefault(r["k"], set()).add(r["v"])
    return {k: list(v) for k, v in by.items()}  # !


def sample(names: set):
    return random.sample(list(names), 3)  # !


def sample2(names: set):
    return random.sample(sorted(names), 3)


def itertools_product(a):
    import itertools
    return list(itertools.combinations(set(a), 2))  # !


def early(names):
    seen = set(names)
    if "a" in seen:
        return True
    for n in seen:
        if n.startswith("x"):
            return True
    return False


def sched(items):
    todo = set(items)
    while todo:
        x = todo.pop()
        print(x)


def typed(items):
    s: set = set(items)
    return tuple(s)  # !


def tensors(labels):
    classes = set(labels)
    w = torch.tensor([labels.count(c) for c in classes])  # !
    return w


def fmt(cols):
    return "SELECT " + ", ".join(set(cols))  # !


def get_first(s):
    for x in set(s):  # !
        return x
"""

LOOK_ALIKES = r"""
import asyncio, glob, os, random, re, shutil, subprocess, sys, json, logging
from collections import Counter, defaultdict, deque
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
import numpy as np
import pandas as pd

logger = logging.getLogger(__name__)


def cleanup(path, keep=3):
    files = sorted(glob.glob(path + "/*.ckpt"), key=os.path.getmtime)
    for f in files[:-keep]:
        os.remove(f)


def find_up(start):
    for parent in Path(start).parents:
        if any(p.name == "pyproject.toml" for p in parent.iterdir()):
            return parent


def copy_tree(src, dst):
    for root, dirs, files in os.walk(src):
        for d in dirs:
            os.makedirs(os.path.join(dst, d), exist_ok=True)
        for f in files:
            shutil.copy2(os.path.join(root, f), os.path.join(dst, f))


def convert_all(src):
    for wav in Path(src).rglob("*.wav"):
        subprocess.run(["ffmpeg", "-i", str(wav), str(wav.with_suffix(".flac"))], check=True)


def dir_size(d):
    return sum(f.stat().st_size for f in Path(d).glob("**/*") if f.is_file())


def has_ext(d):
    exts = {f.suffix for f in Path(d).iterdir()}
    return ".py" in exts


def by_stem(d):
    images = {p.stem: p for p in Path(d).glob("*.png")}
    masks = {p.stem: p for p in Path(d).glob("*_mask.png")}
    keys = sorted(images.keys() & masks.keys())
    return [(images[k], masks[k]) for k in keys]


def check_missing(df, required):
    missing = set(required) - set(df.columns)
    if missing:
        raise ValueError(f"missing columns: {missing}")
    extra = set(df.columns) - set(required)
    for c in extra:
        logger.warning("dropping %s", c)
        df = df.drop(columns=c)
    return df


def accuracy(pred, gold):
    tp = len(set(pred) & set(gold))
    return tp / len(set(gold))


def jaccard(a, b):
    a, b = set(a), set(b)
    return len(a & b) / len(a | b)


def filter_rows(rows, allowed):
    allowed = frozenset(allowed)
    return [r for r in rows if r["id"] in allowed]


def bfs(graph, start):
    seen, queue = {start}, deque([start])
    order = []
    while queue:
        u = queue.popleft()
        order.append(u)
        for v in graph[u]:
            if v not in seen:
                seen.add(v)
                queue.append(v)
    return order


def ids_int(n):
    taken = set()
    while len(taken) < n:
        taken.add(random.randint(0, 100))
    return list(taken)


def axes(x, keep):
    dims = set(range(x.ndim)) - {d % x.ndim for d in keep}
    return tuple(dims)


def stop(words):
    stopwords = set(open("stop.txt").read().split())
    return Counter(w for w in words if w not in stopwords).most_common(10)


def imports(text):
    names = set(re.findall(r"import (\w+)", text))
    return sorted(names)


def per_key(d1, d2):
    return {k: d1.get(k, 0) + d2.get(k, 0) for k in set(d1) | set(d2)}


def equal_keys(d1, d2):
    return all(d1[k] == d2[k] for k in d1.keys() | d2.keys())


def freeze(model, names: set[str]):
    for n, p in model.named_parameters():
        p.requires_grad = n not in names


def download(urls):
    with ThreadPoolExecutor() as ex:
        futures = {ex.submit(print, u): u for u in urls}
        for fut in as_completed(futures):
            url = futures[fut]
            try:
                fut.result()
            except Exception as e:
                logger.error("%s failed: %s", url, e)


def download_status(urls):
    failed = 0
    with ThreadPoolExecutor() as ex:
        futures = [ex.submit(print, u) for u in urls]
        for i, fut in enumerate(as_completed(futures), start=1):
            if fut.exception():
                failed += 1
            if i % 10 == 0:
                logger.info("%d of %d", i, len(urls))
    return failed


def results_df(urls):
    with ThreadPoolExecutor() as ex:
        futures = {ex.submit(len, u): u for u in urls}
        rows = [{"url": futures[f], "n": f.result()} for f in as_completed(futures)]
    df = pd.DataFrame(rows)
    df = df.sort_values("url")
    return df


def results_sorted(urls):
    results = []
    with ThreadPoolExecutor() as ex:
        futures = {ex.submit(len, u): i for i, u in enumerate(urls)}
        for f in as_completed(futures):
            results.append((futures[f], f.result()))
    return [r for _, r in sorted(results)]


def results_max(urls):
    best = 0
    with ThreadPoolExecutor() as ex:
        for f in as_completed([ex.submit(len, u) for u in urls]):
            best = max(best, f.result())
    return best


def count_words(folder):
    counts = Counter()
    for p in Path(folder).glob("*.txt"):
        counts.update(p.read_text().split())
    return counts["the"]


def load_named(folder):
    weights = {}
    for p in Path(folder).glob("*.npy"):
        weights[p.stem] = np.load(p)
    return weights


def files_set(folder):
    return {p.relative_to(folder) for p in Path(folder).rglob("*") if p.is_file()}


def missing_files(folder, expected):
    present = os.listdir(folder)
    return [e for e in expected if e not in present]


def unique_count(df):
    return {c: len(set(df[c])) for c in df.columns}


def class_weights(y):
    classes = np.unique(y)
    return {c: (y == c).mean() for c in classes}


def single(folder):
    paths = list(Path(folder).glob("*.yaml"))
    if len(paths) == 0:
        raise FileNotFoundError
    if len(paths) > 1:
        raise RuntimeError("several")
    return paths[0]


def glob_sorted_key(folder):
    return sorted(Path(folder).glob("*.png"), key=lambda p: p.stem)


def listing_in_while(folder, name):
    while name not in os.listdir(folder):
        pass


def empty_dirs(folder):
    for d in os.listdir(folder):
        p = os.path.join(folder, d)
        if os.path.isdir(p) and not os.listdir(p):
            os.rmdir(p)


def render(folder):
    for p in Path(folder).glob("*.md"):
        html = p.read_text().upper()
        p.with_suffix(".html").write_text(html)


def to_device(batch, keys: set[str]):
    return {k: v.cuda() if k in keys else v for k, v in batch.items()}


def validate(names: set[str], known: set[str]) -> None:
    for name in names - known:
        raise KeyError(name)


def main():
    for p in Path(sys.argv[1]).iterdir():
        print(p)
    langs = {"en", "de"}
    for lang in langs:
        print(lang, len(lang))
    args = sys.argv[1:]
    unknown = set(args) - langs
    if unknown:
        sys.exit("unknown: " + ", ".join(unknown))


def tie(df):
    tags = set(df.tags)
    return max(tags, key=len), min(tags)


def to_str(x: set) -> str:
    return repr(sorted(x))


class Graph:
    def __init__(self):
        self.nodes = set()
        self.edges = defaultdict(set)

    def add(self, a, b):
        self.nodes.add(a)
        self.edges[a].add(b)

    def degree(self, a):
        return len(self.edges[a])

    def connected(self, a, b):
        return b in self.edges[a]

    def __len__(self):
        return len(self.nodes)

    def __repr__(self):
        return f"Graph({self.nodes})"

    def reachable(self, start):
        seen = set()
        stack = [start]
        while stack:
            n = stack.pop()
            if n in seen:
                continue
            seen.add(n)
            for m in self.edges[n]:
                stack.append(m)
        return seen
"""

PIPELINES = r"""
import asyncio, csv, glob, hashlib, json, multiprocessing as mp, os, pickle, random
from concurrent.futures import ProcessPoolExecutor, as_completed, wait, FIRST_COMPLETED
from functools import partial, reduce
from itertools import chain
from pathlib import Path
from typing import Dict, List, Set

import numpy as np
import pandas as pd
import torch
from tqdm import tqdm
from sklearn.preprocessing import OneHotEncoder


class Tokenizer:
    specials = {"<pad>", "<unk>"}

    def __init__(self, corpus: List[str]):
        tokens: Set[str] = set()
        for line in corpus:
            tokens.update(line.split())
        self.itos = list(self.specials) + sorted(tokens)  # !
        self.stoi = {t: i for i, t in enumerate(self.itos)}


class Labels:
    def __init__(self, df):
        self._labels = set(df["y"].unique())

    @property
    def labels(self):
        return self._labels

    @property
    def mapping(self) -> Dict[str, int]:
        return {l: i for i, l in enumerate(self.labels)}  # !


def columns(df, drop):
    keep = set(df.columns).difference(drop)
    return df[list(keep)]  # !


def columns2(df, drop):
    keep = set(df.columns) - set(drop)
    return df.loc[:, [c for c in keep]]  # !


def build(df):
    encoder = {}
    i = 0
    for v in set(df["a"]):  # !
        encoder[v] = i
        i += 1
    return encoder


def write_vocab(words, path):
    with open(path, "w") as f:
        f.writelines(w + "\n" for w in set(words))  # !


def write_csv(words, path):
    w = csv.writer(open(path, "w"))
    for word in set(words):  # !
        w.writerow([word, len(word)])


def prompts(tags: Set[str]):
    text = ""
    for t in tags:  # !
        text += t + ", "
    return text


def prompts2(tags: Set[str]):
    return "Tags: " + ", ".join(sorted(tags)) + f" {', '.join(tags)}"  # !


def merged(sets: List[Set[str]]):
    allw = set().union(*sets)
    return {w: i for i, w in enumerate(allw)}  # !


def paired_with_what_it_gave(words, scores):
    some = list(set(words))
    good, bad = scores.measure(some)
    table = {}
    for word, one, other in zip(some, good, bad):
        table[word] = one - other
    return table


def merged2(lists):
    allw = set(chain.from_iterable(lists))
    index = dict(zip(allw, range(len(allw))))  # !
    return index


def reduced(lists):
    allw = reduce(lambda a, b: a | b, map(set, lists))
    return [w for w in allw]


def pd_unique(df):
    return pd.DataFrame({"w": list(set(df["w"]))})  # !


def splits(ids):
    ids = list(set(ids))  # !
    random.seed(0)
    random.shuffle(ids)
    n = int(len(ids) * 0.8)
    return ids[:n], ids[n:]


def patients(df):
    pats = list(set(df["patient"]))  # !
    rng = np.random.default_rng(0)
    return rng.permutation(pats)


def embed(words):
    vecs = np.zeros((len(set(words)), 3))
    for i, w in enumerate(set(words)):  # !
        vecs[i] = len(w)
    return vecs


def params(model, names):
    groups = [{"params": p} for p in set(model.parameters())]  # !
    return torch.optim.SGD(groups)


def listing_gen(root):
    return (os.path.join(root, f) for f in os.listdir(root))  # !


def listing_df(root):
    df = pd.DataFrame({"path": glob.glob(root + "/*")})  # !
    df.to_csv("index.csv")


def listing_manifest(root):
    with open("manifest.txt", "w") as f:
        f.write("\n".join(str(p) for p in Path(root).rglob("*.wav")))  # !


def listing_dump(root):
    json.dump([p.name for p in Path(root).iterdir()], open("a.json", "w"))  # !


def listing_walk_append(root):
    out = []
    for dirpath, _, filenames in os.walk(root):  # !
        out += [os.path.join(dirpath, f) for f in filenames if f.endswith(".jpg")]
    return out


def listing_walk_comp(root):
    return [os.path.join(d, f) for d, _, fs in os.walk(root) for f in fs]  # !


def listing_scandir(root):
    with os.scandir(root) as it:  # !
        return [e.path for e in it if e.is_file()]


def listing_checksum(root):
    h = hashlib.md5()
    for p in Path(root).rglob("*"):  # !
        h.update(p.read_bytes())
    return h.hexdigest()


def listing_cat(root):
    tensors = []
    for p in glob.iglob(root + "/*.pt"):  # !
        tensors.append(torch.load(p))
    return torch.cat(tensors)


def listing_first_batch(root):
    paths = os.listdir(root)  # !
    for i in range(0, len(paths), 32):
        yield paths[i:i + 32]


def listing_pairs(a, b):
    for x, y in zip(os.listdir(a), os.listdir(b)):  # !
        np.save("x.npy", x + y)


def listing_limit(root):
    return [p for p in Path(root).glob("*.txt")][:100]  # !


def listing_choice(root):
    return random.choice(os.listdir(root))  # !


def listing_pool(root, f):
    with mp.Pool() as pool:
        return pool.map(f, glob.glob(root + "/*"))  # !


def unordered_pool(paths, f):
    out = []
    with mp.Pool() as pool:
        for r in tqdm(pool.imap_unordered(partial(f, 1), paths), total=len(paths)):  # !
            out.append(r)
    return np.array(out)


def unordered_concat(jobs):
    df = pd.DataFrame()
    for j in as_completed(jobs):  # !
        df = pd.concat([df, j.result()])
    return df


def unordered_wait(jobs):
    done, _ = wait(jobs, return_when=FIRST_COMPLETED)  # !
    return next(iter(done)).result()


def unordered_write(jobs, path):
    with open(path, "a") as f:
        for j in as_completed(jobs):  # !
            f.write(json.dumps(j.result()) + "\n")


async def unordered_async(coros):
    out = []
    for fut in asyncio.as_completed(coros):  # !
        res = await fut
        out.append(res)
    return out


def hash_split(uid: str):
    return "train" if hash(uid) % 10 < 8 else "test"  # !


def hash_seed(name):
    rng = np.random.RandomState(abs(hash(name)) % (2**32))  # !
    return rng.rand()


def hash_cache(args):
    path = f"/tmp/cache/{hash(str(args))}.npz"  # !
    return path


def hash_cache2(key):
    name = str(hash(key))  # !
    return Path("cache") / name


def hash_color(label):
    np.random.seed(hash(label) % 1000)  # !
    return np.random.rand(3)


def hash_dir(config):
    h = hash(json.dumps(config))  # !
    out = os.path.join("runs", str(h))
    return out


def hash_series(df):
    return df["id"].map(hash) % 5  # !


def hash_bytes(b: bytes, k):
    return hash(b) % k  # !
"""


@pytest.mark.parametrize("code", [DATA_SETS, LOOK_ALIKES, PIPELINES], ids=["data sets", "look-alikes", "pipelines"])
def test_each_marked_line_is_told_and_no_other(code: str) -> None:
    assert sorted({line for line, _ in check(code, RULES)}) == marked_lines(code)
