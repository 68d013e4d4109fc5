"""``/healthz``, ``/readyz``, ``/metrics``: for load balancers and Prometheus, without a token."""

import re
from http import HTTPStatus

from pithos_api.http.monitoring.views import PLAIN, HealthView, MetricsView, ReadinessView
from web.errors import UnknownEndpointError
from web.faults import headers_of, message_of, status_of
from web.protocols import Protocol, Route, anybody
from web.reply import Reply
from web.request_head import RequestHead


def _fault(error: Exception, head: RequestHead) -> Reply:
    """Return a line of text; probes read the status."""
    unknown = isinstance(error, UnknownEndpointError)
    status = HTTPStatus.NOT_FOUND.value if unknown else status_of(error)
    body = f"{message_of(error, head)}\n".encode()
    return Reply(status, [PLAIN, *headers_of(error, status)], body)


PROTOCOL = Protocol(
    name="monitoring",
    prefixes=frozenset({"healthz", "readyz", "metrics"}),
    routes=(
        Route(re.compile(r"/healthz"), "watching", HealthView()),
        Route(re.compile(r"/readyz"), "watching", ReadinessView()),
        Route(re.compile(r"/metrics"), "watching", MetricsView()),
    ),
    fault=_fault,
    needs_no_token=anybody,
)
