/// What a client needs to reach a throwaway cluster by one of its listeners, as files. Internal to rehearse.
#pragma once

#include <string>

#include "restore-plans/rehearse/kafka_plan.h"

namespace arkive::rehearse {

/// <directory>/clients/<listener's word>.properties in the words of Java's clients, and <word>.kcat in those
/// of librdkafka (`kcat -F`); also tls_mutual.* with the client's certificate. All 0600, all with the
/// addresses. Listeners with SASL have none as long as there is no user.
Status write_client_files(const KafkaPlan& plan, const std::string& directory);

std::string client_file(const std::string& directory, std::string_view word, std::string_view ending);
std::string certificates_directory(const std::string& directory);

}  // namespace arkive::rehearse
