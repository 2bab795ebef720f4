/// What a throwaway MinIO is asked. Internal to rehearse.
#pragma once

#include <string>

#include "stores/core/deadline.h"

namespace arkive::rehearse {

/// True when GET `url` is answered with status 200 by `deadline`. With https the server has to show a
/// certificate for its address signed by `authority`, a PEM file.
bool answers_well(const std::string& url, const std::string& authority, Deadline deadline);

}  // namespace arkive::rehearse
