"""What leaves the house, and ending it."""

from collections.abc import Sequence
from itertools import islice
from typing import Final

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from operators.http.page import Found, OperatorPage
from pithos_api.services.access import exposure
from pithos_api.services.links import keeping
from web.errors import NotFound
from web.names import lowered

ROWS: Final = 100


class SharesPage(OperatorPage):
    """Links, public links and shares, of all users or of one."""

    template = "shares.html"
    place = "shares"

    def found(self) -> Found:
        """Return the first of each kind, and whether there are more."""
        account = lowered(self.request.GET.get("account", "").strip())
        listed: dict[str, Sequence[object]] = {
            "links": list(islice(keeping.list_links(account), ROWS + 1)),
            "public": list(islice(exposure.list_links(account), ROWS + 1)),
            "shares": list(islice(exposure.list_shares(account), ROWS + 1)),
        }
        found: dict[str, object] = {name: rows[:ROWS] for name, rows in listed.items()}
        more = any(len(rows) > ROWS for rows in listed.values())
        return {**found, "account": account, "more": more, "rows": ROWS}


class EndShareView(OperatorPage):
    """Ends a link, a public link or a share for good. 302 to the list."""

    http_method_names = ("post", "options")

    def post(self, request: HttpRequest) -> HttpResponse:
        """302; 400 for what is none of these."""
        kind, key = request.POST.get("kind", ""), request.POST.get("key", "")
        acts = {
            "link": keeping.revoke_link,
            "public": exposure.end_link,
            "share": exposure.end_share,
        }
        if kind not in acts or "\0" in key:
            raise BadRequest
        try:
            acts[kind](key)
            messages.success(request, _("It has ended, for good."))
        except NotFound:
            messages.warning(request, _("It had ended already."))
        query = urlencode({"account": request.POST.get("account", "")})
        return HttpResponseRedirect(f"{reverse('operators:shares')}?{query}")
