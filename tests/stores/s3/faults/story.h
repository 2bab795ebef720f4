/// What the program of the sweep does in a bucket.
#pragma once

#include <memory>
#include <string>

#include "stores/s3/s3_store.h"

namespace arkive::test {

inline const std::string kSegment = "topics/prod/orders/0.log";
inline const std::string kList = "lists/orders.json";
inline const std::string kRun = "runs/prod/1.json";
inline const std::string kOld = "topics/prod/orders/old.log";

/// Of kSegment: three parts.
inline std::string segment_bytes() {
  std::string bytes(11U << 20, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 2654435761U >> 11);
  return bytes;
}

/// With the lock held: a segment, its list, the run that names both; then an old object goes.
inline Result<int> tell_story(const std::string& endpoint) {
  s3::Settings settings;
  ARKIVE_ASSIGN(settings.location, s3::Location::parse("bucket/zoo"));
  ARKIVE_ASSIGN(settings.endpoint, http::Url::parse(endpoint));
  settings.path_style = true;
  settings.part_bytes = 5U << 20;
  const Deadline deadline = Deadline::after(std::chrono::seconds(30));
  ARKIVE_ASSIGN(const auto store,
                S3Store::open(settings, s3::fixed_credentials({"key", "secret"}, "a test")));
  ARKIVE_ASSIGN(const auto lock, store->lock("topics/prod", deadline));
  {
    ARKIVE_ASSIGN(const auto writer, store->begin(kSegment, deadline));
    ARKIVE_TRY(writer->write(segment_bytes()));
    ARKIVE_TRY(writer->finish());
  }
  ARKIVE_TRY(store->put(kList, "the list", PutMode::kCreateOnly, deadline));
  ARKIVE_TRY(store->settle(deadline));
  ARKIVE_TRY(store->put(kRun, "the run", PutMode::kCreateOnly, deadline));
  ARKIVE_TRY(store->remove(kOld, deadline));
  return 0;
}

}  // namespace arkive::test
