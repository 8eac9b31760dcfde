"""Configuration files that programs read for themselves: Hydra's, OmegaConf's, LightningCLI's, mmengine's.

Given a file of code and what it names; gives data with places. Nothing is executed, and what cannot be read or told is
unknown.
"""
