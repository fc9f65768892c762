// SPDX-License-Identifier: Apache-2.0
#include "fixture.hpp"

#include "huggingface_hub/eigen.hpp"

namespace huggingface_hub {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::expect_refusal;
using testing::FrameworkTest;

template <typename Matrix>
struct One {
  Matrix value{};
  template <typename Archive>
  void hub_tensors(Archive& archive) {
    archive("value", value);
  }
};

/// Saves one matrix and opens the file.
template <typename Matrix>
safetensors::File saved(const testing::TempDir& home, const Matrix& matrix) {
  safetensors::save_file({{"value", eigen::view(matrix)}}, home.path() / "one.safetensors");
  return safetensors::File::open(home.path() / "one.safetensors");
}

TEST(EigenTensors, KeepRowsTogetherWhateverTheMatrixDoes) {
  const testing::TempDir home;
  Eigen::MatrixXf columns(2, 3);
  columns << 1, 2, 3, 4, 5, 6;
  const Eigen::Matrix<float, 2, 3, Eigen::RowMajor> rows = columns;
  for (const auto& file : {saved(home, columns), saved(home, rows)}) {
    EXPECT_THAT(file.info("value").shape, ElementsAre(2, 3));
    EXPECT_THAT(file.copy<float>("value"), ElementsAre(1, 2, 3, 4, 5, 6));
    EXPECT_EQ(eigen::load<Eigen::MatrixXf>(file, "value"), columns);
    EXPECT_EQ((eigen::load<Eigen::Matrix<float, 2, 3, Eigen::RowMajor>>(file, "value")), rows);
    EXPECT_EQ(eigen::map<float>(file, "value"), rows);
  }
}

TEST(EigenTensors, AreWrittenInBlocksOfRows) {
  const testing::TempDir home;
  const Eigen::MatrixXd large = Eigen::MatrixXd::Random(3000, 7);
  EXPECT_EQ(eigen::load<Eigen::MatrixXd>(saved(home, large), "value"), large);
  const Eigen::MatrixXd wide = Eigen::MatrixXd::Random(2, 20000);
  EXPECT_EQ(eigen::load<Eigen::MatrixXd>(saved(home, wide), "value"), wide);
}

template <typename Scalar>
struct EigenScalar : ::testing::Test {};
using Scalars = ::testing::Types<float, double, Eigen::half, Eigen::bfloat16, std::complex<float>, bool, std::int8_t,
                                 std::int16_t, std::int32_t, std::int64_t, std::uint8_t, std::uint16_t, std::uint32_t,
                                 std::uint64_t>;
TYPED_TEST_SUITE(EigenScalar, Scalars);

TYPED_TEST(EigenScalar, ComesBack) {
  const testing::TempDir home;
  Eigen::Matrix<TypeParam, Eigen::Dynamic, Eigen::Dynamic> matrix(2, 3);
  for (Eigen::Index i = 0; i < 6; ++i) matrix(i / 3, i % 3) = static_cast<TypeParam>(static_cast<float>(i % 2 == 0 ? i : 1));
  const auto file = saved(home, matrix);
  EXPECT_EQ(file.info("value").dtype, *eigen::dtype_of<TypeParam>());
  EXPECT_TRUE((eigen::load<decltype(matrix)>(file, "value") == matrix));
}

TEST(EigenTensors, TakeVectorsAsOneDimension) {
  const testing::TempDir home;
  const Eigen::Vector3f fixed(1, 2, 3);
  const Eigen::RowVectorXf row = fixed.transpose();
  EXPECT_THAT(saved(home, fixed).info("value").shape, ElementsAre(3));
  EXPECT_EQ(eigen::load<Eigen::Vector3f>(saved(home, row), "value"), fixed);
  const Eigen::MatrixXf column = fixed;  // [3, 1]
  EXPECT_EQ(eigen::load<Eigen::RowVectorXf>(saved(home, column), "value"), row);
}

TEST(EigenTensors, MayBeEmpty) {
  const testing::TempDir home;
  const Eigen::MatrixXf none(0, 4);
  const auto back = eigen::load<Eigen::MatrixXf>(saved(home, none), "value");
  EXPECT_EQ(back.rows(), 0);
  EXPECT_EQ(back.cols(), 4);
}

TEST(EigenTensors, RefuseWhatDoesNotFitAndStayAsTheyWere) {
  const testing::TempDir home;
  const Eigen::MatrixXf six = Eigen::MatrixXf::Ones(2, 3);
  const auto file = saved(home, six);
  Eigen::MatrixXd doubles = Eigen::MatrixXd::Zero(1, 1);
  expect_refusal([&] { eigen::load_into(doubles, file, "value"); }, "it holds F32, the model has F64");
  EXPECT_EQ(doubles.size(), 1);
  expect_refusal([&] { eigen::load<Eigen::Matrix3f>(file, "value"); }, "its shape is [2, 3], the model has [3, 3]");
  expect_refusal([&] { eigen::load<Eigen::VectorXf>(file, "value"); }, "its shape is [2, 3], the model has [n]");
  expect_refusal([&] { eigen::load<Eigen::MatrixXf>(file, "other"); }, "does not contain tensor other");
  expect_refusal([&] { eigen::load<Eigen::MatrixXf>(saved(home, Eigen::VectorXf(six.row(0))), "value"); },
                 "its shape is [3], the model has [rows, columns]");
}

struct PcaConfig {
  int components{2};
};
HUGGINGFACE_HUB_CONFIG(PcaConfig, components)

/// Private members, a configuration, all kinds of tensors.
class Pca : public EigenModelHubMixin<Pca> {
 public:
  explicit Pca(PcaConfig config = {}) : config_(config), basis(Eigen::MatrixXf::Zero(4, config.components)) {}
  const PcaConfig& hub_config() const { return config_; }
  template <typename Archive>
  void hub_tensors(Archive& archive) {
    archive("basis", basis)("mean", mean)("labels", labels)("range", range)("scale", scale);
  }

 private:
  PcaConfig config_;

 public:
  Eigen::MatrixXf basis{};
  Eigen::Vector4d mean{};
  std::vector<std::int64_t> labels{};
  std::array<float, 2> range{};
  double scale{1};
};

TEST_F(FrameworkTest, EigenModelGoesToTheHubAndComesBack) {
  Pca model(PcaConfig{3});
  model.basis.setRandom();
  model.mean << 1, 2, 3, 4;
  model.labels = {7, 9};
  model.range = {-1, 1};
  model.scale = 0.5;
  model.push_to_hub("user/pca", push());

  EXPECT_THAT(*hub.list_files("user/pca"), ElementsAre(".gitattributes", "README.md", "config.json", "model.safetensors"));
  EXPECT_EQ(pushed_config("user/pca"), (nlohmann::json{{"components", 3},
                                                       {"framework", "eigen"},
                                                       {"framework_version", eigen::Framework::version()}}));
  EXPECT_THAT(pushed("user/pca", "README.md"), HasSubstr("tags:\n- eigen\n- model_hub_mixin\n"));

  const Pca back = Pca::from_pretrained("user/pca", pull());
  EXPECT_EQ(back.hub_config().components, 3);
  EXPECT_EQ(back.basis, model.basis);
  EXPECT_EQ(back.mean, model.mean);
  EXPECT_EQ(back.labels, model.labels);
  EXPECT_EQ(back.range, model.range);
  EXPECT_EQ(back.scale, model.scale);
}

TEST_F(FrameworkTest, EigenHelpersTakeAnyClassWithTensors) {
  One<Eigen::MatrixXf> model;
  model.value = Eigen::MatrixXf::Random(5, 2);
  PushToHubOptions options = push();
  options.config = nlohmann::json{{"note", "small"}};
  MixinInfo about;
  about.license = "mit";
  about.tags = {"pca"};
  const CommitInfo commit = push_to_hub_eigen(model, "user/one", options, about);

  EXPECT_EQ(commit.commit_message, "Push Eigen model using huggingface_hub.");
  EXPECT_EQ(pushed_config("user/one")["note"], "small");
  EXPECT_EQ(pushed_config("user/one")["framework"], "eigen");
  EXPECT_THAT(pushed("user/one", "README.md"), HasSubstr("library_name: eigen\nlicense: mit\ntags:\n- eigen\n- pca\n---"));
  EXPECT_THAT(pushed("user/one", "README.md"), HasSubstr("from_pretrained_eigen(repo_id)"));
  EXPECT_EQ(from_pretrained_eigen<One<Eigen::MatrixXf>>("user/one", pull()).value, model.value);
  for (const auto& request : hub.requests()) {
    EXPECT_THAT(request.header("user-agent"), ::testing::StartsWith("eigen/" + eigen::Framework::version() + "; "));
  }
}

TEST_F(FrameworkTest, EigenRefusesTheModelOfAnotherFramework) {
  One<Eigen::MatrixXf> model;
  PushToHubOptions options = push();
  options.config = nlohmann::json{{"framework", "xgboost"}};
  push_to_hub_eigen(model, "user/other", options);
  expect_refusal([&] { from_pretrained_eigen<One<Eigen::MatrixXf>>("user/other", pull()); },
                 "is a model of the framework 'xgboost'");
  expect_refusal([&] { Pca::from_pretrained("user/other", pull()); }, "is a model of the framework 'xgboost'");
}

TEST_F(FrameworkTest, EigenRefusesArgumentsAndConfigurationsThatAreNone) {
  push_to_hub_eigen(One<Eigen::MatrixXf>(), "user/one", push());
  FromPretrainedOptions options = pull();
  options.model_kwargs = {{"size", 3}};
  expect_refusal([&] { from_pretrained_eigen<One<Eigen::MatrixXf>>("user/one", options); }, "has no argument 'size'");
  PushToHubOptions list = push();
  list.config = nlohmann::json{1, 2};
  expect_refusal([&] { push_to_hub_eigen(One<Eigen::MatrixXf>(), "user/list", list); }, "must be a JSON object");
}

TEST_F(FrameworkTest, EigenSaysWhichFileIsMissing) {
  hub.add_file("user/empty", "config.json", "{}");
  EXPECT_THROW(Pca::from_pretrained("user/empty", pull()), EntryNotFoundError);
  const testing::TempDir folder;
  EXPECT_THROW(Pca::from_pretrained(folder.path().string(), pull()), LocalEntryNotFoundError);
}

/// Cannot be moved: comes as a unique_ptr.
struct Pinned : EigenModelHubMixin<Pinned> {
  Pinned() = default;
  Pinned(const Pinned&) = delete;
  Eigen::Vector2f value{Eigen::Vector2f::Zero()};
  template <typename Archive>
  void hub_tensors(Archive& archive) {
    archive("value", value);
  }
};

TEST_F(FrameworkTest, EigenModelThatCannotMoveComesAsAPointer) {
  Pinned model;
  model.value << 3, 4;
  model.save_pretrained(home.path() / "pinned");
  const std::unique_ptr<Pinned> back = Pinned::from_pretrained((home.path() / "pinned").string());
  EXPECT_EQ(back->value, model.value);
}

}  // namespace
}  // namespace huggingface_hub
