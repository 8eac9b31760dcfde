"""DET106: sets whose order comes to show, and those whose order does not."""

from __future__ import annotations

import pytest
from tests.helpers import check, marked_lines, unmarked

SHOWS = {
    "texts of what is read": """
        def labels(paths, pattern):
            found = set()
            for path in paths:
                person, _ = map(str.strip, pattern.search(path).groups())
                found.add(person)
            return {person: label for label, person in enumerate(found)}  # !
    """,
    "one of three": """
        def other(name):
            return next(iter({"rgb", "sound", "depth"} - {name}))  # !
    """,
    "a place in something else": """
        def chosen(models, colors):
            types = list(set(map(type, models)))  # !
            return colors[types.index(int)]
    """,
    "handed on by a name that tells of a result": """
        from somewhere import table
        def tell(names):
            return table(dropped=list(set(names)))  # !
    """,
    "a list of a set beside that of another": """
        def rename(names, others, folder):
            old = [folder / name for name in set(names)]  # !
            new = [folder / name.lower() for name in others]
            for one, other in zip(old, new):
                one.rename(other)
    """,
    "an array of what may be text": """
        import numpy as np
        def classes(labels, frame):
            names = np.array(list(set(labels)))  # !
            return names, frame.loc[names, "x"]
    """,
    "lists of sets that an array holds": """
        import numpy as np
        def used(groups):
            return np.array([list(set(group)) for group in groups])  # !
    """,
    "arrays that may hold texts, and what is looked up": """
        import numpy as np
        import torch
        def rest(xs, ys, weights):
            left = set(xs) - set(ys)
            return np.array(list(left)), torch.tensor([weights[x] for x in left])  # !
    """,
    "chosen elsewhere": """
        def keep(kept, scores, names, order):
            chosen = [order.index(name) for name in set(names)]  # !
            kept[0, order] = scores[0, chosen]
            return kept
    """,
    "yielded one after the other": """
        def groups(table: dict[str, set[str]]):
            for name, tags in table.items():
                yield name, list(tags)  # !
        def texts(sets: list[set[str]]):
            for tags in sets:
                yield ", ".join(tags)  # !
    """,
    "tables and lists of sets, by annotation": """
        from typing import Dict, List, Optional, Set
        class Graph:
            def __init__(self):
                self.edges: Dict[str, Set[str]] = {}
            def near(self, node):
                return list(self.edges[node])  # !
        def groups(sets: "list[set[str]]", table: Optional[Dict[str, Set[str]]]):
            first = [list(one) for one in sets]  # !
            return first, ",".join(table.get("a"))  # !
    """,
    "chosen by a generator that a name tells": """
        class Asker:
            def ask(self, names: set[str]):
                return self.rng.choice(list(names))  # !
    """,
    "list of a set": """
        def unique(words):
            return list(set(words))  # !
    """,
    "list kept on an object": """
        class Encoder:
            def fit(self, labels):
                self.classes_ = list(set(labels))  # !
                self.index = {c: i for i, c in enumerate(self.classes_)}
                return self
    """,
    "loop that builds a list": """
        def names(tags: set[str]):
            found = []
            for tag in tags:  # !
                found.append(tag.upper())
            return found
    """,
    "enumerate over a comprehension": """
        def index(rows):
            table = {}
            for number, name in enumerate({row["name"] for row in rows}):  # !
                table[name] = number
            return table
    """,
    "numbered by length": """
        def vocabulary(text):
            table = {}
            for word in set(text.split()):  # !
                table[word] = len(table)
            return table
    """,
    "paired with numbers": """
        def index(labels):
            names = set(labels)
            return dict(zip(names, range(len(names))))  # !
    """,
    "joined": """
        def key(parts: frozenset[str]) -> str:
            return "-".join(parts)  # !
    """,
    "joined and written": """
        def save(labels, path):
            names = {label.strip() for label in labels}
            with open(path, "w") as handle:
                handle.write("\\n".join(names))  # !
    """,
    "written line by line": """
        def save(labels, path):
            with open(path, "w") as handle:
                for name in set(labels):  # !
                    handle.write(name + "\\n")
    """,
    "printed to a file": """
        def save(labels, path):
            with open(path, "w") as handle:
                for name in set(labels):  # !
                    print(name, file=handle)
    """,
    "dumped": """
        import json
        def save(tags, path):
            with open(path, "w") as handle:
                json.dump({"tags": list(set(tags))}, handle)  # !
    """,
    "starred into a list": """
        def header(extra: set[str]):
            return ["id", *extra]  # !
    """,
    "added to a list": """
        def header(extra):
            columns = ["id"]
            columns += set(extra)  # !
            return columns
    """,
    "extended": """
        def header(extra):
            columns = ["id"]
            columns.extend(set(extra))  # !
            return columns
    """,
    "next of iter": """
        def any_word(words):
            return next(iter(set(words)))  # !
    """,
    "popped": """
        def any_word(words):
            return set(words).pop()  # !
    """,
    "unpacked": """
        def two(words):
            first, second = set(words)  # !
            return first + second
    """,
    "difference of two": """
        def missing(left, right):
            return [name for name in set(left) - set(right)]  # !
    """,
    "methods of sets": """
        def shared(left, right):
            both = set(left).union(right).intersection(right)
            return tuple(both)  # !
    """,
    "keys of two dicts": """
        def shared(a: dict, b: dict):
            names = set(a) | set(b)
            return [(name, a.get(name), b.get(name)) for name in names]  # !
    """,
    "views of dicts": """
        def shared(a, b):
            kept = set()
            return [a[k] for k in a.keys() & b.keys()]  # !
    """,
    "attribute": """
        class Words:
            def __init__(self):
                self.words = set()
            def add(self, text):
                self.words.update(text.split())
            def save(self):
                return list(self.words)  # !
    """,
    "field of a data class": """
        from dataclasses import dataclass, field
        @dataclass
        class Row:
            tags: set[str] = field(default_factory=set)
            def text(self):
                return ",".join(self.tags)  # !
    """,
    "annotated result of another function": """
        from typing import Set
        def tokens(text) -> Set[str]:
            return clean(text)
        def features(text):
            return [t for t in tokens(text)]  # !
    """,
    "optional annotation": """
        def first(names: "set[str] | None" = None):
            return list(names or ())  # !
    """,
    "random choice among": """
        import random
        def pick(words):
            return random.choice(list(set(words)))  # !
    """,
    "random sample of a sorted-less list": """
        import random
        rng = random.Random(0)
        def pick(words):
            pool = list(set(words))  # !
            rng.shuffle(pool)
            return pool
    """,
    "sum of floats": """
        def score(words, weight: dict[str, float]) -> float:
            return sum(weight[w] for w in set(words))  # !
    """,
    "sums of parts added in a loop": """
        import numpy as np
        def total(a, b):
            total = 0.0
            for label in set(a):  # !
                total += np.sum(b[a == label])
            return total
    """,
    "sources that are compiled": """
        from setuptools import Extension, setup
        def files(names):
            paths = set()
            for name in names:
                paths.add(name + ".c")
            return list(paths)  # !
        setup(ext_modules=[Extension("a", files(["b", "c"]))])
    """,
    "floats added in a loop": """
        import math
        def score(words, counts):
            total = 0.0
            for word in set(words):  # !
                total += math.log(counts[word])
            return total
    """,
    "sorted by length": """
        def names(words):
            return sorted(set(words), key=len)  # !
    """,
    "sorted by count": """
        from collections import Counter
        def common(words):
            counts = Counter(words)
            return sorted(set(words), key=lambda w: counts[w], reverse=True)  # !
    """,
    "list sorted by length": """
        def urls(text, find):
            found = list(set(find(text)))  # !
            found.sort(key=lambda url: len(url), reverse=True)
            return found
    """,
    "array of classes": """
        import numpy as np
        def classes(labels):
            return np.array(list(set(labels)))  # !
    """,
    "metrics of xgboost": """
        import xgboost as xgb
        def run(params, data):
            return xgb.cv(params, data, 10, nfold=5, metrics={"auc", "error"})  # !
    """,
    "metric of lightgbm": """
        import lightgbm as lgb
        params = {"objective": "binary", "metric": {"auc", "binary_logloss"}}  # !
    """,
    "set of a table of sets": """
        from collections import defaultdict
        def postings(rows):
            table = defaultdict(set)
            for key, word in rows:
                table[key].add(word)
            return {key: list(words) for key, words in table.items()}  # !
    """,
    "literal looped over": """
        KINDS = {"train", "valid", "test"}
        def paths():
            for kind in KINDS:  # !
                yield kind + ".csv"
    """,
    "columns of a frame": """
        import pandas as pd
        def features(frame: pd.DataFrame, target):
            columns = list(set(frame.columns) - {target})  # !
            return frame[columns]
    """,
    "helper returns a set": """
        def tokens(texts):
            return {w for t in texts for w in t.split()}
        def vocabulary(texts):
            return {w: i for i, w in enumerate(tokens(texts))}  # !
    """,
    "dict from a set, then rows": """
        def rows(words, count):
            table = {word: count(word) for word in set(words)}  # !
            return [(word, number) for word, number in table.items()]
    """,
    "dict from keys of a set": """
        def first(words):
            table = dict.fromkeys(set(words), 0)  # !
            return list(table)
    """,
    "map over a set": """
        def upper(words):
            return list(map(str.upper, set(words)))  # !
    """,
    "format of a joined text": """
        def query(columns: set[str]):
            return "SELECT {} FROM t".format(", ".join(columns))  # !
    """,
    "one hot encoder": """
        from sklearn.preprocessing import OneHotEncoder
        def encoder(labels):
            return OneHotEncoder(categories=[list(set(labels))])  # !
    """,
    "random draws for each": """
        import numpy as np
        def vectors(words):
            return {w: np.random.rand(50) for w in set(words)}  # !
    """,
}

SILENT = {
    "a list of a list of the same set": """
        def returns(history, rewards, table):
            pairs = set(history)
            places = [history.index(pair) for pair in pairs]
            sums = [sum(rewards[place:]) for place in places]
            for pair, total in zip(pairs, sums):
                table[pair] = total
    """,
    "counts added up": """
        import numpy as np
        def missed(a, b):
            total = 0.0
            for label in set(a):
                total += np.sum(b[a == label] != label)
                total += (b == label).sum()
            return total
    """,
    "files that are packed": """
        from setuptools import setup
        def files(names):
            paths = set()
            for name in names:
                paths.add(name + ".py")
            return list(paths)
        setup(package_data={"a": files(["b", "c"])})
    """,
    "numbers of what is read": """
        def labels(paths, pattern):
            found = set()
            for path in paths:
                person, _ = map(int, pattern.search(path).groups())
                found.add(person)
            return {person: label for label, person in enumerate(found)}
    """,
    "done to each": """
        from servers import pings, soft_block_workers
        def check(names, more):
            soft_block_workers(db, workers=list(set(names)))
            pings.ping(list(set(names) | set(more)), timeout=3)
    """,
    "two lists of the same set": """
        def rename(names, folder):
            found = set(names)
            old = [folder / name for name in found]
            new = [folder / name.lower() for name in found]
            for one, other in zip(old, new):
                one.rename(other)
    """,
    "indices of an array": """
        import numpy as np
        def cut(scores, parts, heads):
            cycle = np.array(list(set(parts)))
            return scores[cycle, heads[cycle]], cycle
    """,
    "what is measured": """
        from sklearn.metrics import confusion_matrix
        def matrix(predicted, known):
            rows, columns = [], []
            for name in set(predicted) & set(known):
                rows.append(predicted[name])
                columns.append(known[name])
            return confusion_matrix(rows, columns)
    """,
    "ranks of all processes": """
        import torch.distributed as dist
        def groups(ranks):
            return make(list(set(dist.all_gather_object(ranks))))
    """,
    "sets that an array holds": """
        import numpy as np
        def used(users, pairs):
            items = np.array([set() for _ in range(users)])
            for user, item in pairs:
                items[user].add(item)
            later = np.asarray([set(each) for each in items])
            return items, later
        class Sampler:
            def __init__(self, users):
                self.used = np.array([set() for _ in range(users)])
            def again(self, keys, values):
                return [value for used, value in zip(self.used[keys], values) if value in used]
    """,
    "a set or the ends of it, as an argument says": """
        class Dates:
            def get(self, dates, ends=False):
                if ends:
                    return dates[0], dates[-1]
                return set(dates.text.split())
            def run(self, dates):
                first, last = self.get(dates, ends=True)
                return f"{first}-{last}"
    """,
    "an annotation that what is returned contradicts": """
        def classes(source) -> set:
            found = list(source)
            return found, [name for name in found if name.isupper()]
        def imports(source):
            every, public = classes(source)
            return ", ".join(every), ", ".join(public)
    """,
    "a static method, which binds no parameter": """
        class Flow:
            def covered(self, bindings, use):
                table: dict[str, set[str]] = {}
                for blocks in bindings:
                    outside = [block for block in blocks if block not in use]
                    if self._exclusive(outside):
                        continue
                    if self._covers(outside, table):
                        break

            @staticmethod
            def _exclusive(outside):
                for name, field in outside:
                    if name == field:
                        return True
                return False

            @staticmethod
            def _covers(outside, table):
                for name, field in outside:
                    fields = table.setdefault(name, set())
                    fields.add(field)
                return bool(table)
    """,
    "yielded and sorted by who asks": """
        def groups(table: dict[str, set[str]]):
            for name, tags in table.items():
                yield name, list(tags)
        def first(table):
            return [(name, sorted(tags)) for name, tags in groups(table)]
        def sets(table: dict[str, set[str]]):
            for name, tags in table.items():
                yield tags | {name}
    """,
    "a function for each kind of collection": """
        def moved(value):
            if isinstance(value, dict):
                return {key: moved(inner) for key, inner in value.items()}
            elif isinstance(value, list):
                return [moved(inner) for inner in value]
            elif isinstance(value, tuple):
                return tuple(moved(inner) for inner in value)
            elif isinstance(value, set):
                return {moved(inner) for inner in value}
            return value
    """,
    "tables and lists of sets that hold numbers, or are asked": """
        from typing import Dict, List, Set
        class Graph:
            def __init__(self):
                self.edges: Dict[str, Set[int]] = {}
                self.tags: Dict[str, Set[str]] = {}
            def near(self, node):
                return list(self.edges[node])
            def tagged(self, node, tag):
                return tag in self.tags[node] or sorted(self.tags[node])
        def sizes(sets: List[Set[str]]):
            return [len(one) for one in sets]
    """,
    "sorted": """
        def unique(words):
            return sorted(set(words)), sorted(list(set(words))), [w for w in sorted(set(words))]
    """,
    "sorted in place": """
        def unique(words):
            found = list(set(words))
            found.sort()
            return found
    """,
    "sorted by a key and by itself": """
        def common(words, counts):
            return sorted(set(words), key=lambda w: (-counts[w], w))
    """,
    "length": """
        def number(words):
            return len(set(words)), len(list(set(words)))
    """,
    "membership and comparison": """
        STOP = {"the", "a"}
        def kept(words):
            return [w for w in words if w not in STOP] if set(words) != STOP else []
    """,
    "sets from sets": """
        def rare(words, counts):
            kept = {w for w in set(words) if counts[w] < 3}
            other = set()
            for word in kept:
                other.add(word.lower())
            return other
    """,
    "dict by key": """
        def counts(words):
            table = {}
            for word in set(words):
                table[word] = words.count(word)
            return table
    """,
    "numbers by range": """
        def rest(count, taken: set[int]):
            return list(set(range(count)) - taken)
    """,
    "numbers by annotation": """
        def chosen(positions: list[int], more: set[int]) -> list[int]:
            return list(set(positions)) + list(more)
    """,
    "numbers by comprehension": """
        def lengths(words):
            return list({len(word) for word in words})
    """,
    "numbers by what is added": """
        def visited(graph):
            seen = set()
            for number, _ in enumerate(graph):
                seen.add(number)
            return list(seen)
    """,
    "numbers by what they are called that is added": """
        def loading(devices):
            processes = set()
            for device in devices:
                processes.add(device.process_index)
            return list(processes)
    """,
    "numbers by map": """
        def numbers(text):
            return list(set(map(int, text.split())))
        def places(names, wanted):
            return tuple(set(map(names.index, wanted)))
    """,
    "pairs of numbers": """
        def cells(rows: int, columns: int):
            found = set()
            for i in range(rows):
                for j in range(columns):
                    found.add((i, j))
            return list(found)
    """,
    "one element": """
        def only(name):
            return list({name})
    """,
    "exactly one element asserted": """
        def only(names):
            kinds = set(names)
            assert len(kinds) == 1
            return kinds.pop()
        def also(names):
            kinds = set(names)
            if len(kinds) > 1:
                raise ValueError
            return next(iter(kinds))
        def third(names):
            (kind,) = set(names)
            return kind
    """,
    "any and all": """
        def ok(words, known):
            return all(w in known for w in set(words)) or any(w.isdigit() for w in set(words))
    """,
    "smallest and largest": """
        def ends(words):
            return min(set(words)), max(len(w) for w in set(words))
    """,
    "sum of integers": """
        def total(words):
            return sum(len(w) for w in set(words))
    """,
    "raised": """
        def check(names, known):
            unknown = set(names) - set(known)
            if unknown:
                raise KeyError("unknown: " + ", ".join(unknown))
    """,
    "raised by way of a name": """
        def check(names, known):
            unknown = set(names) - set(known)
            if unknown:
                message = f"unknown: {', '.join(unknown)}"
                raise KeyError(message)
    """,
    "logged and printed": """
        import logging
        log = logging.getLogger(__name__)
        def show(names):
            kinds = set(names)
            log.warning("kinds: %s", ", ".join(kinds))
            print(kinds, list(kinds))
            for kind in kinds:
                print(kind)
    """,
    "first bad one raises": """
        def check(names: set[str]):
            for name in names:
                if not name:
                    raise ValueError(name)
    """,
    "kept in the order of arrival": """
        def unique(words):
            seen = set()
            found = []
            for word in words:
                if word not in seen:
                    seen.add(word)
                    found.append(word)
            return found
    """,
    "dict keys": """
        def unique(words):
            return list(dict.fromkeys(words))
    """,
    "a method called set": """
        class Box:
            def set(self, value):
                return [value]
        def use(box: Box):
            return list(box.set(1))
    """,
    "set shadowed": """
        def set(values):
            return sorted(values)
        def use(values):
            return list(set(values))
    """,
    "difference of numbers": """
        import numpy as np
        def rest(count, taken):
            return list(set(np.arange(count)) - set(taken))
    """,
    "numbers that are unpacked": """
        def edges(n_nodes, rng):
            found = set()
            for i in range(n_nodes):
                for j in rng.choice(n_nodes, size=3):
                    u, v = (i, j) if i < j else (j, i)
                    found.add((u, v))
            return [[u, v] for u, v in found]
    """,
    "a column of an array": """
        def classes(boxes):
            return list(set(boxes[:, 5]))
    """,
    "what all items have in common": """
        def shape(edges: set[tuple[str, ...]]):
            return len(next(iter(edges))), isinstance(list(edges)[0], tuple), next(iter(edges)).shape
    """,
    "parameters whose items are looked up": """
        from somewhere import plan, table
        def again(failed, done):
            table(exclude_columns=list(set(failed)), stop_words=list(set(done)), drop=list(set(done)))
            table(keep=list(set(failed)) + ["name"])
            return plan(constraints={"exclude": list(set(failed) | set(done))})
    """,
    "the message of an error": """
        from somewhere import comma_sep
        def check(found, wanted):
            parts = []
            missing = set(wanted) - set(found)
            if missing:
                parts.append(f"missing ({comma_sep(list(missing))})")
            raise ValueError(" and ".join(parts))
    """,
    "the other of two": """
        def other(name):
            both = {"rgb", "sound"}
            return next(iter(both - {name})), list(set(["rgb", "sound"]) - set([name]))[0]
    """,
    "a place in what it was made from": """
        def chosen(models):
            types = list(set(map(type, models)))
            names = [each.__name__ for each in types]
            return types[names.index("Forest")]
    """,
    "asked whether something holds": """
        from checks import _check_contains_na, order_terms
        def fit(table, names):
            columns = list(set(names))
            _check_contains_na(table, columns)
            return order_terms(list(set(names)))
    """,
    "numbers beside numbers": """
        def chosen(picked, indices):
            picked = list(set(picked) | set(indices))
            return picked
        class Graph:
            def __init__(self):
                self.selection = set()
            def select(self, indices):
                self.selection.update(indices)
            def selected(self):
                return list(self.selection)
    """,
    "positions by name are hidden": """
        def rest(indices):
            return list(set(indices))
    """,
    "removed one by one": """
        import os
        def clear(paths):
            for path in set(paths):
                os.remove(path)
    """,
    "discarded": """
        def reduce(names, extra):
            kept = set(names)
            for name in set(extra):
                kept.discard(name)
            return kept
    """,
    "attributes set": """
        def apply(target, names: set[str]):
            for name in names:
                setattr(target, name, None)
    """,
    "given to isin": """
        def choose(frame, names):
            return frame[frame["name"].isin(list(set(names)))]
    """,
    "dropped columns": """
        def reduce(frame, names):
            return frame.drop(columns=list(set(names)))
    """,
    "label encoder sorts": """
        from sklearn.preprocessing import LabelEncoder
        def encoder(labels):
            return LabelEncoder().fit(list(set(labels)))
    """,
    "listed, then sorted by the caller": """
        def _names(rows):
            return list({row.name for row in rows})
        def save(rows):
            return sorted(_names(rows))
    """,
    "keyed dict by comprehension": """
        def lookup(words, vector):
            return {w: vector(w) for w in set(words)}
    """,
    "dict merge is no set": """
        def merged(a, b):
            return list({**a, **b})
    """,
    "integer sum in a loop": """
        def total(words):
            number = 0
            for word in set(words):
                number += len(word)
            return number
    """,
    "numpy unique": """
        import numpy as np
        def classes(labels):
            return np.unique(list(set(labels)))
    """,
    "search": """
        def has(names: set[str], wanted):
            for name in names:
                if name.lower() == wanted:
                    return name
            return None
    """,
    "worklist into a set": """
        def closure(start, edges):
            pending = set(start)
            seen = set()
            while pending:
                node = pending.pop()
                seen.add(node)
                pending |= edges[node] - seen
            return seen
    """,
    "asked of something called otherwise": """
        def ask(menu, names: set[str]):
            return menu.choice(list(names))
    """,
    "arrays and tensors of numbers": """
        import numpy as np
        import torch
        def rest(xs, ys):
            left = set(xs) - set(ys)
            counts = np.fromiter(left, dtype=float)
            return np.array(list(left), int), np.asarray(list(left), dtype="int64"), torch.tensor(list(left)), counts
    """,
    "chosen on both sides": """
        def keep(kept, scores, names, order):
            chosen = [order.index(name) for name in set(names)]
            kept[0, chosen] = scores[0, chosen]
            return kept
    """,
    "one element in a list": """
        def write(handle):
            for language in set(["en"]):
                handle.write(language)
    """,
    "what is in common with one": """
        def loss(logs):
            keys = {"loss"} & set(logs)
            return logs[keys.pop()] if keys else None
    """,
    "columns that go": """
        def rest(dataset, names):
            gone = set(dataset.column_names) & set(names)
            return dataset.remove_columns(list(gone))
    """,
    "argparse choices": """
        import argparse
        KINDS = {"a", "b"}
        parser = argparse.ArgumentParser()
        parser.add_argument("--kind", choices=list(KINDS), help=", ".join(KINDS))
    """,
}


@pytest.mark.parametrize("name", SHOWS)
def test_an_order_that_shows_is_found(name: str) -> None:
    code = SHOWS[name]
    assert sorted({line for line, _ in check(code, "DET106")}) == marked_lines(code)


@pytest.mark.parametrize("name", SILENT)
def test_an_order_that_does_not_show_is_left_alone(name: str) -> None:
    assert check(unmarked(SILENT[name]), "DET106") == []


def test_what_only_names_suggest_is_hidden() -> None:
    code = "def rest(indices):\n    return list(set(indices))\n"
    assert check(code, "DET106", min_confidence="low") == [(2, "DET106")]


def test_a_display_is_seen_in_a_file_that_has_no_word_for_sets() -> None:
    assert check("def kinds():\n    return [kind for kind in {'a', 'b'}]\n", "DET106") == [(2, "DET106")]
