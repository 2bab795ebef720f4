#include "stores/objects/part_writer.h"

#include "stores/core/log.h"
#include "stores/objects/held_back.h"
#include "stores/objects/tree_reader.h"

namespace arkive::objects {

using namespace layout;  // NOLINT(google-build-using-namespace): what all kinds of stores share

PartWriter::PartWriter(SharedStore store, Location location, std::optional<Base> base)
    : store_(std::move(store)), location_(std::move(location)), base_(std::move(base)) {}

void PartWriter::begin() {
  if (comparison_) return;
  std::unique_ptr<HashListReader> base_list;
  if (base_) {
    const auto open = [&]() -> Status {
      // All of it first: what is said about the new run must not rest on a damaged list.
      ARKIVE_ASSIGN(HashListReader whole, open_list(store_, base_->location));
      ARKIVE_TRY(check_hash_list(std::move(whole), base_->part.sha256));
      ARKIVE_ASSIGN(HashListReader list, open_list(store_, base_->location));
      base_list = std::make_unique<HashListReader>(std::move(list));
      return ok();
    };
    if (const Status opened = open(); !opened) {
      log_warning("the " + std::string(directory_name(location_.part)) + " of run " + base_->location.run_id +
                  " cannot be built upon, all is written anew: " + opened.error().what);
    }
  }
  comparison_.emplace(std::move(base_list));
  const std::string tar = location_.to_string();
  tar_.emplace(std::make_unique<HeldBackObject>(store_, tar), store_->name() + "/" + tar);
  const std::string list = location_.list();
  list_.emplace(std::make_unique<HeldBackObject>(store_, list), store_->name() + "/" + list);
}

Status PartWriter::add(std::string_view path, Bytes content, const Sha256Digest& sha256) {
  begin();
  ARKIVE_TRY(comparison_->take(path, content.size(), sha256));
  ARKIVE_TRY(list_->add(path, sha256));
  return tar_->add(path, content);
}

/// Its bytes are not read: that is what verify is for.
Result<bool> PartWriter::can_share_base() const {
  const auto table = FrameTable::read(*store_, base_->location.to_string());
  if (table && table->files() == base_->part.files) return true;
  if (!table && table.error().outcome != Outcome::kCorrupt && table.error().outcome != Outcome::kNotFound) {
    return fail(table.error());
  }
  log_warning("the " + std::string(directory_name(location_.part)) + " of run " + base_->location.run_id +
              " is damaged, all is written anew: " +
              (table ? "its table has another number of files" : table.error().what));
  return false;
}

Result<RunWriter::TreeOutcome> PartWriter::finish() {
  begin();
  ARKIVE_ASSIGN(RunWriter::TreeOutcome outcome, comparison_->finish());
  if (!outcome.changed) {
    ARKIVE_ASSIGN(const bool shared, can_share_base());
    if (shared) {
      totals_ = base_->part;
      tar_.reset();
      list_.reset();
      return outcome;
    }
  }
  written_ = true;
  totals_ = comparison_->totals();
  ARKIVE_TRY(tar_->finish());
  ARKIVE_ASSIGN(const Sha256Digest digest, list_->finish());
  totals_.sha256 = hex(digest);
  totals_.location = location_.to_string();
  return outcome;
}

}  // namespace arkive::objects
