import pytest

from observability import request_context
from observability.metrics import Metrics
from observability.observer import NOWHERE, ROUTE, RequestObserver


@pytest.mark.parametrize(("environ", "route"), [({ROUTE: "object"}, "object"), ({}, NOWHERE)])
def test_a_request_is_counted_with_what_it_led_to(environ: dict[str, str], route: str) -> None:
    metrics = Metrics(["object", NOWHERE])
    RequestObserver(metrics).end({"REQUEST_METHOD": "GET", **environ}, 400, 0, 0, 0.1)
    [counted] = metrics.sum().kinds()
    assert (counted.method, counted.route, counted.statuses) == ("GET", route, {"400": 1})


def test_who_acted_in_a_request_before_does_not_act_in_the_next_one() -> None:
    observer = RequestObserver(Metrics([NOWHERE]))
    observer.begin({})
    request_context.act_as("reseller")
    observer.end({}, 200, 0, 0, 0.1)
    observer.begin({})
    assert request_context.actor() == ""
    observer.end({}, 200, 0, 0, 0.1)
