"""A table as csv: readable by a spreadsheet, and nothing in it can act as a formula."""

import io
from decimal import Decimal
from types import SimpleNamespace

from bihuan.kernel.registers.columns import Column
from bihuan.kernel.registers.export import write_csv

COLUMNS = (Column("name", "名称"), Column("amount", "数值", kind="number"))


def test_text_that_looks_like_a_formula_is_kept_as_text():
    rows = [
        SimpleNamespace(name="=HYPERLINK(1)", amount=Decimal("-3.50")),
        SimpleNamespace(name="甲,乙", amount=None),
    ]
    file = io.BytesIO()
    write_csv(file, COLUMNS, rows, title="")
    assert file.getvalue().startswith(b"\xef\xbb\xbf")
    lines = file.getvalue().decode("utf-8-sig").splitlines()
    assert lines == ["名称,数值", "'=HYPERLINK(1),-3.5", '"甲,乙",']
