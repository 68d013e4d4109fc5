"""When a version expires."""


def sent_expiry(version: str) -> str:
    """Return SQL for it, in seconds since the epoch as the client sent them. version: its row."""
    return f"coalesce({version}.expires_sent, extract(epoch FROM {version}.expires)::bigint)"
