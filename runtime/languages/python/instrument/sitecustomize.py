"""Starts the instrument of this run, then gives way to the sitecustomize that it hides.

The interpreter imports this module at its start. It must never disturb the program: whatever fails here
leaves the program unrecorded and untouched. Old interpreters read it too, hence the plain syntax.
"""
import sys


def _start():
    if sys.version_info < (3, 6):
        return
    try:
        import importlib
        import os
        importlib.import_module(os.environ["INQUEST_INSTRUMENT"]).start()
    except Exception:
        pass


def _give_way():
    import os
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != here]
    if sys.version_info < (3, 6):
        return
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec
    spec = PathFinder.find_spec("sitecustomize", sys.path)
    if spec is None or spec.loader is None:
        return
    module = module_from_spec(spec)
    sys.modules["sitecustomize"] = module
    spec.loader.exec_module(module)


_start()
_give_way()
