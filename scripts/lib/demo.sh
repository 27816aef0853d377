# Sourced by scripts/demo: published packages, fetched and checked, never installed; and the judge's sandbox.
# Expects `work`, a folder for what is fetched.

# keep FILE SHA256 COMMAND...: FILE in `work`, by COMMAND run in an empty folder, unless it is there already.
keep() {
  local file=$work/$1 sha256=$2 download
  shift 2
  if ! sha256sum --status -c <<<"$sha256  $file" 2>/dev/null; then
    download=$(mktemp -d "$work/download.XXXXXX")
    (cd "$download" && "$@" >&2) || fail "cannot download ${file##*/}: is there a network?"
    mv "$download"/* "$file"
    rm -rf "$download"
    sha256sum --status -c <<<"$sha256  $file" || fail "$file is not what was pinned: wrong SHA-256"
  fi
}

# fetch_debian PACKAGE VERSION SHA256 DIRECTORY INTO: the directory of a package of Debian 12 main.
fetch_debian() {
  local package=$1 version=$2 sha256=$3 directory=$4 into=$5
  keep "${package}_$version.deb" "$sha256" apt-get download -q "$package=$version"
  rm -rf "$into" "$into.unpacked"
  dpkg-deb -x "$work/${package}_$version.deb" "$into.unpacked"
  mv "$into.unpacked/$directory" "$into"
  rm -rf "$into.unpacked"
}

# fetch_npm PACKAGE VERSION SHA256 INTO: a package of the npm registry.
fetch_npm() {
  local package=$1 version=$2 sha256=$3 into=$4
  keep "$package-$version.tgz" "$sha256" npm pack --silent --ignore-scripts "$package@$version"
  rm -rf "$into"
  mkdir -p "$into"
  tar -xzf "$work/$package-$version.tgz" -C "$into" --strip-components 1
}

# outside TREE SCRIPT INTERPRETER: runs the script in the tree, without network, seeing nothing but the
# system and the tree.
outside() {
  local interpreter
  interpreter=$(readlink -f "$3")
  bwrap --unshare-all --die-with-parent --new-session --clearenv --setenv PATH /usr/bin:/bin \
    --setenv PYTHONDONTWRITEBYTECODE 1 --setenv PYTHONPATH /tree \
    --ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib --symlink usr/lib64 /lib64 \
    --proc /proc --dev /dev --ro-bind "$interpreter" /interpreter --ro-bind "$1" /tree \
    --ro-bind "$2" /judge --chdir /tree /interpreter /judge >&2
}
