#include "tests/store/backends.h"

#include <sqlite3.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "runtime/store/memory.h"
#include "runtime/store/sqlite/sqlite_store.h"

namespace inquest::store {

namespace {

class MemoryBackend final : public Backend {
 public:
  Store& store() override { return store_; }
  void DamageEvent(const std::string& id, std::int64_t sequence) override {
    ASSERT_TRUE(store_.DamageEvent(id, sequence));
  }
  void DamageArtifact(const Digest& digest) override { ASSERT_TRUE(store_.DamageArtifact(digest)); }

 private:
  MemoryStore store_;
};

class SqliteBackend final : public Backend {
 public:
  explicit SqliteBackend(Compression compression) {
    SqliteOptions options;
    options.directory = directory_.path();
    options.compression = compression;
    auto opened = SqliteStore::Open(options);
    EXPECT_TRUE(opened.ok()) << opened.status().ToString();
    store_ = *std::move(opened);
  }

  Store& store() override { return *store_; }

  void DamageEvent(const std::string& id, std::int64_t sequence) override {
    RunSql(Database(),
           "UPDATE event SET payload = CAST('x' || substr(payload, 2) AS BLOB)"
           " WHERE sequence = " +
               std::to_string(sequence) +
               " AND investigation = (SELECT id FROM investigation WHERE uid = '" + id + "')");
  }

  void DamageArtifact(const Digest& digest) override {
    const std::string hex = digest.ToHex();
    const std::string file = directory_.path() + "/blobs/" + hex.substr(0, 2) + "/" + hex.substr(2);
    if (!std::filesystem::exists(file)) {
      RunSql(Database(),
             "UPDATE artifact SET body = CAST('x' || substr(body, 2) AS BLOB)"
             " WHERE digest = x'" +
                 hex + "'");
      return;
    }
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    const int first = stream.get();
    stream.seekp(0);
    stream.put(static_cast<char>(first ^ 1));
  }

 private:
  std::string Database() const { return directory_.path() + "/inquest.db"; }

  TemporaryDirectory directory_;
  std::unique_ptr<SqliteStore> store_;
};

}  // namespace

TemporaryDirectory::TemporaryDirectory()
    : path_(std::filesystem::temp_directory_path() / "inquest-store-XXXXXX") {
  EXPECT_NE(::mkdtemp(path_.data()), nullptr);
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void RunSql(const std::string& database, const std::string& sql) {
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open(database.c_str(), &handle), SQLITE_OK);
  sqlite3_busy_timeout(handle, 5000);
  EXPECT_EQ(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
      << sqlite3_errmsg(handle);
  sqlite3_close(handle);
}

std::unique_ptr<Backend> MakeMemoryBackend() { return std::make_unique<MemoryBackend>(); }

std::unique_ptr<Backend> MakeSqliteBackend() {
  return std::make_unique<SqliteBackend>(Compression::kZstd);
}

std::unique_ptr<Backend> MakeUncompressedSqliteBackend() {
  return std::make_unique<SqliteBackend>(Compression::kNone);
}

}  // namespace inquest::store
