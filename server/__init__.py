"""A WSGI server for streamed uploads and downloads: gunicorn's processes, our own worker.

gunicorn keeps the worker processes (start, restart, signals, graceful stop); the worker here
parses requests with llhttp and lets a thread stay with a busy connection. Knows no Django.
"""

from server.application import Settings, listen, serve
from server.batches import Batch, Batches
from server.errors import (
    BodyError,
    BodyTimeoutError,
    MalformedBodyError,
    TooManyWaitError,
    TruncatedBodyError,
)
from server.waiting import LeastRate, Strangers, Timeouts

__all__ = [
    "Batch",
    "Batches",
    "BodyError",
    "BodyTimeoutError",
    "LeastRate",
    "MalformedBodyError",
    "Settings",
    "Strangers",
    "Timeouts",
    "TooManyWaitError",
    "TruncatedBodyError",
    "listen",
    "serve",
]
