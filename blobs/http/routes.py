"""What encrypted blobs are reached by (contract blobs b)."""

import re

from blobs.http.views import BlobStreamView, BlobsView, BlobView, IncomingView
from web.protocols import Route

_USER = "(?P<account>[^/]*)"

ROUTES = (
    Route(re.compile(rf"/blobs/{_USER}/([^/]+)"), "blob", BlobView()),
    Route(re.compile(rf"/blobs/{_USER}/?"), "blobs", BlobsView()),
    Route(re.compile(rf"/stream/{_USER}/?"), "blob_stream", BlobStreamView()),
    Route(re.compile(rf"/incoming/{_USER}/([^/]+)"), "incoming_blob", IncomingView()),
)
