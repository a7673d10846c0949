"""``python -m benchmarks``: every measurement. Ends with 1 where a gate was missed."""

import sys

from benchmarks import sweep, turns

turns.main()
print()
sys.exit(not sweep.main())
