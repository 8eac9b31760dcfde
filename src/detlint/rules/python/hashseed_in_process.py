"""DET112: `PYTHONHASHSEED` set in the process that it is meant for."""

from __future__ import annotations

import ast
import os

from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.environment.writes import EnvWrite, environment_writes
from detlint.rules.guards import position

_VARIABLE = "PYTHONHASHSEED"
_RESTARTS = ("os.execl", "os.execle", "os.execlp", "os.execlpe", "os.execv", "os.execve", "os.execvp", "os.execvpe")
_STARTS = (
    "subprocess.run", "subprocess.call", "subprocess.check_call", "subprocess.check_output", "subprocess.Popen",
    "os.spawnl", "os.spawnv", "os.spawnvp", "os.spawnlp", "os.posix_spawn", "os.system",
)  # fmt: skip
_INTERPRETER = ("sys.executable", "sys.argv", "sys.orig_argv")


class HashseedInProcess(Rule):
    """Once a file, at the first write that nothing excuses."""

    code = "DET112"
    name = "hashseed-in-process"
    summary = "`PYTHONHASHSEED` set in the process that it is meant for"
    why = """
The interpreter reads `PYTHONHASHSEED` once, when it starts. Setting it in `os.environ` later changes neither `hash()`
nor the order of sets in this process; only processes started from it see the value.

Not reported: the environment given to a child process, a copy of `os.environ`, setting it before the interpreter
replaces itself (`os.execv`) or starts itself again, and tests that set it for their own duration. Reported once a
file.
"""
    scope = "file"
    bad = (
        Example(
            "import os\nimport random\n\n\ndef seed_everything(seed):\n"
            '    os.environ["PYTHONHASHSEED"] = str(seed)  # !\n'
            "    random.seed(seed)\n"
        ),
        Example('import os\n\nos.environ.setdefault("PYTHONHASHSEED", "0")  # !\n'),
    )
    good = (
        Example(
            "import os\nimport subprocess\nimport sys\n\n"
            'subprocess.run([sys.executable, "train.py"], env={**os.environ, "PYTHONHASHSEED": "0"})\n'
        ),
        Example(
            'import os\nimport sys\n\nif os.environ.get("PYTHONHASHSEED") != "0":\n'
            '    os.environ["PYTHONHASHSEED"] = "0"\n'
            "    os.execv(sys.executable, [sys.executable, *sys.argv])\n"
        ),
    )
    sources = ("https://docs.python.org/3/using/cmdline.html#envvar-PYTHONHASHSEED",)
    candidates = Candidates(words=(_VARIABLE,))

    def check_file(self) -> None:
        """Report the first write that nothing excuses; those of a `noxfile.py` are for what its sessions start."""
        if os.path.basename(self.context.path) == "noxfile.py":
            return
        for write in environment_writes(self.context.index):
            if write.name == _VARIABLE and write.in_process and not self._restarts(write):
                self.report(
                    write.node,
                    f"`{_VARIABLE}` is read when the interpreter starts: set here, it changes nothing in this process.",
                    "Set it where the process is started: in the Dockerfile, the job script or the shell.",
                )
                return

    def _restarts(self, write: EnvWrite) -> bool:
        """Whether the interpreter is replaced, or started again, after this write in the same function."""
        index = self.context.index
        function = index.function(write.node)
        for call in index.calls_of(*_RESTARTS, *_STARTS):
            if position(call) < position(write.node) or index.function(call) is not function:
                continue
            if set(index.names(call.func)) & set(_RESTARTS) or self._runs_python(call):
                return True
        return False

    def _runs_python(self, call: ast.Call) -> bool:
        return any(
            isinstance(node, ast.Attribute | ast.Name) and set(self.context.index.names(node)) & set(_INTERPRETER)
            for argument in call.args
            for node in ast.walk(argument)
        )
