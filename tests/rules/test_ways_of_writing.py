"""Ways in which real code writes what a rule reports, and what only looks like it, for rules that are about one call.

Lines that must be reported end in `# !`.
"""

from __future__ import annotations

import textwrap

import pytest
from tests.helpers import check, marked_lines

WAYS: dict[str, dict[str, str]] = {
    "DET103": {
        "from-import alias": """
            from secrets import token_hex as th
            def name(): return th(8)  # !
        """,
        "SystemRandom instance": """
            import random
            rng = random.SystemRandom()  # !
            def pick(xs): return rng.choice(xs)
        """,
        "uuid4 hex slice in run dir": """
            import uuid, os
            run_id = uuid.uuid4().hex[:8]  # !
        """,
        "urandom in comprehension": """
            import os
            salts = [os.urandom(4) for _ in range(3)]  # !
        """,
        "dataclass default_factory": """
            import uuid
            from dataclasses import dataclass, field
            @dataclass
            class Run:
                id: str = field(default_factory=lambda: str(uuid.uuid4()))  # !
        """,
    },
    "DET114": {
        "library function seeds numpy": """
            import numpy as np
            def split(x, seed=0):
                np.random.seed(seed)  # !
                return np.random.permutation(x)
        """,
        "class init seeds torch": """
            import torch
            class Sampler:
                def __init__(self, seed):
                    torch.manual_seed(seed)  # !
        """,
    },
    "DET115": {
        "DataLoader cpu_count": """
            import os
            from torch.utils.data import DataLoader
            dl = DataLoader(ds, batch_size=4, num_workers=os.cpu_count())  # !
        """,
        "variable NUM_WORKERS": """
            import os
            from torch.utils.data import DataLoader
            NUM_WORKERS = os.cpu_count()
            dl = DataLoader(ds, num_workers=NUM_WORKERS)  # !
        """,
    },
    "DET211": {
        "read": """
            import torch
            x = torch.empty(3)  # !
            print(x.sum())
        """,
        "add": """
            import torch
            def f(y):
                x = torch.empty_like(y)  # !
                return x + y
        """,
        "new_empty": """
            import torch
            def f(y: torch.Tensor):
                z = y.new_empty(3)  # !
                return z * 2
        """,
    },
    "DET212": {
        "mode": """
            import torch
            m = torch.compile(net, mode='max-autotune')  # !
        """,
        "decorator": """
            import torch
            @torch.compile(mode='max-autotune-no-cudagraphs')  # !
            def f(x): return x
        """,
        "partial as decorator": """
            from functools import partial
            import torch
            @partial(torch.compile, mode='max-autotune')  # !
            def f(x): return x
        """,
        "inductor config": """
            import torch._inductor.config as config
            config.max_autotune = True  # !
        """,
        "options": """
            import torch
            m = torch.compile(net, options={'max_autotune': True})  # !
        """,
        "from import": """
            from torch import compile
            m = compile(net, mode='max-autotune')  # !
        """,
        "attr chain": """
            import torch
            torch._inductor.config.coordinate_descent_tuning = True  # !
        """,
        "const": """
            import torch
            MODE = 'max-autotune'
            m = torch.compile(net, mode=MODE)  # !
        """,
    },
    "DET221": {
        "generator in init": """
            import numpy as np
            from torch.utils.data import DataLoader, Dataset
            class D(Dataset):
                def __init__(self): self.rng = np.random.default_rng(0)
                def __getitem__(self, i):
                    return self.rng.random(3)
                def __len__(self): return 3
            dl = DataLoader(D(), num_workers=2)  # !
        """,
        "random.Random in init kw": """
            import random
            import torch.utils.data as data
            class D(data.Dataset):
                def __init__(self, seed): self.rng = random.Random(seed)
                def __getitem__(self, i):
                    return self.rng.random()
                def __len__(self): return 3
            ds = D(3)
            kw = dict(num_workers=4)
            dl = data.DataLoader(ds, **kw)  # !
        """,
    },
    "DET222": {
        "shuffle": """
            from torch.utils.data import DataLoader
            dl = DataLoader(ds, shuffle=True)  # !
            for b in dl: pass
        """,
    },
    "DET223": {
        "random_split": """
            from torch.utils.data import random_split
            a, b = random_split(ds, [0.8, 0.2])  # !
        """,
        "SubsetRandomSampler": """
            from torch.utils.data import SubsetRandomSampler, DataLoader
            dl = DataLoader(ds, sampler=SubsetRandomSampler(idx))  # !
        """,
        "WeightedRandomSampler attr": """
            import torch
            s = torch.utils.data.WeightedRandomSampler(w, 10)  # !
        """,
    },
    "DET224": {
        "no set_epoch": """
            from torch.utils.data import DataLoader
            from torch.utils.data.distributed import DistributedSampler
            s = DistributedSampler(ds)  # !
            dl = DataLoader(ds, sampler=s)
            for epoch in range(3):
                for b in dl: train(b)
        """,
    },
    "DET231": {
        "pl": """
            import pytorch_lightning as pl
            t = pl.Trainer(max_epochs=1)  # !
            t.fit(m)
        """,
        "lightning": """
            import lightning as L
            t = L.Trainer()  # !
            t.fit(m)
        """,
        "lightning.pytorch": """
            from lightning.pytorch import Trainer
            t = Trainer(deterministic=False)  # !
            t.fit(m)
        """,
        "warn": """
            from lightning.pytorch import Trainer
            Trainer(deterministic='warn').fit(m)  # !
        """,
        "dict": """
            import lightning as L
            kw = dict(max_epochs=1)
            L.Trainer(**kw).fit(m)  # !
        """,
    },
    "DET232": {
        "attr": """
            import lightning as L
            trainer = L.Trainer(deterministic=True)
            trainer.deterministic = True  # !
        """,
        "benchmark attr": """
            import pytorch_lightning as pl
            t = pl.Trainer(deterministic=True)
            t.benchmark = False  # !
        """,
    },
    "DET233": {
        "workers": """
            import lightning as L
            from torch.utils.data import DataLoader
            L.seed_everything(42)  # !
            dl = DataLoader(ds, num_workers=4)
        """,
    },
    "DET241": {
        "ta": """
            from transformers import TrainingArguments, Trainer
            args = TrainingArguments('out')  # !
            Trainer(m, args).train()
        """,
        "seq2seq": """
            from transformers import Seq2SeqTrainingArguments, Seq2SeqTrainer
            args = Seq2SeqTrainingArguments(output_dir='o', num_train_epochs=1)  # !
            Seq2SeqTrainer(model=m, args=args).train()
        """,
        "False": """
            import transformers
            a = transformers.TrainingArguments('o', full_determinism=False)  # !
            transformers.Trainer(m, a).train()
        """,
        "dict": """
            from transformers import TrainingArguments, Trainer
            kw = {'output_dir': 'o'}
            args = TrainingArguments(**kw)  # !
            Trainer(m, args).train()
        """,
    },
    "DET242": {
        "generate": """
            from transformers import AutoModelForCausalLM, AutoTokenizer
            m = AutoModelForCausalLM.from_pretrained('gpt2')
            t = AutoTokenizer.from_pretrained('gpt2')
            out = m.generate(**t('a', return_tensors='pt'), do_sample=True)  # !
        """,
        "pipeline": """
            from transformers import pipeline
            g = pipeline('text-generation', model='gpt2')
            print(g('hi', do_sample=True))  # !
        """,
        "vllm": """
            from vllm import LLM, SamplingParams
            sp = SamplingParams(temperature=0.8)  # !
            print(LLM('m').generate(['a'], sp))
        """,
        "vllm default": """
            from vllm import LLM, SamplingParams
            sp = SamplingParams(max_tokens=3)  # !
            print(LLM('m').generate(['a'], sp))
        """,
        "openai": """
            from openai import OpenAI
            c = OpenAI()
            r = c.chat.completions.create(model='gpt-4o', messages=[], temperature=0.7)  # !
        """,
    },
    "DET243": {
        "fp": """
            from transformers import AutoModel
            m = AutoModel.from_pretrained('bert-base-uncased')  # !
        """,
        "tok": """
            from transformers import AutoTokenizer as T
            t = T.from_pretrained('gpt2')  # !
        """,
        "ds": """
            from datasets import load_dataset
            d = load_dataset('imdb', split='train')  # !
        """,
        "hub": """
            from huggingface_hub import hf_hub_download
            p = hf_hub_download(repo_id='a/b', filename='c')  # !
        """,
        "torchhub": """
            import torch
            m = torch.hub.load('pytorch/vision', 'resnet18')  # !
        """,
        "diffusers": """
            from diffusers import DiffusionPipeline
            p = DiffusionPipeline.from_pretrained('a/b')  # !
        """,
    },
    "DET251": {
        "max": """
            from torch_scatter import scatter_max
            out, arg = scatter_max(src, index, dim=0)  # !
        """,
        "segment_coo": """
            from torch_scatter import segment_coo
            out = segment_coo(src, index)  # !
        """,
        "mul": """
            import torch_scatter as ts
            out = ts.scatter_mul(src, index)  # !
        """,
        "scatter reduce max": """
            from torch_scatter import scatter
            out = scatter(src, index, dim=0, reduce='max')  # !
        """,
    },
    "DET306": {
        "fmp": """
            import tensorflow as tf
            tf.random.set_seed(0)
            y = tf.nn.fractional_max_pool(x, [1, 1.4, 1.4, 1])  # !
        """,
    },
    "DET309": {
        "idfd": """
            import tensorflow as tf
            ds = tf.keras.utils.image_dataset_from_directory('d')  # !
            for x in ds: print(x)
        """,
        "keras": """
            import keras
            ds = keras.utils.text_dataset_from_directory('d', batch_size=3)  # !
            for x in ds: print(x)
        """,
        "flow": """
            from tensorflow.keras.preprocessing.image import ImageDataGenerator
            g = ImageDataGenerator(rescale=1/255)
            t = g.flow_from_directory('d')  # !
            for x in t: print(x)
        """,
        "flow arrays": """
            from keras.preprocessing.image import ImageDataGenerator
            t = ImageDataGenerator().flow(x, y)  # !
            for b in t: print(b)
        """,
    },
    "DET702": {
        "time": """
            import time, jax
            key = jax.random.PRNGKey(int(time.time()))  # !
        """,
        "time_ns": """
            import time
            from jax import random
            key = random.key(time.time_ns() % 2**31)  # !
        """,
        "urandom": """
            import os, jax
            key = jax.random.key(int.from_bytes(os.urandom(4), 'big'))  # !
        """,
        "np": """
            import numpy as np, jax
            key = jax.random.PRNGKey(np.random.randint(1000))  # !
        """,
        "var": """
            import time, jax
            seed = int(time.time())
            key = jax.random.PRNGKey(seed)  # !
        """,
        "random": """
            import random, jax
            key = jax.random.key(random.getrandbits(31))  # !
        """,
        "secrets": """
            import secrets
            import jax.random as jr
            k = jr.key(secrets.randbits(31))  # !
        """,
        "flax": """
            import time
            from flax import nnx
            rngs = nnx.Rngs(int(time.time()))  # !
        """,
        "fallback": """
            import time, jax
            def f(seed=None):
                if seed is None:
                    seed = time.time_ns()
                return jax.random.key(seed)  # !
        """,
    },
}
"""Reported."""

LOOK_ALIKES: dict[str, dict[str, str]] = {
    "DET103": {
        "kinds in a table": """
            import random

            KINDS = (random.Random, random.SystemRandom)
            print(KINDS[0](1).random())
        """,
        "a function that is only named": """
            import secrets

            print(secrets.token_hex.__name__)
        """,
        "its version": """
            import os
            import uuid

            print(uuid.UUID('12345678123456781234567812345678').version, os.urandom.__doc__, uuid.uuid4.__doc__)
        """,
        "uuid5 is a hash": """
            import uuid
            run_id = uuid.uuid5(uuid.NAMESPACE_URL, "run")
        """,
        "own module called secrets attr": """
            from app.secrets import token_hex
            x = token_hex(8)
        """,
        "compare_digest": """
            import secrets
            ok = secrets.compare_digest("a", "b")
        """,
        "uuid.UUID from text": """
            import uuid
            u = uuid.UUID("12345678123456781234567812345678")
        """,
        "a module of one's own": """
            from app.secrets import token_hex

            print(token_hex(8))
        """,
        "a method of one's own": """
            class Ids:
                def uuid4(self):
                    return 4

            print(Ids().uuid4())
        """,
        "a function of one's own": """
            def token_hex(size):
                return 'ab' * size

            print(token_hex(8))
        """,
        "patched in a test": """
            from unittest import mock

            with mock.patch('uuid.uuid4', return_value='a'):
                print(1)
        """,
        "asked for its type": """
            import random

            def fast(rng):
                return not isinstance(rng, random.SystemRandom)
        """,
        "in an annotation": """
            import random

            def pick(rng: random.SystemRandom, items):
                return rng.choice(items)
        """,
        "asked whether it is there": """
            import os

            print(hasattr(os, 'urandom'))
        """,
        "the key of a table": """
            columns = {'uuid4': 'id'}
            print(columns['uuid4'])
        """,
        "in a comment": """
            import uuid

            # not uuid.uuid4(): ids must stay
            print(uuid.uuid5(uuid.NAMESPACE_DNS, 'run'))
        """,
        "a library that is seeded": """
            from faker import Faker

            Faker.seed(1)
            print(Faker().uuid4())
        """,
        "a column of a database": """
            from models import Run

            print(Run.objects.filter(uuid4='a').first())
        """,
        "a name that is imported from elsewhere": """
            from tests.fakes import urandom

            print(urandom(3))
        """,
    },
    "DET114": {
        "main seeds": """
            import random
            def main():
                random.seed(0)
                print(random.random())
            if __name__ == "__main__":
                main()
        """,
        "save and restore": """
            import numpy as np
            def split(x, seed=0):
                state = np.random.get_state()
                np.random.seed(seed)
                y = np.random.permutation(x)
                np.random.set_state(state)
                return y
        """,
        "seed helper is meant to": """
            import random, numpy as np, torch
            def set_seed(seed):
                random.seed(seed)
                np.random.seed(seed)
                torch.manual_seed(seed)
        """,
    },
    "DET115": {
        "constant": """
            from torch.utils.data import DataLoader
            dl = DataLoader(ds, num_workers=4)
        """,
        "pool size": """
            import os
            from multiprocessing import Pool
            with Pool(os.cpu_count()) as p:
                r = p.map(str, range(3))
        """,
    },
    "DET211": {
        "filled": """
            import torch
            x = torch.empty(3)
            x.fill_(1)
            print(x.sum())
        """,
        "chained": """
            import torch
            x = torch.empty(3).uniform_(0, 1)
            print(x)
        """,
        "init": """
            import torch
            from torch import nn
            w = torch.empty(3, 5)
            nn.init.xavier_uniform_(w)
            print(w)
        """,
        "param init": """
            import torch
            from torch import nn
            class L(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.w = nn.Parameter(torch.empty(3))
                    self.reset_parameters()
                def reset_parameters(self):
                    nn.init.zeros_(self.w)
        """,
        "slice": """
            import torch
            x = torch.empty(3)
            x[:] = 4
            print(x)
        """,
        "out=": """
            import torch
            x = torch.empty(3)
            torch.ones(3, out=x)
            print(x)
        """,
        "shape only": """
            import torch
            x = torch.empty(3, 2)
            print(x.shape)
        """,
        "numpy empty": """
            import numpy as np
            x = np.empty(3)
            print(x)
        """,
        "collective": """
            import torch, torch.distributed as dist
            x = torch.empty(3)
            dist.broadcast(x, 0)
            print(x)
        """,
        "empty(0)": """
            import torch
            x = torch.empty(0)
            x = torch.cat([x, y])
        """,
    },
    "DET212": {
        "a partial that is only made": """
            from functools import partial
            import torch
            quick = partial(torch.compile, mode='max-autotune')
        """,
        "a choice of options": """
            import argparse

            import torch

            parser = argparse.ArgumentParser()
            parser.add_argument('--mode', choices=['default', 'max-autotune'], default='default')
            net = torch.compile(net, mode=parser.parse_args().mode)
        """,
        "modes that are listed": """
            import torch

            for mode in sorted(torch._inductor.list_mode_options('default')):
                print(mode, 'max-autotune')
        """,
        "another backend": """
            import torch

            net = torch.compile(net, backend='aot_eager')
        """,
        "options that tune nothing": """
            import torch

            net = torch.compile(net, options={'trace.enabled': True, 'max_autotune': False})
        """,
        "a decorator": """
            import torch

            @torch.compile(mode='default', dynamic=True)
            def f(x):
                return x
        """,
        "default": """
            import torch
            m = torch.compile(net)
        """,
        "reduce": """
            import torch
            m = torch.compile(net, mode='reduce-overhead')
        """,
        "builtin": """
            m = compile('1', 'x', 'eval')
        """,
        "re": """
            import re
            m = re.compile('max-autotune')
        """,
        "False": """
            import torch._inductor.config as c
            c.max_autotune = False
        """,
    },
    "DET221": {
        "new numpy fine": """
            import numpy as np
            from torch.utils.data import DataLoader, Dataset
            class D(Dataset):
                def __getitem__(self, i):
                    return np.random.rand(3)
                def __len__(self): return 3
            dl = DataLoader(D(), num_workers=2)
        """,
        "workers 0": """
            import numpy as np
            from torch.utils.data import DataLoader, Dataset
            class D(Dataset):
                def __init__(self): self.rng = np.random.default_rng(0)
                def __getitem__(self, i):
                    return self.rng.random(3)
                def __len__(self): return 3
            dl = DataLoader(D(), num_workers=0)
        """,
        "init fn": """
            import numpy as np
            from torch.utils.data import DataLoader, Dataset
            class D(Dataset):
                def __init__(self): self.rng = np.random.default_rng(0)
                def __getitem__(self, i):
                    return self.rng.random(3)
                def __len__(self): return 3
            dl = DataLoader(D(), num_workers=2, worker_init_fn=seed_worker)
        """,
        "generator used in init only": """
            import numpy as np
            from torch.utils.data import DataLoader, Dataset
            class D(Dataset):
                def __init__(self):
                    rng = np.random.default_rng(0)
                    self.x = rng.random(10)
                def __getitem__(self, i):
                    return self.x[i]
                def __len__(self): return 3
            dl = DataLoader(D(), num_workers=2)
        """,
        "generator per item": """
            import numpy as np
            from torch.utils.data import DataLoader, Dataset
            class D(Dataset):
                def __getitem__(self, i):
                    rng = np.random.default_rng(i)
                    return rng.random(3)
                def __len__(self): return 3
            dl = DataLoader(D(), num_workers=2)
        """,
    },
    "DET222": {
        "seeded global": """
            import torch
            from torch.utils.data import DataLoader
            torch.manual_seed(0)
            dl = DataLoader(ds, shuffle=True)
        """,
        "generator": """
            import torch
            from torch.utils.data import DataLoader
            g = torch.Generator().manual_seed(0)
            dl = DataLoader(ds, shuffle=True, generator=g)
        """,
    },
    "DET223": {
        "random_split seeded": """
            import torch
            from torch.utils.data import random_split
            a, b = random_split(ds, [0.8, 0.2], generator=torch.Generator().manual_seed(42))
        """,
    },
    "DET224": {
        "set_epoch": """
            from torch.utils.data import DataLoader
            from torch.utils.data.distributed import DistributedSampler
            s = DistributedSampler(ds)
            dl = DataLoader(ds, sampler=s)
            for epoch in range(3):
                dl.sampler.set_epoch(epoch)
                for b in dl: train(b)
        """,
        "shuffle False": """
            from torch.utils.data import DataLoader
            from torch.utils.data.distributed import DistributedSampler
            s = DistributedSampler(ds, shuffle=False)
            dl = DataLoader(ds, sampler=s)
            for epoch in range(3):
                for b in dl: train(b)
        """,
    },
    "DET231": {
        "det": """
            import lightning as L
            L.Trainer(deterministic=True).fit(m)
        """,
        "det dict": """
            import lightning as L
            kw = {'deterministic': True}
            L.Trainer(**kw).fit(m)
        """,
        "hf trainer": """
            from transformers import Trainer
            t = Trainer(model=m)
        """,
        "own trainer": """
            from mylib import Trainer
            t = Trainer()
            t.fit(m)
        """,
        "mode by torch": """
            import torch, lightning as L
            torch.use_deterministic_algorithms(True)
            L.Trainer().fit(m)
        """,
    },
    "DET232": {
        "other attr": """
            import lightning as L
            t = L.Trainer(deterministic=True)
            t.logger = None
        """,
        "own class": """
            class T: pass
            t = T()
            t.deterministic = True
        """,
        "a trainer of another library": """
            from transformers import Trainer

            trainer = Trainer(model)
            trainer.deterministic = True
        """,
        "read, not written": """
            import lightning as L

            trainer = L.Trainer(deterministic=True)
            print(trainer.deterministic)
        """,
        "a configuration": """
            import lightning as L

            def main(cfg):
                cfg.trainer.deterministic = True
                L.Trainer(**cfg.trainer)
        """,
        "an option": """
            import argparse
            import lightning as L

            args = argparse.ArgumentParser().parse_args()
            args.deterministic = True
            L.Trainer(deterministic=args.deterministic)
        """,
        "a flag of cuDNN": """
            import lightning as L
            import torch

            torch.backends.cudnn.deterministic = True
            L.Trainer(deterministic=True)
        """,
        "of a module": """
            import lightning as L

            class Net(L.LightningModule):
                def __init__(self):
                    super().__init__()
                    self.deterministic = True
        """,
        "an item of a dict": """
            import lightning as L

            options = {}
            options['deterministic'] = True
            L.Trainer(**options)
        """,
        "a class of one's own": """
            import lightning as L

            class Loop:
                pass

            loop = Loop()
            loop.benchmark = False
            L.Trainer(deterministic=True)
        """,
        "another attribute": """
            import lightning as L

            trainer = L.Trainer(deterministic=True)
            trainer.benchmark_name = 'a'
            trainer.should_stop = True
        """,
        "a class attribute": """
            import lightning as L

            class Settings:
                deterministic = True

            L.Trainer(deterministic=Settings.deterministic)
        """,
        "a name": """
            import lightning as L

            deterministic = True
            L.Trainer(deterministic=deterministic)
        """,
    },
    "DET233": {
        "workers True": """
            import lightning as L
            from torch.utils.data import DataLoader
            L.seed_everything(42, workers=True)
            dl = DataLoader(ds, num_workers=4)
        """,
        "no workers": """
            import lightning as L
            from torch.utils.data import DataLoader
            L.seed_everything(42)
            dl = DataLoader(ds)
        """,
    },
    "DET241": {
        "full": """
            from transformers import TrainingArguments, Trainer
            args = TrainingArguments('o', full_determinism=True)
            Trainer(m, args).train()
        """,
        "enable": """
            from transformers import TrainingArguments, Trainer, enable_full_determinism
            enable_full_determinism(0)
            args = TrainingArguments('o')
            Trainer(m, args).train()
        """,
        "annotation": """
            from transformers import TrainingArguments
            def f(args: TrainingArguments): return args.seed
        """,
        "lightning": """
            from lightning import Trainer
            Trainer(deterministic=True)
        """,
    },
    "DET242": {
        "greedy": """
            from transformers import AutoModelForCausalLM
            m = AutoModelForCausalLM.from_pretrained('gpt2')
            out = m.generate(x, do_sample=False)
        """,
        "vllm zero": """
            from vllm import SamplingParams
            sp = SamplingParams(temperature=0)
        """,
        "vllm seed": """
            from vllm import SamplingParams
            sp = SamplingParams(temperature=0.8, seed=1)
        """,
        "openai seed": """
            from openai import OpenAI
            c = OpenAI()
            r = c.chat.completions.create(model='gpt-4o', messages=[], seed=3)
        """,
        "seeded": """
            import torch
            from transformers import AutoModelForCausalLM
            torch.manual_seed(0)
            m = AutoModelForCausalLM.from_pretrained('gpt2')
            out = m.generate(x, do_sample=True)
        """,
    },
    "DET243": {
        "pinned": """
            from transformers import AutoModel
            m = AutoModel.from_pretrained('bert', revision='abc123')
        """,
        "local": """
            from transformers import AutoModel
            m = AutoModel.from_pretrained('./ckpt')
        """,
        "csv": """
            from datasets import load_dataset
            d = load_dataset('csv', data_files='a.csv')
        """,
        "torchhub tag": """
            import torch
            m = torch.hub.load('pytorch/vision:v0.10.0', 'resnet18')
        """,
        "torchhub local": """
            import torch
            m = torch.hub.load('/x/y', 'resnet18', source='local')
        """,
    },
    "DET251": {
        "sum": """
            from torch_scatter import scatter
            out = scatter(src, index, dim=0, reduce='sum')
        """,
        "scatter_add": """
            from torch_scatter import scatter_add
            out = scatter_add(src, index)
        """,
        "pyg": """
            from torch_geometric.utils import scatter
            out = scatter(src, index, reduce='sum')
        """,
        "numpy": """
            from mylib import scatter_max
            out = scatter_max(src, index)
        """,
    },
    "DET306": {
        "seed": """
            import tensorflow as tf
            ds = tf.data.Dataset.range(3).shuffle(3, seed=1)
            for x in ds: print(x)
        """,
        "positional seed": """
            import tensorflow as tf
            ds = tf.data.Dataset.range(3).shuffle(3, 42)
            for x in ds: print(x)
        """,
        "global": """
            import tensorflow as tf
            tf.random.set_seed(1)
            ds = tf.data.Dataset.range(3).shuffle(3)
            for x in ds: print(x)
        """,
        "list no shuffle": """
            import tensorflow as tf
            ds = tf.data.Dataset.list_files('*.tf', shuffle=False)
            for x in ds: print(x)
        """,
        "list shuffle fn": """
            import random
            x = [1]
            random.shuffle(x)
        """,
    },
    "DET307": {
        "a pool": """
            import tensorflow as tf
            from multiprocessing import Pool

            with Pool() as pool:
                print(pool.map(str, range(3)), tf.constant(1))
        """,
        "a series": """
            import pandas as pd
            import tensorflow as tf

            print(pd.Series([1]).map(str, None), tf.constant(1))
        """,
        "left to the default": """
            import tensorflow as tf

            data = tf.data.Dataset.range(3).map(str, num_parallel_calls=4).interleave(str, 4)
        """,
        "kept": """
            import tensorflow as tf

            options = tf.data.Options()
            options.deterministic = True
        """,
    },
    "DET308": {
        "after one's own is set": """
            import tensorflow as tf

            tf.random.set_global_generator(tf.random.Generator.from_seed(1))
            print(tf.random.get_global_generator().normal((3,)))
        """,
        "a method of one's own": """
            import tensorflow as tf

            class State:
                def from_non_deterministic_state(self):
                    return 1

            State().from_non_deterministic_state()
        """,
        "a function of one's own": """
            import tensorflow as tf

            def get_global_generator():
                return tf.random.Generator.from_seed(1)

            get_global_generator()
        """,
        "asked whether it is there": """
            import tensorflow as tf

            print(hasattr(tf.random, 'get_global_generator'))
        """,
        "in a comment": """
            import tensorflow as tf

            # not from_non_deterministic_state: runs must repeat
            g = tf.random.Generator.from_seed(1)
        """,
        "in a message": """
            import tensorflow as tf

            raise ValueError('get_global_generator is not seeded')
        """,
        "handed on": """
            import tensorflow as tf

            makers = {'global': tf.random.get_global_generator}
        """,
        "of another library": """
            import tensorflow as tf
            from app.random import get_global_generator

            get_global_generator()
        """,
        "patched in a test": """
            import tensorflow as tf
            from unittest import mock

            with mock.patch('tensorflow.random.get_global_generator'):
                print(tf.random.Generator.from_seed(1))
        """,
        "a parameter of that name": """
            import tensorflow as tf

            def draw(get_global_generator):
                return get_global_generator()
        """,
        "a key": """
            import tensorflow as tf

            print({'from_non_deterministic_state': 1}['from_non_deterministic_state'])
        """,
    },
    "DET309": {
        "seed": """
            import keras
            ds = keras.utils.image_dataset_from_directory('d', seed=1)
        """,
        "noshuffle": """
            import keras
            ds = keras.utils.image_dataset_from_directory('d', shuffle=False)
        """,
        "flow seed": """
            from keras.preprocessing.image import ImageDataGenerator
            t = ImageDataGenerator().flow_from_directory('d', seed=3)
        """,
        "npseed": """
            import numpy as np
            from keras.preprocessing.image import ImageDataGenerator
            np.random.seed(0)
            t = ImageDataGenerator().flow_from_directory('d')
        """,
    },
    "DET310": {
        "of TensorFlow 1, under its name": """
            import tensorflow.compat.v1 as tf

            tf.set_random_seed(1)
        """,
        "a function of one's own": """
            import tensorflow as tf

            def set_random_seed(seed):
                tf.random.set_seed(seed)

            set_random_seed(1)
        """,
        "of Keras": """
            import keras
            import tensorflow as tf

            keras.utils.set_random_seed(1)
        """,
        "of another library": """
            import tensorflow as tf
            from stable_baselines3.common.utils import set_random_seed

            set_random_seed(1)
        """,
        "asked whether it is there": """
            import tensorflow as tf

            print(hasattr(tf, 'set_random_seed'))
        """,
    },
    "DET311": {
        "a session of the web": """
            import requests
            import tensorflow as tf

            session = requests.Session()
        """,
        "a session of a database": """
            import tensorflow as tf
            from sqlalchemy.orm import Session

            with Session() as session:
                print(session)
        """,
        "a session of a service": """
            import boto3
            import tensorflow as tf

            session = boto3.Session()
        """,
        "a class of one's own": """
            import tensorflow as tf

            class Session:
                pass

            Session()
        """,
        "an annotation": """
            import tensorflow as tf

            def run(session: tf.compat.v1.Session):
                return session
        """,
        "asked for its type": """
            import tensorflow as tf

            def served(s):
                return isinstance(s, tf.distribute.ParameterServerStrategy)
        """,
        "asked whether it is there": """
            import tensorflow as tf

            print(hasattr(tf, 'Session'))
        """,
        "a method of one's own": """
            import tensorflow as tf

            class Ops:
                def load_op_library(self, path):
                    return path

            Ops().load_op_library('a')
        """,
        "in a message": """
            import tensorflow as tf

            print('no Session is needed any more')
        """,
        "handed on": """
            import tensorflow as tf

            kinds = [tf.distribute.ParameterServerStrategy, tf.distribute.MirroredStrategy]
        """,
        "from elsewhere": """
            import tensorflow as tf
            from app.db import Session

            Session()
        """,
    },
    "DET402": {
        "left on": """
            import xgboost as xgb

            xgb.train({'tree_method': 'gpu_hist', 'deterministic_histogram': True}, data)
        """,
        "another parameter": """
            import xgboost as xgb

            xgb.train({'single_precision_histogram': True}, data)
        """,
        "a table that is not for training": """
            import xgboost as xgb

            print({'deterministic_histogram': 'on or off'})
        """,
        "a parameter of one's own": """
            import xgboost as xgb

            def plot(deterministic_histogram=False):
                return deterministic_histogram
        """,
        "an option": """
            import argparse
            import xgboost

            parser = argparse.ArgumentParser()
            parser.add_argument('--deterministic_histogram', action='store_true')
        """,
        "read": """
            import xgboost as xgb

            def is_on(params):
                return params.get('deterministic_histogram', True)
        """,
        "in a comment": """
            import xgboost as xgb

            # deterministic_histogram=False was faster
            xgb.train({'tree_method': 'hist'}, data)
        """,
        "of another library": """
            import xgboost
            from app import train

            train(deterministic_histogram=False)
        """,
        "taken out": """
            import xgboost as xgb

            params = {'tree_method': 'hist', 'deterministic_histogram': False}
            params.pop('deterministic_histogram')
            xgb.train(params, data)
        """,
        "in a message": """
            import xgboost

            print('deterministic_histogram does nothing')
        """,
        "put right before it is used": """
            import xgboost as xgb

            params = {'deterministic_histogram': False}
            params['deterministic_histogram'] = True
            xgb.train(params, data)
        """,
    },
    "DET702": {
        "const": """
            import jax
            key = jax.random.key(0)
        """,
        "args": """
            import argparse, jax
            p = argparse.ArgumentParser()
            p.add_argument('--seed', type=int, default=0)
            a = p.parse_args()
            key = jax.random.key(a.seed)
        """,
        "seeded": """
            import random, jax
            random.seed(0)
            key = jax.random.key(random.getrandbits(31))
        """,
        "rng seeded": """
            import numpy as np, jax
            rng = np.random.default_rng(0)
            key = jax.random.key(rng.integers(100))
        """,
        "timing": """
            import time, jax
            t = time.time()
            key = jax.random.key(0)
            print(time.time() - t)
        """,
    },
}
"""Not reported."""

IN_ORDER = {
    "from the top": "# In[1]:\nx = 1\n\n# In[2]:\nprint(x)\n",
    "with gaps": "# In[3]:\nx = 1\n\n# In[9]:\nprint(x)\n",
    "never run": "# In[ ]:\nx = 1\n\n# In[ ]:\nprint(x)\n",
    "partly run": "# In[1]:\nx = 1\n\n# In[ ]:\ny = 2\n\n# In[2]:\nprint(x)\n",
    "zeros are no counts": "# In[1]:\nx = 1\n\n# In[0]:\ny = 2\n\n# In[2]:\nprint(x)\n",
    "one cell": "# In[7]:\nprint(1)\n",
    "only the last cell run": "# In[ ]:\nx = 1\n\n# In[5]:\nprint(x)\n",
    "late in a session": "# In[101]:\nx = 1\n\n# In[102]:\nprint(x)\n\n# In[110]:\nprint(x)\n",
    "with magics": "# In[1]:\n%matplotlib inline\n\n# In[2]:\n!ls\n",
    "only the first cell run": "# In[1]:\nx = 1\n\n# In[ ]:\nprint(x)\n\n# In[ ]:\nprint(x)\n",
    "empty cells between": "# In[1]:\nx = 1\n\n# In[ ]:\n\n# In[4]:\nprint(x)\n",
}
"""Notebooks whose counts increase from the top, as far as there are any."""


def cases(table: dict[str, dict[str, str]]) -> list[object]:
    """The cases of a table, each with its rule."""
    return [
        pytest.param(rule, textwrap.dedent(code).lstrip(), id=f"{rule}-{name}".replace(" ", "-"))
        for rule, named in table.items()
        for name, code in named.items()
    ]


@pytest.mark.parametrize(("rule", "code"), cases(WAYS))
def test_each_way_is_reported(rule: str, code: str) -> None:
    marked = marked_lines(code)
    assert [line for line, _ in check(code, rule)] == marked != []


@pytest.mark.parametrize(("rule", "code"), cases(LOOK_ALIKES))
def test_a_look_alike_is_left_alone(rule: str, code: str) -> None:
    assert marked_lines(code) == []
    assert check(code, rule) == []


@pytest.mark.parametrize("code", IN_ORDER.values(), ids=IN_ORDER.keys())
def test_a_notebook_that_was_run_in_order_is_left_alone(code: str) -> None:
    assert check(code, "DET801", filename="example.ipynb") == []
