// What stands in an encrypted store, as somebody may have changed it: keys/encryption.json and a wrapping,
// with a seal that fits, an object whole and by its chunks, a hidden name.
#include <nlohmann/json.hpp>
#include <string>

#include "stores/encrypted/key_files.h"
#include "stores/encrypted/names.h"
#include "stores/encrypted/object_format.h"
#include "stores/manifest/seal.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace arkive;
  using namespace arkive::encrypted;
  using test::require;
  static const StoreKey key("5f0c1e2d3b4a59687786958493a2b1c0", Secret(std::string(32, 'k')), kDefaultChunk,
                            true);
  static const NameCodec names(key);
  static const std::string good = seal_object(key, "k", std::string(100, 'p'), std::string(kSaltSize, 's'));
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (nlohmann::json::parse(text, nullptr, false).is_object()) {
    const std::string sealed = sealed_json(text);
    if (const auto file = EncryptionFile::from_json(sealed)) {
      require(EncryptionFile::from_json(file->to_json()).has_value(), "encryption.json comes back");
    }
    if (const auto wrapping = Wrapping::from_json(sealed)) {
      require(Wrapping::from_json(wrapping->to_json()).has_value(), "a wrapping comes back");
      if (wrapping->method == Wrapping::Method::kKey)
        require(!unwrap(*wrapping, std::string(32, 'k')).has_value(), "no wrapping is opened by chance");
    }
  }
  (void)EncryptionFile::from_json(text).has_value();
  (void)Wrapping::from_json(text).has_value();
  std::string object = text;
  const bool opened = open_object(key, "k", "object", object).has_value();
  require(!opened || text == good, "no object but the one that was sealed is opened");
  if (opened) require(object == std::string(100, 'p'), "its plaintext comes back");
  // The same behind a header that fits: chunks alone.
  std::string chunks = good.substr(0, kHeaderSize) + text;
  require(!open_object(key, "k", "object", chunks).has_value() || text == good.substr(kHeaderSize),
          "no chunk but the one that was sealed is opened");
  if (const auto name = names.decode("topics", text))
    require(names.encode("topics", *name).text == text, "a name is encoded one way");
  (void)names.is_name_of("topics", text, "x");
  return 0;
}
