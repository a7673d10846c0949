"""The whole service under a virtual clock, with seeded faults, and an oracle that knows nothing of how it is built.

``world.py`` puts one run together: the service (``life.py``), what carries its messages (``sms.py``, ``chats.py``), the
people who text it (``people.py``, ``crew.py``), what goes wrong (``faults.py``), and who watches (``oracle/``).
"""
