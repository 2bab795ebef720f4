/// How a plan's steps reach brokers, as the command line names it.
#pragma once

#include "kafka/wire/client_properties.h"
#include "restore-plans/apply/live_surroundings.h"
#include "tools/arkive/options.h"

namespace arkive::tools {

/// Fills in the functions that open connections; what `kafka` says of addresses is not used.
void give_clients(const KafkaOptions& kafka, const kafka::ClientProperties& properties,
                  restore_plans::LiveDoors& doors);

}  // namespace arkive::tools
