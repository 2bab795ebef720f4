#include "stores/encrypted/names.h"

#include <algorithm>
#include <array>

#include "stores/core/hash.h"

namespace arkive::encrypted {

namespace {

constexpr std::size_t kLongestPart = 112;
constexpr std::size_t kStep = 16;
constexpr std::size_t kLongHash = 24;
constexpr char kNameMark = 'n';
constexpr char kLongMark = 'h';

constexpr std::string_view kStaying[] = {"changes", "history", "journals", "lists",
                                         "runs",    "topics",  "trees"};

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Base64 of RFC 4648 section 5, without padding.
std::string base64url(Bytes data) {
  std::string text = base64(data);
  text.erase(text.find_last_not_of('=') + 1);
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

/// Nothing for what base64url() does not write.
std::optional<std::string> from_base64url(std::string_view text) {
  std::string data;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const std::size_t digit = kAlphabet.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = (bits << 6 | static_cast<std::uint32_t>(digit)) & 0xffff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      data.push_back(static_cast<char>(bits >> count & 0xff));
    }
  }
  if (base64url(data) != text) return std::nullopt;
  return data;
}

std::string additional_of(std::string_view parent) {
  std::string data("arkive.name.1");
  data.push_back('\0');
  return data.append(parent);
}

}  // namespace

NameCodec::NameCodec(const StoreKey& store)
    : names_key_(hkdf(store.data_key.bytes(), {}, "arkive.names.1", 2 * kKeySize)),
      long_key_(hkdf(store.data_key.bytes(), {}, "arkive.long-names.1", kKeySize)) {}

NameCodec::StoredPart NameCodec::encode(std::string_view parent, std::string_view part) const {
  if (parent.empty() && stays(part)) return {std::string(part), false};
  if (part.size() > kLongestPart) {
    std::string data("arkive.long-name.1");
    data.push_back('\0');
    append_text(data, parent);
    data.append(part);
    const Sha256Digest digest = hmac_sha256(long_key_.bytes(), data);
    return {kLongMark + base64url(Bytes(reinterpret_cast<const char*>(digest.data()), kLongHash)), true};
  }
  std::string padded(part);
  padded.resize((part.size() + kStep - 1) / kStep * kStep);
  return {kNameMark + base64url(siv_seal(names_key_.bytes(), additional_of(parent), padded)), false};
}

std::optional<std::string> NameCodec::decode(std::string_view parent, std::string_view stored) const {
  if (parent.empty() && stays(stored)) return std::string(stored);
  if (stored.empty() || stored.front() != kNameMark) return std::nullopt;
  const auto sealed = from_base64url(stored.substr(1));
  if (!sealed) return std::nullopt;
  auto name = siv_open(names_key_.bytes(), additional_of(parent), *sealed);
  if (name) name->erase(name->find_last_not_of('\0') + 1);
  return name;
}

bool NameCodec::is_name_of(std::string_view parent, std::string_view stored, std::string_view name) const {
  const StoredPart part = encode(parent, name);
  return part.is_long && part.text == stored;
}

bool NameCodec::has_form(std::string_view stored, bool first) {
  if ((first && stays(stored)) || is_long(stored)) return true;
  if (stored.empty() || stored.front() != kNameMark) return false;
  const auto sealed = from_base64url(stored.substr(1));
  return sealed && sealed->size() > kTagSize && sealed->size() % kStep == 0;
}

bool NameCodec::is_long(std::string_view stored) {
  return stored.size() == 1 + kLongHash / 3 * 4 && stored.front() == kLongMark;
}

bool NameCodec::stays(std::string_view first_part) {
  return std::find(std::begin(kStaying), std::end(kStaying), first_part) != std::end(kStaying);
}

}  // namespace arkive::encrypted
