"""How pages of websites are handed to browsers.

A visitor is to see a page as its owner made it, with its styles, pictures and scripts. But it comes
from the store's own origin. So browsers are told to give it an origin of its own that no other page
has: it reads neither cookies nor storage of the store, requests nothing as the visitor who is
signed in, and reads no reply that the store does not open to everybody.
"""

from pithos_api.http.rendering.delivery import ACTIVE_TYPES, SANDBOX
from pithos_api.http.swift.rendering.heads import Headers, describe_object
from pithos_api.http.swift.rendering.signed_urls import signed_headers
from pithos_api.http.swift.websites.metadata import Website
from pithos_api.http.swift.websites.requests import PageVisit
from pithos_api.values import ObjectState
from web.views import Origin, nowhere

_POLICY = "Content-Security-Policy"

# Never ``allow-same-origin``: all depends on it. Windows that a page opens are as any others; what
# the store serves in them brings a policy of its own.
PAGE = (
    _POLICY,
    "sandbox allow-scripts allow-forms allow-modals allow-downloads"
    " allow-popups allow-popups-to-escape-sandbox",
)

# Browsers show a PDF by a program of theirs, which does not run in a sandbox: it is saved.
PAGE_TYPES = ACTIVE_TYPES - {"application/pdf"}

_OF_STATE = frozenset({"ETag", "Last-Modified", "Accept-Ranges", "Content-Location"})


def is_page(state: ObjectState) -> bool:
    """Return whether browsers would run the object."""
    kind = state.version.details.content_type.partition(";")[0].strip().lower()
    return kind in PAGE_TYPES


def may_matter(state: ObjectState) -> bool:
    """Return whether it matters to the object that its container is a website."""
    return state.size <= 1 or is_page(state)


def page_headers(
    visit: PageVisit, state: ObjectState, website: Website | None, origin: Origin
) -> Headers:
    """Return the headers of an object, which browsers show if it is a page of a website."""
    shown = website is not None and is_page(state)
    if visit.signed is not None:
        headers = signed_headers(visit.signed, state, describe_object(state, None, nowhere))
    else:
        is_told = visit.wanted.disposition or state.version.details.content_disposition
        kind = "inline" if shown and not is_told else visit.wanted.disposition
        headers = describe_object(state, kind, origin)
    return [PAGE if field == SANDBOX else field for field in headers] if shown else headers


def stateless(headers: Headers) -> Headers:
    """Return the headers of an object that stands for an error: its state is not the page's."""
    return [field for field in headers if field[0] not in _OF_STATE]
