// SPDX-License-Identifier: Apache-2.0
#include "support/download_fixture.hpp"

#include "core/byte_budget.hpp"
#include "transfer/read_ahead.hpp"

#include "huggingface_hub/errors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <sstream>
#include <thread>

namespace hf = huggingface_hub;
namespace fs = std::filesystem;
using hf::testing::kMiB;
using hf::testing::pattern;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

namespace {

constexpr std::size_t kKiB = 1024;

std::string rest_of(std::istream& stream) {
  std::ostringstream all;
  all << stream.rdbuf();
  return all.str();
}

class RemoteFile : public hf::testing::DownloadTest {
 protected:
  RemoteFile() { commit = hub.add_file("acme/tiny", "model.bin", content, {.lfs = true}); }
  ~RemoteFile() override {
    EXPECT_EQ(hf::transfer::ReadAhead::held(), 0U);
  }

  /// The `Range` of each GET that was sent, in order of arrival.
  std::vector<std::string> ranges() {
    std::vector<std::string> all;
    for (const auto& request : hub.requests()) {
      if (request.method == "GET" && request.status == 206) all.push_back(request.header("range"));
    }
    return all;
  }

  std::uint64_t bytes_sent() {
    std::uint64_t sum = 0;
    for (const auto& request : hub.requests()) {
      if (request.method == "GET") sum += request.response_bytes;
    }
    return sum;
  }

  const std::string content{pattern(20 * kMiB)};
  std::string commit{};
};

}  // namespace

TEST_F(RemoteFile, IsOpenedByOneHeadThatTellsEverything) {
  const auto file = api.open("acme/tiny", "model.bin");

  EXPECT_EQ(file.size(), content.size());
  EXPECT_EQ(file.commit_hash(), commit);
  EXPECT_THAT(file.etag(), SizeIs(64));
  EXPECT_EQ(file.filename(), "model.bin");
  EXPECT_FALSE(file.is_cached());
  // The storage, which has the origin of the Hub here, is asked as well, as by hf_hub_download.
  EXPECT_EQ(count_asked("/resolve/"), 1U);
}

TEST_F(RemoteFile, AsksForWhatIsReadAndHardlyMore) {
  const auto file = api.open("acme/tiny", "model.bin");

  EXPECT_EQ(file.read(9 * kMiB, 100), content.substr(9 * kMiB, 100));
  EXPECT_EQ(file.read(3 * kMiB, 3 * kMiB), content.substr(3 * kMiB, 3 * kMiB));

  EXPECT_THAT(ranges(), ElementsAre("bytes=9437184-9453567", "bytes=3145728-6291455"));
  EXPECT_EQ(bytes_sent(), 3 * kMiB + 16 * kKiB);
}

TEST_F(RemoteFile, AsksOnceForNeighbours) {
  const auto file = api.open("acme/tiny", "model.bin");
  for (const std::size_t at : {1000U, 1008U, 1100U, 1000U}) EXPECT_EQ(file.read(at, 8), content.substr(at, 8));
  EXPECT_THAT(ranges(), SizeIs(1));
}

TEST_F(RemoteFile, FillsWhateverLiesInOnePiece) {
  const auto file = api.open("acme/tiny", "model.bin");
  std::array<std::byte, 300> block{};
  std::vector<std::uint32_t> numbers(25);

  EXPECT_EQ(file.read_at(7, block), 300U);
  EXPECT_EQ(file.read_at(7, numbers), 100U);

  EXPECT_EQ(std::string(reinterpret_cast<const char*>(block.data()), 300), content.substr(7, 300));
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(numbers.data()), 100), content.substr(7, 100));
}

TEST_F(RemoteFile, EndsWhereItEnds) {
  const auto file = api.open("acme/tiny", "model.bin");
  std::vector<char> buffer(100);

  EXPECT_EQ(file.read_at(content.size() - 30, buffer), 30U);
  EXPECT_EQ(std::string(buffer.data(), 30), content.substr(content.size() - 30));
  EXPECT_EQ(file.read_at(content.size(), buffer), 0U);
  EXPECT_EQ(file.read_at(~std::uint64_t{0}, buffer), 0U);
  EXPECT_EQ(file.read_at(5, nullptr, 0), 0U);
  EXPECT_THAT(ranges(), SizeIs(1));
}

TEST_F(RemoteFile, ThatIsEmptyCostsNothingToRead) {
  hub.add_file("acme/tiny", "empty.txt", "");
  const auto file = api.open("acme/tiny", "empty.txt");
  auto stream = file.stream();

  EXPECT_EQ(file.size(), 0U);
  EXPECT_EQ(file.read(0, 10), "");
  EXPECT_EQ(stream.get(), std::char_traits<char>::eof());
  EXPECT_TRUE(stream.eof());
  EXPECT_THAT(asked(), SizeIs(1));
}

TEST_F(RemoteFile, IsReadAheadWhereReadsFollowOneAnother) {
  const auto file = api.open("acme/tiny", "model.bin");
  std::string all;
  while (all.size() < content.size()) all += file.read(all.size(), 64 * kKiB);

  EXPECT_TRUE(all == content);
  EXPECT_EQ(bytes_sent(), content.size());
  EXPECT_LE(ranges().size(), 10U);  // 64 KiB, then 256 KiB, 512 KiB, … 8 MiB.
}

TEST_F(RemoteFile, ReadsNothingAheadWhereThatIsNotWanted) {
  const auto file = api.open("acme/tiny", "model.bin", {.read_ahead = 0});
  for (std::size_t at = 0; at < kMiB; at += 64 * kKiB) EXPECT_EQ(file.read(at, 64 * kKiB), content.substr(at, 64 * kKiB));
  EXPECT_THAT(ranges(), SizeIs(16));
}

TEST_F(RemoteFile, IsAStreamFromBeginningToEnd) {
  auto stream = api.open("acme/tiny", "model.bin").stream();

  const std::string all = rest_of(stream);

  EXPECT_TRUE(all == content);
  EXPECT_EQ(bytes_sent(), content.size());
  EXPECT_LE(ranges().size(), 8U);
}

TEST_F(RemoteFile, AsAStreamSeeks) {
  auto stream = api.open("acme/tiny", "model.bin").stream();
  const auto read = [&](std::size_t size) {
    std::string bytes(size, '\0');
    stream.read(bytes.data(), static_cast<std::streamsize>(size));
    return bytes;
  };

  stream.seekg(12'345'678);
  EXPECT_EQ(stream.tellg(), 12'345'678);
  EXPECT_EQ(read(50), content.substr(12'345'678, 50));
  stream.seekg(-50, std::ios::cur);
  EXPECT_EQ(read(20), content.substr(12'345'678, 20));
  stream.seekg(-7, std::ios::end);
  EXPECT_EQ(read(7), content.substr(content.size() - 7));
  EXPECT_EQ(stream.get(), std::char_traits<char>::eof());
  stream.clear();
  stream.seekg(0);
  EXPECT_EQ(read(2 * kMiB), content.substr(0, 2 * kMiB));

  EXPECT_LT(bytes_sent(), 4 * kMiB);
  stream.seekg(1, std::ios::end);
  EXPECT_TRUE(stream.fail());
}

TEST_F(RemoteFile, AsAStreamOfLinesCostsOneRequestForASmallFile) {
  hub.add_file("acme/tiny", "notes.txt", "first\nsecond\nthird");
  auto stream = api.open("acme/tiny", "notes.txt").stream();
  hub.clear_requests();
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);

  EXPECT_THAT(lines, ElementsAre("first", "second", "third"));
  EXPECT_THAT(asked(), SizeIs(1));
}

TEST_F(RemoteFile, PaysForNoMoreThanTheFirstBlockWhereOnlyItsBeginningIsRead) {
  auto stream = api.open("acme/tiny", "model.bin").stream();
  std::array<char, 100> bytes{};
  stream.read(bytes.data(), bytes.size());
  EXPECT_LE(bytes_sent(), 256 * kKiB);
  EXPECT_THAT(ranges(), ElementsAre("bytes=0-262143"));
}

TEST_F(RemoteFile, IsReadFromSeveralThreads) {
  const auto file = api.open("acme/tiny", "model.bin");
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (std::size_t i = 0; i < 6; ++i) {
    threads.emplace_back([&, i] {
      for (std::size_t round = 0; round < 8; ++round) {
        const std::size_t at = (i * 7'919'993 + round * 2'500'003) % (content.size() - kMiB);
        const std::size_t size = 1000 + i * 40'000;
        if (file.read(at, size) != content.substr(at, size)) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST_F(RemoteFile, KeepsToTheCommitItWasOpenedAt) {
  const auto file = api.open("acme/tiny", "model.bin");
  hub.add_file("acme/tiny", "model.bin", pattern(20 * kMiB, 9), {.lfs = true});

  EXPECT_EQ(file.read(5 * kMiB, 1000), content.substr(5 * kMiB, 1000));
  EXPECT_NE(api.open("acme/tiny", "model.bin").commit_hash(), commit);
  EXPECT_EQ(api.open("acme/tiny", "model.bin", {.revision = commit}).read(0, 50), content.substr(0, 50));
}

TEST_F(RemoteFile, OfGitKeepsToTheCommitAsWell) {
  const std::string old = hub.add_file("acme/tiny", "config.json", std::string(50'000, 'a'), {.lfs = false});
  const auto file = api.open("acme/tiny", "config.json");
  hub.add_file("acme/tiny", "config.json", std::string(50'000, 'b'), {.lfs = false});

  EXPECT_EQ(file.commit_hash(), old);
  EXPECT_EQ(file.read(100, 10), "aaaaaaaaaa");
}

TEST_F(RemoteFile, OfDatasetsAndSpacesIsReadLikewise) {
  hub.add_file("acme/rows", "data/a.csv", "1,2,3", {.repo_type = hf::RepoType::dataset});
  hub.add_file("acme/app", "app.py", "print(1)", {.repo_type = hf::RepoType::space});

  EXPECT_EQ(api.open("acme/rows", "a.csv", {.repo_type = hf::RepoType::dataset, .subfolder = "data"}).read(2, 9), "2,3");
  EXPECT_EQ(api.open("acme/app", "app.py", {.repo_type = hf::RepoType::space}).read(0, 5), "print");
}

TEST_F(RemoteFile, IsReadFromTheCacheWhereItIsThere) {
  const fs::path path = api.hf_hub_download("acme/tiny", "model.bin");
  hub.clear_requests();

  const auto file = api.open("acme/tiny", "model.bin", {.revision = commit});
  EXPECT_TRUE(file.is_cached());
  EXPECT_EQ(file.etag(), fs::read_symlink(path).filename());
  EXPECT_EQ(file.read(kMiB, 100), content.substr(kMiB, 100));
  auto stream = file.stream();
  EXPECT_TRUE(rest_of(stream) == content);
  EXPECT_THAT(asked(), IsEmpty());

  EXPECT_TRUE(api.open("acme/tiny", "model.bin").is_cached());
  EXPECT_EQ(count_asked("GET"), 0U);
}

TEST_F(RemoteFile, IsReadFromTheCacheOfAnotherRevisionWithTheSameContent) {
  api.hf_hub_download("acme/tiny", "model.bin");
  const std::string later = hub.add_file("acme/tiny", "other.txt", "x");

  const auto file = api.open("acme/tiny", "model.bin");

  EXPECT_TRUE(file.is_cached());
  EXPECT_EQ(file.commit_hash(), later);
}

TEST_F(RemoteFile, IsReadOfflineWhereItIsCached) {
  EXPECT_THROW(api.open("acme/tiny", "model.bin", {.local_files_only = true}), hf::LocalEntryNotFoundError);
  api.hf_hub_download("acme/tiny", "model.bin");
  hub.stop();

  EXPECT_EQ(api.open("acme/tiny", "model.bin", {.local_files_only = true}).read(9, 9), content.substr(9, 9));
  EXPECT_EQ(api.open("acme/tiny", "model.bin").read(9, 9), content.substr(9, 9));
}

TEST_F(RemoteFile, LeavesNothingOnTheDisk) {
  EXPECT_EQ(api.open("acme/tiny", "model.bin").read(0, kMiB).size(), kMiB);
  EXPECT_FALSE(fs::exists(cache_dir()));
}

TEST_F(RemoteFile, SaysWhatIsMissing) {
  EXPECT_THROW(api.open("acme/tiny", "nothing.bin"), hf::RemoteEntryNotFoundError);
  EXPECT_THROW(api.open("acme/none", "model.bin"), hf::RepositoryNotFoundError);
  EXPECT_THROW(api.open("acme/tiny", "model.bin", {.revision = "v9"}), hf::RevisionNotFoundError);
  EXPECT_THROW(api.open("acme/tiny", ""), hf::HFValidationError);
  EXPECT_THROW(api.open("acme/tiny", "../model.bin"), hf::HFValidationError);
}

TEST_F(RemoteFile, OutlivesTheApiItCameFrom) {
  auto file = hf::testing::make_api(home.path(), hub.url()).open("acme/tiny", "model.bin");
  const auto copy = file;
  file = api.open("acme/tiny", "model.bin");

  EXPECT_EQ(copy.read(77, 7), content.substr(77, 7));
}

TEST_F(RemoteFile, OfAPrivateRepositoryNeedsTheToken) {
  hub.create_repo("acme/secret", {.private_repo = true});
  hub.add_file("acme/secret", "a.bin", content, {.lfs = true});

  EXPECT_THROW(api.open("acme/secret", "a.bin"), hf::RepositoryNotFoundError);
  EXPECT_EQ(api.open("acme/secret", "a.bin", {.token = hub.token()}).read(5, 5), content.substr(5, 5));
}

TEST_F(RemoteFile, ReadsWithinASmallBudget) {
  const std::size_t usual = hf::ByteBudget::process().limit();
  hf::ByteBudget::process().set_limit(kMiB);
  {
    auto stream = api.open("acme/tiny", "model.bin").stream();
    EXPECT_TRUE(rest_of(stream) == content);
    EXPECT_LE(hf::transfer::ReadAhead::held(), kMiB / 2);
  }
  hf::ByteBudget::process().set_limit(usual);
}

TEST_F(RemoteFile, ReadsWhereTheBudgetIsTakenByOthers) {
  hf::ByteBudget& budget = hf::ByteBudget::process();
  const auto file = api.open("acme/tiny", "model.bin");
  auto all = budget.take(budget.limit(), budget.limit(), {});
  auto stream = file.stream();
  std::string bytes(200 * kKiB, '\0');
  for (std::size_t at = 0; at < bytes.size(); at += 10 * kKiB) stream.read(bytes.data() + at, 10 * kKiB);

  EXPECT_TRUE(bytes == content.substr(0, bytes.size()));
  EXPECT_EQ(hf::transfer::ReadAhead::held(), 0U);
}
