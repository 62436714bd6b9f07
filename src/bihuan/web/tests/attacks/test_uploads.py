"""Files sent to do harm: each is refused in words, or kept and given back so that nothing in it runs."""

import tracemalloc
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bihuan.kernel.errors import Unusable
from bihuan.kernel.evidence.models import EvidenceFile
from bihuan.kernel.registers.tables import Expected, read_table
from bihuan.loop.tests.story import Story
from bihuan.page_text import page_text
from bihuan.reports.models import ReportTemplate
from bihuan.web.tests.attacks import files

pytestmark = pytest.mark.django_db
SHEET = "xl/worksheets/sheet1.xml"
EXPECTED = Expected(known={"编号": "编号", "说明": "说明"}, required=frozenset({"编号"}))


@pytest.fixture
def attach(world, as_user, settings, tmp_path):
    """Attach a file to a problem in the browser; gives the answer and the file that was kept, if any."""
    settings.MEDIA_ROOT = settings.BIHUAN_HOME = tmp_path
    problem = Story(world).rectifying().problem
    client = as_user(world.handler)

    def send(content: bytes, name: str = "photo.jpg", kind: str = "image/jpeg"):
        upload = SimpleUploadedFile(name, content, content_type=kind)
        url = reverse("problem-act", args=[problem.pk, "attach"])
        answer = client.post(url, {"file": upload, "side": "before", "caption": ""})
        return answer, problem.attachments.first(), client

    return send


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (files.SVG, "photo.svg", "image/svg+xml"),
        (files.SVG, "photo.jpg", "image/jpeg"),
        (b'<?xml version="1.0"?>' + files.SVG, "photo.png", "image/png"),
        (files.HTML, "photo.jpg", "image/jpeg"),
        (b"GIF89a/*" + b"\x00" * 40 + b"*/=1;" + files.SCRIPT, "photo.gif", "image/gif"),
        (b"MZ\x90\x00" + b"\x00" * 64, "photo.jpg", "image/jpeg"),
        (b"#!/bin/sh\nrm -rf /\n", "photo.jpg", "image/jpeg"),
        (files.zipped({"run.sh": b"rm"}), "plan.docx", "application/msword"),
        (b"", "photo.jpg", "image/jpeg"),
    ],
)
def test_what_is_no_evidence_by_its_content_is_refused(attach, content, name, kind):
    answer, kept, _client = attach(content, name, kind)
    assert "-error" in page_text(answer)
    assert kept is None
    assert not EvidenceFile.objects.filter(size=len(content)).exists()


@pytest.mark.parametrize("content", [files.two_in_one(), files.says_in_a_comment(files.HTML)])
def test_a_photo_that_is_something_else_too_comes_back_as_a_photo_or_a_download(attach, content):
    answer, kept, client = attach(content)
    assert answer.status_code == 302
    original = client.get(reverse("evidence-file", args=[kept.file.sha256]))
    assert original.headers["Content-Disposition"].startswith("attachment")
    assert original.headers["Content-Type"] == "image/jpeg"
    assert original.headers["X-Content-Type-Options"] == "nosniff"
    shown = client.get(reverse("evidence-display", args=[kept.file.sha256]))
    drawn = b"".join(shown.streaming_content)
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert b"script" not in drawn
    assert b"PK\x03\x04" not in drawn


@pytest.mark.parametrize("size", [(10_000, 10_000), (60_000, 2_000), (1_000_000, 100)])
def test_a_small_file_of_very_many_pixels_is_refused_before_it_is_unpacked(attach, size):
    content = files.black(*size)
    tracemalloc.start()
    answer, kept, _client = attach(content, "photo.png", "image/png")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "-error" in page_text(answer)
    assert kept is None
    assert peak < len(content) * 4 + 20_000_000


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/cron.d/job.jpg",
        "..\\..\\windows\\job.jpg",
        "/etc/passwd",
        "a\x00b.jpg",
        "<img src=x onerror=alert(1)>.jpg",
        "照片\u202egpj.exe",
        "长" * 300 + ".jpg",
        ".htaccess",
        '"; filename="x.html',
    ],
)
def test_a_name_leads_nowhere(attach, tmp_path, name):
    answer, kept, client = attach(files.jpeg(), name)
    assert answer.status_code == 302
    assert not set(kept.file.name) & set('/\\\x00<>"\u202e')
    assert len(kept.file.name) <= 200
    original = client.get(reverse("evidence-file", args=[kept.file.sha256]))
    assert original.headers["Content-Disposition"].startswith("attachment")
    stored = [path.name for path in tmp_path.rglob("*") if path.is_file()]
    assert sorted(stored) == sorted({kept.file.sha256, kept.file.display_sha256})


@pytest.mark.parametrize("name", ["../../../../../tmp/rows.csv", "..\\rows.csv", ".bashrc", "a\x00.csv"])
def test_the_name_of_a_waiting_file_leads_nowhere(world, as_user, settings, tmp_path, name):
    settings.BIHUAN_HOME = tmp_path / "home"
    upload = SimpleUploadedFile(name, "编号\n1\n".encode())
    as_user(world.city_officer).post(reverse("petitions-import"), {"file": upload})
    (kept,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert kept.parent.parent == tmp_path / "home" / "imports"
    assert not kept.name.startswith(".")


def table(folder: Path, content: bytes) -> Path:
    path = folder / "rows.xlsx"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "change",
    [
        lambda sheet: sheet.replace(b"</sheetData>", b"</sheetData>" + b" " * 200_000_000),
        lambda sheet: sheet.replace(b"</sheetData>", b"</sheetData>" + b" " * 60_000_000),
        lambda sheet: sheet.replace(
            b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
        ),
        lambda sheet: sheet.replace(
            b"</sheetData>",
            b"</sheetData><mergeCells><mergeCell\n foo='' ref='&#65;1:XFD9000'/></mergeCells>",
        ),
        lambda sheet: sheet.replace(
            b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row></sheetData>'
        ),
    ],
    ids=["200 MB of nothing", "60 MB of nothing", "all cells merged", "merged in disguise", "a last cell"],
)
def test_a_bomb_of_a_workbook_is_refused_before_it_bursts(tmp_path, change):
    path = table(tmp_path, files.with_part(files.workbook(["编号", "说明"], ["1", "x"]), SHEET, change))
    assert path.stat().st_size < 1_000_000
    tracemalloc.start()
    with pytest.raises(Unusable):
        list(read_table(path, EXPECTED))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100_000_000


ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    ("declared", "used"),
    [
        ('<!ENTITY x SYSTEM "file:///etc/passwd">', "&x;"),
        ('<!ENTITY x SYSTEM "http://127.0.0.1:9/">', "&x;"),
        (f'<!ENTITY e0 "haha">{ENTITIES}', "&e9;"),
    ],
    ids=["a file", "an address", "a billion laughs"],
)
def test_a_workbook_s_entities_bring_in_nothing(tmp_path, declared, used):
    def change(sheet: bytes) -> bytes:
        body = sheet.decode().partition("?>")[2] or sheet.decode()
        cell = f'<row r="2"><c r="A2" t="str"><v>{used}</v></c></row></sheetData>'
        return f"<!DOCTYPE x [{declared}]>{body.replace('</sheetData>', cell)}".encode()

    path = table(tmp_path, files.with_part(files.workbook(["编号", "说明"]), SHEET, change))
    try:
        rows = [row.cells for row in read_table(path, EXPECTED)]
    except Unusable:
        return
    assert all(len(str(cells)) < 200 for cells in rows)
    assert "root" not in str(rows)


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ title.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{% for x in range(100000000) %}{{ x }}{% endfor %}",
        "{% include '/etc/passwd' %}",
        "{{ settings.SECRET_KEY }}",
    ],
)
def test_a_word_template_reaches_nothing_but_its_report(world, as_user, text):
    upload = SimpleUploadedFile("report.docx", files.template(text))
    said = {"kind": "rectification", "name": "套打", "file": upload}
    answer = as_user(world.city_officer).post(reverse("report-templates"), said)
    assert "-error" in page_text(answer)
    assert not ReportTemplate.objects.exists()


def test_a_bomb_of_a_word_template_is_refused(world, as_user):
    bomb = files.with_part(files.template("x"), "word/document.xml", lambda part: part + b" " * 60_000_000)
    upload = SimpleUploadedFile("report.docx", bomb)
    said = {"kind": "rectification", "name": "套打", "file": upload}
    answer = as_user(world.city_officer).post(reverse("report-templates"), said)
    assert "-error" in page_text(answer)
    assert not ReportTemplate.objects.exists()
