"""DET107: hashes of text that are kept, and those that stay in the process."""

from __future__ import annotations

import pytest
from tests.helpers import check, marked_lines, unmarked

SHOWS = {
    "split": """
        def is_test(name):
            return hash(name) % 100 < 20  # !
    """,
    "split of an absolute value": """
        def fold(name: str, k: int) -> int:
            return abs(hash(name)) % k  # !
    """,
    "through a name": """
        def split(rows):
            for row in rows:
                number = hash(row["id"])  # !
                if number % 10 == 0:
                    yield row
    """,
    "feature hashing": """
        import numpy as np
        def features(words, size):
            vector = np.zeros(size)
            for word in words:
                vector[hash(word) % size] += 1  # !
            return vector
    """,
    "slot without what was hashed": """
        class Words:
            def count(self, word):
                place = hash(word) % self.size  # !
                self.slots[place] = (1, self.slots[place])
    """,
    "file name": """
        import os
        def cached(folder, query):
            return os.path.join(folder, f"{hash(query)}.pkl")  # !
    """,
    "tuple with a text": """
        def fold(key: tuple[str, int], k):
            return hash(key) % k  # !
    """,
    "folder through a name": """
        import os
        def begin(config: dict):
            run = f"run_{hash(frozenset(config.items()))}"  # !
            os.makedirs(run)
    """,
    "path by division": """
        from pathlib import Path
        def cached(folder: Path, query: str):
            return folder / str(hash(query))  # !
    """,
    "name with a suffix": """
        def cached(query):
            return "cache_" + str(hash(query)) + ".json"  # !
    """,
    "tuple with text": """
        def bucket(user: str, day: int):
            return hash((user, day)) % 16  # !
    """,
    "seed keyword": """
        import sklearn.model_selection as ms
        def split(rows, name):
            shard = hash(name) & 0xFFFF  # !
            return rows[shard % 4]
    """,
    "column": """
        def add(frame):
            frame["bucket"] = frame["id"].apply(hash) % 10  # !
    """,
    "lambda over a column": """
        def add(frame):
            frame["bucket"] = frame["id"].apply(lambda name: hash(name) % 10)  # !
    """,
    "function named for what it gives": """
        def cache_key(text):
            return hash(text)  # !
    """,
    "function whose callers take the remainder": """
        def code(text):
            return hash(text)  # !
        def shard(text):
            return code(text) % 8
    """,
    "divmod": """
        def place(name):
            return divmod(hash(name), 7)[1]  # !
    """,
    "bits": """
        def bucket(name):
            return (hash(name) & 0x7FFFFFFF) % 32  # !
    """,
    "written": """
        def save(handle, text):
            handle.write(str(hash(text)))  # !
    """,
}

SILENT = {
    "a name that is meant to differ": """
        import random, time
        def folder(name):
            number = hash(name) + hash(time.time_ns()) + random.randint(0, 9)
            return "logs/" + str(abs(number))
    """,
    "the place in a cache": """
        class Words:
            def get(self, word):
                place = hash(word) % self._cache_size
                return self._cache[place]
    """,
    "tuple of numbers": """
        def fold(version: tuple[int, int], k):
            return hash(version) % k
    """,
    "in __hash__ and __eq__": """
        class Key:
            def __hash__(self):
                return hash((self.name, self.kind)) % 1000
            def __eq__(self, other):
                return hash(self.name) == hash(other.name)
    """,
    "slot of a cache": """
        class Words:
            def numbers(self, word):
                place = hash(word) % self.size
                known, value = self.slots[place]
                if known == word:
                    return value
                value = self.split(word)
                self.slots[place] = (word, value)
                return value
    """,
    "compared": """
        def same(a, b):
            return hash(a) == hash(b)
    """,
    "key in memory": """
        def count(rows):
            seen = {}
            for row in rows:
                seen[hash(row)] = True
            return len(seen)
    """,
    "set in memory": """
        def count(rows):
            return len({hash(row) for row in rows})
    """,
    "numbers": """
        def bucket(number: int, size):
            return hash(number) % size, hash(3) % 2, hash((1, 2.5)) % 7, hash(len("x")) % 2
    """,
    "numbers in a loop": """
        def buckets(count):
            return [hash(i) % 10 for i in range(count)]
    """,
    "hashlib": """
        import hashlib
        def bucket(name):
            return int(hashlib.md5(name.encode()).hexdigest(), 16) % 10
    """,
    "crc": """
        import zlib
        def bucket(name):
            return zlib.crc32(name.encode()) % 10
    """,
    "method called hash": """
        def bucket(hasher, name):
            return hasher.hash(name) % 10
    """,
    "own function called hash": """
        import zlib
        def hash(text):
            return zlib.crc32(text.encode())
        def bucket(name):
            return hash(name) % 10
    """,
    "imported function called hash": """
        from mmh3 import hash
        def bucket(name):
            return hash(name) % 10
    """,
    "checked to be hashable": """
        def hashable(value):
            try:
                hash(value)
            except TypeError:
                return False
            return True
    """,
    "printed and raised": """
        def show(value):
            print(f"object {hash(value)}")
            raise ValueError(f"bad {hash(value)}")
    """,
    "in a repr": """
        class Node:
            def __repr__(self):
                return f"<Node {hash(self.name)}>"
    """,
    "tests of hashes": """
        def test_hash(a, b):
            assert hash(a) == hash(b)
            assert hash(a) % 2 in (0, 1)
    """,
    "kept on the object": """
        class Row:
            def __init__(self, values):
                self._hash = hash(tuple(values))
            def __hash__(self):
                return self._hash
    """,
    "object itself": """
        class Lock:
            def stripe(self):
                return hash(self) % 16
    """,
    "word of another kind": """
        def password(hash, salt):
            return hash + salt
    """,
}


@pytest.mark.parametrize("name", SHOWS)
def test_a_hash_that_is_kept_is_found(name: str) -> None:
    code = SHOWS[name]
    assert [line for line, _ in check(code, "DET107")] == marked_lines(code)


@pytest.mark.parametrize("name", SILENT)
def test_a_hash_that_stays_is_left_alone(name: str) -> None:
    assert check(unmarked(SILENT[name]), "DET107") == []


def test_a_seed_is_told_once() -> None:
    code = "import random\n\n\ndef start(name: str):\n    random.seed(hash(name))\n"
    assert check(code, ("DET104", "DET107")) == [(5, "DET104")]


def test_what_is_called_like_numbers_is_hidden() -> None:
    code = "def draw(seeds, n):\n    return [hash((seeds.seed, index)) % 1000 for index in range(n)]\n"
    assert check(code, "DET107") == []
    assert check(code, "DET107", min_confidence="low") == [(2, "DET107")]
    assert check(code.replace("index)", "seeds.name)"), "DET107") == [(2, "DET107")]
