// SPDX-License-Identifier: Apache-2.0
// Models of all shapes that C++ has.
#include "support/temp_dir.hpp"

#include "huggingface_hub/json_optional.hpp"
#include "huggingface_hub/model_hub_mixin.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace huggingface_hub {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::read_file;
using testing::write_file;
using ::testing::ElementsAre;

struct MixinShapes : ::testing::Test {
  testing::TempDir temporary{};
  fs::path folder = temporary.path() / "model";
};

/// A template.
template <typename Scalar, int kSize>
class Array : public ModelHubMixin<Array<Scalar, kSize>> {
 public:
  Array() = default;
  Scalar values[kSize]{};  // NOLINT(modernize-avoid-c-arrays)

 private:
  friend access;
  void _save_pretrained(const fs::path& to) const {
    std::string text;
    for (const Scalar value : values) text += std::to_string(value) + "\n";
    write_file(to / "values.txt", text);
  }
  static Array _from_pretrained(const FromPretrainedArgs& args) {
    Array model;
    std::istringstream text(read_file(args.file("values.txt")));
    for (Scalar& value : model.values) text >> value;
    return model;
  }
  static MixinInfo hub_info() { return {.tags = {std::is_integral_v<Scalar> ? "whole" : "real"}}; }
};

TEST_F(MixinShapes, ATemplate) {
  Array<int, 2> whole;
  whole.values[1] = 7;
  whole.save_pretrained(folder);
  EXPECT_EQ((Array<int, 2>::from_pretrained(folder.string()).values[1]), 7);
  EXPECT_EQ((Array<double, 2>::from_pretrained(folder.string()).values[1]), 7.0);
  EXPECT_THAT((Array<int, 2>::hub_mixin_info().tags), ElementsAre("model_hub_mixin", "whole"));
  EXPECT_THAT((Array<double, 2>::hub_mixin_info().tags), ElementsAre("model_hub_mixin", "real"));
}

/// An interface: which of its kinds is loaded is said by the configuration.
class Layer : public ModelHubMixin<Layer> {
 public:
  Layer() = default;
  Layer(const Layer&) = delete;
  Layer& operator=(const Layer&) = delete;
  virtual ~Layer() = default;
  virtual double apply(double x) const = 0;
  virtual json hub_config() const = 0;
  virtual void _save_pretrained(const fs::path& to) const = 0;
  static std::unique_ptr<Layer> _from_pretrained(const FromPretrainedArgs& args);
};

class Scale final : public Layer {
 public:
  explicit Scale(double by) : by_(by) {}
  double apply(double x) const override { return by_ * x; }
  json hub_config() const override { return {{"kind", "scale"}}; }
  void _save_pretrained(const fs::path& to) const override { write_file(to / "by.txt", std::to_string(by_)); }

 private:
  double by_;
};

class Negate final : public Layer {
 public:
  double apply(double x) const override { return -x; }
  json hub_config() const override { return {{"kind", "negate"}}; }
  void _save_pretrained(const fs::path&) const override {}
};

std::unique_ptr<Layer> Layer::_from_pretrained(const FromPretrainedArgs& args) {
  if (args.effective_config().at("kind") == "negate") return std::make_unique<Negate>();
  return std::make_unique<Scale>(std::stod(read_file(args.file("by.txt"))));
}

TEST_F(MixinShapes, APolymorphicOneThatCannotBeCopied) {
  std::vector<std::unique_ptr<Layer>> layers;
  layers.push_back(std::make_unique<Scale>(3));
  layers.push_back(std::make_unique<Negate>());
  std::vector<double> results;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const fs::path place = temporary.path() / std::to_string(i);
    layers[i]->save_pretrained(place);
    results.push_back(Layer::from_pretrained(place.string())->apply(2));
  }
  EXPECT_THAT(results, ElementsAre(6, -2));
}

/// Only movable, returned by value.
class Unique : public ModelHubMixin<Unique> {
 public:
  explicit Unique(int given) : value(std::make_unique<int>(given)) {}
  std::unique_ptr<int> value;
  void _save_pretrained(const fs::path& to) const { write_file(to / "value", std::to_string(*value)); }
  static Unique _from_pretrained(const FromPretrainedArgs& args) { return Unique(std::stoi(read_file(args.file("value")))); }
};

TEST_F(MixinShapes, AMovableOne) {
  static_assert(!std::is_copy_constructible_v<Unique>);
  Unique(5).save_pretrained(folder);
  EXPECT_EQ(*Unique::from_pretrained(folder.string()).value, 5);
}

/// Shared, as modules of libtorch are.
class Module : public std::enable_shared_from_this<Module>, public ModelHubMixin<Module> {
 public:
  void _save_pretrained(const fs::path&) const {}
  static std::shared_ptr<Module> _from_pretrained(const FromPretrainedArgs&) { return std::make_shared<Module>(); }
};

TEST_F(MixinShapes, ASharedOne) {
  write_file(folder / "config.json", R"({"a": 1})");
  const std::shared_ptr<Module> module = Module::from_pretrained(folder.string());
  EXPECT_EQ(module->shared_from_this(), module);
  EXPECT_EQ(module->stored_hub_config(), (json{{"a", 1}}));
}

/// An aggregate.
struct PairModel : ModelHubMixin<PairModel> {
  int first{1};
  int second{2};
  void _save_pretrained(const fs::path&) const {}
  static PairModel _from_pretrained(const FromPretrainedArgs&) { return {}; }
};

TEST_F(MixinShapes, AnAggregate) {
  const PairModel pair{{}, 3, 4};
  pair.save_pretrained(folder);
  EXPECT_EQ(PairModel::from_pretrained(folder.string()).second, 2);
}

/// A model, and one that derives from it.
class BaseModel : public ModelHubMixin<BaseModel> {
 public:
  explicit BaseModel(int given = 0) : size(given) {}
  virtual ~BaseModel() = default;
  BaseModel(const BaseModel&) = default;
  BaseModel& operator=(const BaseModel&) = default;
  int size;

 protected:
  static MixinInfo hub_info() {
    return {.library_name = "baselib", .license = "mit", .repo_url = "https://base", .tags = {"base"}};
  }

 private:
  friend access;
  void _save_pretrained(const fs::path& to) const { write_file(to / "size", std::to_string(size)); }
  static BaseModel _from_pretrained(const FromPretrainedArgs& args) { return BaseModel(std::stoi(read_file(args.file("size")))); }
};

class ChildModel : public DerivedModelHubMixin<ChildModel, BaseModel> {
 public:
  using DerivedModelHubMixin::DerivedModelHubMixin;
  std::string name{};

 private:
  friend access;
  static MixinInfo hub_info() { return {.license = "apache-2.0", .tags = {"child"}}; }
  json hub_config() const { return {{"name", name}}; }
  static ChildModel _from_pretrained(const FromPretrainedArgs& args) {
    ChildModel child(std::stoi(read_file(args.file("size"))));
    child.name = args.effective_config().value("name", "");
    return child;
  }
};

class GrandchildModel : public DerivedModelHubMixin<GrandchildModel, ChildModel> {
 public:
  static GrandchildModel _from_pretrained(const FromPretrainedArgs&) { return GrandchildModel(); }
};

TEST_F(MixinShapes, OneThatDerivesFromAModel) {
  ChildModel child(4);
  child.name = "x";
  child.save_pretrained(folder);
  EXPECT_EQ(read_file(folder / "config.json"), "{\n  \"name\": \"x\"\n}");

  const ChildModel loaded = ChildModel::from_pretrained(folder.string());
  EXPECT_EQ(loaded.size, 4);
  EXPECT_EQ(loaded.name, "x");
  EXPECT_EQ(BaseModel::from_pretrained(folder.string()).size, 4);
}

TEST_F(MixinShapes, OneThatDerivesFromAModelTakesOverWhatItDoesNotSay) {
  const MixinInfo child = ChildModel::hub_mixin_info();
  EXPECT_EQ(child.license, "apache-2.0");
  EXPECT_EQ(child.library_name, "baselib");
  EXPECT_EQ(child.repo_url, "https://base");
  EXPECT_THAT(child.tags, ElementsAre("base", "child", "model_hub_mixin"));
  EXPECT_THAT(BaseModel::hub_mixin_info().tags, ElementsAre("base", "model_hub_mixin"));
  EXPECT_EQ(GrandchildModel::hub_mixin_info().license, "apache-2.0");
  EXPECT_THAT(GrandchildModel::hub_mixin_info().tags, ElementsAre("base", "child", "model_hub_mixin"));
}

struct OptionalSettings {
  std::optional<int> seed{};
  std::optional<std::string> note{"kept"};
};
HUGGINGFACE_HUB_CONFIG(OptionalSettings, seed, note)

struct WithOptional : ModelHubMixin<WithOptional> {
  OptionalSettings config{};
  const OptionalSettings& hub_config() const { return config; }
  void _save_pretrained(const fs::path&) const {}
  static WithOptional _from_pretrained(const FromPretrainedArgs& args) {
    WithOptional model;
    model.config = args.config_as<OptionalSettings>();
    return model;
  }
};

TEST_F(MixinShapes, OneWithOptionalConfiguration) {
  WithOptional model;
  model.config.note.reset();
  model.save_pretrained(folder);
  EXPECT_EQ(read_file(folder / "config.json"), "{\n  \"note\": null,\n  \"seed\": null\n}");
  EXPECT_EQ(WithOptional::from_pretrained(folder.string()).config.note, std::nullopt);

  write_file(folder / "config.json", R"({"seed": 3})");
  const WithOptional loaded = WithOptional::from_pretrained(folder.string());
  EXPECT_EQ(loaded.config.seed, 3);
  EXPECT_EQ(loaded.config.note, "kept");
}

}  // namespace
}  // namespace huggingface_hub
