"""Log lines: one a record, as text or JSON, with the request's id and without anybody's secrets."""

import logging
import re
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from observability import request_context
from observability.redaction import without_secrets

# What could move a terminal's cursor or begin a line; names of objects may hold all of it.
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


class TextFormatter(logging.Formatter):
    """``2026-11-21T09:00:00.123Z ERROR web.faults [tx…] GET /v1/a failed``."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; a traceback is indented below it."""
        message = _CONTROL.sub("?", super().format(record)).replace("\n", "\n    ")
        where = request_context.request_id() or "-"
        line = f"{_time(record)} {record.levelname} {record.name} [{where}] {message}"
        return without_secrets(line)


class JSONFormatter(logging.Formatter):
    """An object: time, level, logger, message, request_id, pid; exception where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "time": _time(record),
            "level": record.levelname,
            "logger": record.name,
            "request_id": request_context.request_id(),
            "pid": record.process,
            "message": without_secrets(record.getMessage()),
        }
        if record.exc_info:
            line["exception"] = without_secrets(self.formatException(record.exc_info))
        return orjson.dumps(line, default=str).decode()


def _time(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"
