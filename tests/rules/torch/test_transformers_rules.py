"""transformers: arguments without full determinism, sampling without a seed, names without a revision."""

from __future__ import annotations

import pytest
from tests.helpers import check, marked_lines

MISSING = [
    "from transformers import TrainingArguments\na = TrainingArguments('out')  # !\n",
    "import transformers\na = transformers.TrainingArguments(output_dir='out', seed=3)  # !\n",
    "from transformers.training_args import TrainingArguments\na = TrainingArguments('out')  # !\n",
    (
        "from transformers.training_args_seq2seq import Seq2SeqTrainingArguments\n"
        "a = Seq2SeqTrainingArguments('out')  # !\n"
    ),
    "from trl import SFTConfig\na = SFTConfig(output_dir='out')  # !\n",
    "import trl\na = trl.GRPOConfig('out', full_determinism=False)  # !\n",
    (
        "from trl import DPOConfig\n\nshared = {'output_dir': 'out'}\n"
        "shared['full_determinism'] = False  # !\na = DPOConfig(**shared)\n"
    ),
    "from transformers import TrainingArguments\na = TrainingArguments('out', full_determinism=True, seed=None)  # !\n",
    (
        "from dataclasses import dataclass\nfrom transformers import TrainingArguments\n\n\n@dataclass\n"
        "class Own(TrainingArguments):\n    extra: int = 1\n\n\na = Own('out')  # !\n"
    ),
    (
        "from transformers import Trainer\n\n\ndef main(model, data):\n"
        "    Trainer(model, train_dataset=data).train()  # !\n"
    ),
    (
        "from trl import SFTTrainer\n\n\ndef main(model, data):\n"
        "    SFTTrainer(model=model, train_dataset=data).train()  # !\n"
    ),
    "from transformers import TrainingArguments, set_seed\n\nset_seed(3)\na = TrainingArguments('out')  # !\n",
    "from sentence_transformers import SentenceTransformerTrainingArguments as A\na = A('out')  # !\n",
    (
        "from transformers import TrainingArguments\nfrom mine import get_dataset, run\n\n\ndef main():\n"
        "    a = TrainingArguments('out')  # !\n    run(a, get_dataset(a))\n"
    ),
]

SETTLED = [
    "from transformers import TrainingArguments\na = TrainingArguments('out', full_determinism=True)\n",
    (
        "from transformers import TrainingArguments\n\n\ndef make(**options):\n"
        "    return TrainingArguments('out', **options)\n"
    ),
    (
        "from transformers import TrainingArguments\n\n\ndef make(args):\n"
        "    return TrainingArguments('out', full_determinism=args.exact)\n"
    ),
    "from transformers import TrainingArguments\na = TrainingArguments('out')\na.full_determinism = True\n",
    (
        "from transformers import TrainingArguments, set_seed\n\nset_seed(3, deterministic=True)\n"
        "a = TrainingArguments('out')\n"
    ),
    (
        "import torch\nfrom transformers import TrainingArguments\n\n\ndef main():\n"
        "    torch.use_deterministic_algorithms(True)\n    return TrainingArguments('out')\n"
    ),
    "from transformers import TrainingArguments\na = TrainingArguments('out', use_cpu=True)\n",
    "from transformers import HfArgumentParser, TrainingArguments\nparser = HfArgumentParser(TrainingArguments)\n",
    (
        "from dataclasses import dataclass\nfrom transformers import TrainingArguments\n\n\n@dataclass\n"
        "class Own(TrainingArguments):\n    full_determinism: bool = True\n\n\na = Own('out')\n"
    ),
    "from transformers import Trainer\n\n\ndef main(model, args):\n    Trainer(model, args).train()\n",
    "from transformers import Trainer\n\n\ndef main(model, data):\n    Trainer(model=model).predict(data)\n",
    "from mine import TrainingArguments\na = TrainingArguments('out')\n",
    "from lightning import Trainer\n\n\ndef main(model):\n    Trainer(deterministic=True).fit(model)\n",
    (
        "from transformers import TrainingArguments\nfrom mine import get_dataset, generate\n\n\ndef main():\n"
        "    a = TrainingArguments('dummy')\n    generate(get_dataset('ppo', training_args=a))\n"
    ),
    "from setfit import TrainingArguments\na = TrainingArguments('out')\n",
]


@pytest.mark.parametrize("code", MISSING)
def test_arguments_without_full_determinism(code: str) -> None:
    assert check(code, "DET241") == [(line, "DET241") for line in marked_lines(code)]


@pytest.mark.parametrize("code", SETTLED)
def test_arguments_that_are_settled_or_not_known(code: str) -> None:
    assert check(code, "DET241") == []


MODEL = (
    "from transformers import AutoModelForCausalLM, GenerationConfig, pipeline, set_seed\n"
    "import torch\n\nm = AutoModelForCausalLM.from_pretrained('gpt2')\n"
)
SAMPLED = [
    MODEL + "print(m.generate(do_sample=True))  # !\n",
    MODEL + "options = {'do_sample': True, 'top_p': 0.9}\nprint(m.generate(**options))  # !\n",
    MODEL + "c = GenerationConfig(do_sample=True)\nprint(m.generate(generation_config=c))  # !\n",
    MODEL
    + "def answer():\n    return m.generate(num_beams=2, do_sample=True)\n\n\n"
    + "if __name__ == '__main__':\n    print(answer())  # !\n",
    MODEL + "p = pipeline('text-generation', model=m)\nprint(p('Once', do_sample=True))  # !\n",
    MODEL + "p = pipeline(task='text2text-generation', model=m, do_sample=True)\nprint(p('Once'))  # !\n",
    MODEL + "p = pipeline('text-generation', model=m)\nprint(p('Once'))  # !\n",
    MODEL + "torch.cuda.manual_seed(3)\nprint(m.generate(do_sample=True))  # !\n",
    (
        "from vllm import SamplingParams, LLM\nllm = LLM('opt')\np = SamplingParams(max_tokens=3)  # !\n"
        "print(llm.generate(['a'], p))\n"
    ),
    (
        "from vllm import SamplingParams, LLM\nllm = LLM('opt')\n"
        "print(llm.generate(['a'], SamplingParams(temperature=0.2, seed=None)))  # !\n"
    ),
    "from vllm import LLM\nllm = LLM('opt')\nprint(llm.generate(['a']))  # !\n",
    "import openai\nprint(openai.chat.completions.create(model='gpt-4o', messages=[], temperature=0.7))  # !\n",
    (
        "from openai import AzureOpenAI\nc = AzureOpenAI()\n"
        "print(c.chat.completions.create(model='m', messages=[]))  # !\n"
    ),
    (
        "from openai import OpenAI\n\n\nclass Bot:\n    def __init__(self):\n        self.client = OpenAI()\n\n"
        "    def ask(self, text):\n"
        "        return self.client.chat.completions.create(model='gpt-4', messages=[text])\n\n\n"
        "if __name__ == '__main__':\n    bot = Bot()\n    print(bot.ask('a'))  # !\n"
    ),
    "import ollama\nprint(ollama.chat(model='llama3', messages=[]))  # !\n",
    "import ollama\nprint(ollama.generate('llama3', 'hi', options={'temperature': 0.9}))  # !\n",
    "from litellm import completion\nprint(completion(model='gpt-4o', messages=[], temperature=0.3))  # !\n",
    "from llama_cpp import Llama\nllm = Llama(model_path='m.gguf')\nprint(llm('Once'))  # !\n",
    "from groq import Groq\nprint(Groq().chat.completions.create(model='llama', messages=[]))  # !\n",
]

SAMPLED += [
    (
        "import asyncio\nfrom openai import AsyncOpenAI\n\n\nasync def main():\n    c = AsyncOpenAI()\n"
        "    print(await c.chat.completions.create(model='gpt-4', messages=[]))\n\n\nasyncio.run(main())  # !\n"
    ),
    (
        "from openai import OpenAI\n\n\ndef ask(client):\n"
        "    return client.chat.completions.create(model='gpt-4', messages=[])\n\n\nprint(ask(OpenAI()))  # !\n"
    ),
    (
        MODEL + "class Bot:\n    def __init__(self):\n        self.model = m.cuda()\n"
        "        self.config = GenerationConfig(do_sample=True)\n\n    def say(self):\n"
        "        return self.model.generate(generation_config=self.config)\n\n\nbot = Bot()\nprint(bot.say())  # !\n"
    ),
]

NOT_SAMPLED = [
    (
        "from vllm import LLM\nfrom transformers import AutoModelForCausalLM\n\n\ndef main(fast):\n"
        "    model = LLM('m') if fast else AutoModelForCausalLM.from_pretrained('m')\n"
        "    return model.generate(['a'])\n\n\nmain(True)\n"
    ),
    (
        "from transformers import AutoModelForCausalLM\nfrom trl import GRPOTrainer\n\n"
        "m = AutoModelForCausalLM.from_pretrained('m')\nGRPOTrainer(model=m).train()\n"
        "print(m.generate(do_sample=True))\n"
    ),
    MODEL + "print(m.generate(max_new_tokens=4))\n",
    MODEL + "print(m.generate(num_beams=4, do_sample=False))\n",
    MODEL + "print(m.generate(do_sample=True, top_k=1))\n",
    MODEL + "print(m.generate(do_sample=True, seed=3))\n",
    MODEL + "set_seed(3)\nprint(m.generate(do_sample=True))\n",
    MODEL + "torch.manual_seed(3)\nprint(m.generate(do_sample=True))\n",
    MODEL + "c = GenerationConfig(do_sample=False)\nprint(m.generate(generation_config=c))\n",
    MODEL + "p = pipeline('text-generation', model=m)\nprint(p('Once', do_sample=False))\n",
    MODEL + "p = pipeline('sentiment-analysis')\nprint(p('Once'))\n",
    MODEL + "p = pipeline('summarization')\nprint(p('Once'))\n",
    MODEL + "def answer():\n    return m.generate(do_sample=True)\n",
    "from vllm import LLM, SamplingParams\nprint(LLM('opt').generate(['a'], SamplingParams(temperature=0.0)))\n",
    "from vllm import LLM, SamplingParams\nprint(LLM('opt').generate(['a'], SamplingParams(temperature=1, seed=4)))\n",
    (
        "from vllm import LLM, SamplingParams\np = SamplingParams(temperature=0.8)\n"
        "print(LLM('opt', seed=4).generate(['a'], p))\n"
    ),
    "from openai import OpenAI\nprint(OpenAI().chat.completions.create(model='gpt-4o', messages=[], seed=3))\n",
    "from openai import OpenAI\nprint(OpenAI().chat.completions.create(model='gpt-4o', messages=[], temperature=0))\n",
    "from openai import OpenAI\nprint(OpenAI().chat.completions.create(model='o3-mini', messages=[]))\n",
    "from openai import OpenAI\nprint(OpenAI().responses.create(model='gpt-4o', input='a'))\n",
    "from openai import OpenAI\nprint(OpenAI().embeddings.create(model='text-embedding-3-small', input='a'))\n",
    (
        "from openai import OpenAI\n\n\ndef ask(**options):\n"
        "    return OpenAI().chat.completions.create(model='gpt-4o', messages=[], **options)\n\n\n"
        "if __name__ == '__main__':\n    ask()\n"
    ),
    (
        "import anthropic\n"
        "print(anthropic.Anthropic().messages.create(model='c', max_tokens=3, messages=[], temperature=1))\n"
    ),
    "import ollama\nprint(ollama.chat(model='llama3', messages=[], options={'temperature': 0}))\n",
    "import ollama\nprint(ollama.chat(model='llama3', messages=[], options={'seed': 3}))\n",
    "from llama_cpp import Llama\nllm = Llama(model_path='m.gguf', seed=3)\nprint(llm('Once'))\n",
    (
        "class Model:\n    def generate(self, do_sample):\n        return do_sample\n\n\n"
        "print(Model().generate(do_sample=True))\n"
    ),
]


@pytest.mark.parametrize("code", SAMPLED)
def test_sampling_without_a_seed(code: str) -> None:
    assert check(code, "DET242") == [(line, "DET242") for line in marked_lines(code)]


@pytest.mark.parametrize("code", NOT_SAMPLED)
def test_greedy_seeded_or_unreached(code: str) -> None:
    assert check(code, "DET242") == []


def test_sampling_is_said_once() -> None:
    code = MODEL + "print(m.generate(do_sample=True))\nprint(torch.rand(3))\n"
    assert [found for _, found in check(code, ("DET207", "DET242"))] == ["DET242"]


def test_a_choice_to_sample_is_low() -> None:
    code = MODEL + "import sys\nprint(m.generate(do_sample=len(sys.argv) > 1))\n"
    assert check(code, "DET242") == []
    assert check(code, "DET242", min_confidence="low") == [(6, "DET242")]


UNPINNED = [
    "from transformers import AutoTokenizer\nt = AutoTokenizer.from_pretrained('org/name')  # !\n",
    "import transformers\nm = transformers.BertModel.from_pretrained('bert-base-cased', revision=None)  # !\n",
    "from huggingface_hub import hf_hub_download\nf = hf_hub_download(repo_id='org/name', filename='a')  # !\n",
    "from huggingface_hub import snapshot_download\nf = snapshot_download('org/name', revision='main')  # !\n",
    "import datasets\nd = datasets.load_dataset('glue', 'mrpc')  # !\n",
    "from diffusers import DiffusionPipeline\np = DiffusionPipeline.from_pretrained('org/name')  # !\n",
    "from transformers import pipeline\np = pipeline('summarization', model='org/name')  # !\n",
    "NAME = 'org/name'\nfrom transformers import AutoModel\nm = AutoModel.from_pretrained(NAME)  # !\n",
    "import torch\nm = torch.hub.load(repo_or_dir='pytorch/vision', model='resnet18')  # !\n",
    "from sentence_transformers import SentenceTransformer\nm = SentenceTransformer('all-MiniLM-L6-v2')  # !\n",
]
PINNED = [
    "from transformers import AutoModel\nm = AutoModel.from_pretrained('org/name', revision='v1.0')\n",
    "from transformers import AutoModel\nm = AutoModel.from_pretrained('/data/model')\n",
    "from transformers import AutoModel\nm = AutoModel.from_pretrained('../model')\n",
    "from transformers import AutoModel\n\n\ndef make(path):\n    return AutoModel.from_pretrained(path)\n",
    (
        "from transformers import AutoModel\n\n\ndef make(**options):\n"
        "    return AutoModel.from_pretrained('org/name', **options)\n"
    ),
    "from datasets import load_dataset\nd = load_dataset('json', data_files='a.json')\n",
    "import torch\nm = torch.hub.load('pytorch/vision:v0.10.0', 'resnet18')\n",
    "import torch\nm = torch.hub.load('models', 'resnet18', source='local')\n",
    "from transformers import pipeline\np = pipeline('summarization')\n",
    "from mine import AutoModel\nm = AutoModel.from_pretrained('org/name')\n",
]


@pytest.mark.parametrize("code", UNPINNED)
def test_names_without_a_revision(code: str) -> None:
    assert check(code, "DET243") == [(line, "DET243") for line in marked_lines(code)]


@pytest.mark.parametrize("code", PINNED)
def test_revisions_paths_and_the_unknown(code: str) -> None:
    assert check(code, "DET243") == []
