"""The figures of a site: each as one file for light and one for dark pages, named by what is in it."""

import base64
import hashlib
import html
import io
from collections.abc import Mapping
from pathlib import Path

from autograder.basics.files import write_file
from deepdays.plot import DARK

FOLDER = "figures"
_PNG = "image/png"


def _webp(image) -> bytes:
    """A picture in the smaller of two forms: lines and flat areas without loss, photographs with hardly any."""
    forms = []
    for options in ({"lossless": True}, {"quality": 92}):
        file = io.BytesIO()
        image.save(file, "WEBP", method=4, **options)
        forms.append(file.getvalue())
    return min(forms, key=len)


class Figures:
    """The figures of one site.

    Args:
        site: the site's folder; `figures/` in it gets the files.

    Attributes:
        kept: the names of the files that pages show.
    """

    def __init__(self, site: Path):
        self._folder = site / FOLDER
        self._folder.mkdir(parents=True, exist_ok=True)
        self.kept: set[str] = set()

    def picture(self, data: Mapping[str, str], alt: str, root: str) -> str:
        """HTML that shows a figure, the version that suits the page.

        Args:
            data: a notebook output's data, with a PNG and perhaps one for dark pages.
            alt: its alternative text.
            root: the way from the page to the site's own folder, such as `../`.
        """
        versions = [(kind, name) for kind, name in ((_PNG, "only-light"), (DARK, "only-dark")) if kind in data]
        if len(versions) == 1:
            versions = [(_PNG, "dd-on-white")]
        images = (self._image(data[kind], name, alt, root) for kind, name in versions)
        return f'<div class="dd-figure">{"".join(images)}</div>'

    def drop_others(self) -> None:
        """Remove the files that no page shows."""
        for path in self._folder.iterdir():
            if path.name not in self.kept:
                path.unlink()

    def _image(self, encoded: str, name: str, alt: str, root: str) -> str:
        from PIL import Image

        png = base64.b64decode(encoded)
        path = self._folder / f"{hashlib.sha256(png).hexdigest()[:16]}.webp"
        self.kept.add(path.name)
        with Image.open(io.BytesIO(png)) as image:
            width, height = image.size
            if not path.exists():
                write_file(path, _webp(image))
        size = f'width="{width}" height="{height}"'
        source = f"{root}{FOLDER}/{path.name}"
        return f'<img class="{name}" src="{source}" {size} alt="{html.escape(alt)}" loading="lazy" decoding="async">'
