/// How the fault sweeps merge: one partition after the other, so that the order of operations is the same in
/// every run.
#pragma once

#include "kafka/merge/merge.h"

namespace arkive::kafka::test {

inline MergeRequest fault_merge_request() {
  MergeRequest request;
  request.cluster = "main";
  request.workers = 1;
  request.arkive_version = "0";
  request.patience = std::chrono::seconds(2);
  return request;
}

}  // namespace arkive::kafka::test
