// SPDX-License-Identifier: Apache-2.0
// The part of cards that needs the Hub.
#include "huggingface_hub/cards/repo_card.hpp"

#include "cards/card_file.hpp"
#include "hub/requests.hpp"

#include "huggingface_hub/hf_api.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <system_error>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

constexpr const char* kCardName = "README.md";

const HfApi& api_of(const HfApi* api) { return api != nullptr ? *api : default_api(); }

}  // namespace

std::string RepoCard::load_content(const std::string& repo_id_or_path, RepoType class_type,
                                   const CardLoadOptions& options) {
  std::error_code ignored;
  if (std::filesystem::is_regular_file(repo_id_or_path, ignored)) return read_card_file(repo_id_or_path);
  if (const auto problem = repo_id_problem(repo_id_or_path)) {
    throw_error(ErrorCode::validation, "Cannot load a card from '" + repo_id_or_path +
                                           "': there is no such file, and it is no id of a repository. " + *problem);
  }
  HfHubDownloadOptions download;
  download.call = options.call;
  download.repo_type = options.repo_type.value_or(class_type);
  download.token = options.token;
  return read_card_file(api_of(options.api).hf_hub_download(repo_id_or_path, kCardName, download));
}

RepoCard RepoCard::load(const std::string& repo_id_or_path, const CardLoadOptions& options) {
  return RepoCard(load_content(repo_id_or_path, RepoType::model, options), {options.ignore_metadata_errors});
}

ModelCard ModelCard::load(const std::string& repo_id_or_path, const CardLoadOptions& options) {
  return ModelCard(load_content(repo_id_or_path, RepoType::model, options), {options.ignore_metadata_errors});
}

DatasetCard DatasetCard::load(const std::string& repo_id_or_path, const CardLoadOptions& options) {
  return DatasetCard(load_content(repo_id_or_path, RepoType::dataset, options), {options.ignore_metadata_errors});
}

SpaceCard SpaceCard::load(const std::string& repo_id_or_path, const CardLoadOptions& options) {
  return SpaceCard(load_content(repo_id_or_path, RepoType::space, options), {options.ignore_metadata_errors});
}

void RepoCard::validate(const CardValidateOptions& options) const {
  const nlohmann::ordered_json body{{"repoType", to_string(options.repo_type.value_or(repo_type()))},
                                    {"content", content()}};
  // No token: what is asked concerns no repository (spec/cards.md 6).
  ApiRequest request = hub::request(http::Method::post, "/api/validate-yaml", options.call, Token(false));
  request.headers.set("Accept", "text/plain");
  request.headers.set("Content-Type", "application/json");
  request.body = bytes_body(body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  const Result<http::Response> response = api_of(options.api).session().send(request);
  if (response.ok()) return;
  Error error = response.error();
  if (error.code == ErrorCode::bad_request) {
    error.code = ErrorCode::card;
    if (error.http && !error.http->server_message.empty()) error.message = error.http->server_message;
  }
  throw_error(error);
}

CommitInfo RepoCard::push_to_hub(const std::string& repo_id, const CardPushOptions& options) const {
  validate_repo_id(repo_id);
  const RepoType type = options.repo_type.value_or(repo_type());
  const CallOptions call = hub::with_deadline(options.call);
  CardValidateOptions check;
  check.api = options.api;
  check.call = call;
  check.repo_type = type;
  validate(check);

  UploadFileOptions upload;
  upload.call = call;
  upload.commit_description = options.commit_description;
  upload.commit_message = options.commit_message;
  upload.create_pr = options.create_pr;
  upload.parent_commit = options.parent_commit;
  upload.repo_type = type;
  upload.revision = options.revision;
  upload.token = options.token;
  return api_of(options.api).upload_file(UploadSource::from_bytes(content()), kCardName, repo_id, upload);
}

HUGGINGFACE_HUB_NAMESPACE_END
