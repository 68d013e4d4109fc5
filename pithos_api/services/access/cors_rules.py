"""From which origins browsers may use a container, as its metadata says."""

from dataclasses import dataclass

from pithos_api.models import Container
from pithos_api.values import ContainerPath


@dataclass(frozen=True, slots=True)
class OriginRules:
    """origins: ``scheme://host``, or ``*`` for any. max_age: seconds, as text; "" says nothing.

    exposed: names of headers that scripts may read besides the usual ones.
    """

    origins: tuple[str, ...] = ()
    max_age: str = ""
    exposed: tuple[str, ...] = ()

    def allow(self, origin: str) -> str:
        """Return what an allowed origin is answered with, "" for one that is not."""
        if "*" in self.origins:
            return "*"
        return origin if origin in self.origins else ""


def find_origin_rules(path: ContainerPath) -> OriginRules:
    """Return what the container's ``Access-Control-*`` metadata says; no rights are asked."""
    found = Container.objects.filter(account__account=path.account, name=path.container)
    meta = found.values_list("meta", flat=True).first() or {}
    return OriginRules(
        origins=tuple(meta.get("Access-Control-Allow-Origin", "").split()),
        max_age=meta.get("Access-Control-Max-Age", ""),
        exposed=tuple(meta.get("Access-Control-Expose-Headers", "").split()),
    )
