"""Pictures with something in them: soft shapes as in a landscape, the same for the same seed."""

import io

import numpy
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

SIZE = (640, 480)


def scene(seed: int) -> Image.Image:
    rng = numpy.random.default_rng(seed)
    coarse = Image.fromarray(rng.integers(0, 255, (9, 12, 3), dtype=numpy.uint8))
    return coarse.resize(SIZE, Image.Resampling.BICUBIC)


def jpeg(image: Image.Image, quality: int = 85) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def upload(image: Image.Image, quality: int = 85, name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, jpeg(image, quality), content_type="image/jpeg")


def crop(image: Image.Image, share: float) -> Image.Image:
    """Without `share` of width and height, taken from the upper left."""
    width, height = image.size
    return image.crop((0, 0, round(width * (1 - share)), round(height * (1 - share))))
