"""Every component with its variants on one page; debug only."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

LONG_NAME = "浙江省嘉兴市海盐县西塘桥街道滨海大道某某新材料科技股份有限公司"


def gallery(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    days = [today - timedelta(days=9), today, today + timedelta(days=2), today + timedelta(days=40)]
    steps = [("found", "发现"), ("assigned", "交办"), ("closed", "销号")]
    return render(request, "web/gallery.html", {"days": days, "steps": steps, "long_name": LONG_NAME})
