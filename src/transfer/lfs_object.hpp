// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hub/addition.hpp"
#include "hub/lfs_batch.hpp"
#include "session/session.hpp"
#include "transfer/upload_progress.hpp"
#include "transfer/work.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

/// One file to upload. Neither member is null; both outlive the call.
struct LfsItem {
  hub::AdditionState* addition{nullptr};
  UploadProgress::File* progress{nullptr};
};

/// One object of the storage on its way there, and the files that have this content.
///
/// The parts of a large one are pieces of work of their own, sent side by side and each tried again alone. A storage
/// URL that is no longer good (403) is asked for anew: what the storage still has of the parts is not sent again, and
/// the bytes are the same. Safe to share between threads.
class LfsObject {
 public:
  /// The references must outlive this. `first` is hashed.
  LfsObject(const Session& session, const hub::UploadTarget& target, const LfsItem& first);

  /// Another file with the same content. Settled at once where the object is.
  void add(const LfsItem& item);

  /// What the Hub said to do with it; from here on there is work.
  void begin(hub::LfsAction action);

  /// The next piece; empty: none before one under way has ended, or none at all.
  Work next();

  [[nodiscard]] bool is_done() const;
  [[nodiscard]] const hub::AdditionState& addition() const noexcept { return *first_.addition; }

 private:
  struct Part {
    enum class State { pending, active, sent };
    std::string etag{};
    std::atomic<std::uint64_t> bytes{0};  ///< Handed to the network, in the best of its tries.
    State state{State::pending};
  };
  enum class Phase { waiting, sending, completing, done };

  [[nodiscard]] bool has_parts_side_by_side() const;
  [[nodiscard]] CallOptions call(const CancellationToken& cancel) const;
  Work piece(Result<void> (LfsObject::*step)(const CancellationToken& cancel));
  Work next_part();

  Result<void> send_alone(const CancellationToken& cancel);
  Result<void> send_part(std::size_t index, const CancellationToken& cancel);
  Result<void> complete(const CancellationToken& cancel);
  Result<void> ask_again(const CancellationToken& cancel);

  /// One request each; the caller says what becomes of an error.
  [[nodiscard]] Result<std::string> put(const std::string& url, std::shared_ptr<http::Body> body,
                                        const CancellationToken& cancel) const;
  [[nodiscard]] Result<void> put_whole(const hub::LfsAction& action, const CancellationToken& cancel);
  [[nodiscard]] Result<void> put_parts_in_order(const hub::LfsAction& action, std::vector<std::string>& etags,
                                                const CancellationToken& cancel);
  [[nodiscard]] Result<void> put_together(const hub::LfsAction& action, const std::vector<std::string>& etags,
                                          const CancellationToken& cancel) const;
  [[nodiscard]] Result<void> verify(const hub::LfsAction& action, const CancellationToken& cancel) const;
  [[nodiscard]] Result<void> confirm_content(const CancellationToken& cancel) const;

  /// Turns an expired URL into a new question, as long as that makes sense; names the file in everything else.
  Result<void> settle(const Error& error, const hub::LfsAction& used);
  void finish();

  const Session& session_;
  const hub::UploadTarget& target_;
  const LfsItem first_;

  mutable std::mutex mutex_{};  ///< Guards what follows.
  std::vector<LfsItem> items_{};
  hub::LfsAction action_{};
  std::deque<Part> parts_{};  ///< Only where they go side by side.
  Phase phase_{Phase::waiting};
  std::size_t active_{0};
  bool is_stale_{false};       ///< The URLs are: ask again once nothing is under way.
  bool has_progressed_{false};  ///< Since they were asked for, a part was stored.
  int times_asked_in_vain_{0};
};

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
