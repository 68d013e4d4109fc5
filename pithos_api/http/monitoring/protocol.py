"""``/healthz``, ``/readyz``, ``/metrics``: for load balancers and Prometheus, without a token."""

import re

from pithos_api.http.monitoring.views import HealthView, MetricsView, ReadinessView
from web.faults import text_reply
from web.protocols import Protocol, Route, anybody

PROTOCOL = Protocol(
    name="monitoring",
    prefixes=frozenset({"healthz", "readyz", "metrics"}),
    routes=(
        Route(re.compile(r"/healthz"), "watching", HealthView()),
        Route(re.compile(r"/readyz"), "watching", ReadinessView()),
        Route(re.compile(r"/metrics"), "watching", MetricsView()),
    ),
    fault=text_reply,
    needs_no_token=anybody,
)
