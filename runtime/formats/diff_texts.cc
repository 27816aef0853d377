#include <algorithm>
#include <unordered_map>
#include <utility>

#include "runtime/formats/unified_diff.h"

// Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), the linear-space variant: find
// the middle of a shortest edit, then do its two halves. The halves wait in a list, not on the
// stack.

namespace inquest::formats {

namespace {

using Index = std::ptrdiff_t;

constexpr Index kContextLines = 3;
// Past this many edits from either end the search stops and the part counts as replaced as a whole:
// still a right diff, only a longer one. Bounds the work.
constexpr Index kEditsLimit = 2048;

std::vector<std::string_view> SplitLines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::size_t size = end == std::string_view::npos ? text.size() : end + 1;
    lines.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return lines;
}

// Part of the two texts: lines [old_begin, old_end) against [new_begin, new_end).
struct Box {
  Index old_begin = 0;
  Index old_end = 0;
  Index new_begin = 0;
  Index new_end = 0;
};

struct Point {
  Index old_line = 0;
  Index new_line = 0;
};

// Searches a box from both corners, one edit more at a time, until the two meet.
class MiddleSearch {
 public:
  MiddleSearch(const std::vector<int>& old_lines, const std::vector<int>& new_lines, const Box& box)
      : old_(old_lines),
        new_(new_lines),
        box_(box),
        rows_(box.old_end - box.old_begin),
        columns_(box.new_end - box.new_begin),
        limit_(std::min((rows_ + columns_ + 1) / 2, kEditsLimit)),
        forward_(limit_),
        backward_(limit_) {}

  // Nothing: too far apart.
  std::optional<Point> Find() {
    const bool forward_meets = (rows_ - columns_) % 2 != 0;
    for (Index edits = 0; edits < limit_; ++edits) {
      if (const auto met = Advance(Direction::kForward, edits, forward_meets)) {
        return Point{box_.old_begin + met->old_line, box_.new_begin + met->new_line};
      }
      if (const auto met = Advance(Direction::kBackward, edits, !forward_meets)) {
        return Point{box_.old_end - met->old_line, box_.new_end - met->new_line};
      }
    }
    return std::nullopt;
  }

 private:
  enum class Direction { kForward, kBackward };

  // How far one search has come: on diagonal k = old lines - new lines, that many old lines.
  struct Front {
    explicit Front(Index limit)
        : origin(limit + 1), reached(static_cast<std::size_t>(2 * limit + 3), -1) {
      At(1) = 0;
    }
    bool Has(Index k) const {
      return k >= -origin && k <= origin && reached[static_cast<std::size_t>(origin + k)] >= 0;
    }
    Index& At(Index k) { return reached[static_cast<std::size_t>(origin + k)]; }
    Index At(Index k) const { return reached[static_cast<std::size_t>(origin + k)]; }

    Index origin;
    std::vector<Index> reached;
    Index skip_low = 0;  // diagonals that have left the box
    Index skip_high = 0;
  };

  bool Same(Direction direction, Index x, Index y) const {
    const bool forward = direction == Direction::kForward;
    const Index old_line = forward ? box_.old_begin + x : box_.old_end - 1 - x;
    const Index new_line = forward ? box_.new_begin + y : box_.new_end - 1 - y;
    return old_[static_cast<std::size_t>(old_line)] == new_[static_cast<std::size_t>(new_line)];
  }

  std::optional<Point> Advance(Direction direction, Index edits, bool meets) {
    Front& own = direction == Direction::kForward ? forward_ : backward_;
    const Front& other = direction == Direction::kForward ? backward_ : forward_;
    for (Index k = -edits + own.skip_low; k <= edits - own.skip_high; k += 2) {
      const bool down = k == -edits || (k != edits && own.At(k - 1) < own.At(k + 1));
      Index x = down ? own.At(k + 1) : own.At(k - 1) + 1;
      while (x < rows_ && x - k < columns_ && Same(direction, x, x - k)) ++x;
      own.At(k) = x;
      if (x > rows_) {
        own.skip_high += 2;
      } else if (x - k > columns_) {
        own.skip_low += 2;
      } else if (meets) {
        const Index mirror = rows_ - columns_ - k;
        if (other.Has(mirror) && x + other.At(mirror) >= rows_) return Point{x, x - k};
      }
    }
    return std::nullopt;
  }

  const std::vector<int>& old_;
  const std::vector<int>& new_;
  const Box box_;
  const Index rows_;
  const Index columns_;
  const Index limit_;
  Front forward_;
  Front backward_;
};

// Which lines go and which come.
class LineDiff {
 public:
  LineDiff(const std::vector<std::string_view>& old_lines,
           const std::vector<std::string_view>& new_lines)
      : old_(Number(old_lines)),
        new_(Number(new_lines)),
        deleted_(old_.size()),
        added_(new_.size()) {
    std::vector<Box> open = {{0, std::ssize(old_), 0, std::ssize(new_)}};
    while (!open.empty()) {
      const Box box = Trim(open.back());
      open.pop_back();
      Divide(box, open);
    }
  }

  bool Deleted(Index line) const {
    return line < std::ssize(deleted_) && deleted_[static_cast<std::size_t>(line)];
  }
  bool Added(Index line) const {
    return line < std::ssize(added_) && added_[static_cast<std::size_t>(line)];
  }

 private:
  // Equal lines get equal numbers, so that comparing lines is comparing numbers.
  std::vector<int> Number(const std::vector<std::string_view>& lines) {
    std::vector<int> numbers;
    numbers.reserve(lines.size());
    for (const std::string_view line : lines) {
      numbers.push_back(numbers_.emplace(line, static_cast<int>(numbers_.size())).first->second);
    }
    return numbers;
  }

  bool Same(Index old_line, Index new_line) const {
    return old_[static_cast<std::size_t>(old_line)] == new_[static_cast<std::size_t>(new_line)];
  }

  Box Trim(Box box) const {
    while (box.old_begin < box.old_end && box.new_begin < box.new_end &&
           Same(box.old_begin, box.new_begin)) {
      ++box.old_begin;
      ++box.new_begin;
    }
    while (box.old_begin < box.old_end && box.new_begin < box.new_end &&
           Same(box.old_end - 1, box.new_end - 1)) {
      --box.old_end;
      --box.new_end;
    }
    return box;
  }

  void Divide(const Box& box, std::vector<Box>& open) {
    if (box.old_begin < box.old_end && box.new_begin < box.new_end) {
      if (const auto middle = MiddleSearch(old_, new_, box).Find()) {
        open.push_back({middle->old_line, box.old_end, middle->new_line, box.new_end});
        open.push_back({box.old_begin, middle->old_line, box.new_begin, middle->new_line});
        return;
      }
    }
    std::fill(deleted_.begin() + box.old_begin, deleted_.begin() + box.old_end, true);
    std::fill(added_.begin() + box.new_begin, added_.begin() + box.new_end, true);
  }

  std::unordered_map<std::string_view, int> numbers_;
  std::vector<int> old_;
  std::vector<int> new_;
  std::vector<bool> deleted_;
  std::vector<bool> added_;
};

// The places where lines go or come, as boxes without a common line.
std::vector<Box> Changes(const LineDiff& diff, Index old_size, Index new_size) {
  std::vector<Box> changes;
  for (Index x = 0, y = 0; x < old_size || y < new_size;) {
    Box box{x, x, y, y};
    while (diff.Deleted(box.old_end)) ++box.old_end;
    while (diff.Added(box.new_end)) ++box.new_end;
    const bool changed = box.old_end > x || box.new_end > y;
    if (changed) changes.push_back(box);
    x = changed ? box.old_end : x + 1;
    y = changed ? box.new_end : y + 1;
  }
  return changes;
}

// Writes hunks: changes that are near each other go into one.
class HunkWriter {
 public:
  HunkWriter(const std::vector<std::string_view>& old_lines,
             const std::vector<std::string_view>& new_lines)
      : old_(old_lines), new_(new_lines) {}

  std::vector<Hunk> Write(const std::vector<Box>& changes) {
    std::vector<Hunk> hunks;
    for (std::size_t first = 0; first < changes.size();) {
      std::size_t last = first;
      while (last + 1 < changes.size() &&
             changes[last + 1].old_begin - changes[last].old_end <= 2 * kContextLines) {
        ++last;
      }
      hunks.push_back(WriteOne(changes, first, last));
      first = last + 1;
    }
    return hunks;
  }

 private:
  Hunk WriteOne(const std::vector<Box>& changes, std::size_t first, std::size_t last) const {
    Hunk hunk;
    const Box& begin = changes[first];
    const Index before = std::min(kContextLines, begin.old_begin);
    Index at = begin.old_begin - before;
    for (std::size_t i = first; i <= last; ++i) {
      const Box& lines = changes[i];
      Append(old_, at, lines.old_begin, ' ', hunk);
      Append(old_, lines.old_begin, lines.old_end, '-', hunk);
      Append(new_, lines.new_begin, lines.new_end, '+', hunk);
      at = lines.old_end;
    }
    Append(old_, at, std::min(at + kContextLines, std::ssize(old_)), ' ', hunk);
    hunk.old_start = begin.old_begin - before + (hunk.old_count == 0 ? 0 : 1);
    hunk.new_start = begin.new_begin - before + (hunk.new_count == 0 ? 0 : 1);
    return hunk;
  }

  static void Append(const std::vector<std::string_view>& lines, Index begin, Index end,
                     char marker, Hunk& hunk) {
    for (Index i = begin; i < end; ++i) {
      std::string& line = hunk.lines.emplace_back(1, marker);
      line += lines[static_cast<std::size_t>(i)];
    }
    if (marker != '+') hunk.old_count += end - begin;
    if (marker != '-') hunk.new_count += end - begin;
  }

  const std::vector<std::string_view>& old_;
  const std::vector<std::string_view>& new_;
};

}  // namespace

Patch DiffTexts(const std::string& path, std::string_view old_text, std::string_view new_text) {
  if (old_text == new_text) return {};
  const auto old_lines = SplitLines(old_text);
  const auto new_lines = SplitLines(new_text);
  const LineDiff diff(old_lines, new_lines);
  const auto changes = Changes(diff, std::ssize(old_lines), std::ssize(new_lines));
  FileDiff file;
  file.old_path = path;
  file.new_path = path;
  file.hunks = HunkWriter(old_lines, new_lines).Write(changes);
  Patch patch;
  patch.files.push_back(std::move(file));
  return patch;
}

}  // namespace inquest::formats
