// SPDX-License-Identifier: Apache-2.0
#include "transfer/lfs_upload.hpp"

#include "huggingface_hub/errors.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {
namespace {

// A group is hashed, then asked about in one request, then sent, while the next one is hashed. As many bytes as are
// hashed in a fraction of a second: then what is sent is still in the page cache.
constexpr std::uint64_t kGroupBytes = std::uint64_t{256} << 20;

/// Items `first` … `end` - 1, and how far they have got.
struct Group {
  std::size_t first{0};
  std::size_t end{0};
  std::size_t hashed{0};
  bool is_asked{false};
  bool is_known{false};                         ///< The Hub has answered.
  std::vector<std::shared_ptr<LfsObject>> objects{};  ///< What this group sends.
};

class LfsUpload final : public WorkSource {
 public:
  LfsUpload(const Session& session, const hub::UploadTarget& target, const std::vector<LfsItem>& items,
            const UploadHashes& hashes, int workers)
      : session_(session), target_(target), items_(items), hashes_(hashes), workers_(workers) {
    for (std::size_t i = 0; i < items.size();) {
      Group group;
      group.first = i;
      std::uint64_t bytes = 0;
      while (i < items.size() && i - group.first < hub::kUploadBatchSize && bytes < kGroupBytes) {
        bytes += items[i].addition->size;
        ++i;
      }
      group.end = i;
      groups_.push_back(std::move(group));
    }
  }

  Work next() override {
    const std::lock_guard<std::mutex> lock(mutex_);
    drop_finished();
    // One worker hashes ahead of the others, else the network would rest between two groups.
    if (hashing_ == 0 && workers_ > 1) {
      if (Work work = next_hash()) return work;
    }
    for (std::size_t i = front_; i < groups_.size() && i <= front_ + 1; ++i) {
      for (const auto& object : groups_[i].objects) {
        if (Work work = object->next()) return work;
      }
      if (Work work = next_question(groups_[i])) return work;
    }
    return next_hash();
  }

  [[nodiscard]] bool is_finished() const override {
    const std::lock_guard<std::mutex> lock(mutex_);
    return std::all_of(groups_.begin() + static_cast<std::ptrdiff_t>(front_), groups_.end(), &is_sent);
  }

 private:
  static bool is_sent(const Group& group) {
    return group.is_known && std::all_of(group.objects.begin(), group.objects.end(),
                                         [](const auto& object) { return object->is_done(); });
  }

  void drop_finished() {
    while (front_ < groups_.size() && is_sent(groups_[front_])) {
      groups_[front_].objects.clear();
      ++front_;
    }
  }

  /// At most one group ahead of the one that is sent.
  Work next_hash() {
    const std::size_t limit = front_ + 1 < groups_.size() ? groups_[front_ + 1].end : items_.size();
    if (next_item_ >= limit) return {};
    const std::size_t index = next_item_++;
    const auto group = std::find_if(groups_.begin() + static_cast<std::ptrdiff_t>(front_), groups_.end(),
                                    [&](const Group& each) { return index < each.end; });
    ++hashing_;
    return [this, index, &its_group = *group](const CancellationToken& cancel) {
      Result<void> hashed = as_result([&] { hashes_.compute_sha256(*items_[index].addition, cancel).value(); });
      const std::lock_guard<std::mutex> lock(mutex_);
      --hashing_;
      ++its_group.hashed;
      return hashed;
    };
  }

  Work next_question(Group& group) {
    if (group.is_asked || group.hashed < group.end - group.first) return {};
    group.is_asked = true;
    return [this, &group](const CancellationToken& cancel) { return ask(group, cancel); };
  }

  /// Asks about the content of a group that is new; equal files are sent once.
  Result<void> ask(Group& group, const CancellationToken& cancel) {
    std::vector<std::shared_ptr<LfsObject>> fresh;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      for (std::size_t i = group.first; i < group.end; ++i) {
        std::shared_ptr<LfsObject>& object = objects_[*items_[i].addition->sha256];
        if (object) {
          object->add(items_[i]);
          // Done only when that one is, which may belong to a later question of an earlier group.
          if (!object->is_done()) group.objects.push_back(object);
          continue;
        }
        object = std::make_shared<LfsObject>(session_, target_, items_[i]);
        fresh.push_back(object);
      }
    }
    std::vector<hub::LfsObject> wanted;
    for (const auto& object : fresh) wanted.push_back({*object->addition().sha256, object->addition().size});
    if (!wanted.empty()) {
      hub::UploadTarget target = target_;
      target.call.cancel = cancel;
      Result<std::vector<hub::LfsAction>> actions = hub::lfs_batch(session_, target, wanted);
      if (!actions.ok()) return actions.error();
      for (std::size_t i = 0; i < fresh.size(); ++i) fresh[i]->begin(std::move((*actions)[i]));
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    group.objects.insert(group.objects.end(), fresh.begin(), fresh.end());
    group.is_known = true;
    return {};
  }

  const Session& session_;
  const hub::UploadTarget& target_;
  const std::vector<LfsItem>& items_;
  const UploadHashes& hashes_;
  const int workers_;

  mutable std::mutex mutex_{};  ///< Guards what follows; taken before that of an object.
  std::vector<Group> groups_{};
  std::map<std::string, std::shared_ptr<LfsObject>> objects_{};  ///< By SHA-256.
  std::size_t front_{0};  ///< The first group that is not sent.
  std::size_t next_item_{0};
  std::size_t hashing_{0};
};

}  // namespace

Result<void> upload_lfs(const Session& session, const hub::UploadTarget& target, const std::vector<LfsItem>& items,
                        const UploadHashes& hashes, int workers, const std::function<void()>& tick) {
  if (items.empty()) return {};
  LfsUpload upload(session, target, items, hashes, workers);
  Result<void> outcome = run_work(upload, workers, target.call.cancel, tick);
  if (!outcome.ok() && (outcome.error().code == ErrorCode::integrity || outcome.error().http != nullptr)) {
    // What was remembered may be what is wrong: the storage looks at the digest too.
    for (const LfsItem& item : items) {
      if (!item.addition->is_uploaded) hashes.forget(*item.addition);
    }
  }
  return outcome;
}

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
