// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

namespace huggingface_hub::testing {

/// While it lives, this process is not root, whom no permission would stop. Does nothing for another user.
class WithoutPrivileges {
 public:
  WithoutPrivileges() : was_root_(::geteuid() == 0) {
    if (was_root_) dropped_ = ::seteuid(kNobody) == 0;
  }
  ~WithoutPrivileges() {
    if (was_root_ && dropped_) static_cast<void>(::seteuid(0));
  }
  WithoutPrivileges(const WithoutPrivileges&) = delete;
  WithoutPrivileges& operator=(const WithoutPrivileges&) = delete;

  /// False where root may not become somebody else, as in some containers.
  [[nodiscard]] bool ok() const { return !was_root_ || dropped_; }

 private:
  static constexpr uid_t kNobody = 65534;
  bool was_root_;
  bool dropped_{true};
};

}  // namespace huggingface_hub::testing
