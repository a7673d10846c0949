"""The commands of ``fingerpost people`` and ``fingerpost reviews``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

people = typer.Typer(help="The people who text us.", no_args_is_help=True)
reviews = typer.Typer(help="What people handed in: ideas, grant applications, survey answers.", no_args_is_help=True)

Who = Annotated[str, typer.Argument(help="A phone number, telegram:CHAT, or the id that `people list` shows.")]
Code = Annotated[str, typer.Argument(help="The six letters that `reviews list` shows.")]


@people.command("add")
def people_add(
    number: Annotated[str, typer.Argument(help="A mobile number. They are asked for consent when they text.")],
    nickname: Annotated[str, typer.Option(help="What to call them.")] = "",
) -> None:
    """Put somebody on the list. Nothing is sent to them: they join by texting us.

    Example: fingerpost people add 07700900123 --nickname Sam
    """
    from bot.cli import people as peopling

    peopling.add(number, nickname)


@people.command("list")
def people_list() -> None:
    """Everybody, with how they stand; numbers are shown in part.

    Example: fingerpost people list
    """
    from bot.cli import people as peopling

    peopling.list_all()


@people.command("show")
def people_show(
    who: Who,
    days: Annotated[
        int | None, typer.Option(help="So many days back, today included; 14 where it is left out.")
    ] = None,
    on: Annotated[str, typer.Option(help="One day alone, like 2027-03-01.", metavar="DATE")] = "",
) -> None:
    """One person: how they stand, what they agreed to, and why each day brought them a message or none.

    Example: fingerpost people show 07700900123 --on 2027-03-01
    """
    from bot.cli import people as peopling

    peopling.show(who, days, on)


@people.command("set")
def people_set(
    who: Who,
    name: Annotated[str, typer.Argument(help="A variable that variables.yaml marks set_by: staff.")],
    value: Annotated[str, typer.Argument(help="The value; left out, it is forgotten.")] = "",
) -> None:
    """Remember something that only staff change, such as until when somebody is looked after more closely.

    Example: fingerpost people set 07700900123 early_until 2027-03-01
    """
    from bot.cli import people as peopling

    peopling.set_value(who, name, value)


@people.command("pause")
def people_pause(
    who: Who, until: Annotated[str, typer.Argument(help="A length or a day: 2 weeks, 2026-12-24.")] = "2 weeks"
) -> None:
    """Start nothing with somebody until a day. They can always text us.

    Example: fingerpost people pause 07700900123 "2 weeks"
    """
    from bot.cli import people as peopling

    peopling.pause(who, until)


@people.command("move")
def people_move(
    who: Who,
    to: Annotated[str | None, typer.Option("--to", help="Their mentor: a name or id of staff list, or nobody.")] = None,
    backup: Annotated[str | None, typer.Option(help="Who hears when the mentor does not answer, or nobody.")] = None,
    zone: Annotated[str, typer.Option(help="Their time zone, like Europe/Paris.")] = "",
) -> None:
    """Give somebody a mentor and a backup, or another time zone. What is not named stays as it is.

    Example: fingerpost people move 07700900123 --to Ana --backup Ben
    """
    from bot.cli import people as peopling

    peopling.move(who, to, backup, zone)


@people.command("export")
def people_export(
    who: Who, out: Annotated[Path | None, typer.Option(help="A file. Default: the screen.")] = None
) -> None:
    """Everything that is stored about somebody, as JSON: the answer to MY DATA. Handle it as what it is.

    Example: fingerpost people export 07700900123 --out sam.json
    """
    from bot.cli import people as peopling

    peopling.export(who, out)


@people.command("erase")
def people_erase(
    who: Who, yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether you are sure.")] = False
) -> None:
    """Delete everything about somebody, now. While a crisis alert is open it waits until that is resolved.

    Example: fingerpost people erase 07700900123 --yes
    """
    from bot.cli import people as peopling

    peopling.erase(who, sure=yes)


@people.command("forgotten")
def people_forgotten(file: Annotated[Path, typer.Argument(help="A file, apart from the backups.")]) -> None:
    """Add to a list who was erased or left since: a backup that is put back keeps to it. It holds no name, no number.

    On SQLite the service keeps such a list by itself. On PostgreSQL have this typed every few minutes.

    Example: fingerpost people forgotten /srv/backup/fingerpost.forgotten
    """
    from bot.cli import backing_up

    backing_up.list_forgotten(file)


# ---------------------------------------------------------------- what people handed in


@reviews.command("list")
def reviews_list(
    queue: Annotated[str, typer.Argument(help="idea, grant or survey; left out, all of them.")] = "",
    decided: Annotated[bool, typer.Option("--all", help="What was decided already, too.")] = False,
) -> None:
    """What waits for somebody to read it, oldest first.

    Example: fingerpost reviews list grant
    """
    from bot.cli import reviews as reviewing

    reviewing.list_all(queue, decided=decided)


@reviews.command("show")
def reviews_show(code: Code) -> None:
    """One of them, with every question and answer.

    Example: fingerpost reviews show KXTRBM
    """
    from bot.cli import reviews as reviewing

    reviewing.show(code)


@reviews.command("decide")
def reviews_decide(
    code: Code,
    decision: Annotated[str, typer.Argument(help="accept, decline or withdraw")],
    say: Annotated[str, typer.Option(help="Your own words to the person, a sentence or two.")] = "",
) -> None:
    """Settle one. The person hears of it by text, outside quiet hours, with your words in it.

    Example: fingerpost reviews decide KXTRBM accept --say "Ana will ring you about the kettle."
    """
    from bot.cli import reviews as reviewing

    reviewing.decide(code, decision, say)
