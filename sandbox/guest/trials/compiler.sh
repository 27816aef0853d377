#!/bin/sh
# Stands in for gcc and g++ where changes are tried one after the other, most of whose time goes into compiling: no
# debug information, gold as linker, and the system headers that a C++ source begins with compiled once, to
# /tmp/inquest-headers/KEY/h.h.gch, which GCC ignores where it does not fit. Whatever is not plainly a compilation goes
# to the real compiler as it is, and so does what fails before its way has once succeeded.
name=${0##*/}
here=${0%/*}
PATH=${PATH#"$here:"}
headers=/tmp/inquest-headers

flags=
source=
sources=0
links=1
gold=1
next=
for argument; do
  if [ -n "$next" ]; then
    [ "$next" = flag ] && flags="$flags $argument"
    next=
    continue
  fi
  case $argument in
    *[[:space:]\'\"\\]*) exec "$name" "$@" ;;
    -o) next=output ;;
    -I | -D | -U) flags="$flags $argument" next=flag ;;
    -L) next=library ;;
    -c) links= ;;
    -l* | -L* | *.o | *.a) ;;
    -Wl,* | -static* | -flto* | -fuse-ld* | *.so) gold= ;;
    -I* | -D* | -U* | -std=* | -O* | -g* | -W[a-z]* | -w | -f* | -m* | -p | -pipe | -pthread | -pedantic* | -ansi)
      flags="$flags $argument"
      ;;
    *.cpp | *.cc | *.cxx | *.C)
      source=$argument
      sources=$((sources + 1))
      ;;
    *.c) sources=$((sources + 2)) ;;
    *) exec "$name" "$@" ;;
  esac
done
[ -n "$links" ] && [ -n "$gold" ] && command -v ld.gold >/dev/null 2>&1 || gold=

made=
case $name in
  *++*)
    if [ "$sources" = 1 ] && wanted=$(awk -f "$here/../includes.awk" "$source" 2>/dev/null) && [ -n "$wanted" ]; then
      key=$(printf '%s\n' "$name $flags" "$wanted" | cksum)
      made=$headers/${key% *}
      # One that was interrupted is not tried again: it may have used up the time of a trial.
      if mkdir -p "$headers" && mkdir "$made.begun" 2>/dev/null; then
        mkdir "$made.new" && printf '%s\n' "$wanted" >"$made.new/h.h"
        # shellcheck disable=SC2086 # flags are words
        "$name" $flags -g0 -w -x c++-header -o "$made.new/h.h.gch" "$made.new/h.h" 2>/dev/null &&
          mv "$made.new" "$made"
      fi
      [ -e "$made/h.h.gch" ] || made=
    fi
    ;;
esac

# A build compiles in more ways than one, and each has to prove itself.
proven=$headers/proven-$name-${links:+links}-${gold:+gold}-${made##*/}
if [ -e "$proven" ]; then
  exec "$name" "$@" -g0 ${gold:+-fuse-ld=gold} ${made:+-include "$made/h.h"}
fi
if said=$("$name" "$@" -g0 ${gold:+-fuse-ld=gold} ${made:+-include "$made/h.h"} 2>&1); then
  mkdir -p "$headers" && : >"$proven"
  [ -z "$said" ] || printf '%s\n' "$said" >&2
  exit 0
fi
exec "$name" "$@"
