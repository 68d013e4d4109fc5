import os

import pytest

from observability.metrics import Tallies
from observability.routes import route_of


@pytest.mark.parametrize(
    ("target", "route"),
    [
        ("/v1", "top"),
        ("/v1/", "top"),
        ("/v1/a", "account"),
        ("/v1.0/a?format=json", "account"),
        ("/v1/a/c", "container"),
        ("/v1/a/c/", "container"),
        ("/v1/a/c/o", "object"),
        ("/v1/a/c/o/p/", "object"),
        ("/public/key", "public"),
        ("/metrics", "watching"),
        ("/admin/", "site"),
        ("/", "site"),
        ("", "none"),
    ],
)
def test_the_route_of_a_target(target, route):
    assert route_of(target) == route


def test_requests_are_summed_by_kind():
    tallies = Tallies()
    tallies.count_request(("GET", "object"), 200, 0, 10, 0.0007)
    tallies.count_request(("GET", "object"), 404, 0, 5, 100.0)
    tallies.count_request(("PUT", "object"), 418, 7, 0, 0.0005)
    get, put = tallies.sum().kinds()
    assert (get.method, get.statuses, get.sent) == ("GET", {"200": 1, "404": 1}, 15)
    assert get.seconds == pytest.approx(100.0007)
    assert dict(get.buckets)["0.0005"] == 0
    assert (dict(get.buckets)["0.001"], get.buckets[-1]) == (1, ("+Inf", 2))
    assert (put.statuses, put.received, put.buckets[0][1]) == ({"other": 1}, 7, 1)


def test_what_a_worker_has_counted_outlives_it():
    tallies = Tallies()
    child = os.fork()
    if not child:
        tallies.take(3)
        tallies.count_event("blocks_damaged")
        os._exit(0)
    os.waitpid(child, 0)
    tallies.count_event("blocks_damaged")
    assert tallies.sum().events["blocks_damaged"] == 2
    assert tallies.workers() == {0: os.getpid(), 3: child}
