import pytest

from observability.metrics import Metrics
from observability.observer import NOWHERE, ROUTE, RequestObserver


@pytest.mark.parametrize(("environ", "route"), [({ROUTE: "object"}, "object"), ({}, NOWHERE)])
def test_a_request_is_counted_with_what_it_led_to(environ: dict[str, str], route: str) -> None:
    metrics = Metrics(["object", NOWHERE])
    RequestObserver(metrics).end({"REQUEST_METHOD": "GET", **environ}, 400, 0, 0, 0.1)
    [counted] = metrics.sum().kinds()
    assert (counted.method, counted.route, counted.statuses) == ("GET", route, {"400": 1})
