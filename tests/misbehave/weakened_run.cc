// inquest-run with a layer left out, for the tests alone: weakened_run LAYER,LAYER,... < order

#include <cstdint>
#include <set>
#include <sstream>
#include <string>

#include "runtime/base/file.h"
#include "sandbox/supervisor/supervise.h"

int main(int argc, char** argv) {
  constexpr std::uint64_t kOrderLimit = std::uint64_t{1} << 24U;
  std::set<std::string> without;
  std::istringstream layers(argc > 1 ? argv[1] : "");
  for (std::string layer; std::getline(layers, layer, ',');) without.insert(layer);
  const auto bytes = inquest::ReadFile("/proc/self/fd/0", kOrderLimit);
  inquest::sandbox::Order order;
  if (!bytes.ok() || !order.ParseFromString(*bytes)) return 1;
  const inquest::sandbox::Profile profile(without);
  return inquest::sandbox::Supervise(order, profile).ok() ? 0 : 1;
}
