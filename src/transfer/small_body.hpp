// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/byte_budget.hpp"
#include "transfer/http_download.hpp"

#include "huggingface_hub/http/response.hpp"

#include <cstdint>
#include <string>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

/// The body of a small file on its way through memory. Anything that is not the whole file ends the exchange: the
/// download engine then has a try, with its repeats and its error messages.
class SmallBody final : public http::Sink {
 public:
  /// Precondition: `expected.size` is set.
  /// `share`: of the memory for it.
  SmallBody(std::string name, ExpectedContent expected, ByteBudget::Share share)
      : name_(std::move(name)), expected_(std::move(expected)), share_(std::move(share)) {}

  Result<void> on_head(const http::ResponseHead& head, const std::function<void()>& resume) override;
  Result<http::SinkVerdict> on_data(const char* data, std::size_t size) override;

  /// Once the exchange has ended well: true if all bytes are here and are what was promised.
  [[nodiscard]] bool matches() const;
  [[nodiscard]] const std::string& content() const noexcept { return content_; }
  /// It is of no use: gives its memory back.
  void discard() noexcept {
    content_ = std::string();
    share_.release();
  }

 private:
  std::string name_;
  ExpectedContent expected_;
  ByteBudget::Share share_;
  std::string content_{};
};

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
