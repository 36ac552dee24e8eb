"""Files and folders appear whole or not at all."""

import pytest

from policynlp.atomic import replace_file, replace_files
from policynlp.errors import StoreError


def test_a_failure_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(RuntimeError), replace_file(path) as temporary:  # noqa: PT012
        temporary.write_text("half")
        raise RuntimeError
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_a_failure_leaves_no_folder(tmp_path):
    with pytest.raises(RuntimeError), replace_files(tmp_path / "out") as staging:  # noqa: PT012
        (staging / "a.txt").write_text("half")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_other_files_stay(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with replace_files(tmp_path) as staging:
        (staging / "sub").mkdir()
        (staging / "sub" / "a.txt").write_text("new")
    assert (tmp_path / "mine.txt").read_text() == "mine"
    assert (tmp_path / "sub" / "a.txt").read_text() == "new"


def test_an_impossible_place_is_explained(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="cannot be written"), replace_file(tmp_path / "file" / "a.txt"):
        pass
    with pytest.raises(StoreError, match="file stands where"), replace_files(tmp_path / "file"):
        pass
