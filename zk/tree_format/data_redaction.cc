#include "zk/tree_format/data_redaction.h"

namespace arkive::zk {

Result<std::string> redacted_data(std::string_view path, Bytes data, const TreeWriteOptions& options) {
  std::string text(data);
  if (options.redactor == nullptr) return text;
  for (const ApplicationAt& at : options.applications) {
    if (!is_at_or_below(path, at.root)) continue;
    const std::vector<SecretRange> ranges = at.application->secrets(path, text, at.root);
    std::string redacted;
    std::size_t done = 0;
    for (const SecretRange& range : ranges) {
      if (range.begin < done || range.end < range.begin || range.end > text.size()) {
        return fail(Outcome::kFail, "redact '" + printable(path) + "': secrets of application '" +
                                        std::string(at.application->name()) + "' are not ranges of the data");
      }
      redacted.append(text, done, range.begin - done);
      redacted += options.redactor->fingerprint(Bytes(text).substr(range.begin, range.end - range.begin));
      done = range.end;
    }
    if (done == 0) continue;
    redacted.append(text, done);
    text = std::move(redacted);
  }
  return text;
}

Result<Bytes> file_content(const Tree& tree, NodeIndex node, const TreeWriteOptions& options,
                           std::string& storage) {
  const Bytes data = tree[node].data();
  if (options.redactor == nullptr || data.empty()) return data;
  ARKIVE_ASSIGN(storage, redacted_data(tree.path(node), data, options));
  return Bytes(storage);
}

Status redact(Znode& znode, const TreeWriteOptions& options) {
  if (options.redactor == nullptr) return ok();
  if (znode.data) {
    ARKIVE_ASSIGN(znode.data, redacted_data(znode.path, *znode.data, options));
  }
  znode.acl = options.redactor->redact(znode.acl);
  return ok();
}

}  // namespace arkive::zk
