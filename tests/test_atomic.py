"""Files and folders appear whole or not at all, whatever kills the writer."""

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import policynlp
from policynlp.atomic import replace_file, replace_files
from policynlp.errors import StoreError

POSIX = pytest.mark.skipif(os.name != "posix", reason="only POSIX systems have signals and limits")
NAMES = ("page.html", "csv/statements.csv", "csv/entities.csv", "figures/graph.png")


def write_version(folder, version):
    with replace_files(folder) as place:
        for name in NAMES:
            (place / name).parent.mkdir(exist_ok=True)
            (place / name).write_text(version * 1000)


def version_of(folder):
    """The one version of which all files are; a mixture or a gap is an error."""
    [version] = {(folder / name).read_text() for name in NAMES}
    assert len(version) == 1000
    return version[0]


def add_own_files(folder):
    (folder / "notes.txt").write_text("mine")
    (folder / "csv" / "checked").mkdir()
    (folder / "csv" / "checked" / "my.csv").write_text("mine")
    if os.name == "posix":
        (folder / "link").symlink_to("notes.txt")


def check_own_files(folder):
    assert (folder / "notes.txt").read_text() == "mine"
    assert (folder / "csv" / "checked" / "my.csv").read_text() == "mine"
    if os.name == "posix":
        assert (folder / "link").is_symlink()


def test_a_failure_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(RuntimeError), replace_file(path) as temporary:  # noqa: PT012
        temporary.write_text("half")
        raise RuntimeError
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.parametrize("stop", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_a_failure_leaves_no_folder(stop, tmp_path):
    with pytest.raises(stop), replace_files(tmp_path / "out") as staging:  # noqa: PT012
        (staging / "a.txt").write_text("half")
        raise stop
    assert list(tmp_path.iterdir()) == []


def test_other_files_stay(tmp_path):
    out = tmp_path / "out"
    write_version(out, "a")
    add_own_files(out)
    write_version(out, "b")
    assert version_of(out) == "b"
    check_own_files(out)
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


@POSIX
def test_a_link_to_a_folder_stays_a_link_and_rights_stay(tmp_path):
    write_version(tmp_path / "there", "a")
    (tmp_path / "there").chmod(0o750)
    (tmp_path / "out").symlink_to("there", target_is_directory=True)
    write_version(tmp_path / "out", "b")
    assert (tmp_path / "out").is_symlink()
    assert version_of(tmp_path / "there") == "b"
    assert (tmp_path / "there").stat().st_mode & 0o777 == 0o750


def test_an_impossible_place_is_explained(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="cannot be written"), replace_file(tmp_path / "file" / "a.txt"):
        pass
    with pytest.raises(StoreError, match="file stands where"), replace_files(tmp_path / "file"):
        pass
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreError, match=r"choose|Choose a folder inside it"), replace_files("."):
        pass
    (tmp_path / "out" / "page.html").mkdir(parents=True)
    with pytest.raises(StoreError, match="something else stands"):
        write_version(tmp_path / "out", "a")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "out"]


def test_a_long_name_of_a_folder_is_no_trouble(tmp_path):
    write_version(tmp_path / ("年" * 84), "a")
    write_version(tmp_path / ("年" * 84), "b")
    assert version_of(tmp_path / ("年" * 84)) == "b"


def killed_at(step, out, version):
    """Write in a child process that kills itself before its `step`th call to the system; say whether it got so far."""
    child = os.fork()
    if child == 0:
        left = step

        def count(event, arguments):
            nonlocal left
            if event in ("open", "os.rename", "os.link", "os.remove", "os.rmdir", "os.mkdir", "os.listdir", "os.scandir", "os.chmod"):
                left -= 1
                if left < 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        write_version(out, version)
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


@POSIX
@pytest.mark.slow
def test_a_kill_at_any_moment_leaves_the_old_files_or_the_new_ones(tmp_path):
    out = tmp_path / "out"
    write_version(out, "a")
    add_own_files(out)
    step, seen, absent = 0, set(), 0
    while killed_at(step, out, "b"):
        if out.exists():
            seen.add(version_of(out))
            check_own_files(out)
        else:
            absent += 1  # between two renames: the next run puts the old folder back first
        if step % 3 == 0:  # and that run may be killed too
            killed_at(step // 2, out, "b")
        write_version(out, "a")
        assert version_of(out) == "a"
        check_own_files(out)
        assert [p.name for p in tmp_path.iterdir()] == ["out"]
        step += 1
    assert seen == {"a", "b"}
    assert absent <= 3
    assert step > 40


@POSIX
@pytest.mark.slow
def test_a_kill_leaves_the_old_file_or_the_new_one(tmp_path):
    script = """
import sys
from policynlp.atomic import replace_file
print("ready", flush=True)
while True:
    for version in "ab":
        with replace_file(sys.argv[1]) as temporary:
            temporary.write_text(version * 1_000_000)
"""
    path = tmp_path / "page.html"
    for number in range(25):
        with subprocess.Popen([sys.executable, "-c", script, path], stdout=subprocess.PIPE) as child:
            child.stdout.readline()
            time.sleep(0.01 + number * 0.0017)
            child.kill()
        if path.exists():
            text = path.read_text()
            assert text in ("a" * 1_000_000, "b" * 1_000_000)
    assert path.exists()


@POSIX
@pytest.mark.slow
@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGINT])
def test_a_run_of_the_command_that_is_stopped_leaves_the_old_results(stop, tmp_path, benxi_path):
    out = tmp_path / "out"
    command = [sys.executable, "-m", "policynlp", "analyze", benxi_path, "-o", out]
    subprocess.run(command, check=True, capture_output=True)
    before = {p.relative_to(out): (p.stat().st_ino, p.read_bytes()) for p in out.rglob("*") if p.is_file()}
    for seconds in (1.0, 3.0, 5.0):
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
            time.sleep(seconds)
            child.send_signal(stop)
            child.wait()
        after = {p.relative_to(out): (p.stat().st_ino, p.read_bytes()) for p in out.rglob("*") if p.is_file()}
        assert {name: data for name, (_, data) in after.items()} == {name: data for name, (_, data) in before.items()}
        assert len({inode in {i for i, _ in before.values()} for inode, _ in after.values()}) == 1


@POSIX
def test_a_full_disk_leaves_the_old_files_and_says_so(tmp_path):
    out = tmp_path / "out"
    write_version(out, "a")
    child = os.fork()
    if child == 0:
        import resource

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))
        try:
            write_version(out, "b")
        except StoreError as error:
            os._exit(7 if "cannot be written" in error.problem and "free space" in error.remedy else 8)
        os._exit(9)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    assert version_of(out) == "a"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


@POSIX
def test_a_full_disk_fails_the_command_and_nothing_is_left(tmp_path, benxi):
    disk = tmp_path / "disk"
    disk.mkdir()
    try:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", disk], capture_output=True, check=False)
    except OSError:
        pytest.skip("there is no mount command")
    if mounted.returncode:
        pytest.skip("only root may mount a small disk")
    try:
        (disk / "filling").write_bytes(bytes(150_000))
        with pytest.raises(StoreError, match=os.strerror(errno.ENOSPC)):
            policynlp.write_page(benxi, disk / "page.html")
        assert not (disk / "page.html").exists()
        with pytest.raises(StoreError, match="whole disk"), replace_files(disk):
            pass
    finally:
        subprocess.run(["umount", disk], check=True)


def test_several_writers_of_one_folder_leave_one_version_whole(tmp_path):
    out = tmp_path / "out"
    write_version(out, "a")
    add_own_files(out)
    failures = []

    def work(version):
        try:
            for _ in range(8):
                write_version(out, version)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(version,)) for version in "bcde"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert version_of(out) in "bcde"
    check_own_files(out)
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


@POSIX
@pytest.mark.slow
def test_several_processes_of_which_some_are_killed_leave_one_version_whole(tmp_path):
    out = tmp_path / "out"
    write_version(out, "a")
    add_own_files(out)
    script = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from pathlib import Path
from test_atomic import write_version
print("ready", flush=True)
for _ in range(200):
    write_version(Path(sys.argv[1]), sys.argv[2])
"""
    for round_ in range(4):
        children = [subprocess.Popen([sys.executable, "-c", script, out, version], stdout=subprocess.PIPE) for version in "bcd"]
        for child in children:
            child.stdout.readline()
        time.sleep(0.3 + 0.037 * round_)
        for child in children:
            child.kill()
            child.communicate()
        write_version(out, "a")
        assert version_of(out) == "a"
        check_own_files(out)
        assert [p.name for p in tmp_path.iterdir()] == ["out"]
