"""What is wrong with a translation: each fault beside what passes, for a draft and for a language on offer."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.commands import cli
from flows.checking.translations import standing_of
from flows.wording import Level
from tests.reading.folder import told
from tests.translations.folder import found, welsh

LONG = "Diolch yn fawr iawn i chi am ateb, mae hynny'n help mawr. " * 3


def codes(*changes: tuple[str, str], offered: bool = True) -> set[tuple[str, str]]:
    return {
        (str(problem.level), problem.code)
        for problem in found(welsh(*changes, offered=offered))
        if problem.code != "untranslated"
    }


def test_a_reviewed_language_with_nothing_wrong_may_be_offered() -> None:
    assert codes() == set()


FAULTS = {
    "a blank lost": (("Haia ((nickname)), sut", "Haia, sut"), "blanks differ"),
    "a blank of its own": (("cy: Dim brys.", "cy: Dim brys ((goal))."), "blanks differ"),
    "a blank misspelt": (("cy: Diolch ((nickname)).", "cy: Diolch ((nicname))."), "blanks differ"),
    "a helpline's number lost": (("ffoniwch 116 123", "ffoniwch 116 132"), "numbers differ"),
    "a number that is not in the English": (("cy: Dim brys.", "cy: Dim brys. 0300 123."), "numbers differ"),
    "a word that nothing understands": (("Anfonwch MENTOR", "Anfonwch MENTOR neu SIARAD"), "taught word"),
    "a way to a person lost": (("Anfonwch MENTOR unrhyw", "Anfonwch unrhyw"), "taught word"),
    "how to say no lost": (("Y neu N", "Y neu na"), "taught word"),
    "another scale": (("1 garw i 5 da", "0 garw i 5 da"), "scale"),
    "a scale with one end": (("1 garw i 5 da", "1 garw"), "scale"),
    "a private word in a nudge": (("cy: Dim brys.", "cy: Dim brys. Dim sober chwaith."), "private word"),
    "nobody has read the safety words": (("reviewed_by: Mair Ddychmygol", "reviewed_by:"), "not reviewed"),
    "no word for stop": (("  stop: STOPIO\n", ""), "no words"),
    "safety words changed": (("say: Samaritans: 116 123, free.", "say: Ring 116 123, free."), "safety changed"),
    "consent changed": (("- ask: Can I tell a mentor? Y", "- ask: May I tell a mentor? Y"), "consent changed"),
    "consent not translated": (("    cy: Ga i ddweud wrth fentor? Y neu N\n", ""), "consent untranslated"),
    "consent without the English": (("    en: Can I tell a mentor? Y or N\n", ""), "consent changed"),
    "consent that somebody must look at": (
        ("    cy: Ga i ddweud", "    was: May I tell anybody? Y or N\n    cy: Ga i ddweud"),
        "consent changed",
    ),
}


@pytest.mark.parametrize(("change", "code"), FAULTS.values(), ids=FAULTS)
def test_a_fault_blocks_a_language_on_offer(change: tuple[str, str], code: str) -> None:
    assert ("E", code) in codes(change)


@pytest.mark.parametrize(("change", "code"), FAULTS.values(), ids=FAULTS)
def test_a_draft_blocks_nothing(change: tuple[str, str], code: str) -> None:
    reading = welsh(change)
    assert [str(problem) for problem in found(reading) if problem.level is Level.ERROR] == []


WARNED = {
    "a question changed": (("- ask: What would help?", "- ask: What would help most?"), "changed"),
    "an entry marked was": (("    cy: Dim brys.", "    was: Take your time.\n    cy: Dim brys."), "changed"),
    "more texts than the English": (("cy: Dim brys.", f"cy: {LONG}"), "long text"),
    "letters that cost": (("cy: Dim brys.", f"cy: {'Tŷ a dŵr. ' * 8}"), "long text"),
    "a sentence that runs on": (("cy: Dim brys.", f"cy: {'gair ' * 16}."), "long sentence"),
}


@pytest.mark.parametrize(("change", "code"), WARNED.values(), ids=WARNED)
def test_what_wants_a_look_blocks_nobody(change: tuple[str, str], code: str) -> None:
    assert codes(change) == {("W", code)}


PASSES = {
    "a word of its own for the same": ("Anfonwch MENTOR", "Anfonwch MENTOR neu CYMORTH"),
    "a day in its own words": ("cy: Dim brys.", "cy: Dim brys. Fel LLUN."),
    "short numbers of its own": ("cy: Dim brys.", "cy: Dim brys am 2 ddiwrnod."),
    "English that came back": ("    cy: Dim brys.", "    cy: Dim brys o gwbl."),
    "another line break": ("en: No rush.", "en: No   rush."),
    "no English beside something harmless": ("    en: What would help?\n", ""),
}


@pytest.mark.parametrize("change", PASSES.values(), ids=PASSES)
def test_what_is_right_passes(change: tuple[str, str]) -> None:
    assert codes(change) == set()


def test_blanks_are_compared_with_the_english_that_was_translated() -> None:
    """The English may change at any hour; the old words stay until somebody has looked at them."""
    assert codes(("- ask: Hi ((nickname)), how", "- ask: Hi, how")) == {("W", "changed")}


def test_the_way_out_of_a_changed_crisis_line_is_to_stop_offering_the_language() -> None:
    (problem,) = (
        problem
        for problem in found(welsh(("say: Samaritans: 116 123", "say: Call 116 123"), offered=True))
        if problem.level is Level.ERROR
    )
    assert "take cy out of languages: in service.yaml for now" in problem.fix
    assert "“Samaritans: 116 123, free.”" in problem.what


def test_the_letters_that_force_short_texts_are_named_with_what_they_cost() -> None:
    change = ("cy: Dim brys.", f"cy: {'Tŷ a dŵr. ' * 8}")
    (problem,) = (each for each in found(welsh(change, offered=True)) if each.code == "long text")
    assert problem.what == "At its longest this is 2 texts in cy, because of ŷ: 8p each time."
    assert found(welsh(change)) == [], "what a draft costs is told to whoever asks for it"
    (length,) = standing_of(welsh(change), "cy").lengths
    assert (length.count, length.english, length.why) == (2, 1, "ŷ")


def test_a_standing_counts_what_is_there() -> None:
    standing = standing_of(welsh(("- ask: What would help?", "- ask: What would help most?")), "cy")
    assert (standing.translated, standing.changed, standing.offered) == (10, 1, False)
    assert standing.reviewer == "Mair Ddychmygol"
    assert standing_of(welsh(), "ro").translated == 0


def written(folder: Path, files: dict[str, bytes]) -> None:
    for name, raw in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(raw)


def test_the_command_writes_the_english_and_says_how_the_language_stands(tmp_path: Path) -> None:
    from tests.reading.folder import folder
    from tests.translations.folder import BOTH

    written(tmp_path, folder(dict(BOTH)))
    flow = tmp_path / "flows" / "talk.yaml"
    flow.write_text(flow.read_text().replace("No rush.", "No rush at all."))
    command = ["check", str(tmp_path), "--translations", "cy"]
    run = CliRunner().invoke(cli, command)
    assert run.exit_code == 0
    assert "10 of" in run.output
    assert "read by Mair Ddychmygol" in run.output
    assert "1 of them from English that has changed since" in run.output
    assert CliRunner().invoke(cli, [*command, "--write"]).exit_code == 0
    text = (tmp_path / "translations" / "cy" / "talk.yaml").read_text(encoding="utf-8")
    assert "    en: No rush at all.\n    was: No rush.\n    cy: Dim brys.\n" in text
    assert text.startswith("# the Welsh of talk\n")
    assert "- at: stopped\n" in (tmp_path / "translations" / "cy" / "phrases.yaml").read_text(encoding="utf-8")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.yaml")}
    assert CliRunner().invoke(cli, [*command, "--write"]).exit_code == 0
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.yaml")} == before
    checked = CliRunner().invoke(cli, ["check", str(tmp_path), "--no-tests"])
    assert "translations/" not in checked.output


@pytest.mark.parametrize("language", ["english", "en", "c", "../x"])
def test_a_language_goes_by_two_letters(language: str, tmp_path: Path) -> None:
    (tmp_path / "service.yaml").write_text("name: x\n")
    run = CliRunner().invoke(cli, ["check", str(tmp_path), "--translations", language, "--write"])
    assert run.exit_code == 2
    assert not (tmp_path / "translations").exists()


def test_nothing_is_written_beside_english_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "service.yaml").write_text("name: x\n")
    run = CliRunner().invoke(cli, ["check", str(tmp_path), "--translations", "cy", "--write"])
    assert run.exit_code == 1
    assert "Nothing was written" in run.output
    assert not (tmp_path / "translations").exists()


def test_every_message_is_kind_and_says_what_to_type() -> None:
    for change, _ in (*FAULTS.values(), *WARNED.values()):
        for problem in found(welsh(change, offered=True)):
            assert problem.fix, problem
            assert not any(word in str(problem).lower() for word in ("invalid", "mapping", "scalar")), told([problem])
