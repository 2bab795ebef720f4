/// Which artifacts make up each server. Internal to rehearse.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace arkive::rehearse {

struct Artifact {
  std::string group;
  std::string name;
  std::string version;
};

/// The artifacts to ask Maven for (it finds what they depend on); nothing for an unknown name.
std::optional<std::vector<Artifact>> artifacts_of(const std::string& name);

/// The pom.xml whose runtime dependencies are `artifacts`. Other logging back ends are left out: every server
/// logs through reload4j, so that one log4j.properties fits them all.
std::string pom_for(const std::vector<Artifact>& artifacts);

}  // namespace arkive::rehearse
