#include "kafka/recovery/notices.h"

#include <gtest/gtest.h>

namespace arkive::kafka {
namespace {

TEST(NoticeOf, TellsBrokersWhichConfigOrAclChanged) {
  EXPECT_EQ(notice_of("/config/topics/orders", ""),
            (Notice{"/config/changes/config_change_", R"({"version":2,"entity_path":"topics/orders"})"}));
  EXPECT_EQ(notice_of("/kafka/config/users/alice/clients/app", "/kafka"),
            (Notice{"/kafka/config/changes/config_change_",
                    R"({"version":2,"entity_path":"users/alice/clients/app"})"}));
  EXPECT_EQ(notice_of("/kafka-acl/Topic/orders", ""),
            (Notice{"/kafka-acl-changes/acl_changes_", "Topic:orders"}));
  EXPECT_EQ(notice_of("/kafka-acl-extended/prefixed/Group/team", ""),
            (Notice{"/kafka-acl-extended-changes/acl_changes_",
                    R"({"version":1,"resourceType":"Group","name":"team","patternType":"PREFIXED"})"}));
  EXPECT_FALSE(notice_of("/brokers/topics/orders", ""));
  EXPECT_FALSE(notice_of("/config/topics", ""));
  EXPECT_FALSE(notice_of("/elsewhere", ""));
}

}  // namespace
}  // namespace arkive::kafka
