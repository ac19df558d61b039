"""Photographs are the documented ones, come from the installed packages, and are never fetched."""

import subprocess
import sys

import numpy as np
import pytest

import deepdays as dd
from deepdays.data.sets import photos as module
from deepdays.data.sets.photos import NAMES, patches

SIZES = {
    "astronaut": (512, 512),
    "cat": (300, 451),
    "china": (427, 640),
    "coffee": (400, 600),
    "flower": (427, 640),
    "galaxies": (872, 1000),
    "motorcycle": (500, 741),
    "retina": (1411, 1411),
    "rocket": (427, 640),
    "tissue": (512, 512),
}


def test_names_shapes_and_colours():
    photos = dd.data.photos()
    assert {name: photo.shape for name, photo in photos.items()} == {name: (*s, 3) for name, s in SIZES.items()}
    for photo in photos.values():
        assert photo.dtype == np.uint8
        assert photo.min() < 30
        assert photo.max() > 200
        assert np.abs(photo.astype(int) - photo.mean(axis=2, keepdims=True)).max() > 25  # in colour
    assert photos["coffee"][..., 0].mean() > photos["coffee"][..., 2].mean() + 50  # red comes first


def test_a_photograph_may_be_painted_over():
    dd.data.photos()["cat"][:] = 0
    assert dd.data.photos()["cat"].max() > 200


def test_nothing_is_fetched():
    code = (
        "import sys; events = []; sys.addaudithook(lambda event, _: events.append(event)); "
        "import deepdays; deepdays.data.photos(); "
        "sys.exit(str({'socket.connect', 'socket.getaddrinfo'} & set(events) or 0))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == "0"


@pytest.mark.parametrize("size", [1, 16, 64, 300])
def test_patches_are_pieces_of_the_photographs(size):
    cut = patches(40, size, names=("cat", "retina"))
    assert cut.shape == (40, size, size, 3)
    assert cut.dtype == np.uint8


def test_a_patch_at_full_scale_is_found_in_its_photograph(monkeypatch):
    monkeypatch.setattr(module, "_ZOOMS", (1,))
    photo = dd.data.photos()["coffee"]
    for patch in patches(6, 32, seed=2, names=("coffee",)):
        windows = np.lib.stride_tricks.sliding_window_view(photo, (32, 32), axis=(0, 1))  # (rows, columns, 3, 32, 32)
        corners = np.moveaxis(patch, 2, 0)
        found = [
            (windows[..., 0, 0] == way[:, 0, 0]).all(axis=2) & (windows[..., 31, 31] == way[:, 31, 31]).all(axis=2)
            for way in (corners, corners[..., ::-1])
        ]
        places = [(way, place) for way in (0, 1) for place in np.argwhere(found[way])]
        assert any(np.array_equal(windows[tuple(place)], (corners, corners[..., ::-1])[way]) for way, place in places)


def test_patches_are_distinct_and_fixed_by_the_seed():
    cut = patches(200, 48)
    assert len(np.unique(cut.reshape(200, -1), axis=0)) == 200
    assert np.array_equal(cut, patches(200, 48))
    assert not np.array_equal(cut, patches(200, 48, seed=1))
    assert np.ptp(cut.reshape(200, -1).mean(axis=1)) > 60


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"n": 0}, "n must be"),
        ({"size": 301}, "size must be a whole number from 1 to 300"),
        ({"names": ()}, "names must hold at least one of astronaut"),
        ({"names": ("dog",)}, "No photograph is called 'dog'"),
        ({"names": ("cofee",)}, "Did you mean 'coffee'"),
    ],
)
def test_bad_arguments_are_refused(arguments, words):
    with pytest.raises(dd.data.DataError, match=words):
        patches(**arguments)


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package whose photograph can be damaged."""
    (tmp_path / "album" / "data").mkdir(parents=True)
    (tmp_path / "album" / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setitem(module._PROJECT, "album", "Album")
    monkeypatch.setitem(module._FILES, "cat", (("album", "data"), "cat.png", "0" * 64))
    return tmp_path / "album" / "data"


def test_a_changed_file_is_named(package):
    (package / "cat.png").write_bytes(b"something else")
    with pytest.raises(dd.data.DataError, match=r"cat.png is damaged: its SHA-256 is not 0+. Install Album anew."):
        module._photo.__wrapped__("cat")


def test_a_missing_file_is_named(package):
    with pytest.raises(dd.data.DataError, match=r"cat.png is missing from the installed Album"):
        module._photo.__wrapped__("cat")


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setitem(module._PROJECT, "no_such_album", "Album")
    monkeypatch.setitem(module._FILES, "cat", (("no_such_album", "data"), "cat.png", ""))
    with pytest.raises(dd.data.DataError, match=r"part of Album, which is not installed. Install Album."):
        module._photo.__wrapped__("cat")


def test_every_name_is_documented():
    assert set(NAMES) == set(SIZES)
    assert all(f"{name} " in dd.data.photos.__doc__ for name in NAMES)
