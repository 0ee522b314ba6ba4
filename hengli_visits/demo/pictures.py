"""Simple drawn pictures in place of photos: a house, a road, a lamp, a pond; nobody is on them."""

import io
from random import Random

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 1280, 960
HORIZON = 560
SENT = (1600, 1200)
Colour = tuple[int, int, int]
SKIES: tuple[tuple[Colour, Colour], ...] = (
    ((150, 192, 226), (238, 241, 236)),
    ((118, 150, 190), (244, 214, 182)),
    ((176, 190, 200), (226, 228, 226)),
)
NIGHT: tuple[Colour, Colour] = ((24, 32, 58), (70, 74, 104))
WALLS: tuple[Colour, ...] = ((236, 226, 208), (222, 205, 184), (238, 236, 230), (214, 190, 168))
ROOFS: tuple[Colour, ...] = ((146, 74, 58), (112, 96, 92), (158, 92, 62))
KINDS = ("house", "road", "lamp", "pond")


def draw(kind: str, rng: Random) -> bytes:
    """A picture as a phone would send it (JPEG)."""
    sky = NIGHT if kind == "lamp" else rng.choice(SKIES)
    image = _gradient(sky)
    pen = ImageDraw.Draw(image, "RGBA")
    _hills(pen, rng, dark=kind == "lamp")
    ground = (52, 56, 60) if kind == "lamp" else rng.choice(((150, 164, 118), (168, 160, 128), (138, 154, 120)))
    pen.rectangle((0, HORIZON, WIDTH, HEIGHT), fill=ground)
    {"house": _house, "road": _road, "lamp": _lamp, "pond": _pond}[kind](pen, rng)
    file = io.BytesIO()
    image.resize(SENT, Image.Resampling.BICUBIC).save(file, "JPEG", quality=86)
    return file.getvalue()


def _gradient(colours: tuple[Colour, Colour]) -> Image.Image:
    mask = Image.linear_gradient("L").resize((WIDTH, HEIGHT))
    return Image.composite(Image.new("RGB", mask.size, colours[1]), Image.new("RGB", mask.size, colours[0]), mask)


def _hills(pen: ImageDraw.ImageDraw, rng: Random, *, dark: bool) -> None:
    colour = (34, 42, 60, 255) if dark else (126, 152, 142, 190)
    for _ in range(4):
        middle, width, height = rng.randrange(0, WIDTH), rng.randrange(260, 620), rng.randrange(60, 170)
        pen.ellipse((middle - width, HORIZON - height, middle + width, HORIZON + height), fill=colour)


def _house(pen: ImageDraw.ImageDraw, rng: Random) -> None:
    left, top, right, bottom = 300, 330, 980, 800
    wall, roof = rng.choice(WALLS), rng.choice(ROOFS)
    pen.polygon([(left - 50, top), (left + 90, 210), (right - 90, 210), (right + 50, top)], fill=roof)
    pen.rectangle((left, top, right, bottom), fill=wall)
    for number in range(3):
        x = left + 60 + number * 220
        if number != 1:
            pen.rectangle((x, 450, x + 120, 590), fill=(92, 118, 138), outline=(250, 250, 248), width=9)
            pen.line((x + 60, 450, x + 60, 590), fill=(250, 250, 248), width=7)
    pen.rectangle((left + 275, 520, left + 405, bottom), fill=(120, 70, 52))
    pen.rectangle((left + 245, 560, left + 268, 720), fill=(196, 48, 44))
    pen.rectangle((left + 412, 560, left + 435, 720), fill=(196, 48, 44))
    for x in (160, 1110):
        pen.rectangle((x - 12, 600, x + 12, 800), fill=(108, 82, 60))
        pen.ellipse((x - 110, 400, x + 110, 650), fill=(86, 126, 84))


def _road(pen: ImageDraw.ImageDraw, rng: Random) -> None:
    pen.polygon([(560, HORIZON), (720, HORIZON), (1240, HEIGHT), (40, HEIGHT)], fill=(176, 176, 172))
    x, y = 640, HORIZON + 40
    crack = [(x, y)]
    while y < HEIGHT:
        x, y = x + rng.randrange(-70, 74), y + rng.randrange(36, 66)
        crack.append((x, y))
        pen.line((x, y, x + rng.randrange(-130, 130), y + rng.randrange(10, 50)), fill=(112, 110, 106), width=4)
    pen.line(crack, fill=(84, 82, 80), width=11, joint="curve")
    pen.ellipse((540, 800, 800, 890), fill=(126, 124, 120))


def _lamp(pen: ImageDraw.ImageDraw, rng: Random) -> None:
    pen.polygon([(520, HORIZON), (760, HORIZON), (1220, HEIGHT), (60, HEIGHT)], fill=(72, 76, 84))
    for radius, strength in ((260, 26), (180, 40), (110, 70)):
        pen.ellipse((900 - radius, 250 - radius, 900 + radius, 250 + radius), fill=(250, 224, 150, strength))
    pen.rectangle((1010, 200, 1026, 780), fill=(44, 48, 56))
    pen.line((1018, 206, 900, 232), fill=(44, 48, 56), width=12)
    pen.ellipse((864, 226, 936, 268), fill=(255, 240, 190))
    for number in range(5):
        x = 80 + number * 90
        height = rng.randrange(120, 300)
        pen.rectangle((x, HORIZON - height, x + 76, HORIZON + 30), fill=(40, 44, 62))
        pen.rectangle((x + 26, HORIZON - height + 34, x + 48, HORIZON - height + 66), fill=(222, 190, 116))


def _pond(pen: ImageDraw.ImageDraw, rng: Random) -> None:
    pen.ellipse((120, 600, 1160, 900), fill=(110, 146, 156))
    for _ in range(9):
        x, y = rng.randrange(260, 960), rng.randrange(660, 850)
        pen.line((x, y, x + rng.randrange(60, 150), y), fill=(170, 196, 200), width=4)
    for number in range(11):
        x = 90 + number * 112
        if number in (6, 7):
            continue
        pen.rectangle((x, 520, x + 16, 640), fill=(206, 204, 196))
    pen.rectangle((80, 540, 770, 554), fill=(206, 204, 196))
    pen.rectangle((980, 540, 1230, 554), fill=(206, 204, 196))
