"""Working in several processes: a function applied to many items, with the results in the order of the items.

Given a function and items; knows nothing of what they are. Processes are forked, so that nothing has to be sent to
them; where the system cannot fork, one process does all. If a process dies, this one does what is left.
"""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Item = TypeVar("Item")
Result = TypeVar("Result")

CHUNK = 16
"""Items that a process takes at once: few enough to share the work evenly."""
_WORTH_A_PROCESS = 100
_NO_INTERRUPTS = (signal.SIGINT, signal.SIG_IGN)

_function: Callable[[Any], Any]


def in_order(function: Callable[[Item], Result], items: Sequence[Item], jobs: int | None = None) -> Iterator[Result]:
    """The results of a function for all items. jobs: the number of processes, None to decide here."""
    count = _processes(len(items), jobs)
    done = 0
    if count > 1:
        from concurrent.futures.process import BrokenProcessPool  # takes long to import

        try:
            for result in _in_processes(function, items, count):
                yield result
                done += 1
        except BrokenProcessPool:
            pass
    for item in items[done:]:
        yield function(item)


def _processes(items: int, jobs: int | None) -> int:
    count = min(jobs, -(-items // CHUNK)) if jobs else max(1, min(_available(), items // _WORTH_A_PROCESS))
    return count if count < 2 or _can_fork() else 1


def _can_fork() -> bool:
    import multiprocessing

    return "fork" in multiprocessing.get_all_start_methods()


def _available() -> int:
    """The processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _in_processes(function: Callable[[Item], Result], items: Sequence[Item], count: int) -> Iterator[Result]:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    # What is forked is found in the memory of the child; only the items and the results are sent.
    global _function
    _function = function
    context = multiprocessing.get_context("fork")
    # The terminal interrupts the whole group; one process is enough to say so.
    pool = ProcessPoolExecutor(count, mp_context=context, initializer=signal.signal, initargs=_NO_INTERRUPTS)
    try:
        yield from pool.map(_apply, items, chunksize=CHUNK)
    except BaseException:
        # Who interrupts a run does not want to wait for what is in hand.
        for process in multiprocessing.active_children():
            process.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _apply(item: Any) -> Any:
    return _function(item)
