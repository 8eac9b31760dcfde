"""A small network that pools at several scales."""

import torch
import torch.nn as nn
import torch.nn.functional as F


class PyramidPooling(nn.Module):
    """Looks at the whole image and at its parts."""

    def __init__(self, channels):
        super().__init__()
        self.whole = nn.AdaptiveAvgPool2d(1)
        self.parts = nn.AdaptiveAvgPool2d((3, 3))
        self.mix = nn.Conv2d(3 * channels, channels, kernel_size=1)

    def forward(self, x):
        size = x.shape[-2:]
        whole = F.interpolate(self.whole(x), size=size, mode="nearest")
        parts = F.interpolate(self.parts(x), size=size, mode="nearest")
        return self.mix(torch.cat([x, whole, parts], dim=1))


class LeafNet(nn.Module):
    """An encoder, pooling at two scales, and a decoder."""

    def __init__(self, classes=3, width=32):
        super().__init__()
        self.encoder = nn.Sequential(nn.Conv2d(3, width, 3, stride=2, padding=1), nn.ReLU())
        self.pooling = PyramidPooling(width)
        self.decoder = nn.Conv2d(width, classes, kernel_size=1)

    def forward(self, x):
        x = self.pooling(self.encoder(x))
        return F.interpolate(self.decoder(x), scale_factor=2, mode="bilinear", align_corners=False)


def class_weights(masks: torch.Tensor, areas: torch.Tensor) -> torch.Tensor:
    """How much each class counts: the less area it has, the more."""
    area = torch.bincount(masks.flatten(), weights=areas.flatten())
    return area.sum() / area.clamp(min=1)
