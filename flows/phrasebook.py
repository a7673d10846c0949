"""Every phrase that the program itself says, and the blanks it fills: the words stand in ``content/phrases.yaml``."""

from __future__ import annotations

PHRASES: dict[str, tuple[str, ...]] = {
    # ---- coming, going, pausing
    "not open yet": (),  # a stranger, before the go-live gate has opened: says so, with the crisis lines
    "already here": (),  # JOIN from somebody who has joined
    "pause over": (),  # … and has paused
    "stopped": (),  # the one confirmation that STOP allows
    "paused": ("until",),  # PAUSE
    "wrong number": (),  # WRONG NUMBER: unlinked
    "delete waits": (),  # DELETE while a crisis is open: it is finished first
    # ---- a message that is not an answer
    "did not understand": (),  # nothing is open, and the words mean nothing to us
    "moved on": (),  # two answers that could not be read: leaves the question, offers a person
    "not for you now": (),  # a flow was texted for, and its only_if is false
    "words only": (),  # a voice note, sticker or picture came
    "no edits": (),  # a message was changed after it was sent
    "one to one": (),  # written to in a group chat: neutral, others read it
    "progress grew": ("what",),  # MY PROGRESS: what is higher than at the start, two things at most
    "progress strong": ("what",),  # … or what is strongest, where nothing grew
    "progress heavy": (),  # … or that all is low: kindness
    "progress low": ("what",),  # what is lowest now
    "progress idea": ("idea",),  # one thing to try, in the instrument's own words
    "progress any idea": (),  # … or where it has none
    "progress not yet": (),  # too few answers to tell
    "progress two": ("one", "other"),  # two things in a row
    "picture began": (),  # in the picture: the word for the first mark
    "picture now": (),  # … and for the second
    "picture missing": (),  # … and where there is no answer
    "picture says": ("what", "start", "now"),  # below it: one line of it in words
    "picture says new": ("what", "now"),
    "picture says gone": ("what", "start"),
    "picture says missing": ("what",),
    "rate later": (),  # LATER at a self-rating of a check-in: the rest comes another time
    "rate tomorrow": (),  # … in a whole round: the rest is asked tomorrow
    "old button": (),  # a button of a question that has passed
    "late answer": (),  # before an answer to what was sent hours ago, while we were away
    "something broke": (),  # the turn failed: kept, staff told
    "say again": (),  # an answer could mean several things and none is certain: asks for it once more
    "yes": (),  # the word for yes inside "did you mean ((value))?"
    "did you mean": ("value",),  # one gentle confirm of something we think we read
    "which place": ("values",),  # several towns are called so: asks for the number of one
    "which one": ("values",),  # several answers at once: asks for one
    "thanks": (),  # THANKS with no question open
    "still stopped": (),  # anything else from somebody who sent STOP: how to come back, and the crisis lines
    "withdrawn": (),  # to whoever was in the middle of a flow that was withdrawn because it did harm
    "withdrawn for now": (),  # to whoever asks for one
    "signpost gone": (),  # a conversation from an older release comes to a signpost that is not there any more
    "pause until when": (),  # PAUSE with a length that cannot be read
    "retry yes or no": (),
    "retry scale": ("low", "low_label", "high", "high_label"),
    "retry number": ("low", "high"),
    "retry date": (),
    "time today": ("time",),  # "3pm today": how ((alert.by)) is spoken
    "time tomorrow": ("time",),
    "time on monday": ("time",),
    "time on tuesday": ("time",),
    "time on wednesday": ("time",),
    "time on thursday": ("time",),
    "time on friday": ("time",),
    "time on saturday": ("time",),
    "time on sunday": ("time",),
    "time on date": ("time", "date"),  # more than a week away: day and month
    "not this number": (),
    "retry postcode": ("example",),
    "retry place": ("example",),  # no postcode and no town either
    "retry town": ("postcode",),  # a postcode that is on no map of ours: Northern Ireland's, a PO box
    "retry day": (),
    "retry day and time": (),
    "retry between": ("earliest", "latest"),
    "retry choices": ("last",),
    "retry one": (),  # there is one choice
    "retry many": ("last",),
    "retry text": (),
    "retry text too long": ("longest",),
    "retry phone": (),
    # ---- what somebody handed in (IDEA, GRANT): what was decided, with the coordinator's own words
    "submission accepted": ("about", "words"),
    "submission declined": ("about", "words"),
    "submission withdrawn": ("about", "words"),
    # ---- staff
    "pair ok": ("name",),  # the code was right: this phone now gets alerts
    "pair failed": (),  # the code was wrong, used or too old; the same words for all three
    "alert new": ("who", "what", "when", "code"),
    "alert crisis": ("who", "what", "when", "code"),
    "alert crisis unanswered": ("who", "what", "when", "code"),  # nobody knows who wrote, so nobody was answered
    "alert test": ("code",),  # the crisis drill that opens the gate
    "alert owner": ("who", "code", "owner"),  # to the others: somebody has it
    "alert ack": ("who", "code"),  # to the one who texted ON IT
    "alert contact": ("name", "number", "times", "code"),  # follows ON IT: whom to ring, and when it is safe
    "no name given": (),  # instead of ((name))
    "only telegram": (),  # instead of ((number))
    "times not asked": (),  # instead of ((times)), where no safe times were ever asked for
    "alias": ("number",),  # what staff texts call somebody: never their name
    "alias nobody": (),  # … and somebody we do not know
    "gate opened": (),  # the crisis drill was answered: people may join now
    "alert resolved": ("who", "code"),  # DONE
    "alert resolved crisis": ("who", "code"),  # … to whoever took somebody's crisis: look after yourself
    "alert not yours": (),  # it was never sent to this phone, is about themselves, or a crisis that is not theirs
    "staff help": (),  # HELP, and any other words from a staff phone
    "staff which": ("codes",),  # several are open, or it is a crisis: the code is needed
    "staff unknown code": ("codes",),
    "staff codes rest": (),  # too many wrong ones from this phone
    "staff codes tried": ("owner",),  # … to coordinators
    "staff nothing": (),
    "staff cannot close": ("who", "code"),  # too many wrong codes from this phone, which somebody may be forging
    "staff closed": ("code",),
    "staff old button": (),  # a button of an alert that has ended
    "staff taken": ("owner", "who", "code", "time"),  # somebody else has it
    "staff no number": ("code",),  # ON IT, without consent: to a mentor …
    "staff no number here": (),  # … and to a coordinator
    "staff passed": ("who", "code"),
    "staff handed": ("owner", "who", "code"),  # PASS 47 TO ANNA
    "staff no such name": ("code",),
    "staff cannot hand": ("owner", "code"),  # she is away, has no phone, or may not take a crisis
    "staff later": ("who", "code", "time"),
    "staff how long": (),  # LATER without a time that can be read
    "staff not later": ("code",),  # LATER to a crisis
    "staff reopened": ("who", "code"),
    "staff open already": ("code",),
    "staff cannot reopen": (),
    "staff closed it": ("owner", "who", "code"),  # to whoever had it: a coordinator has closed it
    "staff closed crisis": ("owner", "who", "code"),  # to whoever else was paged
    "staff who open": ("who", "code", "time", "told"),
    "staff who taken": ("who", "code", "owner", "time", "told"),
    "staff areas": ("who", "areas"),  # after WHO, to their own mentor, with their consent
    "staff area": ("area", "trend"),  # … one of them
    "staff area unknown": ("area",),  # … of which too little was answered twice
    "staff trend up": (),
    "staff trend down": (),
    "staff trend same": (),
    "staff nobody": (),  # instead of a name
    "staff none": (),  # instead of codes
    "staff and more": ("names", "count"),  # names or codes that there is no room for
    "staff list": ("held", "open"),
    "staff off": ("day",),
    "staff off moved": ("day",),  # … where alerts of theirs go to somebody else
    "staff off alone": (),
    "staff off till when": (),  # OFF without a day that can be read
    "staff back": (),
    "staff is off": ("owner", "day", "count"),  # to coordinators
    "staff is back": ("owner",),
    "summary": ("held", "open"),  # on the morning of a working day: codes of what is theirs and what waits for them
    "summary directory": ("due", "unread"),  # to coordinators: what of the directory is to be checked
    "summary reviews": ("count",),  # to coordinators: ideas and applications that wait for a decision
    "summary service": ("open", "held", "missed", "lost", "day"),  # to coordinators: numbers of the whole service
    "undelivered crisis": ("who", "code"),  # the reply to words that worried us could not be delivered
    "alert times": ("when", "times"),  # instead of ((when)), once it has happened more than once
    "alert several": ("count", "list"),  # one message for alerts that are due together
    "alert line": ("who", "what", "when", "code"),  # … one of them
    "alert more": ("count",),  # … and those for which there is no room
    "button on it": (),  # below an alert, on Telegram
    "button pass": (),
    "they replied": ("who", "code"),  # to whoever had been told that somebody went quiet
    "they replied yours": ("who", "code"),  # … and to the one who has taken it
    "they stopped": ("who", "code"),  # likewise, where what they sent was STOP
    "they stopped yours": ("who", "code"),
    "staff group reported": ("name", "group"),  # to coordinators: a door was shut. Once a group
    "staff group hidden": ("name", "group"),  # … and a second person found it so
    "check on taker": ("owner", "code"),  # to the other coordinators, once a crisis is over
    "staff gone": ("name",),  # to coordinators: somebody on the staff sent STOP
    "staff unreachable": ("name",),  # … or their phone takes nothing from us
    "no coordinator left": (),  # to everybody else on the staff
    "rota gap": ("from", "until"),  # to coordinators, two days ahead
    "rota empty": (),
    "mentor uncovered": ("name", "until"),
    # ---- to coordinators, where two of them must agree to a change
    "release agree": ("code", "release"),  # each has a code of their own
    # ---- to coordinators, about the service itself: one sentence a fault
    "service fault": ("what",),
    "service fault serious": ("what",),  # people may be waiting: at any hour
    "service fault over": ("what",),
    "fault crisis unheard": (),
    "fault crisis stuck": (),
    "fault crisis late": (),
    "fault sending": (),
    "fault credentials": ("channel",),
    "fault channel": ("channel",),
    "fault incoming": (),
    "fault alert stuck": (),
    "fault late": (),
    "fault started late": (),
    "fault slot stuck": (),
    "fault conversation stuck": (),
    "fault content": (),
    "fault draft": (),
    "fault time stalled": (),
    "fault tick stalled": (),
    "fault tick fails": (),
    "fault disk": (),
    "fault clock": (),
    "fault heartbeat": (),
    # ---- below a question: how to answer it. Left out where the question says so itself
    "hint scale": ("low", "low_label", "high", "high_label"),  # "Reply 1 (rough) to 5 (good)."
    "hint number": ("low", "high"),  # "Reply with a number, 0 to 10."
    "hint yes or no": (),  # "Y or N"
    "hint many": (),  # several numbers may be sent: "Send all the numbers you want."
    "hint day or any": (),  # "Send a day, or ANY."
    "hint day and time": (),  # "Like MON 10AM."
    "hint date": (),  # "Like 3 May."
    "hint example": ("example",),  # "Like ((example))."
    "hint skip": (),  # "Or SKIP."
    "button yes": (),
    "button no": (),
    "button skip": (),
    "button any day": (),
    "day monday": (),
    "day tuesday": (),
    "day wednesday": (),
    "day thursday": (),
    "day friday": (),
    "day saturday": (),
    "day sunday": (),
    "month january": (),
    "month february": (),
    "month march": (),
    "month april": (),
    "month may": (),
    "month june": (),
    "month july": (),
    "month august": (),
    "month september": (),
    "month october": (),
    "month november": (),
    "month december": (),
    "clock morning": ("hour", "clock"),  # a time of day: "((hour))am" in English, ((clock)) is 09:30
    "clock afternoon": ("hour", "clock"),  # "((hour))pm"; ((clock)) is 15:30
    # ---- languages
    "language name": (),  # what each language calls itself
    "language changed": (),  # somebody has asked for another, in that one
    # ---- a group to choose
    "group label": ("name", "day", "time"),  # "Tuesday Table, Tue 18:30": nobody knows how far it is
    "group label away": ("name", "day", "time", "away"),  # "Tuesday Table, Tue 18:30, about 3 miles"
    "away online": (),  # "online"
    "away close by": (),  # under a mile: "close by"
    "away a mile": (),  # "about a mile"
    "away miles": ("miles",),  # "about ((miles)) miles"
    "widened farther": (),  # above a list that holds nothing as near as they asked
    "widened any day": (),  # … nor on the day that they named
    "widened online": (),  # … nor anywhere that they could go
    "no more groups": (),  # NEXT, once all there is has been shown
    "button others": (),  # below a list of groups, on Telegram
    "place unknown": (),  # instead of a place, where the directory gives none
    "group ring first": ("phone",),  # nobody has checked it for a year
    "group from anywhere": (),  # it meets only online
    "group step free": (),
    "group not step free": (),
    "group step free unknown": (),  # the directory does not say
    "group join": ("link",),
    "group times": ("from", "until"),
    "group cost": ("cost",),
    "group ask and ring": ("contact", "phone"),  # ((contact)) is a role, like welcome host
    "group ask for": ("contact",),
    "group ring": ("phone",),
}

# What begins like this is said to staff, who are written to in English.
_TO_STAFF = (
    *("alert ", "alias", "button on it", "button pass", "check on taker", "fault ", "gate opened", "mentor uncovered"),
    *(
        "no coordinator left",
        "no name given",
        "only telegram",
        "pair ",
        "release ",
        "rota ",
        "service fault",
        "staff ",
        "summary",
    ),
    *("they replied", "they stopped", "times not asked", "undelivered "),
)


def is_for_staff(name: str) -> bool:
    """Whether this phrase is only ever said to staff."""
    return name.startswith(_TO_STAFF)
