"""Draw the pictures of the datasheets: `python data/make_pictures.py [NAME ...]` writes data/pictures/NAME.png."""

import sys
from pathlib import Path

from PIL import Image

from deepdays.data import listing

FOLDER = Path(__file__).resolve().parent / "pictures"
COLOURS = 48  # keeps a picture under 60 KB


def main(names: list[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    for card in listing.cards():
        if card.draw is not None and (not names or card.name in names):
            path = FOLDER / f"{card.name}.png"
            listing.show(card.name, path)
            Image.open(path).convert("RGB").quantize(COLOURS).save(path, optimize=True)
            print(f"{path}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
