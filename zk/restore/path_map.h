/// PathMap: where a path of the backup is on the target.
#pragma once

#include <string>
#include <string_view>

namespace arkive::zk {

/// `from` of the backup becomes `onto` on the target, below `chroot` ("" or "/kafka").
class PathMap {
 public:
  PathMap(std::string_view from, std::string_view onto, std::string_view chroot);
  /// `source`: `from` or below it. As seen below the chroot.
  std::string below_chroot(std::string_view source) const { return place(onto_, source); }
  /// The same, chroot and all: what requests say.
  std::string whole(std::string_view source) const { return place(whole_onto_, source); }
  /// Nothing is moved.
  bool identity() const { return whole_onto_ == from_; }

 private:
  std::string place(const std::string& base, std::string_view source) const;
  // Without a slash at the end: "" stands for "/".
  std::string from_;
  std::string onto_;
  std::string whole_onto_;
};

}  // namespace arkive::zk
