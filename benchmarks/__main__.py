"""``python -m benchmarks``: every measurement. Ends with 1 where a gate was missed."""

import sys

from benchmarks import checking, searching, sweep, turns

turns.main()
print()
checking.main()
print()
found_in_time = searching.main()
print()
sys.exit(not (sweep.main() and found_in_time))
