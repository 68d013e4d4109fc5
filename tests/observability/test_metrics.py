import os

import pytest

from observability.metrics import Metrics


def test_requests_are_summed_by_kind():
    metrics = Metrics(["object", "site"])
    metrics.count_request(("GET", "object"), 200, 0, 10, 0.0007)
    metrics.count_request(("GET", "object"), 404, 0, 5, 100.0)
    metrics.count_request(("PUT", "object"), 418, 7, 0, 0.0005)
    get, put = metrics.sum().kinds()
    assert (get.method, get.statuses, get.sent) == ("GET", {"200": 1, "404": 1}, 15)
    assert get.seconds == pytest.approx(100.0007)
    assert dict(get.buckets)["0.0005"] == 0
    assert (dict(get.buckets)["0.001"], get.buckets[-1]) == (1, ("+Inf", 2))
    assert (put.statuses, put.received, put.buckets[0][1]) == ({"other": 1}, 7, 1)


def test_what_a_worker_has_counted_outlives_it():
    metrics = Metrics(["object", "site"])
    child = os.fork()
    if not child:
        metrics.use_row(3)
        metrics.count_event("blocks_damaged")
        os._exit(0)
    os.waitpid(child, 0)
    metrics.count_event("blocks_damaged")
    assert metrics.sum().events["blocks_damaged"] == 2
    assert metrics.workers() == {0: os.getpid(), 3: child}
