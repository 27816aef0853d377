#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "runtime/base/digest.h"
#include "runtime/report/archive.h"
#include "runtime/store/rules.h"

// What somebody can do to a bundle who knows how it is made.
namespace inquest::cli {

// The files of a bundle by their paths; the order is that of the writer.
using Files = std::vector<std::pair<std::string, std::string>>;

inline Files Unpack(std::string bytes) {
  report::ArchiveReader reader([&]() -> Result<std::string> { return std::exchange(bytes, ""); });
  Files files;
  std::string path;
  std::string content;
  while (*reader.Next(path, content, 64 << 20)) files.emplace_back(path, content);
  return files;
}

inline std::string Pack(const Files& files) {
  std::string bytes;
  report::ArchiveWriter writer([&](std::string_view piece) {
    bytes += piece;
    return Status::Ok();
  });
  for (const auto& [path, content] : files) EXPECT_TRUE(writer.Add(path, content).ok());
  EXPECT_TRUE(writer.Finish().ok());
  return bytes;
}

inline void Replace(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
    text.replace(at, from.size(), to);
  }
}

// The payloads of journal.bin, and journal.bin of payloads.
inline std::vector<std::string> SplitJournal(std::string_view journal) {
  std::vector<std::string> payloads;
  while (!journal.empty()) {
    std::size_t length = 0;
    for (unsigned shift = 0;; shift += 7) {
      const auto byte = static_cast<unsigned char>(journal[0]);
      journal.remove_prefix(1);
      length |= static_cast<std::size_t>(byte & 0x7FU) << shift;
      if ((byte & 0x80U) == 0) break;
    }
    payloads.emplace_back(journal.substr(0, length));
    journal.remove_prefix(length);
  }
  return payloads;
}

inline std::string JoinJournal(const std::vector<std::string>& payloads) {
  std::string journal;
  for (const std::string& payload : payloads) {
    std::size_t length = payload.size();
    for (; length >= 0x80; length >>= 7U) journal += static_cast<char>((length & 0x7FU) | 0x80U);
    journal += static_cast<char>(length);
    journal += payload;
  }
  return journal;
}

// Makes the manifest speak of the journal as it is now.
inline void MakeChain(Files& files) {
  Hasher hasher;
  Digest chain;
  for (const std::string& payload : SplitJournal(files[1].second)) {
    chain = store::NextChain(hasher, chain, payload);
  }
  Replace(files[0].second, nlohmann::json::parse(files[0].second)["journal"]["chain"],
          chain.ToHex());
}

}  // namespace inquest::cli
