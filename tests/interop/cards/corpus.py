# SPDX-License-Identifier: Apache-2.0
"""Cards as people write them, and as nobody should: input of card_cases.py.

`CARDS` is made of METADATA (the blocks of spec/cards.md and of the client's own tests among them), of whole cards, and of
cards that `generated` draws with a fixed seed.
"""
import random

MODEL_INDEX = """model-index:
- name: RoBERTa fine-tuned on ReactionGIF
  results:
  - task:
      type: text-classification
      name: Text Classification
    dataset:
      type: julien-c/reactiongif
      name: ReactionGIF
      config: default
      split: test
      revision: 5503434ddd753f426f4b38109466949a1217c2bb
      args:
        date: 20220120
    metrics:
    - type: recall
      value: 0.7762102282047272
      name: Recall
      config: default
      args:
        threshold: 0.18
      verified: true
    - name: Accuracy
      type: accuracy
      value: 0.2662102282047272
      verified: false
      verifyToken: eyJh.b-c
    source:
      name: Leaderboard
      url: https://huggingface.co/spaces/leaderboard
"""

METADATA = [
    "license: mit\ndatasets:\n- foo\n- bar",
    "license: mit\ndatasets: [foo, bar]  # flow",
    "# a comment\nlanguage: en # another\n\nlicense: 'apache-2.0'\n",
    "language:\n  - en\n  - fr\ntags:\n  - a\n  - b\n  - a\n",
    "tags: foo",
    "tags:\n- a\n- null\n- 1\n- a",
    "tags:\n  a: 1\n  b: 2",
    "tags: 5",
    "tags: []",
    "language: no",
    "language: [no, en]",
    "language: 'no'",
    "emoji: 🎁\ntitle: Été 日本\ncolorFrom: red",
    "zzz: 1\naaa: 2\nlicense: mit\nmmm: {b: 1, a: [1, 2, {c: null}]}\nlanguage: en",
    "license: null\nlanguage: ~\nfoo: null\nbar:",
    "pipeline_tag: text-generation\nlibrary_name: transformers\nbase_model: a/b\nbase_model_relation: finetune",
    "base_model:\n- a/b\n- c/d\nmetrics:\n- accuracy\nmodel_name: only a name",
    "date: 2024-01-02\ntime: 2024-01-02T03:04:05Z\nlocal: 2024-1-2 3:04:05.5 -5",
    "version: 1.0\nother: '1.0'\nexp: 1e3\nbig: 123456789012345678901234567890\nfloat: 1.5e+3\ninf: .inf\nnan: .nan",
    "octal: 010\nhex: 0x1F\nsixty: 1:30\nunder: 1_000",
    "a: &x [1, 2]\nb: 3",
    "base: {k: 1}\nmerged: {<<: {a: 1, b: 2}, b: 3}",
    "text: |\n  line one\n   indented\n\n  line three\nfolded: >-\n  a\n  b\n\n  c\n",
    "long: " + "word " * 40 + "\nlonger: " + "x" * 200,
    "widget:\n- text: \"My name is Clara: hi\"\n  example_title: 'It''s #1'\n- src: https://a.b/c.wav\ninference:\n  parameters:\n    temperature: 0.7",
    "extra_gated_prompt: \"You agree to:\\n- not do X\\n- do Y\"\nextra_gated_fields:\n  Name: text\n  I agree: checkbox",
    "dataset_info:\n  features:\n  - name: label\n    dtype:\n      class_label:\n        names:\n          '0': neg\n          '1': pos\n  - name: id2\n    map: {0: a, 1: b}\n  splits:\n  - name: train\n    num_bytes: 123456\n    num_examples: 10",
    "configs:\n- config_name: default\n  data_files:\n  - split: train\n    path: data/train-*",
    "train-eval-index:\n- config: default\n  task: text-classification\npretty_name: X\nlicense: mit",
    "train_eval_index:\n- config: a\ntrain-eval-index:\n- config: b\nlanguage: en",
    "train_eval_index: []\ntrain-eval-index:\n- config: b\nlanguage: en",
    "annotations_creators:\n- found\nsize_categories:\n- n<1K\n- 1K<n<10K\ntask_ids: []\nlicense:\n- mit\n- other",
    "title: Demo\nsdk: gradio\nsdk_version: 4.44.0\napp_file: app.py\napp_port: 7860\npinned: false\nlicense: mit\nmodels:\n- a/b\ntags:\n- x\n- x\nduplicated_from: u/s",
    "license: other\nlicense_name: my-license\nlicense_link: LICENSE.md\nnew_version: a/b",
    MODEL_INDEX,
    "language: en\n" + MODEL_INDEX + "license: mit\n",
    "model-index: []\nlicense: mit",
    "model-index: null\nlicense: mit",
    "model-index:\n- name: x\n  results: []",
    "model-index:\n- name: null\n  results: []",
    "model-index:\n- results: []",
    "model-index:\n- name: x\n  results:\n  - task:\n      type: t\n    metrics:\n    - type: a\n      value: 1",
    "model-index:\n- name: x\n  results:\n  - task: {type: t}\n    dataset: {type: d, name: D}\n    metrics:\n    - {type: a, value: null}\n    source: null",
    "model-index:\n- name: x\n  results:\n  - task: {type: t}\n    dataset: {type: d, name: D, args: [1, null, {a: null, b: []}], config: no, revision: 20220120}\n    metrics:\n    - {type: a, value: [1, null], name: 5, unknown: lost}\n  - task: {type: t}\n    dataset: {type: d, name: E, config: no, revision: 20220120}\n    metrics:\n    - {type: b, value: 20.0 ± 1.2}",
    "model-index:\n- name: x\n  results:\n  - task: {type: t}\n    dataset: {type: d, name: D}\n    metrics:\n    - {type: a, value: 1}\n    source: {name: only}",
    "model-index:\n- name: x\n  results:\n  - task: {type: t}\n    dataset: {type: d, name: D}\n    metrics: []\n- name: y\n  results:\n  - task: {type: t}\n    dataset: {type: d, name: D}\n    metrics:\n    - {type: a, value: 1}",
    "model-index: {name: x}",
    "model-index: text",
    "model-index:\n- text",
    "eval_results: foo",
    "eval_results: []\nmodel_name: x",
    "1: a",
    "yes: a",
    "null: a",
    "- a\n- b",
    "just text",
    "a: b: c",
    "a: [",
    "a: !!python/name:os.system x",
    "a: =",
    "? a\n: b\n'quoted key': 1\n? 'multi\n\n  line'\n: 2",
    "a: \"tab\\there\"\nb: \"bell\\a\"\nc: \"nbsp\\_\"\nd: ' lead'\ne: 'trail '\nf: \"\\u2028\"\ng: \"\\uFEFF\"",
    "a: *x",
    "a: 1\n---\nb: 2",
    "---\na: 1",
    "a: 1\n...",
    "%YAML 1.1\n---\na: 1",
    "a: 2024-13-01",
    "\ta: 1",
    "co2_eq_emissions:\n  emissions: 0.0123\n  source: code carbon\n  training_type: fine-tuning\n  geographical_location: 'Paris, France'\n  hardware_used: 1 x V100",
    "thumbnail: https://a.b/c.png?x=1&y=2#z\ntags:\n- 'not-for-all-audiences'\n- \"c++\"\n- node.js\n- '@scope'\n- 'yes'",
]

METADATA += [
    # The client's own tests: a simple card, results without a data set, two configurations of one data set.
    "language:\n- en\nlicense: mit\nlibrary_name: pytorch-lightning\ntags:\n- pytorch\n- image-classification\ndatasets:\n- beans\nmetrics:\n- acc",
    "language: en\nlicense: mit\ntags:\n- pytorch\nmodel-index:\n- name: my-cool-model\n  results:\n  - task:\n      type: image-classification\n    metrics:\n    - type: acc\n      value: 0.9",
    "language: en\nmodel-index:\n- name: d\n  results:\n  - task:\n      type: image-classification\n      name: Image Classification\n    dataset:\n      type: beans\n      name: Beans\n      config: default\n      split: test\n      revision: main\n    metrics:\n    - type: accuracy\n      value: 0.9\n      name: Accuracy\n      verified: true\n      verifyToken: abc\n    - type: accuracy\n      value: 0.9\n      name: Accuracy\n      verified: false\n  - task:\n      type: image-classification\n      name: Image Classification\n    dataset:\n      type: beans\n      name: Beans\n      config: other\n      args:\n        date: 20220120\n    metrics:\n    - type: f1\n      value: 0.75",
    "model-index:\n- name: 'no'\n  results:\n  - task: {type: t, name: null}\n    dataset: {name: D, type: d}\n    metrics:\n    - {type: a, value: 'yes'}\n    source: {name: S, url: u}\n  - task: {type: t}\n    dataset: {name: D, type: d}\n    metrics:\n    - {type: b, value: 1e-5}\n    source: {name: T, url: v}",
    "title: Shared\nsdk: static\nlicense: mit\nduplicated_from: user/space\ntags: [a, b, a]",
    "meaning_of_life: 42",
    "zzz: a\nlanguage: en\naaa: b\nmmm: c\nbbb: d\nlicense: mit",
    # The widget of spec/inference.md 12.2.
    "pipeline_tag: text-to-image\nbase_model: acme/base-diffusion\ninstance_prompt: sks lighthouse\ninference:\n  parameters:\n    guidance_scale: 4.5\nwidget:\n- text: sks lighthouse in a storm\n  example_title: Storm\n  parameters:\n    negative_prompt: text\n  output:\n    url: images/storm.png",
    "pipeline_tag: text-generation\ntags: [conversational]\nwidget:\n- messages:\n  - role: user\n    content: Name three prime numbers.\ninference: false\nmask_token: <mask>",
    # What YAML 1.1 makes of plain text.
    "a: y\nb: n\nc: Y\nd: tRue\ne: OFF\nf: On\ng: NULL\nh: Null\ni: nULL",
    "a: 08\nb: 0o7\nc: 0b101\nd: 12:30:45\ne: 1:60\nf: -1:30\ng: +12\nh: 1_0.5_0\ni: 1.\nj: .5\nk: -.5\nl: +.inf",
    "a: 2001-12-14t21:59:43.10-05:00\nb: 2001-12-14 21:59:43.1234567 Z\nc: 2001-1-1\nd: 2001-01-01\ne: '2001-01-01'",
    "a: !!str 1\nb: !!float 3\nc: !!int '3'\nd: !!binary aGVsbG8=\nf: ! yes\ng: !!null ''",
    "a: 1\na: 2\nb: 3\na: 4",
    "defaults: &d\n  x: 1\n  y: 2\nuse:\n  <<: *d\n  y: 3\nword: &w x\nsame: *w",
    "key with spaces: 1\n'it''s': 2\n\"tab\\t\": 3\n? " + "k" * 130 + "\n: long\n'': empty\n'- a': 4\n'#x': 5",
    "a: |+\n  keep\n\n\nb: >\n  fold\n  ed\n\n   more\n  less\nc: |2-\n    two\n  x",
    "empty_list: []\nempty_map: {}\nnested: [[], {}, [[1], []], {a: []}]\nnull_item: [null, ~, '']",
    "emoji: 🚀\nflag: 🇫🇷\nfamily: 👩‍👩‍👧\nzwj: \"a\\u200Db\"\nastral_key_𝒳: 𝒴\n🎁: 🎁",
    "license: mit\n\n\n# trailing comment",
    "extra_gated_heading: 'Accept: please'\nextra_gated_button_content: \"I agree \\u2713\"\nextra_gated_description: >-\n  Long text that is folded over\n  several lines of the source and that is longer than eighty columns once it is one line again.",
]

CARDS = [f"---\n{block}\n---\n# Title\n\nBody\n" for block in METADATA]
CARDS += [f"---\n{block}\n---\n# Title\n\nBody\n".replace("\n", "\r\n") for block in METADATA[:36]]
CARDS += [
    "",
    "\n",
    "# Title\n\nno block\n",
    "---\n---\ntrail",
    "---\r\n---\r\ntrail",
    "---\r\n---\r\nlanguage: en\r\n---\r\nbody",
    "---\n\n---\ntrail",
    "---\n---\nlanguage: en\n---\nbody",
    "\n\n---\na: 1\n---\nx",
    " \t\u3000\x85---\na: 1\n---\nx",
    "---\na: 1\n---  \t\nbody",
    "---\na: 1\n---",
    "---\na: 1\n---   ",
    "---\na: 1\n---\n",
    "---\na: 1\n---\r\nmixed\n",
    "---\r\na: 1\n---\nmixed\r\n",
    "---\na: 1\n---x\n---\nbody",
    "---\ra: 1\r---\rbody",
    "---\ra: 1\r---\nbody\r\r",
    "--- \na: 1\n---\nbody",
    "----\na: 1\n----\nbody",
    "something\n---\na: 1\n---\n",
    "\ufeff---\na: 1\n---\nbody",
    "---\n# only a comment\n---\nbody",
    "---\nnull\n---\nbody",
    "---\na: 1\n---\nbody with --- inside\n---\nand: yaml\n---\n",
    "---\nlicense: mit\n---\n\n<!-- comment -->\n\n```yaml\n---\na: b\n---\n```\n",
    "---\nlicense: mit\n---\nemoji 🚀 and é\u2028separator",
]

# Files as they stand on a disk: with a byte order mark, with blank lines, with several kinds of line breaks.
CARDS += [
    "\ufeff---\nlicense: mit\n---\n# After a byte order mark\n",
    "\ufeff\n---\r\nlicense: mit\r\n---\r\nbody\r\n",
    "\ufeffno block",
    "---\nlicense: mit\n---\n<!-- a comment -->\nbody <!-- another\n-->\n\n\n",
    "---\nlicense: mit\n---\n| a | b |\n|---|---|\n| 1 | 2 |\n",
    "---\nlicense: mit\n---\nSetext\n---\n\n---\n\n***\n",
    "---\nlicense: mit\n---\n\ttab\x0bvertical\x0cform\x85next\u2028line\u2029paragraph",
    "---\nlicense: mit\n---\n\n\n\n",
    "---\r\nlicense: mit\r\n---\r\n\nmixed\r\nbreaks\rhere\n",
    "---\nlicense: mit\n---\n{{ jinja }} {% raw %} $math$ \\(x\\) \\n\n",
    "---\nlicense: mit\n--- \n---\nlicense: other\n---\n",
    "---\n\nlicense: mit\n\n---\n\nbody",
    "---\nlicense: mit\n...\n---\nbody",
    "---\n{license: mit, tags: [a, b]}\n---\nbody",
    "---\nlicense: mit\n---\n" + "line\n" * 300,
]


BODIES = [
    "", "# Model\n", "\n# Model 🚀\n\nText with *emphasis* and `code`.\n", "\n# 日本語\n\n本文。\n", "no newline at the end",
    "\n```yaml\n---\nlicense: mit\n---\n```\n", "\n<!-- Provide a summary -->\n\n## Uses\n\n- a\n- b\n", "\n\n\nfar below\n",
]
WORDS = ["bert", "tiny", "résumé", "grande", "日本", "🎁", "v1.0", "c++", "it's", "no", "null", "1e3", "2024-01-02", "100%", "#1", "a: b",
         "user/repo", "n<1K", "- dash", "@home", "`x`", "~", "=", "yes", "12:30", "0x1F", "[x]", "{y}", "!tag", "&a", "*b", "|", ">", "?", ""]
KEYS = ["license", "language", "tags", "datasets", "metrics", "base_model", "library_name", "pipeline_tag", "widget", "inference",
        "thumbnail", "co2_eq_emissions", "new_version", "extra_gated_prompt", "title", "emoji", "colorFrom", "sdk", "app_port",
        "pretty_name", "size_categories", "configs", "dataset_info", "custom-key", "Clé", "model_name", "license_link", "pinned"]


def random_text(rng):
    if rng.random() < 0.5:
        return rng.choice(WORDS)
    words = [rng.choice(WORDS) for _ in range(rng.choice([1, 2, 3, 5, 25]))]
    return rng.choice([" ", " ", " ", "\n", "  "]).join(words)


def random_value(rng, depth=2):
    kind = rng.randrange(12)
    if depth and kind < 2:
        return {random_text(rng) or "k": random_value(rng, depth - 1) for _ in range(rng.randrange(4))}
    if depth and kind < 5:
        return [random_value(rng, depth - 1) for _ in range(rng.randrange(4))]
    if kind == 5:
        return rng.choice([True, False, None, 0, -1, 7860, 10**20, 0.5, 1e-5, 1e16, 3.0])
    return random_text(rng)


def random_block(rng):
    import yaml

    value = {key: random_value(rng) for key in rng.sample(KEYS, rng.randint(1, 6))}
    style = rng.randrange(6)
    if style < 3:  # As the client writes it.
        return yaml.dump(value, sort_keys=False, allow_unicode=True).strip()
    if style == 3:
        return yaml.dump(value, sort_keys=False, allow_unicode=True, default_flow_style=True, width=1000).strip()
    if style == 4:
        return yaml.dump(value, sort_keys=True, default_style=rng.choice(['"', "'", "|", ">"]), width=40, indent=4).strip()
    block = yaml.dump(value, sort_keys=False, allow_unicode=True, width=1000).strip()
    return "# written by hand\n" + block + "\n# the end"


def generated(seed=20240102, count=200):
    """Cards with known and unknown keys in the styles of several writers; the same ones for the same seed."""
    rng = random.Random(seed)
    cards = []
    while len(cards) < count:
        text = f"---\n{random_block(rng)}\n---\n{rng.choice(BODIES)}"
        if rng.random() < 0.15:
            text = text.replace("\n", "\r\n")
        if rng.random() < 0.05:
            text = "\ufeff" + text
        cards.append(text)
    return cards


CARDS += generated()
