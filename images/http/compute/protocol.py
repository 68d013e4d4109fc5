"""Compute, versions 1.1 and 2.0: images as servers are started of them (contract b1, b2)."""

import re

from images.http.compute.faults import compute_fault
from images.http.compute.routes import ROUTES
from web.protocols import CatalogService, Protocol
from web.request_head import RequestHead

_VERSIONS = re.compile(r"/compute(?:/(?:v1\.1/?|v2\.0/?)?)?")


def _is_discovery(head: RequestHead) -> bool:
    return _VERSIONS.fullmatch(head.path) is not None


PROTOCOL = Protocol(
    name="compute",
    prefixes=frozenset({"compute"}),
    routes=ROUTES,
    fault=compute_fault,
    needs_no_token=_is_discovery,
    services=(CatalogService("compute", "compute", "/compute/v2.0", "/compute/v2.0", "v2.0"),),
)
