import orjson
from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest

from pithos_api.http.parsing.listings import MAX_LIMIT
from pithos_api.http.swift import authentication
from pithos_api.http.swift.operations import archives
from pithos_api.http.swift.parsing import segments, signatures
from pithos_api.http.swift.parsing.requests import META_LIMIT, POLICY
from pithos_api.http.swift.rendering.documents import DOCUMENTS
from pithos_api.http.swift.views import bulk, form_post
from pithos_api.http.swift.views.base import SwiftView
from pithos_api.services.objects.large_objects.segment_lists import MAX_SEGMENTS
from pithos_api.values import MAX_CONTAINER_BYTES, MAX_OBJECT_BYTES, MOST_SYMLINKS
from web.negotiation import Format
from web.reply import Reply

# Of Swift's releases the one whose behaviour clients may expect (docs/compatibility.md).
_SWIFT_VERSION = "2.30.0"

_JSON = ("Content-Type", DOCUMENTS[Format.JSON])


class CapabilitiesView(SwiftView):
    """``/info``: what is on, and its limits; no token is needed."""

    def get(self, request: WSGIRequest) -> Reply:
        """200 with JSON."""
        return Reply(200, [_JSON], orjson.dumps(capabilities()))

    def head(self, request: WSGIRequest) -> Reply:
        """200."""
        return Reply(200, [_JSON])


def capabilities() -> dict[str, object]:
    """Return name and limits of everything that works."""
    return {
        "swift": _core(),
        "bulk_delete": {
            "max_deletes_per_request": bulk.MAX_DELETES,
            "max_failed_deletes": bulk.MAX_DELETES,
        },
        "bulk_upload": {
            "max_containers_per_extraction": archives.MAX_CONTAINERS,
            "max_failed_extractions": archives.MAX_FAILURES,
        },
        "tempurl": {
            "methods": list(authentication.METHODS),
            "allowed_digests": signatures.allowed_hashes(),
        },
        "formpost": {
            "allowed_digests": signatures.allowed_hashes(),
            "max_field_length": form_post.MAX_FIELD,
        },
        "staticweb": {},
        "object_versioning": {},
        "account_quotas": {},
        "container_quotas": {},
        "versioned_writes": {"allowed_flags": ["x-versions-location", "x-history-location"]},
        "symlink": {"symloop_max": MOST_SYMLINKS, "static_links": True},
        "slo": {
            "max_manifest_segments": MAX_SEGMENTS,
            "max_manifest_size": segments.MAX_MANIFEST_SIZE,
            "min_segment_size": 1,
        },
    }


def _core() -> dict[str, object]:
    return {
        "version": _SWIFT_VERSION,
        "policies": [{"name": POLICY, "aliases": POLICY, "default": True}],
        "account_autocreate": True,
        "allow_account_management": False,
        "account_listing_limit": MAX_LIMIT,
        "container_listing_limit": MAX_LIMIT,
        "max_account_name_length": 256,
        "max_container_name_length": MAX_CONTAINER_BYTES,
        "max_object_name_length": MAX_OBJECT_BYTES,
        "max_file_size": settings.PITHOS_MAX_UPLOAD_SIZE,
        "max_meta_count": META_LIMIT.count,
        "max_meta_name_length": META_LIMIT.name,
        "max_meta_value_length": META_LIMIT.value,
        "max_meta_overall_size": META_LIMIT.size,
    }
