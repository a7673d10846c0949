"""``python -m bot`` with providers that carry any number of messages a second.

Nothing else is changed. One text part a second, as a real number carries, would make hours of these tests;
``test_opening`` and ``test_sending`` run the program as it is.
"""

from __future__ import annotations

import sys

from bot.__main__ import main

from bot import pacing

pacing.PACES = {channel: pacing.Pace(rate=1000, burst=1000) for channel in pacing.PACES}

if __name__ == "__main__":
    sys.exit(main())
