"""The answer to one request: the application's, watched from its begin to its end."""

import time
from typing import Final

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

_SOON_SECONDS: Final = 1.0  # after which a client who takes nothing is not quick
_REST_SECONDS: Final = 1.0  # after which an application is called again that did not have to leave


class Answering:
    """A request with its body and its response.

    deadline: when to look at how much the client has taken (time.monotonic). resting: nobody waits
    for the client; the application has left its thread to others until then.
    """

    __slots__ = (
        "_began",
        "_caller",
        "_pace",
        "_refused",
        "_request",
        "_sender",
        "_site",
        "_stands_still",
        "_waits_as",
        "body",
        "deadline",
        "response",
        "resting",
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
        self._stands_still = False  # for long enough to keep nothing in memory for it
        self._waits_as = ""  # whose share of the transfers it has, once it has waited
        self._refused = 0  # the status that was sent in the application's stead
        self.resting = False
        self.body = body
        self.deadline = 0.0
        keep_alive = request.keep_alive and not site.stopping
        self.response = Response(sender, request, body, self._admit, keep_alive=keep_alive)

    @property
    def receiving(self) -> bool:
        """Whether it is the request's body that is waited for."""
        return self.response.awaits_body

    def run(self) -> Fate | None:
        """Let the application begin or go on; None when all is sent, PARK if the client pauses."""
        self._site.observer.begin(self._request.environ)
        if self._stands_still:
            self._stands_still = False
            self._sender.lay_aside(self._site.terms.spool, self._party)
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
        """Tell the observer what the answer was, and give back what waited."""
        self.body.close()
        self._sender.drop()
        if self._waits_as:
            self._site.terms.transfers.leave(self._waits_as)
        response = self.response
        status = response.status or self._refused or GONE
        seconds = time.perf_counter() - self._began
        environ = self._request.environ
        self._site.observer.end(environ, status, self.body.taken, response.sent, seconds)
        environ.pop("wsgi.input", None)  # which knows the environ: a circle is freed late

    def go_on(self) -> bool:
        """Receive or send on without waiting, in the poller; whether it is a thread's turn."""
        return self.body.collect() if self.receiving else self._sender.push()

    def check_pace(self) -> Fate:
        """Go on waiting for a client that has sent or taken enough."""
        if self.resting:
            return Fate.AGAIN
        if self._sender.is_heavy:
            self._stands_still = True
            return Fate.AGAIN
        now, pace, rate = time.monotonic(), self._pace, self._least_rate()
        moved = self._moved()
        if pace is not None and moved - pace.moved < max(1.0, rate * (now - pace.since)):
            return self._give_up()
        if self.receiving and not self._caller.known and self._is_late():
            return self._give_up()
        self._set_pace(ClientPace(now, moved))
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
        """Leave the rest to the poller until there is something for a thread to do."""
        site = self._site
        site.observer.pause()
        if not self._waits_as:
            self._waits_as = self._party()
            site.terms.transfers.enter(self._waits_as)
        self.resting = self.receiving and self.body.is_ready
        if self.resting:
            self._pace, self.deadline = None, time.monotonic() + _REST_SECONDS
            return Fate.PARK
        self._set_pace(self._pace or ClientPace(time.monotonic(), self._moved()))
        if self._sender.is_very_heavy:
            self._sender.lay_aside(site.terms.spool, self._party)
        if self._sender.is_heavy:
            self.deadline = min(self.deadline, time.monotonic() + _SOON_SECONDS)
        return Fate.PARK

    def _party(self) -> str:
        return self._site.terms.party_of(self._caller, self._request.environ)

    def _admit(self) -> None:
        """Let a response begin that may have to wait. Raises: TooManyWaitError."""
        if not self._waits_as:
            self._site.terms.transfers.admit(self._party())

    def _moved(self) -> int:
        """Return how many bytes the client has sent and taken."""
        return self.body.received + self._sender.taken

    def _least_rate(self) -> float:
        terms = self._site.terms
        return terms.least_rate.rate if self._caller.known else terms.strangers.rate

    def _is_late(self) -> bool:
        """Whether a stranger's body has taken too long."""
        return time.perf_counter() - self._began > self._site.terms.strangers.seconds

    def _set_pace(self, pace: ClientPace) -> None:
        terms = self._site.terms
        window = terms.timeouts.send
        if self._caller.known:
            window = terms.least_rate.window
        elif self.receiving:
            window = terms.strangers.window
        self._pace = pace
        self.deadline = pace.since + window

    def _give_up(self) -> Fate:
        """End a request whose client has abandoned it.

        An upload is ended by the application, which knows what it leaves.
        """
        if not self.receiving:
            return endings.abort(self._sender.sock)
        self.body.give_up()
        return Fate.AGAIN

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
