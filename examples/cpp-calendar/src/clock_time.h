#pragma once

#include <string>

// "09:30" as minutes after midnight; std::invalid_argument for what is no time of a day.
int ParseTime(const std::string& text);
std::string FormatTime(int minutes);
