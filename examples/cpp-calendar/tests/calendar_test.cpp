#include <cstdio>
#include <stdexcept>
#include <string>

#include "calendar.h"
#include "clock_time.h"

static int failed = 0;

static void Test(const std::string& name, const std::string& actual, const std::string& expected) {
  const bool ok = actual == expected;
  if (!ok) ++failed;
  std::printf("%s %s\n", ok ? "ok" : "not ok", name.c_str());
  if (!ok) std::printf("# expected \"%s\", got \"%s\"\n", expected.c_str(), actual.c_str());
}

static std::string Busy(void (*book)(Calendar&)) {
  Calendar calendar("08:00", "18:00");
  book(calendar);
  return Format(calendar.Busy());
}

static std::string Free(int minutes, void (*book)(Calendar&)) {
  Calendar calendar("08:00", "18:00");
  book(calendar);
  return Format(calendar.Free(minutes));
}

int main() {
  Test("nothing_booked", Busy([](Calendar&) {}), "");
  Test("bookings_come_in_order", Busy([](Calendar& c) {
         c.Book("14:00", "15:00");
         c.Book("09:00", "10:30");
       }),
       "09:00-10:30 14:00-15:00");
  Test("an_overlap_is_refused", Busy([](Calendar& c) {
         c.Book("09:00", "10:00");
         c.Book("09:30", "10:30");
         c.Book("08:30", "09:15");
       }),
       "09:00-10:00");
  Test("out_of_hours_is_refused", Busy([](Calendar& c) {
         c.Book("07:00", "09:00");
         c.Book("17:30", "18:30");
         c.Book("10:00", "10:00");
       }),
       "");
  Test("bookings_without_a_gap_are_one", Busy([](Calendar& c) {
         c.Book("09:00", "10:00");
         c.Book("10:00", "11:00");
         c.Book("11:01", "12:00");
       }),
       "09:00-11:00 11:01-12:00");
  Test("gaps_are_free", Free(60, [](Calendar& c) {
         c.Book("09:00", "10:00");
         c.Book("10:30", "12:00");
       }),
       "08:00-09:00 12:00-18:00");
  Test("a_full_day_has_no_gap", Free(1, [](Calendar& c) { c.Book("08:00", "18:00"); }), "");
  std::string thrown = "nothing";
  try {
    ParseTime("25:00");
  } catch (const std::invalid_argument& error) {
    thrown = error.what();
  }
  Test("a_bad_time_is_named", thrown, "no time: 25:00");
  return failed == 0 ? 0 : 1;
}
