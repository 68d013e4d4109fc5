"""The origins whose scripts may use a container, as its metadata says."""

from django.conf import settings

from pithos_api.models import Container
from pithos_api.values import ContainerPath


def read_cors_metadata(path: ContainerPath) -> dict[str, str]:
    """Return the container's ``Access-Control-*`` metadata; no rights are asked.

    Of a suspended user's container there is none.
    """
    found = Container.objects.filter(account__account=path.account, name=path.container)
    if not settings.PITHOS_SERVE_SUSPENDED:
        found = found.filter(account__is_active=True)
    meta = found.values_list("meta", flat=True).first() or {}
    return {key: value for key, value in meta.items() if key.startswith("Access-Control-")}
