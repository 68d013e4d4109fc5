"""What clients of Pithos ask Astakos about users: names for ids, ids for names, who I am."""

import logging
from typing import Any, Final

from django.http import HttpRequest, QueryDict
from django.utils.http import http_date
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.http.bodies import read_body, read_checked
from accounts.http.view import ClientView
from accounts.logins import logins
from accounts.logins.logins import Login
from accounts.users import directory

log = logging.getLogger(__name__)

MAX_NAMES: Final = 1000
MAX_FEEDBACK: Final = 4096


class CatalogRequest(serializers.Serializer[Any]):
    """Of whom: a list may be left out or null."""

    uuids = serializers.ListField(
        child=serializers.CharField(), required=False, allow_null=True, max_length=MAX_NAMES
    )
    displaynames = serializers.ListField(
        child=serializers.CharField(), required=False, allow_null=True, max_length=MAX_NAMES
    )


class Feedback(serializers.Serializer[Any]):
    feedback_msg = serializers.CharField(max_length=MAX_FEEDBACK)
    feedback_data = serializers.CharField(
        max_length=MAX_FEEDBACK, required=False, allow_blank=True, default=""
    )


def caller_of(request: HttpRequest) -> Login:
    """Return whose ``X-Auth-Token`` it is.

    Raises: LoginRefusedError.
    """
    return logins.log_in_by_token(request.headers.get("X-Auth-Token", ""))


class UserCatalogsView(ClientView):
    """Ids and names of users. for_services: an operator's programs, who may ask for all."""

    for_services = False

    def post(self, request: Request) -> Response:
        """200 with both catalogs, without those who are not there; errors 400 401 403 413."""
        caller = caller_of(request)
        if self.for_services and not caller.user.is_operator:
            raise PermissionDenied("this is for operators")
        wanted = read_checked(request, CatalogRequest)
        every = self.for_services
        return Response(
            {
                "uuid_catalog": directory.names_of(_some(wanted.get("uuids"), every=every)),
                "displayname_catalog": directory.ids_of(
                    _some(wanted.get("displaynames"), every=every)
                ),
            }
        )


def _some(names: list[str] | None, *, every: bool) -> list[str] | None:
    """Return what was asked for; None, for all, only where that may be had."""
    return names if every else names or []


class FeedbackView(ClientView):
    """What a user wants to tell the operator: it goes to the log."""

    def post(self, request: Request) -> Response:
        """200; errors 400 401."""
        caller = caller_of(request)
        form = Feedback(data=QueryDict(read_body(request)))
        form.is_valid(raise_exception=True)
        log.warning(
            "feedback of %s: %r %r",
            caller.user,
            form.validated_data["feedback_msg"],
            form.validated_data["feedback_data"],
        )
        return Response({})


class AuthenticateView(ClientView):
    """Who I am, as clients asked before there were tokens of Keystone's form."""

    def get(self, request: Request) -> Response:
        """200 with the user of the token; error 401."""
        login = caller_of(request)
        user = login.user
        return Response(
            {
                "id": user.pk,
                "displayname": user.name,
                "uuid": user.account,
                "email": [],
                "name": user.name,
                "auth_token_created": http_date(login.issued.timestamp()),
                "auth_token_expires": http_date(login.good_until.timestamp()),
            }
        )
