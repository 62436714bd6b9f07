"""The numbers that gateway and store go by: in force, announced, and a new version of one."""

from dataclasses import dataclass, field

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.kernel.people.access import post_for, require
from bihuan.kernel.registers.forms import tried
from bihuan.oversight.monitoring import words
from bihuan.oversight.monitoring.actions.keeping import publish_keeping
from bihuan.oversight.monitoring.forms.rules import NumberForm
from bihuan.oversight.monitoring.models import Keeping
from bihuan.oversight.monitoring.permissions import RULES
from bihuan.oversight.monitoring.rules.keeping import BY_NAME, NUMBERS, Number
from bihuan.oversight.monitoring.views.shared import form_page


@dataclass
class Line:
    """One number: what holds today (as delivered where nothing else was published) and what is to come."""

    number: Number
    holds: Keeping | None = None
    coming: list[Keeping] = field(default_factory=list)

    @property
    def value(self) -> int:
        return self.holds.value if self.holds else self.number.value

    @property
    def source(self) -> str:
        return self.holds.source if self.holds else self.number.source

    @property
    def ours(self) -> bool:
        return self.holds.ours if self.holds else self.number.ours


def lines() -> list[Line]:
    found = {number.name: Line(number) for number in NUMBERS}
    today = timezone.localdate()
    for version in Keeping.objects.filter(name__in=found).select_related("made_by").order_by("valid_from"):
        line = found[version.name]
        if version.valid_from <= today:
            line.holds = version
        else:
            line.coming.append(version)
    return list(found.values())


@login_required
@require_GET
def numbers_page(request: HttpRequest) -> HttpResponse:
    may = post_for(request.user, RULES) is not None and not getattr(request, "as_of", None)
    context = {"lines": lines(), "may": may, "words": words}
    return render(request, "monitoring/numbers.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def number_new(request: HttpRequest, name: str) -> HttpResponse:
    if name not in BY_NAME:
        raise Http404
    require(request.user, RULES)
    line = next(one for one in lines() if one.number.name == name)
    form = NumberForm(request.POST if request.method == "POST" else None, initial={"value": line.value})
    if form.is_valid() and tried(form, lambda: publish_keeping(name, by=request.user, **form.cleaned_data)):
        return redirect("monitoring-numbers")
    said = f"{line.number.label}：{line.value} {line.number.unit}"
    back = (reverse("monitoring-numbers"), _("Numbers of gateway and store"))
    return form_page(
        request, form, title=_("New version of a number"), label=_("Publish it"), back=back, said=said
    )
