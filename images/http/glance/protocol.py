"""Glance, version 2: images as OpenStack's clients make, share and load them (contract b4)."""

import re

from images.http.glance.faults import glance_fault
from images.http.glance.routes import ROUTES
from web.protocols import CatalogService, Protocol
from web.request_head import RequestHead

_VERSIONS = re.compile(r"/image(?:/|/versions/?|/v2/?)?")


def _is_discovery(head: RequestHead) -> bool:
    return _VERSIONS.fullmatch(head.path) is not None


PROTOCOL = Protocol(
    name="glance",
    prefixes=frozenset({"image"}),
    routes=ROUTES,
    fault=glance_fault,
    needs_no_token=_is_discovery,
    serves_content=True,
    services=(CatalogService("image", "glance", "/image", "/image/v1.0", "v1.0"),),
)
