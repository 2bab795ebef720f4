#include "stores/http/client.h"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstring>
#include <mutex>

#include "stores/core/fault.h"
#include "stores/core/handle.h"
#include "stores/core/interrupt.h"
#include "stores/core/log.h"
#include "stores/http/url.h"

namespace arkive::http {
namespace {

using Curl = Handle<CURL, curl_easy_cleanup>;
using HeaderList = Handle<curl_slist, curl_slist_free_all>;

constexpr std::uint64_t kMostBytes = 1 << 20;  // where the request says none, and of every refusal
constexpr long kSlowest = 1024;                // bytes a second
constexpr long kSendBuffer = 1L << 20;         // libcurl's own is 64 KiB, at most 2 MiB
constexpr long kReceiveBuffer = 1L << 19;      // libcurl's own is 16 KiB, at most 10 MiB

/// One request under way.
struct Exchange {
  const Request& request;
  std::uint64_t most_bytes;  ///< of the answer under way
  bool interrupted_before = interrupted();
  std::size_t sent = 0;
  bool too_long = false;
  bool cut_by_signal = false;
  bool has_all_headers = false;
  std::uint64_t taken = 0;  ///< by the request's `take`
  bool has_enough = false;  ///< it said so
  Response response;

  bool is_content() const { return response.status / 100 == 2; }
  bool is_taken() const { return request.take != nullptr && is_content(); }
};

std::uint64_t most_bytes_of(const Request& request) {
  return request.most_bytes != 0 ? request.most_bytes : kMostBytes;
}

std::size_t give_body(char* to, std::size_t size, std::size_t count, void* exchange_pointer) {
  auto& exchange = *static_cast<Exchange*>(exchange_pointer);
  const Bytes rest = exchange.request.body.substr(exchange.sent);
  const std::size_t given = rest.copy(to, size * count);
  exchange.sent += given;
  return given;
}

int rewind_body(void* exchange_pointer, curl_off_t offset, int origin) {
  auto& exchange = *static_cast<Exchange*>(exchange_pointer);
  if (origin != SEEK_SET || offset < 0 || static_cast<std::size_t>(offset) > exchange.request.body.size())
    return CURL_SEEKFUNC_CANTSEEK;
  exchange.sent = static_cast<std::size_t>(offset);
  return CURL_SEEKFUNC_OK;
}

std::size_t take_body(char* from, std::size_t size, std::size_t count, void* exchange_pointer) {
  auto& exchange = *static_cast<Exchange*>(exchange_pointer);
  std::string& body = exchange.response.body;
  const Bytes piece(from, size * count);
  if (exchange.taken + body.size() + piece.size() > exchange.most_bytes) {
    exchange.too_long = true;
    return 0;
  }
  if (exchange.is_taken()) {
    exchange.has_enough = !(*exchange.request.take)(exchange.response, exchange.taken, piece);
    exchange.taken += piece.size();
    return exchange.has_enough ? 0 : piece.size();
  }
  body.append(piece);
  return piece.size();
}

/// Of "HTTP/1.1 206 Partial Content"; 0: it is none.
int status_in(std::string_view line) {
  line.remove_prefix(std::min(line.find(' '), line.size()));
  int status = 0;
  if (!line.empty()) std::from_chars(line.data() + 1, line.data() + line.size(), status);
  return status;
}

std::size_t take_header(char* from, std::size_t size, std::size_t count, void* exchange_pointer) {
  auto& exchange = *static_cast<Exchange*>(exchange_pointer);
  std::string_view line(from, size * count);
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
  if (line.starts_with("HTTP/")) {
    exchange.response.headers.clear();  // after a 100 Continue
    exchange.has_all_headers = false;
    // What a server says of a refusal has nothing to do with the bytes that were asked for.
    exchange.response.status = status_in(line);
    exchange.most_bytes = exchange.is_content() ? most_bytes_of(exchange.request) : kMostBytes;
  }
  if (line.empty()) exchange.has_all_headers = true;
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return size * count;
  std::string name(line.substr(0, colon));
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  line.remove_prefix(colon + 1);
  while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
  if (name == "content-length" && line.size() < 16 && line.find_first_not_of("0123456789") == line.npos &&
      !line.empty() && !exchange.is_taken()) {
    exchange.response.body.reserve(
        std::min<std::uint64_t>(std::stoull(std::string(line)), exchange.most_bytes));
  }
  exchange.response.headers.emplace_back(std::move(name), line);
  return size * count;
}

int look_for_signals(void* exchange_pointer, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto& exchange = *static_cast<Exchange*>(exchange_pointer);
  // A signal that came before cuts nothing: what cleans up after it sends requests too.
  exchange.cut_by_signal = !exchange.interrupted_before && interrupted();
  return exchange.cut_by_signal ? 1 : 0;
}

constexpr char kProxyHint[] = "look at https_proxy, http_proxy, all_proxy and no_proxy in the environment";

/// `proxy_status`: of its answer to CONNECT; 0: none.
Error cause_of(CURLcode code, long proxy_status, const Exchange& exchange, const char* detail,
               const Deadline& deadline) {
  const std::string text = *detail != '\0' ? detail : curl_easy_strerror(code);
  if (exchange.cut_by_signal) return {Outcome::kInterrupted, interruption(), {}};
  if (exchange.too_long) {
    return {
        Outcome::kCorrupt, "the answer has more than " + std::to_string(exchange.most_bytes) + " bytes", {}};
  }
  // libcurl shows the address, with the password in it.
  if (text.starts_with("Unsupported proxy"))
    return {Outcome::kUsage, "the proxy that the environment names has an address that is none", kProxyHint};
  if (proxy_status == 403 || proxy_status == 407) {
    return {Outcome::kDenied,
            "the proxy that the environment names refuses us: status " + std::to_string(proxy_status),
            kProxyHint};
  }
  switch (code) {
    case CURLE_SSL_CACERT_BADFILE:
      return {Outcome::kDenied, text,
              "that file of authorities has to be one we can read, of certificates in PEM"};
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_USE_SSL_FAILED:
      return {Outcome::kDenied, text,
              "the server's certificate has to be one the machine trusts, for this very "
              "host; name the file of its authority where it is one of your own"};
    case CURLE_URL_MALFORMAT:
      return {Outcome::kUsage, text, {}};
    case CURLE_UNSUPPORTED_PROTOCOL:
      if (!exchange.request.url.starts_with("http")) return {Outcome::kUsage, text, {}};
      [[fallthrough]];  // HTTP/0.9: what comes does not begin as an answer does
    case CURLE_WEIRD_SERVER_REPLY:
      return {Outcome::kCorrupt, text, "is this the address of an object store?"};
    case CURLE_OUT_OF_MEMORY:
      return {Outcome::kFail, text, {}};
    default:
      return {Outcome::kRetry, deadline.passed() ? text + ", and the time is up" : text, {}};
  }
}

}  // namespace

std::string_view Response::header(std::string_view name) const {
  const auto found =
      std::find_if(headers.begin(), headers.end(), [&](const auto& header) { return header.first == name; });
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

/// Easy handles that wait for their next request, with their connections.
class Client::Handles {
 public:
  Curl take() {
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        Curl handle = std::move(idle_.back());
        idle_.pop_back();
        return handle;
      }
    }
    return Curl(ready == CURLE_OK ? curl_easy_init() : nullptr);
  }
  void give_back(Curl handle) {
    curl_easy_reset(handle.get());  // it must not remember where the last exchange stood
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(handle));
  }

 private:
  std::mutex mutex_;
  std::vector<Curl> idle_;
};

Client::Client(ClientSettings settings)
    : settings_(std::move(settings)), handles_(std::make_unique<Handles>()) {}
Client::~Client() = default;

Result<Response> Client::send(const Request& request, Deadline deadline) const {
  // libcurl would guess the scheme where there is none, and take HTTP:// for http://.
  if (!request.url.starts_with("http://") && !request.url.starts_with("https://")) {
    return fail(Outcome::kUsage, "the address begins neither with https:// nor with http://",
                "give one that looks like https://storage.example.net:9000");
  }
  bool stays_here = false;
  if (request.url.starts_with("http://")) {
    const std::size_t end = request.url.find_first_of("/?", 7);
    ARKIVE_ASSIGN(const Url url, Url::parse(std::string_view(request.url).substr(0, end)));
    stays_here = url.is_loopback();
    if (!stays_here && settings_.plain_http == PlainHttp::kRefused) {
      return fail(Outcome::kUsage, "plain http would show everything to whoever listens on the way",
                  "give an address that begins with https://");
    }
    if (!stays_here && settings_.plain_http == PlainHttp::kTold) {
      std::call_once(told_of_plain_http_, [&] {
        log_warning("plain http to " + url.origin() +
                    ": whoever listens on the way sees and changes what he likes");
      });
    }
  }
  for (const auto& [name, value] : request.headers) {
    if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
      return fail(Outcome::kUsage, "header " + name + " would hold a line break",
                  "look at what it is made of: credentials, settings");
    }
  }
  Curl curl = handles_->take();
  if (!curl) return fail(Outcome::kFail, "libcurl cannot start");
  HeaderList headers;
  bool has_memory = true;  // a request that lacks a header may do what it must not
  const auto add = [&](const std::string& line) {
    curl_slist* const longer = curl_slist_append(headers.get(), line.c_str());
    has_memory = has_memory && longer != nullptr;
    if (longer != nullptr && longer != headers.get()) headers.reset(longer);
  };
  add("Expect:");
  // An empty one is sent only where a semicolon stands in place of the colon.
  for (const auto& [name, value] : request.headers) add(value.empty() ? name + ";" : name + ": " + value);
  Exchange exchange{.request = request, .most_bytes = most_bytes_of(request), .response = {}};
  char detail[CURL_ERROR_SIZE] = "";
  const auto set = [&](CURLoption option, auto value) {
    has_memory = curl_easy_setopt(curl.get(), option, value) != CURLE_OUT_OF_MEMORY && has_memory;
  };
  set(CURLOPT_URL, request.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_PATH_AS_IS, 1L);
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_TCP_KEEPALIVE, 1L);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  if (!settings_.certificate_authorities.empty())
    set(CURLOPT_CAINFO, settings_.certificate_authorities.c_str());
  // Through a proxy, plain http would leave the machine after all.
  if (!settings_.use_proxy || stays_here) set(CURLOPT_PROXY, "");
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(CURLOPT_ERRORBUFFER, detail);
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings_.connect.count()));
  set(CURLOPT_LOW_SPEED_LIMIT, kSlowest);
  set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(settings_.stalled.count()));
  set(CURLOPT_TIMEOUT_MS, std::max<long>(1, static_cast<long>(deadline.remaining().count())));
  set(CURLOPT_BUFFERSIZE, kReceiveBuffer);
  set(CURLOPT_UPLOAD_BUFFERSIZE, kSendBuffer);
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, look_for_signals);
  set(CURLOPT_XFERINFODATA, &exchange);
  set(CURLOPT_HEADERFUNCTION, take_header);
  set(CURLOPT_HEADERDATA, &exchange);
  set(CURLOPT_WRITEFUNCTION, take_body);
  set(CURLOPT_WRITEDATA, &exchange);
  if (request.method == "HEAD") {
    set(CURLOPT_NOBODY, 1L);
  } else if (request.method == "PUT" || request.method == "POST") {
    set(CURLOPT_UPLOAD, 1L);
    set(CURLOPT_READFUNCTION, give_body);
    set(CURLOPT_READDATA, &exchange);
    set(CURLOPT_SEEKFUNCTION, rewind_body);
    set(CURLOPT_SEEKDATA, &exchange);
    set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
  } else {
    set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
  set(CURLOPT_HTTPHEADER, headers.get());
  if (!has_memory) return fail(Outcome::kFail, "not enough memory");
  ARKIVE_FAULT_POINT();
  const CURLcode done = curl_easy_perform(curl.get());
  ARKIVE_FAULT_POINT();
  // A handle whose transfer was cut goes, and its connection with it.
  if (done != CURLE_OK) {
    if (exchange.has_enough) return fail(Outcome::kFail, "who takes the answer wants no more of it");
    const bool is_cut = !exchange.cut_by_signal && !exchange.too_long;
    if (is_cut && request.enough_bytes != 0 && exchange.taken >= request.enough_bytes)
      return std::move(exchange.response);
    long proxy_status = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_HTTP_CONNECTCODE, &proxy_status);
    return fail(cause_of(done, proxy_status, exchange, detail, deadline));
  }
  // libcurl takes an answer that was cut within its headers for one without a body.
  if (!exchange.has_all_headers)
    return fail(Outcome::kRetry, "the connection was cut within the headers of the answer");
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  exchange.response.status = static_cast<int>(status);
  handles_->give_back(std::move(curl));
  return std::move(exchange.response);
}

}  // namespace arkive::http
