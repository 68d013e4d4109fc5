from django.core.handlers.wsgi import WSGIRequest

from images.http.glance.rendering import member_document, members_document
from images.http.replies import json_reply
from images.http.requests import as_text, caller, read_fields
from images.services import members, registry
from web.reply import Reply
from web.views import View


class GlanceMembersView(View):
    """``/image/v2/images/<id>/members``: whom it is shared with."""

    def get(self, request: WSGIRequest, image: str) -> Reply:
        """200; errors 401 404."""
        shares = members.list_members(caller(request), image)
        return json_reply(200, members_document(image, shares))

    def post(self, request: WSGIRequest, image: str) -> Reply:
        """200 with the member, who has still to accept; errors 400 401 403 404 409."""
        credentials = caller(request)
        registry.find_own(credentials, image)
        member = as_text(read_fields(request).get("member"), "the member")
        share = members.add_member(credentials, image, member, members.PENDING, new=True)
        return json_reply(200, member_document(image, share))


class GlanceMemberView(View):
    """``/image/v2/images/<id>/members/<account>``."""

    def get(self, request: WSGIRequest, image: str, member: str) -> Reply:
        """200; errors 401 404."""
        share = members.find_member(caller(request), image, member)
        return json_reply(200, member_document(image, share))

    def put(self, request: WSGIRequest, image: str, member: str) -> Reply:
        """200 with what the member says now; errors 400 401 403 404."""
        credentials = caller(request)
        registry.find_image(credentials, image)
        status = as_text(read_fields(request).get("status"), "the status")
        share = members.answer(credentials, image, member, status)
        return json_reply(200, member_document(image, share))

    def delete(self, request: WSGIRequest, image: str, member: str) -> Reply:
        """204; errors 401 403 404 409."""
        members.remove_member(caller(request), image, member)
        return Reply(204)
