"""Measure detlint against parsing alone: `python benchmarks/run.py [--rounds N] CORPUS...`.

A corpus is a directory of Python files. For each, in every round, one after the other and each in a fresh process:

    ast       read all files and parse them with `ast.parse`
    detlint   the command line, cold, with one worker and its default rules
    libcst    read all files and parse them with `libcst.parse_module`

and prints CPU seconds (user and system, of the whole process) and the ratios within a round, which noise changes less
than the seconds: the least and the median over all rounds. Then what the trigger scan skipped, and how much text LibCST
was given.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROUNDS = 5
_DETLINT = [sys.executable, "-m", "detlint", "check", "--isolated", "--no-cache", "--jobs=1", "--exit-zero", "--quiet"]
_ITSELF = [sys.executable, os.path.abspath(__file__)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the corpora that are named, or do one part of it in a process of its own."""
    parser = argparse.ArgumentParser(description="Measure detlint against ast.parse and libcst.parse_module.")
    parser.add_argument("corpora", nargs="+", metavar="CORPUS", help="a directory of Python files")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"how often to measure everything ({ROUNDS})")
    parser.add_argument("--without-libcst", action="store_true", help="leave out libcst.parse_module, which takes long")
    parser.add_argument("--part", choices=("ast", "libcst", "census"), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.part:
        print(json.dumps(_PARTS[options.part](options.corpora[0])))
        return 0
    for corpus in options.corpora:
        _report(corpus, options.rounds, with_libcst=not options.without_libcst)
    return 0


def _report(corpus: str, rounds: int, *, with_libcst: bool) -> None:
    commands = {"ast": [*_ITSELF, "--part=ast", corpus], "detlint": [*_DETLINT, "--output-file", os.devnull, corpus]}
    if with_libcst:
        commands["libcst"] = [*_ITSELF, "--part=libcst", corpus]
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            times[name].append(_cpu_seconds(command))
    census = json.loads(subprocess.run([*_ITSELF, "--part=census", corpus], capture_output=True, check=True).stdout)
    print(f"\n{os.path.basename(os.path.normpath(corpus))}: {census['files']} files, {census['bytes'] / 1e6:.1f} MB")
    for name, seconds in times.items():
        print(f"  {name:<18}{min(seconds):8.2f} s least {statistics.median(seconds):8.2f} s median")
    for name in commands:
        if name != "detlint":
            ratios = [ours / theirs for ours, theirs in zip(times["detlint"], times[name], strict=True)]
            print(f"  detlint / {name:<8}{min(ratios):8.2f}   least {statistics.median(ratios):8.2f}   median")
    print(f"  files skipped     {census['skipped'] / max(census['files'], 1):8.1%}")
    print(f"  text for LibCST   {census['parsed'] / max(census['bytes'], 1):8.2%}   in {census['segments']} segments")
    print(f"  diagnostics       {census['diagnostics']:8}   internal errors {census['errors']}", flush=True)


def _cpu_seconds(command: Sequence[str]) -> float:
    """Run a command to its end; the processor time of it and of what it started."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


# ----------------------------------------------------------------------------------------------------------- parts
def _texts(corpus: str) -> Iterator[tuple[str, str]]:
    """Paths and texts of the files that detlint would look at, those that cannot be read left out."""
    from detlint.sources.discovery import discover
    from detlint.sources.source import SourceFile, read_source

    warnings.simplefilter("ignore")
    for found in discover([corpus]).files:
        source = read_source(found.file, found.path)
        if isinstance(source, SourceFile):
            yield found.path, source.text


def _parse_with_ast(corpus: str) -> int:
    import ast

    count = 0
    for _, text in _texts(corpus):
        try:
            ast.parse(text)
        except (SyntaxError, ValueError):
            continue
        count += 1
    return count


def _parse_with_libcst(corpus: str) -> int:
    import libcst

    count = 0
    for _, text in _texts(corpus):
        try:
            libcst.parse_module(text)
        except libcst.ParserSyntaxError:
            continue
        count += 1
    return count


def _census(corpus: str) -> dict[str, int]:
    """Check the corpus, and count what is skipped, what LibCST is given, and what is found."""
    import libcst

    from detlint.engine import Checker
    from detlint.registry import registry
    from detlint.settings import Settings
    from detlint.sources.source import SourceFile

    given: list[int] = []

    def counting(parse: Any) -> Any:
        def count(text: str) -> Any:
            given.append(len(text))
            return parse(text)

        return count

    originals = libcst.parse_statement, libcst.parse_expression
    libcst.parse_statement, libcst.parse_expression = (counting(original) for original in originals)
    checker = Checker(Settings(), registry())
    counts = dict.fromkeys(("files", "bytes", "skipped", "diagnostics", "errors"), 0)
    for path, text in _texts(corpus):
        result = checker.check(SourceFile(path, text))
        counts["files"] += 1
        counts["bytes"] += len(text)
        counts["skipped"] += result.skipped
        counts["diagnostics"] += len(result.diagnostics)
        counts["errors"] += len(result.errors)
    return {**counts, "parsed": sum(given), "segments": len(given)}


_PARTS = {"ast": _parse_with_ast, "libcst": _parse_with_libcst, "census": _census}


if __name__ == "__main__":
    raise SystemExit(main())
