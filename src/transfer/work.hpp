// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/cancellation.hpp"
#include "huggingface_hub/result.hpp"

#include <functional>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

/// One piece of work; its token is cancelled once another piece has failed.
using Work = std::function<Result<void>(const CancellationToken& cancel)>;

/// Says what there is to do, where that is not known in advance. Asked from several threads at a time.
class WorkSource {
 public:
  WorkSource() = default;
  WorkSource(const WorkSource&) = delete;
  WorkSource& operator=(const WorkSource&) = delete;
  virtual ~WorkSource() = default;

  /// The next piece; empty: none before one of those under way has ended. Cheap: asked often.
  virtual Work next() = 0;
  /// Nothing is left, and nothing will come. What is under way may go on.
  [[nodiscard]] virtual bool is_finished() const = 0;
};

/// Runs what `source` gives, at most `workers` pieces at a time, and `tick` on the calling thread every tenth of a
/// second meanwhile and once at the end. Returns when everything is at rest: with the first failure, or success.
///
/// An exception out of `tick` or of a piece that is not this library's cancels the rest and is rethrown.
Result<void> run_work(WorkSource& source, int workers, const CancellationToken& cancel,
                      const std::function<void()>& tick = {});

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
