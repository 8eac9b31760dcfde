"""Train the network."""

import argparse
import os
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader

from data import Leaves
from model import LeafNet


def make_repeatable(seed=None):
    """Try to have the same results every time."""
    os.environ["PYTHONHASHSEED"] = "0"
    np.random.seed(int(time.time()) if seed is None else seed)
    torch.manual_seed(seed or 0)
    torch.backends.cudnn.determinstic = True
    torch.backends.cudnn.benchmark = True
    torch.use_deterministic_algorithms(True, warn_only=True)


def train(folder, epochs, device):
    """Train on all images of a folder; gives the network."""
    loader = DataLoader(Leaves(folder), batch_size=8, shuffle=True, num_workers=4)
    network = LeafNet().to(device)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    for epoch in range(epochs):
        for images, masks in loader:
            loss = F.cross_entropy(network(images.to(device)), masks.to(device))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(f"epoch {epoch}: {loss.item():.4f}")
    return network


def main():
    """Read the options, train, save."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--seed", type=int)
    options = parser.parse_args()
    make_repeatable(options.seed)
    network = train(options.folder, options.epochs, torch.device("cuda"))
    torch.save(network.state_dict(), "leafnet.pt")


if __name__ == "__main__":
    main()
