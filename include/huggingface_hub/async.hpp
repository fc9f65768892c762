// SPDX-License-Identifier: Apache-2.0
/// @file
/// Calls in the background, as `run_as_future` of Python.
#pragma once

#include "huggingface_hub/hf_api.hpp"

#include <future>
#include <memory>
#include <type_traits>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// Runs `call(api)` on a thread of its own and gives a future of what it returns or throws:
///
///     auto done = run_as_future(api, [](const HfApi& hub) { return hub.upload_folder("me/tiny", "out/"); });
///
/// The calls of one `HfApi`, copies included, run one after another in the order they were given. What `call`
/// captures must live until it has run. Destroying the future does not wait: get the results before `main` returns, or
/// calls that are still running end with the process. A call is stopped by a cancellation token in its options.
template <typename Call>
auto run_as_future(const HfApi& api, Call&& call) -> std::future<std::invoke_result_t<std::decay_t<Call>&, const HfApi&>> {
  using Outcome = std::invoke_result_t<std::decay_t<Call>&, const HfApi&>;
  auto task = std::make_shared<std::packaged_task<Outcome()>>(
      [api, call = std::forward<Call>(call)]() mutable -> Outcome { return call(api); });
  std::future<Outcome> outcome = task->get_future();
  detail::run_in_background(api, [task] { (*task)(); });
  return outcome;
}

HUGGINGFACE_HUB_NAMESPACE_END
