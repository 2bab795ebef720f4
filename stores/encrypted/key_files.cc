#include "stores/encrypted/key_files.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "stores/core/hash.h"
#include "stores/manifest/json_fields.h"
#include "stores/manifest/seal.h"

namespace arkive::encrypted {

namespace {

using Json = nlohmann::json;

constexpr std::uint64_t kFormat = 1;
constexpr std::string_view kCipher = "AES-256-GCM";
constexpr std::size_t kWrappingSaltSize = 16;
constexpr std::size_t kIdDigits = 16;
constexpr std::size_t kEncryptionIdDigits = 32;
constexpr std::size_t kSha256Digits = 64;

bool is_hex(std::string_view text, std::size_t digits) {
  return text.size() == digits && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

/// `text` is hex.
std::string from_hex(std::string_view text) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    bytes.push_back(static_cast<char>(digit(text[i]) << 4 | digit(text[i + 1])));
  return bytes;
}

void take_hex(JsonFields& fields, const char* name, std::size_t digits, std::string& to) {
  std::string text;
  fields.take(name, text);
  fields.require(is_hex(text, digits), name, "is not so many lower-case hex digits as it must have");
  if (is_hex(text, digits)) to = std::move(text);
}

/// The document, when it is one of `kind` and of a format that is known, and sealed.
Result<Json> parse(std::string_view text, std::string_view kind) {
  Json document = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!document.is_object()) return fail(Outcome::kCorrupt, "is no JSON object");
  const auto named = document.find("arkive");
  if (named == document.end() || *named != kind) {
    return fail(Outcome::kCorrupt, "its field 'arkive' is not '" + std::string(kind) + "'");
  }
  const auto format = document.find("format");
  if (format == document.end() || !format->is_number_unsigned() || *format == 0U)
    return fail(Outcome::kCorrupt, "field 'format' is missing or no count");
  if (format->get<std::uint64_t>() > kFormat) {
    return fail(Outcome::kUsage,
                "its format " + std::to_string(format->get<std::uint64_t>()) + " is newer than " +
                    std::to_string(kFormat) + ", the newest this arkive knows",
                "use a newer arkive for this store");
  }
  ARKIVE_TRY(check_seal(text));
  return document;
}

std::string additional_of(const Wrapping& wrapping) {
  std::string data("arkive.wrapping.1");
  data.push_back('\0');
  append_text(data, wrapping.id);
  return data.append(from_hex(wrapping.encryption));
}

/// The key that wraps.
Result<Aead> wrapping_key(const Wrapping& wrapping, Bytes secret) {
  Secret stretched;
  if (wrapping.method == Wrapping::Method::kPassphrase) {
    ARKIVE_ASSIGN(stretched, scrypt(secret, wrapping.salt, wrapping.n, wrapping.r, wrapping.p));
    secret = stretched.bytes();
  }
  return Aead(hkdf(secret, wrapping.salt, "arkive.wrapping.1", kKeySize).bytes());
}

}  // namespace

std::string EncryptionFile::to_json() const {
  const Json document = {
      {"arkive", "encryption"}, {"chunk", chunk}, {"cipher", kCipher},
      {"format", kFormat},      {"id", id},       {"names", hide_names ? "hidden" : "clear"},
      {"store", store}};
  return sealed_json(document.dump(-1, ' ', false, Json::error_handler_t::replace));
}

Result<EncryptionFile> EncryptionFile::from_json(std::string_view text) {
  ARKIVE_ASSIGN(const Json document, parse(text, "encryption"));
  std::string problem;
  JsonFields fields(document, "", problem);
  EncryptionFile file;
  std::string cipher;
  std::string names;
  fields.take("cipher", cipher);
  fields.require(cipher == kCipher, "cipher", "is not AES-256-GCM");
  fields.take("names", names);
  fields.require(names == "hidden" || names == "clear", "names", "is neither 'hidden' nor 'clear'");
  file.hide_names = names == "hidden";
  std::uint64_t chunk = 0;
  fields.take("chunk", chunk);
  fields.require(chunk >= kDefaultChunk && chunk <= kLargestChunk, "chunk",
                 "is not within 65536 and 1048576");
  file.chunk = static_cast<std::uint32_t>(chunk);
  take_hex(fields, "id", kEncryptionIdDigits, file.id);
  fields.take("store", file.store);
  fields.require(!file.store.empty() && file.store.size() <= 128, "store", "is no id");
  if (!problem.empty()) return fail(Outcome::kCorrupt, problem);
  return file;
}

std::string Wrapping::key() const {
  return "keys/" + id + ".json";
}

std::string_view method_name(Wrapping::Method method) {
  return method == Wrapping::Method::kKey ? "key" : "passphrase";
}

std::string Wrapping::to_json() const {
  Json document = {{"arkive", "wrapped-key"},
                   {"created_ms", created},
                   {"encryption", encryption},
                   {"format", kFormat},
                   {"id", id},
                   {"label", label},
                   {"salt", to_hex(salt)},
                   {"method", method_name(method)},
                   {"wrapped", to_hex(wrapped)}};
  if (method == Method::kPassphrase) {
    document["scrypt_n"] = n;
    document["scrypt_r"] = r;
    document["scrypt_p"] = p;
  }
  return sealed_json(document.dump(-1, ' ', false, Json::error_handler_t::replace));
}

Result<Wrapping> Wrapping::from_json(std::string_view text) {
  ARKIVE_ASSIGN(const Json document, parse(text, "wrapped-key"));
  std::string problem;
  JsonFields fields(document, "", problem);
  Wrapping wrapping;
  std::string method;
  fields.take("method", method);
  fields.require(method == "key" || method == "passphrase", "method", "is neither 'key' nor 'passphrase'");
  wrapping.method = method == "key" ? Method::kKey : Method::kPassphrase;
  fields.take("label", wrapping.label);
  fields.take("created_ms", wrapping.created, 0, INT64_MAX);
  take_hex(fields, "id", kIdDigits, wrapping.id);
  take_hex(fields, "encryption", kSha256Digits, wrapping.encryption);
  take_hex(fields, "salt", 2 * kWrappingSaltSize, wrapping.salt);
  take_hex(fields, "wrapped", 2 * (kKeySize + kTagSize), wrapping.wrapped);
  wrapping.salt = from_hex(wrapping.salt);
  wrapping.wrapped = from_hex(wrapping.wrapped);
  if (wrapping.method == Method::kPassphrase) {
    fields.take("scrypt_n", wrapping.n);
    fields.take("scrypt_r", wrapping.r);
    fields.take("scrypt_p", wrapping.p);
    // What a stranger may ask of our memory and time.
    fields.require(wrapping.n >= 1 << 14 && wrapping.n <= 1 << 20 && (wrapping.n & (wrapping.n - 1)) == 0,
                   "scrypt_n", "is no power of two from 2^14 to 2^20");
    fields.require(wrapping.r >= 1 && wrapping.r <= 16, "scrypt_r", "is not within 1 and 16");
    fields.require(wrapping.p >= 1 && wrapping.p <= 4, "scrypt_p", "is not within 1 and 4");
    fields.require(128 * wrapping.n * wrapping.r <= 1ULL << 29, "scrypt_n",
                   "asks for more than 512 MiB of memory");
  }
  if (!problem.empty()) return fail(Outcome::kCorrupt, problem);
  return wrapping;
}

Status wrap(Wrapping& wrapping, Bytes secret, Bytes data_key) {
  wrapping.salt = random_bytes(kWrappingSaltSize);
  ARKIVE_ASSIGN(Aead aead, wrapping_key(wrapping, secret));
  wrapping.wrapped.resize(data_key.size() + kTagSize);
  aead.seal(0, additional_of(wrapping), data_key, wrapping.wrapped.data());
  return ok();
}

Result<Secret> unwrap(const Wrapping& wrapping, Bytes secret) {
  ARKIVE_ASSIGN(Aead aead, wrapping_key(wrapping, secret));
  std::string data_key = wrapping.wrapped;
  if (!aead.open(0, additional_of(wrapping), data_key.data(), data_key.size())) {
    return fail(Outcome::kDenied, "unwrap '" + wrapping.key() + "': the key is not the one it was made with");
  }
  data_key.resize(data_key.size() - kTagSize);
  return Secret(std::move(data_key));
}

}  // namespace arkive::encrypted
