"""Repairs of calls without a seed: DET102, DET104, DET122, DET131, DET141, DET151."""

from __future__ import annotations

import pytest

from tests.fixes.helpers import fixed

FIXED = {
    "the seed in sight": (
        "DET141",
        "from sklearn.model_selection import train_test_split\n\n\ndef split(x, seed):\n"
        "    return train_test_split(x)\n",
        "return train_test_split(x, random_state=seed)",
    ),
    "a variable gets another value": (
        "DET104",
        "import random\nimport time\n\nseed = int(time.time())\nrandom.seed(seed)\n",
        "import random\n\nseed = 42\nrandom.seed(seed)\n",
    ),
    "None is replaced": (
        "DET141",
        "from sklearn.ensemble import RandomForestClassifier\n\nmodel = RandomForestClassifier(random_state=None)\n",
        "SEED = 42\n\nmodel = RandomForestClassifier(random_state=SEED)\n",
    ),
    "the number that the file writes out": (
        "DET141",
        "from sklearn.model_selection import train_test_split\n\n"
        "train, test = train_test_split([1, 2], random_state=7)\ntrain, valid = train_test_split(train)\n",
        "train, valid = train_test_split(train, random_state=7)\n",
    ),
    "a constant where the numbers differ": (
        "DET141",
        "import numpy as np\nfrom sklearn.model_selection import train_test_split\n\nnp.random.default_rng(1)\n"
        "train, test = train_test_split([1, 2], random_state=7)\ntrain, valid = train_test_split(train)\n",
        "train, valid = train_test_split(train, random_state=SEED)\n",
    ),
    "a generator in a constructor": (
        "DET122",
        "import numpy as np\n\n\nclass A:\n    def __init__(self):\n        self.rng = np.random.default_rng()\n",
        "self.rng = np.random.default_rng(SEED)\n",
    ),
}


@pytest.mark.parametrize(("rule", "code", "expected"), FIXED.values(), ids=FIXED)
def test_a_seed_is_given(rule: str, code: str, expected: str) -> None:
    after, left = fixed(code, rule)
    assert expected in after
    assert left == []


NO_FIX = {
    "each time around a loop": (
        "DET131",
        "import pandas as pd\n\ntable = pd.read_csv('a.csv')\nfor _ in range(3):\n    print(table.sample(3))\n",
    ),
    "for each item": (
        "DET122",
        "import numpy as np\n\n\nclass A:\n    def __getitem__(self, i):\n"
        "        return np.random.default_rng().normal()\n",
    ),
    "where the caller may give one": (
        "DET122",
        "import numpy as np\n\n\ndef f(rng=None):\n    if rng is None:\n        rng = np.random.default_rng()\n"
        "    return rng.normal()\n",
    ),
    "where a variable is None": (
        "DET151",
        "import optuna\n\nseed = None\nsampler = optuna.samplers.RandomSampler(seed=seed)\n",
    ),
    "of the process": ("DET104", "import os\nimport random\n\nrandom.seed(os.getpid())\n"),
}


@pytest.mark.parametrize(("rule", "code"), NO_FIX.values(), ids=NO_FIX)
def test_a_seed_is_a_persons_to_choose(rule: str, code: str) -> None:
    after, left = fixed(code, rule)
    assert (after, len(left)) == (code, 1)
