// SPDX-License-Identifier: Apache-2.0
// Learns the logical "or", and shares it: train REPO_ID
#include "perceptron.hpp"

#include <exception>
#include <iostream>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: train REPO_ID\n";
    return 2;
  }
  try {
    Perceptron model;
    model.train({{0, 0}, {0, 1}, {1, 0}, {1, 1}}, {false, true, true, true}, 20);
    const huggingface_hub::CommitInfo commit = model.push_to_hub(argv[1]);
    std::cout << commit.commit_url << "\n";
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
