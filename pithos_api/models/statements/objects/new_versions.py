"""What the rows of new versions consist of: each column with its SQL, so that they cannot part."""

from collections.abc import Mapping
from typing import Final

from pithos_api.values import LATEST_EXPIRY

# What a copy has of its source, whoever makes it.
_SAME = (
    *("size", "etag", "merkle", "hashmap", "pieces"),
    *("content_type", "content_encoding", "content_disposition"),
    *("manifest", "segmented_size", "segmented_etag", "symlink"),
    *("expires", "expires_sent", "meta", "domains"),
)


def insertion(values: Mapping[str, str]) -> str:
    """Return what makes versions; a FROM for ``values`` follows. values: columns, and their SQL."""
    return f"INSERT INTO version ({', '.join(values)}) SELECT {', '.join(values.values())}"


def expiring(seconds: str) -> dict[str, str]:
    """Return the columns of an expiry. seconds: SQL, since the epoch; NULL is never."""
    return {
        "expires": f"""
            to_timestamp(CASE WHEN {seconds} > {LATEST_EXPIRY} THEN {LATEST_EXPIRY}
                              ELSE {seconds} END)""",
        "expires_sent": f"CASE WHEN {seconds} > {LATEST_EXPIRY} THEN {seconds} END",
    }


def sent_expiry(version: str) -> str:
    """Return SQL for an expiry in seconds since the epoch, as it was sent. version: its row."""
    return f"coalesce({version}.expires_sent, extract(epoch FROM {version}.expires)::bigint)"


def begun(changed: str, now: str) -> dict[str, str]:
    """Return the columns of the begin.

    now: SQL for when that is; changed: for when the row before began.
    """
    second = f"date_trunc('second', {now})"
    return {"valid_from": now, "shares_second": f"coalesce({changed} >= {second}, false)"}


# What a version has of the state that it follows: of rows ``state``, as ``publish.found_at`` tells.
FOLLOWING: Final = {
    "container_id": "state.id",
    "name": "state.name",
    "uuid": "coalesce(state.uuid, gen_random_uuid())",
    **begun("state.changed", "state.now"),
    "moved": "state.moved",
    "added": "state.serial IS NULL",
    "domains": "state.domains",
}


# The same of a small object, of rows ``state`` that have what was sent besides.
SMALL: Final = {
    **FOLLOWING,
    "size": "new_size",
    "etag": "new_etag",
    "merkle": "new_merkle",
    "content_type": "content_type",
    "content_encoding": "content_encoding",
    "content_disposition": "content_disposition",
    "meta": "new_meta",
}


def same_as(source: str) -> dict[str, str]:
    """Return the columns of a copy: content, and what is said of it. source: SQL for a version."""
    return {name: f"{source}.{name}" for name in _SAME}


def setter_of(source: str, otherwise: str = "{setter}") -> str:
    """Return SQL for who has set what a copy names, NULL if that is the actor or there is nothing.

    otherwise: SQL for another, with ``{setter}``.
    """
    setter = f"coalesce({source}.manifest_by_id, {source}.modified_by_id)"
    return f"""
        CASE WHEN {source}.manifest IS NULL AND {source}.segmented_size IS NULL
                  AND {source}.symlink IS NULL OR {setter} = %(actor)s::bigint THEN NULL
             ELSE {otherwise.format(setter=setter)} END"""


def tombstone(  # noqa: PLR0913 - columns, all by keyword
    old: str, *, container: str, name: str, actor: str, now: str, moved: str, serial: str = ""
) -> str:
    """Return what ends names, as ``insertion``. old: SQL for the versions that were current.

    serial: SQL for the tombstone's; "" is the next one.
    """
    return insertion(
        {
            **({"serial": serial} if serial else {}),
            "container_id": container,
            "name": name,
            "uuid": f"{old}.uuid",
            "deleted": "true",
            **dict.fromkeys(("etag", "merkle", "content_type"), "''"),
            "size": "0",
            "modified_by_id": actor,
            **dict.fromkeys(("valid_from", "valid_to"), now),
            "moved": moved,
            "meta": "'{}'",
            "domains": f"{old}.domains",
        }
    )
