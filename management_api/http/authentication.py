"""Who asks for resources: whoever the token of the request means."""

from django.core.handlers.wsgi import WSGIRequest
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts.users.users import find_user
from management_api.engine.actors import Actor
from observability import request_context
from pithos_api.services.access.credentials import credentials_of
from pithos_api.services.access.permissions import find_caller, require_unconfined
from web.views import head_of, known_origin


def actor_of(request: WSGIRequest) -> Actor:
    """Return who asks. From now on they are who acts, for the audit log.

    Raises: InvalidTokenError; NotAllowedError: the token reaches only a part of an account; as
        ``credentials_of``.
    """
    credentials = credentials_of(head_of(request))
    require_unconfined(credentials)
    user = find_user(find_caller(credentials).account)
    request_context.act_as(user.account)
    return Actor(user.account, user.pk, user.is_operator, credentials, known_origin(request))


class TokenAuthentication(BaseAuthentication):
    """The tokens of the store, wherever its other interfaces take them."""

    def authenticate(self, request: Request) -> tuple[Actor, None]:
        return actor_of(request._request), None  # type: ignore[arg-type]
