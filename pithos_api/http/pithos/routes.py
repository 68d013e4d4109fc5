"""What ``/v1/A`` leads to (contract §2). The most frequent comes first; a name may hold anything.

An account that is written AUTH_… is spoken to in Swift's dialect.
"""

import re

from pithos_api.http.pithos.views.account import AccountView
from pithos_api.http.pithos.views.container import ContainerView
from pithos_api.http.pithos.views.object import ObjectView
from pithos_api.http.pithos.views.top import TopView
from web.protocols import Route

_ACCOUNT = r"/v1(?:\.0)?/(?!AUTH_)(?P<account>[^/]+)"

ROUTES = (
    Route(re.compile(rf"{_ACCOUNT}/([^/]*)/(.+)", re.DOTALL), "object", ObjectView()),
    Route(re.compile(rf"{_ACCOUNT}/?"), "account", AccountView()),
    Route(re.compile(rf"{_ACCOUNT}/([^/]*)/?"), "container", ContainerView()),
    Route(re.compile(r"/v1(?:\.0)?/?"), "top", TopView()),
)
