#include "stores/layout/opened_run.h"

#include "stores/core/bytes.h"

namespace arkive::layout {

Result<std::string> EmptyTreeReader::read(std::string_view path) const {
  return fail(Outcome::kNotFound, "read '" + printable(path) + "': the run keeps no such file any more");
}

Result<std::vector<FileTreeReader::Entry>> EmptyTreeReader::list(std::string_view) const {
  return std::vector<Entry>();
}

Status EmptyTreeReader::for_each(std::string_view,
                                 const std::function<Status(std::string_view, Bytes)>&) const {
  return ok();
}

}  // namespace arkive::layout
