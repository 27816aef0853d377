"""Writes tests of C and C++ programs: a shell script that compiles, runs each test and says
`ok NAME` or `not ok NAME`. CC, CXX, CFLAGS and CXXFLAGS may be set from outside."""

SECONDS_MAX = 2

# $1 is a folder with NAME.in, what the program reads, and NAME.out, what it should print.
# Output is compared word by word, as the judges of such exercises do.
STREAM_SCRIPT = f'''#!/bin/sh
# Compiles the program and runs it on each input of a folder.
cd "$(dirname "$0")" || exit 2
${{CC:-gcc}} ${{CFLAGS:--g -O0}} -w -o program program.c -lm || exit 2
failed=0
for input in "$1"/*.in; do
  name=$(basename "$input" .in)
  expected=$(tr -s '[:space:]' ' ' <"$1/$name.out" | sed 's/^ //; s/ $//')
  actual=$(timeout {SECONDS_MAX} ./program <"$input" 2>/dev/null | head -c 65536 |
    tr -s '[:space:]' ' ' | sed 's/^ //; s/ $//')
  if [ "$actual" = "$expected" ]; then
    echo "ok $name"
  else
    echo "not ok $name"
    echo "# expected: $expected"
    echo "# actual:   $actual"
    failed=1
  fi
done
exit $failed
'''


def stream_files(tests, side):
    """`data` of each test is (input, expected output)."""
    files = {"run_tests.sh": STREAM_SCRIPT}
    for test in tests:
        files[f"tests_{side}/{test.name}.in"], files[f"tests_{side}/{test.name}.out"] = test.data
    return files


def stream_command(side):
    return f"sh run_tests.sh tests_{side}"


def assert_files(tests, side, helpers):
    """`data` of each test is a statement. Each runs in a process of its own."""
    branches = "\n".join(f'  if (name == "{test.name}") {{\n    {test.data}\n  }}'
                         for test in tests)
    program = (f'#include "solution.cpp"\n#include <string>\n{helpers}\n'
               f'int main(int, char** argv) {{\n  std::string name = argv[1];\n'
               f'{branches}\n  return 0;\n}}\n')
    script = f'''#!/bin/sh
# Compiles the tests and runs each by itself.
cd "$(dirname "$0")" || exit 2
${{CXX:-g++}} ${{CXXFLAGS:--g -O0}} -w -std=c++17 -o test_{side} test_{side}.cpp || exit 2
failed=0
for name in {" ".join(test.name for test in tests)}; do
  if timeout {SECONDS_MAX} ./test_{side} "$name"; then
    echo "ok $name"
  else
    echo "not ok $name"
    failed=1
  fi
done
exit $failed
'''
    return {f"test_{side}.cpp": program, f"run_{side}.sh": script}


def assert_command(side):
    return f"sh run_{side}.sh"
