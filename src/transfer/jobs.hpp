// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/cancellation.hpp"
#include "huggingface_hub/result.hpp"

#include <cstddef>
#include <functional>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

/// Works on item `index`; `cancel` is cancelled once another job has failed.
using Job = std::function<Result<void>(std::size_t index, const CancellationToken& cancel)>;

/// Runs `job` for 0 … `count` - 1, at most `workers` at a time, and `tick` on the calling thread every tenth of a
/// second meanwhile and once at the end. Returns when everything is at rest: with the first failure, or success.
///
/// An exception out of `tick` or `job` that is not this library's cancels the rest and is rethrown.
Result<void> run_jobs(std::size_t count, int workers, const CancellationToken& cancel, const Job& job,
                      const std::function<void()>& tick = {});

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
