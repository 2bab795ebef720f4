#include "tools/arkive/archive_request.h"

#include "stores/repository.h"
#include "tools/arkive/topic_globs.h"
#include "tools/arkive/version.h"
#include "tools/places/proving.h"

namespace arkive::tools {

Result<kafka::ArchiveRequest> archive_request(const ArchiveOptions& options) {
  ARKIVE_TRY(check_cluster_name(options.cluster));
  kafka::ArchiveRequest request;
  ARKIVE_ASSIGN(request.topics, topic_globs(options.topics));
  ARKIVE_ASSIGN(request.excluded, topic_globs(options.exclude));
  ARKIVE_ASSIGN(request.signing_key, signing_key_in(options.signing_key));
  request.cluster = options.cluster;
  request.segment_bytes = options.segment_size;
  request.compress = options.compress == "zstd";
  request.arkive_version = std::string(version());
  request.fetch.workers = options.workers;
  request.fetch.patience = options.kafka.timeout;
  request.fetch.open_transactions = options.transaction_wait;
  request.fetch.most_bytes_per_second = options.limit_rate;
  return request;
}

}  // namespace arkive::tools
