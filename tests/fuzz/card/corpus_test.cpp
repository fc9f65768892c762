// SPDX-License-Identifier: Apache-2.0
#include "support/card_corpus.hpp"

#include <gtest/gtest.h>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace huggingface_hub {
namespace {

TEST(FuzzCard, SurvivesItsCorpusAndItsNeighbours) {
  for (const std::string& card : testing::recorded_cards()) testing::with_neighbours(card, LLVMFuzzerTestOneInput, 2);
}

TEST(FuzzCard, SurvivesTemplates) {
  for (const char* source :
       {"{{ x | default('D', true) }}{# c #}", "{% for a in l %}{{ loop.index }}{{ a }}{% else %}-{% endfor %}",
        "{% if x == 'X' and not (1 in l) %}a{% elif x is defined %}b{% endif %}",
        "{%- set y = [1, 'a\\x41'] -%}{{ y[0] ~ y.1 }}", "{% raw %}{{ x }}{% endraw %}{{ -1 // 2 % 3 | int }}",
        "{{ {'a': 1} }}{{ x | tojson | indent(2, first=true) }}"}) {
    testing::with_neighbours(source, LLVMFuzzerTestOneInput);
  }
}

}  // namespace
}  // namespace huggingface_hub
