"""What is counted, for Prometheus. Labels are names of ours; never a person, an address or a word of theirs."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge


class Metrics:
    """Every counter of one process, in a registry of its own so that tests do not share them."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.received = Counter("fingerpost_received", "Messages taken in", ["channel", "kind"], registry=self.registry)
        self.sends = Counter(
            "fingerpost_sends", "Ends of sends, by what they came to", ["channel", "end"], registry=self.registry
        )
        self.receipts = Counter("fingerpost_receipts", "Delivery receipts", ["status"], registry=self.registry)
        self.in_flight = Gauge("fingerpost_in_flight", "Messages being sent", registry=self.registry)
        self.outbox_wait = Gauge(
            "fingerpost_outbox_wait_seconds", "For how long the oldest message could have gone", registry=self.registry
        )
        self.first_attempt = Gauge(
            "fingerpost_crisis_wait_seconds",
            "How long the last crisis message waited for its first try",
            registry=self.registry,
        )
