"""Jobs on the whole store: started, watched, stopped."""

from http import HTTPStatus
from types import MappingProxyType
from typing import Final

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from operators.http import job_words as words
from operators.http.forms import QuotaField
from operators.http.page import Found, OperatorPage
from operators.services.jobs import runs, starting
from operators.values.jobs import JobKind, JobOptions, Run

RUNS: Final = 30
_MODES: Final = (("dry", gettext_lazy("Only tell")), ("run", gettext_lazy("Run")))


class JobForm(forms.Form):
    """How to run a job; each kind has some of the fields."""

    mode = forms.ChoiceField(choices=_MODES)
    grace = forms.ChoiceField(
        label=gettext_lazy("Unused for"),
        required=False,
        choices=(
            ("", gettext_lazy("as long as is configured")),
            ("0", gettext_lazy("any time at all")),
        ),
    )
    rate = QuotaField(
        label=gettext_lazy("Bytes a second"),
        required=False,
        help_text=gettext_lazy("Such as 50M; empty is as fast as can be."),
    )
    strict = forms.BooleanField(label=gettext_lazy("Read all content, too"), required=False)
    restart = forms.BooleanField(label=gettext_lazy("Begin with the first block"), required=False)

    def options(self) -> JobOptions:
        """Return what was chosen."""
        given = self.cleaned_data
        grace = 0 if given["grace"] == "0" else settings.PITHOS_GARBAGE_GRACE
        return JobOptions(
            dry=given["mode"] == "dry",
            grace_seconds=grace,
            rate=given["rate"] or 0,
            strict=given["strict"],
            restart=given["restart"],
        )


_FIELDS: Final = MappingProxyType(
    {
        JobKind.GARBAGE: ("grace",),
        JobKind.SCRUB: ("rate", "restart"),
        JobKind.FSCK: ("strict",),
        JobKind.CHECKSUMS: ("rate",),
        JobKind.MIGRATION: (),
    }
)


class JobsPage(OperatorPage):
    """What can be run, what runs, and what ran."""

    template = "jobs.html"
    place = "jobs"

    def found(self) -> Found:
        """Return the kinds with their forms, and the latest runs."""
        return {"jobs": _jobs(), "runs": [_shown(run) for run in runs.list_runs(RUNS)]}


def _jobs() -> list[dict[str, object]]:
    jobs: list[dict[str, object]] = []
    for kind in JobKind:
        form = JobForm(auto_id=f"{kind}-%s")
        fields = [form[name] for name in _FIELDS[kind]]
        can_run = kind != JobKind.MIGRATION or bool(settings.PITHOS_BLOCK_STORE_FALLBACK)
        jobs.append(
            {
                "kind": kind.value,
                "title": words.TITLES[kind],
                "about": words.ABOUT[kind],
                "fields": [each for each in fields if each.field.widget.input_type != "checkbox"],
                "boxes": [each for each in fields if each.field.widget.input_type == "checkbox"],
                "can_run": can_run,
            }
        )
    return jobs


class StartJobView(OperatorPage):
    """Starts a run. 302 to its page; 400 for what is no choice."""

    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, kind: str) -> HttpResponse:
        """302, 400, 404."""
        if kind not in set(JobKind):
            raise Http404
        form = JobForm(request.POST)
        if not form.is_valid():
            for errors in form.errors.values():
                messages.error(request, " ".join(map(str, errors)))
            found = JobsPage(request=request).found()
            return self.shown("jobs.html", found, HTTPStatus.BAD_REQUEST)
        try:
            by = self.operator().account
            number = starting.start_run(JobKind(kind), form.options(), by)
        except runs.RunUnderWayError:
            messages.warning(request, _("One of these is under way. Stop it first, or wait."))
            return redirect("operators:jobs")
        messages.success(request, _("It has been started."))
        return redirect("operators:job", number)


class JobPage(OperatorPage):
    """A run: how far it is, or what has come of it."""

    template = "job.html"
    place = "jobs"

    def found(self) -> Found:
        """Return the run. Raises: Http404."""
        try:
            return {"run": _shown(runs.find_run(self.kwargs["number"]))}
        except runs.RunNotFoundError as error:
            raise Http404 from error


class StopJobView(OperatorPage):
    """Asks a run to stop. 302 to its page."""

    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, number: int) -> HttpResponse:
        """302."""
        try:
            runs.ask_to_stop(number, self.operator().account)
            messages.success(request, _("It stops after what it is doing just now."))
        except runs.RunNotFoundError:
            messages.warning(request, _("It is not under way any more."))
        return redirect("operators:jobs")


def _shown(run: Run) -> dict[str, object]:
    """Return a run with its words."""
    return {
        "run": run,
        "title": words.TITLES[run.kind],
        "state": words.STATES[run.state],
        "now": words.DOING.get(run.label, run.label),
        "figures": [
            (words.FIGURES.get(name, name), count, name in words.SIZES)
            for name, count in run.figures.items()
            if count or name not in words.ONLY_IF_ANY
        ],
        "lines": [words.told(line) for line in run.lines],
        "options": words.chosen(run.options, run.kind),
    }
