#include "kafka/wire/sasl.h"

namespace arkive::kafka::wire {

Result<std::chrono::milliseconds> sasl_authenticate(const SaslSettings&, const BrokerAddress&,
                                                    const BrokerVersions&, const Exchange&, Deadline) {
  return fail(Outcome::kUsage, "authenticate: SASL is not supported in this build");
}

}  // namespace arkive::kafka::wire
