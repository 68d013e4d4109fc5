"""An application that can be asked about several requests at once; ``app`` serves all else.

What is told of a request is its path's second word: ``here``, ``elsewhere``,
``never``, ``broken`` or ``refused``.
"""

import os
import threading
from collections.abc import Sequence
from wsgiref.types import WSGIEnvironment

TOLD = "tests.batch"


def on_batched(environ, start):
    """Say which thread answers, and how many were asked about with this one."""
    body = f"{threading.current_thread().name} {environ.get(TOLD, 0)}".encode()
    start("200 OK", [("Content-Length", str(len(body)))])
    return [body]


class Told:
    """Tells what the paths say, by a pipe."""

    writes = False

    def __init__(self) -> None:
        self._out, self._in = os.pipe()
        self._asked: Sequence[tuple[WSGIEnvironment, str]] = ()

    def take(self, environ: WSGIEnvironment) -> str | None:
        _, batched, *words = environ["PATH_INFO"].split("/")
        return words[0] if batched == "batched" else None

    def begin(self, asked: Sequence[tuple[WSGIEnvironment, str]]) -> bool:
        self._asked = asked
        if "refused" in {word for _, word in asked}:
            return False
        os.write(self._in, b"x")
        return True

    def end(self) -> list[bool] | None:
        words = [word for _, word in self._asked]
        os.read(self._out, 1)
        if "broken" in words:
            raise ValueError("broken")
        if "never" in words:
            return None
        for environ, _ in self._asked:
            environ[TOLD] = len(words)
        return [word == "here" for word in words]

    def give_up(self) -> None:
        self._asked = ()

    def fileno(self) -> int:
        return self._out
