#include "stores/azure/connection.h"

#include "stores/azure/signature.h"
#include "stores/azure/xml.h"
#include "stores/http/date.h"

namespace arkive::azure {
namespace {

bool is_there(const std::string& code, std::initializer_list<std::string_view> codes) {
  for (const std::string_view each : codes) {
    if (code == each) return true;
  }
  return false;
}

bool may_pass_by_itself(int status) {
  return status == 408 || status == 429 || status == 500 || (status >= 502 && status <= 504);
}

/// Azure says 409 or 412 for conditions that do not hold, and for other things too.
bool is_unmet_condition(int status, const std::string& code) {
  if (status == 409) return code == "BlobAlreadyExists";
  return status == 412 && is_there(code, {"ConditionNotMet", "TargetConditionNotMet", ""});
}

std::string hint_for(const Credentials& used, const std::string& code) {
  if (is_there(code, {"AuthorizationPermissionMismatch", "AuthorizationResourceTypeMismatch",
                      "AuthorizationServiceMismatch", "InsufficientAccountPermissions"}))
    return "docs/stores.md names the rights that a store needs";
  if (code == "AuthorizationFailure" || code == "PublicAccessNotPermitted")
    return "check the credentials, and whether the account's firewall lets this machine in";
  if (code == "KeyBasedAuthenticationNotPermitted")
    return "the account takes no keys: use a workload identity (docs/stores.md)";
  switch (used.kind) {
    case Credentials::Kind::kAccountKey:
      return "check the account's key (AZURE_STORAGE_KEY): the server does not take its signature";
    case Credentials::Kind::kSharedAccessSignature:
      return "check the shared access signature: it may have expired, or be for something else";
    case Credentials::Kind::kToken:
      break;
  }
  return "docs/stores.md names the role that the identity needs";
}

std::string described(int status, const ServerError& error) {
  std::string text = "status " + std::to_string(status);
  if (!error.code.empty()) text += ", " + printable(error.code);
  if (!error.message.empty()) text += ": " + printable(error.message);
  return text;
}

}  // namespace

Connection::Connection(Settings settings, std::unique_ptr<CredentialProvider> credentials)
    : settings_(completed(std::move(settings))),
      client_({.certificate_authorities = settings_.certificate_authorities,
               .plain_http = http::plain_http_if(settings_.allow_plain_http)}),
      credentials_(std::move(credentials)),
      requests_(settings_.retries, settings_.endpoint.origin()) {}

std::string Connection::object(std::string_view key) const {
  const Location& location = settings_.location;
  const std::string place = "az://" + location.account + "/" + location.container + "/" + location.prefix;
  return printable(key.empty() ? place.substr(0, place.size() - 1) : place + std::string(key));
}

std::string Connection::named(const Call& call) const {
  return call.operation + " '" + object(call.key) + "'";
}

std::string Connection::path_of(const std::string& key) const {
  const std::string path = settings_.endpoint.path + "/" + settings_.location.container;
  return key.empty() ? path : path + "/" + http::percent_encoded(blob_of(key), http::Slash::kKeep);
}

http::Request Connection::request_of(const Call& call, const Credentials& credentials) const {
  Signable signable{.method = call.method,
                    .path = path_of(call.key),
                    .query = call.query,
                    .headers = call.headers,
                    .body_size = call.body.size()};
  signable.headers.emplace_back("x-ms-version", kVersion);
  const remote::Part part = remote::ask(call.part, call.most_bytes, signable.headers);
  http::Query query = signable.query;
  const std::string& account = settings_.location.account;
  switch (credentials.kind) {
    case Credentials::Kind::kAccountKey:
      if (call.valid) {
        const http::Query grant = service_sas({.account = account,
                                               .container = settings_.location.container,
                                               .blob = blob_of(call.key),
                                               .permissions = call.method == "DELETE" ? "d" : "cw",
                                               .expires = call.valid->end()},
                                              credentials.secret);
        query.insert(query.end(), grant.begin(), grant.end());
      } else {
        signable.headers.emplace_back("x-ms-date", http::format_date(clock_.now()));
        signable.headers.emplace_back("authorization", shared_key(signable, account, credentials.secret));
      }
      break;
    case Credentials::Kind::kSharedAccessSignature: {
      const auto granted = query_in(credentials.secret).value_or(http::Query());
      query.insert(query.end(), granted.begin(), granted.end());
      break;
    }
    case Credentials::Kind::kToken:
      signable.headers.emplace_back("authorization", "Bearer " + credentials.secret);
      break;
  }
  const std::string text = http::query_text(query);
  return {.method = call.method,
          .url = settings_.endpoint.origin() + signable.path + (text.empty() ? "" : "?" + text),
          .headers = std::move(signable.headers),
          .body = call.body,
          .most_bytes = part.most_bytes,
          .take = call.take,
          .enough_bytes = part.enough_bytes};
}

Connection::Answer Connection::judge_refusal(const Call& call, const http::Response& response,
                                             const Credentials& used) const {
  const int status = response.status;
  const ServerError error = read_error(response);
  const std::string text = named(call) + ": " + described(status, error);
  const auto final = [&](Outcome outcome, const std::string& hint) {
    return Answer{.result = fail(outcome, text, hint)};
  };
  if (is_there(error.code, {"ContainerNotFound", "ContainerBeingDeleted"})) {
    return {.result = fail(Outcome::kUsage,
                           named(call) + ": there is no container '" + settings_.location.container +
                               "' in the account '" + settings_.location.account + "'",
                           "make it first, or check its name and the endpoint "
                           "(AZURE_STORAGE_SERVICE_ENDPOINT)")};
  }
  if (may_pass_by_itself(status)) {
    if (status == 429 || error.code == "ServerBusy") requests_.throttled();
    return remote::may_pass({Outcome::kRetry, text, {}}, response);
  }
  // Azure says this with 400 or with 401.
  const bool not_authenticated = status == 401 || error.code == "InvalidAuthenticationInfo";
  if (not_authenticated && used.kind == Credentials::Kind::kToken) {
    credentials_.forget(used);
    return {.result = fail(Outcome::kDenied, text, hint_for(used, error.code)),
            .try_again = true,
            .at_once = true};
  }
  if (not_authenticated || status == 403) {
    const auto now = http::time_in(response, "date");
    if (call.valid && now && *now >= call.valid->end()) {
      return final(Outcome::kConflict,
                   "this process stood still for longer than its lock lasts; run the command again");
    }
    // Azure has one code for a wrong signature and for a wrong date.
    if (used.kind == Credentials::Kind::kAccountKey) {
      if (clock_.set_right(response, settings_.endpoint.host))
        return {.result = fail(Outcome::kRetry, text), .try_again = true, .at_once = true};
    }
    return final(Outcome::kDenied, hint_for(used, error.code));
  }
  if (status == 412 || is_there(error.code, {"LeaseIdMissing", "LeaseIdMismatchWithBlobOperation"}))
    return final(Outcome::kConflict, "somebody holds a lease of Azure's own on it: let him break it");
  if (is_there(error.code, {"BlobImmutableDueToPolicy", "BlobImmutableDueToLegalHold"}))
    return final(Outcome::kDenied, "an immutability policy or a legal hold keeps it: try again after that");
  if (error.code == "SnapshotsPresent")
    return final(Outcome::kDenied, "somebody made snapshots of it, which arkive does not remove");
  if (error.code == "BlobArchived")
    return final(Outcome::kFail, "bring it back from the archive tier first (`az storage blob set-tier`)");
  if (status == 507 || error.code == "AccountLimitExceeded")
    return final(Outcome::kFull, "make room there, or raise the account's limit");
  return final(Outcome::kFail, "");
}

Connection::Answer Connection::judge(const Call& call, Result<http::Response> got,
                                     const Credentials& used) const {
  if (!got) {
    const bool again = got.error().outcome == Outcome::kRetry;
    return {.result = fail(std::move(got.error()).within(named(call))), .try_again = again};
  }
  if (used.kind != Credentials::Kind::kAccountKey) clock_.look_at(*got);
  const int status = got->status;
  const bool refused = status < 200 || status > 206;
  const std::string code = refused ? read_error(*got).code : std::string();
  if (is_unmet_condition(status, code)) got->status = 412;
  const bool passes =
      !refused || got->status == 412 || status == 416 || (status == 404 && code != "ContainerNotFound");
  if (!passes || (status == 412 && !is_unmet_condition(status, code))) return judge_refusal(call, *got, used);
  requests_.served();
  return {.result = std::move(got)};
}

Connection::Answer Connection::try_once(const Call& call, Deadline deadline) const {
  auto credentials = credentials_.current(deadline);
  if (!credentials) {
    const bool again = credentials.error().outcome == Outcome::kRetry;
    return {.result = fail(std::move(credentials.error()).within(named(call))), .try_again = again};
  }
  if (credentials->expires_ms != 0 && credentials->expires_ms <= clock_.now()) {
    return {.result =
                fail(Outcome::kDenied,
                     named(call) + ": the credentials expired at " + format_time(credentials->expires_ms),
                     "get new ones")};
  }
  if (call.valid && credentials->kind != Credentials::Kind::kAccountKey) {
    auto until = clock_.within(*call.valid, deadline, named(call));
    if (!until) return {.result = fail(std::move(until.error()))};
    deadline = *until;
  }
  return judge(call, client_.send(request_of(call, *credentials), deadline), *credentials);
}

Result<http::Response> Connection::call(const Call& call, Deadline deadline) const {
  return requests_.send(
      named(call), [&] { return try_once(call, deadline); }, deadline);
}

}  // namespace arkive::azure
