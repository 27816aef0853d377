#!/bin/sh
# Stands in for gcc, clang and their kin: calls the real compiler, the next of this name in PATH,
# with the flags of the instrument (the file `flags` beside bin/). Where they make it fail, the plain
# call is what counts: an instrument must not break a build.
# shellcheck disable=SC3013 # dash, bash and busybox have -ef
# shellcheck disable=SC1091,SC2154 # `flags` sets compile, link, link_shared, for_clang*
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
# shellcheck disable=SC2086 # flags are words
if said=$("${real:-$plain}" "$@" $flags 2>&1); then
  [ -z "$said" ] || printf '%s\n' "$said" >&2
  exit 0
fi
exec "$plain" "$@"
