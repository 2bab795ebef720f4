#include "restore-plans/rehearse/bucket_names.h"

#include <algorithm>

namespace arkive::rehearse {

namespace {

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_bucket_name(const std::string& name) {
  return name.size() >= 3 && name.size() <= 63 && is_letter_or_digit(name.front()) &&
         is_letter_or_digit(name.back()) && name.find("..") == std::string::npos &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return is_letter_or_digit(c) || c == '-' || c == '.'; });
}

}  // namespace

Status check_buckets(const std::vector<std::string>& names, const std::string& server) {
  const auto wrong = std::find_if_not(names.begin(), names.end(), is_bucket_name);
  if (wrong == names.end()) return ok();
  return fail(Outcome::kUsage,
              "start " + server + " with the bucket '" + *wrong + "': no bucket can be called so",
              "take 3 to 63 of a-z, 0-9, '-' and '.', with a letter or digit at both ends");
}

}  // namespace arkive::rehearse
