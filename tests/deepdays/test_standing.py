"""What a notebook says of the learner's progress."""

import json
from datetime import date, timedelta

import pytest

import deepdays as dd
from deepdays.standing import progress_file, streak

TODAY = date(2026, 3, 11)  # a Wednesday


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("DEEPDAYS_HOME", str(tmp_path))
    return tmp_path


def keep(days, active):
    kept = {"days": days, "active": [each.isoformat() for each in active]}
    progress_file().write_text(json.dumps(kept), encoding="utf-8")


def test_it_shows_days_points_the_streak_and_five_weeks():
    days = {
        "2": {"score": 10.0, "max_score": 10.0, "finished": "2026-03-10", "hints": {}},
        "3": {"score": 2.5, "max_score": 10.0, "finished": None, "hints": {"mse_cost": 1}},
    }
    keep(days, [TODAY, TODAY - timedelta(days=1), TODAY - timedelta(days=9)])
    lines = repr(dd.progress(TODAY)).splitlines()
    assert lines == [
        "1 day finished, 12.5 of 20 points in those begun",
        "2 days in a row",
        "09 Feb  · · · · · · ·",
        "16 Feb  · · · · · · ·",
        "23 Feb  · · · · · · ·",
        "02 Mar  ■ · · · · · ·",
        "09 Mar  · ■ ■        ",
    ]
    assert dd.progress(TODAY)._repr_html_() == "<pre>" + "\n".join(lines) + "</pre>"


def test_a_newcomer_is_told_how_to_begin():
    standing = dd.progress()
    assert "Nothing is on record yet" in repr(standing)
    assert "deepdays check" in standing._repr_html_()


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"\xff\xfe", b'{"days": 3}', b"[]", b'{"days": {"2": {}}, "active": []}']
)
def test_a_damaged_file_is_told_and_left_alone(damage):
    progress_file().write_bytes(damage)
    assert repr(dd.progress()).endswith("is damaged. `deepdays progress` puts it aside and begins anew.")
    assert progress_file().read_bytes() == damage


def test_a_file_that_cannot_be_read_is_told():
    progress_file().mkdir()
    assert "cannot be read from" in repr(dd.progress())


def test_a_streak_ends_with_the_first_gap_and_survives_until_tomorrow():
    active = {TODAY - timedelta(days=n) for n in (1, 2, 3, 5)}
    assert streak(active, TODAY) == 3
    assert streak(active | {TODAY}, TODAY) == 4
    assert streak(active | {TODAY}, TODAY + timedelta(days=2)) == 0
