#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "runtime/store/artifacts.h"
#include "sandbox/workspace/tree.h"

namespace inquest::sandbox {

// The group of a tree's owner: our own for ourselves, else the one with the owner's number.
gid_t GroupOf(uid_t owner);

// What a tree takes on disk, in whole blocks.
std::int64_t DiskBytes(const Tree& tree);

// Writes a tree into the new directory `path` (mode 0755), everything in it owned by `owner`. What
// was written before an error stays there. DATA_LOSS (TREE_DAMAGED): a file is not as long as the
// tree says, or a link may not stand in a tree.
Status WriteTree(const Tree& tree, store::ArtifactStore& artifacts, const std::string& path,
                 uid_t owner);

}  // namespace inquest::sandbox
