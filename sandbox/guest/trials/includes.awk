# Prints the system headers that a C++ source begins with, also by way of headers of its own, up to the first line that
# is anything else. mawk and gawk.
function folder(path) { return match(path, /.*\//) ? substr(path, 1, RLENGTH) : "" }
# Without comments; "in_comment" goes on from line to line.
function bare(line,   at) {
  while (1) {
    if (in_comment) {
      at = index(line, "*/")
      if (!at) return ""
      line = substr(line, at + 2)
      in_comment = 0
    }
    at = index(line, "/*")
    if (!at) break
    if (index(line, "//") && index(line, "//") < at) break
    in_comment = 1
    return substr(line, 1, at - 1) bare(substr(line, at + 2))
  }
  at = index(line, "//")
  return at ? substr(line, 1, at - 1) : line
}
# 0: the source goes on with something else.
function read(path, depth,   line, quoted, guard, lines) {
  if (depth > 8) return 0
  while ((getline line < path) > 0) {
    lines++
    line = bare(line)
    gsub(/^[ \t]+|[ \t\r]+$/, "", line)
    if (line == "" || line ~ /^#[ \t]*pragma[ \t]+once$/) continue
    if (line ~ /^#[ \t]*include[ \t]*</) {
      sub(/^#[ \t]*include[ \t]*/, "#include ", line)
      print line
    } else if (line ~ /^#[ \t]*include[ \t]*"[^"]+"$/) {
      quoted = line
      gsub(/^[^"]*"|"$/, "", quoted)
      quoted = folder(path) quoted
      if (!seen[quoted]++ && !read(quoted, depth + 1)) return 0
    } else if (depth > 0 && guard == "" && line ~ /^#[ \t]*ifndef[ \t]+[A-Za-z_0-9]+$/) {
      guard = line
      sub(/^#[ \t]*ifndef[ \t]+/, "", guard)
    } else if (guard == "" || line !~ "^#[ \t]*(define[ \t]+" guard "|endif)$") {
      return 0
    }
  }
  return lines > 0
}
BEGIN { read(ARGV[1], 0) }
