// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/call_options.hpp"
#include "huggingface_hub/export.hpp"
#include "huggingface_hub/repo_id.hpp"
#include "huggingface_hub/types/refs.hpp"

#include <optional>
#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

class Session;

struct ListRepoRefsOptions {
  CallOptions call{};
  bool include_pull_requests{false};
  RepoType repo_type{RepoType::model};
  Token token{};
};

struct CreateBranchOptions {
  CallOptions call{};
  bool exist_ok{false};  ///< True: a branch that is there already is no error.
  RepoType repo_type{RepoType::model};
  std::optional<std::string> revision{};  ///< Where the branch starts: branch, tag or commit; unset: the head of `main`.
  Token token{};
};

struct DeleteBranchOptions {
  CallOptions call{};
  RepoType repo_type{RepoType::model};
  Token token{};
};

struct CreateTagOptions {
  CallOptions call{};
  bool exist_ok{false};  ///< True: a tag that is there already is no error (wherever it points).
  RepoType repo_type{RepoType::model};
  std::optional<std::string> revision{};     ///< What is tagged: branch, tag or commit; unset: the head of `main`.
  std::optional<std::string> tag_message{};
  Token token{};
};

struct DeleteTagOptions {
  CallOptions call{};
  RepoType repo_type{RepoType::model};
  Token token{};
};

/// Branches and tags. Reached through `HfApi`. Const members are safe to call from any thread.
///
/// None of these calls is repeated by itself: each is one request.
class HUGGINGFACE_HUB_EXPORT RefsApi {
 public:
  /// All branches and tags, converted refs, and pull requests if asked for.
  ///
  /// @throws RepositoryNotFoundError  no such repository, or no access to it.
  GitRefs list_repo_refs(const std::string& repo_id, const ListRepoRefsOptions& options = {}) const;

  /// Creates `branch`. A repeat by the caller is safe with `exist_ok = true`.
  ///
  /// @param repo_id  `namespace/name`.
  /// @param branch   Any ref name git accepts; `/` is allowed.
  /// @param options  Where it begins (`revision`; unset: at the head of `main`), and what an existing one means.
  ///
  /// @throws RepositoryNotFoundError  no such repository, or no access to it.
  /// @throws RevisionNotFoundError    `options.revision` does not exist.
  /// @throws BadRequestError          a name below `refs/`.
  /// @throws HfHubHTTPError           409 where the branch exists and `exist_ok` is false.
  /// @throws HFValidationError        `repo_id` or `branch` cannot be one; nothing was sent.
  void create_branch(const std::string& repo_id, const std::string& branch,
                     const CreateBranchOptions& options = {}) const;

  /// Deletes `branch`. Its commits are lost unless another ref holds them.
  ///
  /// @throws HfHubHTTPError  there is no such branch, or it is `main`.
  void delete_branch(const std::string& repo_id, const std::string& branch,
                     const DeleteBranchOptions& options = {}) const;

  /// Creates `tag`. A repeat by the caller is safe with `exist_ok = true`.
  ///
  /// @throws RevisionNotFoundError  `options.revision` does not exist.
  /// @throws HfHubHTTPError         409 where the tag exists and `exist_ok` is false.
  void create_tag(const std::string& repo_id, const std::string& tag, const CreateTagOptions& options = {}) const;

  /// Deletes `tag`.
  ///
  /// @throws RevisionNotFoundError  there is no such tag.
  void delete_tag(const std::string& repo_id, const std::string& tag, const DeleteTagOptions& options = {}) const;

 protected:
  RefsApi() = default;
  RefsApi(const RefsApi&) = default;
  RefsApi& operator=(const RefsApi&) = default;
  virtual ~RefsApi();

 private:
  virtual const Session& session() const noexcept = 0;
};

HUGGINGFACE_HUB_NAMESPACE_END
