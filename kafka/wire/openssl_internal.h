/// OpenSSL's handles and errors, for kafka/wire only.
#pragma once

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <string>
#include <vector>

#include "kafka/wire/client_properties.h"
#include "stores/core/handle.h"
#include "stores/core/result.h"

namespace arkive::kafka::wire {

using SslContext = Handle<SSL_CTX, SSL_CTX_free>;
using Ssl = Handle<SSL, SSL_free>;
using Bio = Handle<BIO, BIO_free>;
using Certificate = Handle<X509, X509_free>;
using PrivateKey = Handle<EVP_PKEY, EVP_PKEY_free>;
using Pkcs12 = Handle<PKCS12, PKCS12_free>;

/// OpenSSL's own words for its last error of this thread, whose list is emptied: "bad decrypt".
std::string openssl_words();

struct StoreContent {
  PrivateKey key;                         ///< none in a truststore
  std::vector<Certificate> certificates;  ///< the key's own first
};

/// Reads a truststore or keystore of any kind. `what` ("ssl.truststore") is for errors; the password of a PEM
/// key is `key_password`. Errors as TlsContext::create; kCorrupt also when it holds no certificate.
Result<StoreContent> read_store(const CertificateStore& store, const std::string& what,
                                const std::string& key_password);

}  // namespace arkive::kafka::wire
