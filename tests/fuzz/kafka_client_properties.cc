// A client.properties that nobody meant.
#include <cstddef>
#include <cstdint>

#include "kafka/wire/client_properties.h"
#include "kafka/wire/jaas.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)arkive::kafka::parse_client_properties(text, "fuzz");
  (void)arkive::kafka::wire::parse_jaas(text);
  return 0;
}
