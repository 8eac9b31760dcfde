"""DET108: results that are kept as they are ready, and those that are put in order."""

from __future__ import annotations

import pytest
from tests.helpers import check, marked_lines, unmarked

SHOWS = {
    "unless it is asked for": """
        def run(pool, jobs, keep_order=False):
            if keep_order:
                rows = pool.imap(work, jobs)
            else:
                rows = pool.imap_unordered(work, jobs)  # !
            return [row for row in rows]
    """,
    "where work in a row is no default": """
        def run(pool, jobs, parallel=False):
            if parallel:
                rows = list(pool.imap_unordered(work, jobs))  # !
            else:
                rows = [work(job) for job in jobs]
            return rows
    """,
    "appended": """
        import concurrent.futures
        def run(jobs):
            rows = []
            for job in concurrent.futures.as_completed(jobs):  # !
                rows.append(job.result())
            return rows
    """,
    "comprehension": """
        from concurrent.futures import as_completed as ready
        def run(jobs):
            return [job.result() for job in ready(jobs)]  # !
    """,
    "through tqdm": """
        from concurrent.futures import as_completed
        from tqdm import tqdm
        def run(jobs):
            rows = []
            for job in tqdm(as_completed(jobs), total=len(jobs)):  # !
                rows.extend(job.result())
            return rows
    """,
    "stored by position": """
        from concurrent.futures import as_completed
        import numpy as np
        def run(jobs):
            out = np.zeros(len(jobs))
            for i, job in enumerate(as_completed(jobs)):  # !
                out[i] = job.result()
            return out
    """,
    "stored by a counter": """
        from concurrent.futures import as_completed
        def run(jobs):
            out = [None] * len(jobs)
            i = 0
            for job in as_completed(jobs):  # !
                out[i] = job.result()
                i += 1
            return out
    """,
    "imap_unordered": """
        import multiprocessing as mp
        def run(f, items):
            pool = mp.Pool(4)
            rows = list(pool.imap_unordered(f, items))  # !
            pool.close()
            return rows
    """,
    "written to one file": """
        from multiprocessing import Pool
        def run(f, items, path):
            with Pool(4) as pool, open(path, "w") as handle:
                for line in pool.imap_unordered(f, items):  # !
                    handle.write(line)
    """,
    "asyncio": """
        import asyncio
        async def run(tasks):
            rows = []
            for task in asyncio.as_completed(tasks):  # !
                rows.append(await task)
            return rows
    """,
    "asyncio wait": """
        import asyncio
        async def run(tasks):
            rows = []
            while tasks:
                done, tasks = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)  # !
                for task in done:
                    rows.append(task.result())
            return rows
    """,
    "dask": """
        from dask.distributed import Client, as_completed
        def run(client: Client, futures):
            return [f.result() for f in as_completed(futures)]  # !
    """,
    "queue of several processes": """
        from multiprocessing import Process, Queue
        def run(work, items):
            queue = Queue()
            workers = [Process(target=work, args=(queue, item)) for item in items]
            for worker in workers:
                worker.start()
            return [queue.get() for _ in workers]  # !
    """,
    "queue in a loop": """
        import multiprocessing
        def run(work, items):
            queue = multiprocessing.Queue()
            for item in items:
                multiprocessing.Process(target=work, args=(queue, item)).start()
            rows = []
            for _ in items:
                row = queue.get()  # !
                rows.append(row)
            return rows
    """,
    "callback": """
        from multiprocessing import Pool
        def run(f, items):
            rows = []
            with Pool() as pool:
                for item in items:
                    pool.apply_async(f, (item,), callback=rows.append)  # !
                pool.close()
                pool.join()
            return rows
    """,
    "yielded": """
        from concurrent.futures import as_completed
        def run(jobs):
            for job in as_completed(jobs):  # !
                yield job.result()
    """,
    "frames concatenated": """
        import pandas as pd
        from concurrent.futures import as_completed
        def run(jobs):
            frames = []
            for job in as_completed(jobs):  # !
                frames.append(job.result())
            return pd.concat(frames, ignore_index=True)
    """,
    "dict that is later written": """
        from concurrent.futures import as_completed
        def run(jobs, path):
            found = {}
            for job in as_completed(jobs):  # !
                found[jobs[job]] = job.result()
            with open(path, "w") as handle:
                for key, value in found.items():
                    handle.write(f"{key},{value}\\n")
    """,
    "with an index, never sorted": """
        from concurrent.futures import as_completed
        def run(jobs):
            rows = []
            for job in as_completed(jobs):  # !
                rows.append((jobs[job], job.result()))
            return [value for _, value in rows]
    """,
    "method": """
        from concurrent.futures import ThreadPoolExecutor, as_completed
        class Reader:
            def __init__(self, paths, read):
                self.rows = []
                with ThreadPoolExecutor() as pool:
                    jobs = [pool.submit(read, p) for p in paths]
                    for job in as_completed(jobs):  # !
                        self.rows.append(job.result())
            def __getitem__(self, index):
                return self.rows[index]
    """,
}

SILENT = {
    "only where it is asked for": """
        def run(pool, jobs, keep_order=True, fast=False):
            if keep_order:
                rows = pool.imap(work, jobs)
            else:
                rows = pool.imap_unordered(work, jobs)
            if not fast:
                more = pool.map(work, jobs)
            else:
                more = pool.imap_unordered(work, jobs)
            return [row for row in rows], list(more)
    """,
    "stored by the number that comes with it, in a list of all places": """
        from concurrent.futures import as_completed
        def run(jobs):
            rows = [None] * len(jobs)
            for job in as_completed(jobs):
                number, row = job.result()
                rows[number] = row
            found = []
            for row in rows:
                found.extend(row)
            return found
    """,
    "kept under its own key": """
        import ray
        def results(left):
            kept = {}
            while left:
                done, left = ray.wait(left, num_returns=1)
                kept[done[0]] = ray.get(done[0])
            return kept
    """,
    "only waited for": """
        from concurrent.futures import as_completed
        def step(jobs, patience):
            next(as_completed(jobs, timeout=patience))
            return [job for job in jobs if job.done()]
    """,
    "by key": """
        from concurrent.futures import as_completed
        def run(jobs):
            rows = {}
            for job in as_completed(jobs):
                rows[jobs[job]] = job.result()
            return rows
    """,
    "by index": """
        from concurrent.futures import as_completed
        def run(jobs, n):
            rows = [None] * n
            for job in as_completed(jobs):
                index = jobs[job]
                rows[index] = job.result()
            return rows
    """,
    "by index that the worker gives": """
        from multiprocessing import Pool
        def run(f, items):
            rows = [None] * len(items)
            with Pool() as pool:
                for index, row in pool.imap_unordered(f, enumerate(items)):
                    rows[index] = row
            return rows
    """,
    "sorted afterwards": """
        from concurrent.futures import as_completed
        def run(jobs):
            rows = []
            for job in as_completed(jobs):
                rows.append((jobs[job], job.result()))
            rows.sort(key=lambda row: row[0])
            return [row for _, row in rows]
    """,
    "sorted at the return": """
        from concurrent.futures import as_completed
        def run(jobs):
            return sorted((job.result() for job in as_completed(jobs)), key=lambda row: row["id"])
    """,
    "sorted table": """
        import pandas as pd
        from concurrent.futures import as_completed
        def run(jobs):
            rows = [job.result() for job in as_completed(jobs)]
            return pd.DataFrame(rows).sort_values("id").reset_index(drop=True)
    """,
    "progress and errors only": """
        from concurrent.futures import as_completed
        from tqdm import tqdm
        def run(jobs):
            bar = tqdm(total=len(jobs))
            for job in as_completed(jobs):
                job.result()
                bar.update(1)
    """,
    "counted": """
        from concurrent.futures import as_completed
        def run(jobs):
            good = 0
            for number, job in enumerate(as_completed(jobs), 1):
                if job.result():
                    good += 1
                print(f"{number}/{len(jobs)}")
            return good, sum(1 for _ in as_completed(jobs))
    """,
    "map keeps the order": """
        from concurrent.futures import ThreadPoolExecutor
        from multiprocessing import Pool
        def run(f, items):
            with ThreadPoolExecutor() as pool:
                rows = list(pool.map(f, items))
            with Pool() as pool:
                return rows + list(pool.imap(f, items)) + pool.starmap(f, items)
    """,
    "gather keeps the order": """
        import asyncio
        async def run(tasks):
            return await asyncio.gather(*tasks)
    """,
    "wait for all": """
        from concurrent.futures import wait
        def run(jobs):
            wait(jobs)
            return [job.result() for job in jobs]
    """,
    "wait for the first error": """
        from concurrent.futures import FIRST_EXCEPTION, wait
        def run(jobs):
            done, pending = wait(jobs, return_when=FIRST_EXCEPTION)
            for job in pending:
                job.cancel()
    """,
    "files of their own": """
        from concurrent.futures import as_completed
        def run(jobs):
            for job in as_completed(jobs):
                with open(jobs[job] + ".txt", "w") as handle:
                    handle.write(job.result())
    """,
    "set of results": """
        from multiprocessing import Pool
        def run(f, items):
            with Pool() as pool:
                return set(pool.imap_unordered(f, items)), dict(pool.imap_unordered(f, items))
    """,
    "waited for to throttle": """
        import asyncio
        async def run(tasks):
            pending = set()
            for task in tasks:
                pending.add(task)
                if len(pending) > 8:
                    _, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
    """,
    "queue of one process": """
        from multiprocessing import Process, Queue
        def run(work):
            queue = Queue()
            Process(target=work, args=(queue,)).start()
            return [queue.get() for _ in range(10)]
    """,
    "queue of threads' own": """
        import queue
        def run():
            pending = queue.Queue()
            return [pending.get() for _ in range(3)]
    """,
    "read by key afterwards": """
        from concurrent.futures import as_completed
        def run(paths, jobs):
            rows = {}
            for job in as_completed(jobs):
                rows[jobs[job]] = job.result()
            return [rows[path] for path in paths]
    """,
    "largest": """
        from concurrent.futures import as_completed
        def run(jobs):
            return max(job.result() for job in as_completed(jobs))
    """,
    "a function of that name": """
        def as_completed(jobs):
            return jobs
        def run(jobs):
            return [job.result() for job in as_completed(jobs)]
    """,
}


@pytest.mark.parametrize("name", SHOWS)
def test_an_order_that_shows_is_found(name: str) -> None:
    code = SHOWS[name]
    assert [line for line, _ in check(code, "DET108")] == marked_lines(code)


@pytest.mark.parametrize("name", SILENT)
def test_an_order_that_does_not_show_is_left_alone(name: str) -> None:
    assert check(unmarked(SILENT[name]), "DET108") == []
