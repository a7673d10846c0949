"""What each setting of the content files means, in a line: for completion in editors, and for the reference.

The settings of the steps stand in the registry (``flows/reading/registry.py``); here are all the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


def _told(**settings: str) -> Mapping[str, str]:
    """Setting → meaning. A name that is no Python name is written with _ for its spaces."""
    return MappingProxyType({name.replace("__", " ").strip("_"): meaning for name, meaning in settings.items()})


FLOW = _told(
    flow="its name, the same as the file's",
    was="the name that the flow had before, once it is renamed",
    about="one line that says what it is for; nobody is sent it",
    starts="schedule, first message or alert; left out, it starts only by its words or from another flow",
    words="what a person can text to start it, with commas between",
    only_if="a condition; where it does not hold, the flow does not start",
    no_reply="what silence does, for every question of the flow",
    steps="what happens, in the order of talk",
    tests="conversations as they should go",
)
NO_REPLY = _told(
    nudge="how long until one reminder, like 24 hours",
    say="the words of the reminder",
    sms="the reminder for text messages, where it differs",
    telegram="the reminder for Telegram, where it differs",
    close="how long until the flow ends, like 48 hours; or 48 hours, 24 hours until early_until",
    then="steps that run when it closes; then the flow ends",
)
CHOICE = _told(
    choice="what the person reads",
    name="a short name for it, which never changes; left out, it is made of the words",
    then="what follows when it is chosen",
    clears="yes, where choosing it drops the others (only with pick: many)",
    sms="the words for text messages, where they differ",
    telegram="the words for Telegram, where they differ",
)
TEST = _told(
    name="a sentence that says what should happen",
    given="what is remembered already, like nickname = Sam, consent_mentor = yes",
    talk="the conversation, each line begun by > < @ ! or #",
)
SERVICE = _told(
    name="what people know the service by",
    sender="the neutral name that texts are signed with",
    area="where you work",
    time_zone="where your clocks are, like Europe/London",
    languages="what you speak, with commas between, like en, cy",
    working_hours="when your staff work, like Mon to Fri 09:00 to 17:00",
    holidays="days on which nobody works, like 2026-12-25, with commas between",
    quiet_hours="when nothing goes out that the bot starts, like 20:00 to 09:00",
    privacy_link="where your privacy page is",
    price_per_text="what a text costs you, like 4p",
    keep="how long each kind of thing is kept",
    caseload="how many people a mentor can have, volunteer and paid",
    limits="how many texts a person a day, and how many a month; nothing keeps to it yet",
    small_numbers="which numbers a report hides, as that of unmet needs, like hide 1 to 4",
    second_approver="yes, where a second person must agree to changes of safety, consent and escalation",
    sources="directories of others, read again every day, like kent-aa: meeting-guide https://…",
)
VARIABLE = _told(
    type="the kind of answer, like text up to 20, yes or no, date, or consent",
    private="yes, and it is never written where others can read it",
    shows="yes, and it may stand in a first message, where a locked phone shows it",
    keep_for="how long it is kept, like 90 days",
    if_empty="what a blank says where nothing is known",
    set_by="staff, where only they can change it",
    keep="first half only, for half a postcode",
    was="its old name, so that what was stored moves along",
)
SCHEDULE = _told(
    schedule="its name; the bot knows by it what it has sent, so never change it",
    flow="the flow that it starts",
    for_="a condition on what is remembered; left out, it is for everybody who has joined",
    once="instead of every: 12 weeks after joined",
    every="day, 3 days, week, 2 weeks, month",
    on="Monday, or first Monday for months",
    at="a variable that holds a day and a time, or a time like 12:00",
    otherwise="the day and time where that variable is empty, like Wed 11:00",
    spread="each person goes out at a moment of their own within it, like 20 minutes",
    phases="the first whose until: lies ahead counts",
    silence="nobody is told, where no answer should alert nobody",
)
PHASE = _told(
    until="when it ends: 8 weeks after joined, or a date of variables.yaml",
    every="as in the schedule",
    on="as in the schedule",
    at="as in the schedule",
    otherwise="as in the schedule",
    spread="as in the schedule",
)
POLICY = _told(
    alert="what happened; an alert: step says the same words",
    hours="working, and only working time counts; or any, day and night",
    steps="who hears, and when: - after 2 working hours: coordinators",
    repeat="how often the last step is done again, like every 4 working hours",
    two__in__a__row="who hears at once when it is the second time running",
    by="channels in order, telegram, sms",
)
SIGNPOST = _told(
    signpost="its name; a signpost: step says the same word",
    say="the words that are sent",
    sms="the words for text messages, where they differ",
    telegram="the words for Telegram, where they differ",
    source="where you looked it up",
    checked="the day somebody rang or looked it up, like 2026-11-01",
)
RULE = _told(
    rule="its name",
    tier="A life at risk now, B page staff, S offer the lines, words a list for other rules",
    reply="the signpost that is sent at once",
    then="a flow that follows the reply",
    must__alarm="sentences that have to be heard",
    must__not__alarm="harmless ones that look alike",
)
INSTRUMENT = _told(
    instrument="its name, the same as the file's",
    version="its version",
    about="one line that says what it is; nobody is sent it",
    licence="where the permission to use these words stands",
    locked="yes, where the words may not be changed",
    scale="two numbers with a word each, like 0 not at all to 10 completely",
    items="the questions, each under a name of its own",
    minimum="how many must be answered, like 7 of 9 within 42 days",
    score="how the answers make one number",
    sd="the standard deviation, from the paper cited",
    reliability="value, kind and citation",
    channels="where it may be asked, sms, telegram",
    wording="a private file that holds the words",
)
ITEM = _told(
    say="the question",
    sms="the question for text messages, where it differs",
    telegram="the question for Telegram, where it differs",
    domain="the part of life that it belongs to",
    reverse="yes, where a high answer is a bad one",
    short="what it is called in a sentence, like hope",
    idea="one thing to try where it is low, for MY PROGRESS",
    low="what a low answer opens, a signpost or a flow, like mind-help at most 3",
)
TRANSLATION = _told(
    reviewed_by="who speaks the language and has read these words; a language is live only once its safety words are",
    words="each thing that is said, with the English beside it",
)
ENTRY = _told(
    at="the question's name, or say 3 for the third message of the file",
    en="the English that the translation was made from",
    was="put there by check --translations: the English has changed since",
    scale="the scale in that language",
    choices="the choices, each under its name",
)
STYLE = MappingProxyType(
    {
        "private words": "words that may not show on a locked phone, with commas between",
        "kinder words": "a hurtful word, and the kinder one",
    }
)
