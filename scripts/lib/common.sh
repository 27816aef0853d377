# Sourced by the scripts of this folder. Defines `root` (the repository) and says what is going on
# on stderr, so that stdout stays for results.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

say() { printf '== %s\n' "$*" >&2; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

# How many compilers at once: no more than there are cores, and than 1.5 GiB of memory each allow.
jobs() {
  local cores memory_kib by_memory
  cores=$(nproc)
  memory_kib=$(awk '/^MemAvailable:/ {print $2}' /proc/meminfo)
  by_memory=$((memory_kib / 1572864))
  if ((by_memory < 1)); then by_memory=1; fi
  echo $((cores < by_memory ? cores : by_memory))
}

# An ordinary user cannot make control groups: the demo's own configuration accepts the weaker watch, aloud.
accept_for_ordinary_user() {
  ((EUID != 0)) || return 0
  export XDG_CONFIG_HOME=$1
  [[ ! -e $1/inquest/policies/scratch.yaml ]] || return 0
  say "not root: runs go without memory and pids groups, and their evidence says so (docs/deploy.md)"
  "$root/scripts/accept-missing-layers" cgroup-memory cgroup-pids
}
