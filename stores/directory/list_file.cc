#include "stores/directory/list_file.h"

#include <unistd.h>

#include <cerrno>

#include "stores/core/files.h"
#include "stores/directory/beneath.h"

namespace arkive::directory {

namespace {

class FileSource final : public ByteSource {
 public:
  FileSource(UniqueFd fd, std::string object) : fd_(std::move(fd)), object_(std::move(object)) {}
  Result<std::size_t> read(char* to, std::size_t most) override {
    for (;;) {
      const ssize_t got = ::read(fd_.get(), to, most);
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) return fail(system_error("read", object_, errno));
    }
  }

 private:
  UniqueFd fd_;
  std::string object_;
};

class ListFile final : public ObjectWriter {
 public:
  ListFile(UniqueFd fd, std::string object) : fd_(std::move(fd)), object_(std::move(object)) {}
  Status write(Bytes data) override { return write_all(fd_.get(), data, object_); }
  Status finish() override { return close_file(std::move(fd_), object_); }

 private:
  UniqueFd fd_;
  std::string object_;
};

}  // namespace

Result<HashListReader> open_list(int parent, const Root& root, const Location& location) {
  const std::string object = root.object(location.list());
  auto opened = open_regular_file(parent, list_name(location.part), object);
  if (!opened) {
    if (opened.error().outcome == Outcome::kNotFound) opened.error().outcome = Outcome::kCorrupt;
    return fail(std::move(opened.error()));
  }
  return HashListReader(std::make_unique<FileSource>(std::move(*opened), object), object);
}

Result<HashListWriter> create_list(int directory, const char* name, std::string object) {
  ARKIVE_ASSIGN(UniqueFd fd, create_file(directory, name, object));
  return HashListWriter(std::make_unique<ListFile>(std::move(fd), object), object);
}

}  // namespace arkive::directory
