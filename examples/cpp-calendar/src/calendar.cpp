#include "calendar.h"

#include <algorithm>

#include "clock_time.h"

std::string Format(const std::vector<Slot>& slots) {
  std::string text;
  for (const Slot& slot : slots) {
    if (!text.empty()) text += ' ';
    text += FormatTime(slot.begin) + '-' + FormatTime(slot.end);
  }
  return text;
}

Calendar::Calendar(const std::string& opens, const std::string& closes)
    : hours_{ParseTime(opens), ParseTime(closes)} {}

bool Calendar::Book(const std::string& begin, const std::string& end) {
  const Slot wanted{ParseTime(begin), ParseTime(end)};
  if (wanted.begin >= wanted.end) return false;
  if (wanted.begin < hours_.begin || wanted.end > hours_.end) return false;
  const auto after =
      std::find_if(bookings_.begin(), bookings_.end(),
                   [&](const Slot& booked) { return booked.begin >= wanted.begin; });
  if (after != bookings_.end() && after->begin < wanted.end) return false;
  if (after != bookings_.begin() && std::prev(after)->end > wanted.begin) return false;
  bookings_.insert(after, wanted);
  return true;
}

std::vector<Slot> Calendar::Busy() const {
  std::vector<Slot> busy;
  for (const Slot& booked : bookings_) {
    if (!busy.empty() && busy.back().end > booked.begin) {
      busy.back().end = booked.end;
    } else {
      busy.push_back(booked);
    }
  }
  return busy;
}

std::vector<Slot> Calendar::Free(int minutes) const {
  std::vector<Slot> free;
  int from = hours_.begin;
  for (const Slot& booked : bookings_) {
    if (booked.begin - from >= minutes) free.push_back({from, booked.begin});
    from = booked.end;
  }
  if (hours_.end - from >= minutes) free.push_back({from, hours_.end});
  return free;
}
