// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/serialization/gguf_card.hpp"

#include "checkpoints/gguf_types.hpp"

#include <algorithm>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace gguf {
namespace {

std::vector<std::string> texts(const Header& header, std::string_view key) {
  const Value* const value = header.find(key);
  const auto* const found = value == nullptr ? nullptr : value->as<std::vector<std::string>>();
  return found == nullptr ? std::vector<std::string>() : *found;
}

/// `org/name` of an address of the Hub; empty for any other.
std::string repo_of_url(const std::string& url) {
  constexpr std::string_view kHub = "https://huggingface.co/";
  if (url.compare(0, kHub.size(), kHub) != 0) return {};
  std::string id = url.substr(kHub.size());
  while (!id.empty() && id.back() == '/') id.pop_back();
  return std::count(id.begin(), id.end(), '/') == 1 ? id : std::string();
}

}  // namespace

Facts facts_of(const Header& header) {
  Facts facts;
  facts.architecture = header.text("general.architecture").value_or("");
  facts.name = header.text("general.name").value_or("");
  facts.license = header.text("general.license").value_or("");
  facts.languages = texts(header, "general.languages");
  facts.tags = texts(header, "general.tags");
  facts.chat_template = header.text("tokenizer.chat_template");
  if (!facts.architecture.empty()) facts.context_length = header.number(facts.architecture + ".context_length");
  if (const auto type = header.number("general.file_type")) facts.quantization = checkpoints::gguf_file_type_name(*type);
  constexpr std::uint64_t kMostBases = 100;
  const std::uint64_t bases = std::min(header.number("general.base_model.count").value_or(0), kMostBases);
  for (std::uint64_t i = 0; i < bases; ++i) {
    const auto url = header.text("general.base_model." + std::to_string(i) + ".repo_url");
    const std::string id = url ? repo_of_url(*url) : std::string();
    if (!id.empty()) facts.base_models.push_back(id);
  }
  for (const Tensor& tensor : header.tensors) facts.parameter_count += tensor.element_count();
  return facts;
}

}  // namespace gguf

void add_gguf_facts(ModelCardData& card, const gguf::Facts& facts) {
  const auto suggest = [&card](const char* key, const MetaValue& value) {
    if (card.get(key).is_null()) card.set(key, value);
  };
  std::vector<std::string> tags = card.tags().value_or(std::vector<std::string>());
  if (std::find(tags.begin(), tags.end(), "gguf") == tags.end()) tags.emplace_back("gguf");
  card.set("tags", MetaValue(tags));
  if (facts.base_models.size() == 1) suggest("base_model", MetaValue(facts.base_models.front()));
  if (facts.base_models.size() > 1) suggest("base_model", MetaValue(facts.base_models));
  if (!facts.languages.empty()) suggest("language", MetaValue(facts.languages));
  if (!facts.license.empty()) suggest("license", MetaValue(facts.license));
  if (facts.context_length) suggest("pipeline_tag", MetaValue("text-generation"));
}

HUGGINGFACE_HUB_NAMESPACE_END
