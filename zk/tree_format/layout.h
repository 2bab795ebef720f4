/// The fixed names of the tree and of the record (docs/format-tree.md). Internal to zk/tree_format.
#pragma once

#include <string_view>

namespace arkive::zk::layout {

constexpr int kFormat = 1;
constexpr std::string_view kFormatFile = "arkive.json";
constexpr std::string_view kSelf = "%self";

constexpr std::string_view kAcls = "acls";
constexpr std::string_view kKinds = "kinds";
constexpr std::string_view kNames = "names";
constexpr std::string_view kViews = "views";
constexpr std::string_view kZnodes = "znodes";

constexpr std::string_view kEphemerals = "ephemerals";
constexpr std::string_view kMaskedAcls = "masked-acls";
constexpr std::string_view kNullOrEmpty = "null-or-empty";
constexpr std::string_view kStats = "stats";
constexpr std::string_view kStillMoving = "still-moving";
constexpr std::string_view kUnreadable = "unreadable";

/// A list of the record covers a znode's whole subtree unless more than this many znodes are below it.
constexpr unsigned kMostBelowInParentsList = 64;

constexpr std::string_view kNullWord = "null";
constexpr std::string_view kContainerWord = "container";
constexpr std::string_view kTtlWord = "ttl=";

}  // namespace arkive::zk::layout
