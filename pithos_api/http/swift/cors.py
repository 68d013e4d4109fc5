"""What a container's metadata lets scripts of other origins do."""

import re

from pithos_api.http.parsing.paths import container_path
from pithos_api.services.access.cors_rules import read_cors_metadata
from web.cors import OriginRules
from web.errors import InvalidPathError
from web.request_head import RequestHead

_CONTAINER = re.compile(r"/[^/]+/AUTH_([^/]+)/([^/]+)")


def rules_of(head: RequestHead) -> OriginRules:
    """Return the rules of the container that the path is in; outside of containers none."""
    match = _CONTAINER.match(head.path)
    if match is None:
        return OriginRules()
    try:
        path = container_path(match[1], match[2])
    except InvalidPathError:
        return OriginRules()
    meta = read_cors_metadata(path)
    return OriginRules(
        origins=tuple(meta.get("Access-Control-Allow-Origin", "").split()),
        max_age=meta.get("Access-Control-Max-Age", ""),
        exposed=tuple(meta.get("Access-Control-Expose-Headers", "").split()),
    )
