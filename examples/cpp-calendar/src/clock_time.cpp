#include "clock_time.h"

#include <cstdio>
#include <stdexcept>

int ParseTime(const std::string& text) {
  int hours = 0;
  int minutes = 0;
  char rest = 0;
  if (std::sscanf(text.c_str(), "%d:%d%c", &hours, &minutes, &rest) != 2 || hours < 0 ||
      hours > 24 || minutes < 0 || minutes > 59) {
    throw std::invalid_argument("no time: " + text);
  }
  return 60 * hours + minutes;
}

std::string FormatTime(int minutes) {
  char text[16];
  std::snprintf(text, sizeof text, "%02d:%02d", minutes / 60, minutes % 60);
  return text;
}
