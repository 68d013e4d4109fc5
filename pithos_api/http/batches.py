"""Which requests a server may ask about together (server/batches.py): owners' small ones.

The question is what the first statement of such a request asks anyway, token and all. Then the
application is called as ever, finds the answer in the environ, and makes the reply.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final
from wsgiref.types import WSGIEnvironment

from accounts import identity
from observability.metrics import count_event
from observability.request_context import FOUND
from pithos_api.http.operations.table import Table
from pithos_api.http.parsing.paths import object_path
from pithos_api.services.objects.small.deleting import OWN_DELETIONS
from pithos_api.services.objects.small.reading import OWN_READS
from pithos_api.services.objects.small.together import MOST, AskedKind, Asker, Question
from pithos_api.services.objects.small.uploading import OWN_UPLOADS
from web import protocols
from web.errors import PithosError
from web.names import decoded_path
from web.protocols import ROUTED, Routed
from web.request_head import RequestHead

# What a batch may take, as others wait for it. The slower a disk is, the more are worth one flush.
_LOOK_SECONDS: Final = 0.005
_FLUSH_SECONDS: Final = 0.05

# Whoever sends these asks for what takes a look at more than the object: rules about other
# origins, what its container says of itself as a website.
_ASKING_MORE: Final = frozenset({"HTTP_ORIGIN", "HTTP_X_WEB_MODE"})


def batches() -> list["ObjectBatches"]:
    """Return what asks for one process."""
    return [
        ObjectBatches(frozenset({"GET", "HEAD"}), OWN_READS),
        ObjectBatches(frozenset({"PUT"}), OWN_UPLOADS),
        ObjectBatches(frozenset({"DELETE"}), OWN_DELETIONS),
    ]


class ObjectBatch:
    """Requests that are asked about."""

    def __init__(
        self, question: Question[Any], environs: Sequence[WSGIEnvironment], kind: AskedKind[Any]
    ) -> None:
        self.repeatable = not kind.writes
        self._question = question
        self._environs = environs
        self._event = "batched_writes" if kind.writes else "batched_reads"

    @property
    def writes(self) -> bool:
        """Whether ``fileno`` is to be writable, not readable."""
        return self._question.writes

    def fileno(self) -> int:
        """Return the descriptor that tells of progress."""
        return self._question.fileno()

    def end(self) -> list[bool] | None:
        """Return which can be answered by what was found, without a look at anything else."""
        found = self._question.end()
        if found is None:
            return None
        for environ, each in zip(self._environs, found, strict=True):
            environ[FOUND] = each
        answers = [each is not None and each.whole for each in found]
        count_event(self._event, sum(answers))
        return answers

    def give_up(self) -> None:
        """Forget what was asked."""
        self._question.give_up()


class ObjectBatches:
    """Requests of one kind for objects by path, with a plain token of this store's own.

    What is asked about one its protocol's table says: see ``Operation.together``.
    """

    most = MOST

    def __init__(self, methods: frozenset[str], kind: AskedKind[Any]) -> None:
        self.patience = _FLUSH_SECONDS if kind.writes else _LOOK_SECONDS
        self._methods = methods
        self._asker = Asker(kind)

    def suits(self, environ: WSGIEnvironment) -> bool:
        """Return whether a request may be of this kind, by a short look."""
        return (
            environ["REQUEST_METHOD"] in self._methods
            and not environ["QUERY_STRING"]
            and environ.keys().isdisjoint(_ASKING_MORE)
        )

    def take(self, environ: WSGIEnvironment, body: bytes) -> object | None:
        """Return what a request asks for, None if it asks for more than most, or shows less."""
        if not self.suits(environ):
            return None
        credentials = identity.plain_credentials(environ.get("HTTP_X_AUTH_TOKEN", ""), environ)
        if credentials is None:
            return None
        with suppress(PithosError):
            head = RequestHead(environ["REQUEST_METHOD"], decoded_path(environ), environ, {})
            found = protocols.installed().find(head.path)
            table = found.route.view.operations
            if isinstance(table, Table) and _is_measured(head, body):
                environ[ROUTED] = Routed(head.path, found)
                return table.together(head, object_path(*found.names), credentials, body)
        return None

    def begin(self, asked: Sequence[tuple[WSGIEnvironment, Any]]) -> ObjectBatch | None:
        """Ask about some requests; None: that cannot be now."""
        question = self._asker.begin([each for _, each in asked])
        if question is None:
            return None
        kind = self._asker.kind
        if kind.writes:  # whatever goes wrong from now on, nothing is written twice
            for place in question.places:
                environ, each = asked[place]
                environ[FOUND] = kind.found(each, None)
        return ObjectBatch(question, [environ for environ, _ in asked], kind)

    def trim(self) -> None:
        """Give back what no batch has needed for long."""
        self._asker.trim()


def _is_measured(head: RequestHead, body: bytes) -> bool:
    """Return whether a PUT tells the length of its body as it should, or else is refused."""
    return head.method != "PUT" or head.fields.get("CONTENT_LENGTH") == str(len(body))
