/// Result: what every fallible function of arkive returns. It cannot be dropped in silence, and its error
/// says what a caller may do next.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace arkive {

/// What a caller may do next; code branches on this and on nothing else.
enum class Outcome : std::uint8_t {
  kRetry,        ///< a passing fault outlived the deadline; the same call may succeed later
  kNotFound,     ///< the named thing does not exist
  kConflict,     ///< it exists already, or somebody else holds or changed it
  kCorrupt,      ///< bytes are there but are not what they should be
  kDenied,       ///< permission, authentication
  kFull,         ///< no space, quota
  kUsage,        ///< the request itself makes no sense (bad flag, bad path)
  kInterrupted,  ///< a signal asked the process to stop
  kFail          ///< anything else
};

/// The word for an outcome as JSON output and logs print it: "retry", "not-found", ...
std::string_view outcome_name(Outcome outcome);

/// `what`: operation, object and cause, in that order, lower case, no period; never a secret.
/// `hint`: what to do next, one sentence; may be empty.
struct [[nodiscard]] Error {
  Outcome outcome = Outcome::kFail;
  std::string what;
  std::string hint;

  /// The same error with `operation` put before its text: "restore '/a': read '/x': Permission denied".
  Error within(std::string_view operation) const;
};

/// The value of a call that only succeeds or fails.
struct Unit {};

/// A value or an Error. tl::expected itself may be dropped in silence; this type may not.
template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
};

using Status = Result<Unit>;

/// `return ok();` of a function that returns Status.
inline Status ok() {
  return Unit{};
}

/// `return fail(Outcome::kDenied, "open 'x': ...");` from any function that returns a Result.
inline tl::unexpected<Error> fail(Outcome outcome, std::string what, std::string hint = {}) {
  return tl::unexpected<Error>(Error{outcome, std::move(what), std::move(hint)});
}

/// `return fail(std::move(other.error()));` hands an error up unchanged.
inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

/// The Error for a failed system call: ENOENT is kNotFound, EEXIST kConflict, EACCES/EPERM/EROFS kDenied,
/// ENOSPC/EDQUOT/EFBIG kFull, EAGAIN/EINTR/ETIMEDOUT/ECONN* kRetry, all others kFail.
/// `operation` and `object` come before the system's own text: "sync '/backup/x': Input/output error".
Error system_error(std::string_view operation, std::string_view object, int error_number);

}  // namespace arkive

/// Returns the error of `expression` from the calling function, or goes on. For calls whose value is not
/// needed.
#define ARKIVE_TRY(expression)                                                           \
  do {                                                                                   \
    auto arkive_try_result = (expression);                                               \
    if (!arkive_try_result) return ::arkive::fail(std::move(arkive_try_result).error()); \
  } while (false)

#define ARKIVE_CONCAT_INNER(a, b) a##b
#define ARKIVE_CONCAT(a, b) ARKIVE_CONCAT_INNER(a, b)

// NOLINTBEGIN(bugprone-macro-parentheses): a declaration cannot stand in parentheses.
/// ARKIVE_ASSIGN(auto file, open_file(path)): the value, or the error returned from the calling function.
#define ARKIVE_ASSIGN(declaration, expression) \
  ARKIVE_ASSIGN_INNER(ARKIVE_CONCAT(arkive_assign_, __LINE__), declaration, expression)
#define ARKIVE_ASSIGN_INNER(temporary, declaration, expression)        \
  auto temporary = (expression);                                       \
  if (!temporary) return ::arkive::fail(std::move(temporary).error()); \
  declaration = std::move(*temporary)
// NOLINTEND(bugprone-macro-parentheses)
