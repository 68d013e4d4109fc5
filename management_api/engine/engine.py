"""The first layer: what can be done with resources. It raises what goes wrong."""

from collections.abc import Callable, Mapping, Sequence
from random import uniform
from time import sleep
from types import MappingProxyType
from typing import Final, NamedTuple, TypeVar

from django.db import OperationalError, transaction

from management_api.engine.actors import Actor
from management_api.engine.errors import FieldValueError, UnknownActorError, UnknownObjectError
from management_api.engine.fields import Ref
from management_api.engine.query import parse_depth, parse_query
from management_api.engine.reading import MOST_ROWS, Reader
from management_api.engine.resource import Catalogue, Put, Resource
from management_api.engine.writing import Writer
from web.errors import MethodNotAllowed
from web.json_values import JSONValue

T = TypeVar("T")
Params = Mapping[str, str]
NO_PARAMS: Final[Params] = MappingProxyType({})

RETRIES: Final = 4
_PAUSE_SECONDS: Final = 0.25
_CONFLICTS: Final = frozenset({"40001", "40P01"})  # serialization failure, deadlock


class Answer(NamedTuple):
    """What a call answers. status: of HTTP."""

    data: JSONValue
    status: int


class Engine:
    """Resources over the ORM. Each write is one transaction: all of it happens, or nothing.

    max_depth: how deep readers may ask. max_rows: how many objects an answer has at most, with
    those that they relate to. A actor of None is nobody.
    """

    def __init__(self, catalogue: Catalogue, max_depth: int = 3, max_rows: int = MOST_ROWS) -> None:
        self.catalogue = catalogue
        self.max_depth = max_depth
        self.max_rows = max_rows

    def get(
        self, actor: Actor | None, name: str, key: str | None = None, params: Params = NO_PARAMS
    ) -> Answer:
        """Return 200 with a list, or with one object.

        Raises: UnknownActorError, UnknownObjectError, InvalidParamError, UnknownFieldError,
            ForbiddenSearchError, FieldValueError.
        """
        reader = Reader(self.catalogue, _known(actor), {}, self.max_rows)
        resource = self.catalogue[name]
        if key is None:
            return Answer(reader.many(resource, parse_query(params, self.max_depth)), 200)
        return Answer(reader.one(resource, key, parse_depth(params, self.max_depth)), 200)

    def post(
        self, actor: Actor | None, name: str, content: JSONValue, params: Params = NO_PARAMS
    ) -> Answer:
        """Return 201 with the object that was made, or with a list of all of them.

        Raises: errors of ``Writer.post``; MethodNotAllowed.
        """
        known, resource = _known(actor), self._allowing(name, "POST")
        depth = parse_depth(params, self.max_depth)

        def make() -> JSONValue:
            writer = Writer(self.catalogue, known)
            several = content if isinstance(content, list) else [content]
            made = [writer.post(resource, each) for each in several]
            told = self._told(writer, resource, made, depth)
            return told if isinstance(content, list) else told[0]

        return Answer(_whole(make), 201)

    def put(
        self,
        actor: Actor | None,
        name: str,
        key: str,
        content: JSONValue,
        params: Params = NO_PARAMS,
    ) -> Answer:
        """Return 201 with the object that has this id now; what had it before is gone.

        Raises: as ``post``; MethodNotAllowed also where it would destroy data.
        """
        known, resource = _known(actor), self._allowing(name, "PUT")
        depth = parse_depth(params, self.max_depth)
        if resource.key.lookups(key) is None:
            raise FieldValueError(name, "id", key, resource.key.kind.name)

        def place() -> JSONValue:
            writer = Writer(self.catalogue, known)
            before = _unless_unknown(lambda: writer.find(resource, key))
            if before is not None:
                if resource.put is Put.NEW:
                    others = [each for each in resource.allowed() if each != "PUT"]
                    raise MethodNotAllowed("PUT", others)
                writer.delete(resource, before)
            made = writer.place(resource, content, key)
            return self._told(writer, resource, [made], depth)[0]

        return Answer(_whole(place), 201)

    def patch(
        self,
        actor: Actor | None,
        name: str,
        key: str,
        content: JSONValue,
        params: Params = NO_PARAMS,
    ) -> Answer:
        """Return 200 with the changed object. Raises: as ``post``; UnknownObjectError."""
        known, resource = _known(actor), self._allowing(name, "PATCH")
        depth = parse_depth(params, self.max_depth)

        def change() -> JSONValue:
            writer = Writer(self.catalogue, known)
            target = writer.find(resource, key)
            writer.patch(resource, target, content)
            return self._told(writer, resource, [target], depth)[0]

        return Answer(_whole(change), 200)

    def delete(self, actor: Actor | None, name: str, key: str) -> Answer:
        """Return 200 with nothing; the object is gone. Raises: UnknownObjectError, as ``post``."""
        known, resource = _known(actor), self._allowing(name, "DELETE")

        def remove() -> None:
            writer = Writer(self.catalogue, known)
            writer.delete(resource, writer.find(resource, key))

        _whole(remove)
        return Answer(None, 200)

    def _allowing(self, name: str, method: str) -> Resource:
        resource = self.catalogue[name]
        if method not in resource.methods:
            raise MethodNotAllowed(method, resource.allowed(collection=method == "POST"))
        return resource

    def _told(
        self, writer: Writer, resource: Resource, targets: Sequence[Ref], depth: int
    ) -> list[JSONValue]:
        """Return objects as they are now, with what is told once."""
        reader = Reader(self.catalogue, writer.actor, writer.once, self.max_rows)
        return reader.several(resource, targets, depth)


def _known(actor: Actor | None) -> Actor:
    if actor is None:
        raise UnknownActorError
    return actor


def _unless_unknown(find: Callable[[], Ref]) -> Ref | None:
    try:
        return find()
    except UnknownObjectError:
        return None


def _whole(work: Callable[[], T]) -> T:
    """Return what ``work`` does in one transaction; it is done anew if others were in its way.

    It waits before that, each time longer: two that begin anew at once meet again.
    """
    for attempt in range(RETRIES):
        try:
            with transaction.atomic():
                return work()
        except OperationalError as error:
            if not _is_conflict(error):
                raise
        sleep(uniform(0, _PAUSE_SECONDS * 2**attempt))  # noqa: S311
    with transaction.atomic():
        return work()


def _is_conflict(error: OperationalError) -> bool:
    return getattr(error.__cause__, "pgcode", "") in _CONFLICTS
