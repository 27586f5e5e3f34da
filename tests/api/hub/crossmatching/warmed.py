"""Loaded by the process that others are forked from, and by nobody else."""

from api.hub.crossmatching import blocks
from tests.api.hub.crossmatching.warm import warm_up

blocks.SEARCHED_TOGETHER = 4
blocks.APPLIED_TOGETHER = 4
warm_up()
