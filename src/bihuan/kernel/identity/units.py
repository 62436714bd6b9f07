"""The list of units: entered one by one or brought in from a file, before there are accounts in them."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.kernel.identity.actions.units import PERMISSION, save_unit
from bihuan.kernel.identity.queries import reach
from bihuan.kernel.people.models import Unit
from bihuan.kernel.places.models import Jurisdiction
from bihuan.kernel.places.queries import place_named
from bihuan.kernel.registers.columns import Column
from bihuan.kernel.registers.filters import ChoiceFilter, JurisdictionFilter
from bihuan.kernel.registers.importing import Importer, Outcome, RowFault
from bihuan.kernel.registers.register import Register, register

READ = "account.read"
KINDS = [choice for choice in Unit.Kind.choices if choice[0] != Unit.Kind.ENTERPRISE]
WORDS = {
    Unit.Kind.GOVERNMENT: ("政府", "人民政府"),
    Unit.Kind.DEPARTMENT: ("部门", "职能部门", "单位"),
    Unit.Kind.OFFICE: ("协调办公室", "整改办", "协调机构"),
}
EVENTS = {
    "unit.entered": gettext_lazy("unit entered"),
    "unit.corrected": gettext_lazy("unit corrected"),
}
BY_WORD = {word: kind for kind, words in WORDS.items() for word in (*words, kind.value)}


class UnitForm(forms.ModelForm):
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=KINDS)

    class Meta:
        model = Unit
        fields = ("name", "short_name", "kind", "jurisdiction", "parent")
        labels = {
            "name": gettext_lazy("Name"),
            "short_name": gettext_lazy("Short name"),
            "jurisdiction": gettext_lazy("Place"),
            "parent": gettext_lazy("Part of"),
        }
        help_texts = {"jurisdiction": gettext_lazy("The place whose problems it can be given.")}

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, Any] = self.fields
        choices["jurisdiction"].queryset = Jurisdiction.objects.filter(_inside(by, PERMISSION, "path"))
        choices["parent"].queryset = _units(by, PERMISSION).exclude(kind=Unit.Kind.ENTERPRISE)


class UnitImporter(Importer):
    id = "units"
    title = gettext_lazy("Units")
    permission = PERMISSION
    headers: ClassVar = {
        "单位名称": ("名称", "单位"),
        "简称": (),
        "类别": ("性质", "单位类别"),
        "区划": ("行政区划", "所在区划", "县市区", "区划代码"),
        "上级单位": ("上级",),
    }
    required = frozenset({"单位名称", "类别", "区划"})

    def read(self, row: dict[str, Any]) -> Unit:
        said = {name: str(row.get(name) or "").strip() for name in self.headers}
        if not said["单位名称"]:
            raise RowFault("单位名称", _("The unit has no name."))
        kind = BY_WORD.get(said["类别"])
        if kind is None:
            words = "、".join(words[0] for words in WORDS.values())
            raise RowFault("类别", _("Choose one of: %(words)s.") % {"words": words})
        unit = Unit.objects.filter(name=said["单位名称"]).first() or Unit(name=said["单位名称"])
        unit.short_name, unit.kind, unit.jurisdiction = said["简称"], kind, _place(said["区划"])
        unit.parent = Unit.objects.filter(name=said["上级单位"]).first()
        if said["上级单位"] and unit.parent is None:
            raise RowFault("上级单位", _("There is no unit called “%(name)s”.") % {"name": said["上级单位"]})
        return unit

    def key(self, cleaned: Unit) -> str:
        return cleaned.name

    def apply(self, cleaned: Unit, *, by: Any, source: str) -> Outcome:  # noqa: ARG002
        there = cleaned.pk is not None
        return "unchanged" if not save_unit(cleaned, by=by) else "changed" if there else "new"


def _people(unit: Unit) -> int | None:
    return getattr(unit, "people", None)


@register
class UnitRegister(Register):
    id = "units"
    title = gettext_lazy("Units")
    description = gettext_lazy("Who can be responsible or accept. Enterprises have a register of their own.")
    model = Unit
    permission = READ
    columns = (
        Column("name", gettext_lazy("Name"), sort="name"),
        Column("short_name", gettext_lazy("Short name")),
        Column("kind", gettext_lazy("Kind")),
        Column("jurisdiction", gettext_lazy("Place"), sort="jurisdiction__path"),
        Column("parent", gettext_lazy("Part of")),
        # A figure's own rows come without the count.
        Column("people", gettext_lazy("People today"), _people, kind="number", sort="people"),
    )
    filters = (
        ChoiceFilter("kind", gettext_lazy("Kind"), choices=KINDS),
        JurisdictionFilter("jurisdiction", gettext_lazy("Place"), field="jurisdiction__path"),
    )
    search_texts = ("name", "short_name")
    default_sort = "jurisdiction__path"
    related = ("jurisdiction", "parent")
    facts = columns
    detail_page = True
    importer = UnitImporter
    form_class = UnitForm
    write_permission = PERMISSION
    new_label = gettext_lazy("Enter a unit")

    def queryset(self, user: Any, as_of: datetime | None) -> Any:  # noqa: ARG002
        today = timezone.localdate()
        now = Q(posts__valid_to=None) | Q(posts__valid_to__gte=today)
        return _units(user, READ).annotate(people=Count("posts__user", filter=now, distinct=True))

    def form(self, *, data: Any, files: Any, obj: Any, user: Any) -> Any:  # noqa: ARG002
        return UnitForm(data, instance=obj, by=user)

    def save(self, form: Any, by: Any) -> Any:
        unit = form.save(commit=False)
        save_unit(unit, by=by)
        return unit

    def stream(self, obj: Any) -> str:
        return f"unit:{obj.pk}"

    def event_words(self, kind: str) -> str:
        return str(EVENTS.get(kind, kind))


def _units(user: Any, permission: str) -> Any:
    return Unit.objects.filter(_inside(user, permission, "jurisdiction__path"))


def _inside(user: Any, permission: str, field: str) -> Q:
    """The places over which the user holds the permission; none where there are none."""
    inside = Q(pk__in=[])
    for path in reach(user, permission):
        inside |= Q(**{f"{field}__startswith": path})
    return inside


def _place(text: str) -> Jurisdiction:
    """A place by its division code or its name, in our own city."""
    city = Jurisdiction.objects.filter(code=settings.BIHUAN_CITY).first()
    found = Jurisdiction.objects.filter(code=text).first() or place_named(text, city.path if city else "")
    if found is None:
        raise RowFault("区划", _("There is no place called “%(name)s”.") % {"name": text})
    return found
