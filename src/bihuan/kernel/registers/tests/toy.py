"""A toy area over recorded figures: its `parties` serve as search terms."""

import re
from datetime import date
from decimal import Decimal

from django import forms

from bihuan.kernel.errors import Refused
from bihuan.kernel.figures.actions import record_figure
from bihuan.kernel.figures.models import RecordedFigure
from bihuan.kernel.places.models import Jurisdiction
from bihuan.kernel.registers.bulk import BulkAct, BulkExport
from bihuan.kernel.registers.columns import Column
from bihuan.kernel.registers.faults import RowFault
from bihuan.kernel.registers.filters import (
    BooleanFilter,
    ChoiceFilter,
    DateRangeFilter,
    JurisdictionFilter,
    TextFilter,
)
from bihuan.kernel.registers.importing import Importer
from bihuan.kernel.registers.register import REGISTERS, Register


class ToyImporter(Importer):
    id = "toys"
    permission = "figure.record"
    headers = {"编号": ("文号", "文件编号"), "数值": ("值",), "日期": ("截止日期",), "县区": (), "说明": ()}
    required = frozenset({"编号", "数值", "日期"})

    def read(self, row):
        number = str(row.get("编号") or "")
        if not re.fullmatch(r"T\d+", number):
            raise RowFault("编号", "编号格式不对")
        try:
            value, day = Decimal(str(row["数值"])), date.fromisoformat(str(row["日期"]))
        except (ArithmeticError, ValueError) as error:
            raise RowFault("数值", "不是数字或日期") from error
        place = Jurisdiction.objects.filter(name=row.get("县区") or "嘉兴市").first()
        if place is None:
            raise RowFault("县区", "没有这个县区")
        return {
            "number": number,
            "value": value,
            "day": day,
            "place": place,
            "text": str(row.get("说明") or ""),
        }

    def key(self, cleaned):
        return cleaned["number"]

    def apply(self, cleaned, *, by, source):
        there = RecordedFigure.objects.filter(figure_id="toy.rank", document_ref=cleaned["number"]).first()
        if there is None:
            record_figure(
                "toy.rank",
                by=by,
                jurisdiction=cleaned["place"],
                value=cleaned["value"],
                as_of=cleaned["day"],
                document_ref=cleaned["number"],
                author=cleaned["text"] or source,
            )
            return "new"
        if there.value == cleaned["value"]:
            return "unchanged"
        RecordedFigure.objects.filter(pk=there.pk).update(value=cleaned["value"])
        return "changed"


class ToyForm(forms.ModelForm):
    class Meta:
        model = RecordedFigure
        fields = ("jurisdiction", "value", "as_of", "document_ref", "author")


class FactorForm(forms.Form):
    factor = forms.IntegerField(label="倍数", min_value=2)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user


def multiply(record, *, by, factor):
    """Written before it is refused, so that a refusal that left half a write behind would show."""
    RecordedFigure.objects.filter(pk=record.pk).update(value=record.value * factor)
    if record.author == "乙":
        raise Refused(reason="乙方的数值不能改。")
    return f"改为 {record.value * factor}"


def forget(record, *, by):
    return f"忘记 {record.document_ref}"


TOY_BULK = (
    BulkAct("multiply", "放大", "figure.record", multiply, FactorForm),
    BulkAct("forget", "忘记", "figure.record", forget),
    BulkExport(
        "papers",
        "文件目录",
        lambda records: RecordedFigure.objects.filter(pk__in=records).exclude(author="乙").order_by("pk"),
        "pk",
        (Column("document_ref", "文号"), Column("author", "作者")),
        lambda count: f"{count} 份文件",
    ),
)


class ToyRegister(Register):
    id = "toy"
    title = "玩具台账"
    model = RecordedFigure
    columns = (
        Column("document_ref", "编号", sort="document_ref", kind="mono"),
        Column("author", "说明"),
        Column("value", "数值", value="said", sort="value", kind="number"),
        Column("as_of", "日期", sort="as_of", kind="date"),
        Column("place", "县区", value="jurisdiction.name", sort="jurisdiction__path"),
        Column("mark", "状态", value=lambda _row: "正常", kind="badge", badge=lambda _row: "ok"),
    )
    extra = (Column("basis", "依据", value="figure_id"),)
    filters = (
        ChoiceFilter("author", "说明", choices=(("甲", "甲方"), ("乙", "乙方"))),
        JurisdictionFilter(),
        DateRangeFilter("day", "日期", field="as_of"),
        DateRangeFilter("recorded", "录入", field="recorded_at"),
        TextFilter("ref", "编号", field="document_ref"),
        BooleanFilter("empty", "无数值", field="value__isnull"),
    )
    search_field = "parties"
    search_texts = ("document_ref", "author")
    default_sort = "-as_of"
    related = ("jurisdiction",)
    detail_page = True
    importer = ToyImporter
    form_class = ToyForm
    write_permission = "figure.record"
    bulk = TOY_BULK

    def stream(self, obj):
        return f"figure:{obj.figure_id}"

    def save(self, form, by):
        if form.instance.pk:
            form.save()
            return form.instance
        return record_figure("toy.rank", by=by, **form.cleaned_data)


# Declared for the tests' addresses only: the product's own lists never see it.
REGISTERS["toy"] = ToyRegister()
TOY = REGISTERS.pop("toy")
