// SPDX-License-Identifier: Apache-2.0
/// @file
/// From what a caller gives to what is compiled once, where JSON is not wanted.
#pragma once

#include "huggingface_hub/detail/mixin_support.hpp"

#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace detail {

inline PushPlan plan_of(const PushToHubOptions& options, const MixinInfo& info) {
  PushPlan plan;
  plan.allow_patterns = options.allow_patterns;
  plan.api = options.api;
  plan.branch = options.branch;
  plan.call = options.call;
  plan.commit_description = options.commit_description;
  plan.commit_message = options.commit_message;
  plan.create_pr = options.create_pr;
  plan.delete_patterns = options.delete_patterns;
  plan.endpoint = options.endpoint;
  plan.ignore_patterns = options.ignore_patterns;
  plan.keep_remote_card = options.keep_remote_card;
  set_library(plan, info, options.library_name, options.library_version);
  plan.private_repo = options.private_repo;
  plan.progress = options.progress;
  plan.proxies = options.proxies;
  plan.token = options.token;
  return plan;
}

inline void set_source(PretrainedSource& source, const std::string& id_or_path, const FromPretrainedOptions& options,
                       const MixinInfo& info) {
  source.api = options.api;
  source.cache_dir = options.cache_dir;
  source.call = options.call;
  source.endpoint = options.endpoint;
  source.force_download = options.force_download;
  set_library(source, info, options.library_name, options.library_version);
  source.local_files_only = options.local_files_only;
  source.model_id = id_or_path;
  source.progress = options.progress;
  source.proxies = options.proxies;
  source.resume_download = options.resume_download;
  source.revision = options.revision;
  source.token = options.token;
}

}  // namespace detail
HUGGINGFACE_HUB_NAMESPACE_END
