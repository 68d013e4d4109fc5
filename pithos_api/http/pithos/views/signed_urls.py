"""Asking for a URL that reads an object without a token, for a minute."""

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

import orjson

from pithos_api.http.bodies.fields import choice_of, number_of, read_fields
from pithos_api.http.operations.table import Call
from pithos_api.http.pithos.authentication import METHODS, SIGNATURE
from pithos_api.services.access import signed_urls
from pithos_api.services.access.permissions import authorize
from pithos_api.services.objects.large_objects.opening import describe
from pithos_api.values import ObjectPath, Right
from web.negotiation import CONTENT_TYPES, Format
from web.numbers import LARGEST_SIZE
from web.reply import Reply

_FIELDS = frozenset({"method", "version", "disposition"})
_DISPOSITIONS = ("inline", "attachment")


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """What a signed URL is for. version, disposition: as of ``ReadObject``."""

    method: str
    version: int | None
    disposition: str | None

    @property
    def query(self) -> dict[str, str]:
        """The parameters that the URL has besides its signature."""
        asked = {"version": self.version, "disposition-type": self.disposition}
        return {name: str(value) for name, value in asked.items() if value is not None}


def post_signed_url(call: Call[ObjectPath, None]) -> Reply:
    """201 with the URL, whose object is there now, and when it ends."""
    credentials, path = call.credentials, call.path
    fields = read_fields(call.body, _FIELDS, lambda: authorize(credentials, path, Right.READ))
    wanted = SignedRequest(
        method=choice_of(fields, "method", METHODS) or "GET",
        version=number_of(fields, "version", LARGEST_SIZE),
        disposition=choice_of(fields, "disposition", _DISPOSITIONS),
    )
    state = describe(credentials, path, wanted.version)
    expires = datetime.now(UTC) + signed_urls.LIFETIME
    query = wanted.query
    signed = signed_urls.sign(credentials, state.access, wanted.method, path, query)
    answer = {"url": _url(path, {**query, SIGNATURE: signed}), "expires": expires}
    return Reply(201, [("Content-Type", CONTENT_TYPES[Format.JSON])], orjson.dumps(answer))


def _url(path: ObjectPath, query: dict[str, str]) -> str:
    """Return where the object is, relative to the store: clients know how they reach that."""
    place = "/".join(quote(part, safe="") for part in (path.account, path.container))
    return f"/v1/{place}/{quote(path.name)}?{urlencode(query)}"
