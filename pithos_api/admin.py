from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.fields import SizeField
from audit.admin import AuditedAdmin
from pithos_api.models import Container, Grant, Link, Publication
from pithos_api.services.access import exposure
from pithos_api.services.links import keeping
from web.numbers import rough_size


class ContainerForm(forms.ModelForm):  # type: ignore[type-arg]
    """A container's quota."""

    quota = SizeField(help_text="Bytes, such as 50G. 0 is unlimited.")


@admin.register(Container)
class ContainerAdmin(AuditedAdmin):
    """Containers with their counters, which may lag a second behind; only quotas can change."""

    form = ContainerForm
    list_display = ("account", "name", "object_count", "size", "quota_size", "modified")
    search_fields = ("account__account", "name")
    list_select_related = ("account",)
    readonly_fields = (
        *("account", "name", "versioning", "object_count", "byte_count"),
        *("readers", "writers", "modified"),
    )
    fields = ("quota", *readonly_fields)
    actions = ("close",)

    @admin.display(ordering="byte_count")
    def size(self, container: Container) -> str:
        return rough_size(container.byte_count)

    @admin.display(description="quota", ordering="quota")
    def quota_size(self, container: Container) -> str:
        return rough_size(container.quota) if container.quota else "unlimited"

    @admin.action(description="End the lists of readers and writers")
    def close(self, request: HttpRequest, containers: QuerySet[Container]) -> None:
        """Let nobody else use the containers by their lists any more."""
        for container in containers.select_related("account"):
            exposure.close_container(container)
        self.message_user(request, f"{len(containers)} containers are their owners' alone.")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Container | None = None) -> bool:
        """Deleting is the API's, which sees to the objects inside."""
        return False


class ExposureAdmin(AuditedAdmin):
    """What users let others have: operators see it and end it, and change nothing of it."""

    list_select_related = ("container__account",)
    show_full_result_count = False

    @admin.display(description="account", ordering="container__account__account")
    def owner(self, exposed: Publication | Grant | Link) -> str:
        return exposed.container.account.account

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("container__account")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: Publication | Grant | Link | None = None
    ) -> bool:
        return False

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        with transaction.atomic():
            for exposed in queryset:
                self.delete_model(request, exposed)


@admin.register(Publication)
class PublicationAdmin(ExposureAdmin):
    """Public links."""

    list_display = ("key", "owner", "container", "name", "since")
    search_fields = ("=key", "=container__account__account", "name")
    ordering = ("-since",)

    def delete_model(self, request: HttpRequest, obj: Publication) -> None:
        exposure.end_publication(obj)


@admin.register(Grant)
class GrantAdmin(ExposureAdmin):
    """Who else may read and write objects."""

    list_display = ("owner", "container", "path", "readers", "writers")
    list_display_links = ("path",)
    search_fields = ("=container__account__account", "path", "readers", "writers")
    ordering = ("container__account__account", "container__name", "path")

    def delete_model(self, request: HttpRequest, obj: Grant) -> None:
        exposure.end_grant(obj)


@admin.register(Link)
class LinkAdmin(ExposureAdmin):
    """Links to objects and folders, with their limits."""

    list_display = (
        *("key", "owner", "container", "name", "is_folder", "created", "expires"),
        *("has_password", "downloads_left", "used", "last_used"),
    )
    exclude = ("password",)
    search_fields = ("=key", "=container__account__account", "name")
    ordering = ("-pk",)

    @admin.display(boolean=True, description="password")
    def has_password(self, link: Link) -> bool:
        return bool(link.password)

    def delete_model(self, request: HttpRequest, obj: Link) -> None:
        keeping.revoke_link(obj.key)
