from django.core.handlers.wsgi import WSGIRequest

from images.errors import ImageStatusError
from images.http.plankton import rendering
from images.http.plankton.parsing import (
    read_change,
    read_memberships,
    read_query,
    read_registration,
)
from images.http.replies import image_data_reply, json_reply
from images.http.requests import caller, parameters, read_fields
from images.services import content, members, registering, registry
from web.reply import Reply
from web.views import View, head_of


class PlanktonImagesView(View):
    """``/image/v1/images/``: the images that the caller sees; registering one."""

    def get(self, request: WSGIRequest) -> Reply:
        """200 with a bare list; errors 400 401."""
        query = read_query(parameters(request))
        return json_reply(
            200, [rendering.short(each) for each in registry.list_images(caller(request), query)]
        )

    def post(self, request: WSGIRequest) -> Reply:
        """200 with the new image in headers; errors 400 401 403 404 409 413."""
        wanted = read_registration(head_of(request))
        image = registering.register(caller(request), wanted)
        return Reply(200, [*rendering.headers_of_image(image)])


class PlanktonDetailView(View):
    """``/image/v1/images/detail``: all that there is to say of them."""

    def get(self, request: WSGIRequest) -> Reply:
        """200 with a bare list; errors 400 401."""
        query = read_query(parameters(request))
        found = registry.list_images(caller(request), query)
        return json_reply(200, [rendering.detailed(each) for each in found])


class PlanktonImageView(View):
    """``/image/v1/images/<id>``: an image in headers, and its bytes."""

    def head(self, request: WSGIRequest, image: str) -> Reply:
        """200 with the image in headers; errors 401 404."""
        found = registry.find_image(caller(request), image)
        return Reply(200, [*rendering.headers_of_image(found)])

    def get(self, request: WSGIRequest, image: str) -> Reply:
        """200, 206, 304 with the bytes; errors 401 403 404 409 412 416 503."""
        data = content.open_image(caller(request), image)
        if data.source is None:
            raise ImageStatusError(data.image.status)
        headers = rendering.headers_of_image(data.image)
        return image_data_reply(head_of(request), data.source, *headers)

    def put(self, request: WSGIRequest, image: str) -> Reply:
        """200 with the changed image in headers; errors 400 401 403 404 409 413."""
        credentials = caller(request)
        owner = registry.find_own(credentials, image).owner
        change = read_change(head_of(request), owner)
        found = registering.change_image(credentials, image, change)
        return Reply(200, [*rendering.headers_of_image(found)])

    def delete(self, request: WSGIRequest, image: str) -> Reply:
        """204, and the object stays; errors 401 403 404."""
        registering.unregister(caller(request), image)
        return Reply(204)


class PlanktonMembersView(View):
    """``/image/v1/images/<id>/members``: whom it is shared with."""

    def get(self, request: WSGIRequest, image: str) -> Reply:
        """200; errors 401 404."""
        return json_reply(200, rendering.members(members.list_members(caller(request), image)))

    def put(self, request: WSGIRequest, image: str) -> Reply:
        """204; errors 400 401 403 404 409."""
        credentials = caller(request)
        registry.find_own(credentials, image)
        names = read_memberships(read_fields(request))
        members.replace_members(credentials, image, names)
        return Reply(204)


class PlanktonMemberView(View):
    """``/image/v1/images/<id>/members/<account>``: sharing with one more, or one less."""

    def put(self, request: WSGIRequest, image: str, member: str) -> Reply:
        """204; errors 400 401 403 404 409."""
        members.add_member(caller(request), image, member)
        return Reply(204)

    def delete(self, request: WSGIRequest, image: str, member: str) -> Reply:
        """204; errors 401 403 404 409."""
        members.remove_member(caller(request), image, member)
        return Reply(204)


class SharedImagesView(View):
    """``/image/v1/shared-images/<account>``: what that account shares with the caller."""

    def get(self, request: WSGIRequest, owner: str) -> Reply:
        """200; errors 400 401."""
        found = members.shared_by(caller(request), owner)
        return json_reply(200, rendering.shared_images(found))
