/// How the command line names a place where runs are kept.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "stores/core/result.h"

namespace arkive::tools {

/// "git:/backup/zoo.git@20261120T233000Z-8f3a2c": kind, path, and the reference after the last `@` of the
/// last path part.
struct RepositoryName {
  enum class Kind : std::uint8_t { kGit, kDirectory, kBucket, kGoogleBucket, kContainer };
  Kind kind = Kind::kDirectory;
  std::string path;  ///< of a bucket: its name, and the prefix after a /; of a container: its account first
  std::string reference;  ///< a run id, the beginning of one, a time, "latest", or empty

  /// kUsage for an unknown scheme ("ftp://", and "s3:" with too few slashes; "dir:s3:x" is a
  /// directory) or an empty path. `with_reference` false: `@` is part of the path.
  static Result<RepositoryName> parse(std::string_view text, bool with_reference);

  /// A store keeps anything by key; a git history keeps trees alone.
  bool is_store() const { return kind != Kind::kGit; }
  /// Behind a server, and nothing of this machine's file system.
  bool is_remote() const { return kind != Kind::kGit && kind != Kind::kDirectory; }
  /// The same place as `other`, whatever the references: a directory is a store or a history, not both.
  bool same_place(const RepositoryName& other) const {
    return path == other.path && (kind == other.kind || (!is_remote() && !other.is_remote()));
  }
  /// As it can be parsed again, without the reference.
  std::string text() const;
};

}  // namespace arkive::tools
