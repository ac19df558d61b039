"""A cache of its own for every test, and the real public files where they are at hand."""

from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
SHARED = REPOSITORY.parent / "shared" / "datasets"


@pytest.fixture(autouse=True)
def cache_folder(tmp_path, monkeypatch):
    """An empty cache and an empty home: no test sees what this machine has downloaded."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("DEEPDAYS_CACHE", str(folder))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    monkeypatch.delenv("KERAS_HOME", raising=False)
    return folder


@pytest.fixture
def repository():
    return REPOSITORY


@pytest.fixture
def shared(cache_folder):
    """Put real public files into the cache by name; skip where this machine has none."""

    def bring(*names):
        for name in names:
            if not (SHARED / name).is_file():
                pytest.skip(f"no {name} in the folder of public files beside the repository")
            target = cache_folder / "public" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((SHARED / name).read_bytes())

    return bring
