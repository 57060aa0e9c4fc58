"""A file is whole or not there, and a wrong place gets one clear error."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from kizuna.floor.errors import OutputError
from kizuna.floor.files import write_file


def refuse(*_: object) -> None:
    raise PermissionError(13, "Permission denied")


def test_a_file_holds_the_bytes_and_nothing_lies_beside_it(tmp_path: Path) -> None:
    assert write_file(tmp_path / "brief.html", b"new") == (tmp_path / "brief.html").resolve()
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("brief.html", b"new")]


def test_a_new_file_may_be_read_by_those_whom_the_umask_allows(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_file(tmp_path / "brief.html", b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "brief.html").stat().st_mode) == 0o640


@pytest.mark.parametrize("step", ["replace", "fsync", "open"])
def test_a_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    (tmp_path / "brief.html").write_bytes(b"old")
    monkeypatch.setattr(os, step, refuse)
    with pytest.raises(OutputError, match="Permission denied") as caught:
        write_file(tmp_path / "brief.html", b"new")
    monkeypatch.undo()
    assert caught.value.do
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("brief.html", b"old")]


def test_an_interruption_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_file(tmp_path / "brief.html", b"new")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_refused_with_the_name_of_a_file_in_it(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="is a folder") as caught:
        write_file(tmp_path, b"x")
    assert str(tmp_path / "brief.html") in caught.value.do
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_named_with_the_nearest_that_is_there(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="There is no folder") as caught:
        write_file(tmp_path / "a" / "b" / "brief.html", b"x")
    assert "mkdir -p" in caught.value.do
    assert str(tmp_path.resolve()) in caught.value.do
    assert list(tmp_path.iterdir()) == []


def test_a_file_as_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"old")
    with pytest.raises(OutputError):
        write_file(tmp_path / "file" / "brief.html", b"x")
    assert (tmp_path / "file").read_bytes() == b"old"


def test_a_pipe_is_refused_and_stays(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OutputError, match="device or a pipe"):
        write_file(tmp_path / "pipe", b"x")
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_a_link_keeps_pointing_where_it_does(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_file(tmp_path / "link", b"x")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"x"
