/// ScriptedObjectServer: objects in memory, served on loopback, that misbehave as a test says: what the
/// scripted servers of all object stores share. What one speaks stands beside the tests of its store
/// (tests/stores/s3/scripted_bucket.h); what the suites over all of them want to know of it is in
/// tests/stores/remote/scripted_kind.h.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "stores/core/hash.h"
#include "stores/core/time.h"
#include "stores/http/date.h"
#include "tests/support/http_server.h"
#include "tests/support/results.h"

namespace arkive::test {

/// Of one that speaks: serve(), and an HttpServer that calls answer(), as its last member.
class ScriptedObjectServer {
 public:
  /// Asked before the server does anything; `number`: of the request, from 1. A reply: it is sent, and
  /// nothing is done.
  using Before = std::function<std::optional<HttpReply>(const HttpRequest& request, std::size_t number)>;
  /// May change what the server has done and is about to say.
  using After = std::function<void(const HttpRequest& request, HttpReply& reply, std::size_t number)>;

  Before before = {};
  After after = {};
  /// Told what a request makes of an object (nothing: it is gone), in the order in which that comes about.
  std::function<void(std::size_t number, const std::string& key, const std::optional<std::string>& bytes)>
      on_change = {};
  std::size_t page = 1000;             ///< keys a page of a list has
  std::chrono::milliseconds ahead{0};  ///< of the server's clock before ours
  /// What decides whether an object is replaced is not looked at, as by some servers.
  bool ignores_conditions = false;

  virtual ~ScriptedObjectServer() = default;
  ScriptedObjectServer() = default;
  ScriptedObjectServer(const ScriptedObjectServer&) = delete;
  ScriptedObjectServer& operator=(const ScriptedObjectServer&) = delete;

  virtual const HttpServer& server() const = 0;
  std::string url() const { return server().url(); }
  /// Uploads that were begun and neither finished nor given up, where the server keeps account of them.
  virtual std::size_t uploads() const { return 0; }

  /// By their whole keys.
  std::map<std::string, std::string> objects() const {
    const std::lock_guard lock(mutex_);
    std::map<std::string, std::string> bytes;
    for (const auto& [key, object] : objects_) bytes[key] = object.bytes;
    return bytes;
  }
  std::optional<std::string> object(const std::string& key) const {
    const std::lock_guard lock(mutex_);
    const auto found = objects_.find(key);
    if (found == objects_.end()) return std::nullopt;
    return found->second.bytes;
  }
  void set(const std::string& key, const std::string& bytes) {
    const std::lock_guard lock(mutex_);
    put_object(key, bytes);
  }
  /// Those and no others; uploads are gone too.
  void set_all(const std::map<std::string, std::string>& objects) {
    const std::lock_guard lock(mutex_);
    objects_.clear();
    forget_uploads();
    for (const auto& [key, bytes] : objects) put_object(key, bytes);
  }
  void clear() { set_all({}); }

 protected:
  struct Object {
    std::string bytes = {};
    std::string tag = {};
    std::uint64_t number = 0;  ///< of its own: a new one each time it is put
    UnixMilliseconds changed = 0;
    std::map<std::string, std::string> headers = {};  ///< those of the request that made it
  };
  using Objects = std::map<std::string, Object>;

  /// What a well-behaved server does. Called by one at a time.
  virtual HttpReply serve(const HttpRequest& request) = 0;
  virtual void forget_uploads() = 0;

  HttpReply answer(const HttpRequest& request) {
    std::size_t number = 0;
    {
      const std::lock_guard lock(mutex_);
      number = ++asked_;
    }
    std::optional<HttpReply> scripted = before ? before(request, number) : std::nullopt;
    HttpReply reply = scripted ? *scripted : serve_alone(request, number);
    if (!scripted && after) after(request, reply, number);
    reply.headers.emplace_back("Date", http::format_date(now()));
    reply.without_body = request.method == "HEAD";
    return reply;
  }

  UnixMilliseconds now() const { return wall_clock_now() + ahead.count(); }
  std::uint64_t next_number() { return ++numbers_; }  ///< for tags and the ids of uploads

  const Objects& all() const { return objects_; }
  void remove_object(const std::string& key) {
    if (objects_.erase(key) != 0 && on_change) on_change(serving_, key, std::nullopt);
  }
  Object& put_object(const std::string& key, const std::string& bytes,
                     std::map<std::string, std::string> headers = {}) {
    if (on_change && serving_ != 0) on_change(serving_, key, bytes);
    const std::uint64_t number = next_number();
    const std::string tag = hex(sha256(bytes)).substr(0, 32) + std::to_string(number);
    return objects_[key] = {bytes, "\"" + tag + "\"", number, now(), std::move(headers)};
  }
  /// As though it had been put with it.
  void set_header(const std::string& key, const std::string& name, const std::string& value) {
    objects_.at(key).headers[name] = value;
  }
  enum class Condition : std::uint8_t { kHolds, kIsThere, kIsAnother };
  /// Those of HTTP: If-None-Match: *, If-Match.
  Condition condition_of(const std::string& key, const HttpRequest& request) const {
    if (ignores_conditions) return Condition::kHolds;
    const auto found = objects_.find(key);
    if (request.header("if-none-match") == "*")
      return found == objects_.end() ? Condition::kHolds : Condition::kIsThere;
    const std::string tag = request.header("if-match");
    const bool fails = !tag.empty() && (found == objects_.end() || found->second.tag != tag);
    return fails ? Condition::kIsAnother : Condition::kHolds;
  }
  /// Makes `reply`, which holds the whole object, the part that the header Range asks for ("bytes=0-9",
  /// "bytes=3-"). False: that begins beyond the end.
  static bool cut_to_range(const std::string& range, HttpReply& reply) {
    const std::size_t size = reply.body.size();
    const std::size_t dash = range.find('-');
    const std::size_t first = std::stoul(range.substr(6, dash - 6));
    if (first >= size) return false;
    const std::size_t last = dash + 1 == range.size()
                                 ? size - 1
                                 : std::min<std::size_t>(std::stoul(range.substr(dash + 1)), size - 1);
    reply.status = 206;
    reply.body = reply.body.substr(first, last - first + 1);
    reply.headers.emplace_back("Content-Range", "bytes " + std::to_string(first) + "-" +
                                                    std::to_string(last) + "/" + std::to_string(size));
    return true;
  }
  static std::string prefix_asked_for(const HttpRequest& request) {
    return request.asks("prefix") ? request.query.at("prefix") : "";
  }
  /// What a page of a list holds, and where the next one begins; nothing: it was the last one.
  struct Page {
    Objects::const_iterator begin;
    Objects::const_iterator end;
    std::optional<std::string> next;
  };
  /// `at`: the first key of the page; empty: the first one.
  Page page_of(const std::string& prefix, const std::string& at) const {
    Page found{objects_.lower_bound(std::max(prefix, at)), {}, {}};
    found.end = found.begin;
    const auto listed = [&] { return found.end != objects_.end() && found.end->first.starts_with(prefix); };
    for (std::size_t given = 0; listed() && given < page; ++given) ++found.end;
    if (listed()) found.next = found.end->first;
    return found;
  }

  mutable std::mutex mutex_;

 private:
  HttpReply serve_alone(const HttpRequest& request, std::size_t number) {
    const std::lock_guard lock(mutex_);
    serving_ = number;
    HttpReply reply = serve(request);
    serving_ = 0;
    return reply;
  }

  std::size_t asked_ = 0;
  std::size_t serving_ = 0;  ///< the number of the request
  std::uint64_t numbers_ = 0;
  Objects objects_;
};

/// An object of `size` bytes that is none of repetitions.
inline std::string made_of(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 2654435761U >> 13);
  return bytes;
}

}  // namespace arkive::test
