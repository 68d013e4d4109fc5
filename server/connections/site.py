from dataclasses import dataclass, field
from logging import Logger
from wsgiref.types import WSGIApplication, WSGIEnvironment

from server.exchange import Observer, Unobserved
from server.waiting import Timeouts, WaitTerms


@dataclass(slots=True)
class Site:
    """What the connections of one worker share.

    environ: the entries that are the same for all requests; stopping: finish the requests that have
    begun, begin no others; observer: whom to tell about each request.
    """

    application: WSGIApplication
    environ: WSGIEnvironment
    terms: WaitTerms
    log: Logger
    stopping: bool = False
    observer: Observer = field(default_factory=Unobserved)

    @property
    def timeouts(self) -> Timeouts:
        """How long each kind of waiting may take."""
        return self.terms.timeouts
