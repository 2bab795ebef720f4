/// What the program of the sweeps does, and what its store may hold then.
#pragma once

#include <memory>
#include <string>

#include "stores/directory/directory_store.h"
#include "stores/directory/store_file.h"
#include "stores/encrypted/keyring.h"

namespace arkive::test {

inline const std::string kSegment = "topics/prod/a-long-name-canary-" + std::string(150, 'n') + "/0.log";
inline const std::string kRun = "runs/prod/1.json";

/// Of kSegment: several chunks, each line the canary.
inline std::string segment_bytes() {
  std::string bytes;
  while (bytes.size() < 300'000) bytes += "CanaryInTheClear\n";
  return bytes;
}

inline encrypted::KeySource key_in(const std::string& file) {
  return {encrypted::KeySource::Kind::kFile, file};
}

inline Result<std::unique_ptr<Store>> open_below(const std::string& store) {
  ARKIVE_ASSIGN(auto root, directory::open_store(store, true));
  return std::make_unique<DirectoryStore>(std::move(root));
}

/// Makes the store, with hidden names, where it is not yet; opens it with the first key, or the second once
/// that took its place; writes a segment, then the run that names it; then exchanges the keys.
inline Result<int> tell_story(const std::string& store, const std::string& first, const std::string& second) {
  encrypted::KeyReader keys;
  const auto never = Deadline::never();
  const auto open = [&](const std::string& key) -> Result<std::unique_ptr<Store>> {
    ARKIVE_ASSIGN(auto below, open_below(store));
    return encrypted::open_encrypted(std::move(below), key_in(key), {.create = true, .hide_names = true},
                                     keys, never);
  };
  auto opened = open(first);
  const bool exchanged = !opened && opened.error().outcome == Outcome::kDenied;
  if (exchanged) opened = open(second);
  if (!opened) return fail(opened.error());
  ARKIVE_ASSIGN(const auto writer, (*opened)->begin(kSegment, never));
  ARKIVE_TRY(writer->write(segment_bytes()));
  ARKIVE_TRY(writer->finish());
  ARKIVE_TRY((*opened)->settle(never));
  ARKIVE_TRY((*opened)->put(kRun, "CanaryInTheClear", PutMode::kCreateOnly, never));
  if (exchanged) return 0;
  ARKIVE_ASSIGN(const auto below, open_below(store));
  ARKIVE_TRY(encrypted::add_wrapping(*below, key_in(first), key_in(second), "second", keys, never));
  ARKIVE_ASSIGN(const auto secret, keys.key(key_in(first), never));
  ARKIVE_ASSIGN(const auto all,
                encrypted::list_wrappings(*below, secret.bytes(), encrypted::Wrapping::Method::kKey, never));
  for (const auto& one : all) {
    if (one.opens) ARKIVE_TRY(encrypted::remove_wrapping(*below, one.id, never));
  }
  return 0;
}

}  // namespace arkive::test
