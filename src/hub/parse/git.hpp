// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hub/parse/fields.hpp"

#include "huggingface_hub/types/commit.hpp"
#include "huggingface_hub/types/refs.hpp"
#include "huggingface_hub/types/repo_file.hpp"

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace parse {

/// An entry of a tree or paths-info answer (spec/hub-http.md 6.1).
RepoTreeEntry tree_entry(const Json& json, const http::ResponseHead& head);

/// The answer of the refs call (6.3).
GitRefs refs(const Json& json, const http::ResponseHead& head);

/// An item of the commits listing (6.4).
GitCommitInfo commit(const Json& json, const http::ResponseHead& head);

}  // namespace parse
HUGGINGFACE_HUB_NAMESPACE_END
