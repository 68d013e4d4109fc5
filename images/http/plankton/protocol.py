"""Plankton, version 1: images as objects of the store, told in headers (contract b3)."""

from images.http.faults import json_fault
from images.http.plankton.routes import ROUTES
from web.protocols import Protocol

PROTOCOL = Protocol(
    name="plankton",
    prefixes=frozenset({"image"}),
    routes=ROUTES,
    fault=json_fault,
    serves_content=True,
)
