// SPDX-License-Identifier: Apache-2.0
#include "transfer/part_file.hpp"

#include "support/bytes.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

namespace hf = huggingface_hub;
namespace fs = std::filesystem;
using hf::testing::kMiB;
using hf::testing::pattern;
using hf::transfer::ByteRange;
using hf::transfer::PartFile;
using hf::transfer::PartRequest;

namespace {

constexpr std::uint64_t kPiece = 8 * kMiB;
constexpr std::uint64_t kSize = 3 * kPiece + 1000;
const std::string kEtag(64, 'a');

struct PartFiles : testing::Test {
  hf::testing::TempDir home{};
  const std::string content{pattern(kSize)};

  PartRequest request(const std::string& random, const std::string& etag = kEtag) const {
    PartRequest wanted;
    wanted.etag = etag;
    wanted.path = home.path() / (etag + "." + random + ".incomplete");
    wanted.size = kSize;
    return wanted;
  }

  PartFile open(const PartRequest& wanted) const {
    PartFile part = std::move(hf::transfer::PartFile::open(wanted, {})).value();
    EXPECT_TRUE(part.reserve().ok());
    return part;
  }

  void write(PartFile& part, ByteRange range) const {
    ASSERT_TRUE(part.file().write_at(range.begin, content.data() + range.begin, range.size()).ok());
    for (std::uint64_t at = range.begin; at < range.end; at += 65536) {
      const std::uint64_t size = std::min<std::uint64_t>(65536, range.end - at);
      part.journal()->note(part.file(), at, content.data() + at, size);
    }
  }

  // What a process leaves that is killed: the file as it is.
  void leave_behind(const std::string& random, const std::vector<ByteRange>& ranges, const std::string& etag = kEtag) {
    const hf::testing::TempDir elsewhere;
    PartRequest wanted = request(random, etag);
    const fs::path left = wanted.path;
    wanted.path = elsewhere.path() / left.filename();
    PartFile part = open(wanted);
    for (const ByteRange& range : ranges) write(part, range);
    fs::copy_file(wanted.path, left);
    part.discard();
  }

  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(home.path())) found.push_back(entry.path().filename().string());
    return found;
  }
};

}  // namespace

TEST_F(PartFiles, AreTakenOverFromADeadProcessUnderANewName) {
  leave_behind("11111111", {{0, kPiece}, {2 * kPiece, 2 * kPiece + 3 * kMiB}});

  PartFile part = open(request("22222222"));

  EXPECT_EQ(part.present(), (std::vector<ByteRange>{{0, kPiece}, {2 * kPiece, 2 * kPiece + 3 * kMiB}}));
  EXPECT_EQ(names(), std::vector<std::string>{kEtag + ".22222222.incomplete"});
}

TEST_F(PartFiles, GoOnWhereTheOtherEnded) {
  leave_behind("11111111", {{0, kPiece + 2 * kMiB}});
  const PartRequest wanted = request("22222222");
  {
    PartFile part = open(wanted);
    write(part, {kPiece + 2 * kMiB, kSize});
    EXPECT_EQ(part.journal()->noted_bytes(), kSize);
    ASSERT_TRUE(part.finish(kSize).ok());
  }
  EXPECT_TRUE(hf::testing::read_file(wanted.path) == content);
}

TEST_F(PartFiles, AreNotTrustedWhereABitHasChanged) {
  leave_behind("11111111", {{0, 2 * kPiece}});
  const PartRequest old = request("11111111");
  {
    auto file = std::move(hf::files::PositionalFile::open_read_write(old.path)).value();
    ASSERT_TRUE(file.write_at(kPiece + 17, "?", 1).ok());
  }

  EXPECT_EQ(open(request("22222222")).present(),
            (std::vector<ByteRange>{{0, kPiece}, {kPiece + kMiB, 2 * kPiece}}));
}

TEST_F(PartFiles, OfALivingProcessAreLeftAlone) {
  PartFile mine = open(request("11111111"));
  write(mine, {0, 2 * kPiece});

  EXPECT_TRUE(open(request("22222222")).present().empty());

  EXPECT_TRUE(fs::exists(request("11111111").path));
}

TEST_F(PartFiles, WithoutAJournalAreNeitherTrustedNorRemoved) {
  hf::testing::write_file(request("11111111").path, content);

  EXPECT_TRUE(open(request("22222222")).present().empty());

  EXPECT_EQ(names(), std::vector<std::string>{kEtag + ".11111111.incomplete"});
}

TEST_F(PartFiles, OfWhichSeveralAreLeftGiveTheLargestAndAreCollected) {
  leave_behind("11111111", {{0, kPiece}});
  leave_behind("33333333", {{0, 2 * kPiece}});
  leave_behind("44444444", {{0, kMiB}});

  EXPECT_EQ(open(request("22222222")).present(), (std::vector<ByteRange>{{0, 2 * kPiece}}));

  EXPECT_EQ(names(), std::vector<std::string>{kEtag + ".22222222.incomplete"});
}

TEST_F(PartFiles, OfAnotherContentOfTheFileAreCollected) {
  const std::string other = "prefix." + std::string(64, 'b');
  leave_behind("11111111", {{0, kPiece}}, other);
  PartRequest wanted = request("22222222");
  wanted.path = home.path() / ("prefix." + kEtag + ".22222222.incomplete");
  wanted.family = "prefix.";

  const PartFile part = open(wanted);

  EXPECT_TRUE(part.present().empty());
  EXPECT_EQ(names(), std::vector<std::string>{wanted.path.filename().string()});
}

TEST_F(PartFiles, AreLeftForLaterOnlyWithEnoughInThem) {
  {
    PartFile part = open(request("11111111"));
    write(part, {0, kPiece - kMiB});
  }
  EXPECT_TRUE(names().empty());
  {
    PartFile part = open(request("11111111"));
    write(part, {0, kPiece});
  }
  EXPECT_EQ(names().size(), 1U);
  {
    PartFile part = open(request("22222222"));
    part.discard();
  }
  EXPECT_TRUE(names().empty());
}

TEST_F(PartFiles, NoteWhatSeveralConnectionsWriteIntoOnePiece) {
  {
    PartFile part = open(request("11111111"));
    write(part, {0, kPiece});
    write(part, {kPiece + kMiB / 2, kPiece + kMiB});
    write(part, {kPiece, kPiece + kMiB / 4});
    EXPECT_EQ(part.journal()->noted_bytes(), kPiece + kMiB / 4);
    write(part, {kPiece + kMiB / 4, kPiece + kMiB / 2});
    EXPECT_EQ(part.journal()->noted_bytes(), kPiece + kMiB);
  }
  EXPECT_EQ(open(request("22222222")).present(), (std::vector<ByteRange>{{0, kPiece + kMiB}}));
}

TEST_F(PartFiles, RememberTheValidatorOfTheStorage) {
  {
    PartFile part = open(request("11111111"));
    write(part, {0, kPiece});
    part.journal()->set_validator(part.file(), "\"v1\"");
  }
  EXPECT_EQ(open(request("22222222")).journal()->validator(), "\"v1\"");
}

TEST_F(PartFiles, AreWonByOneOfSeveral) {
  for (int round = 0; round < 20; ++round) {
    leave_behind("11111111", {{0, kMiB}, {kPiece, kPiece + kMiB}});
    std::atomic<int> winners{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&, i] {
        PartFile part = open(request("2222222" + std::to_string(i)));
        if (!part.present().empty()) ++winners;
        part.discard();
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_LE(winners, 1);
    for (const auto& name : names()) fs::remove(home.path() / name);
  }
}

TEST_F(PartFiles, OfSmallContentHaveNoJournal) {
  PartRequest wanted = request("11111111");
  wanted.size = kPiece;
  PartFile part = open(wanted);
  EXPECT_EQ(part.journal(), nullptr);
  EXPECT_EQ(fs::file_size(wanted.path), 0U);
}

TEST(PieceHash, IsThatOfXxh64) {
  const auto hash = [](const std::string& text) {
    hf::transfer::PieceHash made;
    made.update(text.data(), text.size());
    return made.value();
  };
  EXPECT_EQ(hash(""), 0xEF46DB3751D8E999U);
  EXPECT_EQ(hash("a"), 0xD24EC4F1A98C6E5BU);
  EXPECT_EQ(hash("abc"), 0x44BC2CF5AD770999U);
}

TEST(PieceHash, DoesNotDependOnHowBytesCome) {
  const std::string bytes = pattern(1000);
  hf::transfer::PieceHash whole;
  whole.update(bytes.data(), bytes.size());
  for (std::size_t step : {1U, 7U, 31U, 32U, 33U, 500U}) {
    hf::transfer::PieceHash parts;
    for (std::size_t at = 0; at < bytes.size(); at += step) {
      parts.update(bytes.data() + at, std::min(step, bytes.size() - at));
    }
    EXPECT_EQ(parts.value(), whole.value()) << step;
  }
}
