"""Values of configuration files that reach a known argument: read where the file is in the project, else unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from detlint.__main__ import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Reported = Callable[..., list[str]]

SELECT = "DET104,DET203,DET205,DET207,DET231"
HYDRA = """\
import random

import hydra
import lightning as L
import torch
from omegaconf import DictConfig, OmegaConf


@hydra.main(version_base=None, config_path="conf", config_name="config")
def main(cfg: DictConfig):
    {body}


if __name__ == "__main__":
    main()
"""
TRAINING = """\
    model = torch.nn.Linear(2, 2).cuda()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    model(torch.ones(2, device="cuda")).sum().backward()
    optimizer.step()
"""
COMMAND_LINE = """\
import torch
from lightning.pytorch.cli import LightningCLI


def main():
    LightningCLI(Model, {arguments})


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(2, 2)


if __name__ == "__main__":
    main()
"""
RUNNER = """\
from mmengine.config import Config
from mmengine.runner import Runner


def main():
    cfg = Config.fromfile({path})
    runner = Runner.from_cfg(cfg)
    runner.train()


if __name__ == "__main__":
    main()
"""


@pytest.fixture
def reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Reported:
    def check(files: dict[str, str], confidence: str = "medium", select: str = SELECT) -> list[str]:
        (tmp_path / ".git").mkdir(exist_ok=True)
        for path, text in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text, encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        options = ["--no-cache", "--select", select, "--min-confidence", confidence, "--output-format", "concise"]
        code = main(["check", *options, "."])
        output = capsys.readouterr()
        assert code in (0, 1), output
        return [line.split()[1] for line in output.out.splitlines() if " DET" in line]

    return check


def hydra(body: str, **files: str) -> dict[str, str]:
    configs = {f"conf/{name.replace('__', '/')}.yaml": text for name, text in files.items()}
    return {"train.py": HYDRA.format(body=body), **configs}


TRAINER = "L.Trainer(deterministic=cfg.trainer.deterministic)"
SPREAD = "L.Trainer(**cfg.trainer)"
MADE = "trainer: L.Trainer = hydra.utils.instantiate(cfg.trainer)"
TARGET = "trainer:\n  _target_: lightning.pytorch.Trainer\n"


@pytest.mark.parametrize(
    ("body", "config", "found"),
    [
        (TRAINER, "trainer:\n  deterministic: true\n", []),
        (TRAINER, "trainer:\n  deterministic: false\n", ["DET231"]),
        (TRAINER, "trainer:\n  deterministic: warn\n", ["DET231"]),
        (TRAINER, "mode: true\ntrainer:\n  deterministic: ${mode}\n", []),
        (TRAINER, "mode: false\ntrainer:\n  deterministic: ${mode}\n", ["DET231"]),
        (TRAINER, "trainer:\n  mode: false\n  deterministic: ${.mode}\n", ["DET231"]),
        (SPREAD, "trainer:\n  max_epochs: 3\n", ["DET231"]),
        (SPREAD, "trainer:\n  max_epochs: 3\n  deterministic: yes\n", []),
        (MADE, f"{TARGET}  max_epochs: 3\n", ["DET231"]),
        (MADE, f"{TARGET}  deterministic: True\n", []),
        (MADE, "trainer:\n  _target_: mine.Trainer\n", []),
        ('L.Trainer(deterministic=cfg["trainer"]["deterministic"])', "trainer: {deterministic: false}\n", ["DET231"]),
        ('L.Trainer(deterministic=cfg.get("deterministic", False))', "deterministic: true\n", []),
        ('L.Trainer(deterministic=cfg.get("deterministic", False))', "seed: 1\n", ["DET231"]),
        ("L.Trainer(benchmark=cfg.benchmark, deterministic=True)", "benchmark: true\n", ["DET205"]),
        ("torch.backends.cudnn.benchmark = cfg.benchmark", "benchmark: true\n", ["DET205"]),
        ("torch.backends.cudnn.benchmark = cfg.benchmark", "benchmark: false\n", []),
        ("L.seed_everything(cfg.seed)\n    torch.rand(2)", "seed: 42\n", []),
        ("L.seed_everything(cfg.seed)\n    torch.rand(2)", "seed: null\n", []),  # seeds with 0
        ("random.seed(cfg.seed)\n    print(random.random())", "seed: null\n", ["DET104"]),
        ("random.seed(cfg.seed)\n    print(random.random())", "seed: ~\n", ["DET104"]),
        ("if cfg.seed:\n        L.seed_everything(cfg.seed)\n    torch.rand(2)", "seed: 42\n", []),
        ('if cfg.get("seed"):\n        L.seed_everything(cfg.seed)\n    torch.rand(2)', "seed: 42\n", []),
        # what a run may still turn on is settled as an option is
        ("if cfg.seed is not None:\n        L.seed_everything(cfg.seed)\n    torch.rand(2)", "seed: null\n", []),
        ("if cfg.fix:\n        L.seed_everything(1)\n    torch.rand(2)", "fix: false\n", []),
        ("if cfg.draw:\n        torch.rand(2)", "draw: true\n", ["DET207"]),
        # what the code changes, the file no more says
        (f"cfg.trainer.deterministic = True\n    {TRAINER}", "trainer:\n  deterministic: false\n", []),
        (f"cfg.trainer.deterministic = True\n    {SPREAD}", "trainer:\n  deterministic: false\n", []),
        (f'cfg.trainer["deterministic"] = True\n    {SPREAD}', "trainer:\n  deterministic: false\n", []),
    ],
)
def test_values_of_hydras_primary_configuration(reported: Reported, body: str, config: str, found: list[str]) -> None:
    assert reported(hydra(body, config=config)) == found


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"config": "defaults:\n- trainer: gpu\n", "trainer__gpu": "deterministic: false\n"}, ["DET231"]),
        ({"config": "defaults:\n- trainer: gpu\n", "trainer__gpu": "deterministic: true\n"}, []),
        # the list comes before the configuration itself, unless `_self_` says else
        (
            {
                "config": "defaults:\n- trainer: gpu\ntrainer: {deterministic: true}\n",
                "trainer__gpu": "deterministic: false\n",
            },
            [],
        ),
        (
            {
                "config": "defaults:\n- _self_\n- trainer: gpu\ntrainer: {deterministic: true}\n",
                "trainer__gpu": "deterministic: false\n",
            },
            ["DET231"],
        ),
        (
            {
                "config": "defaults:\n- trainer: gpu\n- experiment: best\n",
                "trainer__gpu": "deterministic: true\n",
                "trainer__fast": "deterministic: false\n",
                "experiment__best": "# @package _global_\ndefaults:\n- override /trainer: fast\n",
            },
            ["DET231"],
        ),
        (
            {
                "config": "defaults:\n- trainer: gpu\n- experiment: best\n",
                "trainer__gpu": "deterministic: false\n",
                "experiment__best": "# @package _global_\ntrainer:\n  deterministic: true\n",
            },
            [],
        ),
        (
            {
                "config": "defaults:\n- trainer: gpu\n",
                "trainer__gpu": "defaults:\n- default\ndeterministic: true\n",
                "trainer__default": "deterministic: false\n",
            },
            [],
        ),
        ({"config": "defaults:\n- setup@trainer: gpu\n", "setup__gpu": "deterministic: false\n"}, ["DET231"]),
        ({"config": "defaults:\n- base\n- _self_\n", "base": "trainer: {deterministic: false}\n"}, ["DET231"]),
        # a schema of a ConfigStore: what the file itself says later still holds
        ({"config": "defaults:\n- schema\n- _self_\ntrainer: {deterministic: false}\n"}, ["DET231"]),
        ({"config": "defaults:\n- _self_\n- schema\ntrainer: {deterministic: false}\n"}, []),
        ({"config": "defaults:\n- _self_\n- trainer: unknown\ntrainer: {deterministic: false}\n"}, []),
        (
            {"config": "defaults:\n- _self_\n- optional trainer: unknown\ntrainer: {deterministic: false}\n"},
            ["DET231"],
        ),
        (
            {
                "config": "defaults:\n- _self_\n- override hydra/launcher: joblib\n- db: mysql\n"
                "trainer: {deterministic: false}\n"
            },
            ["DET231"],
        ),
    ],
)
def test_defaults_lists_with_groups(reported: Reported, files: dict[str, str], found: list[str]) -> None:
    assert reported(hydra(TRAINER, **files)) == found


@pytest.mark.parametrize(
    "config",
    [
        "other: 1\n",
        "trainer: 3\n",
        "trainer: [1, 2]\n",
        "trainer:\n  deterministic: [true]\n",
        "trainer:\n  deterministic: ???\n",
        "trainer:\n  deterministic: ${oc.env:MODE}\n",
        "trainer:\n  deterministic: ${nothing.there}\n",
        "trainer:\n  deterministic: ${trainer.deterministic}\n",
        "- a\n- b\n",
        "just text\n",
        "trainer: {deterministic: false\n",
        "trainer:\n\tdeterministic: false\n",
        "a: &a [*a, *a]\ntrainer: *b\n",
        "\x00",
        "",
    ],
)
def test_what_is_missing_of_another_type_or_broken_is_unknown(reported: Reported, config: str) -> None:
    assert reported(hydra(TRAINER, config=config)) == []
    assert reported({}, "low", "DET231") == ["DET231"]


def test_a_configuration_that_is_not_there_is_unknown(reported: Reported) -> None:
    assert reported(hydra(f"{TRAINER}\n    {SPREAD}")) == []
    assert reported({}, "low", "DET231") == ["DET231", "DET231"]


def test_a_function_in_between_is_given_the_same_configuration(reported: Reported) -> None:
    text = HYDRA.format(body="fit(cfg)") + "\n\ndef fit(cfg: DictConfig):\n    L.Trainer(**cfg.trainer)\n"
    assert reported({"train.py": text, "conf/config.yaml": "trainer: {max_epochs: 3}\n"}) == ["DET231"]
    assert reported({"conf/config.yaml": "trainer: {deterministic: true}\n"}) == []


def test_what_a_configuration_names_is_made_of_the_project(reported: Reported) -> None:
    body = "net = hydra.utils.instantiate(cfg.net)\n    net(torch.ones(1, 3)).sum().backward()"
    files = {
        "src/__init__.py": "",
        "src/net.py": "import torch\n\n\nclass Net(torch.nn.Module):\n    def __init__(self, width):\n"
        "        super().__init__()\n        self.layer = torch.nn.Linear(width, 2)\n",
        **hydra(body, config="net:\n  _target_: src.net.Net\n  width: 3\n"),
    }
    files["train.py"] = files["train.py"].replace("import torch\n", "import torch\nimport src\n")
    assert reported(files) == ["DET207"]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('cfg = OmegaConf.load("conf/config.yaml")\nL.Trainer(**cfg.trainer)\n', ["DET231"]),
        ('here = os.path.dirname(__file__)\ncfg = OmegaConf.load(os.path.join(here, "conf", "config.yaml"))\n'
         "L.Trainer(**cfg.trainer)\n", ["DET231"]),
        ('cfg = OmegaConf.load(Path(__file__).parent / "conf/config.yaml")\nL.Trainer(**cfg.trainer)\n', ["DET231"]),
        ('cfg = OmegaConf.load(Path(__file__).resolve().parent / "none.yaml")\nL.Trainer(**cfg.trainer)\n', []),
        ('cfg = OmegaConf.merge(OmegaConf.load("conf/config.yaml"), OmegaConf.from_cli())\nL.Trainer(**cfg.trainer)\n',
         ["DET231"]),
        ('a = OmegaConf.load("conf/config.yaml")\nb = OmegaConf.load("conf/more.yaml")\n'
         'cfg = OmegaConf.merge(a, b)\nL.Trainer(**cfg.trainer)\n', []),
        ('cfg = OmegaConf.merge(OmegaConf.load("conf/config.yaml"), unknown())\nL.Trainer(**cfg.trainer)\n', []),
        ('cfg = OmegaConf.to_container(OmegaConf.load("conf/config.yaml"))\nL.Trainer(**cfg["trainer"])\n', ["DET231"]),
        ('with open("conf/config.yaml") as file:\n    cfg = yaml.safe_load(file)\nL.Trainer(**cfg["trainer"])\n',
         ["DET231"]),
        ('cfg = yaml.safe_load(Path("conf/config.yaml").read_text())\nL.Trainer(**cfg["trainer"])\n', ["DET231"]),
        ('cfg = yaml.safe_load(open("../conf/config.yaml"))\nL.Trainer(**cfg["trainer"])\n', []),
        ('hydra.initialize(config_path="conf")\ncfg = hydra.compose("config")\nL.Trainer(**cfg.trainer)\n', ["DET231"]),
        ('with hydra.initialize(config_path="conf"):\n'
         '    cfg = hydra.compose(config_name="config", overrides=["+trainer.deterministic=true"])\n'
         "    L.Trainer(**cfg.trainer)\n", []),
    ],
)  # fmt: skip
def test_files_that_the_code_loads(reported: Reported, code: str, found: list[str]) -> None:
    start = "import os\nfrom pathlib import Path\nimport hydra\nimport lightning as L\nimport yaml\n"
    files = {
        "run.py": f"{start}from omegaconf import OmegaConf\n\n{code}",
        "conf/config.yaml": "trainer:\n  max_epochs: 3\n",
        "conf/more.yaml": "trainer:\n  deterministic: true\n",
    }
    assert reported(files, select="DET231") == found


@pytest.mark.parametrize(
    ("arguments", "command", "config", "found"),
    [
        ("", "fit --config run.yaml", "trainer:\n  deterministic: true\nseed_everything: 42\n", []),
        ("", "fit --config=run.yaml", "trainer:\n  deterministic: false\nseed_everything: 42\n", ["DET231"]),
        ("", "fit -c run.yaml", "trainer:\n  deterministic: warn\n", ["DET231"]),
        ("", "--config run.yaml fit", "fit:\n  trainer:\n    deterministic: false\n", ["DET231"]),
        ("", "fit --config none.yaml", "trainer:\n  deterministic: false\n", []),
        ("", "fit --trainer.deterministic=false", "", ["DET231"]),
        ("", "fit --trainer.deterministic true --seed_everything 3", "", []),
        ("", "fit --config run.yaml --trainer.deterministic=true", "trainer:\n  deterministic: false\n", []),
        ("", "fit --config run.yaml --trainer.deterministic $MODE", "trainer:\n  deterministic: false\n", []),
        ("", "fit --config run.yaml", "trainer:\n  deterministic: 'true'\n", []),
        ("", "fit --config run.yaml", "trainer: {deterministic: false\n", []),
        ('trainer_defaults={"deterministic": False}', "fit --config run.yaml", "trainer: {deterministic: true}\n", []),
        ('trainer_defaults={"deterministic": False}', "fit --config run.yaml", "trainer: {}\n", ["DET231"]),
        ('trainer_defaults={"deterministic": True}', "fit --config run.yaml", "trainer: {deterministic: false}\n",
         ["DET231"]),
        ('parser_kwargs={"default_config_files": ["run.yaml"]}', "fit", "trainer: {deterministic: warn}\n", ["DET231"]),
        ('parser_kwargs={"fit": {"default_config_files": ["run.yaml"]}}', "fit", "trainer: {deterministic: yes}\n", []),
    ],
)  # fmt: skip
def test_the_configuration_of_a_command_line(
    reported: Reported, arguments: str, command: str, config: str, found: list[str]
) -> None:
    files = {
        "main.py": COMMAND_LINE.format(arguments=arguments),
        "run.sh": f"#!/bin/bash\npython main.py {command}\n",
        "run.yaml": config,
    }
    assert reported(files, select="DET231") == found


@pytest.mark.parametrize(
    ("arguments", "config", "found"),
    [
        ("seed_everything_default=False", "trainer: {}\n", ["DET207"]),
        ("seed_everything_default=False", "seed_everything: 42\n", []),
        ("seed_everything_default=1", "seed_everything: false\n", ["DET207"]),
        ("seed_everything_default=1", "seed_everything: null\n", ["DET207"]),
        ("seed_everything_default=False", "--seed_everything=42", []),
        ("seed_everything_default=False", "--trainer.max_epochs 3", ["DET207"]),
        ("seed_everything_default=1", "--seed_everything false", ["DET207"]),
    ],
)
def test_the_seed_of_a_command_line(reported: Reported, arguments: str, config: str, found: list[str]) -> None:
    options = config if config.startswith("--") else "--config run.yaml"
    code = COMMAND_LINE.format(arguments=arguments).replace("    LightningCLI", "    cli = LightningCLI", 1)
    files = {
        "main.py": code.replace("\n\n\nclass", "\n    Model()\n\n\nclass"),
        "run.sh": f"#!/bin/bash\npython main.py fit {options}\n",
        "run.yaml": "" if config.startswith("--") else config,
    }
    assert reported(files, select="DET207") == found


@pytest.mark.parametrize(
    ("path", "config", "found"),
    [
        ("'configs/run.py'", "randomness = dict(seed=0, deterministic=True)\n", []),
        ("'configs/run.py'", "randomness = dict(seed=0)\n", ["DET203"]),
        ("'configs/run.py'", "randomness = dict(seed=None, deterministic=True)\n", ["DET207"]),
        ("'configs/run.py'", "x = 1\n", ["DET203", "DET207"]),
        ("'configs/run.py'", "_base_ = ['base.py']\n", []),
        ("'configs/run.py'", "_base_ = 'base.py'\nrandomness = dict(deterministic=False)\n", ["DET203"]),
        ("'configs/run.py'", "_base_ = './base.py'\nrandomness = dict(_delete_=True, seed=1)\n", ["DET203"]),
        ("'configs/run.py'", "_base_ = 'none.py'\n", []),
        ("'configs/run.py'", "randomness = make()\n", []),
        ("'configs/run.py'", "randomness = dict(seed=0\n", []),
        ("'configs/none.py'", "randomness = dict(seed=0)\n", []),
        ("path_of_a_run()", "randomness = dict(seed=0)\n", []),
    ],
)
def test_configurations_of_mmengine(reported: Reported, path: str, config: str, found: list[str]) -> None:
    files = {
        "train.py": RUNNER.format(path=path),
        "configs/run.py": config,
        "configs/base.py": "randomness = dict(seed=3, deterministic=True)\n",
    }
    codes = reported(files, select="DET203,DET207")
    assert sorted(codes) == found


def test_a_runner_made_in_the_code(reported: Reported) -> None:
    code = RUNNER.replace("cfg = Config.fromfile({path})", "cfg = 0").replace(
        "Runner.from_cfg(cfg)", "Runner(model, randomness=dict(seed=3, deterministic=False))"
    )
    assert reported({"train.py": code}) == ["DET203"]


def test_the_place_in_the_file_comes_with_the_finding(
    reported: Reported, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    reported(hydra(TRAINER, config="seed: 1\ntrainer:\n  deterministic: false\n"))
    main(["check", "--no-cache", "--select", "DET231", "."])
    assert "conf/config.yaml:3:18: the value stands here" in capsys.readouterr().out


def test_a_fix_never_writes_over_what_a_file_says(reported: Reported, tmp_path: Path) -> None:
    files = hydra(f"{TRAINER}\n    {MADE}", config=f"{TARGET}  deterministic: false\n")
    assert reported(files) == ["DET231", "DET231"]
    main(["check", "--no-cache", "--select", "DET231", "--fix", "--unsafe-fixes", "."])
    assert (tmp_path / "train.py").read_text(encoding="utf-8") == files["train.py"]


@pytest.mark.parametrize(
    ("config", "times"),
    [("trainer: {deterministic: false\n", 1), ("trainer: {deterministic: false}\n", 0), ("- a\n", 0)],
)
def test_a_file_that_cannot_be_read_is_named(
    reported: Reported, capsys: pytest.CaptureFixture[str], config: str, times: int
) -> None:
    reported(hydra(TRAINER, config=config))
    main(["check", "--no-cache", "--select", "DET231", "."])
    assert capsys.readouterr().err.count("conf/config.yaml: line 2: not valid YAML (") == times


OFF = "trainer:\n  deterministic: false\n"
NO_SEED = "seed: null\n"
SEEDS = "random.seed(cfg.seed)\n    print(random.random())"


@pytest.mark.parametrize(
    ("commands", "found"),
    [
        ({"Makefile": "train:\n\tpython train.py trainer.deterministic=true\n"}, []),
        ({"Makefile": "train:\n\tpython train.py trainer.max_epochs=3\n"}, ["DET231"]),
        ({"Dockerfile": 'FROM a:1\nCMD ["python", "train.py", "trainer.deterministic=true"]\n'}, []),
        ({"run.sh": "python -m train trainer.deterministic=True && echo done\n"}, []),
        ({"run.sh": "python train.py && echo trainer.deterministic=true\n"}, ["DET231"]),
        ({"run.sh": "python other.py trainer.deterministic=true\n"}, ["DET231"]),
        # what some commands say and others do not, and what only a run knows, is unknown
        ({"run.sh": "python train.py trainer.deterministic=true\npython train.py\n"}, []),
        ({"run.sh": "python train.py trainer.deterministic=$MODE\n"}, []),
        ({"run.sh": "python train.py -m trainer.deterministic=true,false\n"}, []),
        ({"run.sh": "python train.py trainer.deterministic=false\n"}, ["DET231"]),
    ],
)
def test_overrides_in_the_commands_of_a_project(reported: Reported, commands: dict[str, str], found: list[str]) -> None:
    assert reported({**hydra(TRAINER, config=OFF), **commands}) == found


def test_a_seed_that_every_command_gives(reported: Reported) -> None:
    assert reported({**hydra(SEEDS, config=NO_SEED), "run.sh": "python train.py seed=3\n"}) == []
    assert reported({**hydra(SEEDS, config=NO_SEED), "run.sh": "python train.py\n"}) == ["DET104"]


CLASSES = """\
from dataclasses import dataclass, field

from hydra.core.config_store import ConfigStore


@dataclass
class Trainer:
    deterministic: bool = {value}


@dataclass
class Config:
    seed: int = 3
    trainer: Trainer = field(default_factory=Trainer)
"""


@pytest.mark.parametrize(("value", "found"), [("False", ["DET231"]), ("True", []), ("compute()", [])])
@pytest.mark.parametrize("elsewhere", [False, True])
def test_dataclasses_of_a_config_store(reported: Reported, value: str, elsewhere: bool, found: list[str]) -> None:
    program = hydra(TRAINER)["train.py"].replace('config_path="conf", ', "")
    store = 'ConfigStore.instance().store(name="config", node=Config)\n\n\n@hydra.main'
    classes = CLASSES.format(value=value)
    if elsewhere:
        head = "from hydra.core.config_store import ConfigStore\nfrom settings import Config\n"
        files = {"settings.py": classes, "train.py": head + program.replace("@hydra.main", store)}
    else:
        files = {"train.py": classes + program.replace("@hydra.main", store)}
    assert reported(files) == found


HELPER = "import lightning as L\nfrom omegaconf import DictConfig\n\n\ndef made(cfg: DictConfig):\n    return {use}\n"


@pytest.mark.parametrize(
    ("call", "use", "found"),
    [
        ("made(cfg)", "L.Trainer(deterministic=cfg.trainer.deterministic)", ["DET231"]),
        ("made(cfg=cfg)", "L.Trainer(deterministic=cfg.trainer.deterministic)", ["DET231"]),
        ("made(cfg.trainer)", "L.Trainer(deterministic=cfg.trainer.deterministic)", []),
        ("made(cfg)", "L.Trainer(deterministic=cfg.get('deterministic', False))", []),
        ("made(cfg)", "L.Trainer(deterministic=cfg.mode)", []),
    ],
)
def test_a_configuration_that_is_handed_to_another_file(
    reported: Reported, call: str, use: str, found: list[str]
) -> None:
    files = hydra(f"from helper import made\n\n    {call}", config=f"mode: true\n{OFF}")
    assert reported({**files, "helper.py": HELPER.format(use=use)}) == found


@pytest.mark.parametrize(
    ("command", "found"),
    [
        ("python seeded.py --seed 3\n", []),
        ("python seeded.py --seed=3 --epochs 2\n", []),
        ("python seeded.py --epochs 2\n", ["DET104"]),
        ("python seeded.py --seed 3\npython seeded.py\n", ["DET104"]),
    ],
)
def test_options_that_every_command_gives(reported: Reported, command: str, found: list[str]) -> None:
    program = """\
import argparse
import random

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=None)
args = parser.parse_args()
random.seed(args.seed)
print(random.random())
"""
    assert reported({"seeded.py": program, "run.sh": command}) == found
