#include "stores/git/references.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <set>

#include "stores/core/fault.h"
#include "stores/core/files.h"
#include "stores/git/libgit2_internal.h"

namespace arkive::git {

namespace {

/// What libgit2 creates has the modes it likes; the umask is of the whole process, and a stricter one for a
/// moment harms no other thread.
class PrivateFiles {
 public:
  PrivateFiles() : before_(::umask(077)) {}
  PrivateFiles(const PrivateFiles&) = delete;
  PrivateFiles& operator=(const PrivateFiles&) = delete;
  ~PrivateFiles() { ::umask(before_); }

 private:
  mode_t before_;
};

struct Setting {
  const char* name;
  const char* value;
};

constexpr char kFormatSetting[] = "arkive.format";
constexpr char kPrunedSetting[] = "arkive.prunedSinceRepack";
// Nobody but arkive tidies up here, and what was pushed is never taken back.
constexpr Setting kSettings[] = {{"core.sharedRepository", "0600"},
                                 {"gc.auto", "0"},
                                 {"maintenance.auto", "false"},
                                 {"receive.denyNonFastForwards", "true"},
                                 {"receive.denyDeletes", "true"}};

/// That of the file `path`; `object` is what errors call it.
Status change_configuration_file(const std::string& path, const std::string& object,
                                 const std::function<Status(git_config*)>& change) {
  git_config* raw = nullptr;
  if (const int code = git_config_open_ondisk(&raw, path.c_str()); code < 0)
    return fail(libgit2_error("open configuration of", object, code));
  const GitConfig config(raw);
  return change(raw);
}

Status write_settings(git_config* config) {
  for (const Setting& setting : kSettings) {
    if (const int code = git_config_set_string(config, setting.name, setting.value); code < 0) {
      return fail(libgit2_error("write setting", setting.name, code));
    }
  }
  if (const int code = git_config_set_int32(config, kFormatSetting, kRepositoryFormat); code < 0) {
    return fail(libgit2_error("write setting", kFormatSetting, code));
  }
  return ok();
}

/// The value of arkive.format; 0 when it is not set.
Result<int> read_format(git_repository* repository) {
  git_config* raw = nullptr;
  if (const int code = git_repository_config_snapshot(&raw, repository); code < 0) {
    return fail(libgit2_error("read configuration of", git_repository_path(repository), code));
  }
  const GitConfig config(raw);
  int format = 0;
  const int code = git_config_get_int32(&format, raw, kFormatSetting);
  if (code == GIT_ENOTFOUND) return 0;
  if (code < 0) return fail(libgit2_error("read setting", kFormatSetting, code));
  return format;
}

/// Half-made repositories of killed processes beside `path`.
void remove_leftovers(const std::string& parent, const std::string& prefix) {
  const auto names = list_directory(parent);
  if (!names) return;
  for (const std::string& name : *names) {
    if (!name.starts_with(prefix)) continue;
    const pid_t process = std::atoi(name.c_str() + prefix.size());
    if (process > 0 && ::kill(process, 0) != 0 && errno == ESRCH) (void)remove_tree(parent + "/" + name);
  }
}

Result<std::optional<ObjectId>> find_reference(git_repository* repository, const std::string& name) {
  git_oid oid;
  const int code = git_reference_name_to_id(&oid, repository, name.c_str());
  if (code == GIT_ENOTFOUND) return std::optional<ObjectId>();
  if (code < 0) return fail(libgit2_error("read reference", name, code));
  return std::optional<ObjectId>(from_oid(oid));
}

}  // namespace

void References::Closer::operator()(git_repository* repository) const noexcept {
  git_repository_free(repository);
}

References::~References() = default;

Status References::create(const std::string& path) {
  ARKIVE_TRY(prepare_libgit2());
  const std::size_t slash = path.find_last_of('/');
  const std::string parent = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
  const std::string name = path.substr(slash + 1);  // npos + 1 is 0
  ARKIVE_TRY(make_directories(parent));
  const std::string prefix = std::string(kTemporaryFilePrefix) + name + "-";
  remove_leftovers(parent, prefix);
  // Made beside its place and renamed when whole: a half-made one would be refused by every later run.
  const std::string scratch = parent + "/" + prefix + std::to_string(::getpid());
  ARKIVE_TRY(remove_tree(scratch));
  ARKIVE_FAULT_POINT();
  {
    const PrivateFiles files;
    git_repository_init_options options{};
    options.version = GIT_REPOSITORY_INIT_OPTIONS_VERSION;
    options.flags = GIT_REPOSITORY_INIT_BARE | GIT_REPOSITORY_INIT_NO_REINIT | GIT_REPOSITORY_INIT_MKDIR;
    git_repository* raw = nullptr;
    if (const int code = git_repository_init_ext(&raw, scratch.c_str(), &options); code < 0) {
      return fail(libgit2_error("create repository", path, code));
    }
    const GitRepositoryHandle repository(raw);
    Status written = change_configuration_file(scratch + "/config", path, write_settings);
    if (!written) {
      (void)remove_tree(scratch);
      return written;
    }
  }
  // libgit2's template leaves an executable sample there.
  ::unlink((scratch + "/hooks/README.sample").c_str());
  const UniqueFd directory = open_directory(scratch).value_or(UniqueFd());
  ARKIVE_FAULT_POINT();
  if (::syncfs(directory.get()) != 0) return fail(system_error("sync", scratch, errno));
  ARKIVE_FAULT_POINT();
  if (::rename(scratch.c_str(), path.c_str()) != 0) {
    const int error_number = errno;
    (void)remove_tree(scratch);
    // Somebody else was faster: what is there is opened next, and judged then.
    if (error_number == ENOTEMPTY || error_number == EEXIST) return ok();
    return fail(system_error("create", path, error_number));
  }
  return sync_directory(parent);
}

Result<std::unique_ptr<References>> References::open(const std::string& path) {
  ARKIVE_TRY(prepare_libgit2());
  if (!path_exists(path)) return fail(Outcome::kNotFound, "open '" + printable(path) + "': there is nothing");
  std::unique_ptr<References> references(new References());
  git_repository* raw = nullptr;
  const unsigned flags = GIT_REPOSITORY_OPEN_NO_SEARCH | GIT_REPOSITORY_OPEN_NO_DOTGIT;
  if (const int code = git_repository_open_ext(&raw, path.c_str(), flags, nullptr); code < 0) {
    Error error = libgit2_error("open", path, code);
    if (error.outcome != Outcome::kNotFound) return fail(std::move(error));
    return fail(Outcome::kUsage, "open '" + printable(path) + "': it is not a bare git repository",
                "name a path where nothing is yet, or a repository that arkive made");
  }
  references->repository_.reset(raw);
  if (git_repository_is_bare(raw) == 0) {
    return fail(Outcome::kUsage, "open '" + printable(path) + "': it is a repository with a work tree",
                "name a path where nothing is yet; use git clone --mirror for a copy");
  }
  ARKIVE_ASSIGN(const int format, read_format(raw));
  if (format < 0 || format > kRepositoryFormat) {
    return fail(Outcome::kUsage,
                "open '" + printable(path) + "': its format is " + std::to_string(format) + ", known is " +
                    std::to_string(kRepositoryFormat),
                "use a newer arkive");
  }
  references->adopted_ = format != 0;
  return references;
}

/// libgit2 changes a copy: it renames without a sync, after which a power loss may leave an empty file.
Status References::change_configuration(const std::function<Status(git_config*)>& change) {
  const PrivateFiles files;
  const std::string repository = git_repository_path(repository_.get());  // ends with '/'
  const std::string path = repository + "config";
  const std::string copy = repository + std::string(kTemporaryFilePrefix) + "config";
  const auto remove_copy = [&] {
    for (const char* const ending : {"", ".lock"}) (void)::unlink((copy + ending).c_str());
  };
  remove_copy();  // that of a killed process
  const Status changed = [&]() -> Status {
    ARKIVE_ASSIGN(const std::string before, read_file(path));
    ARKIVE_TRY(write_file_durably(copy, before, IfExists::kConflict));
    ARKIVE_TRY(change_configuration_file(copy, path, change));
    ARKIVE_ASSIGN(const std::string after, read_file(copy));
    return write_file_durably(path, after, IfExists::kReplace);
  }();
  remove_copy();
  return changed;
}

Status References::adopt() {
  if (adopted_) return ok();
  ARKIVE_TRY(change_configuration(write_settings));
  adopted_ = true;
  return ok();
}

Result<std::optional<ObjectId>> References::find(const std::string& name) const {
  return find_reference(repository_.get(), name);
}

Result<std::vector<References::Reference>> References::list(const std::string& prefix) const {
  git_reference_iterator* raw = nullptr;
  const std::string glob = prefix + "*";
  if (const int code = git_reference_iterator_glob_new(&raw, repository_.get(), glob.c_str()); code < 0) {
    return fail(libgit2_error("list references", glob, code));
  }
  const GitReferenceIterator iterator(raw);
  std::vector<Reference> found;
  for (;;) {
    git_reference* next = nullptr;
    const int code = git_reference_next(&next, raw);
    if (code == GIT_ITEROVER) break;
    if (code == GIT_ENOTFOUND) continue;  // removed while we look
    if (code < 0) return fail(libgit2_error("list references", glob, code));
    const GitReference reference(next);
    const git_oid* oid = git_reference_target(next);
    if (oid != nullptr) found.push_back({git_reference_name(next), from_oid(*oid)});
  }
  std::sort(found.begin(), found.end(),
            [](const Reference& a, const Reference& b) { return a.name < b.name; });
  return found;
}

Status References::make_directories_durably(const std::string& reference) {
  const std::string top = git_repository_path(repository_.get());  // ends with '/'
  const std::size_t last = reference.rfind('/');
  ARKIVE_TRY(make_directories(top + reference.substr(0, last)));
  for (std::size_t slash = reference.find('/'); slash < last; slash = reference.find('/', slash + 1))
    ARKIVE_TRY(sync_directory(top + reference.substr(0, slash)));
  return ok();
}

Status References::record_run(const Reference& created, const std::string& branch,
                              const std::optional<ObjectId>& before, const ObjectId& after) {
  ARKIVE_TRY(make_directories_durably(created.name));
  ARKIVE_TRY(make_directories_durably(branch));
  const PrivateFiles files;
  git_repository* repository = repository_.get();
  git_transaction* raw = nullptr;
  if (const int code = git_transaction_new(&raw, repository); code < 0) {
    return fail(libgit2_error("begin change of", branch, code));
  }
  const GitTransaction transaction(raw);
  if (const int e = ARKIVE_FAULT_ERRNO()) return fail(system_error("lock", branch, e));
  if (const int code = git_transaction_lock_ref(raw, branch.c_str()); code < 0) {
    return fail(libgit2_error("lock", branch, code));
  }
  ARKIVE_ASSIGN(const std::optional<ObjectId> now, find_reference(repository, branch));
  if (now != before) {
    return fail(Outcome::kConflict, "move '" + branch + "': somebody else has moved it meanwhile");
  }
  if (const int e = ARKIVE_FAULT_ERRNO()) return fail(system_error("create", created.name, e));
  const git_oid created_oid = to_oid(created.id);
  git_reference* made = nullptr;
  if (const int code = git_reference_create(&made, repository, created.name.c_str(), &created_oid, 0, "run");
      code < 0) {
    Error error = libgit2_error("create", created.name, code);
    // It may stand there all the same, when only syncing its directory failed.
    const auto there = find_reference(repository, created.name);
    if (there && *there == created.id) (void)git_reference_remove(repository, created.name.c_str());
    return fail(std::move(error));
  }
  const GitReference owner(made);
  if (before == after) return ok();
  const auto undo = [&](Error error) {
    // When only syncing its directory failed, the branch has moved. Then both stay: the next run sees to it.
    const auto there = find_reference(repository, branch);
    if (!there || *there != after) (void)git_reference_delete(made);
    return fail(std::move(error));
  };
  if (const int e = ARKIVE_FAULT_ERRNO()) return undo(system_error("move", branch, e));
  const git_oid after_oid = to_oid(after);
  if (const int code = git_transaction_set_target(raw, branch.c_str(), &after_oid, nullptr, "run");
      code < 0) {
    return undo(libgit2_error("move", branch, code));
  }
  if (const int code = git_transaction_commit(raw); code < 0)
    return undo(libgit2_error("move", branch, code));
  return ok();
}

Status References::move_branch(const std::string& branch, const std::optional<ObjectId>& before,
                               const std::optional<ObjectId>& after) {
  if (!after) return remove({branch});
  ARKIVE_TRY(make_directories_durably(branch));
  const PrivateFiles files;
  if (const int e = ARKIVE_FAULT_ERRNO()) return fail(system_error("move", branch, e));
  const git_oid after_oid = to_oid(*after);
  const git_oid before_oid = before ? to_oid(*before) : git_oid{};
  git_reference* moved = nullptr;
  const int code =
      before ? git_reference_create_matching(&moved, repository_.get(), branch.c_str(), &after_oid, 1,
                                             &before_oid, "run")
             : git_reference_create(&moved, repository_.get(), branch.c_str(), &after_oid, 0, "run");
  const GitReference owner(moved);
  if (code < 0) return fail(libgit2_error("move", branch, code));
  return ok();
}

Status References::remove(const std::vector<std::string>& names) {
  const PrivateFiles files;
  std::set<std::string> directories;
  for (const std::string& name : names) {
    if (const int e = ARKIVE_FAULT_ERRNO()) return fail(system_error("remove", name, e));
    const int code = git_reference_remove(repository_.get(), name.c_str());
    if (code < 0 && code != GIT_ENOTFOUND) return fail(libgit2_error("remove", name, code));
    directories.insert(name.substr(0, name.rfind('/')));
  }
  // libgit2 syncs nothing here, and removes directories that are empty then.
  const std::string top = git_repository_path(repository_.get());  // ends with '/'
  for (std::string directory : directories) {
    while (directory.find('/') != std::string::npos && !path_exists(top + directory))
      directory.erase(directory.rfind('/'));
    ARKIVE_TRY(sync_directory(top + directory));
  }
  return ok();
}

Status References::point_head(const std::string& branch) {
  git_oid oid;
  const int known = git_reference_name_to_id(&oid, repository_.get(), "HEAD");
  if (known == 0) return ok();
  if (known != GIT_ENOTFOUND) return fail(libgit2_error("read reference", "HEAD", known));
  const PrivateFiles files;
  ARKIVE_FAULT_POINT();
  git_reference* head = nullptr;
  const int code =
      git_reference_symbolic_create(&head, repository_.get(), "HEAD", branch.c_str(), 1, "first run");
  const GitReference owner(head);
  if (code < 0) return fail(libgit2_error("point HEAD to", branch, code));
  return ok();
}

Result<std::int64_t> References::add_pruned(std::int64_t runs) {
  std::int64_t count = 0;
  ARKIVE_TRY(change_configuration([&](git_config* config) -> Status {
    const int known = git_config_get_int64(&count, config, kPrunedSetting);
    if (known < 0 && known != GIT_ENOTFOUND)
      return fail(libgit2_error("read setting", kPrunedSetting, known));
    count += runs;
    if (const int e = ARKIVE_FAULT_ERRNO()) return fail(system_error("write setting", kPrunedSetting, e));
    if (const int code = git_config_set_int64(config, kPrunedSetting, count); code < 0)
      return fail(libgit2_error("write setting", kPrunedSetting, code));
    return ok();
  }));
  return count;
}

Status References::pack() {
  const PrivateFiles files;
  ARKIVE_FAULT_POINT();
  git_refdb* raw = nullptr;
  if (const int code = git_repository_refdb(&raw, repository_.get()); code < 0) {
    return fail(libgit2_error("pack references of", git_repository_path(repository_.get()), code));
  }
  const GitRefdb refdb(raw);
  if (const int code = git_refdb_compress(raw); code < 0) {
    return fail(libgit2_error("pack references of", git_repository_path(repository_.get()), code));
  }
  return ok();
}

}  // namespace arkive::git
