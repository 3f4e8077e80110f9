"""Where recordings are judged: in this process, or by the workers of a dask cluster."""

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from typing import Any

from harness.documents.bad_input import BadInput
from harness.suite.portion import Portion, portion_of

#: Judges files, each with whether it is a part; the answers come in the same order.
type Engine = Callable[[Sequence[tuple[str, bool]]], list[Portion]]

_WAIT_SECONDS = 30


def local(files: Sequence[tuple[str, bool]]) -> list[Portion]:
    """Judge one file after the other."""
    return [portion_of(path, is_part=is_part) for path, is_part in files]


def dask(scheduler: str | None, workers: int | None = None) -> Engine:
    """
    Return what has files judged by the cluster of *scheduler*, or by processes here.

    Raises:
        BadInput: dask is not installed.
    """
    try:
        import distributed
    except ImportError as error:
        raise BadInput(
            "--engine dask: dask is not installed; install it with `pip install "
            "'dlscheck[dask]'`, or leave the option out: results are the same"
        ) from error
    return partial(_by_dask, distributed, scheduler, workers or os.cpu_count() or 1)


def _by_dask(
    distributed: Any,
    scheduler: str | None,
    workers: int,
    files: Sequence[tuple[str, bool]],
) -> list[Portion]:
    # Workers may have another working folder than we have.
    absolute = [(os.path.abspath(path), is_part) for path, is_part in files]
    with ExitStack() as stack:
        client = stack.enter_context(_client(distributed, scheduler, workers, stack))
        waiting = [
            client.submit(portion_of, path, is_part=is_part, pure=False)
            for path, is_part in absolute
        ]
        answers: list[Portion] = client.gather(waiting)
    return answers


def _client(distributed: Any, scheduler: str | None, workers: int, stack: ExitStack) -> Any:
    if scheduler is None:
        scheduler = stack.enter_context(
            distributed.LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                host="127.0.0.1",
                dashboard_address=None,
                silence_logs="ERROR",
            )
        )
    try:
        return distributed.Client(scheduler, timeout=_WAIT_SECONDS)
    except (OSError, TimeoutError, ValueError) as error:
        raise BadInput(
            f"--scheduler {scheduler}: expected the address of a dask scheduler, such as "
            f"tcp://127.0.0.1:8786: {error}"
        ) from error
