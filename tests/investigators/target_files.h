#pragma once

#include <map>
#include <string>

#include "runtime/store/memory.h"
#include "sandbox/workspace/tree.h"

// A target of a few files, by path.
namespace inquest::investigators {

using Files = std::map<std::string, std::string>;

// Puts the files and their tree; the tree's digest.
inline std::string PutTree(const Files& files, store::MemoryStore& artifacts) {
  sandbox::Tree tree;
  for (const auto& [path, text] : files) {
    tree.entries.push_back({.path = path,
                            .kind = sandbox::TreeEntry::Kind::kFile,
                            .content = Sha256(text),
                            .size_bytes = static_cast<std::int64_t>(text.size())});
    static_cast<void>(*artifacts.Put(text, "text/plain"));
  }
  return artifacts.Put(sandbox::EncodeTree(tree), "text/plain")->digest();
}

}  // namespace inquest::investigators
