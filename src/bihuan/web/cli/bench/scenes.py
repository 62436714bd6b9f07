"""Photos made by rule: places with sky, ground, buildings and trouble, shot again or changed as people do.

Made to measure likeness (`bihuan bench photos`), not to look at.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

WIDTH, HEIGHT = 640, 480
MARGIN = 1.3
BICUBIC = Image.Resampling.BICUBIC
Rng = Any
Change = Callable[[Image.Image, Rng], Image.Image]


@dataclass(frozen=True)
class Place:
    """A place drawn larger than a photo, with its trouble and after it was cleared."""

    trouble: Image.Image
    cleared: Image.Image


def place(seed: int) -> Place:
    rng = numpy.random.default_rng(seed)
    width, height = round(WIDTH * MARGIN), round(HEIGHT * MARGIN)
    horizon = round(height * rng.uniform(0.3, 0.55))
    image = Image.fromarray(_ground_and_sky(rng, width, height, horizon))
    draw = ImageDraw.Draw(image)
    for _building in range(rng.integers(2, 7)):
        _draw_building(draw, rng, width, horizon)
    if rng.random() < 0.5:
        _draw_road(draw, rng, width, height, horizon)
    cleared = image.copy()
    for _heap in range(rng.integers(1, 4)):
        _draw_heap(draw, rng, width, height, horizon)
    return Place(image, cleared)


def _ground_and_sky(rng: Rng, width: int, height: int, horizon: int) -> Any:
    sky, ground = rng.uniform(150, 215) + rng.uniform(-15, 25, 3), rng.uniform(50, 130, 3)
    rows = numpy.arange(height)[:, None, None]
    image = numpy.where(rows < horizon, sky, ground) + numpy.zeros((height, width, 3))
    texture = _texture(rng, width, height)[..., None]
    image += numpy.where(rows < horizon, 8, 28) * texture
    return numpy.clip(image, 0, 255).astype(numpy.uint8)


def _texture(rng: Rng, width: int, height: int) -> Any:
    """Noise whose power falls with frequency, as in nature."""
    down, across = numpy.fft.fftfreq(height)[:, None], numpy.fft.rfftfreq(width)[None, :]
    frequency = numpy.sqrt(across**2 + down**2)
    frequency[0, 0] = 1
    shape = (height, width // 2 + 1)
    spectrum = (rng.standard_normal(shape) + 1j * rng.standard_normal(shape)) / frequency**1.3
    made = numpy.fft.irfft2(spectrum, s=(height, width))
    return (made - made.mean()) / made.std()


def _colour(rng: Rng, low: int, high: int) -> tuple[int, ...]:
    return tuple(int(part) for part in rng.uniform(low, high, 3))


def _draw_building(draw: Any, rng: Rng, width: int, horizon: int) -> None:
    left, across = rng.integers(0, width), width * rng.uniform(0.05, 0.2)
    up, colour = horizon * rng.uniform(0.15, 0.8), _colour(rng, 60, 220)
    draw.rectangle([left, horizon - up, left + across, horizon + 6], fill=colour)
    dark = tuple(part // 2 for part in colour)
    for floor in range(3):
        for window in range(4):
            x, y = left + across * (window + 0.2) / 4, horizon - up + up * (floor + 0.2) / 3
            draw.rectangle([x, y, x + across / 8, y + up / 6], fill=dark)


def _draw_road(draw: Any, rng: Rng, width: int, height: int, horizon: int) -> None:
    x = width * rng.uniform(0.2, 0.8)
    left, right = (float(one) for one in width * rng.uniform(0.1, 0.5, 2))
    ends = [(x, horizon), (x + width * 0.03, horizon), (x + right, height), (x - left, height)]
    draw.polygon(ends, fill=_colour(rng, 70, 170))


def _draw_heap(draw: Any, rng: Rng, width: int, height: int, horizon: int) -> None:
    x, y = width * rng.uniform(0.25, 0.75), rng.uniform(horizon + height * 0.12, height * 0.85)
    size, angles = width * rng.uniform(0.06, 0.16), numpy.linspace(0, 2 * numpy.pi, 14)
    reach = rng.uniform(0.6, 1, 14) * size
    outline = zip(x + reach * numpy.cos(angles), y + reach * numpy.sin(angles) / 2, strict=True)
    draw.polygon([(float(a), float(b)) for a, b in outline], fill=_colour(rng, 40, 200))


def shoot(
    scene: Image.Image, rng: Rng, *, hand: float = 0.0, turn: float = 0.0, light: float = 0.0
) -> Image.Image:
    """One photo: `hand` is how far the standpoint may lie (share of the picture), `turn` in degrees, `light`
    a share of brightness; each is drawn between zero and that much, either way."""
    if turn:
        scene = scene.rotate(rng.uniform(-turn, turn), BICUBIC)
    zoom = 1 + rng.uniform(-hand, hand)
    across, down = WIDTH / zoom, HEIGHT / zoom
    left = (scene.width - across) / 2 + rng.uniform(-hand, hand) * WIDTH
    top = (scene.height - down) / 2 + rng.uniform(-hand, hand) * HEIGHT
    left, top = numpy.clip(left, 0, scene.width - across), numpy.clip(top, 0, scene.height - down)
    seen = numpy.asarray(scene.resize((WIDTH, HEIGHT), BICUBIC, box=(left, top, left + across, top + down)))
    slope = rng.uniform(-light, light) * 100 * numpy.linspace(-1, 1, WIDTH)[None, :, None]
    lit = seen * (1 + rng.uniform(-light, light)) + slope + rng.standard_normal(seen.shape) * 4
    return Image.fromarray(numpy.clip(lit, 0, 255).astype(numpy.uint8))


def encoded(image: Image.Image, quality: int = 85) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def cropped(image: Image.Image, share: float, rng: Rng) -> Image.Image:
    """Without `share` of width and height, somewhere."""
    across, down = round(image.width * (1 - share)), round(image.height * (1 - share))
    left, top = rng.integers(0, image.width - across + 1), rng.integers(0, image.height - down + 1)
    return image.crop((left, top, left + across, top + down))


def _stamped(image: Image.Image) -> Image.Image:
    """With the box that a stamp-camera app prints in a corner."""
    image = image.copy()
    draw = ImageDraw.Draw(image)
    draw.rectangle([0, HEIGHT * 0.9, WIDTH * 0.45, HEIGHT], fill=(20, 60, 140))
    for letter in range(14):
        x = WIDTH * (0.02 + letter * 0.03)
        draw.rectangle([x, HEIGHT * 0.93, x + WIDTH * 0.02, HEIGHT * 0.97], fill=(255, 255, 255))
    return image


CHANGES: dict[str, Change] = {
    "encoded again, quality 30": lambda image, _rng: Image.open(io.BytesIO(encoded(image, 30))),
    "half the size": lambda image, _rng: image.resize((WIDTH // 2, HEIGHT // 2)),
    "a quarter of the size": lambda image, _rng: image.resize((WIDTH // 4, HEIGHT // 4)),
    "15 % brighter": lambda image, _rng: ImageEnhance.Brightness(image).enhance(1.15),
    "15 % darker": lambda image, _rng: ImageEnhance.Brightness(image).enhance(0.85),
    "more contrast": lambda image, _rng: ImageEnhance.Contrast(image).enhance(1.2),
    "without colour": lambda image, _rng: image.convert("L").convert("RGB"),
    "blurred": lambda image, _rng: image.filter(ImageFilter.GaussianBlur(1.5)),
    "stamped": lambda image, _rng: _stamped(image),
    "stretched": lambda image, _rng: image.resize((500, 450)),
    "cropped by 5 %": lambda image, rng: cropped(image, 0.05, rng),
    "cropped by 10 %": lambda image, rng: cropped(image, 0.10, rng),
    "cropped by 15 %": lambda image, rng: cropped(image, 0.15, rng),
    "cropped by 20 %": lambda image, rng: cropped(image, 0.20, rng),
    "cropped by 30 %": lambda image, rng: cropped(image, 0.30, rng),
    "cropped by 10 %, smaller, brighter": lambda image, rng: ImageEnhance.Brightness(
        cropped(image, 0.10, rng).resize((400, 300))
    ).enhance(1.1),
}


def other_photos(seen: Place, rng: Rng) -> Iterator[tuple[str, Image.Image]]:
    """Photos that are not the first one, however much they look like it."""
    yield "a moment later, same standpoint", shoot(seen.trouble, rng, hand=0.01, turn=0.5)
    yield "after clearing, same standpoint", shoot(seen.cleared, rng, hand=0.04, turn=1.5, light=0.2)
    yield "same place, other standpoint", shoot(seen.trouble, rng, hand=0.13, turn=4, light=0.2)
