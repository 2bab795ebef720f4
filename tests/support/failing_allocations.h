/// `new`, malloc, calloc and realloc of a program, instead of the C++ and C libraries', for sweeps over
/// failing allocations. Include it once. FAIL_ALLOCATION=new@N: the N-th `new` after
/// begin_failing_allocations() has no memory; malloc@N: the N-th of the others, which C libraries call; N+:
/// every one from there. ALLOCATION_COUNT=FILE: how many there were ("new N malloc M"), written by
/// end_failing_allocations(). Not with sanitizers, whose malloc is another.
#pragma once

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <new>
#include <string_view>

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* old, std::size_t size);
}

namespace arkive::test {

/// Of one sort.
struct FailingAllocations {
  std::atomic<long> count{0};
  std::atomic<long> first{0};  ///< that fails
  std::atomic<long> last{0};

  bool fails(bool counting) {
    if (!counting) return false;
    const long number = ++count;
    return number >= first && number <= last;
  }
};
inline std::atomic<bool> counting_allocations{false};
inline FailingAllocations failing_new;
inline FailingAllocations failing_malloc;

inline bool this_malloc_fails() {
  if (!failing_malloc.fails(counting_allocations)) return false;
  errno = ENOMEM;
  return true;
}

inline void begin_failing_allocations() {
  if (const char* const wanted = std::getenv("FAIL_ALLOCATION")) {
    const std::string_view text(wanted);
    FailingAllocations& sort = text.starts_with("new@") ? failing_new : failing_malloc;
    sort.first = std::atol(wanted + text.find('@') + 1);
    sort.last = text.ends_with('+') ? std::numeric_limits<long>::max() : sort.first.load();
  }
  counting_allocations = true;
}

inline void end_failing_allocations() {
  counting_allocations = false;
  const char* const path = std::getenv("ALLOCATION_COUNT");
  if (path == nullptr) return;
  if (std::FILE* const file = std::fopen(path, "w")) {
    std::fprintf(file, "new %ld malloc %ld\n", failing_new.count.load(), failing_malloc.count.load());
    std::fclose(file);
  }
}

}  // namespace arkive::test

extern "C" void* malloc(std::size_t size) {
  return arkive::test::this_malloc_fails() ? nullptr : __libc_malloc(size);
}
extern "C" void* calloc(std::size_t count, std::size_t size) {
  return arkive::test::this_malloc_fails() ? nullptr : __libc_calloc(count, size);
}
extern "C" void* realloc(void* old, std::size_t size) {
  return arkive::test::this_malloc_fails() ? nullptr : __libc_realloc(old, size);
}

[[gnu::noinline]] void* operator new(std::size_t size) {
  for (;;) {
    const bool fails = arkive::test::failing_new.fails(arkive::test::counting_allocations);
    void* const memory = fails ? nullptr : __libc_malloc(size);
    if (memory != nullptr) return memory;
    const std::new_handler handler = std::get_new_handler();
    if (handler == nullptr) throw std::bad_alloc();
    handler();
  }
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
