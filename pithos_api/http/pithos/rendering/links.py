"""Links as JSON."""

from collections.abc import Sequence
from datetime import datetime

import orjson

from pithos_api.http.rendering.links import link_url
from pithos_api.values.links import LinkState
from web.json_values import JSONObject
from web.negotiation import CONTENT_TYPES, Format
from web.reply import Reply
from web.views import Origin


def link_reply(status: int, link: LinkState, origin: Origin) -> Reply:
    """Return a link; of a new one also where its page is."""
    headers = [("Content-Type", CONTENT_TYPES[Format.JSON])]
    if status == 201:
        headers.append(("Location", link_url(link.key, origin)))
    return Reply(status, headers, orjson.dumps(_as_json(link, origin)))


def links_reply(links: Sequence[LinkState], origin: Origin) -> Reply:
    """Return a page of links."""
    body = orjson.dumps([_as_json(link, origin) for link in links])
    return Reply(200, [("Content-Type", CONTENT_TYPES[Format.JSON])], body)


def _as_json(link: LinkState, origin: Origin) -> JSONObject:
    return {
        "key": link.key,
        "url": link_url(link.key, origin),
        "container": link.container,
        "name": link.name,
        "folder": link.is_folder,
        "created": _time(link.created),
        "expires": _time(link.expires),
        "has_password": link.has_password,
        "downloads": link.downloads,
        "used": link.used,
        "last_used": _time(link.last_used),
    }


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
