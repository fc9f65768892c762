// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/cards/meta_json.hpp"
#include "huggingface_hub/detail/mixin_support.hpp"
#include "huggingface_hub/detail/python_json.hpp"

#include "huggingface_hub/errors.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace detail {

namespace {

// The shape of Python's generic card (spec/mixin.md 1.9): metadata, one sentence, three links.
constexpr const char* kGenericTemplate = R"(---
# Metadata of model cards: https://github.com/huggingface/hub-docs/blob/main/modelcard.md?plain=1
# Guide: https://huggingface.co/docs/hub/model-cards
{{ card_data }}
---

This model was pushed to the Hub by a program in C++, through its [ModelHubMixin](https://huggingface.co/docs/huggingface_hub/package_reference/mixins):
- Code: {{ repo_url | default("[More Information Needed]", true) }}
- Paper: {{ paper_url | default("[More Information Needed]", true) }}
- Docs: {{ docs_url | default("[More Information Needed]", true) }}
)";

constexpr std::array<std::string_view, 5> kTakenNames = {"card_data", "docs_url", "paper_url", "repo_url",
                                                         "template_str"};

MetaValue optional_text(const std::optional<std::string>& text) { return text ? MetaValue(*text) : MetaValue(); }

ModelCardData card_data(const MixinInfo& info) {
  ModelCardFields fields;
  fields.language = info.language;
  fields.library_name = info.library_name;
  fields.license = info.license;
  fields.license_link = info.license_link;
  fields.license_name = info.license_name;
  fields.pipeline_tag = info.pipeline_tag;
  fields.tags = info.tags;
  return ModelCardData(fields);
}

void sort_unique(std::vector<std::string>& tags) {
  std::sort(tags.begin(), tags.end());
  tags.erase(std::unique(tags.begin(), tags.end()), tags.end());
}

}  // namespace

MixinInfo merge_info(MixinInfo info, const std::vector<std::string>& mixin_tags) {
  info.tags.insert(info.tags.end(), mixin_tags.begin(), mixin_tags.end());
  sort_unique(info.tags);
  return info;
}

MixinInfo inherit_info(const MixinInfo& parent, MixinInfo child) {
  const auto inherit = [](auto& mine, const auto& theirs) {
    if (!mine) mine = theirs;
  };
  inherit(child.docs_url, parent.docs_url);
  inherit(child.language, parent.language);
  inherit(child.library_name, parent.library_name);
  inherit(child.library_version, parent.library_version);
  inherit(child.license, parent.license);
  inherit(child.license_link, parent.license_link);
  inherit(child.license_name, parent.license_name);
  inherit(child.model_card_template, parent.model_card_template);
  inherit(child.paper_url, parent.paper_url);
  inherit(child.pipeline_tag, parent.pipeline_tag);
  inherit(child.repo_url, parent.repo_url);
  return merge_info(std::move(child), parent.tags);
}

ModelCard make_model_card(const MixinInfo& info, const JsonText& kwargs) {
  const nlohmann::json variables = parse_python_json(kwargs.text());
  CardTemplateOptions options;
  options.template_str = info.model_card_template.value_or(kGenericTemplate);
  options.vars.set("docs_url", optional_text(info.docs_url));
  options.vars.set("paper_url", optional_text(info.paper_url));
  options.vars.set("repo_url", optional_text(info.repo_url));
  for (const auto& item : variables.items()) {
    if (std::find(kTakenNames.begin(), kTakenNames.end(), item.key()) != kTakenNames.end()) {
      throw_error(ErrorCode::validation, "'" + item.key() +
                                             "' is set by the model class and cannot be a variable of its card: "
                                             "give it in `hub_info()`, or choose another name.");
    }
    options.vars.set(item.key(), meta_value_from_json(item.value()));
  }
  return ModelCard::from_template(card_data(info), options);
}

}  // namespace detail
HUGGINGFACE_HUB_NAMESPACE_END
