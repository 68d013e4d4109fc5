"""Keystone v2 tokens: as Astakos gives them to clients of Pithos, and as Swift's clients want."""

from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from lxml import etree
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from accounts.errors import LoginRefusedError
from accounts.http.bodies import InvalidBodyError, checked, read_json
from accounts.http.keystone.catalog import pithos_catalog, swift_catalog_v2
from accounts.http.keystone.faults import keystone_fault
from accounts.http.keystone.forms import TokenReference
from accounts.http.view import ClientView
from accounts.logins import logins
from accounts.logins.logins import Login
from web.documents import document
from web.json_values import JSONObject, JSONValue
from web.negotiation import Format, asked_format
from web.reply import Reply
from web.views import head_of

XML = ("Content-Type", "application/xml; charset=utf-8")
XML_NAMESPACE = "http://docs.openstack.org/identity/api/v2.0"
# What the members of a list are called in XML.
SINGULAR = {"roles": "role", "serviceCatalog": "service", "endpoints": "endpoint"}

Catalog = list[JSONObject]


class PasswordCredentials(serializers.Serializer[Any]):
    """A name and its password."""

    username = serializers.CharField()
    password = serializers.CharField(trim_whitespace=False)


class AccessForm(serializers.Serializer[Any]):
    """Version 2's ``auth``: either a token or a name with a password."""

    passwordCredentials = PasswordCredentials(required=False)  # noqa: N815 - Keystone's name
    token = TokenReference(required=False)
    tenantName = serializers.CharField(required=False, allow_null=True, allow_blank=True)  # noqa: N815
    tenantId = serializers.CharField(required=False, allow_null=True, allow_blank=True)  # noqa: N815

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("token" in attrs) == ("passwordCredentials" in attrs):
            raise ValidationError("either token or passwordCredentials is needed")
        return attrs


def _as_xml(data: JSONObject) -> bytes:
    """Return the same as JSON says, with scalars as attributes."""
    [(name, content)] = data.items()
    assert isinstance(content, dict)  # noqa: S101 - all that is answered here has parts
    root = etree.Element(
        name,
        nsmap={None: XML_NAMESPACE},  # type: ignore[dict-item]  # the stubs forget None
    )
    _fill(root, content)
    return document(root)


def _fill(element: etree._Element, content: JSONObject) -> None:
    for name, value in content.items():
        if isinstance(value, dict):
            _fill(etree.SubElement(element, name), value)
        elif isinstance(value, list):
            _fill_list(etree.SubElement(element, name), name, value)
        else:
            element.set(name.replace(":", "-"), str(value))


def _fill_list(element: etree._Element, name: str, values: list[JSONValue]) -> None:
    for value in values:
        child = etree.SubElement(element, SINGULAR.get(name, "item"))
        if isinstance(value, dict):
            _fill(child, value)
        else:
            child.text = str(value)


class V2TokensView(ClientView):
    """A token for a password or a token. for_swift: with which catalog."""

    def __init__(self, *, for_swift: bool = False) -> None:
        self.for_swift = for_swift

    def fault(self, status: int, message: str) -> JSONObject:
        return keystone_fault(status, message) if self.for_swift else super().fault(status, message)

    def rendered(self, request: WSGIRequest, status: int, content: JSONObject) -> Reply:
        if asked_format(head_of(request)) is Format.XML:
            return Reply(status, [XML], _as_xml(content))
        return super().rendered(request, status, content)

    def get(self, request: WSGIRequest) -> Reply:
        """200 with the catalog alone."""
        return self.rendered(request, 200, {"access": {"serviceCatalog": pithos_catalog(request)}})

    head = get

    def post(self, request: WSGIRequest) -> Reply:
        """200 with token, user and catalog; without a body as GET; errors 400 401 413 429."""
        body = read_json(request)
        if body is None:
            return self.get(request)
        if not isinstance(body, dict):
            raise InvalidBodyError("the body is no JSON object")
        login = self._log_in(checked(AccessForm(data=body.get("auth"))))
        catalog = self._catalog(request, login.user.account)
        access = _access(login) | {"serviceCatalog": catalog}
        return self.rendered(request, 200, {"access": access})

    def _log_in(self, auth: dict[str, Any]) -> Login:
        """Raises: LoginRefusedError, InvalidBodyError."""
        if "token" in auth:
            login = logins.log_in_by_token(auth["token"]["id"])
        else:
            given = auth["passwordCredentials"]
            login = logins.log_in(given["username"], given["password"])
        wanted = [auth[name] for name in ("tenantName", "tenantId") if auth.get(name)]
        if not all(logins.is_account_of(login.user, name) for name in wanted):
            raise LoginRefusedError if self.for_swift else InvalidBodyError("tenantName: wrong")
        return login

    def _catalog(self, request: WSGIRequest, account: str) -> Catalog:
        return swift_catalog_v2(request, account) if self.for_swift else pithos_catalog(request)


def _access(login: Login) -> dict[str, JSONValue]:
    user = login.user
    return {
        "token": {
            "id": login.token,
            "expires": login.good_until.isoformat(),
            "tenant": {"id": user.account, "name": user.account},
        },
        "user": {
            "id": user.account,
            "name": user.name,
            "roles": [{"id": "1", "name": "default"}],
            "roles_links": [],
            "projects": [user.account],
        },
    }
