/// The files in which AWS' tools keep what they know of a user: ~/.aws/config and ~/.aws/credentials.
/// ("Shared config and credentials files" of the AWS SDKs and Tools reference guide.)
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "stores/core/result.h"
#include "stores/remote/environment.h"

namespace arkive::s3 {

using remote::Environment;

/// The settings of one profile, by name; nested ones ("s3 =" and lines below it) as "s3.addressing_style".
using Profile = std::map<std::string, std::string, std::less<>>;
/// Nothing where it is not there, or empty.
std::optional<std::string> in(const Profile& profile, std::string_view name);

/// "[profile name]" (in `config`), "[name]" (in credentials), "[services name]", as "services name", and
/// their settings. kUsage for a line that is none, with its number. Values are in no error.
Result<std::map<std::string, Profile, std::less<>>> read_profiles(std::string_view text,
                                                                  const std::string& path);

/// The profile that AWS_PROFILE names, or "default", of both files; the credentials file wins. A file that is
/// not there is empty. What its `services` names is in it as "services.s3.endpoint_url" ("Service-specific
/// endpoints"). kUsage when AWS_PROFILE or `services` name one that is in neither.
Result<Profile> chosen_profile(const Environment& environment);
/// What chosen_profile() chooses: "default", "backup".
std::string profile_name(const Environment& environment);

}  // namespace arkive::s3
