"""HumanEvalFix (HumanEvalPack) out of github: ArthurYangX/harbor-humanevalpack-dataset.

164 functions with one bug each, in Python, JavaScript and C++. Each statement of the set's test
that stands by itself becomes a test; loops over random inputs are left out.
"""

import ast
import re

import cases
import c_tests
import python_tests
import statements
from source import Source

FOLDER = "datasets/humanevalpack-fix"
ENDINGS = {"python": "py", "javascript": "js", "cpp": "cpp"}


def _python(text):
    check = next(node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef))
    # The argument of check() is the function under test, under its own name.
    asserts = [ast.unparse(node) for node in check.body
               if isinstance(node, ast.Assert) and not isinstance(node.test, ast.Constant)]
    return [cases.Test(f"test_{number:02}", python_tests.function(f"test_{number:02}", body))
            for number, body in enumerate(asserts, 1)]


def _python_program(base, buggy, right, text):
    prelude = f"from solution import {base['entry'] or '*'}\n"
    return cases.Program(
        files={"solution.py": buggy}, right={"solution.py": right}, tests=_python(text),
        test_files=lambda tests, side: python_tests.files(tests, side, prelude),
        test_command=python_tests.command, report_command=python_tests.report_command,
        **base["fields"])


def _javascript_test(name, condition):
    """`a === b` becomes a comparison that shows both values when it fails."""
    condition = (statements.split_top(condition, [","]) or (condition,))[0]
    sides = statements.split_top(condition, ["===", "=="])
    check = f"assert.strictEqual({sides[0]}, {sides[1]})" if sides else f"assert.ok({condition})"
    return cases.Test(name, f"test('{name}', () => {{\n  {check};\n}});\n")


def _javascript_program(base, buggy, right, text):
    names = sorted(set(re.findall(r"^(?:const|let|var|function)\s+(\w+)", right, re.MULTILINE)))
    exports = f"\nmodule.exports = {{ {', '.join(names)} }};\n"
    head = ("const test = require('node:test');\nconst assert = require('node:assert');\n"
            f"const {{ {', '.join(names)} }} = require('./solution.js');\n\n")
    tests = [_javascript_test(f"test_{number:02}", condition)
             for number, condition in enumerate(statements.arguments(text, "console.assert"), 1)]
    return cases.Program(
        files={"solution.js": buggy.rstrip() + "\n" + exports},
        right={"solution.js": right.rstrip() + "\n" + exports}, tests=tests,
        test_files=lambda tests, side: {f"test_{side}.js": head + "\n".join(t.data for t in tests)},
        test_command=lambda side: f"node --test test_{side}.js",
        report_command=lambda side: f"node --test --test-reporter=tap test_{side}.js",
        **base["fields"])


def _cpp_program(base, buggy, right, text):
    helpers = text[:text.find("int main")]
    tests = [cases.Test(f"test_{number:02}", f"assert({condition});")
             for number, condition in enumerate(statements.arguments(text, "assert"), 1)]
    return cases.Program(
        files={"solution.cpp": buggy}, right={"solution.cpp": right}, tests=tests,
        test_files=lambda tests, side: c_tests.assert_files(tests, side, helpers),
        test_command=c_tests.assert_command, report_command=c_tests.assert_command,
        **base["fields"])


PROGRAMS = {"python": _python_program, "javascript": _javascript_program, "cpp": _cpp_program}


def _program(source, language, number):
    folder, ending = f"{FOLDER}/{language}_{number}", ENDINGS[language]
    text = source.text(f"{folder}/instruction.md")
    buggy = re.search(r"# Context\s+```\w*\n(.*?)\n```", text, re.DOTALL)
    right = source.text(f"{folder}/solution/solution.{ending}")
    right = re.sub(r"^```\w*\n|\n```\s*$", "", right)
    entry = re.search(r"^Fix bugs in (\w+)\.", text, re.MULTILINE)
    if buggy is None:
        return None
    base = {"entry": entry[1] if entry else "",
            "fields": {"name": str(number), "set": f"humanevalfix-{language}", "language": language,
                       "reference": {}}}
    test = source.text(f"{folder}/tests/test_code.txt")
    return PROGRAMS[language](base, buggy[1] + "\n", right, test)


def programs(options):
    source = Source(options.repository, FOLDER)
    prefix = f"{FOLDER}/{options.language}_"
    numbers = sorted({int(path.removeprefix(prefix).split("/")[0]) for path in source.paths()
                      if path.startswith(prefix)})
    made = [_program(source, options.language, number) for number in numbers]
    return [program for program in made if program is not None]


if __name__ == "__main__":
    cases.main(__doc__, programs, lambda parser: parser.add_argument(
        "--language", choices=sorted(PROGRAMS), required=True))
