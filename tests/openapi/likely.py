"""Values that lead somewhere: chance alone finds no name, time or range that means anything."""

from collections.abc import Mapping
from typing import Any, Final

TIMES: Final = ("0", "1767225600", "2026-01-01T00:00:00Z", "now", "99999999999999999999", "-1")
FORMS: Final = ("json", "xml", "text", "plain", "pdf")
NAMES: Final = ("c/o", "/c/o", "c/folder/o", "c/none", "none/o", "o", "")
YES: Final = ("true", "false", "")

# By the name of the parameter, whether it is in the query or a header.
VALUES: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("until", "since", "from", "to", "temp_url_expires"), TIMES),
    **dict.fromkeys(("format", "disk_format", "container_format"), FORMS),
    **dict.fromkeys(("X-Copy-From", "X-Move-From", "Destination", "X-Source-Object"), NAMES),
    **dict.fromkeys(("update", "hashmap", "usage", "moments", "changes", "zip", "links"), YES),
    "limit": ("0", "1", "1000", "10001", "-1", "x"),
    "depth": ("0", "1", "2", "3", "4", "x"),
    "filter": ("{}", '{"name": "c"}', '{"name": null}', '{"active": true}', "[]", "x"),
    "sort": ('["name"]', '["-name"]', "[]", '[""]', "x"),
    "delimiter": ("/", "older", ""),
    "prefix": ("folder/", "o", ""),
    "marker": ("o", "folder/", ""),
    "version": ("list", "1", "0", "-1", "99999999999999999999"),
    "restore": ("dry-run", "", "until"),
    "meta": ("a", "!a", "a=b", "a>1", "a<=1,!b", "=", "a,"),
    "Range": ("bytes=0-0", "bytes=-1", "bytes=5-", "bytes=0-0,2-3", "bytes=9-8", "x"),
    "Content-Range": ("bytes 0-2/*", "bytes */*", "bytes 0-1/3", "bytes 9-/*", "x"),
    "If-Match": ("*", '"x"', "x", '"'),
    "If-None-Match": ("*", '"x"', "x"),
    "If-Modified-Since": ("Thu, 01 Jan 2026 00:00:00 GMT", "x"),
    "If-Unmodified-Since": ("Thu, 01 Jan 2026 00:00:00 GMT", "x"),
    "Content-Type": ("text/plain", "application/json", "", "x", "text/plain; charset=x"),
    "Content-Encoding": ("gzip", "", "x"),
    "X-Object-Manifest": ("c/folder/", "none/", "x", "/"),
    "X-Object-Sharing": ("read=*", "write=nobody", "read=", "x=", ""),
    "X-Object-Public": YES,
    "X-Object-Bytes": ("0", "3", "-1", "x"),
    "X-Delete-At": ("99999999999", "1", "x"),
    "X-Delete-After": ("100", "0", "-1", "x"),
    "X-Container-Policy-Quota": ("0", "100", "-1", "x"),
    "X-Container-Policy-Versioning": ("auto", "none", "x"),
    "X-Container-Read": (".r:*", ".r:*,.rlistings", "x", ".r:", ",", "user:*"),
    "X-Container-Write": ("x", "*:*", ".r:*"),
    "X-Container-Meta-Quota-Bytes": ("0", "100", "-1", "x"),
    "X-Versions-Enabled": YES,
    "ETag": ("d41d8cd98f00b204e9800998ecf8427e", "x", '"'),
}

# By media type, where the document says nothing of the body's form.
BODIES: Final[Mapping[str, tuple[Any, ...]]] = {
    "application/json": (
        {},
        [],
        None,
        1,
        {"metadata": {"a": "b"}},
        {"meta": {"a": "b"}},
        {"metadata": {"a": 1}},
        {"image": {"name": "x"}},
        {"name": "x", "disk_format": "raw", "container_format": "bare"},
        {"member": "x"},
        {"status": "accepted"},
        {"flags": {"a": True}},
        {"createImage": {"name": "x", "serverRef": "x"}},
        {"memberships": [{"member_id": "x", "can_share": False}]},
    ),
    "application/openstack-images-v2.1-json-patch": (
        [],
        [{"op": "replace", "path": "/name", "value": "x"}],
        [{"op": "add", "path": "/x", "value": 1}],
        [{"op": "remove", "path": "/none"}],
        [{"op": "move", "path": "/name"}],
        {},
    ),
}
