#include "zk/restore/path_map.h"
#include "zk/restore/restore_on.h"
#include "zk/restore/temporary_identity.h"
#include "zk/restore/waiting.h"

namespace arkive::zk {
namespace {

constexpr std::uint32_t kLeastPacket = 1024;

// One pass is enough: what moves after it is noticed when it is written.
ReadOptions one_pass(const std::string& path, Deadline deadline) {
  ReadOptions options;
  options.selection.path = path;
  options.most_passes = 1;
  options.deadline = deadline;
  return options;
}

// The parents of `path` that are not there, highest first.
Result<std::vector<std::string>> missing_parents(Target& target, const std::string& path, Deadline deadline) {
  std::vector<std::string> missing;
  for (std::size_t slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    const std::string parent = path.substr(0, slash);
    if (!missing.empty()) {
      missing.push_back(parent);
      continue;
    }
    while (true) {
      const auto got = wait_for<Session::Got>([&](auto done) { target.get(parent, std::move(done)); });
      if (got.answer == Answer::kConnectionLoss || got.answer == Answer::kSessionExpired) {
        ARKIVE_TRY(target.recover(deadline));
        continue;
      }
      if (got.answer == Answer::kNoZnode) missing.push_back(parent);
      break;
    }
  }
  return missing;
}

}  // namespace

Result<RestorePlan> plan_restore_on(const RestoreSource& source, const RestoreTarget& target,
                                    const RestoreOptions& options) {
  ARKIVE_TRY(check_path(options.path));
  if (options.packet_limit < kLeastPacket) {
    return fail(Outcome::kUsage, "restore with requests of at most " + std::to_string(options.packet_limit) +
                                     " bytes: ZooKeeper takes no less than " + std::to_string(kLeastPacket));
  }
  if (!options.onto.empty()) ARKIVE_TRY(check_path(options.onto));
  const std::string& onto = options.onto.empty() ? options.path : options.onto;
  const std::string root = PathMap(options.path, onto, target.chroot).whole(options.path);
  ARKIVE_ASSIGN(const std::unique_ptr<Target> ensemble, target.open({}));
  Result<Reading> reading = ensemble->read(one_pass(root, target.deadline));
  if (!reading && reading.error().outcome != Outcome::kNotFound) return fail(std::move(reading).error());
  if (!reading) {
    ARKIVE_ASSIGN(const std::vector<std::string> missing, missing_parents(*ensemble, root, target.deadline));
    return decide(source, nullptr, missing, target, options);
  }
  if (!reading->unreadable.empty()) {
    // What an interrupted restore left behind its own identity can be read only with it.
    const TemporaryIdentity identity = TemporaryIdentity::of(*source.tree);
    Result<std::unique_ptr<Target>> again = target.open({identity.identity()});
    if (again) {
      Result<Reading> more = (*again)->read(one_pass(root, target.deadline));
      if (more) reading = std::move(more);
    }
  }
  return decide(source, &*reading, {}, target, options);
}

}  // namespace arkive::zk
