from collections.abc import Callable
from dataclasses import dataclass, field
from logging import Logger
from wsgiref.types import WSGIApplication, WSGIEnvironment

from server.exchange import Observer, Unobserved
from server.requests.request import Request
from server.waiting import Timeouts, WaitTerms


def _never(_: Request) -> bool:
    """Return that each request is read by the thread that read the one before it."""
    return False


@dataclass(slots=True)
class Site:
    """What the connections of one worker share.

    environ: the entries that are the same for all requests; stopping: finish the requests that have
    begun, begin no others; observer: whom to tell about each request. batches: whether the next
    request after one like this is better received by the poller, with others.
    """

    application: WSGIApplication
    environ: WSGIEnvironment
    terms: WaitTerms
    log: Logger
    stopping: bool = False
    observer: Observer = field(default_factory=Unobserved)
    batches: Callable[[Request], bool] = _never

    @property
    def timeouts(self) -> Timeouts:
        """How long each kind of waiting may take."""
        return self.terms.timeouts
