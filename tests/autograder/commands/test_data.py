"""`deepdays data`: what is listed and checked."""

from typer.testing import CliRunner

from autograder.commands.data import app
from deepdays import zoo
from deepdays.data import listing


def test_the_check_covers_sets_and_networks(monkeypatch, tmp_path):
    monkeypatch.setattr(zoo, "FOLDER", tmp_path)
    (tmp_path / "gpt.json").write_text("{}")
    monkeypatch.setattr(listing, "check", lambda: [listing.Verdict("toy", True, "")])
    done = CliRunner().invoke(app, ["check"])
    assert done.exit_code == 1
    assert "✓ toy" in done.stdout
    assert "✗ zoo/gpt" in done.stdout
    assert "gpt.json is damaged: it is no card" in done.stdout
