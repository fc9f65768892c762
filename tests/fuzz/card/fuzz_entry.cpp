// SPDX-License-Identifier: Apache-2.0
#include "cards/template.hpp"

#include "huggingface_hub/cards/repo_card.hpp"
#include "huggingface_hub/log.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace hub = huggingface_hub;

namespace {

/// What a card writes it reads, and writes again as the same bytes; at the second time, since the first one may still
/// move keys (of `train_eval_index` and `train-eval-index` together) and settle which line break is used.
template <typename Card>
void check_card(const std::string& content) {
  hub::CardOptions options;
  options.ignore_metadata_errors = true;
  try {
    const std::string first = Card(content, options).content();
    const std::string written = Card(first, options).content();
    // A lone `\r` does not close a block, on the Hub neither: such a card grows a block each time.
    if (written.compare(0, 4, "---\r") == 0 && written[4] != '\n') return;
    const std::string again = Card(written, options).content();
    if (again != written) {
      std::fprintf(stderr, "first:\n%s\nsecond:\n%s\n", written.c_str(), again.c_str());
      std::abort();
    }
  } catch (const hub::CardError&) {
  }
}

}  // namespace

/// The bytes as a card of each kind, and as a template.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  hub::set_log_level(hub::LogLevel::off);
  const std::string content(reinterpret_cast<const char*>(data), size);
  check_card<hub::ModelCard>(content);
  check_card<hub::DatasetCard>(content);
  check_card<hub::SpaceCard>(content);
  const hub::MetaMap vars{{"card_data", "license: mit"}, {"x", "X"}, {"l", hub::MetaValue::of({1, "a"})}};
  (void)hub::render_template(content, vars);
  return 0;
}
