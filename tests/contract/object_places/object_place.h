/// What holds of every place for objects behind a real server, whatever it speaks.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "restore-plans/rehearse/server.h"
#include "tests/contract/object_kinds.h"

namespace arkive::test {

struct ObjectPlace {
  std::string name;
  OpenObjects open;
  /// A store in a bucket that is not there, and what an error says of it.
  std::function<std::unique_ptr<Store>()> open_missing;
  std::string missing;
  std::function<rehearse::Server&()> server;
  /// As `open`, with a few keys a page of a list, where a client may ask for that.
  OpenObjects open_with_small_pages = {};
};

class ObjectPlaceContract : public ScratchTest, public testing::WithParamInterface<ObjectPlace> {};

inline std::string object_place_name(const testing::TestParamInfo<ObjectPlace>& info) {
  return info.param.name;
}

}  // namespace arkive::test
