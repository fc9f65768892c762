// SPDX-License-Identifier: Apache-2.0
// Makes a model card from the default template, pushes it, loads it back and changes it.
#include <huggingface_hub/cards/repo_card.hpp>
#include <huggingface_hub/huggingface_hub.hpp>

#include <iostream>
#include <string>

namespace hf = huggingface_hub;

int main(int argc, char** argv) {
  const std::string name = argc > 1 ? argv[1] : "my-documented-model";
  try {
    hf::CreateRepoOptions create;
    create.exist_ok = true;
    const std::string repo_id = hf::create_repo(name, create).repo_id;

    hf::ModelCardFields fields;
    fields.language = "en";
    fields.library_name = "my-library";
    fields.license = "mit";
    fields.tags = {"tabular-classification"};
    hf::CardTemplateOptions text;
    text.vars.set("model_id", repo_id);
    text.vars.set("model_summary", "Tells three kinds of iris apart.");
    text.vars.set("developers", "The C++ team");
    const auto card = hf::ModelCard::from_template(hf::ModelCardData(fields), text);
    card.push_to_hub(repo_id);

    auto loaded = hf::ModelCard::load(repo_id);
    loaded.data().set("license", "apache-2.0");
    hf::CardPushOptions push;
    push.commit_message = "Change the license";
    loaded.push_to_hub(repo_id, push);
    std::cout << loaded.content() << '\n';
  } catch (const hf::HfHubError& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
