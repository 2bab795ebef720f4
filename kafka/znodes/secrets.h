/// Which values are secret, and where they stand. Internal to kafka/znodes.
#pragma once

#include <string_view>
#include <vector>

#include "stores/core/bytes.h"
#include "zk/application.h"

namespace arkive::kafka {

/// True for configs that Kafka holds as passwords (type PASSWORD in BrokerConfigs, SslConfigs, SaslConfigs,
/// with or without `listener.name.X.` before them), for names that say so themselves (plug-ins' configs end
/// in password, secret, token, credential), and for values that a password encoder wrote.
/// Of users also every value that is neither a number, as quotas are, nor SCRAM's: a credential of a kind not
/// known here. `type` is "topics", "users", ...; SCRAM values are not for this function.
bool is_secret_entry(std::string_view type, std::string_view key, std::string_view value);

/// Byte ranges within `data`, as zk::Application::secrets. The id of a delegation token is none: it is the
/// znode's name, and the token's HMAC is made from it with a key that never is in ZooKeeper.
std::vector<zk::SecretRange> secrets(std::string_view path, Bytes data, std::string_view root);

}  // namespace arkive::kafka
