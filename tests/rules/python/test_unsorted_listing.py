"""DET105: listings that are used in the order of the file system, and those that are not."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from tests.helpers import check, marked_lines, unmarked

from detlint.environment.project import ProjectFiles
from detlint.index import FileIndex, Knowledge
from detlint.rules.python.speaks import numeric_project

if TYPE_CHECKING:
    from pathlib import Path

SHOWS = {
    "the largest of other numbers": """
        import os
        import numpy as np
        def last(folder, scores):
            files = os.listdir(folder)  # !
            return files[np.argmax(scores)]
    """,
    "more than told": """
        import os
        def tell(folder):
            names = os.listdir(folder)  # !
            for name in names[:5]:
                print(name)
                load(name)
    """,
    "what a function returns, of several calls": """
        import os
        def full(folder, names):
            return [folder + name for name in names]
        def read(folder):
            names = os.listdir(folder)  # !
            number = len(full(folder, names))
            paths = full(folder, names)
            return number, paths[0]
        def deep(names, depth):
            return names if depth == 0 else deep(names, depth - 1)
        def first(folder):
            return deep(os.listdir(folder), 3)[0]  # !
    """,
    "beside methods that a text names": """
        import os
        class Data:
            def __init__(self, kind):
                self.names = getattr(self, f"find_{kind}_names")()
            def find_files(self):
                return [name.split("_")[0] for name in os.listdir(self.root)]  # !
            def collect_find_x_names(self):
                return os.listdir(self.root)  # !
            def find_first_names(self):
                return [name.split("_")[0] for name in os.listdir(self.root)]  # !
            def first(self):
                return getattr(self, "find_%s" % "x"), getattr(self, "find_" + "first" + "_names")()[0]
    """,
    "a function within a function that is called": """
        import os
        def make(root):
            def found():
                return [name.split("_")[0] for name in os.listdir(root)]  # !
            return found()[0]
    """,
    "patterns with a wildcard, also in a value": """
        import glob
        from pathlib import Path
        ENDING = "*.csv"
        def tables(folder, pattern, name):
            first = glob.glob(f"{folder}/{name}_*.pdb")[0]  # !
            second = glob.glob(f"{folder}/{ENDING}")[0]  # !
            third = glob.glob(f"{folder}/{pattern}")[0]  # !
            return first, second, third, list(Path(folder).glob("part-?.csv"))[0]  # !
    """,
    "in folders that are sorted": """
        from pathlib import Path
        def table(root):
            rows = []
            for folder in sorted(p for p in Path(root).iterdir() if p.is_dir()):
                rows += [(file, folder.name) for file in folder.glob("*.png")]  # !
            return rows
        def files(root):
            return [file for folder in sorted(Path(root).glob("*")) for file in folder.glob("*.png")]  # !
    """,
    "rows that are filled in each round": """
        from pathlib import Path
        def store(paths, model):
            rows = []
            for path in paths:
                row = {}
                row["path"] = path
                row["label"] = model(path)
                rows.append(row)
            return rows
        def predict(folder, model):
            paths = list(Path(folder).glob("*/*.jpg"))  # !
            return store(paths=paths, model=model)
    """,
    "stored by position": """
        import glob
        import numpy as np
        def load(folder):
            files = glob.glob(folder + "/*.npy")  # !
            out = np.zeros((len(files), 4))
            for i in range(len(files)):
                out[i] = np.load(files[i])
            return out
    """,
    "comprehension returned": """
        import os
        def names(folder):
            return [name for name in os.listdir(folder) if name.endswith(".png")]  # !
    """,
    "imported name, attribute read by position": """
        from os import listdir
        class Images:
            def __init__(self, folder):
                self.files = [f for f in listdir(folder)]  # !
            def __getitem__(self, index):
                return self.files[index]
    """,
    "glob, first taken": """
        import glob
        checkpoint = glob.glob("runs/*.ckpt")[0]  # !
    """,
    "last by position": """
        from glob import glob
        def last(folder):
            files = glob(folder + "/*")  # !
            return files[-1]
    """,
    "split by position": """
        from pathlib import Path
        files = list(Path("data").glob("*.npy"))  # !
        train, test = files[:800], files[800:]
    """,
    "shuffled with a seed": """
        import os, random
        random.seed(0)
        files = os.listdir("data")  # !
        random.shuffle(files)
    """,
    "handed to a library": """
        import glob
        from sklearn.model_selection import train_test_split
        paths = glob.glob("data/*.jpg")  # !
        train, test = train_test_split(paths, random_state=0)
    """,
    "appended in a loop": """
        import os
        def read(folder):
            rows = []
            for name in os.listdir(folder):  # !
                with open(os.path.join(folder, name)) as handle:
                    rows.append(handle.read())
            return rows
    """,
    "added with +=": """
        import os
        def read(folder):
            rows = []
            for name in os.listdir(folder):  # !
                rows += [name.lower()]
            return rows
    """,
    "tables concatenated": """
        import glob
        import pandas as pd
        def table():
            return pd.concat([pd.read_csv(f) for f in glob.glob("parts/*.csv")])  # !
    """,
    "table grown in a loop": """
        import glob
        import pandas as pd
        def table():
            all_rows = pd.DataFrame()
            for f in glob.glob("parts/*.csv"):  # !
                all_rows = pd.concat([all_rows, pd.read_csv(f)])
            return all_rows
    """,
    "written to one file": """
        import os
        def index(folder, target):
            with open(target, "w") as handle:
                for entry in os.scandir(folder):  # !
                    handle.write(entry.name + "\\n")
    """,
    "csv rows": """
        import csv
        from pathlib import Path
        def index(folder, target):
            with open(target, "w") as handle:
                writer = csv.writer(handle)
                for path in Path(folder).iterdir():  # !
                    writer.writerow([path.name, path.stat().st_size])
    """,
    "class index by enumerate": """
        import os
        def classes(root):
            return {name: number for number, name in enumerate(os.listdir(root))}  # !
    """,
    "class index by a counter": """
        import os
        def classes(root):
            table, number = {}, 0
            for name in os.listdir(root):  # !
                table[name] = number
                number += 1
            return table
    """,
    "class index by length": """
        import os
        def classes(root):
            table = {}
            for name in os.listdir(root):  # !
                table[name] = len(table)
            return table
    """,
    "walk": """
        import os
        def files(top):
            found = []
            for root, dirs, names in os.walk(top):  # !
                for name in names:
                    found.append(os.path.join(root, name))
            return found
    """,
    "walk, files sorted but not folders": """
        import os
        def files(top):
            found = []
            for root, _, names in os.walk(top):  # !
                for name in sorted(names):
                    found.append(os.path.join(root, name))
            return found
    """,
    "walk, folders sorted but not files": """
        import os
        def files(top):
            for root, dirs, names in os.walk(top):  # !
                dirs.sort()
                for name in names:
                    yield os.path.join(root, name)
    """,
    "walk, top level only": """
        import os
        def classes(root):
            return next(os.walk(root))[1]  # !
    """,
    "next of a generator": """
        from pathlib import Path
        def newest(folder: Path):
            return next(folder.rglob("*.ckpt"))  # !
    """,
    "map and list": """
        import glob
        def stems():
            return list(map(str.lower, glob.glob("*.txt")))  # !
    """,
    "concatenated listings": """
        import glob
        def images(folder):
            return glob.glob(folder + "/*.png") + glob.glob(folder + "/*.jpg")  # !
    """,
    "extended": """
        import glob
        def images(folder):
            files = []
            for kind in ("png", "jpg"):
                files.extend(glob.glob(f"{folder}/*.{kind}"))  # !
            return files
    """,
    "through a helper": """
        import os
        def listing(folder):
            return os.listdir(folder)  # !
        def main():
            first = listing("data")[0]
            print(first)
    """,
    "parameter of a helper": """
        import glob
        def load(paths):
            return [open(p).read() for p in paths]
        texts = load(glob.glob("*.txt"))  # !
        corpus = "".join(texts)
        open("corpus.txt", "w").write(corpus)
    """,
    "paired with labels": """
        import glob
        def pairs(masks):
            return list(zip(glob.glob("images/*.png"), masks))  # !
    """,
    "two listings paired": """
        import glob
        def pairs():
            images = glob.glob("images/*.png")  # !
            masks = glob.glob("masks/*.png")  # !
            for image, mask in zip(images, masks):
                print(image, mask)
    """,
    "sorted after use": """
        import os
        def first(folder):
            files = os.listdir(folder)  # !
            chosen = files[0]
            files.sort()
            return chosen
    """,
    "first that fits": """
        import os
        def checkpoint(folder):
            for name in os.listdir(folder):  # !
                if name.endswith(".pt"):
                    return os.path.join(folder, name)
    """,
    "only the first ones": """
        import glob
        def some(limit):
            for number, path in enumerate(glob.glob("*.png")):  # !
                if number >= limit:
                    break
                path.encode()
    """,
    "numbered names": """
        import glob, shutil
        def rename(target):
            for number, path in enumerate(glob.glob("*.png")):  # !
                shutil.copy(path, f"{target}/{number:05d}.png")
    """,
    "hashed": """
        import glob, hashlib
        def digest():
            state = hashlib.sha256()
            for path in glob.glob("data/*"):  # !
                with open(path, "rb") as handle:
                    state.update(handle.read())
            return state.hexdigest()
    """,
    "sorted by a key that ties": """
        import os
        def names(folder):
            return sorted(os.listdir(folder), key=len)  # !
    """,
    "path of an option": """
        import argparse
        from pathlib import Path
        parser = argparse.ArgumentParser()
        parser.add_argument("folder", type=Path)
        args = parser.parse_args()
        files = [str(p) for p in args.folder.glob("*.wav")]  # !
        open("list.txt", "w").write("\\n".join(files))
    """,
    "grouped by class": """
        from collections import defaultdict
        from pathlib import Path
        def groups(folder):
            by_class = defaultdict(list)
            for path in Path(folder).rglob("*.png"):  # !
                by_class[path.parent.name].append(path)
            return by_class
    """,
    "random draws for each": """
        import glob, random
        def augment():
            for path in glob.glob("*.png"):  # !
                angle = random.uniform(-5, 5)
                save(path, angle)
    """,
    "yielded": """
        import os
        def records(folder):
            for name in os.listdir(folder):  # !
                yield name, os.path.getsize(name)
    """,
    "tuple of lists": """
        import glob
        def split():
            train = glob.glob("train/*")  # !
            test = glob.glob("test/*")  # !
            return train, test
    """,
    "dict that is later made a list": """
        import os
        def rows(folder):
            sizes = {name: os.path.getsize(name) for name in os.listdir(folder)}  # !
            found = []
            for name, size in sizes.items():
                found.append((name, size))
            return found
    """,
    "filtered list appended by a helper": """
        import os
        def collect(name, rows):
            rows.append(name)
        def main(folder):
            rows = []
            for name in os.listdir(folder):  # !
                collect(name, rows)
            return rows
    """,
    "array of listing": """
        import os
        import numpy as np
        names = np.array(os.listdir("images"))  # !
        order = np.random.RandomState(0).permutation(len(names))
        names = names[order]
    """,
}

SILENT = {
    "the one of the largest number": """
        import os
        import numpy as np
        def last(folder):
            files = [name for name in os.listdir(folder) if ".pt" in name]
            steps = [int(name.split("_")[2]) for name in files]
            newest = np.array(steps).argmax()
            return files[newest], files[np.argmin(steps)]
    """,
    "examples for a person": """
        import os
        def tell(folder):
            names = os.listdir(folder)
            for name in names[:5]:
                print(name)
    """,
    "what a function returns to another of its calls": """
        import os
        def full(folder, names):
            return [folder + name for name in names]
        def count(folder):
            return len(full(folder, os.listdir(folder)))
        def read(folder):
            return full(folder, sorted(os.listdir(folder)))[0]
    """,
    "each written to a file by a function of a module": """
        from pathlib import Path
        import nbformat
        import soundfile
        def convert(folder, out):
            for file in Path(folder).iterdir():
                one(file, out)
        def one(file, out):
            soundfile.write(out / file.name, load(file))
            nbformat.write(make(file), str(out / file.stem))
    """,
    "each file changed by a pool, in any order": """
        import glob
        from multiprocessing import Pool
        def resample(folder, rate):
            files = glob.glob(folder + "/*.wav")
            jobs = list(zip(files, len(files) * [rate]))
            with Pool() as pool:
                for _ in pool.imap_unordered(change, jobs):
                    print(".")
    """,
    "a function within a function that nobody calls": """
        import os
        class Data:
            def __init__(self, root):
                def found(self):
                    return [name.split("_")[0] for name in os.listdir(root)]
                self.root = root
    """,
    "a method that a text names": """
        import os
        class Data:
            def __init__(self, kinds):
                for kind in kinds:
                    setattr(self, f"{kind}_names", set(getattr(self, f"find_{kind}_names")()))
                    getattr(self, "list_" + kind)()
            def find_sound_names(self):
                return [name.split("_")[0] for name in os.listdir(self.root)]
            def list_sounds(self):
                return os.listdir(self.root)
    """,
    "patterns without a wildcard": """
        import glob
        from pathlib import Path
        NAME = "best"
        def read(folder):
            file = f"runs/{NAME}.ckpt"
            return glob.glob("data/train.csv")[0], glob.glob(file)[0], list(Path(folder).glob("test.csv"))[0]
    """,
    "in folders and files that are sorted": """
        from pathlib import Path
        def table(root):
            rows = []
            for folder in sorted(p for p in Path(root).iterdir() if p.is_dir()):
                rows += [(file, folder.name) for file in sorted(folder.glob("*.png"))]
            return rows
    """,
    "one table that each has a place in": """
        from pathlib import Path
        def sizes(folder):
            table = {}
            for path in Path(folder).glob("*.jpg"):
                table[path.name] = path.stat().st_size
                print(len(table))
            return table
    """,
    "each to a function of another file": """
        from pathlib import Path
        from .linter import lint_file
        def run(folder):
            for path in Path(folder).rglob("*.py"):
                lint_file(path)
    """,
    "shown by the last line of a cell": """
        import glob
        files = glob.glob("*.png")
        files[:5]
    """,
    "an item replaced at its place": """
        import os
        def tell(folder):
            names = os.listdir(folder)
            names[-1] = "and " + names[-1]
            raise SystemExit(", ".join(names))
    """,
    "positions alone": """
        import os
        def numbers(folder):
            files = os.listdir(folder)
            out = []
            for i in range(len(files)):
                out.append(i)
                print(files[i])
            return out
    """,
    "sorted": """
        import os
        names = [n for n in sorted(os.listdir("data"))]
    """,
    "sorted around the comprehension": """
        import os
        names = sorted(n for n in os.listdir("data") if n.endswith(".png"))
    """,
    "sorted later": """
        import os
        def names(folder):
            found = [n.lower() for n in os.listdir(folder)]
            found.sort()
            return found
    """,
    "sorted into the same name": """
        import glob
        def names():
            files = glob.glob("*.csv")
            files = sorted(files)
            return files[0]
    """,
    "list sorted after a loop": """
        import os
        def names(top):
            found = []
            for root, dirs, files in os.walk(top):
                for name in files:
                    found.append(os.path.join(root, name))
            return sorted(found)
    """,
    "natural sort": """
        from glob import glob
        from natsort import natsorted
        frames = natsorted(glob("frames/*.png"))
        first = frames[0]
    """,
    "sorted by number": """
        import glob
        frames = sorted(glob.glob("frames/*.png"), key=lambda p: int(p.split("_")[-1][:-4]))
        first = frames[0]
    """,
    "sorted by name of entry": """
        import os
        def entries(folder):
            return [e.path for e in sorted(os.scandir(folder), key=lambda e: e.name)]
    """,
    "sorted under an option": """
        import os
        def names(folder, sort=True):
            found = os.listdir(folder)
            if sort:
                found.sort()
            return found
    """,
    "numpy sort": """
        import glob
        import numpy as np
        files = np.sort(glob.glob("*.npy"))
        first = files[0]
    """,
    "sorted by the caller": """
        import os
        def listing(folder):
            return [n for n in os.listdir(folder)]
        def main(folder):
            return sorted(listing(folder))
    """,
    "counted": """
        import glob, os
        total = len(glob.glob("*.png")) + len(os.listdir("data"))
        number = sum(1 for _ in os.scandir("data"))
        size = sum(os.path.getsize(p) for p in glob.glob("*.png"))
    """,
    "counted in a loop": """
        import os
        def count(folder):
            number = 0
            for name in os.listdir(folder):
                if name.endswith(".png"):
                    number += 1
            return number
    """,
    "asked whether there is any": """
        import os, glob
        def empty(folder):
            if not os.listdir(folder):
                return True
            return not any(n.endswith(".png") for n in os.listdir(folder)) and bool(glob.glob("*.x"))
    """,
    "membership": """
        import os
        def has(folder, name):
            files = os.listdir(folder)
            return name in files and "config.json" in os.listdir(folder)
    """,
    "search by name": """
        import os
        def find(folder, wanted):
            for entry in os.scandir(folder):
                if entry.name == wanted:
                    return entry.path
            return None
    """,
    "set and dict by key": """
        import glob, os
        def stems():
            return {os.path.basename(p) for p in glob.glob("*.png")}, set(os.listdir("."))
        def sizes():
            return {p: os.path.getsize(p) for p in glob.glob("*.png")}
    """,
    "dict filled in a loop": """
        import os
        def sizes(folder):
            table = {}
            for name in os.listdir(folder):
                table[name] = os.path.getsize(os.path.join(folder, name))
            return table
    """,
    "removed and copied": """
        import glob, os, shutil
        for path in glob.glob("*.tmp"):
            os.remove(path)
        for name in os.listdir("a"):
            shutil.copy(os.path.join("a", name), "b")
    """,
    "an output each": """
        import glob, os
        import numpy as np
        def convert():
            for path in glob.glob("*.npy"):
                data = np.load(path)
                np.save(os.path.join("out", os.path.basename(path)), data * 2)
                with open(path + ".txt", "w") as handle:
                    handle.write(str(data.mean()))
    """,
    "printed": """
        from pathlib import Path
        for path in Path(".").iterdir():
            print(path.name)
        print(*Path(".").glob("*.md"))
    """,
    "progress by number": """
        import glob, os
        for number, path in enumerate(glob.glob("*.tmp")):
            os.remove(path)
            if number % 100 == 0:
                print(number, path)
    """,
    "first bad one raises": """
        from pathlib import Path
        def check(folder):
            for path in Path(folder).glob("*.json"):
                if path.stat().st_size == 0:
                    raise ValueError(f"{path} is empty")
    """,
    "newest by time": """
        import glob, os
        newest = max(glob.glob("runs/*.ckpt"), key=os.path.getctime)
    """,
    "exactly one": """
        import glob
        def only(folder):
            files = glob.glob(folder + "/*.ckpt")
            assert len(files) == 1
            return files[0]
        def unpacked(folder):
            (file,) = glob.glob(folder + "/*.ckpt")
            return file
        def checked(folder):
            files = glob.glob(folder + "/*.ckpt")
            if len(files) != 1:
                raise ValueError(folder)
            return files[0]
    """,
    "walk with both sorted": """
        import os
        def files(top):
            for root, dirs, names in os.walk(top):
                dirs.sort()
                for name in sorted(names):
                    yield os.path.join(root, name)
    """,
    "walk in place by slice": """
        import os
        def files(top):
            found = []
            for root, dirs, names in os.walk(top):
                dirs[:] = sorted(d for d in dirs if not d.startswith("."))
                names.sort()
                for name in names:
                    found.append(name)
            return found
    """,
    "walk to remove": """
        import os, shutil
        for root, dirs, names in os.walk("."):
            for name in dirs:
                if name == "__pycache__":
                    shutil.rmtree(os.path.join(root, name))
    """,
    "another os": """
        class Fixed:
            def listdir(self, folder):
                return ["a", "b"]
        os = Fixed()
        first = os.listdir(".")[0]
    """,
    "another glob": """
        class Store:
            def glob(self, pattern):
                return ["a"]
        first = Store().glob("*")[0]
    """,
    "sorted table": """
        import glob
        import pandas as pd
        def table():
            rows = []
            for path in glob.glob("*.csv"):
                rows.append({"path": path})
            return pd.DataFrame(rows).sort_values("path")
    """,
    "logged": """
        import logging, os
        def show(folder):
            logging.info("found %s", ", ".join(os.listdir(folder)))
    """,
    "attribute sorted at once": """
        import os
        class Images:
            def __init__(self, folder):
                self.files = os.listdir(folder)
                self.files.sort()
            def __getitem__(self, index):
                return self.files[index]
    """,
    "results in a set": """
        import os
        def kinds(top):
            found = set()
            for root, _, names in os.walk(top):
                for name in names:
                    found.add(os.path.splitext(name)[1])
            return found
    """,
    "largest size": """
        import os
        def largest(folder):
            best = 0
            for entry in os.scandir(folder):
                best = max(best, entry.stat().st_size)
            return best
    """,
    "by position over all, each on its own": """
        import os
        def clear(folder):
            files = os.listdir(folder)
            for i in range(len(files)):
                os.remove(os.path.join(folder, files[i]))
    """,
    "two sorted listings paired": """
        import glob
        def pairs():
            images = sorted(glob.glob("images/*.png"))
            masks = sorted(glob.glob("masks/*.png"))
            return list(zip(images, masks))
    """,
    "paired with what was made of them": """
        import glob, os
        def sizes():
            files = glob.glob("*.png")
            lengths = [os.path.getsize(f) for f in files]
            return dict(zip(files, lengths))
    """,
    "compared as sets": """
        import os
        def same(a, b):
            return set(os.listdir(a)) - set(os.listdir(b)), sorted(os.listdir(a)) == sorted(os.listdir(b))
    """,
}


@pytest.mark.parametrize("name", SHOWS)
def test_an_order_that_shows_is_found(name: str) -> None:
    code = SHOWS[name]
    assert sorted({line for line, _ in check(code, "DET105")}) == marked_lines(code)


@pytest.mark.parametrize("name", SILENT)
def test_an_order_that_does_not_show_is_left_alone(name: str) -> None:
    assert check(unmarked(SILENT[name]), "DET105") == []


def test_what_is_not_certain_is_hidden() -> None:
    unknown_path = "def read(folder):\n    return [p.name for p in folder.glob('*.png')]\n"
    assert check(unknown_path, "DET105") == []
    assert check(unknown_path, "DET105", min_confidence="low") == [(2, "DET105")]


def test_a_pattern_that_may_name_one_file_is_hidden() -> None:
    code = "import glob\n\n\ndef first(job, tag):\n    name = f'{job}/{job}_{tag}.pdb'\n    return glob.glob(name)[0]\n"
    assert check(code, "DET105") == []
    assert check(code, "DET105", min_confidence="low") == [(6, "DET105")]
    assert check(code.replace("{tag}", "*"), "DET105") == [(6, "DET105")]


def test_a_web_framework_is_not_asked() -> None:
    code = "import os\nimport django\n\n\ndef names(folder):\n    return [n for n in os.listdir(folder)]\n"
    assert check(code, "DET105", min_severity="warning") == []
    assert check(code.replace("django", "numpy"), "DET105", min_severity="warning") == [(6, "DET105")]


@pytest.mark.parametrize(
    ("requirements", "shown"), [("", True), ("click\nrequests\n", False), ("click\nscikit-learn\n", True)]
)
def test_a_project_that_declares_nothing_numeric_is_not_asked(tmp_path: Path, requirements: str, shown: bool) -> None:
    tmp_path.joinpath(".git").mkdir()
    if requirements:
        tmp_path.joinpath("requirements.txt").write_text(requirements)
    surroundings = ProjectFiles(str(tmp_path))
    index = FileIndex(ast.parse("import os\n"), Knowledge())
    assert numeric_project(index, surroundings) is shown


def test_a_file_that_computes_speaks_for_itself(tmp_path: Path) -> None:
    tmp_path.joinpath("requirements.txt").write_text("click\n")
    index = FileIndex(ast.parse("import numpy\n"), Knowledge())
    assert numeric_project(index, ProjectFiles(str(tmp_path)))


def test_how_a_package_is_built_is_hidden() -> None:
    code = "import glob\nfrom setuptools import Extension\n\nparts = [Extension('a', glob.glob('src/*.cpp'))]\n"
    assert check(code, "DET105", filename="setup.py") == []
    assert check(code, "DET105", filename="setup.py", min_confidence="low") == [(4, "DET105")]
    assert check(code, "DET105", filename="build.py") == [(4, "DET105")]


def test_a_module_of_the_project_that_computes_speaks_for_all(tmp_path: Path) -> None:
    """An image says nothing of what is computed, and what one module imports holds for its neighbours."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "requirements.txt").write_text("requests==2.31\n")
    index = FileIndex(ast.parse("import os\n"), Knowledge())
    assert not numeric_project(index, ProjectFiles(str(tmp_path)))
    other = tmp_path / "other"
    other.mkdir()
    (other / "requirements.txt").write_text("requests==2.31\n")
    (other / "main.py").write_text("import numpy as np\n")
    assert numeric_project(index, ProjectFiles(str(other)))
    image = tmp_path / "image"
    image.mkdir()
    (image / "Dockerfile").write_text("FROM python:3.11.4\n")
    assert numeric_project(index, ProjectFiles(str(image)))
