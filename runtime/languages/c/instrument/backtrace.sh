#!/bin/sh
# backtrace PROCESS SIGNAL: the stack of a process that the signal is about to end, as gdb shows it.
command -v gdb >/dev/null 2>&1 || exit 0
printf 'Program received signal SIG%s, which ends it.\n' "$(kill -l "$2")" >&2
exec gdb -q -nx -batch -iex 'set debuginfod enabled off' -iex 'set auto-load off' -ex 'backtrace 64' -p "$1" \
  </dev/null >&2 2>/dev/null
