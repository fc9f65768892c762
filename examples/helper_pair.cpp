// SPDX-License-Identifier: Apache-2.0
// Sharing models of a library that one cannot, or would rather not, derive from: two free functions, one to push and
// one to load, in place of a base class.
#include <huggingface_hub/cards/repo_card.hpp>
#include <huggingface_hub/huggingface_hub.hpp>
#include <huggingface_hub/safetensors/reader.hpp>
#include <huggingface_hub/safetensors/writer.hpp>

#include <filesystem>
#include <iostream>
#include <random>
#include <string>
#include <vector>

namespace hf = huggingface_hub;
namespace fs = std::filesystem;

/// What the library that is not ours has.
namespace regress {
constexpr const char* kVersion = "1.4";
struct Line {
  std::vector<double> coefficients{};
};
}  // namespace regress

/// Makes the repository if need be and uploads weights and card in one commit.
hf::CommitInfo push_to_hub_regress(const regress::Line& line, const std::string& repo_id,
                                   const hf::UploadFolderOptions& options = {}) {
  hf::HfApiOptions identity;
  identity.library_name = "regress";
  identity.library_version = regress::kVersion;
  const hf::HfApi api(identity);

  hf::CreateRepoOptions create;
  create.exist_ok = true;
  create.token = options.token;
  const std::string id = api.create_repo(repo_id, create).repo_id;

  const fs::path folder = fs::temp_directory_path() / ("regress-" + std::to_string(std::random_device()()));
  fs::create_directories(folder);
  hf::safetensors::save_file({{"coefficients", {line.coefficients, {line.coefficients.size()}}}},
                             folder / "model.safetensors");
  hf::ModelCardFields fields;
  fields.library_name = "regress";
  fields.tags = {"tabular-regression"};
  hf::ModelCard("---\n" + hf::ModelCardData(fields).to_yaml() + "\n---\n\nA line.\n").save(folder / "README.md");
  const hf::CommitInfo commit = api.upload_folder(id, folder, options);
  fs::remove_all(folder);
  return commit;
}

/// Loads from a folder of this machine or from the Hub.
regress::Line from_pretrained_regress(const std::string& id_or_path, hf::HfHubDownloadOptions options = {}) {
  options.library_name = "regress";
  options.library_version = regress::kVersion;
  const fs::path file = fs::is_directory(id_or_path) ? fs::path(id_or_path) / "model.safetensors"
                                                     : hf::hf_hub_download(id_or_path, "model.safetensors", options);
  return {hf::safetensors::File::open(file).copy<double>("coefficients")};
}

int main(int argc, char** argv) {
  const std::string repo_id = argc > 1 ? argv[1] : "my-line";
  try {
    const auto commit = push_to_hub_regress({{0.5, 2.0}}, repo_id);
    const regress::Line line = from_pretrained_regress(commit.repo_url.repo_id);
    std::cout << "y = " << line.coefficients.at(0) << " + " << line.coefficients.at(1) << " x\n";
  } catch (const hf::HfHubError& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
