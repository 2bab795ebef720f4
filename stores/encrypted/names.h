/// NameCodec: the keys under which a store keeps objects whose names are hidden (docs/format-encryption.md,
/// "Hidden names"). Deterministic, part by part, so that a prefix of whole parts is one again.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "stores/encrypted/secret.h"
#include "stores/encrypted/store_key.h"

namespace arkive::encrypted {

/// Where the long parts of names are kept: "names/<stored part>".
inline constexpr std::string_view kNames = "names";

/// Immutable; any thread.
class NameCodec {
 public:
  /// Derives its keys of the data key.
  explicit NameCodec(const StoreKey& store);

  struct StoredPart {
    std::string text;
    bool is_long = false;  ///< an object of kNames tells the name
  };
  /// `part` of a key, that stands below `parent`: the plain parts before it with '/' between them, "" at the
  /// top.
  StoredPart encode(std::string_view parent, std::string_view part) const;
  /// Nothing when `stored` was not made below `parent` with this key. Not for parts that are is_long().
  std::optional<std::string> decode(std::string_view parent, std::string_view stored) const;
  /// True when `name` is the part that encode() turned into `stored`, a long one.
  bool is_name_of(std::string_view parent, std::string_view stored, std::string_view name) const;

  /// By its form: a part that encode() may have made, at the top (`first`) or below.
  static bool has_form(std::string_view stored, bool first);
  /// By its form: a part that an object of kNames tells.
  static bool is_long(std::string_view stored);
  /// A first part that stays as it is.
  static bool stays(std::string_view first_part);

 private:
  Secret names_key_;
  Secret long_key_;
};

}  // namespace arkive::encrypted
