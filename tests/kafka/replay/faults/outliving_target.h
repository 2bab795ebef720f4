/// A scripted target whose log outlives the process: what is appended goes to a file before it is answered.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "stores/core/fault.h"
#include "tests/support/scripted_log_target.h"

namespace arkive::kafka::test {

/// One topic "orders" of two partitions. The file holds partition, size and bytes of each batch as it was
/// sent.
class OutlivingTarget {
 public:
  explicit OutlivingTarget(const std::string& path) : path_(path) {
    cluster_.id = "target-cluster";
    cluster_.make("orders", 2, 9);
    std::ifstream file(path, std::ios::binary);
    std::int32_t head[2];
    while (file.read(reinterpret_cast<char*>(head), sizeof head)) {
      std::string bytes(static_cast<std::size_t>(head[1]), '\0');
      if (!file.read(bytes.data(), head[1])) break;
      (void)brokers_.append({"orders", head[0]}, bytes);
      brokers_.next_producer = 4001;
    }
    brokers_.on_append = [this](const TopicPartition& name, Bytes bytes) {
      ARKIVE_FAULT_POINT();
      std::string text;
      const std::int32_t numbers[2] = {name.partition, static_cast<std::int32_t>(bytes.size())};
      text.append(reinterpret_cast<const char*>(numbers), sizeof numbers).append(bytes);
      const int fd = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
      const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
      ::close(fd);
      if (!written) std::abort();
      ARKIVE_FAULT_POINT();
    };
  }

  ScriptedCluster& cluster() { return cluster_; }
  ScriptedBrokers& brokers() { return brokers_; }

 private:
  const std::string path_;
  ScriptedCluster cluster_;
  ScriptedBrokers brokers_{cluster_};
};

}  // namespace arkive::kafka::test
