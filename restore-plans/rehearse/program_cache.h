/// Programs of throwaway servers, kept outside the checkout. Internal to rehearse.
///
/// <cache_directory()>/<name>/<version>/ is what one is made of; it is put there whole, by a rename.
#pragma once

#include <functional>
#include <string>

#include "stores/core/deadline.h"
#include "stores/core/result.h"

namespace arkive::rehearse {

/// <cache_directory()>/<name>: all versions, and what is needed to make them.
std::string cache_of(const std::string& name);
std::string place_of(const std::string& name, const std::string& version);

/// Unless `is_there` says true: has `fill` make the program in an empty directory, which then becomes
/// place_of(). Two processes do not make it at once: the second waits, and asks `is_there` again. When `fill`
/// fails with kRetry, it is called thrice.
Status put_program(const std::string& name, const std::string& version, const std::function<bool()>& is_there,
                   const std::function<Status(const std::string& directory)>& fill, Deadline deadline);

}  // namespace arkive::rehearse
