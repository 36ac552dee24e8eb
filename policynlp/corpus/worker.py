"""What a worker process does before its first task. Light, so that the settings are there before numpy is loaded."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress
from multiprocessing import connection, parent_process

from policynlp.errors import PolicyNLPError

__all__ = ["start_worker"]


def start_worker(lifeline: connection.Connection) -> None:
    """Make this process a worker: it ends when the driver ends or closes the lifeline, and leaves Ctrl-C to the driver.

    Args:
        lifeline: the reading end of a pipe whose writing end the driver alone holds.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with, args=(lifeline,), daemon=True).start()
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # the processes are what runs side by side
    with suppress(PolicyNLPError):  # the first task will say it where it can be heard
        load_models()


def load_models() -> None:
    """Load what every analysis needs, once a process."""
    from policynlp.annotation.pipeline import analyze

    analyze("设立基金。")


def end_with(lifeline: connection.Connection) -> None:
    parent = parent_process()
    connection.wait([lifeline] if parent is None else [lifeline, parent.sentinel])
    os._exit(1)  # the main thread may be deep in a task: nothing of it may be written any more
