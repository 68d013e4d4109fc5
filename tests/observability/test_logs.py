import json
import logging
import re
import sys

import pytest

from observability import request_context
from observability.logs import JSONFormatter, TextFormatter


def record(message, *arguments, **extra):
    made = logging.LogRecord("store.part", logging.ERROR, __file__, 1, message, arguments, None)
    made.__dict__.update(extra)
    return made


@pytest.fixture
def request_id():
    request_context.enter({"server.request_id": "tx1-2"})
    yield "tx1-2"
    request_context.leave()


def test_a_text_line_has_time_level_name_and_request(request_id):
    line = TextFormatter().format(record("%s failed", "GET"))
    form = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z ERROR store\.part \[tx1-2\] GET failed"
    assert re.fullmatch(form, line)


def test_a_json_line_has_the_same_as_fields(request_id):
    found = json.loads(JSONFormatter().format(record("%s failed", "GET")))
    assert found["message"] == "GET failed"
    assert (found["level"], found["logger"]) == ("ERROR", "store.part")
    assert found["request_id"] == request_id


def test_nothing_that_a_client_names_begins_a_line_or_moves_the_cursor():
    line = TextFormatter().format(record("%s", "a\n2026 ERROR forged\r\x1b[2J"))
    assert line.split("\n")[1].startswith("    ")
    assert "\r" not in line
    assert "\x1b" not in line


@pytest.mark.parametrize("formatter", [TextFormatter(), JSONFormatter()])
def test_a_traceback_is_there_without_secrets(formatter):
    try:
        raise RuntimeError("X-Auth-Token: S3CRET")
    except RuntimeError:
        line = formatter.format(record("failed", exc_info=sys.exc_info()))
    assert "RuntimeError" in line
    assert "S3CRET" not in line
