"""The answer to one request: the application's, watched from its begin to its end."""

import time

from server.bodies.body import BodyInput
from server.connections import endings
from server.connections.fate import Fate
from server.connections.site import Site
from server.errors import BodyError, BrokenResponseError, ConnectionGoneError
from server.exchange import GONE, REQUEST_ID, Caller
from server.requests.request import Request
from server.responses.response import Response
from server.responses.sending import Sender
from server.waiting import ClientPace


class Answering:
    """A request with its body and its response.

    deadline: when to look at how much the client has taken (time.monotonic).
    """

    __slots__ = (
        "_began",
        "_caller",
        "_pace",
        "_refused",
        "_request",
        "_sender",
        "_site",
        "body",
        "deadline",
        "response",
    )

    def __init__(
        self, site: Site, sender: Sender, request: Request, body: BodyInput, caller: Caller
    ) -> None:
        self._began = time.perf_counter()
        self._site = site
        self._sender = sender
        self._request = request
        self._caller = caller
        self._pace: ClientPace | None = None
        self._refused = 0  # the status that was sent in the application's stead
        self.body = body
        self.deadline = 0.0
        keep_alive = request.keep_alive and not site.stopping
        self.response = Response(sender, request, body, keep_alive=keep_alive)

    def run(self) -> Fate | None:
        """Let the application begin or go on; None when all is sent, PARK if the client pauses."""
        self._site.observer.begin(self._request.environ)
        try:
            complete = self.response.run(self._site.application)
        except ConnectionGoneError:
            return Fate.CLOSE
        except BodyError as error:
            return self._cut(error.status)
        except (Exception, SystemExit) as error:
            self._report(error)
            return self._cut(500)
        finally:
            self.body.end()
        return None if complete else self._pause()

    def note_end(self) -> None:
        """Tell the observer what the answer was."""
        response = self.response
        status = response.status or self._refused or GONE
        seconds = time.perf_counter() - self._began
        environ = self._request.environ
        self._site.observer.end(environ, status, self.body.taken, response.sent, seconds)

    def check_pace(self) -> Fate:
        """Go on waiting for a client that has taken something; of a stranger, enough."""
        now, pace, least = time.monotonic(), self._pace, 1.0
        taken = self._sender.taken
        if pace is not None and not self._caller.known:
            least = self._site.terms.strangers.rate * (now - pace.since)
        if pace is not None and taken - pace.taken < least:
            return endings.abort(self._sender.sock)
        self._set_pace(ClientPace(now, taken))
        return Fate.PARK

    def abandon(self) -> None:
        """End a response that the client will not have."""
        self._site.observer.begin(self._request.environ)
        try:
            self.response.close()
        except Exception as error:
            self._report(error)
        self.note_end()

    def _pause(self) -> Fate:
        """Leave the response to the poller until the client has taken some of it."""
        self._site.observer.pause()
        self._set_pace(self._pace or ClientPace(time.monotonic(), self._sender.taken))
        return Fate.PARK

    def _set_pace(self, pace: ClientPace) -> None:
        self._pace = pace
        self.deadline = pace.since + self._site.timeouts.send

    def _cut(self, status: int) -> Fate:
        """End a request that the application left unanswered."""
        if self.response.started:
            return endings.abort(self._sender.sock)
        self._refused = status
        return endings.refuse(self._sender.sock, status, self._request.environ[REQUEST_ID])

    def _report(self, error: BaseException) -> None:
        """Log what is the application's fault, without query and headers: they hold tokens."""
        environ = self._request.environ
        where = f"{environ['REQUEST_METHOD']} {environ['RAW_URI'].partition('?')[0]}"
        if isinstance(error, BrokenResponseError):
            self._site.log.error("%s: %s", where, error)
        else:
            self._site.log.error("%s failed", where, exc_info=error)
