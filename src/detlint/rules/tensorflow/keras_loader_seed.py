"""DET309."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.rules.base import Candidates, Example, Rule
from detlint.rules.repairs import call_at
from detlint.rules.tensorflow.draws import is_loader, unseeded_calls
from detlint.rules.tensorflow.repairs import seed_fix

if TYPE_CHECKING:
    from detlint.project.model import Project


class KerasLoaderSeed(Rule):
    """A loader of Keras that shuffles or augments by NumPy's global state."""

    code = "DET309"
    name = "keras-loader-seed"
    summary = "`image_dataset_from_directory` and kin, or `ImageDataGenerator.flow*`, without a seed"
    why = """
`image_dataset_from_directory`, `text_dataset_from_directory` and `audio_dataset_from_directory` shuffle by default, and
`ImageDataGenerator.flow*` shuffles and augments. Without a seed of their own they draw from NumPy's global state, which
`tf.random.set_seed` does not seed: the order, and a split of the files, differ from run to run.

Not reported: where NumPy's state is seeded (`np.random.seed`, `keras.utils.set_random_seed`), with `shuffle=False` and
nothing that augments, and a split with shuffle and no seed, which raises by itself.
"""
    scope = "project"
    fix = "unsafe"
    bad = (
        Example("""\
import tensorflow as tf

tf.random.set_seed(1)
data = tf.keras.utils.image_dataset_from_directory("images")  # !
print(data.class_names)
"""),
        Example("""\
from tensorflow.keras.preprocessing.image import ImageDataGenerator

def train_images(folder):
    return ImageDataGenerator(rescale=1 / 255).flow_from_directory(folder)  # !
"""),
    )
    good = (
        Example("import keras\n\ndata = keras.utils.image_dataset_from_directory('images', seed=1)\n"),
        Example("import keras\n\ndata = keras.utils.image_dataset_from_directory('images', shuffle=False)\n"),
        Example("""\
import keras

keras.utils.set_random_seed(1)
data = keras.utils.text_dataset_from_directory("texts")
print(data.class_names)
"""),
    )
    sources = (
        "https://keras.io/api/data_loading/image/",
        "run with Keras 2.6 to 3.15: which seeding function reaches which draw",
    )
    candidates = Candidates(
        words=(
            "image_dataset_from_directory",
            "text_dataset_from_directory",
            "audio_dataset_from_directory",
            "timeseries_dataset_from_array",
            "ImageDataGenerator",
        )
    )

    def check_project(self, project: Project) -> None:
        """Report the calls for which nothing seeds NumPy's state, unless the entry point as a whole is reported."""
        calls = unseeded_calls(project, self.context.targets, is_loader, self.context.surroundings)
        for location, finding, _ in calls:
            condition = f" ({finding.only_when})" if finding.only_when else ""
            self.report_at(
                location,
                f"`{finding.event.text}` without a seed draws from NumPy's global state, which is not seeded, so "
                f"runs differ{condition}.",
                "Give it `seed=`, or call `keras.utils.set_random_seed(seed)` before.",
                confidence=finding.confidence,
                fix=seed_fix(self.context, call_at(self.context, location)),
            )
