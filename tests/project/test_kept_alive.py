"""A child is started again when it dies, and outlives neither its keeper nor its keeper's death."""

import multiprocessing
import subprocess
import sys
import threading
from pathlib import Path

from retained.project import kept_alive
from retained.project.kept_alive import KeptAlive

UNTIL_INPUT_ENDS = "import sys; sys.stdin.read()"
LONG_SECONDS = 60

KEEPER = f"""
import sys, threading
from retained.project.kept_alive import KeptAlive
KeptAlive([sys.executable, "-c", "print('child', flush=True); {UNTIL_INPUT_ENDS}"]).start()
threading.Event().wait()
"""

SERVER = """
import multiprocessing, threading
from tests_child import stay
if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    multiprocessing.Process(target=stay).start()
    threading.Event().wait()
"""

STAY = """
import threading
from retained.project.kept_alive import leave_with_parent
def stay():
    leave_with_parent()
    print("child", flush=True)
    threading.Event().wait()
"""


def test_a_child_that_dies_is_started_again(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(kept_alive, "FIRST_WAIT_SECONDS", 0.01)
    twice = threading.Event()
    monkeypatch.setattr(
        kept_alive.log, "warning", lambda *_: twice.set() if len(lives()) > 1 else None
    )
    lived = tmp_path / "lived"

    def lives() -> str:
        return lived.read_text() if lived.exists() else ""

    child = KeptAlive([sys.executable, "-c", f"open({str(lived)!r}, 'a').write('x')"])
    child.start()
    assert twice.wait(LONG_SECONDS)
    child.stop()


def test_a_child_is_asked_to_end_and_does() -> None:
    child = KeptAlive([sys.executable, "-c", UNTIL_INPUT_ENDS])
    child.start()
    child.stop()
    assert not child._thread.is_alive()


def test_a_child_ends_when_its_keeper_is_killed() -> None:
    assert_dies_with_parent([sys.executable, "-c", KEEPER])


def test_a_process_of_the_server_ends_when_the_first_is_killed(tmp_path: Path) -> None:
    (tmp_path / "tests_child.py").write_text(STAY)
    (tmp_path / "server.py").write_text(SERVER)
    assert_dies_with_parent([sys.executable, str(tmp_path / "server.py")])


def test_a_process_that_nobody_started_so_stays() -> None:
    assert multiprocessing.parent_process() is None
    before = threading.active_count()
    kept_alive.leave_with_parent()
    assert threading.active_count() == before


def assert_dies_with_parent(command: list[str]) -> None:
    """Kill the parent; its output ends only once the child, which shares it, is gone too."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "child\n"
        parent.kill()
        parent.communicate(timeout=LONG_SECONDS)
