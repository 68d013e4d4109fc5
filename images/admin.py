from django.contrib import admin
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat

from audit.admin import AuditedAdmin
from images.models import Image, Membership, Server


class _ReadOnlyAdmin(AuditedAdmin):
    """Pages to look at: what they show is changed at the interfaces, with its object."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Image)
class ImageAdmin(_ReadOnlyAdmin):
    """Images, with what their objects say."""

    list_display = ("name", "account", "status", "visibility", "image_size", "created", "id")
    list_filter = ("status", "visibility", "protected", "hidden")
    search_fields = ("=id", "name", "=account")
    ordering = ("-created",)

    @admin.display(description="size", ordering="size")
    def image_size(self, image: Image) -> str:
        return filesizeformat(image.size)


@admin.register(Membership)
class MembershipAdmin(_ReadOnlyAdmin):
    """What members say to being given images."""

    list_display = ("image", "member", "status", "updated")
    list_filter = ("status",)
    search_fields = ("=image", "=member")


@admin.register(Server)
class ServerAdmin(AuditedAdmin):
    """Servers; which object their disk is can not be changed."""

    list_display = ("id", "name", "owner", "container", "object", "created")
    list_select_related = ("owner",)
    search_fields = ("=id", "name", "=owner__account")
    fields = ("name", "owner", "disk", "container", "object", "created")
    readonly_fields = ("owner", "disk", "container", "object", "created")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Servers are made by ``create_server``, which looks for the disk."""
        return False
