"""The first and the last name that a page may have."""

from pithos_api.ordering import after
from pithos_api.values import Page


def bounds_of(page: Page) -> dict[str, object]:
    """Return the parameters of every listing: names after ``marker``, ``first`` to ``beyond``."""
    low, high = page.marker, page.end_marker
    if page.reverse:
        low, high = high, low
    beyond = after(page.prefix)
    return {
        "limit": page.limit,
        "marker": low,
        "first": page.prefix,
        "beyond": min(beyond, high) if high else beyond,
        "until": page.until,
    }
