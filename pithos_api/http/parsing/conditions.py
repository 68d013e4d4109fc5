"""What a write demands of the state that it replaces (contract §3.3)."""

from django.core.handlers.wsgi import WSGIRequest

from pithos_api.values import Conditions
from web.conditions import tags


def write_conditions(request: WSGIRequest) -> Conditions:
    """Return what a write demands of the current version. Dates apply to deletions only."""
    return Conditions(tags(request, "HTTP_IF_MATCH"), tags(request, "HTTP_IF_NONE_MATCH"))
