"""The commands of ``fingerpost staff``, the rota among them."""

from __future__ import annotations

from typing import Annotated

import typer

staff = typer.Typer(help="Mentors and coordinators.", no_args_is_help=True)
rota = typer.Typer(invoke_without_command=True)
staff.add_typer(rota, name="rota")


@staff.command("add")
def staff_add(
    name: Annotated[str, typer.Argument(help="Their first name.")],
    number: Annotated[str, typer.Argument(help="Their mobile. Left out: the first phone that texts the code.")] = "",
    role: Annotated[str, typer.Option(help="mentor or coordinator")] = "mentor",
    paid: Annotated[bool, typer.Option("--paid", help="Paid, not a volunteer.")] = False,
) -> None:
    """Invite a mentor or coordinator. They get nothing until they have texted the code back from that phone.

    Example: fingerpost staff add Ana 07700900456 --role coordinator
    """
    from bot.cli import staff as staffing

    staffing.add(name, number, role, paid=paid)


@staff.command("code")
def staff_code(name: Annotated[str, typer.Argument(help="Their name, or the id that `staff list` shows.")]) -> None:
    """A fresh code: for somebody whose code ran out, who sent STOP, or who adds a phone or Telegram to theirs.

    Example: fingerpost staff code Ana
    """
    from bot.cli import staff as staffing

    staffing.code(name)


@staff.command("prefer")
def staff_prefer(
    name: Annotated[str, typer.Argument(help="Their name, or the id that `staff list` shows.")],
    channel: Annotated[str, typer.Argument(help="sms, telegram, or any: the one last used.")],
) -> None:
    """By which of their phones somebody's alerts go first. Where that one fails, the other is tried.

    Example: fingerpost staff prefer Ana telegram
    """
    from bot.cli import staff as staffing

    staffing.prefer(name, channel)


@staff.command("away")
def staff_away(
    name: Annotated[str, typer.Argument(help="Their name, or the id that `staff list` shows.")],
    until: Annotated[str, typer.Option(help="The first day that they are back: 2026-12-24, monday, 2 weeks.")],
    cover: Annotated[str, typer.Option(help="Who stands in for them.")] = "",
) -> None:
    """Send somebody nothing until a day. What is open of theirs moves on at once.

    Example: fingerpost staff away Ana --until monday --cover Ben
    """
    from bot.cli import staff as staffing

    staffing.away(name, until, cover)


@staff.command("back")
def staff_back(name: Annotated[str, typer.Argument(help="Their name, or the id that `staff list` shows.")]) -> None:
    """Somebody who was away is back.

    Example: fingerpost staff back Ana
    """
    from bot.cli import staff as staffing

    staffing.back(name)


@staff.command("list")
def staff_list() -> None:
    """Everybody on the staff, and whether their phone is confirmed.

    Example: fingerpost staff list
    """
    from bot.cli import staff as staffing

    staffing.list_all()


# ---------------------------------------------------------------- the rota


@rota.callback()
def staff_rota(context: typer.Context) -> None:
    """The coming week: who is on duty, and when nobody is.

    Example: fingerpost staff rota
    """
    if context.invoked_subcommand is None:
        from bot.cli import rota as keeping

        keeping.show()


@rota.command("add")
def rota_add(
    name: Annotated[str, typer.Argument(help="Their name, or the id that `staff list` shows.")],
    days: Annotated[str, typer.Argument(help='"Mon to Fri", Sat, "Mon, Wed", "every day", weekends.')],
    starts: Annotated[str, typer.Argument(metavar="FROM", help="When it begins: 09:00, 9pm.")],
    ends: Annotated[str, typer.Argument(metavar="TO", help="When it ends. Not after FROM: the next morning.")],
    since: Annotated[str, typer.Option(help="The first day. Default: today.")] = "",
    until: Annotated[str, typer.Option(help="The last day that it begins on. Default: every week.")] = "",
) -> None:
    """Put somebody on duty, every week.

    Example: fingerpost staff rota add Ana "Mon to Fri" 17:00 09:00 --until 2026-12-24
    """
    from bot.cli import rota as keeping

    keeping.add(name, days, starts, ends, since, until)


@rota.command("remove")
def rota_remove(
    name: Annotated[str, typer.Argument(help="Their name, or the id that `staff list` shows.")],
    days: Annotated[str, typer.Argument(help='The days: "Mon to Fri", Sat, "every day".')],
    starts: Annotated[str, typer.Argument(metavar="[FROM]", help="Only the shift that begins then.")] = "",
) -> None:
    """Take somebody's shifts on these days off the rota.

    Example: fingerpost staff rota remove Ana Sat
    """
    from bot.cli import rota as keeping

    keeping.remove(name, days, starts)
