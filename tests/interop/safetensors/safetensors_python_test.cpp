// SPDX-License-Identifier: Apache-2.0
// The safetensors package of Python reads our files and we read its files; both say the same of bad ones.
#include "interop/cards/python.hpp"
#include "support/safetensors_cases.hpp"
#include "support/temp_dir.hpp"

#include "huggingface_hub/safetensors/reader.hpp"
#include "huggingface_hub/safetensors/writer.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <numeric>
#include <sstream>

namespace huggingface_hub::safetensors {
namespace {

using testing::python_lines;
using testing::SafetensorsCase;

struct SafetensorsPackage : ::testing::Test {
  void SetUp() override {
    if (!testing::python_has("safetensors, numpy")) {
      GTEST_SKIP() << "no Python with safetensors and numpy: set HUGGINGFACE_HUB_TEST_PYTHON to one that has them";
    }
  }

  static std::vector<std::string> ask(const std::string& what, const std::filesystem::path& path) {
    return python_lines("'" + std::string(HUGGINGFACE_HUB_TEST_DATA) + "/interop/safetensors/judge.py' " + what + " '" +
                        path.string() + "'");
  }

  testing::TempDir folder{};
  std::filesystem::path path = folder.path() / "t.safetensors";
};

std::vector<SafetensorsCase> all_cases() {
  using namespace testing::safetensors_cases;
  std::vector<SafetensorsCase> all;
  for (const auto& some : {good(), bad_length(), bad_json(), bad_members(), bad_numbers(), bad_layout()}) {
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) {
    char digits[3];
    std::snprintf(digits, sizeof digits, "%02x", static_cast<unsigned>(static_cast<unsigned char>(byte)));
    text += digits;
  }
  return text;
}

/// The file as the judge's `dump` prints it.
std::vector<std::string> dump(const File& file) {
  std::vector<std::string> lines;
  for (const std::string& name : file.names()) {
    const TensorInfo& info = file.info(name);
    lines.push_back(hex(name) + " " + std::string(to_string(info.dtype)) + " " + detail::shape_text(info.shape) + " " +
                    hex(file.bytes(name)));
  }
  return lines;
}

TEST_F(SafetensorsPackage, AcceptsAndRefusesTheSameFiles) {
  const std::vector<SafetensorsCase> cases = all_cases();
  for (std::size_t i = 0; i < cases.size(); ++i) {
    testing::write_file(folder.path() / std::to_string(1000 + i), cases[i].file);  // Names in this order.
  }
  const std::vector<std::string> verdicts = ask("verdicts", folder.path());
  ASSERT_EQ(verdicts.size(), cases.size());
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const bool good = cases[i].verdict.empty() || cases[i].reference_accepts;
    EXPECT_EQ(verdicts[i] == "ok", good) << cases[i].name << ": " << verdicts[i];
  }
}

TEST_F(SafetensorsPackage, ReadsWhatWeWrite) {
  const std::vector<float> weights{1, 2, 3, 4, 5, 6};
  const std::vector<std::int64_t> step{-7};
  const std::vector<std::uint8_t> bytes{1, 2, 3};
  save_file({{"w", TensorView(weights, {3, 2})}, {"s", TensorView(step, {})}, {"ü\n", TensorView(bytes, {3})}}, path,
            Metadata{{"k", "v"}});
  EXPECT_EQ(ask("dump", path), dump(File::open(path)));
}

/// `1:3` and `-1` as the judge reads them.
std::vector<Axis> axes_of(const std::string& line) {
  std::vector<Axis> axes;
  std::istringstream words(line);
  for (std::string word; words >> word;) {
    const std::size_t colon = word.find(':');
    axes.push_back(word == ":"                   ? Axis::all()
                   : colon == std::string::npos ? Axis::at(std::stoll(word))
                                                : Axis::range(std::stoull(word), std::stoull(word.substr(colon + 1))));
  }
  return axes;
}

std::string slice_text(const File& file, const std::string& line) {
  try {
    const HostTensor part = file.slice("t", axes_of(line));
    return detail::shape_text(part.shape()) + " " + hex(part.bytes());
  } catch (const HFValidationError&) {
    return "no";
  }
}

TEST_F(SafetensorsPackage, TakesTheSameSlices) {
  std::vector<std::int16_t> values(4 * 5 * 6);
  std::iota(values.begin(), values.end(), std::int16_t{0});
  save_file({{"t", TensorView(values, {4, 5, 6})}}, path, Metadata{});
  const std::vector<std::string> lines{"1:3",     "0",       "-1",      ": 2",       ": : 3",   ": : -6",  "1:2 2:4 3:6",
                                       "3 4 5",   "0:4 1:3", ": 1:3 0", "0:4 0:5 2", "2 : 1:2", "4",       "-5",
                                       "1:5",     ": : 6",   "4:4",     ": : : :",   "0:1 -1 :", "3:4 0:1", "-4 -5 -6"};
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  testing::write_file(path.string() + ".slices", text);
  const std::vector<std::string> answers = ask("slices", path);
  ASSERT_EQ(answers.size(), lines.size());
  const File file = File::open(path);
  for (std::size_t i = 0; i < lines.size(); ++i) EXPECT_EQ(slice_text(file, lines[i]), answers[i]) << lines[i];
}

TEST_F(SafetensorsPackage, WritesWhatWeRead) {
  ask("write", path);
  const File file = File::open(path);
  EXPECT_EQ(file.metadata()->at("format"), "np");
  EXPECT_EQ(file.tensors().size(), 7U);
  EXPECT_EQ(dump(file), ask("dump", path));
}

TEST_F(SafetensorsPackage, WritesTheSameBytesAsWe) {
  ask("write", path);
  const File file = File::open(path);
  NamedTensors tensors;
  for (const TensorInfo& info : file.tensors()) {
    const std::string_view raw = file.bytes(info);
    tensors.emplace_back(info.name, TensorView(info.dtype, info.shape, raw.data(), raw.size()));
  }
  EXPECT_EQ(save(tensors, file.metadata()), testing::read_file(path));
}

}  // namespace
}  // namespace huggingface_hub::safetensors
