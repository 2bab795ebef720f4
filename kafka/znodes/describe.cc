#include "kafka/znodes/describe.h"

#include <deque>
#include <utility>

#include "kafka/znodes/telling.h"

namespace arkive::kafka {

std::vector<zk::Sentence> describe(std::span<const zk::ZnodeChange> changes, std::string_view root,
                                   std::vector<std::size_t>& unknown) {
  std::deque<Change> work;
  for (const zk::ZnodeChange& change : changes) {
    work.push_back({&change, znode_at(change.path, root), !change.before && !change.after});
  }
  Telling telling(work);
  tell_cluster(telling);
  tell_topics(telling);
  tell_acls(telling);
  tell_configs(telling);
  tell_tokens(telling);
  tell_orders(telling);
  tell_zookeeper_acls(telling);
  tell_notices(telling);
  tell_hidden_data(telling, root);
  for (std::size_t i = 0; i < work.size(); ++i) {
    if (!work[i].told) unknown.push_back(i);
  }
  return telling.finish();
}

}  // namespace arkive::kafka
