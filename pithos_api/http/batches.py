"""Which requests a server may ask about together (server/batches.py): small reads by their owners.

The question is what the first statement of such a request asks anyway, token and all. Then the
application is called as ever, finds the answer in the environ, and makes the reply.
"""

from collections.abc import Sequence
from contextlib import suppress
from wsgiref.types import WSGIEnvironment

from accounts import identity
from observability.metrics import count_event
from observability.request_context import FOUND
from pithos_api.http.parsing.paths import object_path
from pithos_api.services.objects.small.reading import OwnRead, OwnReads
from web import protocols
from web.errors import PithosError
from web.names import decoded_path

_READING = frozenset({"GET", "HEAD"})


class ObjectBatches:
    """HEAD and GET of objects by path, with a plain token of this store's own."""

    def __init__(self) -> None:
        self._reads = OwnReads()
        self._asked: Sequence[tuple[WSGIEnvironment, OwnRead]] = ()

    @property
    def writes(self) -> bool:
        """Whether ``fileno`` is to be writable, not readable."""
        return self._reads.writes

    def fileno(self) -> int:
        """Return the descriptor that tells of progress."""
        return self._reads.fileno()

    def take(self, environ: WSGIEnvironment) -> OwnRead | None:
        """Return what a request reads, None if it asks for more than a path, or shows less."""
        method = environ["REQUEST_METHOD"]
        if method not in _READING or environ["QUERY_STRING"] or "HTTP_ORIGIN" in environ:
            return None
        credentials = identity.plain_credentials(environ.get("HTTP_X_AUTH_TOKEN", ""))
        if credentials is None:
            return None
        with suppress(PithosError):
            found = protocols.installed().find(decoded_path(environ))
            if found.route.view.reads_objects:
                path = object_path(*found.names)
                content = method == "GET"
                return OwnRead(credentials.token, path.account, path.container, path.name, content)
        return None

    def begin(self, asked: Sequence[tuple[WSGIEnvironment, OwnRead]]) -> bool:
        """Ask about some requests; whether that can be now."""
        self._asked = asked
        return self._reads.begin([each for _, each in asked])

    def end(self) -> list[bool] | None:
        """Return which can be answered by what was found, without a look at anything else."""
        found = self._reads.end()
        if found is None:
            return None
        asked, self._asked = self._asked, ()
        for (environ, _), each in zip(asked, found, strict=True):
            environ[FOUND] = each
        answers = [each is not None and each.whole for each in found]
        for _ in range(sum(answers)):
            count_event("batched_reads")
        return answers

    def give_up(self) -> None:
        """Forget what was asked."""
        self._asked = ()
        self._reads.give_up()
