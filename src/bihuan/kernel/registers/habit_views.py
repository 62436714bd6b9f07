"""Saved views and chosen columns of one reader; they change nothing but what that reader sees."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from bihuan.kernel.registers import actions, asked
from bihuan.kernel.registers.models import SavedView
from bihuan.kernel.registers.register import REGISTERS, Register
from bihuan.kernel.registers.views import check_reader


@require_POST
@login_required
def columns(request: HttpRequest, register: str) -> HttpResponse:
    """The columns in the order given; with `usual` the register's own again."""
    found, question = _register(request, register), _question(request)
    names = [] if "usual" in request.POST else request.POST.getlist("column")
    chosen = actions.choose_columns(found, names, by=_user(request))
    kept = asked.without(question, asked.PAGE, asked.COLUMNS)
    if question.get(asked.VIEW) and chosen:
        kept.setlist(asked.COLUMNS, chosen)
    return redirect(asked.address(reverse(f"{found.id}-list"), kept))


@require_POST
@login_required
def save(request: HttpRequest, register: str) -> HttpResponse:
    found, question = _register(request, register), _question(request)
    office = request.POST.get("office", "")
    view = actions.save_view(
        found,
        by=_user(request),
        name=request.POST.get("name", ""),
        data=question,
        share_with=int(office) if office.isdecimal() else None,
    )
    if "opens" in request.POST:
        actions.open_with(found, view, by=_user(request))
    return redirect(view.url)


@require_POST
@login_required
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """One of: `keep` the question as it stands, `delete`, `open` the register with it, or `plain`."""
    view = SavedView.objects.visible_to(request.user).filter(pk=pk).first()
    if view is None:
        raise Http404
    found = _register(request, view.register)
    if "delete" in request.POST:
        actions.delete_view(view, by=_user(request))
        return redirect(f"{reverse(f'{found.id}-list')}?{asked.VIEW}={asked.NO_VIEW}")
    if "keep" in request.POST:
        actions.change_view(view, by=_user(request), register=found, data=_question(request))
    else:
        actions.open_with(found, view if "open" in request.POST else None, by=_user(request))
    return redirect(view.url)


def _register(request: HttpRequest, name: str) -> Register:
    found = REGISTERS.get(name)
    if found is None:
        raise Http404
    check_reader(found, request)
    return found


def _question(request: HttpRequest) -> QueryDict:
    return QueryDict(request.POST.get("asked", "")[:4000], mutable=True)


def _user(request: HttpRequest) -> Any:
    return request.user
