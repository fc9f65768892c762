// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/cancellation.hpp"
#include "huggingface_hub/result.hpp"

#include <cstddef>
#include <functional>
#include <memory>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// A fixed number of threads that run tasks in the order they come. Threads start with the first task.
/// Safe to use from any thread.
class Executor {
 public:
  explicit Executor(std::size_t threads);
  /// Runs what is queued, then joins. Not from a task.
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  /// `task` must not throw, nor wait for another task of this executor.
  void post(std::function<void()> task);

  /// The pool of the process for hashing and file work: min(8, cores) threads. Never destroyed.
  static Executor& shared();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Calls `body(0)` … `body(count - 1)` from at most `workers` threads of its own, in order of index, and returns once
/// none of them runs any more.
///
/// The first failure cancels the token the others are given, starts no more of them, and is returned. Failures that
/// follow from that cancellation are not reported. An exception is treated likewise and thrown here, unchanged. With
/// `cancel` cancelled before the last call began, the outcome is what `cancel.throw_if_cancelled()` throws, as an
/// `Error`.
Result<void> parallel_for(std::size_t count, std::size_t workers, const CancellationToken& cancel,
                          const std::function<Result<void>(std::size_t index, const CancellationToken& cancel)>& body);

/// As `parallel_for`, for many short questions to the file system: a thread takes a batch of them at a time, so that a
/// few stay on the calling thread. On a network each may take a round trip, so more `workers` than processors pay.
Result<void> parallel_in_batches(std::size_t count, std::size_t workers, const CancellationToken& cancel,
                                 const std::function<void(std::size_t index)>& body);

HUGGINGFACE_HUB_NAMESPACE_END
