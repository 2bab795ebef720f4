/// Certificates for the TLS listeners of throwaway brokers, sound ones and bad ones. Internal to rehearse.
///
/// In one directory, all 0600. PEM files hold the private key (PKCS #8) and then the certificate, as Kafka
/// and librdkafka read them.
///
///   ca.pem               the certificate that signs the others, without its key; trusted by brokers
///   other-ca.pem         one that signed none of the brokers' certificates
///   broker.p12           for localhost and 127.0.0.1; broker-expired.p12: ended yesterday;
///                        broker-wrong-host.p12: for elsewhere.example
///   broker.pem           broker.p12 for servers that are no Java; so are the other two
///   trust.p12            ca.pem for Java before 2.7 of Kafka, which reads no PEM
///   client.pem           CN=client, for mutual TLS; client-locked.pem: the same, its key encrypted;
///                        client-expired.pem: ended yesterday; client-stranger.pem: signed by other-ca.pem
#pragma once

#include <string>

#include "stores/core/result.h"

namespace arkive::rehearse {

/// Of all *.p12 files (Java wants one) and of client-locked.pem.
inline constexpr const char* kKeyStorePassword = "throwaway";

/// Makes all of them in `directory`, which is made.
Status make_certificates(const std::string& directory);

}  // namespace arkive::rehearse
