// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "session/session.hpp"

#include <cstddef>
#include <string>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// A body in memory; its text is known to the log.
class BytesBody final : public http::Body {
 public:
  explicit BytesBody(std::string bytes) : bytes_(std::move(bytes)) {}
  [[nodiscard]] std::optional<std::uint64_t> size() const override { return bytes_.size(); }
  Result<std::size_t> read(char* buffer, std::size_t capacity) override;
  Result<void> rewind() override;
  [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }

 private:
  std::string bytes_;
  std::size_t position_{0};
};

HUGGINGFACE_HUB_NAMESPACE_END
