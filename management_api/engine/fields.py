"""What resources consist of: scalars, values that are calculated, and relations."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias, cast

from management_api.engine.actors import Actor
from management_api.engine.kinds import TEXT, FieldKind
from web.json_values import JSONValue

Row: TypeAlias = Mapping[str, object]
"""What a query found of an object: a value by each path that was asked for."""

Values: TypeAlias = Mapping[str, object]
"""What a write sets, by field; of a relation a ``Ref``. None clears."""


class Ref(NamedTuple):
    """An object that was found. id: as clients know it; pk: its row, None where it has none."""

    id: str | int
    pk: Any


def anybody(_: Actor) -> bool:
    """Return that everybody may write."""
    return True


def operators(actor: Actor) -> bool:
    """Return whether the actor may write what only operators may."""
    return actor.operator


@dataclass(frozen=True, slots=True)
class Field:
    """What all fields have.

    readonly: nobody writes it. hidden: it is never shown and nothing is found by it.
    writable: who may write it. at_creation: only POST and PUT write it.
    help: what it says, for documents.
    """

    name: str
    readonly: bool = field(default=False, kw_only=True)
    hidden: bool = field(default=False, kw_only=True)
    writable: Callable[[Actor], bool] = field(default=anybody, kw_only=True)
    at_creation: bool = field(default=False, kw_only=True)
    help: str = field(default="", kw_only=True)

    @property
    def is_changeable(self) -> bool:
        """Whether anybody may write it of an object that is there."""
        return not (self.readonly or self.at_creation)


@dataclass(frozen=True, slots=True)
class Scalar(Field):
    """A value that is kept.

    source: where the query has it; "" is the field's name. default: what it has where nobody
    says. required: whoever makes an object says it.
    """

    kind: FieldKind = TEXT
    source: str = field(default="", kw_only=True)
    default: object = field(default=None, kw_only=True)
    required: bool = field(default=False, kw_only=True)

    @property
    def path(self) -> str:
        """Where the query has it."""
        return self.source or self.name


def no_value(_: Row, __: Actor) -> JSONValue:
    """Return nothing: the field is written and never read."""
    return None


def value_at(path: str) -> Callable[[Row, Actor], JSONValue]:
    """Return a getter of what a query has at a path, for what JSON can say as it is."""
    return lambda row, _: cast(JSONValue, row[path])


@dataclass(frozen=True, slots=True)
class Calc(Field):
    """A value that is made of others.

    getter: makes it; None is not shown. needs: the paths that it looks at. setter: makes of what a
    client sends the values of other fields, or of this one for who writes; None: nobody can.
    kind: of what is shown and sent.
    """

    kind: FieldKind = TEXT
    getter: Callable[[Row, Actor], JSONValue] = field(default=no_value, kw_only=True)
    needs: tuple[str, ...] = field(default=(), kw_only=True)
    setter: Callable[[object], Values] | None = field(default=None, kw_only=True)


def nobody_missing(_: Actor, __: list[str]) -> str | None:
    """Return that each of these objects is there."""
    return None


@dataclass(frozen=True, slots=True)
class Rel(Field):
    """A relation to objects of the resource ``stores``.

    It is one of three:

    - a reference to one: ``source`` is its foreign key;
    - what refers to this object: ``back`` is the relation over there, ``multi`` if it may be many;
    - a list of ids, many in one value: ``source`` with ``multi``. ``missing`` returns the first
      that is no object.

    cascade: what refers to an object goes with it, else it is let go.
    on_demand: shown from depth 2 only, because there may be very many.
    required: as of a scalar.
    """

    stores: str
    multi: bool = field(default=False, kw_only=True)
    source: str = field(default="", kw_only=True)
    back: str = field(default="", kw_only=True)
    missing: Callable[[Actor, list[str]], str | None] = field(default=nobody_missing, kw_only=True)
    cascade: bool = field(default=False, kw_only=True)
    on_demand: bool = field(default=False, kw_only=True)
    required: bool = field(default=False, kw_only=True)

    @property
    def is_reference(self) -> bool:
        """Whether the object itself says whom it refers to."""
        return not self.back and not self.multi

    @property
    def is_list(self) -> bool:
        """Whether it is a list of ids in one value."""
        return not self.back and self.multi
