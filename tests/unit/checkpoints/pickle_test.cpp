// SPDX-License-Identifier: Apache-2.0
#include "checkpoints/pickle.hpp"

#include "support/pickle_bytes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace huggingface_hub::checkpoints {
namespace {

using namespace testing::pickles;
using ::testing::HasSubstr;

std::string pickle_refusal(const std::string& bytes, const PickleLimits& limits = {}) {
  try {
    (void)read_pickle(bytes, limits);
  } catch (const PickleFailure& failure) {
    return failure.why;
  }
  return "accepted";
}

TEST(Pickles, HoldPlainValues) {
  const auto value = [](const std::string& bytes) { return read_pickle("\x80\x02" + bytes + "."); };
  EXPECT_NE(value("N").root->as<PickleNone>(), nullptr);
  EXPECT_EQ(*value("\x88").root->as<bool>(), true);
  EXPECT_EQ(*value("\x89").root->as<bool>(), false);
  EXPECT_EQ(*value("K\xFF").root->as<std::int64_t>(), 255);
  EXPECT_EQ(*value(std::string("M\x00\x01", 3)).root->as<std::int64_t>(), 256);
  EXPECT_EQ(*value("J\xFF\xFF\xFF\xFF").root->as<std::int64_t>(), -1);
  EXPECT_EQ(*value(std::string("\x8A\x00", 2)).root->as<std::int64_t>(), 0);
  EXPECT_EQ(*value("\x8A\x01\xFE").root->as<std::int64_t>(), -2);
  EXPECT_EQ(*value(std::string("\x8A\x05\x00\x00\x00\x00\x01", 7)).root->as<std::int64_t>(), 1LL << 32);
  EXPECT_EQ(*value(std::string("G\x3F\xF8\x00\x00\x00\x00\x00\x00", 9)).root->as<double>(), 1.5);
  EXPECT_EQ(*value(text("\xC3\xA9")).root->as<std::string>(), "\xC3\xA9");
  EXPECT_EQ(value("K\x01K\x02\x86").root->as<PickleTuple>()->items.size(), 2U);
  EXPECT_EQ(value("](K\x01K\x02" "e").root->as<PickleList>()->items.size(), 2U);
  EXPECT_EQ(value("]K\x01" "a").root->as<PickleList>()->items.size(), 1U);
  EXPECT_EQ(value("}" + text("k") + "K\x01s").root->as<PickleDict>()->items.size(), 1U);
}

TEST(Pickles, RememberValues) {
  const Pickle pickle = read_pickle("\x80\x02" + text("v") + "q\x01" "h\x01" "r\xE8\x03" + std::string(2, '\0') + "j\xE8\x03" +
                                    std::string(2, '\0') + "\x87.");
  const auto& items = pickle.root->as<PickleTuple>()->items;
  EXPECT_EQ(items[0], items[1]);
  EXPECT_EQ(items[1], items[2]);
}

TEST(Pickles, HoldTensors) {
  const Pickle pickle = read_pickle("\x80\x02" + tensor(storage("FloatStorage", "0", 6), 1, {2, 2}, {2, 1}) + ".");
  const auto* const made = pickle.root->as<PickleTensor>();
  ASSERT_NE(made, nullptr);
  EXPECT_EQ(made->offset, 1U);
  EXPECT_EQ(made->storage->as<PickleStorage>()->type_name, "FloatStorage");
  EXPECT_EQ(made->storage->as<PickleStorage>()->count, 6U);
}

struct BadName : ::testing::TestWithParam<std::pair<const char*, const char*>> {};
TEST_P(BadName, IsRefusedByName) {
  const auto& [module, name] = GetParam();
  EXPECT_THAT(pickle_refusal("\x80\x02" + global(module, name) + "."), HasSubstr(std::string(module) + "." + name));
}
INSTANTIATE_TEST_SUITE_P(Pickles, BadName,
                         ::testing::Values(std::pair("os", "system"), std::pair("builtins", "eval"),
                                           std::pair("posix", "system"), std::pair("torch", "load"),
                                           std::pair("torch._utils", "_rebuild_wrapper_subclass"),
                                           std::pair("collections", "defaultdict"), std::pair("", ""),
                                           std::pair("torch.nn.modules.linear", "Linear")));

TEST(Pickles, RefuseOtherInstructionsByName) {
  EXPECT_THAT(pickle_refusal("\x80\x02\x81."), HasSubstr("NEWOBJ"));
  EXPECT_THAT(pickle_refusal("\x80\x04\x95"), HasSubstr("FRAME"));
  EXPECT_THAT(pickle_refusal("(ios\nsystem\n."), HasSubstr("INST"));
  EXPECT_THAT(pickle_refusal("\xFF"), HasSubstr("0xff"));
}

TEST(Pickles, CallNothingButTheRebuildersOfTensors) {
  EXPECT_THAT(pickle_refusal(global("torch", "FloatStorage") + ")R."), HasSubstr("not a function"));
  EXPECT_THAT(pickle_refusal(text("x") + ")R."), HasSubstr("not a function"));
  EXPECT_THAT(pickle_refusal(text("x") + "}b."), HasSubstr("attributes of a text"));
  EXPECT_THAT(pickle_refusal(tuple({text("module"), text("x"), text("x"), text("x"), text("x")}) + "Q."),
              HasSubstr("not a storage"));
}

struct NonsensePickle : ::testing::TestWithParam<std::string> {};
TEST_P(NonsensePickle, IsRefused) { EXPECT_NE(pickle_refusal(GetParam()), "accepted"); }
INSTANTIATE_TEST_SUITE_P(Pickles, NonsensePickle,
                         ::testing::Values("", ".", "N", "NN.", "(.", "(N.", "t.", "u.", "}K\x01u.", "}(K\x01u.", "h\x01.",
                                           "q\x01.", "X\xFF\xFF\xFF\xFF", "\x80\x07N.", "(N\x85.", "N(a.", "NNa.",
                                           "NNNs.", std::string("X\x01\x00\x00\x00\xFF.", 7), "\x8A\x09NNNNNNNNN.", "cos"));

TEST(Pickles, RefuseEachTruncation) {
  const std::string whole =
      dictionary({{"w", tensor(storage("HalfStorage", "0", 300), 0, {300}, {1})}, {"n", number(70000)}});
  ASSERT_EQ(pickle_refusal(whole), "accepted");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_NE(pickle_refusal(whole.substr(0, size)), "accepted") << size;
  }
}

TEST(Pickles, AreBounded) {
  EXPECT_THAT(pickle_refusal(std::string(20'000, '(')), HasSubstr("10000 deep"));
  EXPECT_THAT(pickle_refusal(std::string(50, 'N'), {.values = 10}), HasSubstr("more than 10 values"));
  EXPECT_THAT(pickle_refusal("Nq\x01q\x02q\x03.", {.memo = 2}), HasSubstr("remembers more than 2"));
  EXPECT_THAT(pickle_refusal("N.", {.bytes = 1}), HasSubstr("2 bytes"));
  EXPECT_THAT(pickle_refusal(tensor(storage("FloatStorage", "0", 1), 0, std::vector<std::uint64_t>(65, 1), {})),
              HasSubstr("more than 64 dimensions"));
}

TEST(Pickles, MayBeNestedAsDeepAsTheyLike) {
  std::string deep;
  for (int i = 0; i < 200'000; ++i) deep += '\x85';
  EXPECT_EQ(pickle_refusal("N" + deep + "."), "accepted");  // And taken apart without a call per level.
}

}  // namespace
}  // namespace huggingface_hub::checkpoints
