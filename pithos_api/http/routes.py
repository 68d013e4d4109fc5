"""Which view serves which path (contract §2)."""

import re

from pithos_api.http.pithos.views.account import AccountView
from pithos_api.http.pithos.views.container import ContainerView
from pithos_api.http.pithos.views.object import ObjectView
from pithos_api.http.pithos.views.top import TopView
from pithos_api.http.public.views import PublicView
from pithos_api.http.swift.views.account import SwiftAccountView
from pithos_api.http.swift.views.capabilities import CapabilitiesView
from pithos_api.http.swift.views.container import SwiftContainerView
from pithos_api.http.swift.views.object import SwiftObjectView
from web.errors import UnknownEndpointError
from web.views import APIView

# The most frequent first; the groups are what the view's methods take. A name may hold anything.
# An account that is written AUTH_… is spoken to in Swift's dialect (docs/api.md).
ROUTES: tuple[tuple[re.Pattern[str], APIView], ...] = (
    (re.compile(r"/v1(?:\.0)?/(?!AUTH_)([^/]+)/([^/]*)/(.+)", re.DOTALL), ObjectView()),
    (re.compile(r"/v1(?:\.0)?/AUTH_([^/]+)/([^/]*)/(.+)", re.DOTALL), SwiftObjectView()),
    (re.compile(r"/v1(?:\.0)?/(?!AUTH_)([^/]+)/?"), AccountView()),
    (re.compile(r"/v1(?:\.0)?/(?!AUTH_)([^/]+)/([^/]*)/?"), ContainerView()),
    (re.compile(r"/v1(?:\.0)?/AUTH_([^/]+)/?"), SwiftAccountView()),
    (re.compile(r"/v1(?:\.0)?/AUTH_([^/]+)/([^/]*)/?"), SwiftContainerView()),
    (re.compile(r"/v1(?:\.0)?/?"), TopView()),
    (re.compile(r"/public/([^/]+)"), PublicView()),
    (re.compile(r"/info"), CapabilitiesView()),
)


def find_view(path: str) -> tuple[APIView, tuple[str, ...]]:
    """Return the view of a decoded path, and the names in it.

    Raises: UnknownEndpointError.
    """
    for pattern, view in ROUTES:
        match = pattern.fullmatch(path)
        if match is not None:
            return view, match.groups()
    raise UnknownEndpointError
