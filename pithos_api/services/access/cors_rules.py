"""The origins whose scripts may use a container, as its metadata says."""

from pithos_api.models import Container
from pithos_api.values import ContainerPath


def read_cors_metadata(path: ContainerPath) -> dict[str, str]:
    """Return the container's ``Access-Control-*`` metadata; no rights are asked."""
    found = Container.objects.filter(account__account=path.account, name=path.container)
    meta = found.values_list("meta", flat=True).first() or {}
    return {key: value for key, value in meta.items() if key.startswith("Access-Control-")}
