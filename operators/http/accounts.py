"""Accounts: who there is, what they hold, and what operators do about it."""

from datetime import date
from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.errors import AccountExistsError, AccountNotFoundError, InvalidAccountError
from accounts.forms import SecretForm
from accounts.models import User
from accounts.tokens import app_passwords
from accounts.tokens.tokens import list_tokens
from accounts.users.users import create_user, find_user
from operators.http.forms import AccountForm, GivenPasswordForm, QuotaForm
from operators.http.page import Found, OperatorPage
from operators.services.history import reading
from operators.values.charts import Chart, Value, chart
from operators.values.days import AccountFigures
from pithos_api.services.operations import usage_reports
from web.names import lowered
from web.pages import shown_once

ROWS = 50
LARGEST = 20
DAYS = 90
NAMES = gettext_lazy(
    "A name has 1 to 256 bytes, no blanks or control characters and none of /,:;*=, and does not"
    " begin with AUTH_."
)


class AccountsPage(OperatorPage):
    """Accounts in order of their names, those that hold most, and a form for another."""

    template = "accounts.html"
    place = "accounts"

    def post(self, request: HttpRequest) -> HttpResponse:
        """302 to the new account; 400 with what is wrong."""
        form = AccountForm(request.POST)
        if form.is_valid():
            try:
                user = create_user(form.cleaned_data["account"], quota=form.cleaned_data["quota"])
            except AccountExistsError:
                form.add_error("account", _("There is an account of this name."))
            except InvalidAccountError:
                form.add_error("account", NAMES)
            else:
                messages.success(request, _("The account is there."))
                return redirect("operators:account", user.account)
        return self.page({**self.found(), "form": form}, HTTPStatus.BAD_REQUEST)

    def found(self) -> Found:
        """Return a page of accounts, and the largest ones on the first."""
        query = self.request.GET
        prefix, after = lowered(query.get("q", "").strip()), query.get("after", "")
        users = usage_reports.page_of_users(prefix, after, limit=ROWS + 1)
        first = not (prefix or after)
        return {
            "q": prefix,
            "users": users[:ROWS],
            "next": users[ROWS - 1].account if len(users) > ROWS else "",
            "largest": usage_reports.largest_users(LARGEST) if first else [],
            "form": AccountForm(),
        }


class OfAccount(OperatorPage):
    """What is about one account."""

    place = "accounts"

    def user(self) -> User:
        """Return whose the account is. Raises: Http404."""
        try:
            return find_user(self.kwargs["account"])
        except AccountNotFoundError as error:
            raise Http404 from error


class OneAccountPage(OfAccount):
    """One account: what it holds, how that was, its secrets, and forms."""

    template = "account.html"

    def get(self, request: HttpRequest, **names: str | int) -> HttpResponseBase:
        """200; with a secret that was just made, once."""
        answer = super().get(request, **names)
        if shown_once.received(request) and request.method == "GET":
            shown_once.take_back(request, answer)
        return answer

    def found(self) -> Found:
        """Return all that there is about it."""
        user = self.user()
        [usage] = usage_reports.list_users(user.account)
        return {
            "account": user,
            "usage": usage,
            "containers": usage_reports.largest_containers(user.account, LARGEST),
            "charts": _charts(user, usage),
            "tokens": list_tokens(user)[:ROWS],
            "app_passwords": app_passwords.list_app_passwords(user)[:ROWS],
            "logins": list_tokens(user, by_login=True).count(),
            "quota_form": QuotaForm(initial={"quota": user.quota}),
            "password_form": GivenPasswordForm(user),
            "secret_form": SecretForm(),
            "new": shown_once.received(self.request),
        }


def _charts(user: User, now: usage_reports.UserUsage) -> list[Chart]:
    today = reading.today()
    recorded = reading.account_days(user.pk, DAYS, today)
    days = [each for each in recorded if each.day != today]
    days.append(AccountFigures(today, now.objects, now.bytes))
    sizes: dict[date, list[Value]] = {each.day: [each.size] for each in days}
    counts: dict[date, list[Value]] = {each.day: [each.objects] for each in days}
    return [
        chart("bytes", _("Bytes"), "bytes", sizes, _("Current objects")),
        chart("objects", _("Objects"), "count", counts, _("Objects")),
    ]
