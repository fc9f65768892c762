// SPDX-License-Identifier: Apache-2.0
// The expected texts are what Jinja 3.1 gives.
#include "cards/template.hpp"

#include "huggingface_hub/cards/repo_card.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace huggingface_hub {
namespace {

using ::testing::HasSubstr;

const MetaMap& vars() {
  static const MetaMap map{{"x", "X"},
                           {"none", nullptr},
                           {"empty", ""},
                           {"zero", 0},
                           {"yes", true},
                           {"number", 1e16},
                           {"tenth", 0.1},
                           {"list", MetaValue::of({"en", "fr"})},
                           {"map", MetaMap{{"a", MetaValue::of({1})}, {"b", "it's"}}},
                           {"quote", "it's"},
                           {"lines", "a\nb"}};
  return map;
}

struct Filled {
  std::string source;
  std::string result;
};
void PrintTo(const Filled& a_case, std::ostream* out) { *out << ::testing::PrintToString(a_case.source); }

struct CardTemplate : ::testing::TestWithParam<Filled> {};
TEST_P(CardTemplate, IsFilledAsJinjaDoes) {
  const Result<std::string> filled = render_template(GetParam().source, vars());
  ASSERT_TRUE(filled.ok()) << filled.error().message;
  EXPECT_EQ(*filled, GetParam().result);
}

INSTANTIATE_TEST_SUITE_P(Values, CardTemplate,
                         ::testing::Values(Filled{"a {{ x }} b", "a X b"}, Filled{"{{x}}{{nothing}}|", "X|"},
                                         Filled{"{{ None }}", "None"},
                                         Filled{"{{ yes }} {{ number }} {{ tenth }}", "True 1e+16 0.1"},
                                         Filled{"{{ list }}", "['en', 'fr']"},
                                         Filled{"{{ map }}", "{'a': [1], 'b': \"it's\"}"},
                                         Filled{"{{ [quote, lines] }}", "[\"it's\", 'a\\nb']"},
                                         Filled{"{{ map.a[0] }} {{ list[-1] }} {{ map['b'] }}", "1 fr it's"}));
INSTANTIATE_TEST_SUITE_P(
    Defaults, CardTemplate,
    ::testing::Values(Filled{"{{ nothing | default('D') }}", "D"}, Filled{"{{ none | default('D') }}", "None"},
                    Filled{"{{ none | default('D', true)}}", "D"}, Filled{"{{ empty|d('D', boolean=true) }}", "D"},
                    Filled{"{{ zero | default(\"D\") }}", "0"}, Filled{"{{ nothing | default }}|", "|"}));
INSTANTIATE_TEST_SUITE_P(Filters, CardTemplate,
                         ::testing::Values(Filled{"{{ list | join(', ') | upper }}", "EN, FR"},
                                         Filled{"{{ 'a-b c' | title }}", "A-B C"},
                                         Filled{"{{ ' x ' | trim }}|{{ list | length }}", "x|2"},
                                         Filled{"{{ 'aXbX' | replace('X', '') }}", "ab"},
                                         Filled{"{{ map | tojson }}", "{\"a\": [1], \"b\": \"it\\u0027s\"}"},
                                         Filled{"{{ lines | indent(2) }}", "a\n  b"},
                                         Filled{"{{ 'é' | length }}", "1"}));
INSTANTIATE_TEST_SUITE_P(
    Operators, CardTemplate,
    ::testing::Values(Filled{"{{ 1 + 2 * 3 }} {{ 7 // 2 }} {{ -7 % 3 }} {{ 7 / 2 }}", "7 3 2 3.5"},
                    Filled{"{{ x ~ 1 ~ None }}", "X1None"}, Filled{"{{ 'a' if yes else 'b' }}{{ 'c' if zero }}", "a"},
                    Filled{"{{ 'en' in list and x == 'X' and not empty }}", "True"},
                    Filled{"{{ nothing is defined }} {{ None is none }} {{ x is not string }}", "False True False"}));
INSTANTIATE_TEST_SUITE_P(
    Blocks, CardTemplate,
    ::testing::Values(Filled{"{% if list %}A{% elif x %}B{% else %}C{% endif %}", "A"},
                    Filled{"{% if nothing %}A{% elif x == 'X' %}B{% endif %}", "B"},
                    Filled{"{% for l in list %}{{ loop.index }}{{ l }}{% if not loop.last %},{% endif %}{% endfor %}",
                           "1en,2fr"},
                    Filled{"{% for l in [] %}x{% else %}none{% endfor %}", "none"},
                    Filled{"{% for k, v in map | items %}{{ k }}={{ v }};{% endfor %}", "a=[1];b=it's;"},
                    Filled{"{% set y = x ~ '!' %}{{ y }}", "X!"}, Filled{"{% raw %}{{ x }}{% endraw %}", "{{ x }}"},
                    Filled{"a  {#- note -#}  b", "ab"}, Filled{"a \n {%- if x -%} \n b \n {%- endif -%} \n c", "abc"},
                    Filled{"{{ '}}' }}", "}}"}, Filled{"{ {x} }", "{ {x} }"}));
INSTANTIATE_TEST_SUITE_P(LineBreaks, CardTemplate,
                         ::testing::Values(Filled{"a\r\nb\rc\n", "a\nb\nc"}, Filled{"a\n\n", "a\n"}, Filled{"", ""}));

std::string failure_of(const std::string& source) {
  const Result<std::string> filled = render_template(source, vars());
  return filled.ok() ? "was filled" : filled.error().message;
}

TEST(CardTemplate, NamesTheLineOfAMistake) {
  EXPECT_THAT(failure_of("a\n{{ x | nofilter }}"), ::testing::AllOf(HasSubstr("line 2"), HasSubstr("nofilter")));
  EXPECT_THAT(failure_of("{{ x"), HasSubstr("'}}' is missing"));
  EXPECT_THAT(failure_of("{% if x %}"), HasSubstr("endif"));
  EXPECT_THAT(failure_of("{% endfor %}"), HasSubstr("unexpected"));
  EXPECT_THAT(failure_of("{% include 'x' %}"), HasSubstr("not known"));
  EXPECT_THAT(failure_of("{{ x( ) }}"), HasSubstr("functions"));
  EXPECT_THAT(failure_of("{{ nothing.a }}"), HasSubstr("undefined"));
  EXPECT_THAT(failure_of("{{ 1 / 0 }}"), HasSubstr("zero"));
}

TEST(CardTemplate, IsBounded) {
  EXPECT_THAT(failure_of("{{ " + std::string(500, '(') + "1" + std::string(500, ')') + " }}"), HasSubstr("too deeply"));
  std::string loops;
  std::string ends;
  for (int i = 0; i < 6; ++i) {
    loops += "{% for c in '0123456789' %}";
    ends += "{% endfor %}";
  }
  EXPECT_THAT(failure_of(loops + ends), HasSubstr("too many turns"));
}

TEST(DefaultTemplate, FillsTheModelCard) {
  const ModelCardData data({.language = std::vector<std::string>{"en", "fr"}, .license = "mit"});
  const ModelCard card = ModelCard::from_template(data, {.vars = {{"developers", "Me"}, {"model_id", "tiny"}}});
  EXPECT_THAT(card.content(),
              ::testing::StartsWith("---\nlanguage:\n- en\n- fr\nlicense: mit\n---\n\n# Model Card for tiny\n"));
  EXPECT_THAT(card.text(),
              HasSubstr("- **Developed by:** Me\n- **Funded by [optional]:** [More Information Needed]\n"));
  EXPECT_THAT(card.text(), HasSubstr("- **Language(s) (NLP):** ['en', 'fr']\n- **License:** mit\n"));
  EXPECT_THAT(card.text(), ::testing::EndsWith("## Model Card Contact\n\n[More Information Needed]"));
}

TEST(DefaultTemplate, FillsTheDatasetCard) {
  DatasetCardData data;
  data.set("pretty_name", "My data");
  const DatasetCard card = DatasetCard::from_template(data, {.vars = {{"repo", "https://x"}}});
  EXPECT_THAT(card.text(), ::testing::StartsWith("\n# Dataset Card for My data\n"));
  EXPECT_THAT(card.text(), HasSubstr("- **Repository:** https://x\n"));
}

TEST(FromTemplate, TakesATemplateOfOnesOwn) {
  const ModelCardData data({.license = "mit"});
  const ModelCard card =
      ModelCard::from_template(data, {.template_str = "---\n{{ card_data }}\n---\n\n{{ some_data }}\n",
                                      .vars = {{"some_data", "value"}, {"license", "hidden"}}});
  EXPECT_EQ(card.content(), "---\nlicense: mit\n---\n\nvalue");
  EXPECT_THROW(ModelCard::from_template(data, {.vars = {{"card_data", "x"}}}), CardError);
}

}  // namespace
}  // namespace huggingface_hub
