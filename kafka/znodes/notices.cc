// What merely comes and goes: change notices, directories, registrations of brokers; and data that is not
// understood and not to be shown.
#include "kafka/znodes/telling.h"
#include "kafka/znodes/words.h"

namespace arkive::kafka {
namespace {

std::string_view verb(const Change& change) {
  return change.created() ? "created" : change.removed() ? "removed" : "changed";
}

// Directories that Kafka makes at its start. Made, they say nothing; gone, somebody took them away.
void tell_container(Telling& telling, Change& change) {
  const std::string text = "znode " + shown(change.znodes->path) + " ";
  if (change.removed()) {
    telling.say(change, "directory-removed", text + "removed");
  } else if (change.created() && change.data_after().empty()) {
    telling.say_minor(change, "directory-created", text + "created");
  }
}

// Offsets and owners of the consumers before 0.9.
void tell_consumer(Telling& telling, Change& change) {
  const std::string was = change.data_before().empty() ? "none" : shown(change.data_before());
  const std::string is = change.data_after().empty() ? "none" : shown(change.data_after());
  telling.say_minor(change, "legacy-consumer",
                    "consumer " + shown(change.at.name) + ": " + was + " -> " + is);
}

}  // namespace

void tell_notices(Telling& telling) {
  for (Change& change : telling.changes()) {
    if (change.told || !change.data_changed()) continue;
    const std::string what = " " + std::string(verb(change));
    switch (change.at.role) {
      case ZnodeRole::kContainer:
      case ZnodeRole::kConfigDirectory:
        tell_container(telling, change);
        break;
      case ZnodeRole::kNotice:
        telling.say_minor(change, "notice", "notice " + shown(change.znodes->path) + what);
        break;
      case ZnodeRole::kBrokerRegistration:
        telling.say_minor(change, "broker-registration",
                          "registration of broker " + shown(change.at.name) + what);
        break;
      case ZnodeRole::kController:
        telling.say_minor(change, "controller", "controller's znode" + what);
        break;
      case ZnodeRole::kLegacyConsumer:
        tell_consumer(telling, change);
        break;
      default:
        break;
    }
  }
}

void tell_hidden_data(Telling& telling, std::string_view root) {
  for (Change& change : telling.changes()) {
    if (change.told || !may_hold_secrets(change.znodes->path, root)) continue;
    telling.say(change, "hidden-data-changed",
                "znode " + shown(change.znodes->path) + ": " + std::string(verb(change)) +
                    ", data of unknown form (not shown, it may hold secrets)");
  }
}

}  // namespace arkive::kafka
