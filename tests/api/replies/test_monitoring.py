"""/healthz, /readyz and /metrics, as a load balancer and Prometheus ask for them."""

import http.client
import os
import re

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.api.client import Client

REQUEST_ID = re.compile(r"tx[0-9a-f]{21}-[0-9a-f]{10}")


@pytest.fixture
def stranger(server):
    """Somebody without a token."""
    client = Client(server.address, "nobody", "")
    yield client
    client.connection.close()


@pytest.fixture
def block(box):
    """A block in the server's store; tests with stores of their own share its database."""
    assert box.put("c/block", os.urandom(50_000)).status == 201


def metrics(client):
    """Values by name and labels, such as ``x_total{method="GET"}``."""
    text = client.raw("GET", "/metrics").body.decode()
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def counted(client, name, **labels):
    return metrics(client).get((name, *sorted(labels.items())), 0)


def test_the_process_is_alive(stranger):
    assert stranger.raw("GET", "/healthz").body == b"ok\n"


def test_the_store_is_ready(stranger, block):
    answer = stranger.raw("GET", "/readyz")
    assert answer.status == 200
    assert answer.body == b'{"ready":true,"failing":{}}\n'


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_probes_come_under_any_host_name(server, block, path):
    connection = http.client.HTTPConnection(*server.address)
    connection.request("HEAD", path, headers={"Host": "10.1.2.3:9999"})
    response = connection.getresponse()
    assert (response.status, response.read()) == (200, b"")
    connection.close()


@pytest.mark.parametrize(
    ("method", "path", "status"), [("POST", "/metrics", 405), ("GET", "/metrics/x", 404)]
)
def test_there_is_nothing_else(stranger, method, path, status):
    assert stranger.raw(method, path).status == status


@pytest.mark.parametrize("forwarded", ["198.51.100.7", "127.0.0.1, 198.51.100.7", "nonsense"])
def test_metrics_are_not_for_those_behind_a_proxy(stranger, forwarded):
    answer = stranger.raw("GET", "/metrics", headers={"X-Forwarded-For": forwarded})
    assert answer.status == 403


@pytest.mark.parametrize(
    ("path", "status", "route"),
    [("/v1/%FF", "400", "none"), ("/admin/nowhere", "302", "site"), ("/info", "200", "top")],
)
def test_what_leads_nowhere_is_counted_as_nothing_of_ours(box, path, status, route):
    labels = {"method": "GET", "route": route, "status": status}
    before = counted(box, "pithos_requests_total", **labels)
    box.raw("GET", path, headers={"X-Auth-Token": box.token})
    assert counted(box, "pithos_requests_total", **labels) == before + 1


def test_requests_are_counted_by_method_route_and_status(box):
    labels = {"method": "PUT", "route": "object"}
    name = "pithos_requests_total"
    before = counted(box, name, status="201", **labels), counted(box, name, status="422", **labels)
    for etag in ("", "0" * 32):
        box.put("c/o", b"12345", headers={"ETag": etag} if etag else {})
    assert counted(box, name, status="201", **labels) == before[0] + 1
    assert counted(box, name, status="422", **labels) == before[1] + 1


def test_bytes_and_latencies_are_counted(box):
    took = "pithos_request_duration_seconds_count"
    before = metrics(box)
    box.put("c/o", b"x" * 5000)
    assert box.get("c/o").body == b"x" * 5000
    after = metrics(box)
    grown = {key: value - before.get(key, 0) for key, value in after.items()}
    get, put = ([("method", method), ("route", "object")] for method in ("GET", "PUT"))
    assert grown[("pithos_received_bytes_total", *put)] == 5000
    assert grown[("pithos_sent_bytes_total", *get)] == 5000
    assert grown[(took, *get)] == grown[(took, *put)] == 1


def test_the_store_s_own_figures(box):
    for name in ("c/one", "c/two"):
        box.put(name, bytes(range(1, 251)) * 400)
    found = metrics(box)
    assert found[("pithos_database_up",)] == 1
    assert found[("pithos_version_bytes",)] >= 200_000
    assert found[("pithos_block_bytes",)] >= 100_000
    ratio = found[("pithos_version_bytes",)] / found[("pithos_block_bytes",)]
    assert found[("pithos_dedup_ratio",)] == pytest.approx(ratio)
    assert found[("pithos_usage_pending_seconds",)] < 60
    assert found[("pithos_garbage_bytes",)] <= found[("pithos_block_bytes",)]
    assert {("pithos_damaged_blocks",), ("pithos_collection_idle_seconds",)} <= found.keys()
    assert found[("pithos_database_connections", ("state", "active"))] >= 1


def test_the_workers_are_described(stranger):
    found = metrics(stranger)
    for slot in ("0", "1"):
        assert found[("pithos_worker_resident_bytes", ("worker", slot))] > 10 << 20
        assert found[("pithos_worker_open_files", ("worker", slot))] > 5


ANSWERS = [
    *(("HEAD", "", 204), ("GET", "", 200), ("PUT", "c/o", 201), ("GET", "c/o", 200)),
    *(("POST", "c/o", 202), ("HEAD", "c", 204)),
    *(("GET", "c/none", 404), ("PATCH", "c/o", 405), ("GET", "c/%FF", 400)),
]


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
def test_every_answer_of_swifts_and_every_fault_has_a_request_id(box, method, path, status):
    box.put("c/o")
    token = {"X-Auth-Token": box.token}
    answer = box.raw(method, f"/v1/AUTH_{box.account}/{path}", b"", token)
    assert REQUEST_ID.fullmatch(answer["X-Trans-Id"])
    assert answer["X-Openstack-Request-Id"] == answer["X-Trans-Id"]
    answer = box.raw(method, f"/v1/{box.account}/{path}", b"", token)
    assert answer.status == status
    told = {answer.get(name) is None for name in ("X-Trans-Id", "X-Openstack-Request-Id")}
    assert told == {status < 400}


def test_answers_of_pithos_to_the_same_request_are_the_same(box):
    box.put("c/o", b"x", {"X-Object-Public": "true"})
    places = (box.url(), box.url("c"), box.url("c/o"), box.head("c/o")["X-Object-Public"])
    for place in places:
        one, other = (box.raw("GET", place, None, {"X-Auth-Token": box.token}) for _ in range(2))
        assert {*one.headers.items()} ^ {*other.headers.items()} <= {
            ("Date", each["Date"]) for each in (one, other)
        }


@pytest.mark.parametrize("path", ["/v1/a", "/public/x", "/admin/", "/nowhere", "/metrics"])
def test_strangers_get_one_too(stranger, path):
    assert REQUEST_ID.fullmatch(stranger.raw("GET", path)["X-Trans-Id"])
