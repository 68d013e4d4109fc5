"""Finding objects; one object with its versions; bringing back what was deleted."""

from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from operators.http.page import Found, OperatorPage
from operators.services.objects import finding, restoring
from operators.values.queries import Query, parse_query
from pithos_api.services.operations import searching
from pithos_api.services.operations.searching import DeletedName
from pithos_api.values import ContainerPath, ObjectPath
from web.errors import Forbidden, NotFound, PithosError, TooLarge, Unauthorized

VERSIONS: Final = 50


class FindPage(OperatorPage):
    """A search for objects, by a name, a path, a UUID, a digest or the number of a version."""

    template = "find.html"
    place = "find"

    def found(self) -> Found:
        """Return what the query finds."""
        query = parse_query(self.request.GET.get("q", ""))
        if query is None:
            return {"query": None}
        return {"query": query, "findings": finding.find(query), "deleted": _deleted(query)}


def _deleted(query: Query) -> list[DeletedName]:
    """Return deleted objects where the query is a path."""
    if query.kind != "path":
        return []
    account, container, name = query.place
    return searching.list_deleted(ContainerPath(account, container), name, finding.MOST)


class FoundObjectPage(OperatorPage):
    """An object: its versions, and who else has its content. 404 if there never was one."""

    template = "object.html"
    place = "find"

    def found(self) -> Found:
        """Return what is known of it."""
        path = path_in(self.request.GET)
        versions = searching.list_history(path, VERSIONS)
        if not versions:
            raise Http404
        content = next((each for each in versions if not each.deleted), None)
        return {
            "path": path,
            "newest": versions[0],
            "content": content,
            "versions": versions,
            "more": len(versions) == VERSIONS,
            "users": _others(path, bytes(content.merkle)) if content else [],
        }


def _others(path: ObjectPath, merkle: bytes) -> list[searching.VersionFound]:
    """Return what else has the content: of each name the first that is found."""
    known = {(path.account, path.container, path.name)}
    others = []
    for each in searching.find_users_of(merkle, finding.MOST):
        name = (each.account, each.container, each.name)
        if name not in known:
            known.add(name)
            others.append(each)
    return others


class RestoreView(OperatorPage):
    """Makes a version the current one. 302 to the object's page, which says what came of it."""

    http_method_names = ("post", "options")

    def post(self, request: HttpRequest) -> HttpResponse:
        """302; 400 for what is no version."""
        path, serial = path_in(request.POST), request.POST.get("version", "")
        if not (serial.isascii() and serial.isdecimal() and len(serial) < 19):
            raise BadRequest
        try:
            restoring.restore_version(path, int(serial))
            messages.success(request, _("It is back, as a new version."))
        except PithosError as error:
            messages.error(request, _reason(error))
        return HttpResponseRedirect(object_url(path), status=HTTPStatus.FOUND)


def _reason(error: PithosError) -> str:
    """Return why nothing was brought back, in the reader's language."""
    if isinstance(error, TooLarge):
        return _("Nothing was changed: the quota has no room for it.")
    if isinstance(error, NotFound):
        return _("Nothing was changed: the container or this version is gone.")
    if isinstance(error, Unauthorized):
        return _("Nothing was changed: the account is suspended. Resume it first.")
    if isinstance(error, Forbidden):
        return _("Nothing was changed: only another interface of the store writes there.")
    return _("Nothing was changed: %(reason)s") % {"reason": error}


def path_in(given: QueryDict) -> ObjectPath:
    """Return the path that three parameters say. Raises: BadRequest."""
    names = [given.get(each, "") for each in ("account", "container", "name")]
    if not all(names) or any("\0" in each for each in names):
        raise BadRequest
    return ObjectPath(*names)


def object_url(path: ObjectPath) -> str:
    """Return where an object's page is."""
    names = {"account": path.account, "container": path.container, "name": path.name}
    return f"{reverse('operators:object')}?{urlencode(names)}"
