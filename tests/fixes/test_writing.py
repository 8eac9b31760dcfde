"""Writing files: whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

import pytest

from detlint.fixes.writing import CannotWriteError, replace_contents

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "a.py"
    made.write_bytes(b"old")
    return made


def test_contents_are_replaced_and_nothing_is_left_behind(file: Path) -> None:
    replace_contents(str(file), b"old", b"new")
    assert file.read_bytes() == b"new"
    assert os.listdir(file.parent) == ["a.py"]


@pytest.mark.skipif(os.name == "nt", reason="modes are of POSIX")
@pytest.mark.parametrize("mode", [0o644, 0o755, 0o600, 0o664])
def test_the_mode_is_kept(file: Path, mode: int) -> None:
    file.chmod(mode)
    replace_contents(str(file), b"old", b"new")
    assert stat.S_IMODE(file.stat().st_mode) == mode


def test_a_symbolic_link_stays_one(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "folder" / "link.py"
    link.parent.mkdir()
    link.symlink_to(file)
    replace_contents(str(link), b"old", b"new")
    assert link.is_symlink()
    assert file.read_bytes() == b"new"
    assert os.listdir(link.parent) == ["link.py"]


def test_a_file_that_has_changed_is_left(file: Path) -> None:
    file.write_bytes(b"changed meanwhile")
    with pytest.raises(CannotWriteError, match="changed"):
        replace_contents(str(file), b"old", b"new")
    assert file.read_bytes() == b"changed meanwhile"


def test_a_file_that_is_gone_is_not_made_again(file: Path) -> None:
    file.unlink()
    with pytest.raises(CannotWriteError, match="No such file"):
        replace_contents(str(file), b"old", b"new")
    assert not file.exists()


def test_a_read_only_file_is_left(file: Path) -> None:
    file.chmod(0o444)
    with pytest.raises(CannotWriteError, match="read-only"):
        replace_contents(str(file), b"old", b"new")
    assert file.read_bytes() == b"old"


def test_a_file_of_two_names_is_left(file: Path) -> None:
    os.link(file, file.parent / "b.py")
    with pytest.raises(CannotWriteError, match="2 names"):
        replace_contents(str(file), b"old", b"new")
    assert file.read_bytes() == b"old"


@pytest.mark.parametrize("step", ["fsync", "chmod", "replace"])
def test_on_a_full_disk_the_file_is_as_it_was(file: Path, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, step, full)
    with pytest.raises(CannotWriteError, match="No space left"):
        replace_contents(str(file), b"old", b"new")
    assert file.read_bytes() == b"old"
    assert os.listdir(file.parent) == ["a.py"]


def test_what_interrupts_leaves_nothing_behind(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        replace_contents(str(file), b"old", b"new")
    assert os.listdir(file.parent) == ["a.py"]
