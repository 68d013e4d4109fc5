"""What ``/v1/AUTH_A`` and ``/info`` lead to. The most frequent comes first."""

import re

from pithos_api.http.swift.views.account import SwiftAccountView
from pithos_api.http.swift.views.capabilities import CapabilitiesView
from pithos_api.http.swift.views.container import SwiftContainerView
from pithos_api.http.swift.views.object import SwiftObjectView
from web.protocols import Route

_ACCOUNT = r"/v1(?:\.0)?/AUTH_(?P<account>[^/]+)"

ROUTES = (
    Route(re.compile(rf"{_ACCOUNT}/([^/]*)/(.+)", re.DOTALL), "object", SwiftObjectView()),
    Route(re.compile(rf"{_ACCOUNT}/?"), "account", SwiftAccountView()),
    Route(re.compile(rf"{_ACCOUNT}/([^/]*)/?"), "container", SwiftContainerView()),
    Route(re.compile(r"/info"), "top", CapabilitiesView()),
)
