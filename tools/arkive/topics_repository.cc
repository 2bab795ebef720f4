#include "tools/arkive/topics_repository.h"

#include "kafka/archive/runs.h"

namespace arkive::tools {
namespace {

class TopicsRepository final : public Repository {
 public:
  TopicsRepository(std::unique_ptr<Store> store, std::string path)
      : store_(std::move(store)), path_(std::move(path)) {}

  std::string name() const override { return path_; }
  Result<std::vector<std::string>> clusters() const override {
    return kafka::archive_clusters(*store_, Deadline::never());
  }
  Result<std::vector<Manifest>> runs(std::string_view) const override { return std::vector<Manifest>(); }
  Result<std::unique_ptr<RunReader>> open_run(std::string_view, std::string_view id) const override {
    return fail(Outcome::kNotFound, "open run " + printable(id) + " of '" + printable(path_) +
                                        "': an encrypted store holds no trees");
  }
  Result<std::unique_ptr<RunWriter>> begin(std::string_view, std::string_view, Deadline) override {
    return refuse("write a tree into");
  }
  Result<PruneReport> prune(std::string_view, const std::vector<std::string>&, bool) override {
    return refuse("prune");
  }
  Result<std::vector<Finding>> check_storage(std::string_view) const override {
    return std::vector<Finding>();
  }
  std::string redaction_key_path() const override { return path_ + ".redaction-key"; }

 private:
  tl::unexpected<Error> refuse(const std::string& what) const {
    return fail(Outcome::kUsage, what + " '" + printable(path_) + "': an encrypted store holds topics only",
                "keep trees in another store, or in a git history");
  }
  std::unique_ptr<Store> store_;
  std::string path_;
};

}  // namespace

std::unique_ptr<Repository> topics_repository(std::unique_ptr<Store> store, std::string path) {
  return std::make_unique<TopicsRepository>(std::move(store), std::move(path));
}

}  // namespace arkive::tools
