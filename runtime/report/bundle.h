#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "runtime/base/clock.h"
#include "runtime/base/status.h"
#include "runtime/store/store.h"

namespace inquest::report {

// An investigation in one file: a tar archive, compressed with zstd, of
//
//     manifest.json         what it is, and every artifact that its journal names
//     journal.bin           the events as they were recorded, each after its length (varint)
//     artifacts/<digest>    raw bytes
//
// A manifest says nothing that the rest does not prove: digests are of the bytes, the chain is of
// the events, and the outcome is their fold. It is of use to whoever opens the file by hand, and
// tells what was withheld.

struct BundleOptions {
  // Leave out what runs printed and left behind.
  bool withhold_outputs = false;
};

using BundleSink = std::function<Status(std::string_view bytes)>;
// What the sink or the store fails with; NOT_FOUND (INVESTIGATION_NOT_FOUND).
Status WriteBundle(const std::string& id, store::Store& store, const BundleOptions& options,
                   const BundleSink& sink);

struct Imported {
  std::string id;
  bool known = false;  // it was there already
  std::int64_t events = 0;
  std::int64_t artifacts = 0;
  std::int64_t withheld = 0;
};

// The next bytes; empty: the end.
using BundleSource = std::function<Result<std::string>()>;
// Puts it into the store, with an event after its own that says who took it in; paused if it was
// going on. INVALID_ARGUMENT (BAD_BUNDLE, BUNDLE_DAMAGED),
// ALREADY_EXISTS (INVESTIGATION_EXISTS), RESOURCE_EXHAUSTED (BUNDLE_TOO_LARGE); what the source and
// the store fail with. Artifacts that came before a failure stay: nobody names them.
Result<Imported> ReadBundle(const BundleSource& source, store::Store& store,
                            const std::string& principal, TimeUs now_us);

}  // namespace inquest::report
