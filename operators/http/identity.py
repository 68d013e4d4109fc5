"""Who may say whose a token is, and a box to try one."""

from types import MappingProxyType
from typing import Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from accounts.identity import trial
from accounts.identity.chain import MAX_TOKEN
from accounts.identity.trial import TokenVerdict
from accounts.tokens.tokens import shown_digest
from audit.services import record
from operators.http.page import Found, OperatorPage

VERDICTS: Final = MappingProxyType(
    {
        TokenVerdict.ACCEPTED: _("It is valid."),
        TokenVerdict.UNKNOWN: _("No backend knows it: a request with it is 401."),
        TokenVerdict.REFUSED: _("Its backend refuses it: a request with it is 401."),
        TokenVerdict.REVOKED: _("It has been revoked: a request with it is 401."),
        TokenVerdict.EXPIRED: _("It has expired: a request with it is 401."),
        TokenVerdict.SUSPENDED: _("It is of a user who is suspended: a request with it is 401."),
        TokenVerdict.ELSEWHERE: _("It is valid, but not from your address, or not for this: 403."),
        TokenVerdict.UNAVAILABLE: _("Its backend does not answer: a request with it is 503."),
    }
)


class TokenForm(forms.Form):
    """A token to try. The page never shows it again."""

    token = forms.CharField(
        label=_("Token"),
        max_length=MAX_TOKEN,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


@method_decorator(sensitive_post_parameters("token"), name="dispatch")
class IdentityPage(OperatorPage):
    """The backends in their order, and what they say of a token. Nothing keeps the token."""

    template = "identity.html"
    place = "identity"

    def found(self) -> Found:
        """Return the backends, and an empty form."""
        return {"backends": trial.list_backends(), "form": TokenForm()}

    def post(self, request: HttpRequest) -> HttpResponse:
        """200 with what became of it; 400 without a token."""
        form = TokenForm(request.POST)
        if not form.is_valid():
            return self.page({**self.found(), "form": form}, 400)
        token = form.cleaned_data["token"]
        found = trial.try_token(token, request.META)
        told: dict[str, str] = {"verdict": found.verdict, "backend": found.backend}
        record("identity.try", account=found.account, target=shown_digest(token), details=told)
        words: str | Promise = VERDICTS[found.verdict]
        good = found.verdict == TokenVerdict.ACCEPTED
        return self.page({**self.found(), "trial": found, "words": words, "good": good})
