"""``python -m benchmarks``: every measurement, printed and kept in docs/benchmarks.md. Ends with 1 where one missed.

python -m benchmarks           all of it, about ten minutes
python -m benchmarks quick     few rounds and small towns, to see that it runs; docs/benchmarks.md stays as it is
"""

import sys

from benchmarks.report import report

sys.exit(not report(quick=sys.argv[1:] == ["quick"]))
