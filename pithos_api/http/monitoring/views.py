"""What load balancers and Prometheus ask."""

import logging
from collections.abc import Iterator
from functools import cache
from typing import Final

import orjson
from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.db import Error
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from observability import metrics
from observability.addresses import all_within
from observability.exposition import WorkerCollector
from observability.single_flight import SingleFlight
from pithos_api.services.operations import health, statistics
from pithos_api.services.operations.statistics import Statistics
from web.reply import Reply
from web.views import View

log = logging.getLogger(__name__)

PLAIN: Final = ("Content-Type", "text/plain; charset=UTF-8")
_JSON: Final = ("Content-Type", "application/json")
_METRICS: Final = ("Content-Type", "text/plain; version=0.0.4; charset=utf-8")


class HealthView(View):
    """``/healthz``."""

    def get(self, _: WSGIRequest) -> Reply:
        """200: the process answers. It asks nobody, so that no outage elsewhere restarts it."""
        return Reply(200, [PLAIN], b"ok\n")

    head = get


class ReadinessView(View):
    """``/readyz``."""

    def get(self, _: WSGIRequest) -> Reply:
        """200, or 503 with the parts that fail and why."""
        failing = health.failures()
        found = {"ready": not failing, "failing": failing}
        return Reply(503 if failing else 200, [_JSON], orjson.dumps(found) + b"\n")

    head = get


class MetricsView(View):
    """``/metrics``."""

    def get(self, request: WSGIRequest) -> Reply:
        """200; 403 for whoever is not in PITHOS_METRICS_ALLOW."""
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
        if not all_within(request.META["REMOTE_ADDR"], forwarded, settings.PITHOS_METRICS_ALLOW):
            return Reply(403, [PLAIN], b"PITHOS_METRICS_ALLOW does not name your address\n")
        return Reply(200, [_METRICS], generate_latest(_registry()))

    head = get


class StoreCollector:
    """What the database says; where it says nothing, ``pithos_database_up`` is 0."""

    def __init__(self) -> None:
        self._statistics = SingleFlight(statistics.read_statistics)

    def collect(self) -> Iterator[Metric]:
        """Be a prometheus_client collector."""
        found = None
        try:
            found = self._statistics.result(statistics.PATIENCE_SECONDS)
        except (Error, TimeoutError) as error:
            log.warning("no statistics of the store: %s", str(error).strip() or "no answer in time")
        up = "Whether Postgres gives statistics of the store in time."
        yield GaugeMetricFamily("pithos_database_up", up, value=found is not None)
        if found is not None:
            yield from _store_metrics(found)


def _store_metrics(found: Statistics) -> Iterator[Metric]:
    for name, value, text in (
        ("containers", found.containers, "Containers."),
        ("objects", found.objects, "Current objects."),
        ("object_bytes", found.object_bytes, "Bytes of current objects."),
        ("version_bytes", found.version_bytes, "Bytes of all versions; a large store's estimate."),
        ("block_bytes", found.block_bytes, "Bytes of all blocks; a large store's estimate."),
        ("garbage_bytes", found.garbage_bytes, "Bytes of unused blocks; a large store's estimate."),
        ("damaged_blocks", found.damaged_blocks, "Blocks marked damaged or missing (to 100,000)."),
        ("md5_pending", found.late_md5s, "Versions whose MD5 is yet to be made (to 100,000)."),
        ("md5_pending_bytes", found.late_md5_bytes, "Bytes of these versions."),
        ("collection_idle_seconds", found.collected_seconds, "Since garbage was last collected."),
        ("usage_pending", found.pending_changes, "Changes of usage not yet folded (to 100,000)."),
        ("usage_pending_seconds", found.pending_seconds, "Age of the oldest of them."),
        ("database_connections_limit", found.connection_limit, "max_connections of Postgres."),
    ):
        yield GaugeMetricFamily(f"pithos_{name}", text, value=value)
    if found.block_bytes:
        ratio = found.version_bytes / found.block_bytes
        text = "Bytes of all versions for each byte of blocks."
        yield GaugeMetricFamily("pithos_dedup_ratio", text, value=ratio)
    connections = GaugeMetricFamily(
        "pithos_database_connections", "Connections to the database.", labels=["state"]
    )
    for state, count in found.connections.items():
        connections.add_metric([state], count)
    yield connections


@cache
def _registry() -> CollectorRegistry:
    registry = CollectorRegistry(auto_describe=False)
    counted = metrics.installed()
    if counted is not None:
        registry.register(WorkerCollector(counted))
    registry.register(StoreCollector())
    return registry
