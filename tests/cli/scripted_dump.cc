// scripted_dump: a dump of a tree written down in a text file, for golden tests of the commands that read
// back.
//
//   scripted_dump TREE REPOSITORY... [redact]
//
// TREE: a line per znode, tab-separated: path, data (\N null, \n \t \\ escapes), ACL as format_acl writes it
// (or nothing: open), and optionally "ephemeral" or "unreadable". The root and parents are made. SIGN_WITH
// names a signing key.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>

#include "kafka/znodes/kafka_application.h"
#include "stores/core/time.h"
#include "stores/proof/keys.h"
#include "tools/places/repositories.h"
#include "zk/dump/dump.h"

namespace {

using namespace arkive;

std::string unescaped(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char c = text[++i];
    out += c == 'n' ? '\n' : c == 't' ? '\t' : c;
  }
  return out;
}

class ScriptedSource : public zk::Source {
 public:
  explicit ScriptedSource(std::string file) : file_(std::move(file)) {}
  std::string_view name() const override { return "scripted"; }
  Result<zk::Reading> read(const zk::ReadOptions&) override {
    zk::Reading reading;
    std::ifstream in(file_);
    if (!in) return fail(Outcome::kNotFound, "read '" + file_ + "': no such file");
    std::string line;
    std::int64_t zxid = 1;
    while (std::getline(in, line)) {
      std::vector<std::string> fields{""};
      for (char c : line) {
        if (c == '\t') {
          fields.emplace_back();
        } else {
          fields.back() += c;
        }
      }
      fields.resize(4);
      add(reading, fields, zxid++);
    }
    for (zk::NodeIndex i = 0; i < reading.tree.index_end(); ++i) {
      if (reading.tree[i].acl == zk::kUnknownAcl) reading.tree[i].acl = zk::kOpenAcl;
    }
    reading.consistency = zk::Consistency::kQuiet;
    reading.zxid_first = reading.zxid_last = zxid;
    reading.passes = 1;
    reading.server = "scripted";
    return reading;
  }

 private:
  static void add(zk::Reading& reading, const std::vector<std::string>& fields, std::int64_t zxid) {
    zk::Stat stat;
    stat.czxid = stat.mzxid = stat.pzxid = zxid;
    stat.ctime = stat.mtime = 1'700'000'000'000;
    const std::string data = unescaped(fields[1]);
    if (fields[3] == "unreadable") {
      reading.unreadable.push_back({fields[0], "not authorised to read"});
    } else if (fields[3] == "ephemeral") {
      stat.ephemeral_owner = 0x1234;
      reading.ephemerals.push_back({fields[0], stat, data});
    } else {
      const zk::NodeIndex index = reading.tree.make(fields[0]);
      if (fields[1] != "\\N") reading.tree.set_data(index, Bytes(data));
      reading.tree[index].set_stat(stat);
      const auto acl = zk::parse_acl(fields[2]);
      reading.tree[index].acl = fields[2].empty() || !acl ? zk::kOpenAcl : reading.tree.intern(*acl);
    }
  }
  std::string file_;
};

int run(int argc, char** argv) {
  const bool redact = std::strcmp(argv[argc - 1], "redact") == 0;
  std::vector<std::unique_ptr<Repository>> repositories;
  ScriptedSource source(argv[1]);
  zk::DumpRequest request;
  for (int i = 2; i < argc - (redact ? 1 : 0); ++i) {
    auto name = tools::RepositoryName::parse(argv[i], false);
    auto opened = name ? tools::open_repository(*name, {.create = true})
                       : Result<std::unique_ptr<Repository>>(fail(name.error()));
    if (!opened) {
      std::cerr << opened.error().what << "\n";
      return 1;
    }
    if (const char* key = std::getenv("SIGN_WITH")) {
      const auto read = proof::SigningKey::read(key);
      const Status able = read ? (*opened)->sign_runs(*read) : fail(read.error());
      if (!able) {
        std::cerr << able.error().what << "\n";
        return 1;
      }
    }
    repositories.push_back(std::move(*opened));
    request.to.push_back(repositories.back().get());
  }
  const auto kafka = kafka::kafka_application();
  const zk::Application* const applications[] = {kafka.get()};
  request.source = &source;
  request.applications = applications;
  request.cluster = "main";
  request.run_id = new_run_id(wall_clock_now());
  request.redact = redact;
  request.arkive_version = "test";
  const auto outcome = zk::dump(request);
  if (!outcome) {
    std::cerr << outcome.error().what << "\n";
    return 1;
  }
  for (const zk::DumpDestination& destination : outcome->destinations) {
    if (destination.error) {
      std::cerr << destination.error->what << "\n";
      return 1;
    }
  }
  std::cout << request.run_id << "\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: scripted_dump TREE REPOSITORY... [redact]\n";
    return 2;
  }
  return run(argc, argv);
}
