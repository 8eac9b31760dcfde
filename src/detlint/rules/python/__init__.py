"""The pack `python`: Python's own randomness, NumPy, and settings of any library that do nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.plugins import Pack, hookimpl

if TYPE_CHECKING:
    from detlint.project.subjects import Subjects


@hookimpl
def detlint_pack() -> Pack:
    """Give the pack."""
    from detlint.rules.python.completion_order import CompletionOrder
    from detlint.rules.python.effects import EFFECTS
    from detlint.rules.python.entropy_source import EntropySource
    from detlint.rules.python.env_set_too_late import EnvSetTooLate
    from detlint.rules.python.hashseed_in_process import HashseedInProcess
    from detlint.rules.python.library import LIBRARY
    from detlint.rules.python.library_random_state import LibraryRandomState
    from detlint.rules.python.library_seeds_globally import LibrarySeedsGlobally
    from detlint.rules.python.nondeterministic_seed import NondeterministicSeed
    from detlint.rules.python.salted_hash import SaltedHash
    from detlint.rules.python.seed_after_use import SeedAfterUse
    from detlint.rules.python.set_order import SetOrder
    from detlint.rules.python.setter_assigned import SetterAssigned
    from detlint.rules.python.sklearn_random_state import SklearnRandomState
    from detlint.rules.python.unknown_setting import UnknownSetting
    from detlint.rules.python.unseeded_numpy import UnseededNumpy
    from detlint.rules.python.unseeded_numpy_generator import UnseededNumpyGenerator
    from detlint.rules.python.unseeded_pandas_sample import UnseededPandasSample
    from detlint.rules.python.unseeded_random import UnseededRandom
    from detlint.rules.python.unseeded_random_instance import UnseededRandomInstance
    from detlint.rules.python.unsorted_listing import UnsortedListing
    from detlint.rules.python.varying_parallelism import VaryingParallelism

    return Pack(
        name="python",
        prefix="DET",
        rules=(
            UnseededRandom,
            UnseededRandomInstance,
            EntropySource,
            NondeterministicSeed,
            UnsortedListing,
            SetOrder,
            SaltedHash,
            CompletionOrder,
            SeedAfterUse,
            SetterAssigned,
            UnknownSetting,
            HashseedInProcess,
            EnvSetTooLate,
            UnseededNumpy,
            UnseededNumpyGenerator,
            UnseededPandasSample,
            SklearnRandomState,
            LibraryRandomState,
            LibrarySeedsGlobally,
            VaryingParallelism,
        ),
        library=LIBRARY,
        effects=EFFECTS,
        subjects=_subjects,
        versions={"numpy": "2.4.6", "pandas": "3.1.1", "sklearn": "1.9.1"},
    )


def _subjects() -> Subjects:
    from detlint.rules.python.subjects import subjects

    return subjects()
