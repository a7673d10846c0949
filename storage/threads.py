"""The threads that serve a database: urgent work first, the rest in order, each on a connection of its own."""

from __future__ import annotations

import itertools
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine

from flows.errors import StorageError

_URGENT, _ROUTINE, _LAST = 0, 1, 2


@dataclass(slots=True)
class Job:
    """Work, and whom to tell its result or its error."""

    work: Callable[[Connection], Any]
    done: Callable[[Any, BaseException | None], None]


class Line:
    """A thread's own connection, kept open: taking one from the pool for every unit costs more than a small unit."""

    __slots__ = ("_connection", "_engine")

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    @property
    def connection(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class Threads:
    """Serve jobs until ``close``. A thread that dies fails the job it had; the last one to die fails all that wait."""

    def __init__(self, engine: Engine, count: int) -> None:
        self._engine = engine
        self._queue: queue.PriorityQueue[tuple[int, int, Job | None]] = queue.PriorityQueue()
        self._count = itertools.count()
        self._guard = threading.Lock()
        self._closed = False
        self._threads = [
            threading.Thread(target=self._serve, name=f"database-{number}", daemon=True) for number in range(count)
        ]
        self._serving = count
        for thread in self._threads:
            thread.start()

    @property
    def alive(self) -> bool:
        """False once any thread has died, or after ``close``."""
        return not self._closed and self._serving == len(self._threads)

    @property
    def waiting(self) -> int:
        """How many jobs wait for a thread."""
        return self._queue.qsize()

    def put(self, job: Job, urgent: bool) -> None:
        """Hand a job over. Raises StorageError when nobody would serve it."""
        with self._guard:
            if self._closed or not self._serving:
                raise StorageError("The database is closed." if self._closed else "The database thread has died.")
            self._queue.put((_URGENT if urgent else _ROUTINE, next(self._count), job))

    def close(self) -> None:
        """Finish what waits, then end. Twice does nothing."""
        with self._guard:
            if not self._closed:
                self._closed = True
                for _ in self._threads:
                    self._queue.put((_LAST, next(self._count), None))
        for thread in self._threads:
            thread.join()

    def _serve(self) -> None:
        line = Line(self._engine)
        job: Job | None = None
        try:
            while (job := self._queue.get()[2]) is not None:
                try:
                    job.done(job.work(line.connection), None)
                except Exception as error:
                    job.done(None, error)
        except BaseException as error:
            self._died(job, error)
            raise
        finally:
            line.close()

    def _died(self, job: Job | None, error: BaseException) -> None:
        dead = StorageError(f"A database thread has died: {type(error).__name__}.")
        stranded = [job]
        with self._guard:
            self._serving -= 1
            while not self._serving and not self._queue.empty():
                stranded.append(self._queue.get()[2])
        for each in stranded:
            if each is not None:
                each.done(None, dead)
