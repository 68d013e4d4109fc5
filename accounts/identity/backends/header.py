"""Users whom a proxy in front has let in, by the headers that it sets."""

from django.conf import settings

from accounts.errors import OutOfScopeError
from accounts.identity.backends.roles import is_reseller, scope_of
from accounts.identity.base import Identity, RequestFacts

_READING = frozenset({"GET", "HEAD"})
_ELSEWHERE = frozenset({"cross-site", "same-site"})


class TrustedHeader:
    """Believes PITHOS_HEADER_USER of the proxies in PITHOS_TRUSTED_PROXIES, and nobody else's."""

    name = "header"
    remote = False

    def resolve(self, token: str, request: RequestFacts) -> Identity | None:
        """Return whom the proxy let in.

        Raises: OutOfScopeError: another site made their browser write something.
        """
        user = _text(request.header(settings.PITHOS_HEADER_USER)) if request.is_proxied else ""
        if not user:
            return None
        refuse_forgery(request)
        return Identity(account=user, source=self.name, user_id=user, name=user)


class KeystoneHeaders:
    """Believes what keystonemiddleware found out in a proxy of PITHOS_TRUSTED_PROXIES.

    The accounts are those of the backend ``keystone``.
    """

    name = "keystone"
    remote = False

    def resolve(self, token: str, request: RequestFacts) -> Identity | None:
        """Return whose project the proxy names.

        Raises: OutOfScopeError: without a role for this store.
        """
        if not request.is_proxied or request.header("X-Identity-Status") != "Confirmed":
            return None
        project = _text(request.header("X-Project-Id"))
        if not project:
            return None
        roles = tuple(role.strip() for role in _text(request.header("X-Roles")).split(","))
        return Identity(
            account=project,
            source=self.name,
            user_id=_text(request.header("X-User-Id")),
            name=_text(request.header("X-Project-Name")),
            projects=(project,),
            roles=roles,
            scope=scope_of(roles),
            reseller=is_reseller(roles),
        )


def refuse_forgery(request: RequestFacts) -> None:
    """Refuse writes that another site's page makes: a proxy's cookie goes along with them.

    Raises: OutOfScopeError.
    """
    reading = request.environ.get("REQUEST_METHOD") in _READING
    if not reading and request.header("Sec-Fetch-Site") in _ELSEWHERE:
        raise OutOfScopeError


def _text(value: str) -> str:
    """Return a header as text; "" if it is not UTF-8."""
    try:
        return value.encode("latin-1").decode().strip()
    except UnicodeDecodeError:
        return ""
