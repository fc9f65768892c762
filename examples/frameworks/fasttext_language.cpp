// SPDX-License-Identifier: Apache-2.0
// fastText by the pair of helpers: a model given as argument (lid.176.ftz, which names the language of a text), or one
// that is trained here on a few words of three languages.
#include "two_processes.hpp"

#include <huggingface_hub/fasttext.hpp>

#include <memory>
#include <sstream>
#include <utility>

const std::vector<std::string> kSentences{
    "The weather is nice today and we are going for a walk.", "Das Wetter ist heute schön und wir gehen spazieren.",
    "Il fait beau aujourd'hui et nous allons nous promener.", "Hoy hace buen tiempo y vamos a dar un paseo.",
    "Oggi il tempo è bello e andiamo a fare una passeggiata.", "今日は天気が良いので、散歩に行きます。",
    "Сегодня хорошая погода, и мы идём гулять.",                 "今天天气很好，我们去散步。",
    "오늘은 날씨가 좋아서 산책하러 갑니다.",                           "اليوم الطقس جميل وسنذهب في نزهة."};

std::unique_ptr<fasttext::FastText> train(const std::filesystem::path& folder) {
  std::ofstream lines(folder / "lines.txt");
  for (int i = 0; i < 50; ++i) {
    lines << "__label__en the weather is nice and we are going for a walk today\n"
             "__label__de das wetter ist schön und wir gehen heute spazieren\n"
             "__label__fr il fait beau et nous allons nous promener aujourd'hui\n";
  }
  lines.close();
  fasttext::Args args;
  args.input = (folder / "lines.txt").string();
  args.model = fasttext::model_name::sup;
  args.loss = fasttext::loss_name::softmax;
  args.minCount = 1;
  args.dim = 16;
  args.bucket = 10000;
  args.minn = 2;
  args.maxn = 4;
  args.epoch = 10;
  args.lr = 0.5;
  args.thread = 1;
  args.verbose = 0;
  auto model = std::make_unique<fasttext::FastText>();
  model->train(args);
  return model;
}

Answers answers(const fasttext::FastText& model) {
  Answers found;
  for (const std::string& sentence : kSentences) {
    std::istringstream text(sentence + "\n");
    std::vector<std::pair<float, std::string>> labels;
    model.predictLine(text, labels, 1, 0);
    if (labels.empty()) continue;
    std::printf("%s %s\n", labels[0].second.c_str(), sentence.c_str());
    found.push_back(static_cast<double>(labels[0].first));
  }
  return found;
}

int main(int argc, char** argv) {
  return two_processes(
      argc, argv, "user/language",
      [&](const std::string& repo_id) {
        const Scratch scratch;
        auto model = std::make_unique<fasttext::FastText>();
        if (argc > 1) {
          model->loadModel(std::string(argv[1]));
        } else {
          model = train(scratch.path);
        }
        hf::push_to_hub_fasttext(*model, repo_id);
        return answers(*model);
      },
      [](const std::string& repo_id) { return answers(*hf::from_pretrained_fasttext(repo_id)); });
}
