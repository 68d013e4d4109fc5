"""An application that can be asked about several requests at once; ``app`` serves all else.

What is told of a request is its path's second word: ``here``, ``elsewhere``,
``never``, ``slow``, ``broken``, ``refused`` or ``confusing``.
"""

import os
import threading
from collections.abc import Sequence
from wsgiref.types import WSGIEnvironment

TOLD = "tests.batch"

Asked = Sequence[tuple[WSGIEnvironment, str]]


def on_batched(environ, start):
    """Say which thread answers, how many were asked about with this one, and what was sent."""
    sent = environ["wsgi.input"].read()
    told = f"{threading.current_thread().name} {environ.get(TOLD, 0)}".encode()
    body = told + b" " + sent if sent else told
    start("200 OK", [("Content-Length", str(len(body)))])
    return [body]


class Telling:
    """Requests that are asked about: tells what their paths say, by a pipe."""

    writes = False

    def __init__(self, asked: Asked) -> None:
        self._out, self._in = os.pipe()
        self._asked = asked
        self._words = [word for _, word in asked]
        self.repeatable = "slow" not in self._words
        if "slow" in self._words:
            threading.Timer(0.3, os.write, (self._in, b"x")).start()
        else:
            os.write(self._in, b"x")

    def end(self) -> list[bool] | None:
        os.read(self._out, 1)
        if "broken" in self._words:
            raise ValueError("broken")
        if "never" in self._words:
            return None
        for environ, _ in self._asked:
            environ[TOLD] = len(self._words)
        self.give_up()
        return [word in ("here", "slow") for word in self._words]

    def give_up(self) -> None:
        os.close(self._in)
        os.close(self._out)

    def fileno(self) -> int:
        return self._out


class Told:
    """What can be told of paths: at most two answers at once."""

    most = 2
    patience = 0.005

    def suits(self, environ: WSGIEnvironment) -> bool:
        return bool(environ["PATH_INFO"].startswith("/batched/"))

    def take(self, environ: WSGIEnvironment, body: bytes) -> str | None:
        _, batched, *words = environ["PATH_INFO"].split("/")
        if words == ["confusing"]:
            raise ValueError("confusing")
        return words[0] if batched == "batched" else None

    def begin(self, asked: Asked) -> Telling | None:
        return None if "refused" in {word for _, word in asked} else Telling(asked)

    def trim(self) -> None:
        pass
