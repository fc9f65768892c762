// SPDX-License-Identifier: Apache-2.0
// Boosted trees that tell three kinds of iris apart, shared by the pair of helpers: no class of one's own is needed.
#include "two_processes.hpp"

#include "../iris_classifier.hpp"

#include <huggingface_hub/xgboost.hpp>

#include <utility>

struct Table {
  std::vector<float> values{};
  std::vector<float> labels{};
};

Table iris() {
  const Dataset data = load_iris(IRIS_CSV, IrisConfig().species);
  Table table;
  for (const Flower& flower : data.flowers) table.values.insert(table.values.end(), flower.begin(), flower.end());
  for (const std::size_t label : data.labels) table.labels.push_back(static_cast<float>(label));
  return table;
}

hf::xgboost::Booster train(const Table& table) {
  using hf::xgboost::check;
  DMatrixHandle data = nullptr;
  check(XGDMatrixCreateFromMat(table.values.data(), table.labels.size(), kFeatures, -1, &data), "Cannot read the table");
  check(XGDMatrixSetFloatInfo(data, "label", table.labels.data(), table.labels.size()), "Cannot set the labels");
  BoosterHandle handle = nullptr;
  check(XGBoosterCreate(&data, 1, &handle), "Cannot make a booster");
  hf::xgboost::Booster booster(handle);
  const std::vector<std::pair<const char*, const char*>> settings{
      {"objective", "multi:softprob"}, {"num_class", "3"}, {"max_depth", "3"}, {"nthread", "1"}};
  for (const auto& [name, value] : settings) check(XGBoosterSetParam(handle, name, value), name);
  for (int round = 0; round < 10; ++round) check(XGBoosterUpdateOneIter(handle, round, data), "Cannot train");
  XGDMatrixFree(data);
  return booster;
}

Answers answers(const hf::xgboost::Booster& booster) {
  const std::vector<float> found = booster.predict(iris().values, kFeatures);
  return {found.begin(), found.end()};
}

int main(int argc, char** argv) {
  return two_processes(
      argc, argv, "user/iris-trees",
      [](const std::string& repo_id) {
        const hf::xgboost::Booster booster = train(iris());
        hf::push_to_hub_xgboost(booster, repo_id);
        return answers(booster);
      },
      [](const std::string& repo_id) { return answers(hf::from_pretrained_xgboost(repo_id)); });
}
