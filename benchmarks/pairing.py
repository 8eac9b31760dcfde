"""Pair all simple statements and header expressions of real files: `python benchmarks/pairing.py DIRECTORY...`.

Prints how many segments, calls and nodes were paired, and every segment that was not. Exit status 1 if there is one.
"""

from __future__ import annotations

import ast
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import libcst as cst

from detlint.pairing import PairingError
from detlint.segments import Segmenter
from detlint.sources.source import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterator


def check(path: Path, counts: dict[str, int]) -> Iterator[str]:
    """Pair all segments of a file; gives a line for each that failed."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    counts["files"] += 1
    segmenter = Segmenter(SourceFile(str(path), text), parents.get)
    seen: set[ast.AST] = set()
    for node in ast.walk(tree):
        if not isinstance(node, (ast.expr, ast.stmt)):
            continue
        try:
            segment = segmenter.segment(node)
        except (PairingError, ValueError, AssertionError) as error:
            counts["failures"] += 1
            yield f"{path}:{node.lineno}: {type(node).__name__}: {type(error).__name__}: {error}"
            continue
        if segment is not None and segment.root not in seen:
            seen.add(segment.root)
            counts["segments"] += 1
            counts["nodes"] += len(segment.pairs)
            counts["calls"] += sum(isinstance(node, cst.Call) for node in segment.nodes)


def main() -> int:
    """Pair the segments of all files under the directories given."""
    warnings.simplefilter("ignore")
    counts = dict.fromkeys(("files", "segments", "calls", "nodes", "failures"), 0)
    for directory in sys.argv[1:]:
        given = Path(directory)
        for path in [given] if given.is_file() else sorted(given.rglob("*.py")):
            for line in check(path, counts):
                print(line)
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    return 1 if counts["failures"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
