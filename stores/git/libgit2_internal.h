/// libgit2's header, its handles and its errors: the one place of stores/git that includes it. Internal.
#pragma once

#include <git2.h>

#include <string>
#include <string_view>

#include "stores/core/handle.h"
#include "stores/core/result.h"
#include "stores/git/object.h"

namespace arkive::git {

using GitRepositoryHandle = Handle<git_repository, git_repository_free>;
using GitReference = Handle<git_reference, git_reference_free>;
using GitReferenceIterator = Handle<git_reference_iterator, git_reference_iterator_free>;
using GitTransaction = Handle<git_transaction, git_transaction_free>;
using GitOdbObject = Handle<git_odb_object, git_odb_object_free>;
using GitConfig = Handle<git_config, git_config_free>;
using GitRefdb = Handle<git_refdb, git_refdb_free>;

/// Starts libgit2 once for the process: no configuration but the repository's own, fsync of what it writes.
Status prepare_libgit2();

/// The Error for a negative return code of libgit2, with its own text as the cause. Call before anything else
/// of libgit2 on this thread.
Error libgit2_error(std::string_view operation, std::string_view object, int code);

inline git_oid to_oid(const ObjectId& id) {
  git_oid oid;
  git_oid_fromraw(&oid, id.data());
  return oid;
}

inline ObjectId from_oid(const git_oid& oid) {
  ObjectId id;
  for (std::size_t i = 0; i < id.size(); ++i) id[i] = oid.id[i];
  return id;
}

}  // namespace arkive::git
