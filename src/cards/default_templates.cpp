// SPDX-License-Identifier: Apache-2.0
#include "cards/default_templates.hpp"

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

constexpr const char* kModelCard = R"md(---
# The keys of this block: https://github.com/huggingface/hub-docs/blob/main/modelcard.md?plain=1
# Guide: https://huggingface.co/docs/hub/model-cards
{{ card_data }}
---

# Model Card for {{ model_id | default("Model ID", true) }}

<!-- What the model does, in one or two sentences. -->

{{ model_summary | default("", true) }}

## Model Details

### Model Description

<!-- What the model is, in a paragraph: architecture, size, what it was made for. -->

{{ model_description | default("", true) }}

- **Developed by:** {{ developers | default("[More Information Needed]", true)}}
- **Funded by [optional]:** {{ funded_by | default("[More Information Needed]", true)}}
- **Shared by [optional]:** {{ shared_by | default("[More Information Needed]", true)}}
- **Model type:** {{ model_type | default("[More Information Needed]", true)}}
- **Language(s) (NLP):** {{ language | default("[More Information Needed]", true)}}
- **License:** {{ license | default("[More Information Needed]", true)}}
- **Finetuned from model [optional]:** {{ base_model | default("[More Information Needed]", true)}}

### Model Sources [optional]

<!-- Links to where the model lives and is described. -->

- **Repository:** {{ repo | default("[More Information Needed]", true)}}
- **Paper [optional]:** {{ paper | default("[More Information Needed]", true)}}
- **Demo [optional]:** {{ demo | default("[More Information Needed]", true)}}

## Uses

<!-- Who is expected to use the model for what, and who is affected when they do. -->

### Direct Use

<!-- What the model can be used for as it is. -->

{{ direct_use | default("[More Information Needed]", true)}}

### Downstream Use [optional]

<!-- What it can be used for after fine-tuning, or as a part of a larger system. -->

{{ downstream_use | default("[More Information Needed]", true)}}

### Out-of-Scope Use

<!-- What the model should not be used for, and where it is known to fail. -->

{{ out_of_scope_use | default("[More Information Needed]", true)}}

## Bias, Risks, and Limitations

<!-- Known weaknesses of the model and of its data, technical and social. -->

{{ bias_risks_limitations | default("[More Information Needed]", true)}}

### Recommendations

<!-- What users should do about these weaknesses. -->

{{ bias_recommendations | default("Everyone who uses the model, directly or in a larger system, should know its risks, biases and limitations. More information is needed for further recommendations.", true)}}

## How to Get Started with the Model

This code loads the model and runs it.

{{ get_started_code | default("[More Information Needed]", true)}}

## Training Details

### Training Data

<!-- What the model was trained on; best a link to the card of the data set. -->

{{ training_data | default("[More Information Needed]", true)}}

### Training Procedure

<!-- How the model was trained; how to reproduce it, as far as known. -->

#### Preprocessing [optional]

{{ preprocessing | default("[More Information Needed]", true)}}


#### Training Hyperparameters

- **Training regime:** {{ training_regime | default("[More Information Needed]", true)}} <!-- fp32, fp16, bf16, fp8, or mixed precision -->

#### Speeds, Sizes, Times [optional]

<!-- Hardware throughput, duration, size of a checkpoint. -->

{{ speeds_sizes_times | default("[More Information Needed]", true)}}

## Evaluation

<!-- How the model was measured, and what came out. -->

### Testing Data, Factors & Metrics

#### Testing Data

<!-- What the model was tested on; best a link to the card of the data set. -->

{{ testing_data | default("[More Information Needed]", true)}}

#### Factors

<!-- What the results are broken down by, such as groups or domains. -->

{{ testing_factors | default("[More Information Needed]", true)}}

#### Metrics

<!-- Which metrics were taken, and why these. -->

{{ testing_metrics | default("[More Information Needed]", true)}}

### Results

{{ results | default("[More Information Needed]", true)}}

#### Summary

{{ results_summary | default("", true) }}

## Model Examination [optional]

<!-- Work on how the model comes to its answers. -->

{{ model_examination | default("[More Information Needed]", true)}}

## Environmental Impact

<!-- Energy and emissions of the training, as far as known. -->

The [Machine Learning Impact calculator](https://mlco2.github.io/impact#compute) of [Lacoste et al. (2019)](https://arxiv.org/abs/1910.09700) gives an estimate.

- **Hardware Type:** {{ hardware_type | default("[More Information Needed]", true)}}
- **Hours used:** {{ hours_used | default("[More Information Needed]", true)}}
- **Cloud Provider:** {{ cloud_provider | default("[More Information Needed]", true)}}
- **Compute Region:** {{ cloud_region | default("[More Information Needed]", true)}}
- **Carbon Emitted:** {{ co2_emitted | default("[More Information Needed]", true)}}

## Technical Specifications [optional]

### Model Architecture and Objective

{{ model_specs | default("[More Information Needed]", true)}}

### Compute Infrastructure

{{ compute_infrastructure | default("[More Information Needed]", true)}}

#### Hardware

{{ hardware_requirements | default("[More Information Needed]", true)}}

#### Software

{{ software | default("[More Information Needed]", true)}}

## Citation [optional]

<!-- How to cite the model or its paper. -->

**BibTeX:**

{{ citation_bibtex | default("[More Information Needed]", true)}}

**APA:**

{{ citation_apa | default("[More Information Needed]", true)}}

## Glossary [optional]

<!-- Terms that a reader of this card may not know. -->

{{ glossary | default("[More Information Needed]", true)}}

## More Information [optional]

{{ more_information | default("[More Information Needed]", true)}}

## Model Card Authors [optional]

{{ model_card_authors | default("[More Information Needed]", true)}}

## Model Card Contact

{{ model_card_contact | default("[More Information Needed]", true)}}
)md";

constexpr const char* kDatasetCard = R"md(---
# The keys of this block: https://github.com/huggingface/hub-docs/blob/main/datasetcard.md?plain=1
# Guide: https://huggingface.co/docs/hub/datasets-cards
{{ card_data }}
---

# Dataset Card for {{ pretty_name | default("Dataset Name", true) }}

<!-- What the data set is, in one or two sentences. -->

{{ dataset_summary | default("", true) }}

## Dataset Details

### Dataset Description

<!-- What the data set holds and what it was made for, in a paragraph. -->

{{ dataset_description | default("", true) }}

- **Curated by:** {{ curators | default("[More Information Needed]", true)}}
- **Funded by [optional]:** {{ funded_by | default("[More Information Needed]", true)}}
- **Shared by [optional]:** {{ shared_by | default("[More Information Needed]", true)}}
- **Language(s) (NLP):** {{ language | default("[More Information Needed]", true)}}
- **License:** {{ license | default("[More Information Needed]", true)}}

### Dataset Sources [optional]

<!-- Links to where the data set lives and is described. -->

- **Repository:** {{ repo | default("[More Information Needed]", true)}}
- **Paper [optional]:** {{ paper | default("[More Information Needed]", true)}}
- **Demo [optional]:** {{ demo | default("[More Information Needed]", true)}}

## Uses

<!-- Who is expected to use the data for what. -->

### Direct Use

<!-- What the data set is suited to. -->

{{ direct_use | default("[More Information Needed]", true)}}

### Out-of-Scope Use

<!-- What the data set should not be used for. -->

{{ out_of_scope_use | default("[More Information Needed]", true)}}

## Dataset Structure

<!-- Fields, splits, how the splits were made, and how records relate to each other. -->

{{ dataset_structure | default("[More Information Needed]", true)}}

## Dataset Creation

### Curation Rationale

<!-- Why the data set was made. -->

{{ curation_rationale_section | default("[More Information Needed]", true)}}

### Source Data

<!-- Where the data comes from: news, posts, translations, recordings. -->

#### Data Collection and Processing

<!-- How the data was gathered, selected, filtered and normalised, with which tools. -->

{{ data_collection_and_processing_section | default("[More Information Needed]", true)}}

#### Who are the source data producers?

<!-- People or systems that made the source data, and what is known about them. -->

{{ source_data_producers_section | default("[More Information Needed]", true)}}

### Annotations [optional]

<!-- Annotations added after the data was gathered, if any. -->

#### Annotation process

<!-- How annotations were made: tools, guidelines, amount, agreement, checks. -->

{{ annotation_process_section | default("[More Information Needed]", true)}}

#### Who are the annotators?

<!-- People or systems that made the annotations. -->

{{ who_are_annotators_section | default("[More Information Needed]", true)}}

#### Personal and Sensitive Information

<!-- Personal, sensitive or private data in the set, and how it was made anonymous, if it was. -->

{{ personal_and_sensitive_information | default("[More Information Needed]", true)}}

## Bias, Risks, and Limitations

<!-- Known weaknesses of the data, technical and social. -->

{{ bias_risks_limitations | default("[More Information Needed]", true)}}

### Recommendations

<!-- What users should do about these weaknesses. -->

{{ bias_recommendations | default("Everyone who uses the data set should know its risks, biases and limitations. More information is needed for further recommendations.", true)}}

## Citation [optional]

<!-- How to cite the data set or its paper. -->

**BibTeX:**

{{ citation_bibtex | default("[More Information Needed]", true)}}

**APA:**

{{ citation_apa | default("[More Information Needed]", true)}}

## Glossary [optional]

<!-- Terms that a reader of this card may not know. -->

{{ glossary | default("[More Information Needed]", true)}}

## More Information [optional]

{{ more_information | default("[More Information Needed]", true)}}

## Dataset Card Authors [optional]

{{ dataset_card_authors | default("[More Information Needed]", true)}}

## Dataset Card Contact

{{ dataset_card_contact | default("[More Information Needed]", true)}}
)md";

}  // namespace

std::string default_card_template(RepoType type) { return type == RepoType::dataset ? kDatasetCard : kModelCard; }

HUGGINGFACE_HUB_NAMESPACE_END
