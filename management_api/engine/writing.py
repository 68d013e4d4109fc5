"""Nested writes: objects, and those that they relate to, in the order of their fields."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, cast

from management_api.engine.actors import Actor
from management_api.engine.checking import Way, check_object
from management_api.engine.errors import (
    FieldValueError,
    ForbiddenFieldError,
    InvalidObjectError,
    UnknownObjectError,
)
from management_api.engine.fields import Ref, Rel
from management_api.engine.reading import Reader
from management_api.engine.resource import Catalogue, Resource
from web.errors import MethodNotAllowed
from web.json_values import JSONObject, JSONValue

MOST_WRITES: Final = 1000
"""How many objects one request names at most."""

MOST_NESTED: Final = 8
"""How deep objects stand within each other at most."""


@dataclass(slots=True)
class Writer:
    """Writes for one actor, within one transaction. once: what is told of what was made."""

    catalogue: Catalogue
    actor: Actor
    once: dict[tuple[str, str | int], JSONObject] = field(default_factory=dict)
    left: int = MOST_WRITES
    nested: int = 0

    def post(
        self,
        resource: Resource,
        content: JSONValue,
        given: Mapping[str, Ref] | None = None,
        key: str | None = None,
    ) -> Ref:
        """Make an object with all that stands within it.

        given: references that are known. key: the id that it gets, if not of its content.

        Raises: as ``check_object``; UnknownObjectError; whatever writing raises.
        """
        self._count()
        if "POST" not in resource.methods:
            raise MethodNotAllowed("POST", resource.allowed(collection=True))
        given = given or {}
        sent = check_object(self.actor, resource, content, Way.CREATE, given)
        self.nested += 1
        values: dict[str, object] = {**sent.values, **given}
        later = self._resolve(resource, sent.rels, values)
        for name, ref in given.items():
            self._release(resource, cast(Rel, resource.field(name)), ref)
        made = resource.writes.create(self.actor, values, key)
        if made.once:
            self.once[resource.name, made.id] = made.once
        found = self._reader().find(resource, made.id)
        for rel, content_of_rel in later:
            self._relate(resource, rel, found, content_of_rel)
        self.nested -= 1
        return found

    def place(self, resource: Resource, content: JSONValue, key: str) -> Ref:
        """Make an object that has an id which is not there. Raises: as ``post``."""
        if not resource.key.fields or not isinstance(content, dict):
            return self.post(resource, content, key=key)
        made = self.post(resource, {**resource.key.said_by(key), **content})
        if str(made.id) != key:
            raise InvalidObjectError(f"makes a {resource.name} of another id than {key}")
        return made

    def patch(self, resource: Resource, target: Ref, content: JSONValue) -> None:
        """Change what is named of an object. Raises: as ``post``."""
        sent = check_object(self.actor, resource, content, Way.CHANGE, {})
        values = dict(sent.values)
        later = self._resolve(resource, sent.rels, values)
        if values:
            resource.writes.change(self.actor, target, values)
        for rel, content_of_rel in later:
            self._relate(resource, rel, target, content_of_rel)

    def delete(self, resource: Resource, target: Ref) -> None:
        """Delete an object; what refers to it goes with it or is let go, as is declared.

        What always refers to the same object is left to who deletes that.
        """
        for rel in resource.rels:
            if rel.back and self.catalogue.forward(rel).is_changeable:
                other, forward = self.catalogue[rel.stores], self.catalogue.forward(rel)
                for ref in self._reader().referring(other, forward, target):
                    self._leave(other, rel, forward, ref)
        resource.writes.delete(self.actor, target)

    def find(self, resource: Resource, key: str | int) -> Ref:
        """Return an object that the actor may see. Raises: UnknownObjectError."""
        return self._reader().find(resource, key)

    def _leave(self, other: Resource, rel: Rel, forward: Rel, ref: Ref) -> None:
        if rel.cascade:
            self.delete(other, ref)
        else:
            self._refer(other, forward, ref, None)

    def _refer(self, resource: Resource, rel: Rel, ref: Ref, target: Ref | None) -> None:
        """Let ``ref`` refer to another object. Raises: ForbiddenFieldError."""
        if not rel.is_changeable:
            raise ForbiddenFieldError(resource.name, rel.name)
        if target is not None:
            self._release(resource, rel, target)
        resource.writes.change(self.actor, ref, {rel.name: target})

    def _resolve(
        self, resource: Resource, rels: Sequence[tuple[Rel, JSONValue]], values: dict[str, object]
    ) -> list[tuple[Rel, JSONValue]]:
        """Put references into ``values``; return relations that come after the object itself."""
        later = []
        for rel, content in rels:
            if rel.back:
                later.append((rel, content))
            elif rel.is_list:
                values[rel.name] = self._listed(resource, rel, cast(Sequence[JSONValue], content))
            else:
                values[rel.name] = self._referred(resource, rel, content)
        return later

    def _referred(self, resource: Resource, rel: Rel, content: JSONValue) -> Ref | None:
        """Return what a reference is to; what alone may refer to it lets it go."""
        if content is None:
            return None
        ref = self._found(self.catalogue[rel.stores], content)
        self._release(resource, rel, ref)
        return ref

    def _listed(self, resource: Resource, rel: Rel, content: Sequence[JSONValue]) -> list[str]:
        ids = [each for each in content if isinstance(each, str)]
        if len(ids) != len(content):
            raise FieldValueError(
                resource.name, rel.name, content, f"a list of ids of a {rel.stores}"
            )
        for _ in ids:
            self._count()
        missing = rel.missing(self.actor, ids)
        if missing is not None:
            raise UnknownObjectError(rel.stores, missing)
        return list(dict.fromkeys(ids))

    def _release(self, resource: Resource, rel: Rel, ref: Ref) -> None:
        """Let go of ``ref`` whoever refers to it, if only one may."""
        inverse = self.catalogue.inverse(resource, rel)
        if inverse is not None and not inverse.multi:
            for partner in self._reader().referring(resource, rel, ref):
                resource.writes.change(self.actor, partner, {rel.name: None})

    def _relate(self, resource: Resource, rel: Rel, target: Ref, content: JSONValue) -> None:
        """Let these refer to ``target``, and nobody else."""
        other, forward = self.catalogue[rel.stores], self.catalogue.forward(rel)
        listed = content if rel.multi else [] if content is None else [content]
        before = self._reader().referring(other, forward, target)
        kept = set()
        for each in cast(Sequence[JSONValue], listed):
            if isinstance(each, dict):
                ref = self.post(other, each, {forward.name: target})
            else:
                ref = self._found(other, each)
                if ref not in before:
                    self._refer(other, forward, ref, target)
            kept.add(ref.id)
        for ref in before:
            if ref.id not in kept:
                self._leave(other, rel, forward, ref)

    def _found(self, resource: Resource, content: JSONValue) -> Ref:
        """Return an object that is named by its id, or made of its fields."""
        if isinstance(content, dict):
            return self.post(resource, content)
        self._count()
        return self._reader().find(resource, content)

    def _reader(self) -> Reader:
        return Reader(self.catalogue, self.actor)

    def _count(self) -> None:
        """Note one more object. Raises: InvalidObjectError: they are too many."""
        self.left -= 1
        if self.left < 0:
            raise InvalidObjectError(f"names more than {MOST_WRITES} objects")
        if self.nested > MOST_NESTED:
            raise InvalidObjectError(f"nests objects more than {MOST_NESTED} deep")
