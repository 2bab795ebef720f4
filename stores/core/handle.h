/// Handle and UniqueFd: the owners of C handles and file descriptors.
#pragma once

#include <memory>
#include <utility>

namespace arkive {

template <auto Free>
struct Closer {
  template <class T>
  void operator()(T* pointer) const noexcept {
    (void)Free(pointer);
  }
};

/// Owns a C handle; costs nothing over the raw pointer:
///   using GitRepository = Handle<git_repository, git_repository_free>;
template <class T, auto Free>
using Handle = std::unique_ptr<T, Closer<Free>>;

/// Owns a file descriptor (always opened O_CLOEXEC); -1 owns none.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    reset(std::exchange(other.fd_, -1));
    return *this;
  }
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;
  ~UniqueFd() { reset(); }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release() { return std::exchange(fd_, -1); }
  /// Closes what it owned (close errors are ignored: whoever must know syncs first) and owns `fd`.
  void reset(int fd = -1);

 private:
  int fd_ = -1;
};

}  // namespace arkive
