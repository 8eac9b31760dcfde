"""DET513: a base image without a tag, or with `latest`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detlint.rules.base import Example, Rule

if TYPE_CHECKING:
    from detlint.environment.facts import Image
    from detlint.environment.project import ConfigFile


class UnpinnedBaseImage(Rule):
    """Stages and `ARG`s are the reader's business."""

    code = "DET513"
    name = "unpinned-base-image"
    summary = "a base image without a tag, or with the tag `latest`"
    why = """
`FROM image` means `FROM image:latest`, and that is another image whenever somebody builds: another Python, other CUDA
libraries, other results. A tag that names a version changes seldom, a digest never.

An `ARG` in the reference is followed to its default; without one it is not known, and not reported. Not reported
either: earlier stages of the same file, and `scratch`.
"""
    scope = "node"
    bad = (
        Example("FROM python  # !\nRUN pip install torch==2.4.0\n", filename="Dockerfile"),
        Example("ARG TAG=latest\nFROM nvidia/cuda:${TAG} AS base  # !\nFROM base\n", filename="train.Dockerfile"),
    )
    good = (
        Example("FROM python:3.11.9-slim AS base\nFROM scratch\nFROM base\n", filename="Dockerfile"),
        Example(f"FROM python@sha256:{'0123456789abcdef' * 4}\n", filename="Containerfile"),
        Example("ARG IMAGE\nFROM ${IMAGE}\n", filename="Dockerfile.gpu"),
    )
    sources = ("https://docs.docker.com/build/building/best-practices/#pin-base-image-versions",)

    def check_config(self, file: ConfigFile) -> None:
        """Report each image whose tag says nothing."""
        if file.format.name != "dockerfile":
            return
        for image in file.facts.images:
            if image.known and is_open(image):
                self.report_at(
                    image.location,
                    f"`{image.reference}` is whatever image has that name on the day of the build.",
                    "Name a version, or best a digest: `image:tag@sha256:…`.",
                )


def is_open(image: Image) -> bool:
    """Whether a reference has neither a digest nor a tag that says something."""
    name = image.reference.rpartition("/")[2]
    return "@" not in name and name.partition(":")[2] in ("", "latest")
