// SPDX-License-Identifier: Apache-2.0
// metadata_update, which needs the Hub, is in surface/metadata_update.cpp.
#include "huggingface_hub/cards/metadata.hpp"

#include "cards/card_file.hpp"
#include "cards/front_matter.hpp"
#include "core/files.hpp"
#include "formats/yaml_reader.hpp"
#include "formats/yaml_writer.hpp"

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

/// As Python reads a text file: each kind of line break becomes `\n`.
std::string with_line_feeds(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      out += text[i];
    } else {
      out += '\n';
      if (i + 1 < text.size() && text[i + 1] == '\n') ++i;
    }
  }
  return out;
}

/// The first of the kinds that Python's text files report for `text`: a lone `\r`, then `\n`, then `\r\n`.
std::string line_break_of(std::string_view text) {
  bool feeds = false;
  bool pairs = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') feeds = true;
    if (text[i] != '\r') continue;
    if (i + 1 == text.size() || text[i + 1] != '\n') return "\r";
    pairs = true;
    ++i;
  }
  return pairs && !feeds ? "\r\n" : "\n";
}

}  // namespace

std::optional<MetaMap> metadata_load(const std::filesystem::path& path) {
  const std::string text = with_line_feeds(read_card_file(path));
  const std::optional<FrontMatter> block = find_front_matter(text);
  if (!block) return std::nullopt;
  MetaValue value = read_yaml(block->yaml).value();
  if (value.is_null()) return std::nullopt;
  MetaMap* map = value.as_map();
  if (map == nullptr) throw_error(ErrorCode::card, "repo card metadata block should be a dict");
  return std::move(*map);
}

void metadata_save(const std::filesystem::path& path, const MetaMap& data) {
  const std::string content = std::filesystem::exists(path) ? read_card_file(path) : std::string();
  const std::string line_break = line_break_of(content);
  const std::string fence = "---" + line_break;
  const std::optional<FrontMatter> block = find_front_matter(content);
  const std::string_view rest = block ? block->text : std::string_view(content);
  files::write_atomic(path, fence + write_yaml(data, line_break).value() + fence + std::string(rest)).value();
}

MetaMap metadata_eval_result(const MetadataEvalResultOptions& options) {
  EvalResult result;
  result.task_name = options.task_pretty_name;
  result.task_type = options.task_id;
  result.metric_name = options.metrics_pretty_name;
  result.metric_type = options.metrics_id;
  result.metric_value = options.metrics_value;
  result.dataset_name = options.dataset_pretty_name;
  result.dataset_type = options.dataset_id;
  result.metric_config = options.metrics_config;
  result.verified = options.metrics_verified;
  result.verify_token = options.metrics_verification_token;
  result.dataset_config = options.dataset_config;
  result.dataset_split = options.dataset_split;
  result.dataset_revision = options.dataset_revision;
  return {{"model-index", eval_results_to_model_index(options.model_pretty_name, {result})}};
}

HUGGINGFACE_HUB_NAMESPACE_END
