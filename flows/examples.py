"""One small example of every kind of step, as an editor puts it in: ``${1:words}`` is where it is filled in."""

from __future__ import annotations

from collections.abc import Mapping

Body = Mapping[str, object]

EXAMPLES: Mapping[str, Body] = {
    "say": {"say": "${1:Thanks for telling me.}"},
    "ask": {
        "ask": "${1:Would you like to hear more? Y or N}",
        "save": "${2:wants_more}",
        "answer": "${3:yes or no}",
        "when": {"${4:no}": [{"say": "${5:That's fine.}"}]},
    },
    "rate": {"rate": "next ${1:2} from ${2:recovery-capital}"},
    "find": {
        "find": "groups",
        "near": "${1:area}",
        "ask": "${2:Which would you like to know about?}",
        "save": "${3:group}",
        "when": {"nothing found": [{"say": "${4:I can't see one yet, sorry. Text MENTOR to ask a person.}"}]},
    },
    "if": {"if": "${1:consent_checkins is yes}", "then": [{"say": "${2:Thanks.}"}]},
    "progress": {"progress": "${1:recovery-capital}"},
    "signpost": {"signpost": "${1:lines}"},
    "alert": {"alert": "${1:asked for a mentor}", "within": "${2:4 hours}", "about": "${3:would like to be rung}"},
    "submit": {"submit": "${1:idea}", "with": "${2:idea}", "about": "${3:an idea from a text}"},
    "referral": {"referral": "${1:went}"},
    "set": {"set": "${1:nickname}", "to": "${2:Sam}"},
    "run": {"run": "${1:find-group}"},
    "later": {"later": "${1:did-you-go}", "after": "${2:1 day}"},
    "wait": {"wait": "${1:3 days}"},
    "end": {"end": "${1:wanted no more}"},
}

NEW_FLOW = """\
flow: ${1:tea}
about: ${2:Asks whether they are coming to tea.}
words: ${1:tea}
no_reply:
  close: 24 hours

steps:
  - ask: ${3:Are you coming to tea on Friday? Y or N}
    save: ${4:coming}
    answer: yes or no
    when:
      yes:
        - say: ${5:Lovely. See you at 2pm.}
      no:
        - say: ${6:That's fine. Another time.}

tests:
  - name: ${7:comes to tea}
    talk: |
      > ${1:tea}
      < asks ${4:coming}
      > yes
      ! end
"""
