#pragma once

#include <string>
#include <vector>

// Minutes of a day, the end excluded.
struct Slot {
  int begin;
  int end;
};

std::string Format(const std::vector<Slot>& slots);

// The bookings of one room on one day.
class Calendar {
 public:
  Calendar(const std::string& opens, const std::string& closes);

  // false: it is taken or out of hours; nothing changes.
  bool Book(const std::string& begin, const std::string& end);
  // What is booked, in order; bookings that follow each other without a gap are one.
  std::vector<Slot> Busy() const;
  // Gaps of at least so many minutes.
  std::vector<Slot> Free(int minutes) const;

 private:
  Slot hours_;
  std::vector<Slot> bookings_;  // in order, without overlap
};
