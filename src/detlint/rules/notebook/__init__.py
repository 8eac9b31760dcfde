"""The pack `notebook`: what is about cells and the order in which they run."""

from __future__ import annotations

from detlint.plugins import Pack, hookimpl


@hookimpl
def detlint_pack() -> Pack:
    """Give the pack."""
    from detlint.rules.notebook.out_of_order_execution import OutOfOrderExecution
    from detlint.rules.notebook.out_of_order_names import OutOfOrderNames
    from detlint.rules.notebook.unseeded_rerun import UnseededRerun

    return Pack(name="notebook", prefix="DET", rules=(OutOfOrderExecution, UnseededRerun, OutOfOrderNames))
