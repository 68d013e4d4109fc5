"""Where links lead."""

from django.conf import settings

from web.views import Origin


def link_url(key: str, origin: Origin) -> str:
    """Return the page behind a link. origin: as of ``fields.public_url``."""
    return f"{settings.PITHOS_PUBLIC_URL or origin()}/s/{key}"
