from datetime import date, timedelta

import pytest

import deepdays
from autograder.learning import progress as keeping

TODAY = date(2026, 3, 10)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("DEEPDAYS_HOME", str(tmp_path))


def test_the_best_result_is_kept():
    kept = keeping.Progress()
    kept.record(2, 10, 10, TODAY)
    kept.record(2, 4, 10, TODAY + timedelta(days=1))
    keeping.save(kept)
    again, aside = keeping.load()
    assert aside is None
    assert again.days[2].score == 10
    assert again.days[2].finished == TODAY
    assert again.active == {TODAY, TODAY + timedelta(days=1)}


def test_a_notebook_reads_what_was_kept():
    kept = keeping.Progress()
    kept.record(2, 10, 10, TODAY - timedelta(days=1))
    kept.record(3, 2.5, 10, TODAY)
    keeping.save(kept)
    standing = deepdays.progress(TODAY)
    assert (standing.finished, standing.points, standing.max_points) == (1, 12.5, 20)
    assert standing.active == kept.active


def test_saving_twice_gives_the_same_bytes():
    kept = keeping.Progress()
    for offset in range(9):
        kept.record(offset, 1, 2, TODAY - timedelta(days=offset))
    keeping.save(kept)
    first = keeping.progress_file().read_bytes()
    keeping.save(keeping.load()[0])
    assert keeping.progress_file().read_bytes() == first


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff\xfe", b'{"days": 3}', b"[]"])
def test_a_damaged_file_is_put_aside_and_never_deleted(damage):
    keeping.progress_file().write_bytes(damage)
    kept, aside = keeping.load()
    assert kept == keeping.Progress()
    assert aside.read_bytes() == damage
    keeping.save(kept)
    assert keeping.load() == (kept, None)
