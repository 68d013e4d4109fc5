"""What clients of Pithos ask Astakos about users: names for ids, ids for names, who I am."""

import logging
from typing import Any, Final

from django.core.handlers.wsgi import WSGIRequest
from django.http import QueryDict
from django.utils.http import http_date
from rest_framework import serializers

from accounts.errors import OperatorsOnlyError
from accounts.http.bodies import checked, read_body, read_checked
from accounts.http.view import ClientView, caller_of, json_reply
from accounts.users import directory
from web.reply import Reply

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
    """Astakos' form for feedback: a message, and data of the program that sends it."""

    feedback_msg = serializers.CharField(max_length=MAX_FEEDBACK)
    feedback_data = serializers.CharField(
        max_length=MAX_FEEDBACK, required=False, allow_blank=True, default=""
    )


class UserCatalogsView(ClientView):
    """Ids and names of users. for_services: an operator's programs, who may ask for all."""

    def __init__(self, *, for_services: bool = False) -> None:
        self.for_services = for_services

    def post(self, request: WSGIRequest) -> Reply:
        """200 with both catalogs, without those who are not there; errors 400 401 403 413."""
        caller = caller_of(request)
        if self.for_services and not caller.user.is_operator:
            raise OperatorsOnlyError
        wanted = read_checked(request, CatalogRequest)
        every = self.for_services
        return json_reply(
            200,
            {
                "uuid_catalog": directory.names_of(_some(wanted.get("uuids"), every=every)),
                "displayname_catalog": directory.ids_of(
                    _some(wanted.get("displaynames"), every=every)
                ),
            },
        )


def _some(names: list[str] | None, *, every: bool) -> list[str] | None:
    """Return what was asked for; None, for all, only where that may be had."""
    return names if every else names or []


class FeedbackView(ClientView):
    """What a user wants to tell the operator: it goes to the log."""

    def post(self, request: WSGIRequest) -> Reply:
        """200; errors 400 401."""
        caller = caller_of(request)
        form = checked(Feedback(data=QueryDict(read_body(request))))
        log.warning(
            "feedback of %s: %r %r",
            caller.user,
            form["feedback_msg"],
            form["feedback_data"],
        )
        return json_reply(200, {})


class AuthenticateView(ClientView):
    """Who I am, as clients asked before there were tokens of Keystone's form."""

    def get(self, request: WSGIRequest) -> Reply:
        """200 with the user of the token; error 401."""
        login = caller_of(request)
        user = login.user
        return json_reply(
            200,
            {
                "id": user.pk,
                "displayname": user.name,
                "uuid": user.account,
                "email": [],
                "name": user.name,
                "auth_token_created": http_date(login.issued.timestamp()),
                "auth_token_expires": http_date(login.good_until.timestamp()),
            },
        )

    head = get
