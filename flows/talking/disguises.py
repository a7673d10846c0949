"""Grave words in disguise: digits for letters, letters apart, words run together, one slip of the thumb."""

from __future__ import annotations

from collections.abc import Iterable

from flows.talking.spellings import set_of

# Words that may arrive disguised (k!ll, su1cide, k*ll, k i l l, killmyself), and so are looked for on purpose.
GRAVE = set_of(
    """
    kill killing killed suicide suicidal die dying died dead death overdose overdosed overdosing hang hanging
    cut cutting knife stab rape raped harm bleed bleeding murder gun noose rope bridge jump pills tablets heroin
    fentanyl kms kys od unalive hit hurt hurting beat strangle strangled choke choked burn shoot shot weapon
    goodbye
    """
)
_BESIDE_GRAVE = set_of(
    """
    i a me my myself him himself her herself them it want wanna to gonna going just will ill im do dont not no more
    end ending all tonight now help please self off go over dose better without feel am be the of life here gone
    """
)
# Words which may be run together with grave ones: "killmyself", "iwanttodie".
RUNS_TOGETHER = GRAVE | _BESIDE_GRAVE

# Real words that happen to be made of those.
NOT_RUN_TOGETHER = frozenset(("hangover", "hangovers", "overkill", "overall"))

# Long enough that one slip leaves them like no other word.
SLIPPABLE = set_of(
    """
    suicide suicidal overdose overdosed overdosing breathing tablets paracetamol unconscious bleeding methadone
    diazepam heroin naloxone threatening strangled hospital withdrawal withdrawals seizure seizures ambulance
    goodbye pregabalin fentanyl codeine tramadol unresponsive hallucinating violent stalking shaking sweating
    tomorrow tonight anymore myself himself herself yourself children bathroom hostage responding swallowed
    smothered pointless worthless hopeless burden
    """
)

# Real words one slip away from those.
NOT_A_SLIP = set_of(
    """
    breeding pleading bleeping leading heroine heroic heroics table tables tablet tableau shaking shaming
    shaping sharking shaving slaking snaking soaking staking sharing shading swearing seating slating skating
    breathing wreathing sheathing breaching hospitals violets violent violin violence stalling stocking talking
    stacking hoarding sweeping hopeful hopefuls wordless worthies birden burdens goodbyes
    respond respondent unconsciously
    """
)


def one_slip_from(words: Iterable[str]) -> dict[str, str]:
    """Every string that one letter lost, doubled, changed or swapped makes of these words, for a plain lookup."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    slips: dict[str, str] = {}
    words = sorted(words)
    for word in words:
        for at in range(1, len(word)):  # the first letter is seldom the one that slips
            rest = word[at + 1 :]
            slips.setdefault(word[:at] + rest, word)
            if rest:
                slips.setdefault(word[:at] + rest[0] + word[at] + rest[1:], word)
            for letter in letters:
                slips.setdefault(word[:at] + letter + rest, word)
                slips.setdefault(word[:at] + letter + word[at:], word)
    for known in (*words, *NOT_A_SLIP):
        slips.pop(known, None)
    return slips
