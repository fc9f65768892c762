// SPDX-License-Identifier: Apache-2.0
/// @file
/// What a Space can be created with.
#pragma once

#include "huggingface_hub/version.hpp"

#include <optional>
#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// A secret of a Space: an environment variable that cannot be read back.
struct SpaceSecret {
  std::optional<std::string> description{};
  std::string key{};
  std::string value{};
};

/// A public variable of a Space.
struct SpaceVariable {
  std::optional<std::string> description{};
  std::string key{};
  std::string value{};
};

/// A repository or bucket mounted into a Space (`spec/hub-http.md` 15.4).
struct Volume {
  std::string mount_path{};          ///< Absolute, inside the container.
  std::optional<std::string> path{}; ///< A folder inside the source.
  std::optional<bool> read_only{};
  std::optional<std::string> revision{};
  std::string source{};              ///< Id of the repository or bucket.
  std::string type{"bucket"};        ///< `bucket`, `model`, `dataset` or `space`.
};

HUGGINGFACE_HUB_NAMESPACE_END
