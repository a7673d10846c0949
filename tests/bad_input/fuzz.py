"""Fuzzing of what reads webhooks, guided by which lines of ours a body reaches.

``python -m tests.bad_input.fuzz 60 build/fuzz`` ends after 60 seconds, or at the first body that raises or is read as
something unsound, which it shows and leaves in the folder.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from urllib.parse import urlencode

import atheris

with atheris.instrument_imports(include=["bot.channels", "bot.receipts", "bot.web.proofs", "urllib.parse"]):
    from tests.bad_input import sound

from tests.edges.front_door import SMS

FORM, STATUS, UPDATE = b"f", b"s", b"u"  # the first letter of a body says which webhook it goes to
LONGEST = 2000
SEEDS = (
    FORM + urlencode(SMS).encode(),
    FORM + urlencode(SMS | {"Body": "Ré👍🏽\x00", "NumMedia": "1", "OptOutType": "STOP"}).encode(),
    STATUS + b"41?" + urlencode({"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30003"}).encode(),
    STATUS + b"\xc2\xb2?" + urlencode({"MessageSid": "SM1", "MessageStatus": "failed", "ErrorCode": "٤"}).encode(),
    *(
        UPDATE + json.dumps({"update_id": 900, kind: body}).encode()
        for kind, body in {
            "message": {
                "date": 1,
                "chat": {"id": 7, "type": "private"},
                "from": {"id": 7},
                "text": "hello \ud83d\ude00",
            },
            "edited_message": {"edit_date": 1, "chat": {"id": 7, "type": "group"}, "caption": "us", "photo": [{}]},
            "callback_query": {"id": "1", "from": {"id": 7}, "data": "3:yes", "message": {"chat": {"id": 7}}},
            "my_chat_member": {"chat": {"id": 7}, "old_chat_member": {"status": "left"}, "new_chat_member": {}},
            "channel_post": {"chat": {"id": -9, "type": "channel"}, "text": "news"},
        }.items()
    ),
)


def one(data: bytes) -> None:
    """One body, to the webhook that its first letter names."""
    door, body = data[:1], data[1:]
    if door == STATUS:
        outbox_id, _, rest = body.partition(b"?")
        sound.read_status(outbox_id.decode("utf-8", "replace"), rest)
    elif door == UPDATE:
        sound.read_update(body)
    else:
        sound.read_form(body, "/webhooks/twilio/message?" + body[:20].decode("latin-1"))


def main(seconds: int, folder: Path) -> None:
    """Fuzz for so long; ``folder`` gets what was tried and what was found. Exit code 0 when nothing was."""
    for number, seed in enumerate(SEEDS):
        (folder / f"seed{number}").write_bytes(seed)
    limits = [f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-timeout=5", f"-artifact_prefix={folder}/found-"]
    atheris.Setup([sys.argv[0], *limits, str(folder)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
