/// TlsContext: the certificates to trust and to show, read once; and TLS connections with them. Internal to
/// kafka/wire.
#pragma once

#include <memory>

#include "kafka/wire/client_properties.h"
#include "kafka/wire/transport.h"

namespace arkive::kafka::wire {

/// Any thread; unchangeable.
class TlsContext {
 public:
  /// kUsage (a JKS file, unusable settings), kNotFound, kDenied (file or password), kCorrupt.
  static Result<std::unique_ptr<TlsContext>> create(const TlsSettings& settings);
  ~TlsContext();

  /// TLS 1.2 or 1.3 over `socket`. The broker's chain, dates and name (unless switched off) are verified:
  /// kDenied says which of them failed. Otherwise as Transport.
  Result<std::unique_ptr<Transport>> start(Socket socket, const std::string& host, Deadline deadline) const;

 private:
  struct State;
  explicit TlsContext(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace arkive::kafka::wire
