#include "stores/objects/storage_check.h"

#include <set>

#include "stores/core/interrupt.h"
#include "stores/objects/run_objects.h"
#include "stores/objects/tree_reader.h"

namespace arkive::objects {

using namespace layout;  // NOLINT(google-build-using-namespace): what all kinds of stores share

namespace {

/// Hashes what is read through it.
class HashedSource final : public ByteSource {
 public:
  HashedSource(std::unique_ptr<ByteSource> from, Sha256Stream& hash) : from_(std::move(from)), hash_(hash) {}
  Result<std::size_t> read(char* to, std::size_t most) override {
    auto got = from_->read(to, most);
    if (got) hash_.update(Bytes(to, *got));
    return got;
  }

 private:
  std::unique_ptr<ByteSource> from_;
  Sha256Stream& hash_;
};

class StorageCheck {
 public:
  explicit StorageCheck(SharedStore store) : store_(std::move(store)) {}
  Status check(const std::string& cluster);
  std::vector<Finding> take() { return std::move(findings_); }

 private:
  void note(std::string object, std::string what) {
    findings_.push_back({std::move(object), std::move(what)});
  }
  Status check_strays(const std::string& cluster);
  Status check_part(const Manifest& run, Part part);
  Status check_tree(const Location& location, const TreePart& facts);
  Status check_tar(const Location& location, const TreePart& facts);

  const SharedStore store_;
  std::vector<Finding> findings_;
  std::set<std::string> checked_;  ///< locations: several runs share one
};

/// True for what concerns one object; other errors end the check.
bool is_damage(const Error& error) {
  return error.outcome == Outcome::kCorrupt || error.outcome == Outcome::kNotFound;
}

Status StorageCheck::check_tar(const Location& location, const TreePart& facts) {
  const std::string key = location.to_string();
  const auto table = FrameTable::read(*store_, key);
  if (!table) return fail(as_damage(table.error()));
  ARKIVE_ASSIGN(HashListReader list, open_list(store_, location));
  Sha256Stream hash;
  TarReader tar(
      std::make_unique<HashedSource>(std::make_unique<ObjectSource>(store_, key, 0, table->end()), hash),
      key);
  std::uint64_t bytes = 0;
  bool all_good = true;
  for (std::string content;;) {
    ARKIVE_TRY(check_interrupt("check storage"));
    ARKIVE_ASSIGN(const HashLine* const line, list.next());
    if (line == nullptr) break;
    const Status read = tar.next(*line, content);
    if (!read && !tar.can_go_on()) return read;
    if (!read) note(key + ": " + std::string(line->path), read.error().what);
    all_good = all_good && read.has_value();
    bytes += content.size();
  }
  ARKIVE_TRY(tar.end());
  if (!all_good) return ok();
  hash.update(table->without_hash());
  if (hash.finish() != table->sha256()) {
    return fail(Outcome::kCorrupt, "its bytes are not those that were written: sha256 differs");
  }
  if (bytes != facts.bytes || table->files() != facts.files) {
    return fail(Outcome::kCorrupt, "it has " + std::to_string(table->files()) + " files and " +
                                       std::to_string(bytes) + " bytes, the manifest says " +
                                       std::to_string(facts.files) + " and " + std::to_string(facts.bytes));
  }
  return ok();
}

Status StorageCheck::check_tree(const Location& location, const TreePart& facts) {
  const auto listed = [&]() -> Status {
    ARKIVE_ASSIGN(HashListReader list, open_list(store_, location));
    ARKIVE_ASSIGN(const std::uint64_t files, check_hash_list(std::move(list), facts.sha256));
    if (files == facts.files) return ok();
    return fail(Outcome::kCorrupt, "it has " + std::to_string(files) + " files, the manifest says " +
                                       std::to_string(facts.files));
  }();
  if (!listed && !is_damage(listed.error())) return listed;
  if (!listed) {  // nothing can be held against it
    note(location.list(), listed.error().what);
    return ok();
  }
  const Status good = check_tar(location, facts);
  if (!good && !is_damage(good.error())) return good;
  if (!good) note(location.to_string(), good.error().what);
  return ok();
}

Status StorageCheck::check_part(const Manifest& run, Part part) {
  const TreePart& facts = part == Part::kTree ? run.tree : run.record;
  if (part == Part::kRecord && facts.location.empty()) return ok();
  const auto location = parse_location(facts.location, run.cluster, part, Form::kTar);
  if (!location) {
    note(manifest_key(run.cluster, run.id), location.error().what);
    return ok();
  }
  if (!checked_.insert(facts.location + facts.sha256).second) return ok();
  return check_tree(*location, facts);
}

Status StorageCheck::check_strays(const std::string& cluster) {
  const std::string prefix = runs_of(cluster) + "/";
  ARKIVE_TRY(store_->list(
      prefix,
      [&](const Store::Object& object) -> Status {
        if (run_id_in(std::string_view(object.key).substr(prefix.size())).empty())
          note(object.key, "it does not belong here");
        return ok();
      },
      Deadline::never()));
  return for_each_tree_object(*store_, cluster, [&](const TreeObject& object) -> Status {
    if (object.run_id.empty()) note(object.key, "it does not belong here");
    return ok();
  });
}

Status StorageCheck::check(const std::string& cluster) {
  ARKIVE_TRY(check_strays(cluster));
  ARKIVE_ASSIGN(const RunIndex index, read_index(*store_, cluster));
  for (const RunIndex::Damaged& run : index.damaged) note(manifest_key(cluster, run.id), run.what);
  for (const Manifest& run : index.runs) {
    for (const Part part : kParts) ARKIVE_TRY(check_part(run, part));
  }
  return ok();
}

}  // namespace

Result<std::vector<Finding>> find_damage(const SharedStore& store, const std::string& cluster) {
  StorageCheck check(store);
  ARKIVE_TRY(check.check(cluster));
  return check.take();
}

}  // namespace arkive::objects
