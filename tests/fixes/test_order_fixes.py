"""Repairs of arbitrary orders: DET105, DET106, DET108."""

from __future__ import annotations

import textwrap

import pytest

from tests.fixes.helpers import fixed
from tests.helpers import diagnose

LISTINGS = {
    "list() becomes sorted()": (
        "from pathlib import Path\n\n\ndef f(d: Path):\n    return list(d.glob('*'))\n",
        "from pathlib import Path\n\n\ndef f(d: Path):\n    return sorted(d.glob('*'))\n",
    ),
    "next() takes an iterator": (
        "from pathlib import Path\n\nx = next(Path('a').glob('*'))\n",
        "from pathlib import Path\n\nx = next(iter(sorted(Path('a').glob('*'))))\n",
    ),
    "an iterator that is read by next() stays one": (
        "from pathlib import Path\n\npaths = Path('a').glob('*')\nx = next(paths)\n",
        None,
    ),
    "entries are sorted by name": (
        "import os\n\n\ndef f(d):\n    return [e.path for e in os.scandir(d)]\n",
        "import os\n\n\ndef f(d):\n    return [e.path for e in sorted(os.scandir(d), key=lambda entry: entry.name)]\n",
    ),
    "a walk is sorted in place": (
        """
        import os


        def f(d):
            found = []
            for root, _, files in os.walk(d):
                for name in files:
                    found.append(name)
            return found
        """,
        """
        import os


        def f(d):
            found = []
            for root, dirs, files in os.walk(d):
                dirs.sort()
                files.sort()
                for name in files:
                    found.append(name)
            return found
        """,
    ),
    "a walk from below cannot be": (
        """
        import os


        def f(d):
            found = []
            for root, dirs, files in os.walk(d, topdown=False):
                for name in sorted(files):
                    found.append(name)
            return found
        """,
        None,
    ),
    "another function called sorted": (
        "import os\n\n\ndef sorted(x):\n    return x\n\n\ndef f(d):\n    return [x for x in os.listdir(d)]\n",
        None,
    ),
    "comments stay": (
        "import os\n\nx = os.listdir(  # the data\n    'a'\n)[0]\n",
        "import os\n\nx = sorted(os.listdir(  # the data\n    'a'\n))[0]\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), LISTINGS.values(), ids=LISTINGS)
def test_listings(before: str, after: str | None) -> None:
    code, left = fixed(before, "DET105")
    assert code == textwrap.dedent(before if after is None else after)
    assert len(left) == (after is None)


SETS = {
    "texts": ("def f(t: str):\n    return list(set(t.split()))\n", "return sorted(set(t.split()))", "safe"),
    "unknown elements": ("def f(labels):\n    return list(set(labels))\n", "return sorted(set(labels))", "unsafe"),
    "what cannot be compared": (
        "def f(modules):\n    return list(set(modules))\n",
        "return list(dict.fromkeys(modules))",
        "unsafe",
    ),
    "an operation": (
        "def f(a: set[str], b):\n    return [x for x in a - b]\n",
        "return [x for x in sorted(a - b)]",
        "safe",
    ),
    "written out": ("def f():\n    return list({'b', 'a'})\n", "return list(['b', 'a'])", "safe"),
    "one is taken": ("def f(a: set[str]):\n    return a.pop()\n", "return a.pop()", ""),
}


@pytest.mark.parametrize(("before", "line", "applicability"), SETS.values(), ids=SETS)
def test_sets(before: str, line: str, applicability: str) -> None:
    (item,) = diagnose(before, "DET106")
    assert (item.fix.applicability.value if item.fix else "") == applicability
    code, left = fixed(before, "DET106")
    assert line in code
    assert len(left) == (not applicability)


COMPLETIONS = {
    "futures of a list": (
        "from concurrent.futures import ThreadPoolExecutor, as_completed\n\n\ndef f(g, xs):\n    rows = []\n"
        "    with ThreadPoolExecutor() as pool:\n        jobs = [pool.submit(g, x) for x in xs]\n"
        "        for job in as_completed(jobs):\n            rows.append(job.result())\n    return rows\n",
        "for job in jobs:",
    ),
    "futures out of sight": (
        "from concurrent.futures import as_completed\n\n\ndef f(jobs):\n"
        "    return [job.result() for job in as_completed(jobs)]\n",
        None,
    ),
    "with a timeout": (
        "from concurrent.futures import as_completed\n\n\ndef f(pool, g, xs):\n"
        "    jobs = [pool.submit(g, x) for x in xs]\n"
        "    return [job.result() for job in as_completed(jobs, timeout=3)]\n",
        None,
    ),
}


@pytest.mark.parametrize(("before", "line"), COMPLETIONS.values(), ids=COMPLETIONS)
def test_completions(before: str, line: str | None) -> None:
    code, left = fixed(before, "DET108")
    assert (line in code) if line else (code == before)
    assert len(left) == (line is None)


def test_what_may_not_be_comparable_is_a_persons_to_order() -> None:
    code = "def f(a: set, b):\n    return [m.x for m in a - set(b)]\n"
    assert fixed(code, "DET106")[0] == code


TWO_PASSES = {
    "loops": """
        def f(names: list[str], tags: list[str]):
            known = set(names)
            rows = []
            for name in known:
                rows.append([tag for tag in tags if tag == name])
            for i, name in enumerate(known):
                print(name, rows[i], len(known), name in known)
            return rows
    """,
    "attributes": """
        class Text:
            def __init__(self, text: str):
                self.chars = set(text)
                self.index = {c: i for i, c in enumerate(self.chars)}

            def back(self):
                return {i: c for i, c in enumerate(self.chars)}
    """,
}


@pytest.mark.parametrize("before", TWO_PASSES.values(), ids=TWO_PASSES)
def test_passes_over_one_set_keep_the_same_order(before: str) -> None:
    """What they make is put together by position, so that a pass that is not reported is sorted, too."""
    code, left = fixed(before, "DET106")
    name = "self.chars" if "chars" in code else "known"
    assert code.count(f"sorted({name})") == 2
    assert not left


def test_a_set_that_is_handed_on_is_a_persons_to_order() -> None:
    code = "def f(g, words: set[str]):\n    g(words)\n    return {w: i for i, w in enumerate(words)}\n"
    assert fixed(code, "DET106")[0] == code


def test_a_pass_that_builds_nothing_is_left() -> None:
    code = """
    def f(words: set[str], known: dict):
        for word in list(words):
            known[word] = len(word)
        if any(word in known for word in words):
            print(known)
        return list(words)
    """
    after, left = fixed(code, "DET106")
    assert left == []
    assert after.count("sorted") == 1
    assert "return sorted(words)" in after
