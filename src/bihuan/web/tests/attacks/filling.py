"""Filling in a form as it stands on the page: what is typed is given, the rest is the first that fits."""

import io
from collections.abc import Mapping
from typing import Any

import docx
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from bihuan.base_world import PASSWORD
from bihuan.loop.tests.files import picture
from bihuan.web.tests.attacks.markup import Control, Form

# Where only certain words are taken: one that is.
FORMED = {
    "username": "probe.one",
    "email": "probe@example.org",
    "phone": "0573-1",
    "uscc": "91330402MA0000002Y",
    "source_code": "",
    "industry_code": "",
    "retry_minutes": "1,5",
    "reminder_days": "-7,0",
    "ordinal": "",
    "lower": "",
    "parts": "海宁市 1",
    "code": "DA009",
    "mn": "A1B2C3D4E5F6",
    "networks": "10.0.0.0/8",
    "key": "",
    "secret_address": "https://oapi.dingtalk.com/robot/send?access_token=1",
    "secret_signature": "",
    "password1": "Probe-2023-probe",
    "password2": "Probe-2023-probe",
}
# Where something excludes the words beside it, has bounds of its own, or adds up.
EITHER = FORMED | {"value": "12", "value_text": "", "secret_address": ""}
EITHER |= {f"milestones-{row}-weight": "25" for row in range(4)}


def filled(form: Form, typed: str, *, formed: Mapping[str, str | None] | None = None) -> dict[str, Any]:
    """`typed` goes into every line one types into, but for those that `formed` has a value for (None: not
    sent at all)."""
    data: dict[str, Any] = {}
    for control in form.controls:
        if "disabled" in control.given:
            continue
        value = _value(control, typed, formed or {})
        if value is not None:
            data.setdefault(control.name, value)
    return data


def _value(control: Control, typed: str, formed: Mapping[str, str | None]) -> Any:
    if control.name in formed:
        given = formed[control.name]
        return given if given is None else control.value or given
    if control.name == "value" and not control.value:
        return ""
    if control.kind == "password":
        return PASSWORD
    if control.typed:
        return typed[: int(control.given.get("maxlength", len(typed)))]
    return _chosen(control)


def _chosen(control: Control) -> Any:
    now = timezone.localtime()
    defaults = {"date": now.date().isoformat(), "time": "09:00", "number": control.given.get("min", "1")}
    defaults |= {"datetime-local": now.strftime("%Y-%m-%dT%H:%M"), "month": now.strftime("%Y-%m")}
    if control.kind == "select":
        return control.value or next((one for one in control.choices if one), "")
    if control.kind == "checkbox":
        return control.value or "on"
    if control.kind == "radio":
        return control.value
    if control.kind == "file":
        return _file(control)
    return control.value or defaults.get(control.kind, "")


def _file(control: Control) -> SimpleUploadedFile:
    accepted = control.given.get("accept", "")
    if "docx" in accepted:
        written = io.BytesIO()
        docx.Document().save(written)
        return SimpleUploadedFile("probe.docx", written.getvalue())
    if "csv" in accepted:
        return SimpleUploadedFile("probe.csv", "名称,说明\n甲,乙\n".encode())
    return picture("before")
