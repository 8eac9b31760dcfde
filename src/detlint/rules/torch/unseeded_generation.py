"""DET242: sampling from a language model without a seed."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from detlint.diagnostics import Confidence
from detlint.project.questions import Finding, place, unseeded, way
from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.repairs import Repair, call_at
from detlint.rules.seed_functions import seeding_fix
from detlint.rules.torch.generation import GENERATE, NAMES, SERVER, STATES, seed_parameter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from detlint.diagnostics import Fix, Location
    from detlint.project.model import EntryPoint, Project
    from detlint.project.questions import States
    from detlint.project.run import Event, Run

_LIBRARIES = sorted({name.partition(".")[0] for name in NAMES} - {"together"})
_FORMS = (
    *((word, "") for word in (*_LIBRARIES, "do_sample", "GenerationConfig")),
    ("together", r"(?:import|from)[ \t][^\n]*\btogether\b"),  # a word of English: it must be imported
)

_WORDS = {
    "torch": ("samples from torch's global state, which is never seeded", "Call `torch.manual_seed(SEED)` before it."),
    "vllm": ("samples at a temperature above 0 without a seed", "Give `SamplingParams` or `LLM` a `seed`."),
    "llama_cpp": ("samples at a temperature above 0 without a seed", "Give `Llama`, or the call, a `seed`."),
    SERVER: ("samples at a temperature above 0 without a seed", "Give the call a `seed`, or `temperature=0`."),
}


class UnseededGeneration(Rule):
    """`generate(do_sample=True)`, pipelines, vLLM, clients of servers."""

    code = "DET242"
    name = "unseeded-generation"
    summary = "an entry point that samples from a language model without a seed"
    why = """
Sampling picks each token at random. `model.generate(do_sample=True)` and the pipelines of transformers draw from
torch's global state, vLLM and llama.cpp from their own, a server behind a client from its own: without a seed, each run
writes another text. Default temperatures count: OpenAI's and vLLM's is 1.

Reported once for each call of the entry point that leads there. Not reported: greedy decoding and beam search, a
temperature of 0, clients whose service takes no seed, and models that take none. A seed fixes the random numbers;
kernels and servers that batch requests may still differ in the last digits.
"""
    scope = "project"
    of_entry_points = True
    fix = "unsafe"
    bad = (
        Example(
            "from transformers import AutoModelForCausalLM, AutoTokenizer\n\n\ndef main():\n"
            '    tokenizer = AutoTokenizer.from_pretrained("gpt2")\n'
            '    model = AutoModelForCausalLM.from_pretrained("gpt2")\n'
            '    print(model.generate(**tokenizer("Once", return_tensors="pt"), do_sample=True))\n\n\n'
            'if __name__ == "__main__":\n    main()  # !\n'
        ),
        Example(
            "from vllm import LLM, SamplingParams\n\nparams = SamplingParams(temperature=0.8)  # !\n"
            'print(LLM("facebook/opt-125m").generate(["Once"], params))\n',
            fixed="from vllm import LLM, SamplingParams\n\nSEED = 42\n\n"
            "params = SamplingParams(temperature=0.8, seed=SEED)\n"
            'print(LLM("facebook/opt-125m").generate(["Once"], params))\n',
        ),
        Example(
            "from openai import OpenAI\n\nclient = OpenAI()\n"
            'answer = client.chat.completions.create(model="gpt-4o", messages=[])  # !\nprint(answer)\n'
        ),
    )
    good = (
        Example(
            "from transformers import AutoModelForCausalLM, set_seed\n\nset_seed(1)\n"
            'model = AutoModelForCausalLM.from_pretrained("gpt2")\nprint(model.generate(do_sample=True))\n'
        ),
        Example(
            "from transformers import AutoModelForCausalLM\n\n"
            'model = AutoModelForCausalLM.from_pretrained("gpt2")\n'
            "print(model.generate(num_beams=4, do_sample=False))\n"
        ),
        Example(
            "from vllm import LLM, SamplingParams\n\n"
            'print(LLM("facebook/opt-125m").generate(["Once"], SamplingParams(temperature=0)))\n'
        ),
        Example(
            "from openai import OpenAI\n\nclient = OpenAI()\n"
            'print(client.chat.completions.create(model="gpt-4o", messages=[], seed=3))\n'
        ),
        Example(
            "import anthropic\n\nclient = anthropic.Anthropic()\n"
            'print(client.messages.create(model="claude-3-haiku-20240307", max_tokens=9, messages=[]))\n'
        ),
    )
    sources = (
        "https://huggingface.co/docs/transformers/main_classes/text_generation",
        "https://docs.vllm.ai/en/latest/usage/reproducibility/",
        "https://platform.openai.com/docs/api-reference/chat/create",
    )
    candidates = Candidates(calls=NAMES, words=("do_sample", "GenerationConfig"), forms=_FORMS)

    def check_project(self, project: Project) -> None:
        """Report what each entry point samples without a seed."""
        for entry in project.entry_points:
            done: dict[Location, Confidence] = {}
            for found in _findings(entry.run):
                where = place(entry.run, found.event)
                if done.get(where, Confidence.LOW) >= found.confidence and where in done:
                    continue
                done[where] = found.confidence
                self._report(project, entry, found, where)

    def _report(self, project: Project, entry: EntryPoint, found: Finding, where: Location) -> None:
        run = entry.run
        assert found.event.effect is not None
        what, repair = _WORDS[found.event.effect.subject]
        condition = f" ({found.only_when})" if found.only_when else ""
        self.report_at(
            where,
            f"`{found.event.text}` {what}, so each run writes another text{condition}.",
            repair,
            confidence=found.confidence,
            related=way(run, found.event, f"`{found.event.text}` samples here"),
            fix=self._fix(project, entry, found.event),
        )

    def _fix(self, project: Project, entry: EntryPoint, event: Event) -> Fix | None:
        """Seed torch where the program starts; give a client's call, or an engine's parameters, a seed."""
        assert event.effect is not None
        if event.effect.subject == "torch":
            return seeding_fix(self.context, project, entry, event, "torch")
        call = call_at(self.context, event.location) if event.path == self.context.path else None
        parameter = seed_parameter(self.context.index, call) if call is not None else ""
        if call is None or not parameter or self._asks_again(call):
            return None
        given = self.context.index.arguments(call).get(parameter)
        if given is not None and given.node not in call.keywords:
            return None
        repair = Repair(self.context)
        repair.set_argument(call, parameter, repair.seed(call))
        return repair.unsafe("Give it a fixed seed")

    def _asks_again(self, call: ast.Call) -> bool:
        """Whether the same is asked several times, to have several answers or to try again."""
        for ancestor in self.context.index.ancestors(call):
            if isinstance(ancestor, ast.While):
                return True
            for clause in (ancestor, *getattr(ancestor, "generators", ())):
                source = getattr(clause, "iter", None)
                name = getattr(getattr(source, "func", None), "id", "")
                if isinstance(clause, (ast.For, ast.AsyncFor, ast.comprehension)) and name == "range":
                    return True
        return False


def _findings(run: Run) -> Iterator[Finding]:
    by_torch = unseeded_generation(run)
    if by_torch is not None:
        yield by_torch
    for event in run.of_kind("draw"):
        assert event.effect is not None
        if event.effect.subject == SERVER:
            yield Finding(event, Confidence.LOW if event.effect.conditional else Confidence.HIGH)
        elif event.effect.subject in STATES:
            found = unseeded(run, only(event, event.effect.subject))
            if found is not None:
                yield found


def only(event: Event, state: str) -> Callable[[Event], States | None]:
    """Ask about one draw from a state."""
    return lambda other: (state,) if other is event else None


def unseeded_generation(run: Run) -> Finding | None:
    """The first sampling of a run from torch's state that nothing seeds before it."""
    return unseeded(run, lambda event: ("torch",) if _generates(event) else None)


def _generates(event: Event) -> bool:
    effect = event.effect
    return effect is not None and effect.kind == "draw" and effect.subject == "torch" and effect.detail == GENERATE
