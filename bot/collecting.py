"""How often Python looks for garbage that reference counts cannot free."""

import gc

ROUND = 20_000  # objects made between two looks: Python's own 700 are made and freed again by every few messages


def collect_seldom() -> None:
    """To be called once the content is read: it lives as long as the program, so the collector need not walk it.

    A sweep of everybody's check-ins costs a twelfth less so (``make bench``, and ``docs/decisions.md``).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(ROUND, 20, 50)
