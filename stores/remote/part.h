/// Part: which bytes of an object a server is asked for.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "stores/http/client.h"

namespace arkive::remote {

struct Part {
  std::string range = {};        ///< the value of the header Range: "bytes=0-9"
  std::uint64_t most_bytes = 0;  ///< as http::Request, as the one below
  std::uint64_t enough_bytes = 0;
};

/// Asked before each try: one that broke off need not get the same bytes once more. Null: all of it.
using AskPart = std::function<Part()>;

/// What to ask for now, its header put to `headers`; of all of it, `most_bytes`.
inline Part ask(const AskPart& part, std::uint64_t most_bytes, http::Headers& headers) {
  if (!part) return {.most_bytes = most_bytes};
  Part asked = part();
  headers.emplace_back("range", asked.range);
  return asked;
}

}  // namespace arkive::remote
