// SPDX-License-Identifier: Apache-2.0
// Downloads one file into the cache that all clients on this machine share.
//
//   download_file REPO FILE [REVISION]
#include <huggingface_hub/huggingface_hub.hpp>

#include <iostream>

namespace hf = huggingface_hub;

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: download_file REPO FILE [REVISION]\n";
    return 2;
  }
  hf::HfHubDownloadOptions options;
  if (argc > 3) options.revision = argv[3];
  try {
    const auto path = hf::hf_hub_download(argv[1], argv[2], options);
    std::cout << path.string() << '\n';
  } catch (const hf::RepositoryNotFoundError& error) {
    std::cerr << "No such repository, or no access to it: " << error.what() << '\n';
    return 1;
  } catch (const hf::EntryNotFoundError& error) {
    std::cerr << "No such file: " << error.what() << '\n';
    return 1;
  } catch (const hf::HfHubError& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
