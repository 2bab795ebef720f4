/// An object that is begun as late as can be: what turns out not to be needed is mostly never sent.
#pragma once

#include <memory>
#include <string>

#include "stores/objects/object_source.h"

namespace arkive::objects {

/// Keeps the first 8 MiB in memory; with the byte after them, or finish(), the object begins. Destroyed
/// without finish(): as any ObjectWriter.
class HeldBackObject final : public ObjectWriter {
 public:
  HeldBackObject(SharedStore store, std::string key) : store_(std::move(store)), key_(std::move(key)) {}
  Status write(Bytes data) override;
  Status finish() override;

 private:
  Status begin();

  const SharedStore store_;
  const std::string key_;
  std::string held_;
  std::unique_ptr<ObjectWriter> writer_;
};

}  // namespace arkive::objects
