#include "runtime/cli/evidence_list.h"

#include <nlohmann/json.hpp>

#include "runtime/base/visible_text.h"
#include "runtime/report/figures.h"

namespace inquest::cli {
namespace {

using report::EvidenceItem;

constexpr std::size_t kDigestShown = 16;
constexpr std::size_t kTextMax = 120;

std::string Weaker(const EvidenceItem& item) {
  std::string text;
  for (const std::string& layer : item.missing_layers) {
    text += (text.empty() ? "  (sandbox without " : ", ") + OneLine(layer, kTextMax);
  }
  return text.empty() ? text : text + ")";
}

}  // namespace

std::string EvidenceAsText(const std::vector<EvidenceItem>& items) {
  if (items.empty()) return "nothing was recorded yet\n";
  std::string text = "EVENT  DIGEST              SIZE  WHERE\n";
  for (const EvidenceItem& item : items) {
    std::string event = std::to_string(item.sequence);
    event.insert(0, event.size() < 5 ? 5 - event.size() : 0, ' ');
    std::string size = item.size_bytes < 0 ? "-" : report::ShowBytes(item.size_bytes);
    size.insert(0, size.size() < 6 ? 6 - size.size() : 0, ' ');
    text += event + "  " + OneLine(item.digest.substr(0, kDigestShown), kDigestShown) + "  " +
            size + "  " + OneLine(item.where, kTextMax) + Weaker(item) + "\n";
  }
  return text;
}

std::string EvidenceAsJson(const std::vector<EvidenceItem>& items) {
  nlohmann::json list = nlohmann::json::array();
  for (const EvidenceItem& item : items) {
    nlohmann::json entry{{"sequence", item.sequence},
                         {"digest", item.digest},
                         {"media_type", item.media_type},
                         {"where", item.where},
                         {"missing_layers", item.missing_layers}};
    entry["size_bytes"] = nullptr;
    if (item.size_bytes >= 0) entry["size_bytes"] = item.size_bytes;
    list.push_back(std::move(entry));
  }
  const nlohmann::json object{{"evidence", std::move(list)}};
  return object.dump(2, ' ', true, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace inquest::cli
