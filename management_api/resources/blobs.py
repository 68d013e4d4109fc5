"""Encrypted blobs: what the store knows of them, and their flags."""

from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final, cast

import orjson

from blobs.services import backend
from blobs.values.blobs import CONTAINER, DOMAIN
from blobs.values.requests import BlobRequest
from management_api.engine.actors import Actor
from management_api.engine.errors import InvalidObjectError
from management_api.engine.fields import Calc, Ref, Rel, Row, Scalar, Values
from management_api.engine.kinds import INTEGER, TEXT, TEXTS, TIME
from management_api.engine.resource import Found, Key, NoWrites, Resource
from management_api.resources.rights import credentials_in, theirs
from pithos_api.services.operations.records import list_objects
from web.bodies.body import RequestBody
from web.json_values import JSONValue


def _rows(actor: Actor) -> Found:
    rows = list_objects()
    if not backend.keeps_objects():
        return rows.none()
    blobs = rows.filter(container__sealed=True, container__name=CONTAINER, domains__has_key=DOMAIN)
    return theirs(actor, blobs, "container__account")


def _attributes(row: Row) -> Mapping[str, Any]:
    domains = cast(Mapping[str, Mapping[str, Any]], row["domains"])
    return domains[DOMAIN]


def _flags(row: Row, _: Actor) -> JSONValue:
    return list(_attributes(row).get("flags", []))


def _tag(row: Row, _: Actor) -> JSONValue:
    return str(_attributes(row).get("tag", ""))


def _created(row: Row, _: Actor) -> JSONValue:
    moment = datetime.fromtimestamp(_attributes(row).get("created", 0) / 10**6, UTC)
    return TIME.show(moment)


class BlobWrites(NoWrites):
    """Flags by the backend of blobs."""

    def change(self, actor: Actor, target: Ref, values: Values) -> None:
        """Give a blob other flags. Raises: InvalidObjectError; as ``set_flags``."""
        account, namespace, blob = str(target.id).split("/", 2)
        sent = orjson.dumps(values["flags"] or [])
        body = RequestBody(BytesIO(sent).readinto, len(sent))
        asked = BlobRequest(credentials_in(actor, account), lambda: body)
        wrong = backend.current().set_flags(account, blob, asked, namespace)
        if wrong is not None:
            raise InvalidObjectError(f"sets a flag that there is not: {wrong}")


BLOB: Final = Resource(
    "blob",
    _rows,
    Key(("container__account__account", "name")),
    (
        Rel("user", stores="user", source="container__account", readonly=True),
        Scalar("name", TEXT, readonly=True, help="Its namespace, a slash, and its id there."),
        Scalar("size", INTEGER, readonly=True, help="Bytes."),
        Calc("tag", TEXT, getter=_tag, needs=("domains",), help="Its last 16 bytes in base64."),
        Calc("flags", TEXTS, getter=_flags, needs=("domains",),
             setter=lambda flags: {"flags": flags}, help="How far it was processed."),
        Calc("created", TIME, getter=_created, needs=("domains",)),
    ),
    BlobWrites(),
    frozenset({"PATCH"}),
    help="An encrypted blob. Only its flags can be changed here.",
)  # fmt: skip
