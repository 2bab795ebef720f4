// Names of znodes as file names, both ways.
#include <string_view>

#include "tests/fuzz/require.h"
#include "zk/tree_format/escape.h"
#include "zk/tree_format/file_lookup.h"
#include "zk/tree_format/names.h"

using arkive::Bytes;
using arkive::Result;
using arkive::test::require;
using namespace arkive::zk;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes text(reinterpret_cast<const char*>(data), size);
  if (!text.empty()) {
    for (const NameForm form : {NameForm::kUsual, NameForm::kTwin}) {
      const std::string encoded = encode_full_name(text, form);
      const Result<std::string> decoded = decode_name(encoded);
      require(decoded && *decoded == text, "a name comes back from its encoding");
      require(arkive::is_utf8(encoded) && encoded.find('/') == std::string::npos,
              "an encoded name is a file name");
      require(encode_name(text, form).size() <= kLongestEncodedName, "a file name is short");
    }
    require(!is_surely_plain(text) || encode_name(text) == text, "a surely plain name stays");
    require(fold_key(encode_name(text)) == fold_key(fold_key(encode_name(text))), "a key is its own key");
  }
  if (const Result<std::string> name = decode_name(text)) {
    require(encode_full_name(*name) == text || encode_full_name(*name, NameForm::kTwin) == text,
            "what decodes is what some name encodes to");
  }
  if (const Result<std::string> path = decode_path(text)) {
    require(check_path(*path).has_value(), "a decoded path is a path");
  }
  if (const Result<std::string> name = child_name(text)) require(*name != "..", "no child goes up");
  const Result<std::string> field = unescape_field(escape_field(text));
  require(field && *field == text, "a field comes back from its escape");
  (void)unescape_field(text).has_value();
  return 0;
}
