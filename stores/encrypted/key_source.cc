#include "stores/encrypted/key_source.h"

#include "stores/core/files.h"
#include "stores/core/hash.h"
#include "stores/core/process.h"

namespace arkive::encrypted {

namespace {

constexpr std::size_t kShortestPassphrase = 12;
constexpr std::string_view kForm = "a key is 32 bytes, or 64 hex digits, or 44 characters of Base64";

int value_of_digit(char c, int base) {
  int value = -1;
  if (base == 16) {
    if (c >= '0' && c <= '9') value = c - '0';
    if (c >= 'a' && c <= 'f') value = c - 'a' + 10;
    if (c >= 'A' && c <= 'F') value = c - 'A' + 10;
    return value;
  }
  if (c >= 'A' && c <= 'Z') value = c - 'A';
  if (c >= 'a' && c <= 'z') value = c - 'a' + 26;
  if (c >= '0' && c <= '9') value = c - '0' + 52;
  if (c == '+') value = 62;
  if (c == '/') value = 63;
  return value;
}

/// kKeySize bytes of so many digits of 4 or 6 bits; empty when one is none.
Secret from_digits(std::string_view digits, int base) {
  std::string key;
  key.reserve(kKeySize);
  unsigned bits = 0;
  int count = 0;
  bool good = true;
  for (const char c : digits) {
    const int value = value_of_digit(c, base);
    good = good && value >= 0;
    bits = (bits << (base == 16 ? 4 : 6) | static_cast<unsigned>(value & 63)) & 0xffff;
    count += base == 16 ? 4 : 6;
    if (count >= 8) {
      count -= 8;
      key.push_back(static_cast<char>(bits >> count & 0xff));
    }
  }
  if (!good || key.size() != kKeySize) wipe(key);
  return Secret(std::move(key));
}

Result<Secret> key_in(Secret text, const std::string& where) {
  std::string_view digits = text.bytes();
  if (digits.size() == kKeySize) return text;
  if (digits.ends_with('\n')) digits.remove_suffix(1);
  if (digits.ends_with('\r')) digits.remove_suffix(1);
  Secret key;
  if (digits.size() == 2 * kKeySize) key = from_digits(digits, 16);
  if (digits.size() == 44 && digits.ends_with('=')) key = from_digits(digits.substr(0, 43), 64);
  if (!key.empty()) return key;
  return fail(Outcome::kUsage, where + ": " + std::to_string(text.bytes().size()) + " bytes that are no key",
              std::string(kForm) + "; arkive key make writes one");
}

Result<Secret> run_key_command(const std::string& command, Deadline deadline) {
  const std::string where = "run the key command";
  auto ended = run_process(
      {.arguments = {"/bin/sh", "-c", command}, .directory = {}, .environment = {}, .input = {}}, deadline);
  if (!ended) return fail(ended.error().within(where));
  Secret output(std::move(ended->output));
  wipe(ended->error_output);
  if (!ended->succeeded()) {
    return fail(Outcome::kDenied, where + ": it ended with status " + std::to_string(ended->status),
                "run it by hand to see what it says");
  }
  return key_in(std::move(output), where);
}

}  // namespace

Result<Secret> read_key(const KeySource& source, Deadline deadline) {
  if (source.kind == KeySource::Kind::kCommand) return run_key_command(source.text, deadline);
  ARKIVE_ASSIGN(std::string text, read_secret_file(source.text));
  Secret content(std::move(text));
  const bool is_key = source.kind == KeySource::Kind::kFile;
  const std::string where =
      std::string(is_key ? "read key file '" : "read passphrase file '") + printable(source.text) + "'";
  if (is_key) return key_in(std::move(content), where);
  std::string_view line = content.bytes().substr(0, content.bytes().find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.empty())
    return fail(Outcome::kUsage, where + ": its first line is empty", "write the passphrase there");
  return Secret(std::string(line));
}

Result<Secret> KeyReader::key(const KeySource& source, Deadline deadline) {
  const std::lock_guard lock(mutex_);
  const Place place(source.kind, source.text);
  if (const auto found = keys_.find(place); found != keys_.end()) return found->second.copy();
  ARKIVE_ASSIGN(Secret secret, read_key(source, deadline));
  return keys_.emplace(place, std::move(secret)).first->second.copy();
}

std::optional<Secret> KeyReader::data_key(const KeySource& source, const std::string& encryption) const {
  const std::lock_guard lock(mutex_);
  const auto found = data_keys_.find({{source.kind, source.text}, encryption});
  if (found == data_keys_.end()) return std::nullopt;
  return found->second.copy();
}

void KeyReader::remember(const KeySource& source, const std::string& encryption, const Secret& data_key) {
  const std::lock_guard lock(mutex_);
  data_keys_.insert_or_assign({{source.kind, source.text}, encryption}, data_key.copy());
}

Status check_new_key(const KeySource& source, const Secret& secret) {
  if (source.method() == Wrapping::Method::kPassphrase && secret.bytes().size() < kShortestPassphrase) {
    return fail(Outcome::kUsage,
                "read passphrase file '" + printable(source.text) + "': the passphrase has fewer than " +
                    std::to_string(kShortestPassphrase) + " bytes",
                "take a longer one, of several words");
  }
  return ok();
}

Status make_key_file(const std::string& path) {
  const Secret key(random_bytes(kKeySize));
  const Secret text(base64(key.bytes()) + "\n");
  Status written = write_file_durably(path, text.bytes(), IfExists::kConflict);
  if (!written && written.error().outcome == Outcome::kConflict)
    written.error().hint = "a key is never written over: name another file";
  return written;
}

}  // namespace arkive::encrypted
