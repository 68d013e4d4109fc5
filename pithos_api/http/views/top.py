from django.core.handlers.wsgi import WSGIRequest

from pithos_api.errors import InvalidRequest
from pithos_api.http.authentication import credentials_of, require_known, token_of
from pithos_api.http.negotiation import negotiate
from pithos_api.http.renderers import render_accounts
from pithos_api.http.reply import Reply
from pithos_api.http.views.base import APIView, listing_reply


class MissingCredentialsError(InvalidRequest):
    def __init__(self) -> None:
        super().__init__("X-Auth-Token is needed, or both X-Auth-User and X-Auth-Key")


class TopView(APIView):
    """``/v1``: the accounts that share with the caller."""

    def get(self, request: WSGIRequest) -> Reply:
        """200 or 204; errors 400 401."""
        if not token_of(request):
            raise MissingCredentialsError
        require_known(credentials_of(request))
        form = negotiate(request)
        return listing_reply(form, render_accounts(form, []), ())
