#include "stores/remote/part_upload.h"

#include <algorithm>
#include <deque>
#include <future>

namespace arkive::remote {
namespace {

constexpr std::size_t kMostParts = 10'000;
constexpr std::size_t kPartsOfOneSize = 1'000;

class PartsWriter final : public ObjectWriter {
 public:
  PartsWriter(std::unique_ptr<PartUpload> upload, PartSizes sizes, std::shared_ptr<PartsUnderWay> parts,
              std::string name)
      : upload_(std::move(upload)), sizes_(sizes), all_parts_(std::move(parts)), name_(std::move(name)) {}
  ~PartsWriter() override {
    for (auto& part : under_way_) part.wait();
    all_parts_->give_back(std::move(part_));
    if (begun_) upload_->give_up();
  }

  Status write(Bytes data) override {
    while (!data.empty()) {
      if (part_.capacity() == 0) part_ = all_parts_->take_buffer(part_size());
      data.remove_prefix(part_.append(data.substr(0, part_size() - part_.size())));
      if (part_.size() == part_size()) ARKIVE_TRY(send_part());
    }
    return ok();
  }

  Status finish() override {
    if (!begun_) return upload_->put_whole(part_.bytes());
    if (part_.size() > 0) ARKIVE_TRY(send_part());
    while (!under_way_.empty()) ARKIVE_TRY(take_oldest());
    ARKIVE_TRY(upload_->complete(parts_));
    begun_ = false;
    return ok();
  }

 private:
  struct OnItsWay {
    PartsUnderWay& all;
    PartBuffer body;
    ~OnItsWay() {
      all.give_back(std::move(body));
      all.end();
    }
  };

  std::size_t part_size() const { return sizes_.first_bytes << (parts_begun_ / kPartsOfOneSize); }

  Status send_part() {
    if (!begun_) {
      ARKIVE_TRY(upload_->begin());
      begun_ = true;
    }
    if (parts_begun_ == kMostParts) {
      return fail(Outcome::kFull,
                  "put '" + name_ + "': an object has at most " + std::to_string(kMostParts) + " parts");
    }
    while (under_way_.size() >= sizes_.at_once) ARKIVE_TRY(take_oldest());
    ++parts_begun_;
    all_parts_->begin();
    under_way_.push_back(
        std::async(std::launch::async, [this, number = parts_begun_, body = std::move(part_)]() mutable {
          const OnItsWay part{*all_parts_, std::move(body)};
          return upload_->send(number, part.body.bytes());
        }));
    return ok();
  }

  Status take_oldest() {
    auto sent = under_way_.front().get();
    under_way_.pop_front();
    if (!sent) return fail(std::move(sent.error()));
    parts_.push_back(std::move(*sent));
    return ok();
  }

  const std::unique_ptr<PartUpload> upload_;
  const PartSizes sizes_;
  const std::shared_ptr<PartsUnderWay> all_parts_;
  const std::string name_;
  bool begun_ = false;
  PartBuffer part_;
  std::size_t parts_begun_ = 0;
  std::vector<SentPart> parts_;
  std::deque<std::future<Result<SentPart>>> under_way_;
};

}  // namespace

std::unique_ptr<ObjectWriter> write_in_parts(std::unique_ptr<PartUpload> upload, PartSizes sizes,
                                             std::shared_ptr<PartsUnderWay> parts, std::string name) {
  return std::make_unique<PartsWriter>(std::move(upload), sizes, std::move(parts), std::move(name));
}

}  // namespace arkive::remote
