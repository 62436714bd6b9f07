from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.kernel.errors import Refused
from bihuan.kernel.notices.actions import mark_read
from bihuan.kernel.notices.actions.operating import give_up, retry
from bihuan.kernel.notices.actions.preferences import choose
from bihuan.kernel.notices.actions.robots import try_robot
from bihuan.kernel.notices.forms import DecisionForm, PreferenceForm
from bihuan.kernel.notices.models import Delivery, Notice, Preference, Robot
from bihuan.kernel.notices.queries import inbox as inbox_of
from bihuan.kernel.notices.queries import robots_of, stuck, unread_count
from bihuan.kernel.notices.registers import channel_name
from bihuan.kernel.outgoing.mail import sends_mail
from bihuan.kernel.people.access import post_for, require

PAGE = 50


@require_GET
@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    page = Paginator(inbox_of(request.user), PAGE).get_page(request.GET.get("page"))  # type: ignore[arg-type]
    unread = unread_count(request.user)  # type: ignore[arg-type]
    context = {"page": page, "unread": unread, "pages": pages_for(request.user)}
    return render(request, "notices/inbox.html", context)


def pages_for(user: Any) -> list[tuple[str, str]]:
    """The pages beside the inbox that the user may open."""
    found = [("notice-preferences", _("Message settings"))]
    wanted = (
        ("notice.log", "deliveries-list", _("Delivery log")),
        ("notice.operate", "undelivered", _("Not delivered")),
        ("notice.robots", "robots-list", _("Group robots")),
        ("notice.rules", "notice-rules", _("Hours and urgency")),
    )
    return found + [(name, label) for permission, name, label in wanted if post_for(user, permission)]


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    mark_read(request.user)  # type: ignore[arg-type]
    return redirect("inbox")


@require_GET
@login_required
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to what the notice is about; going there is reading it."""
    notice = Notice.objects.filter(recipient=request.user, pk=pk).first()  # type: ignore[misc]
    if notice is None:
        raise Http404
    if getattr(request, "as_of", None) is None:
        mark_read(request.user, pks=[pk])  # type: ignore[arg-type]
    return redirect(notice.url or "inbox")


@require_http_methods(["GET", "POST"])
@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    chosen = Preference.objects.filter(user=user).first() or Preference(user=user)
    form = PreferenceForm(request.POST or None, instance=chosen)
    if form.is_valid():
        choose(user, email=form.cleaned_data["email"])
        messages.success(request, _("Kept."))
        return redirect("notice-preferences")
    context = {"form": form, "robots": robots_of(user), "mail_works": sends_mail()}
    return render(request, "notices/preferences.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def undelivered(request: HttpRequest) -> HttpResponse:
    """Messages that did not arrive, with the reason; a person tries again or gives up."""
    require(request.user, "notice.operate")
    page = Paginator(stuck(), PAGE).get_page(request.GET.get("page"))
    form = DecisionForm(request.POST or None, pks=[row.pk for row in stuck()] if request.POST else ())
    if request.method == "POST" and form.is_valid() and _decided(form, request):
        return redirect("undelivered")
    context = {"page": page, "form": form, "channel_name": channel_name, "doubtful": Delivery.State.DOUBTFUL}
    return render(request, "notices/undelivered.html", context)


def _decided(form: DecisionForm, request: HttpRequest) -> bool:
    pks, user = form.cleaned_data["pk"], request.user
    try:
        if form.cleaned_data["act"] == "retry":
            count = retry(pks, by=user)
            said = ngettext("%(count)s message is sent again.", "%(count)s messages are sent again.", count)
        else:
            count = give_up(pks, by=user, reason=form.cleaned_data["reason"])
            said = ngettext("%(count)s message was given up.", "%(count)s messages were given up.", count)
    except Refused as refusal:
        form.add_error("reason", str(refusal))
        return False
    messages.success(request, said % {"count": count})
    return True


@require_POST
@login_required
def robot_try(request: HttpRequest, pk: int) -> HttpResponse:
    robot = Robot.objects.visible_to(request.user).filter(pk=pk).first()
    if robot is None:
        raise Http404
    try_robot(robot, by=request.user)
    messages.success(request, _("The test message is on its way; the delivery log tells how it went."))
    return redirect("robots-detail", pk=pk)
