"""Filters that several lists of the area share."""

from dataclasses import dataclass

from django.db.models import Q

from bihuan.kernel.registers.filters import Rows, TextFilter
from bihuan.oversight.monitoring.words import SHORT, table


@dataclass(frozen=True)
class FactorFilter(TextFilter):
    """By code, or by a part of the name in either language: SO₂, 二氧化硫 and a21026 find the same."""

    def apply(self, rows: Rows, value: str) -> Rows:
        key = self.field or self.name
        return rows.filter(Q(**{f"{key}__icontains": value}) | Q(**{f"{key}__in": codes_named(value)}))


def codes_named(text: str) -> list[str]:
    """Codes of the factor table whose name or usual short form holds the text."""
    wanted = text.casefold().translate(str.maketrans("₀₁₂₃₄ₓ", "01234x"))
    named = {
        row.code for row in table().rows if row.code and wanted in f"{row.name_zh} {row.name_en}".casefold()
    }
    plain = {code: name.casefold().translate(str.maketrans("₂₃ₓ", "23x")) for code, name in SHORT.items()}
    return sorted(named | {code for code, name in plain.items() if wanted in name})
