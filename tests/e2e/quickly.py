"""``python -m bot`` with providers that carry any number of messages a second, and dead workers noticed in seconds.

Nothing else is changed. One text part a second, as a real number carries, would make hours of these tests;
``test_sending`` runs the program as it is.
"""

from __future__ import annotations

from datetime import timedelta

from bot import delivery, pacing
from bot.__main__ import main

delivery.STUCK, delivery.SWEEP = timedelta(seconds=4), timedelta(seconds=1)
pacing.PACES = {channel: pacing.Pace(rate=1000, burst=1000) for channel in pacing.PACES}

if __name__ == "__main__":
    main()
