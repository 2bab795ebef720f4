/// The variables of the environment by which buckets and containers are set up (docs/stores.md), as a table.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace arkive::tools {

struct StoreVariable {
  enum class Kind : std::uint8_t {
    kPlain,
    kName,   ///< half of a pair whose other half is a secret
    kSecret  ///< stands in no file of settings and in no environment of a child
  };
  std::string_view scheme;  ///< of the stores that read it: "s3://", "gs://", "az://"
  std::string_view name;
  Kind kind = Kind::kPlain;
};

/// By scheme; each name once.
std::span<const StoreVariable> store_variables();

/// That of `name`; null where no store reads it.
const StoreVariable* find_store_variable(std::string_view name);

/// The name by which a file with the secret `variable` is given: its own and _FILE. Empty where the variable
/// is no secret, or where the store itself reads one of that name.
std::string file_variable_of(const StoreVariable& variable);

/// Of secrets and the names that go with them: what children do not get.
std::vector<std::string> secret_variables();

}  // namespace arkive::tools
