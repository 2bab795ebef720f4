/// What of a znode's data goes into a file: the data, or the data with its secrets replaced.
/// Internal to zk/tree_format.
#pragma once

#include <string>
#include <string_view>

#include "zk/tree_format/tree_writer.h"

namespace arkive::zk {

/// The data of `node` for its file; null data is empty. `storage` holds it when it had to be made. kFail when
/// an application names secrets that are not ranges of the data.
Result<Bytes> file_content(const Tree& tree, NodeIndex node, const TreeWriteOptions& options,
                           std::string& storage);
/// The same for a znode by itself.
Result<std::string> redacted_data(std::string_view path, Bytes data, const TreeWriteOptions& options);

/// The znode as a tree written with `options` holds it: data and ACL redacted where they are.
Status redact(Znode& znode, const TreeWriteOptions& options);

}  // namespace arkive::zk
