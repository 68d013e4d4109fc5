"""What there is to be had, and where: the catalogs that come with tokens."""

from collections.abc import Iterator

from django.http import HttpRequest

from accounts.http.places import storage_url
from web.json_values import JSONObject
from web.protocols import catalog_services
from web.views import base_url

REGION = "default"


def pithos_catalog(request: HttpRequest) -> list[JSONObject]:
    """Return the services as clients of Pithos look for them; they add ``/ACCOUNT`` themselves.

    Raises: DisallowedHost.
    """
    base = base_url(request)
    return [
        _pithos("identity", "astakos_identity", base, "/identity/v2.0", "v2.0"),
        _pithos("account", "astakos_account", base, "/account/v1.0", "v1.0"),
        _pithos("object-store", "pithos_object-store", base, "/v1", "v1"),
        *(
            _pithos(each.kind, each.name, base, each.versioned_path, each.version)
            for each in catalog_services()
        ),
    ]


def _pithos(kind: str, name: str, base: str, path: str, version: str) -> JSONObject:
    place = {
        "publicURL": f"{base}{path}",
        "versionId": version,
        "region": REGION,
        "SNF:uiURL": f"{base}/account",
        "SNF:webloginURL": f"{base}/login",
    }
    return {"type": kind, "name": name, "endpoints_links": [], "endpoints": [place]}


def swift_catalog_v2(request: HttpRequest, account: str) -> list[JSONObject]:
    """Return the services as clients of Swift look for them.

    Raises: DisallowedHost.
    """
    return [
        {"type": kind, "name": name, "endpoints_links": [], "endpoints": [_everywhere(url)]}
        for kind, name, url in _services(request, account, "/v2.0")
    ]


def _services(request: HttpRequest, account: str, identity: str) -> Iterator[tuple[str, str, str]]:
    """Yield kind, name and URL of each service. identity: the path of the identity service."""
    base = base_url(request)
    yield "object-store", "swift", storage_url(request, account)
    yield "identity", "keystone", f"{base}{identity}"
    for each in catalog_services():
        yield each.kind, each.name, f"{base}{each.path}"


def _everywhere(url: str) -> dict[str, str]:
    return {"region": REGION, "publicURL": url, "internalURL": url, "adminURL": url}


def swift_catalog_v3(request: HttpRequest, account: str) -> list[JSONObject]:
    """Return the services as clients of Keystone v3 look for them.

    Raises: DisallowedHost.
    """
    return [
        {"type": kind, "name": name, "id": name, "endpoints": _interfaces(name, url)}
        for kind, name, url in _services(request, account, "/v3")
    ]


def _interfaces(name: str, url: str) -> list[dict[str, str]]:
    return [
        {
            "interface": interface,
            "url": url,
            "region": REGION,
            "region_id": REGION,
            "id": f"{name}-{interface}",
        }
        for interface in ("public", "internal", "admin")
    ]
