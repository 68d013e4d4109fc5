"""The states of a name at a moment, and whether two of them are the same but for their time."""


def newest_before(container: str, name: str, moment: str) -> str:
    """Return SQL for the newest row of a name that began before a moment.

    It is the state at that moment if it ended then or later; else the name had none. One probe of
    version_history, as ``newest_of``.
    """
    return f"""
        SELECT * FROM version
         WHERE container_id = {container} AND name BETWEEN {name} AND {name}
           AND valid_from < {moment}
         ORDER BY name, valid_from DESC LIMIT 1"""


_DETAILS = (
    *("content_type", "content_encoding", "content_disposition", "manifest", "segmented_etag"),
    *("symlink", "expires", "expires_sent", "meta", "domains"),
)


def same_content(one: str, other: str) -> str:
    """Return SQL for whether two rows have the same bytes."""
    return f"{one}.merkle = {other}.merkle AND {one}.size = {other}.size"


def same_details(one: str, other: str) -> str:
    """Return SQL for whether two rows say the same of their bytes."""
    pairs = (f"{one}.{name} IS NOT DISTINCT FROM {other}.{name}" for name in _DETAILS)
    return " AND ".join(pairs)
