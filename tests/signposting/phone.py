"""One person's phone in practice, where the invented groups are offered: no database, one turn at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flows.content import Group
from flows.effects import Effect, Offered, Say
from flows.model import Channel, Inbound, Participant, Session
from flows.statuses import PersonStatus
from flows.talking.conversation import Conversation, Scene
from flows.talking.looking import Request, request
from flows.talking.person import person_after
from tests.shipped import shipped

MONDAY = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)


class Phone:
    """``session`` is what is open, ``effects`` what the last text led to."""

    def __init__(self, channel: Channel = Channel.PRACTICE, **values: str) -> None:
        found = shipped().conversation
        assert found is not None
        self.talk: Conversation = found
        self.person = Participant(
            id=1,
            status=PersonStatus.ACTIVE,
            channel=channel,
            joined_at=MONDAY - timedelta(days=30),
            values={"nickname": "Sam", **values},
        )
        self.session: Session | None = None
        self.effects: tuple[Effect, ...] = ()

    def texts(self, text: str) -> list[str]:
        heard = Inbound(channel=self.person.channel, provider_id="1", address="+447700900123", text=text)
        turn = self.talk.hear(Scene(self.person, self.session, MONDAY), heard, None)
        self.session, self.effects = turn.session, turn.effects
        self.person = person_after(self.person, turn.effects, MONDAY)
        return [effect.text for effect in turn.effects if isinstance(effect, Say)]

    def closes(self) -> None:
        """What was open has ended."""
        self.session = None

    def asks(self) -> str:
        return next((each.asks for each in reversed(self.effects) if isinstance(each, Say) and each.asks), "")

    def shown(self) -> list[str]:
        return [group for each in self.effects if isinstance(each, Offered) for group, _ in each.groups]

    def with_groups(self, *groups: Group) -> Phone:
        """The same phone, where these are all that there is."""
        self.talk = self.talk.with_groups(groups)
        return self

    def asked_for(self, text: str) -> Request | None:
        return request(self.talk.stage(Scene(self.person, None, MONDAY)), text)
