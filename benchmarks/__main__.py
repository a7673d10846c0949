"""``python -m benchmarks``: every measurement. Ends with 1 where a gate was missed."""

import sys

from benchmarks import checking, sweep, turns

turns.main()
print()
checking.main()
print()
sys.exit(not sweep.main())
