import io
import zipfile
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import ExifTags, Image

from bihuan.kernel.errors import Refused
from bihuan.kernel.evidence.actions import store
from bihuan.kernel.evidence.models import EvidenceFile
from bihuan.kernel.ledger.models import Event

pytestmark = pytest.mark.django_db
TAKEN = datetime(2022, 3, 1, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def _place(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path / "evidence"


def upload(content: bytes, name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def jpeg(size: tuple[int, int] = (40, 30), exif: Image.Exif | None = None) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "#446688").save(buffer, "JPEG", exif=Image.Exif() if exif is None else exif)
    return buffer.getvalue()


def exif(*, offset: str = "", time: str = "2022:03:01 09:30:00", gps: bool = True) -> Image.Exif:
    made = Image.Exif()
    detail = made.get_ifd(ExifTags.IFD.Exif)
    detail[ExifTags.Base.DateTimeOriginal] = time
    if offset:
        detail[ExifTags.Base.OffsetTimeOriginal] = offset
    if gps:
        place = made.get_ifd(ExifTags.IFD.GPSInfo)
        place[ExifTags.GPS.GPSLongitudeRef], place[ExifTags.GPS.GPSLongitude] = "E", (120.0, 45.0, 0.0)
        place[ExifTags.GPS.GPSLatitudeRef], place[ExifTags.GPS.GPSLatitude] = "N", (30.0, 45.0, 0.0)
    return made


def test_the_original_is_kept_byte_for_byte_and_a_small_copy_is_made(world) -> None:
    content = jpeg((3000, 2000), exif())
    file = store(upload(content), by=world.handler)
    assert file.open().read() == content
    with Image.open(file.open_display()) as shown:
        assert max(shown.size) == 1600
        assert not shown.getexif()


def test_the_photo_says_when_and_where(world) -> None:
    file = store(upload(jpeg(exif=exif())), by=world.handler)
    assert file.exif_taken_at == TAKEN
    assert (file.exif_lon, file.exif_lat) == (120.75, 30.75)


@pytest.mark.parametrize(
    ("made", "hour"), [(exif(offset="+00:00"), 17), (exif(time="gestern"), None), (Image.Exif(), None)]
)
def test_a_camera_s_zone_counts_and_nonsense_does_not(world, made, hour) -> None:
    taken = store(upload(jpeg(exif=made)), by=world.handler).exif_taken_at
    assert (taken and taken.astimezone(ZoneInfo("Asia/Shanghai")).hour) == hour


def test_the_same_content_twice_is_one_file_and_one_event(world) -> None:
    content = jpeg()
    assert store(upload(content), by=world.handler) == store(upload(content, "again.jpg"), by=world.acceptor)
    assert EvidenceFile.objects.count() == Event.objects.filter(kind="evidence.stored").count() == 1


def test_the_name_counts_for_nothing(world) -> None:
    assert store(upload(jpeg(), "../../etc/passwd.pdf"), by=world.handler).name == "passwd.pdf"
    with pytest.raises(Refused, match="jpg"):
        store(upload(b"MZ\x90\x00 a program", "photo.jpg"), by=world.handler)
    assert EvidenceFile.objects.count() == 1


@pytest.mark.parametrize("broken", [jpeg()[:200], b"\xff\xd8\xff\xe0" + b"\x00" * 50])
def test_a_damaged_picture_is_refused_and_leaves_nothing(world, settings, broken) -> None:
    with pytest.raises(Refused):
        store(upload(broken), by=world.handler)
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


def test_too_large_is_refused_in_words(world, settings) -> None:
    settings.BIHUAN_MAX_UPLOAD_MB = 0
    with pytest.raises(Refused, match="MB"):
        store(upload(jpeg()), by=world.handler)


def test_too_many_pixels_are_refused(world, monkeypatch) -> None:
    monkeypatch.setattr("bihuan.kernel.evidence.images.MAX_PIXELS", 100)
    with pytest.raises(Refused):
        store(upload(jpeg()), by=world.handler)


@pytest.mark.parametrize(("folder", "extension"), [("word/", "docx"), ("xl/", "xlsx")])
def test_office_files_are_known_by_what_is_in_them(world, folder, extension) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(f"{folder}document.xml", "<x/>")
    file = store(upload(buffer.getvalue(), f"a.{extension}"), by=world.handler)
    assert file.media_type.startswith("application/vnd.openxmlformats")
    assert not file.is_image


def test_an_archive_of_anything_else_is_refused(world) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("run.sh", "rm")
    with pytest.raises(Refused):
        store(upload(buffer.getvalue(), "a.docx"), by=world.handler)
