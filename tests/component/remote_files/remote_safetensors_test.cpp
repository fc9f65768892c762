// SPDX-License-Identifier: Apache-2.0
#include "support/download_fixture.hpp"
#include "support/safetensors_bytes.hpp"

#include "core/byte_budget.hpp"

#include "huggingface_hub/errors.hpp"
#include "huggingface_hub/remote_safetensors.hpp"
#include "huggingface_hub/safetensors/writer.hpp"
#include "huggingface_hub/server/fault_proxy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace hf = huggingface_hub;
namespace fs = std::filesystem;
using hf::testing::kMiB;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

namespace {

std::vector<float> numbers(std::size_t count, float first) {
  std::vector<float> values(count);
  std::iota(values.begin(), values.end(), first);
  return values;
}

class RemoteSafetensors : public hf::testing::DownloadTest {
 protected:
  /// `a` and `c` are neighbours of the large `b`.
  void add_single(const std::string& path = "model.safetensors") {
    hub.add_file("acme/tiny", path,
                 hf::safetensors::save({{"a", {a, {250, 4}}}, {"b", {b, {b.size()}}}, {"c", {c, {c.size()}}}},
                                       hf::safetensors::Metadata{{"format", "pt"}}),
                 {.lfs = true});
  }

  void add_sharded(const std::string& folder = "", const std::string& second = "model-00002-of-00002.safetensors") {
    hub.add_files("acme/tiny",
                  {{folder + "model-00001-of-00002.safetensors", hf::safetensors::save({{"a", {a, {a.size()}}}})},
                   {folder + "model-00002-of-00002.safetensors",
                    hf::safetensors::save({{"b", {b, {b.size()}}}, {"c", {c, {c.size()}}}})},
                   {folder + "model.safetensors.index.json",
                    R"({"metadata": {"total_size": 7}, "weight_map": {"a": "model-00001-of-00002.safetensors", "b": ")" +
                        second + R"(", "c": ")" + second + "\"}}"}});
  }

  std::uint64_t bytes_sent() {
    std::uint64_t sum = 0;
    for (const auto& request : hub.requests()) {
      if (request.method == "GET") sum += request.response_bytes;
    }
    return sum;
  }

  std::size_t gets() {
    const auto requests = hub.requests();
    return static_cast<std::size_t>(std::count_if(requests.begin(), requests.end(), [](const auto& request) {
      return request.method == "GET" && request.status != 302;
    }));
  }

  const std::vector<float> a{numbers(1000, 0)};
  const std::vector<float> b{numbers(5 * kMiB, 7)};
  const std::vector<float> c{numbers(3000, -5)};
};

}  // namespace

TEST_F(RemoteSafetensors, AreListedByOneSmallRequest) {
  add_single();

  const auto model = api.open_remote_safetensors("acme/tiny");

  EXPECT_THAT(model.names(), ElementsAre("a", "b", "c"));
  EXPECT_EQ(model.info("b").shape, (hf::safetensors::Shape{b.size()}));
  EXPECT_EQ(model.info("a").dtype, hf::safetensors::Dtype::f32);
  EXPECT_EQ(model.infos().at(2).name, "c");
  EXPECT_EQ(model.metadata()->at("format"), "pt");
  EXPECT_THAT(model.files(), ElementsAre("model.safetensors"));
  EXPECT_FALSE(model.is_sharded());
  EXPECT_TRUE(model.contains("a"));
  EXPECT_FALSE(model.contains("d"));
  EXPECT_EQ(gets(), 1U);
  EXPECT_EQ(bytes_sent(), 100'001U);
}

TEST_F(RemoteSafetensors, FetchOnlyTheTensorsAskedFor) {
  add_single();
  const auto model = api.open_remote_safetensors("acme/tiny");
  hub.clear_requests();

  const hf::RemoteTensor tensor = model.tensor("c");

  EXPECT_EQ(tensor.name(), "c");
  EXPECT_EQ(tensor.size(), 12'000U);
  const auto values = tensor.values<const float>();
  EXPECT_TRUE(std::equal(values.begin(), values.end(), c.begin(), c.end()));
  EXPECT_EQ(bytes_sent(), 12'000U);
  EXPECT_EQ(gets(), 1U);
}

TEST_F(RemoteSafetensors, FetchOnlyThePartAskedFor) {
  hub.add_file("acme/tiny", "model.safetensors", hf::safetensors::save({{"a", {a, {250, 4}}}, {"b", {b, {512, 10'240}}}}),
               {.lfs = true});
  const auto model = api.open_remote_safetensors("acme/tiny");
  using hf::safetensors::Axis;
  hub.clear_requests();

  const hf::RemoteTensor rows = model.slice("b", {Axis::range(500, 502)});
  EXPECT_THAT(rows.shape(), ElementsAre(2, 10'240));
  EXPECT_TRUE(std::equal(rows.values<const float>().begin(), rows.values<const float>().end(), b.begin() + 500 * 10'240));
  EXPECT_EQ(bytes_sent(), 2U * 10'240 * 4);
  EXPECT_EQ(gets(), 1U);

  hub.clear_requests();
  const hf::RemoteTensor column = model.slice("b", {Axis::range(0, 3), Axis::at(-1)});
  EXPECT_THAT(column.values<const float>(), ElementsAre(b[10'239], b[20'479], b[30'719]));
  EXPECT_EQ(bytes_sent(), 3U * 4);  // Gaps of 40 KiB are not worth their bytes.
  EXPECT_THAT(model.slice("a", {Axis::at(3)}).values<const float>(), ElementsAre(12, 13, 14, 15));

  hub.clear_requests();
  EXPECT_EQ(model.slice("b", {Axis::range(7, 7)}).size(), 0U);
  EXPECT_THROW((void)model.slice("b", {Axis::at(512)}), hf::HFValidationError);
  EXPECT_EQ(gets(), 0U);
}

TEST_F(RemoteSafetensors, FetchNeighboursByOneRequestAndLargeOnesInParts) {
  hub.add_file("acme/tiny", "model.safetensors",
               hf::safetensors::save({{"a", {a, {1000}}}, {"a2", {c, {3000}}}, {"b", {b, {b.size()}}}, {"c", {c, {3000}}}}),
               {.lfs = true});
  const auto model = api.open_remote_safetensors("acme/tiny");
  hub.clear_requests();

  auto tensors = model.tensors({"a2", "a"});
  EXPECT_EQ(gets(), 1U);
  EXPECT_EQ(bytes_sent(), 16'000U);
  EXPECT_EQ(tensors[0].values<float>()[5], c[5]);
  EXPECT_EQ(tensors[1].values<float>()[5], a[5]);

  hub.clear_requests();
  tensors = model.tensors({"c", "b"});
  EXPECT_EQ(bytes_sent(), 20 * kMiB + 12'000);
  EXPECT_THAT(gets(), testing::AllOf(testing::Ge(4U), testing::Le(6U)));
  EXPECT_TRUE(std::equal(b.begin(), b.end(), tensors[1].values<const float>().begin()));
  EXPECT_EQ(tensors[0].values<float>()[7], c[7]);
}

TEST_F(RemoteSafetensors, GoIntoMemoryThatIsThereAlready) {
  add_single();
  const auto model = api.open_remote_safetensors("acme/tiny");
  std::vector<float> first(a.size());
  std::vector<float> third(c.size());

  model.read({{.data = first.data(), .name = "a", .size = first.size() * 4},
              {.data = third.data(), .name = "c", .size = third.size() * 4}});

  EXPECT_EQ(first, a);
  EXPECT_EQ(third, c);
  EXPECT_EQ(model.copy<float>("a"), a);
  EXPECT_THROW(model.read("a", first.data(), 3), hf::HFValidationError);
}

TEST_F(RemoteSafetensors, SayWhatIsNotThere) {
  add_single();
  const auto model = api.open_remote_safetensors("acme/tiny");

  EXPECT_THROW((void)model.tensor("d"), hf::SafetensorsParsingError);
  EXPECT_THROW((void)model.info("d"), hf::SafetensorsParsingError);
  EXPECT_THROW((void)model.copy<double>("a"), hf::SafetensorsParsingError);
  EXPECT_THROW((void)model.metadata("other.safetensors"), hf::HFValidationError);
  hub.add_file("acme/none", "config.json", "{}");
  EXPECT_THROW(api.open_remote_safetensors("acme/none"), hf::NotASafetensorsRepoError);
  EXPECT_THROW(api.open_remote_safetensors("acme/nowhere"), hf::RepositoryNotFoundError);
  EXPECT_THROW(api.open_remote_safetensors("acme/none", "x.safetensors"), hf::RemoteEntryNotFoundError);
}

TEST_F(RemoteSafetensors, NeedASecondRequestForALongHeader) {
  const std::string note(300'000, 'n');
  hub.add_file("acme/tiny", "model.safetensors",
               hf::safetensors::save({{"a", {a, {1000}}}}, hf::safetensors::Metadata{{"note", note}}), {.lfs = true});

  const auto model = api.open_remote_safetensors("acme/tiny");

  EXPECT_EQ(model.metadata()->at("note"), note);
  EXPECT_EQ(gets(), 2U);
  EXPECT_LT(bytes_sent(), 301'000U);
  EXPECT_EQ(model.copy<float>("a"), a);
}

TEST_F(RemoteSafetensors, OfAShardedCheckpointTouchOnlyTheShardsNeeded) {
  add_sharded();
  const auto model = api.open_remote_safetensors("acme/tiny");

  EXPECT_TRUE(model.is_sharded());
  EXPECT_THAT(model.names(), ElementsAre("a", "b", "c"));
  EXPECT_THAT(model.index_metadata().text(), HasSubstr("total_size"));
  EXPECT_THAT(model.files(), SizeIs(2));
  EXPECT_EQ(count_asked("00001-of"), 0U);

  EXPECT_EQ(model.copy<float>("a"), a);
  EXPECT_EQ(count_asked("00002-of"), 0U);

  const auto tensors = model.tensors({"a", "c"});
  EXPECT_EQ(tensors[1].values<const float>()[9], c[9]);
  EXPECT_THAT(model.infos(), SizeIs(3));
}

TEST_F(RemoteSafetensors, OfASubfolderHaveTheirShardsThere) {
  add_sharded("unet/");

  EXPECT_EQ(api.open_remote_safetensors("acme/tiny", "unet/model.safetensors.index.json").copy<float>("a"), a);
  const auto model = api.open_remote_safetensors("acme/tiny", "", {.subfolder = "unet"});
  EXPECT_EQ(model.copy<float>("c"), c);
  EXPECT_EQ(model.metadata("unet/model-00001-of-00002.safetensors"), std::nullopt);
}

TEST_F(RemoteSafetensors, KeepToTheCommitTheyWereOpenedAt) {
  add_sharded();
  const auto model = api.open_remote_safetensors("acme/tiny");
  hub.add_file("acme/tiny", "model-00001-of-00002.safetensors", hf::safetensors::save({{"a", {c, {c.size()}}}}));

  EXPECT_EQ(model.copy<float>("a"), a);
}

struct EvilShard : RemoteSafetensors, testing::WithParamInterface<const char*> {};
TEST_P(EvilShard, IsNotFollowed) {
  add_sharded("", GetParam());
  EXPECT_THROW(api.open_remote_safetensors("acme/tiny"), hf::SafetensorsParsingError);
  EXPECT_EQ(count_asked("evil"), 0U);
}
INSTANTIATE_TEST_SUITE_P(RemoteSafetensors, EvilShard,
                         testing::Values("../evil.safetensors", "/evil.safetensors", "C:evil.safetensors", "a/../evil.safetensors",
                                         "..\\\\evil.safetensors", "\\\\evil.safetensors", "evil.bin", "evil.SAFETENSORS"));

struct BadFile : RemoteSafetensors, testing::WithParamInterface<std::string> {};
TEST_P(BadFile, IsRefusedWithTheRuleThatItBreaks) {
  hub.add_file("acme/tiny", "model.safetensors", GetParam(), {.lfs = true});
  EXPECT_THROW(api.open_remote_safetensors("acme/tiny"), hf::SafetensorsParsingError);
}
INSTANTIATE_TEST_SUITE_P(
    RemoteSafetensors, BadFile,
    testing::Values("", "1234567", hf::testing::safetensors_with_length(100'000'001, "{}"),
                    hf::testing::safetensors_with_length(500'000, "{}"),
                    hf::testing::safetensors(R"({"t":{"dtype":"I32","shape":[2,2],"data_offsets":[0,16]}})", 15),
                    hf::testing::safetensors(R"({"t":{"dtype":"I32","shape":[2,2],"data_offsets":[0,16]}})", 17),
                    hf::testing::safetensors(R"({"t":{"dtype":"I32","shape":[2,2],"data_offsets":[4,20]}})", 20),
                    hf::testing::safetensors("not json", 0)),
    [](const auto& parameter) { return "Number" + std::to_string(parameter.index); });

TEST_F(RemoteSafetensors, AreReadFromTheCacheWhereTheyAreThere) {
  add_sharded();
  api.snapshot_download("acme/tiny");
  hub.stop();

  EXPECT_EQ(api.open_remote_safetensors("acme/tiny", "", {.local_files_only = true}).copy<float>("c"), c);
}

TEST_F(RemoteSafetensors, SurviveANetworkThatBreaks) {
  add_single();
  auto network = hf::server::FaultProxy::in_front_of(hub);
  const auto model = hf::testing::make_api(home.path(), network.url()).open_remote_safetensors("acme/tiny");
  const auto fault = network.on_each_body("_storage").times(5).reset_after(2 * kMiB);

  EXPECT_EQ(model.copy<float>("b"), b);

  EXPECT_EQ(fault.fired(), 5);
  EXPECT_LT(network.body_bytes("_storage"), 21 * kMiB);
}

TEST_F(RemoteSafetensors, EndAllRequestsWhereOneFails) {
  add_single();
  const auto model = api.open_remote_safetensors("acme/tiny");
  hub.script({.method = "GET", .path_contains = "_storage", .status = 416, .times = 1});

  EXPECT_THROW((void)model.tensor("b"), hf::HfHubHTTPError);
  EXPECT_EQ(model.copy<float>("b"), b);  // And the next call begins anew.
  EXPECT_EQ(hf::ByteBudget::process().used(), 0U);
}

TEST_F(RemoteSafetensors, WithoutTensorsAreFine) {
  hub.add_file("acme/tiny", "model.safetensors", hf::testing::safetensors("{}", 0));
  const auto model = api.open_remote_safetensors("acme/tiny");
  EXPECT_THAT(model.names(), IsEmpty());
  EXPECT_THAT(model.tensors({}), IsEmpty());
}
