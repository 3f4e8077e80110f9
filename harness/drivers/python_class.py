"""A Python class by name, from a folder that need not be installed."""

import importlib
import sys
import traceback
from importlib.machinery import PathFinder
from pathlib import Path

from harness.documents.bad_input import BadInput, unknown_name


def load_class(name: str, folder: Path) -> type:
    """
    Return the class *name*, written ``package.module:Class``; *folder* is looked in first.

    Raises:
        BadInput: There is no such class, or its module cannot be imported.
    """
    module_name, colon, class_name = name.partition(":")
    if not (module_name and colon and class_name.isidentifier()):
        raise BadInput(f"expected package.module:Class, got {name!r}")
    _look_first_in(folder, module_name.partition(".")[0])
    try:
        module = importlib.import_module(module_name)
    # Whatever a module of the user's may raise while it is imported; not our fault.
    except Exception as error:
        why = traceback.format_exception_only(error)[-1].strip()
        raise BadInput(
            f"module {module_name!r} cannot be imported: {why} (looked in {folder} first)"
        ) from error
    found = getattr(module, class_name, None)
    if not isinstance(found, type):
        classes = [key for key, value in vars(module).items() if isinstance(value, type)]
        raise BadInput(f"{module_name}: " + unknown_name("class", class_name, classes))
    return found


def _look_first_in(folder: Path, top: str) -> None:
    """Import from *folder* first, even if another folder's *top* was imported before."""
    place = str(folder)
    if place in sys.path:
        sys.path.remove(place)
    sys.path.insert(0, place)
    importlib.invalidate_caches()
    here = PathFinder.find_spec(top, [place])
    loaded = sys.modules.get(top)
    if loaded is None or here is None or here.origin is None:
        return
    if here.origin != getattr(loaded, "__file__", None):
        for name in [n for n in sys.modules if n == top or n.startswith(f"{top}.")]:
            del sys.modules[name]
