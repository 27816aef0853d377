"""The second way in, for a command that sets PYTHONPATH itself: the interpreter imports this from its
user site, which the environment puts beside this instrument."""
import os
import sys


def _start():
    instrument = os.environ.get("INQUEST_INSTRUMENT", "")
    if sys.version_info < (3, 6) or not instrument or instrument in sys.modules:
        return
    here = os.path.abspath(__file__)
    for _ in range(5):
        here = os.path.dirname(here)
    sys.path.insert(0, here)
    try:
        import importlib
        importlib.import_module(instrument).start()
    except Exception:
        pass
    finally:
        sys.path.remove(here)


_start()
