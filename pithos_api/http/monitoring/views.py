"""``/healthz``, ``/readyz``, ``/metrics``: for load balancers and Prometheus, without a token."""

import logging
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import orjson
from django.conf import settings
from django.db import Error
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from observability.addresses import all_within
from observability.exposition import WorkerCollector
from observability.metrics import tallies
from observability.single_flight import Attempt
from pithos_api.services.operations import health, statistics
from pithos_api.services.operations.statistics import Figures
from web.reply import Reply

log = logging.getLogger(__name__)

StartResponse = Callable[[str, list[tuple[str, str]]], Any]

_PLAIN: Final = ("Content-Type", "text/plain; charset=UTF-8")
_JSON: Final = ("Content-Type", "application/json")
_METRICS: Final = ("Content-Type", "text/plain; version=0.0.4; charset=utf-8")


def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Answer GET and HEAD of the three paths; 404 below them, 405 for other methods."""
    method = environ["REQUEST_METHOD"]
    view = _VIEWS.get(environ["PATH_INFO"])
    if view is None:
        reply = Reply(404, [_PLAIN], b"there is nothing at this path\n")
    elif method not in {"GET", "HEAD"}:
        reply = Reply(405, [_PLAIN, ("Allow", "GET,HEAD")], b"only GET and HEAD\n")
    else:
        reply = view(environ)
    start_response(reply.status_line, reply.all_headers(method))
    return (reply.body if isinstance(reply.body, bytes) and method != "HEAD" else b"",)


def _alive(_: dict[str, Any]) -> Reply:
    """200: the process answers. It asks nobody, so that no outage elsewhere restarts it."""
    return Reply(200, [_PLAIN], b"ok\n")


def _ready(_: dict[str, Any]) -> Reply:
    """200, or 503 with the parts that fail and why."""
    failing = health.failures()
    found = {"ready": not failing, "failing": failing}
    return Reply(503 if failing else 200, [_JSON], orjson.dumps(found) + b"\n")


def _metrics(environ: dict[str, Any]) -> Reply:
    """200; 403 for whoever is not in PITHOS_METRICS_ALLOW."""
    forwarded = environ.get("HTTP_X_FORWARDED_FOR", "")
    if not all_within(environ["REMOTE_ADDR"], forwarded, settings.PITHOS_METRICS_ALLOW):
        return Reply(403, [_PLAIN], b"PITHOS_METRICS_ALLOW does not name your address\n")
    return Reply(200, [_METRICS], generate_latest(_REGISTRY))


_VIEWS: Final = {"/healthz": _alive, "/readyz": _ready, "/metrics": _metrics}


class StoreCollector:
    """What the database says; where it says nothing, ``pithos_database_up`` is 0."""

    def __init__(self) -> None:
        self._attempt = Attempt(statistics.read_figures)

    def collect(self) -> Iterator[Metric]:
        """Be a prometheus_client collector."""
        found = None
        try:
            found = self._attempt.result(statistics.PATIENCE_SECONDS)
        except (Error, TimeoutError) as error:
            log.warning("no figures of the store: %s", str(error).strip() or "no answer in time")
        up = "Whether Postgres answers with figures of the store in time."
        yield GaugeMetricFamily("pithos_database_up", up, value=found is not None)
        if found is not None:
            yield from _store_metrics(found)


def _store_metrics(found: Figures) -> Iterator[Metric]:
    for name, value, text in (
        ("containers", found.containers, "Containers."),
        ("objects", found.objects, "Current objects."),
        ("object_bytes", found.object_bytes, "Bytes of current objects."),
        ("version_bytes", found.version_bytes, "Bytes of all versions; a large store's estimate."),
        ("block_bytes", found.block_bytes, "Bytes of all blocks; a large store's estimate."),
        ("garbage_bytes", found.garbage_bytes, "Bytes of unused blocks; a large store's estimate."),
        ("damaged_blocks", found.damaged_blocks, "Blocks marked damaged or missing (to 100,000)."),
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


def _registry() -> CollectorRegistry:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(WorkerCollector(tallies))
    registry.register(StoreCollector())
    return registry


_REGISTRY: Final = _registry()
