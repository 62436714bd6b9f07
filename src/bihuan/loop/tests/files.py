import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from bihuan.kernel.evidence.actions import store
from bihuan.kernel.evidence.models import EvidenceFile


def photo(by: Any, name: str = "photo", colour: str = "") -> EvidenceFile:
    return store(picture(name, colour), by=by)


def picture(name: str = "photo", colour: str = "") -> SimpleUploadedFile:
    """A small real JPEG whose content depends on its name."""
    buffer = io.BytesIO()
    shade = colour or ("#775533" if "before" in name else "#337755")
    Image.new("RGB", (64, 48), shade).save(buffer, "JPEG")
    return SimpleUploadedFile(f"{name}.jpg", buffer.getvalue(), content_type="image/jpeg")
