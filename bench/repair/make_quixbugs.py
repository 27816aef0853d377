"""QuixBugs (github: jkoppel/QuixBugs), Python: 40 algorithms with one faulty line each.

Tests with a table of inputs become one function an input; the others stay as they are. The
statement of a test is the set's own; inputs that the set itself calls slow are left out.
"""

import ast
import json

import cases
import python_tests
from source import Source

BUGGY, RIGHT = "python_programs", "correct_python_programs"
TESTS, TABLES = "python_testcases", "json_testcases"
INPUT_BYTES_MAX = 2000


def _is_setup(node, name):
    """Whether a top-level statement belongs before the tests: not the choice of the program."""
    text = ast.unparse(node)
    return not (isinstance(node, ast.FunctionDef) and node.name.startswith("test")
                or "use_correct" in text or "load_json_testcases" in text
                or isinstance(node, ast.Assign) and text.startswith("testdata")
                or isinstance(node, ast.Import) and "pytest" in text
                or isinstance(node, ast.ImportFrom) and node.module == name)


def _without_docstring(function):
    body = function.body
    return body[1:] if ast.get_docstring(function) is not None and len(body) > 1 else body


def _tuples(moves):
    return [tuple(move) for move in moves]


def _table_tests(function, rows, convert):
    """One function a row: sets `input_data` and `expected`, then the set's own statement."""
    statements = [ast.unparse(node) for node in _without_docstring(function)
                  if isinstance(node, ast.Assert)]
    for number, (inputs, expected) in enumerate(rows, 1):
        if len(json.dumps(inputs)) > INPUT_BYTES_MAX:
            continue
        name = f"test_{number:02}"
        values = [f"input_data = {inputs!r}", f"expected = {convert(expected)!r}"]
        body = "\n".join(values + statements)
        yield cases.Test(name, python_tests.function(name, body))


def _program(source, name):
    module = ast.parse(source.text(f"{TESTS}/test_{name}.py"))
    functions = [node for node in module.body
                 if isinstance(node, ast.FunctionDef) and node.name.startswith("test")]
    prelude = [ast.unparse(node) for node in module.body if _is_setup(node, name)]
    table = f"{TABLES}/{name}.json"
    if source.has(table):
        rows = [json.loads(line) for line in source.text(table).splitlines() if line.strip()]
        convert = _tuples if name == "hanoi" else lambda expected: expected
        tests = list(_table_tests(functions[0], rows, convert))
    else:
        tests = [cases.Test(f"{function.name}", python_tests.function(
            function.name, "\n".join(ast.unparse(node) for node in _without_docstring(function))))
            for function in functions]
    files = {f"{name}.py": source.text(f"{BUGGY}/{name}.py")}
    right = {f"{name}.py": source.text(f"{RIGHT}/{name}.py")}
    imports = ["import pytest", f"from {name} import {name}"]
    node = {}
    if any("node import" in line for line in prelude):
        node = {"node.py": source.text(f"{TESTS}/node.py")}
    text = "\n".join(imports + prelude) + "\n"
    return cases.Program(
        name=name, set="quixbugs-python", language="python", files=files, right=right,
        reference={}, tests=tests,
        test_files=lambda tests, side: node | python_tests.files(tests, side, text),
        test_command=python_tests.command, report_command=python_tests.report_command)


def programs(options):
    source = Source(options.repository)
    names = [path.split("/")[1].removesuffix(".py") for path in source.paths()
             if path.startswith(f"{RIGHT}/") and path.endswith(".py")]
    return [_program(source, name) for name in names
            if source.has(f"{TESTS}/test_{name}.py") and source.has(f"{BUGGY}/{name}.py")]


if __name__ == "__main__":
    cases.main(__doc__, programs)
