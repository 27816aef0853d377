#!/bin/sh
# Stands in for gcc, clang and their kin: calls the real compiler, the next of this name in PATH,
# with the flags of the instrument (the file `flags` beside bin/). Where they make it fail, the plain
# call is what counts: an instrument must not break a build.
# shellcheck disable=SC3013 # dash, bash and busybox have -ef
# shellcheck disable=SC1091,SC2154 # `flags` sets compile, link, link_shared, for_clang*, weave
name=${0##*/}
root=${0%/*}/..

find_real() {
  old=$IFS
  IFS=:
  for folder in $PATH; do
    if [ -x "$folder/$1" ] && ! [ "$folder/$1" -ef "$0" ]; then
      printf '%s' "$folder/$1"
      break
    fi
  done
  IFS=$old
}

plain=$(find_real "$name")
if [ -z "$plain" ]; then
  echo "$name: not found" >&2
  exit 127
fi

links=1
input=
shared=
stdin=
for argument; do
  case $argument in
    -c | -S) links= ;;
    -E | -M | -MM | -fsyntax-only | -r | -m32 | -nostdlib | -nostartfiles | -nodefaultlibs | \
      -ffreestanding | -dump* | -print-* | --version | --help*) exec "$plain" "$@" ;;
    -shared) shared=1 ;;
    -) input=1 stdin=1 ;;
    -*) ;;
    *) input=1 ;;
  esac
done
if [ -z "$input" ] || [ -n "$stdin" ]; then
  exec "$plain" "$@"
fi

weave=
. "$root/flags"
real=$plain
case $name in
  *clang++*) real=$(find_real "${for_clangxx:-$name}") ;;
  *clang*) real=$(find_real "${for_clang:-$name}") ;;
esac
flags=$compile
if [ -n "$links" ]; then
  if [ -n "$shared" ]; then flags="$flags $link_shared"; else flags="$flags $link"; fi
fi

# compile ARGUMENT...: with the instrument's flags; what it says is said only if it works.
# shellcheck disable=SC2086 # flags are words
compile() {
  said=$("${real:-$plain}" "$@" $flags 2>&1) || return 1
  [ -z "$said" ] || printf '%s\n' "$said" >&2
}

# The same with copies of the sources that the instrument's program has changed, where it has.
compile_woven() {
  woven=
  left=$#
  folder=$(mktemp -d) || return 1
  while [ "$left" -gt 0 ]; do
    argument=$1
    shift
    left=$((left - 1))
    case $argument in
      -*) ;;
      *.c | *.cc | *.cpp | *.cxx | *.C | *.c++)
        copy=$folder/$left/${argument##*/}
        if mkdir "$folder/$left" && "$weave" "$argument" "$copy"; then
          woven=1
          set -- "$@" -iquote "$(dirname "$argument")"
          argument=$copy
        fi
        ;;
    esac
    set -- "$@" "$argument"
  done
  [ -n "$woven" ] || return 1
  compile "$@" || compile "$@" -DINQUEST_NO_TEXTS || compile "$@" -DINQUEST_NO_NOTES ||
    compile "$@" -DINQUEST_NO_TEXTS -DINQUEST_NO_NOTES
}

if [ -n "$weave" ] && compile_woven "$@"; then exit 0; fi
if compile "$@"; then exit 0; fi
exec "$plain" "$@"
