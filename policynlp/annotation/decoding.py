"""Best label sequences and label probabilities of a linear-chain CRF, for many sequences at once.

Sequences of all lengths go through together, the longest first: at every step those that have ended drop off the end, so
nothing is padded. A step is a handful of array operations on all sequences that are still going.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

__all__ = ["Chain", "decode", "probabilities"]

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

TINY = np.float32(1e-30)
RESCALE = 4  # steps between two rescalings: few enough that nothing over- or underflows
FLOOR, CEILING = -60.0, 30.0  # scores beyond them are as good as impossible or certain


@dataclass(frozen=True)
class Chain:
    """The weights between labels.

    Attributes:
        start: (labels,), what each label costs at the beginning.
        transitions: (labels, labels), weight of going from one to the next.
    """

    start: Floats
    transitions: Floats


class Packed:
    """Sequences side by side, a block for each step: the first tokens of all, then the second ones, and so on.

    Args:
        starts, lengths: where each sequence lies in the flat array of tokens; lengths are 1 or more.

    Attributes:
        sizes: how many sequences each step holds.
        blocks: where the tokens of each step lie side by side.
        places: for each token side by side its place in the flat array.
    """

    def __init__(self, starts: Integers, lengths: Integers) -> None:
        order = np.argsort(-lengths, kind="stable")
        steps = np.arange(int(lengths[order[0]]))
        sizes = len(lengths) - np.searchsorted(np.sort(lengths), steps, side="right")
        self.sizes: list[int] = sizes.tolist()
        cuts = [0, *np.cumsum(sizes).tolist()]
        self.blocks = [slice(begin, end) for begin, end in pairwise(cuts)]
        begins = starts[order]
        self.places = np.concatenate([begins[:size] + step for step, size in enumerate(self.sizes)])

    def forward(self) -> Iterator[tuple[int, slice, slice]]:
        """Give each step but the first, with its block and what its sequences had in the block before."""
        for step in range(1, len(self.sizes)):
            begin = self.blocks[step - 1].start
            yield step, self.blocks[step], slice(begin, begin + self.sizes[step])

    def backward(self) -> Iterator[tuple[int, slice, slice]]:
        """Give each step but the last, from the end on: what those of its sequences that go on have in its block, and the next block."""
        for step in range(len(self.sizes) - 2, -1, -1):
            begin = self.blocks[step].start
            yield step, slice(begin, begin + self.sizes[step + 1]), self.blocks[step + 1]


def decode(emissions: Floats, starts: Integers, lengths: Integers, chain: Chain) -> Integers:
    """Find the best label of every token (Viterbi).

    Args:
        emissions: (tokens, labels), the sequences anywhere in it.
        starts: where each sequence begins; at least one sequence.
        lengths: how long each is; none is empty.
        chain: the weights between labels.

    Returns:
        (tokens,) label numbers; 0 where no sequence lies.
    """
    packed = Packed(starts, lengths)
    # Labels come first, so that the maximum over the labels before runs along whole rows of sequences.
    best = np.ascontiguousarray(emissions.take(packed.places, axis=0).T)
    weights = chain.transitions[:, :, None]
    best[:, packed.blocks[0]] += chain.start[:, None]
    for _, block, before in packed.forward():
        best[:, block] += (best[:, None, before] + weights).max(0)
    scores = np.ascontiguousarray(best.T)
    chosen = scores.argmax(1)  # of the sequences that end there
    backwards = np.ascontiguousarray(chain.transitions.T)
    for _, block, behind in packed.backward():
        chosen[block] = (scores[block] + backwards.take(chosen[behind], axis=0)).argmax(1)
    labels = np.zeros(len(emissions), np.int64)
    labels[packed.places] = chosen
    return labels


def probabilities(emissions: Floats, starts: Integers, lengths: Integers, chain: Chain, labels: Integers) -> Doubles:
    """Give the probability of a label at every token (forward-backward, scaled every few steps).

    In double precision: products of matrices round differently in batches of different size, and so far down nobody sees it.

    Args:
        emissions: (tokens, labels), the sequences anywhere in it.
        starts: where each sequence begins; at least one sequence.
        lengths: how long each is; none is empty.
        chain: the weights between labels.
        labels: (tokens,), the label of each token that is asked for.

    Returns:
        (tokens,); 0 where no sequence lies.
    """
    packed = Packed(starts, lengths)
    potential = potentials(emissions.take(packed.places, axis=0))
    transition = np.exp(np.clip(chain.transitions, FLOOR, CEILING).astype(np.float64))
    every = np.ones(len(transition))
    forward = potential.copy()
    forward[packed.blocks[0]] *= np.exp(np.maximum(chain.start, FLOOR).astype(np.float64))
    for step, block, before in packed.forward():
        now = forward[block]
        now *= forward[before] @ transition
        if step % RESCALE == 0:
            now /= (now @ every + TINY)[:, None]
    reverse = np.ascontiguousarray(transition.T)
    behind = np.ones((packed.sizes[-1], len(transition)))  # what the labels of a step owe to all that follows
    for step, block, following in packed.backward():
        now = (behind * potential[following]) @ reverse
        if step % RESCALE == 0:
            now /= (now @ every + TINY)[:, None]
        forward[block] *= now
        behind = np.concatenate([now, np.ones((packed.sizes[step] - len(now), len(transition)))])
    asked = labels.take(packed.places)
    found = np.zeros(len(emissions))
    found[packed.places] = forward[np.arange(len(asked)), asked] / (forward @ every + TINY)
    return found


def potentials(scores: Floats) -> Doubles:
    """Give the exponentials of scores, (tokens, labels), scaled to at most 1 at every token."""
    turned = np.ascontiguousarray(scores.T)  # the maximum along short rows would take four times as long
    turned -= turned.max(0)
    np.exp(np.maximum(turned, FLOOR, out=turned), out=turned)
    return turned.T.astype(np.float64, order="C")
