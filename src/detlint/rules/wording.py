"""Words that messages of several rules share.

Given nodes of the tree; gives text for messages, where names stand in backticks.
"""

from __future__ import annotations

import ast

from detlint.index.syntax import dotted_name


def callee(node: ast.AST) -> str:
    """A callee as its user wrote it: `nx.gnp_random_graph`; `….sample` of what has no name."""
    return dotted_name(node) or (f"….{node.attr}" if isinstance(node, ast.Attribute) else "")
