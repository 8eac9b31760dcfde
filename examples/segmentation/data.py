"""Photographs of leaves, their masks, and how they are changed before training."""

import random
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch.utils.data import Dataset


class Leaves(Dataset):
    """Pairs of a photograph and a mask."""

    def __init__(self, root, noise=0.02):
        self.images = sorted(Path(root).glob("*.jpg"))
        self.noise = noise
        self.rng = np.random.default_rng()
        self.flips = random.Random()

    def __len__(self):
        return len(self.images)

    def __getitem__(self, position):
        path = self.images[position]
        image = np.asarray(Image.open(path), dtype=np.float32) / 255
        mask = np.asarray(Image.open(path.with_suffix(".png")), dtype=np.int64)
        if self.flips.random() < 0.5:
            image, mask = image[:, ::-1].copy(), mask[:, ::-1].copy()
        image += self.noise * self.rng.standard_normal(image.shape, dtype=np.float32)
        return torch.from_numpy(image).permute(2, 0, 1), torch.from_numpy(mask)
