"""mitmproxy in this process, with our add-on in its chain."""

from collections.abc import Sequence
from pathlib import Path

from mitmproxy.tools import main as tools

from harness.capture import mitmproxy_script
from harness.capture.ending import ENDING

_UIS = {"dump": tools.mitmdump, "console": tools.mitmproxy, "web": tools.mitmweb}


def run_proxy(ui: str, options: Sequence[str]) -> bool | None:
    """
    Run mitmproxy with *ui* until it is ended; say whether a rule was violated.

    ``None``: it did not start, and has said why.
    """
    script = str(Path(mitmproxy_script.__file__))
    ENDING.is_told = True
    try:
        _UIS[ui]([*options, "-s", script])
    except SystemExit as ended:
        if ended.code:
            return None
    return ENDING.violated
