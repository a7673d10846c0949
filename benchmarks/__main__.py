"""``python -m benchmarks``: every measurement."""

from benchmarks.turns import main

main()
