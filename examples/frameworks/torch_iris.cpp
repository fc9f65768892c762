// SPDX-License-Identifier: Apache-2.0
// A small network on the Iris data. A Python class with `PyTorchModelHubMixin` and the same layers loads what this pushes:
// see tests/interop/frameworks.
#include <huggingface_hub/torch.hpp>

#include "two_processes.hpp"

#include "../iris_classifier.hpp"

struct NetConfig {
  std::int64_t hidden{16};
};
HUGGINGFACE_HUB_CONFIG(NetConfig, hidden)

struct NetImpl : torch::nn::Module, hf::TorchModelHubMixin<NetImpl> {
  explicit NetImpl(NetConfig config = {})
      : config_(config),
        first(register_module("first", torch::nn::Linear(4, config.hidden))),
        norm(register_module("norm", torch::nn::BatchNorm1d(config.hidden))),
        last(register_module("last", torch::nn::Linear(config.hidden, 3))) {}

  torch::Tensor forward(const torch::Tensor& flowers) { return last(torch::relu(norm(first(flowers)))); }
  const NetConfig& hub_config() const { return config_; }

 private:
  NetConfig config_;
  torch::nn::Linear first;
  torch::nn::BatchNorm1d norm;
  torch::nn::Linear last;
};
TORCH_MODULE(Net);

std::pair<torch::Tensor, torch::Tensor> iris() {
  const Dataset data = load_iris(IRIS_CSV, IrisConfig().species);
  const auto count = static_cast<std::int64_t>(data.flowers.size());
  torch::Tensor flowers = torch::empty({count, 4});
  torch::Tensor labels = torch::empty({count}, torch::kInt64);
  for (std::int64_t i = 0; i < count; ++i) {
    for (std::int64_t k = 0; k < 4; ++k) flowers[i][k] = data.flowers[static_cast<std::size_t>(i)][static_cast<std::size_t>(k)];
    labels[i] = static_cast<std::int64_t>(data.labels[static_cast<std::size_t>(i)]);
  }
  return {flowers, labels};
}

Net train() {
  torch::manual_seed(1);
  const auto [flowers, labels] = iris();
  Net net;
  torch::optim::Adam optimizer(net->parameters(), torch::optim::AdamOptions(0.02));
  for (int epoch = 0; epoch < 100; ++epoch) {
    optimizer.zero_grad();
    torch::nn::functional::cross_entropy(net->forward(flowers), labels).backward();
    optimizer.step();
  }
  net->eval();
  return net;
}

Answers answers(Net net) {
  const torch::NoGradGuard no_gradients;
  const torch::Tensor found = net->forward(iris().first).to(torch::kFloat64).contiguous();
  return {found.data_ptr<double>(), found.data_ptr<double>() + found.numel()};
}

int main(int argc, char** argv) {
  const auto push = [](const std::string& repo_id) {
    const Net net = train();
    net->push_to_hub(repo_id);
    return answers(net);
  };
  const auto load = [](const std::string& repo_id) { return answers(Net(NetImpl::from_pretrained(repo_id))); };
  return two_processes(argc, argv, "user/iris-net", push, load);
}
