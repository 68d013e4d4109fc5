"""Resources: what there is of a kind, who sees it, and who writes it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol, TypeAlias

from django.db.models import Model, QuerySet

from management_api.engine.actors import Actor
from management_api.engine.errors import UnknownFieldError, UnknownObjectError
from management_api.engine.fields import Field, Ref, Rel, Row, Scalar, Values
from management_api.engine.kinds import TEXT, FieldKind
from web.errors import MethodNotAllowed
from web.json_values import JSONObject, JSONValue

Found: TypeAlias = "QuerySet[Model, Any]"


@dataclass(frozen=True, slots=True)
class Made:
    """An object that was made. once: what is told of it now and never again, by field."""

    id: str | int
    once: JSONObject = field(default_factory=dict)


class Writes(Protocol):
    """Changes objects of one resource, within the engine's transaction.

    Raises: errors of services; IntegrityError where a constraint does not hold.
    """

    def create(self, actor: Actor, values: Values, key: str | None) -> Made:
        """Make an object. key: the id that it gets; None: it is made of the values."""

    def change(self, actor: Actor, target: Ref, values: Values) -> None:
        """Give fields other values."""

    def delete(self, actor: Actor, target: Ref) -> None:
        """Delete an object."""


class NoWrites:
    """Refuses everything; what can be done with a resource after all is overridden."""

    def create(self, actor: Actor, values: Values, key: str | None) -> Made:
        """Raise MethodNotAllowed."""
        raise MethodNotAllowed("POST", ["GET"])

    def change(self, actor: Actor, target: Ref, values: Values) -> None:
        """Raise MethodNotAllowed."""
        raise MethodNotAllowed("PATCH", ["GET"])

    def delete(self, actor: Actor, target: Ref) -> None:
        """Raise MethodNotAllowed."""
        raise MethodNotAllowed("DELETE", ["GET"])


class Put(Enum):
    """What PUT does. REPLACE: what was there before goes; NEW: only what is not there yet."""

    NEVER = "never"
    NEW = "new"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class Key:
    """What an object is known by: one column, or several as a path.

    paths: where the query has them. separator: between them; only the last may contain it.
    kind: of the first.
    fields: those that an id is made of, in the same order; none, if ids are given by the store.
    """

    paths: tuple[str, ...]
    separator: str = "/"
    kind: FieldKind = TEXT
    fields: tuple[str, ...] = ()

    def of(self, row: Row, prefix: str = "") -> str | int | None:
        """Return an object's id, None where the row has none. prefix: a path to the object."""
        parts = [row[prefix + path] for path in self.paths]
        if parts[0] is None:
            return None
        if len(parts) == 1:
            return parts[0] if isinstance(parts[0], int) else str(parts[0])
        return self.separator.join(map(str, parts))

    def said_by(self, key: str) -> JSONObject:
        """Return what an id says of the fields that it is made of."""
        parts = key.split(self.separator, len(self.fields) - 1) if self.fields else ()
        return dict(zip(self.fields, parts, strict=False))

    def lookups(self, key: JSONValue, prefix: str = "") -> dict[str, object] | None:
        """Return what selects the object with an id, None if no object can have it."""
        first, rest = key, list[str]()
        if len(self.paths) > 1:
            first, *rest = str(key).split(self.separator, len(self.paths) - 1)
        try:
            parts = [self.kind.read(first), *rest]
        except (ValueError, TypeError, OverflowError):
            return None
        if len(parts) != len(self.paths) or any("\0" in part for part in rest):
            return None
        return {f"{prefix}{path}": part for path, part in zip(self.paths, parts, strict=True)}


@dataclass(frozen=True, slots=True)
class Resource:
    """A kind of objects.

    rows: those that an actor may see. key: what they are known by. fields: in the order in which
    they are written and shown; the id is none of them. pk: the row's own key, by which others
    refer to it; "" if nothing does.
    writes: who changes them. methods: what can be done besides GET. put: what PUT does.
    """

    name: str
    rows: Callable[[Actor], Found]
    key: Key
    fields: tuple[Field, ...]
    writes: Writes = field(default_factory=NoWrites)
    methods: frozenset[str] = frozenset()
    put: Put = Put.NEVER
    pk: str = "pk"
    help: str = ""

    def field(self, name: str) -> Field:
        """Return a field. Raises: UnknownFieldError."""
        for each in (self.id_field, *self.fields):
            if each.name == name:
                return each
        raise UnknownFieldError(self.name, name)

    @property
    def id_field(self) -> Scalar:
        """The field that every object has first."""
        return Scalar("id", self.key.kind, readonly=True, source=self.key.paths[0])

    def allowed(self, *, collection: bool = False) -> list[str]:
        """Return the methods of an object, or of all of them."""
        methods = ("POST",) if collection else ("PUT", "PATCH", "DELETE")
        return ["GET", *(each for each in methods if each in self.methods)]

    @property
    def rels(self) -> list[Rel]:
        """The relations."""
        return [each for each in self.fields if isinstance(each, Rel)]


class Catalogue:
    """All resources, by name."""

    def __init__(self, resources: Sequence[Resource]) -> None:
        self.resources: Mapping[str, Resource] = {each.name: each for each in resources}
        for resource in resources:
            for rel in resource.rels:
                self._check(resource, rel)

    def __getitem__(self, name: str) -> Resource:
        try:
            return self.resources[name]
        except KeyError as error:
            raise UnknownObjectError(name) from error

    def inverse(self, resource: Resource, rel: Rel) -> Rel | None:
        """Return the relation at the other end of a reference, None if nothing is told there."""
        for other in self[rel.stores].rels:
            if other.stores == resource.name and other.back == rel.name:
                return other
        return None

    def forward(self, rel: Rel) -> Rel:
        """Return the reference over there that ``rel`` is made of."""
        found = self[rel.stores].field(rel.back)
        if not isinstance(found, Rel) or not found.is_reference:
            raise TypeError(f"{rel.name} is not the back of {rel.stores}.{rel.back}")
        return found

    def _check(self, resource: Resource, rel: Rel) -> None:
        """Make sure that a relation leads somewhere and back. Raises: TypeError."""
        if rel.stores not in self.resources:
            raise TypeError(f"{resource.name}.{rel.name}: there is no {rel.stores}")
        if rel.back and self.forward(rel).stores != resource.name:
            raise TypeError(f"{resource.name}.{rel.name} and its back do not meet")
