#include "stores/s3/credentials.h"

namespace arkive::s3 {
namespace {

constexpr UnixMilliseconds kAhead = 300'000;

class FixedCredentials final : public CredentialProvider {
 public:
  FixedCredentials(Credentials credentials, std::string name)
      : credentials_(std::move(credentials)), name_(std::move(name)) {}
  std::string name() const override { return name_; }
  Result<Credentials> ask(Deadline) override { return credentials_; }

 private:
  const Credentials credentials_;
  const std::string name_;
};

}  // namespace

Result<Credentials> CredentialSource::current(Deadline deadline) {
  const std::lock_guard lock(mutex_);
  const UnixMilliseconds now = wall_clock_now();
  const bool lasts =
      credentials_ && (credentials_->expires_ms == 0 || now < credentials_->expires_ms - kAhead);
  if (lasts) return *credentials_;
  Result<Credentials> asked = provider_->ask(deadline);
  if (asked) {
    credentials_ = *asked;
  } else if (!credentials_ || now >= credentials_->expires_ms) {
    return fail(std::move(asked.error()).within("get credentials from " + provider_->name()));
  }
  return *credentials_;
}

void CredentialSource::forget(const Credentials& expired) {
  const std::lock_guard lock(mutex_);
  if (credentials_ && credentials_->access_key == expired.access_key &&
      credentials_->session_token == expired.session_token)
    credentials_.reset();
}

std::unique_ptr<CredentialProvider> fixed_credentials(Credentials credentials, std::string name) {
  return std::make_unique<FixedCredentials>(std::move(credentials), std::move(name));
}

}  // namespace arkive::s3
