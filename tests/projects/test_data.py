"""`detlint hash` and `detlint fix-artifact-paths`."""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING

import pytest

from detlint.__main__ import main

if TYPE_CHECKING:
    from pathlib import Path


def digests(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    """The digests that are printed."""
    assert main(["hash", *arguments]) == 0
    return [line.split()[0] for line in capsys.readouterr().out.splitlines()]


def test_hash_of_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a").write_bytes(b"abc" * 1_000_000)
    expected = hashlib.sha256(b"abc" * 1_000_000).hexdigest()
    assert digests(capsys, str(tmp_path / "a")) == [expected]
    assert main(["hash", str(tmp_path / "a"), "--expect", expected.upper()]) == 0
    assert main(["hash", str(tmp_path / "a"), "--expect", "0" * 64]) == 1


def test_hash_of_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "data"
    (data / "b").mkdir(parents=True)
    (data / "b" / "x").write_text("x")
    (data / "a").write_text("a")
    first = digests(capsys, str(data))
    copy = tmp_path / "copy"
    copy.mkdir()
    (copy / "a").write_text("a")
    shutil.copytree(data / "b", copy / "b")
    assert digests(capsys, str(copy)) == first
    assert len(digests(capsys, str(data), "--files")) == 3
    (copy / "a").rename(copy / "c")
    assert digests(capsys, str(copy)) != first
    assert main(["hash", str(tmp_path / "none")]) == 2
    (tmp_path / "empty").mkdir()
    assert main(["hash", str(tmp_path / "empty")]) == 2


def test_links_in_a_folder_count_as_what_they_lead_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store, plain, linked = (tmp_path / name for name in ("store", "plain", "linked"))
    for folder in (store, plain, linked):
        (folder / "b").mkdir(parents=True)
    for name in ("a", "b/x"):
        (store / name).write_text(name)
        (plain / name).write_text(name)
    (linked / "b").rmdir()
    (linked / "a").symlink_to(store / "a")
    (linked / "b").symlink_to(store / "b")
    assert digests(capsys, str(linked)) == digests(capsys, str(plain))
    (store / "b" / "x").write_text("other")
    assert digests(capsys, str(linked)) != digests(capsys, str(plain))
    (linked / "gone").symlink_to(store / "gone")
    assert main(["hash", str(linked)]) == 2
    assert "gone is a symbolic link that leads nowhere" in capsys.readouterr().err
    (linked / "gone").unlink()
    (linked / "circle").symlink_to(linked)
    assert main(["hash", str(linked)]) == 2
    assert "circle is a symbolic link to a folder around it" in capsys.readouterr().err


META = "artifact_uri: {uri}\nexperiment_id: '0'\nname: 'artifact_uri: /x'\nrun_id: abc\n"


@pytest.mark.parametrize("form", ["path", "address"])
def test_artifact_paths(tmp_path: Path, form: str) -> None:
    runs = tmp_path / "my runs" / "mlruns"
    run = runs / "0" / "abc"
    run.mkdir(parents=True)
    before = "/home/somebody/mlruns/0/abc/artifacts"
    (run / "meta.yaml").write_text(META.format(uri=before if form == "path" else f"file://{before}"))
    (runs / "0" / "meta.yaml").write_bytes(b"artifact_location: /home/somebody/mlruns/0\r\nname: Default\r\n")
    stored = runs / "1"
    stored.mkdir()
    (stored / "meta.yaml").write_text("artifact_location: s3://bucket/1\n")
    assert main(["fix-artifact-paths", str(runs), "--dry-run"]) == 0
    assert before in (run / "meta.yaml").read_text()
    assert main(["fix-artifact-paths", str(runs)]) == 0
    place = run / "artifacts"
    uri = str(place) if form == "path" else place.as_uri()
    assert (run / "meta.yaml").read_text() == META.format(uri=uri)
    assert (runs / "0" / "meta.yaml").read_bytes() == f"artifact_location: {runs / '0'}\r\nname: Default\r\n".encode()
    assert (stored / "meta.yaml").read_text() == "artifact_location: s3://bucket/1\n"


def test_no_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fix-artifact-paths", str(tmp_path)]) == 2
    assert "no runs of MLflow" in capsys.readouterr().err
    assert main(["fix-artifact-paths", str(tmp_path / "none")]) == 2
