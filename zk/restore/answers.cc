#include "zk/restore/answers.h"

namespace arkive::zk {

bool is_lost(Answer answer) {
  return answer == Answer::kConnectionLoss || answer == Answer::kSessionExpired;
}

std::string refusal_text(Answer answer) {
  switch (answer) {
    case Answer::kNoAuth:
      return "not authorised";
    case Answer::kNoZnode:
      return "its parent vanished meanwhile";
    case Answer::kInvalidAcl:
      return "the target does not accept its ACL";
    case Answer::kUnimplemented:
      return "the target does not support this kind of znode";
    case Answer::kNoChildrenForEphemerals:
      return "its parent is an ephemeral znode there";
    case Answer::kQuotaExceeded:
      return "a quota on the target is exceeded";
    default:
      return "the target answered: " + std::string(answer_text(answer));
  }
}

std::string meanwhile_text(Answer answer) {
  if (answer == Answer::kNoZnode) return "it vanished meanwhile";
  if (answer == Answer::kBadVersion) return "it was changed meanwhile, and is kept";
  return refusal_text(answer);
}

}  // namespace arkive::zk
