"""The form of the database: which one this program wants, and how an older one is brought to it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from flows.errors import SchemaMismatch, StorageError
from storage.engines import make_engine, path_of, read_url
from storage.tables import metadata

VERSION = "0004"  # the newest revision in storage/migrations/versions
_MIGRATING = 0x66696E67  # PostgreSQL's advisory lock: "fing"
_NEWER = f"The database is of form {{found}}, newer than this program's {VERSION}. Install the newer Fingerpost."


def check(url: str, engine: Engine) -> None:
    """Refuse a database that is not of this program's form. Raises SchemaMismatch naming what to type.

    A database in memory is empty whenever it is opened, and is made here.
    """
    path = path_of(url)
    if path is None and engine.dialect.name == "sqlite":
        metadata.create_all(engine)
        return
    if path is not None and not path.exists():
        raise SchemaMismatch(f"There is no database at {path} yet. Type: fingerpost migrate")
    found = version_of(engine)
    if found is None:
        raise SchemaMismatch("The database has no tables yet. Type: fingerpost migrate")
    if found < VERSION:
        raise SchemaMismatch(
            f"The database is of form {found} and this program wants {VERSION}. Type: fingerpost migrate"
        )
    if found > VERSION:
        raise SchemaMismatch(_NEWER.format(found=found))


def version_of(engine: Engine) -> str | None:
    """The revision that a database is at; None when it has none."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def is_ours(connection: Connection) -> bool:
    """Whether the database is still of this program's form: an upgrade may have been made beneath it."""
    if not inspect(connection).has_table("alembic_version"):
        return connection.engine.url.database in (None, "", ":memory:")  # made here, whole
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == VERSION


def migrate(url: str) -> None:
    """Bring the database at ``url`` to the newest form, making it if need be. Two at once wait for each other.

    Raises SchemaMismatch when it is newer than this program, StorageError when it cannot be reached or written.
    """
    path = path_of(url)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    engine = make_engine(url, checkpoints=False)
    try:
        with engine.begin() as connection:
            if read_url(url).get_backend_name() != "sqlite":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATING})
            found = None
            if inspect(connection).has_table("alembic_version"):
                found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            if found is not None and found > VERSION:
                raise SchemaMismatch(_NEWER.format(found=found))
            if found != VERSION:
                _upgrade(connection)
    except DBAPIError as error:
        why = str(error.orig).split("\n", 1)[0]
        raise StorageError(f"The database does not answer: {why}. Is DATABASE_URL right?") from error
    finally:
        engine.dispose()


def _upgrade(connection: Connection) -> None:
    from alembic import command  # a quarter of a second that only a migration pays
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
