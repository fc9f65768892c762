// SPDX-License-Identifier: Apache-2.0
#include "hub/parse/repo_info.hpp"

#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace parse {
namespace {

std::optional<Gated> gated_of(const Fields& fields) {
  if (const std::optional<bool> flag = fields.maybe_flag("gated")) return *flag ? Gated::automatic : Gated::no;
  const std::optional<std::string> text = fields.maybe_text("gated");
  if (!text) return std::nullopt;
  if (*text == "manual") return Gated::manual;
  if (*text == "auto") return Gated::automatic;
  return std::nullopt;
}

RepoSibling sibling_of(const Json& json, const http::ResponseHead& head) {
  const Fields fields(json, head, "file of the repository");
  RepoSibling sibling;
  sibling.rfilename = fields.text("rfilename");
  sibling.size = fields.maybe_count("size");
  sibling.blob_id = fields.maybe_text("blobId");
  if (fields.find("lfs") != nullptr) {
    const Fields lfs = fields.object("lfs", "LFS information");
    sibling.lfs = BlobLfsInfo{lfs.maybe_count("pointerSize").value_or(0), lfs.text("sha256"), lfs.count("size")};
  }
  return sibling;
}

std::optional<std::vector<RepoSibling>> siblings_of(const Fields& fields) {
  if (fields.find("siblings") == nullptr) return std::nullopt;
  std::vector<RepoSibling> siblings;
  for (const Json& item : fields.array("siblings")) siblings.push_back(sibling_of(item, fields.head()));
  return siblings;
}

InferenceProviderMapping mapping_of(const Json& json, const std::string& provider, const http::ResponseHead& head) {
  const Fields fields(json, head, "inference provider");
  InferenceProviderMapping mapping;
  mapping.provider = provider.empty() ? fields.maybe_text("provider").value_or("") : provider;
  mapping.provider_id = fields.maybe_text("providerId").value_or("");
  mapping.status = fields.maybe_text("status").value_or("");
  mapping.task = fields.maybe_text("task").value_or("");
  mapping.adapter = fields.maybe_flag("adapter");
  mapping.adapter_weights_path = fields.maybe_text("adapterWeightsPath");
  mapping.type = fields.maybe_text("type");
  return mapping;
}

/// A list, or an object keyed by provider: both spellings are sent.
std::vector<InferenceProviderMapping> mappings_of(const Fields& fields) {
  std::vector<InferenceProviderMapping> mappings;
  const Json* json = fields.find("inferenceProviderMapping");
  if (json == nullptr) return mappings;
  if (json->is_array()) {
    for (const Json& item : *json) mappings.push_back(mapping_of(item, "", fields.head()));
  } else if (json->is_object()) {
    for (const auto& [provider, item] : json->items()) mappings.push_back(mapping_of(item, provider, fields.head()));
  }
  return mappings;
}

std::optional<SafeTensorsInfo> safetensors_of(const Fields& fields) {
  const Json* json = fields.find("safetensors");
  if (json == nullptr || !json->is_object()) return std::nullopt;
  const Fields members(*json, fields.head(), "safetensors information");
  SafeTensorsInfo info;
  info.total = members.maybe_count("total").value_or(0);
  if (const Json* parameters = members.find("parameters"); parameters != nullptr && parameters->is_object()) {
    for (const auto& [dtype, count] : parameters->items()) {
      if (count.is_number_unsigned()) info.parameters.emplace(dtype, count.get<std::uint64_t>());
    }
  }
  return info;
}

std::optional<TransformersInfo> transformers_of(const Fields& fields) {
  const Json* json = fields.find("transformersInfo");
  if (json == nullptr || !json->is_object()) return std::nullopt;
  const Fields members(*json, fields.head(), "transformers information");
  TransformersInfo info;
  info.auto_model = members.maybe_text("auto_model").value_or("");
  info.custom_class = members.maybe_text("custom_class");
  info.pipeline_tag = members.maybe_text("pipeline_tag");
  info.processor = members.maybe_text("processor");
  return info;
}

/// What every kind of repository has.
template <typename Info>
void read_common(const Fields& fields, Info& info) {
  info.id = fields.text("id");
  info.author = fields.maybe_text("author");
  info.gated = gated_of(fields);
  info.last_modified = fields.maybe_time("lastModified");
  info.likes = fields.maybe_count("likes");
  info.private_repo = fields.maybe_flag("private");
  info.sha = fields.maybe_text("sha");
}

/// What models, datasets and Spaces have, and kernels do not.
template <typename Info>
void read_shared(const Fields& fields, Info& info) {
  info.card_data = fields.raw("cardData");
  info.created_at = fields.maybe_time("createdAt");
  info.disabled = fields.maybe_flag("disabled");
  info.resource_group = fields.raw("resourceGroup");
  info.siblings = siblings_of(fields);
  info.tags = fields.maybe_texts("tags");
  info.trending_score = fields.maybe_integer("trendingScore");
  info.used_storage = fields.maybe_count("usedStorage");
}

}  // namespace

ModelInfo model_info(const Json& json, const http::ResponseHead& head) {
  const Fields fields(json, head, "model");
  ModelInfo info;
  read_common(fields, info);
  read_shared(fields, info);
  info.base_models = fields.raw("baseModels");
  info.children_model_count = fields.maybe_count("childrenModelCount");
  info.config = fields.raw("config");
  info.downloads = fields.maybe_count("downloads");
  info.downloads_all_time = fields.maybe_count("downloadsAllTime");
  info.eval_results = fields.raw("evalResults");
  info.gguf = fields.raw("gguf");
  info.inference = fields.maybe_text("inference");
  info.inference_provider_mapping = mappings_of(fields);
  info.library_name = fields.maybe_text("library_name");
  info.mask_token = fields.maybe_text("mask_token");
  info.model_index = fields.raw("model-index");
  info.pipeline_tag = fields.maybe_text("pipeline_tag");
  info.safetensors = safetensors_of(fields);
  info.security_repo_status = fields.raw("securityRepoStatus");
  info.spaces = fields.maybe_texts("spaces");
  info.transformers_info = transformers_of(fields);
  info.widget_data = fields.raw("widgetData");
  return info;
}

DatasetInfo dataset_info(const Json& json, const http::ResponseHead& head) {
  const Fields fields(json, head, "dataset");
  DatasetInfo info;
  read_common(fields, info);
  read_shared(fields, info);
  info.citation = fields.maybe_text("citation");
  info.description = fields.maybe_text("description");
  info.downloads = fields.maybe_count("downloads");
  info.downloads_all_time = fields.maybe_count("downloadsAllTime");
  info.main_size = fields.maybe_count("mainSize");
  info.paperswithcode_id = fields.maybe_text("paperswithcode_id");
  return info;
}

SpaceInfo space_info(const Json& json, const http::ResponseHead& head) {
  const Fields fields(json, head, "Space");
  SpaceInfo info;
  read_common(fields, info);
  read_shared(fields, info);
  info.datasets = fields.maybe_texts("datasets");
  info.host = fields.maybe_text("host");
  info.models = fields.maybe_texts("models");
  info.region = fields.maybe_text("region");
  info.runtime = fields.raw("runtime");
  info.sdk = fields.maybe_text("sdk");
  info.subdomain = fields.maybe_text("subdomain");
  return info;
}

KernelInfo kernel_info(const Json& json, const http::ResponseHead& head) {
  const Fields fields(json, head, "kernel");
  KernelInfo info;
  read_common(fields, info);
  info.downloads = fields.maybe_count("downloads");
  return info;
}

}  // namespace parse
HUGGINGFACE_HUB_NAMESPACE_END
