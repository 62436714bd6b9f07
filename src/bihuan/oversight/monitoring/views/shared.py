"""What the area's pages with a form have in common."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@dataclass(frozen=True)
class Act:
    """`do(record, by, **said)` with what the form asks; the action itself weighs the permission again."""

    label: Any
    form: Any
    do: Callable[..., Any]
    help: Any = ""


def form_page(request: HttpRequest, form: Any, *, title: Any, label: Any, **words: Any) -> HttpResponse:
    """`back` is where the record stands: an address and a word; `said` what the act is about."""
    context = {"form": form, "title": title, "label": label, **words}
    return render(request, "monitoring/act.html", context)
