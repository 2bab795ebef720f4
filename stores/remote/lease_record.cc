#include "stores/remote/lease_record.h"

#include <nlohmann/json.hpp>

namespace arkive::remote {

std::string LeaseRecord::to_json() const {
  return nlohmann::json{{"holder", holder},
                        {"lease_seconds", lease.count()},
                        {"nonce", nonce},
                        {"number", number},
                        {"released", released}}
             .dump(2, ' ', false, nlohmann::json::error_handler_t::replace) +
         "\n";
}

Result<LeaseRecord> LeaseRecord::parse(std::string_view json) {
  const auto bad = [] {
    return fail(Outcome::kCorrupt, "it is no lock of arkive",
                "when no arkive writes into this store, remove the object");
  };
  const auto parsed = nlohmann::json::parse(json, nullptr, false);
  if (!parsed.is_object()) return bad();
  LeaseRecord record;
  const auto holder = parsed.find("holder");
  const auto nonce = parsed.find("nonce");
  const auto number = parsed.find("number");
  const auto lease = parsed.find("lease_seconds");
  const auto released = parsed.find("released");
  const auto end = parsed.end();
  if (holder == end || !holder->is_string() || nonce == end || !nonce->is_string() || number == end ||
      !number->is_number_unsigned() || lease == end || !lease->is_number_unsigned() || released == end ||
      !released->is_boolean())
    return bad();
  constexpr std::uint64_t kDay = 86'400;
  if (lease->get<std::uint64_t>() > kDay) return bad();
  record.holder = holder->get<std::string>();
  record.nonce = nonce->get<std::string>();
  record.number = number->get<std::uint64_t>();
  record.lease = std::chrono::seconds(lease->get<std::uint64_t>());
  record.released = released->get<bool>();
  return record;
}

}  // namespace arkive::remote
