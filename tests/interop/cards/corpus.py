# SPDX-License-Identifier: Apache-2.0
"""Cards as people write them, and as nobody should: input of card_cases.py."""

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
