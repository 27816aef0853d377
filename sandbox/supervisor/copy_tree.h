#pragma once

#include <sys/types.h>

#include <string>

#include "runtime/base/status.h"
#include "sandbox/supervisor/order.pb.h"

namespace inquest::sandbox {

// Makes `target` the link that `source` is.
Status CopyLink(const std::string& source, const std::string& target);

// Copies directories, regular files and links (as links) of a tree of our own; never hard links.
// `owner` 0: stays the caller's.
Status CopyTree(const std::string& source, const std::string& target, uid_t owner);

// Writes what patches made into the workspace. Links on the way are refused: the tree is hostile.
Status WritePatched(const Order& order, const std::string& workspace);

}  // namespace inquest::sandbox
