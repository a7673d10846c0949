"""Every command of ``fingerpost``. Each imports what it needs when it runs, so that all of them start fast."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.directory_commands import directory, import_source

cli = typer.Typer(
    name="fingerpost",
    help="A text-message companion for people in recovery.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
people = typer.Typer(help="The people who text us.", no_args_is_help=True)
staff = typer.Typer(help="Mentors and coordinators.", no_args_is_help=True)
keys = typer.Typer(help="The keys that seal names, numbers and words.", no_args_is_help=True)
cli.add_typer(people, name="people")
cli.add_typer(staff, name="staff")
rota = typer.Typer(invoke_without_command=True)
staff.add_typer(rota, name="rota")
reviews = typer.Typer(help="What people handed in: ideas, grant applications, survey answers.", no_args_is_help=True)
cli.add_typer(reviews, name="reviews")
cli.add_typer(keys, name="keys")
release = typer.Typer(help="What people hear: put it live, take it back.", no_args_is_help=True)
cli.add_typer(release, name="release")
cli.add_typer(directory, name="directory")
cli.command("import")(import_source)

Who = Annotated[str, typer.Argument(help="A phone number, telegram:CHAT, or the id that `people list` shows.")]


# ---------------------------------------------------------------- the service


@cli.command()
def run() -> None:
    """Start everything in one process: web, worker and clock.

    Example: fingerpost run
    """
    from bot.cli import service

    service.run("run")


@cli.command()
def web() -> None:
    """Start the part that providers call (the web process of the Procfile).

    Example: PORT=5000 fingerpost web
    """
    from bot.cli import service

    service.run("web")


@cli.command()
def worker() -> None:
    """Start the part that sends and keeps time (the worker process; it may run many times on PostgreSQL).

    Example: fingerpost worker
    """
    from bot.cli import service

    service.run("worker")


@cli.command()
def migrate() -> None:
    """Bring the database up to this program.

    Example: fingerpost migrate
    """
    from bot.cli import service

    service.migrate()


@cli.command()
def doctor() -> None:
    """Look at every setting, credential, key, disk and content fault, and say the cure. Exit 1: service would stop.

    Example: fingerpost doctor
    """
    from bot.cli import doctor as doctoring

    raise typer.Exit(doctoring.examine())


# ---------------------------------------------------------------- content


@cli.command()
def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="A content folder, or files in it. Default: CONTENT_DIR.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a problem, for editors.")] = False,
    no_tests: Annotated[bool, typer.Option("--no-tests", help="Leave out the conversation tests.")] = False,
    fix: Annotated[bool, typer.Option("--fix", help="First write what can be mended with certainty.")] = False,
    translations: Annotated[str, typer.Option(help="A language, like cy: what it lacks and what it costs.")] = "",
    write: Annotated[bool, typer.Option("--write", help="With it: put the English of today in its files.")] = False,
) -> None:
    """Read all the content, check it and run its conversation tests. Exit 0 clean, 1 problems, 2 could not run.

    Example: fingerpost check content/flows/check-in.yaml
    """
    from bot.cli import content

    if translations:
        raise typer.Exit(content.check_language(paths or [], translations, as_json=json, write=write))
    raise typer.Exit(content.check(paths or [], as_json=json, tests=not no_tests, fix=fix))


@cli.command()
def chat(
    flow: Annotated[str, typer.Argument(help="A flow to start at once, as somebody who has joined.")] = "",
    look: Annotated[str, typer.Option("--as", help="sms or telegram")] = "sms",
    save: Annotated[str, typer.Option(help="Write the talk as a test of this name at the foot of the flow.")] = "",
) -> None:
    """Talk to the bot in the terminal. @ +26h moves the clock, Ctrl-D ends. Nothing is kept and nobody is reached.

    Example: fingerpost chat check-in --as telegram --save "a good day by button"
    """
    from bot.cli import chat as chatting

    raise typer.Exit(chatting.chat(flow, look, save))


@cli.command()
def draw(
    flow: Annotated[str, typer.Argument(help="A flow. Left out: all of them, and how they hang together.")] = "",
    mermaid: Annotated[bool, typer.Option("--mermaid", help="As a Mermaid chart, for a page that draws one.")] = False,
) -> None:
    """Print a map of a flow: its steps in order, and what each answer leads to.

    Example: fingerpost draw check-in
    """
    from bot.cli import draw as drawing

    raise typer.Exit(drawing.draw(flow, as_mermaid=mermaid))


@cli.command()
def schema(
    folder: Annotated[Path | None, typer.Argument(help="A content folder. Default: CONTENT_DIR.")] = None,
    pages: Annotated[Path | None, typer.Option(help="Write the reference of steps into this folder instead.")] = None,
) -> None:
    """Write completion and help for editors into the content folder (.schema/).

    Example: fingerpost schema
    """
    from bot.cli import editor

    raise typer.Exit(editor.write_schemas(folder) if pages is None else editor.write_pages(pages))


@cli.command()
def simulate(
    years: Annotated[float, typer.Option(help="How many participant-years to live through.")] = 10.0,
    seed: Annotated[int, typer.Option(help="The seed of the first world; the next has the next.")] = 1,
    faults: Annotated[str, typer.Option(help="all, none, or kinds with commas between: outage, crash, 429 …")] = "all",
    people: Annotated[int, typer.Option(help="Participants in a world.", min=2, max=99)] = 16,
    trace: Annotated[Path | None, typer.Option(help="Live the one world of this seed, line by line to a file.")] = None,
    jobs: Annotated[int, typer.Option(help="Worlds side by side.", min=1)] = 1,
    seconds: Annotated[float | None, typer.Option(help="Begin no further world after so many seconds.")] = None,
) -> None:
    """The whole service under a virtual clock, with seeded faults: figures, and the seed of any broken promise.

    Example: fingerpost simulate --years 20 --seed 7
    """
    from bot.cli import simulating

    raise typer.Exit(simulating.simulate(years, seed, faults, people, trace, jobs, seconds))


# ---------------------------------------------------------------- releases


@cli.command()
def diff(
    release: Annotated[str, typer.Argument(help="The first letters of a release. Default: the one that is live.")] = "",
) -> None:
    """What is saved beside what is live: in words, with whom it touches and what it costs.

    Example: fingerpost diff
    """
    from bot.cli import diff as differing

    raise typer.Exit(differing.diff(release))


@release.command("list")
def release_list() -> None:
    """Every release, which one is live, and how many people are in the middle of an older one.

    Example: fingerpost release list
    """
    from bot.cli import release as releasing

    releasing.list_all()


@release.command("go")
def release_go(
    code: Annotated[list[str] | None, typer.Option(help="The code of a coordinator who agrees; twice.")] = None,
) -> None:
    """Check what is saved and put it live, in every running process, without a restart.

    Example: fingerpost release go
    """
    from bot.cli import release as releasing

    raise typer.Exit(releasing.go(code or []))


@release.command("back")
def release_back(
    to: Annotated[str, typer.Argument(metavar="[RELEASE]", help="Its first letters. Default: the one before.")] = "",
) -> None:
    """Put the release before this one live again, or another.

    Example: fingerpost release back
    """
    from bot.cli import release as releasing

    raise typer.Exit(releasing.back(to))


@release.command("withdraw")
def release_withdraw(
    flow: Annotated[str, typer.Argument(help="The flow that does harm.")],
    undo: Annotated[bool, typer.Option("--undo", help="It may start again.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether you are sure.")] = False,
) -> None:
    """End a flow now for everybody in it, with an apology and a way to a person, and start it no more.

    Example: fingerpost release withdraw grant
    """
    from bot.cli import release as releasing

    raise typer.Exit(releasing.withdraw(flow, undo=undo, sure=yes))


# ---------------------------------------------------------------- keys


@keys.command("new")
def keys_new() -> None:
    """Print new keys for FINGERPOST_KEYS. Keep a copy apart from the database: without them nothing can be read.

    Example: fingerpost keys new
    """
    from storage.fields import Keyring

    typer.echo(Keyring.generate().format())


# ---------------------------------------------------------------- people


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


# ---------------------------------------------------------------- staff


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


# ---------------------------------------------------------------- what people handed in


Code = Annotated[str, typer.Argument(help="The six letters that `reviews list` shows.")]


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
