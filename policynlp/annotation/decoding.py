"""Best label sequences and label probabilities of a linear-chain CRF, for many sequences at once.

Sequences of all lengths go through together, the longest first: at every step those that have ended drop off the end, so
nothing is padded. A step is a handful of array operations on all sequences that are still going.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Chain", "decode", "marginals"]

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
    """

    def __init__(self, starts: Integers, lengths: Integers) -> None:
        order = np.argsort(-lengths, kind="stable")
        longest = int(lengths[order[0]])
        self.sizes = len(lengths) - np.searchsorted(np.sort(lengths), np.arange(longest), side="right")
        self.cuts = np.concatenate([[0], np.cumsum(self.sizes)])
        begin = starts[order]
        self.places = np.concatenate([begin[:size] + step for step, size in enumerate(self.sizes)])

    def forward(self) -> Iterator[tuple[int, slice, int]]:
        """Give step, its block and how many sequences it holds, from the first on."""
        for step, size in enumerate(self.sizes):
            yield step, slice(self.cuts[step], self.cuts[step + 1]), int(size)

    def backward(self) -> Iterator[tuple[int, slice, int]]:
        """Give the same from the last on."""
        for step in range(len(self.sizes) - 1, -1, -1):
            yield step, slice(self.cuts[step], self.cuts[step + 1]), int(self.sizes[step])


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
    for step, block, size in packed.forward():
        if step == 0:
            best[:, block] += chain.start[:, None]
        else:
            before = best[:, packed.cuts[step - 1] : packed.cuts[step - 1] + size]
            best[:, block] += (before[:, None, :] + weights).max(0)
    chosen = np.zeros(best.shape[1], np.int64)
    scores = best.T
    backwards = np.ascontiguousarray(chain.transitions.T)
    later = 0
    for step, block, size in packed.backward():
        candidates = np.array(scores[block])
        if later:
            following = chosen[packed.cuts[step + 1] : packed.cuts[step + 1] + later]
            candidates[:later] += backwards[following]
        chosen[block] = candidates.argmax(1)
        later = size
    labels = np.zeros(len(emissions), np.int64)
    labels[packed.places] = chosen
    return labels


def marginals(emissions: Floats, starts: Integers, lengths: Integers, chain: Chain) -> Doubles:
    """Give the probability of every label at every token (forward-backward, scaled every few steps).

    In double precision: products of matrices round differently in batches of different size, and so far down nobody sees it.

    Returns:
        (tokens, labels); 0 where no sequence lies.
    """
    packed = Packed(starts, lengths)
    scores = emissions.take(packed.places, axis=0)
    potential = np.exp(np.maximum(scores - scores.max(1, keepdims=True), FLOOR)).astype(np.float64)
    transition = np.exp(np.clip(chain.transitions, FLOOR, CEILING).astype(np.float64))
    forward, backward = potential.copy(), np.ones_like(potential)
    for step, block, size in packed.forward():
        now = forward[block]
        if step == 0:
            now *= np.exp(np.maximum(chain.start, FLOOR).astype(np.float64))
        else:
            now *= forward[packed.cuts[step - 1] : packed.cuts[step - 1] + size] @ transition
        if step % RESCALE == 0:
            now /= now.sum(1, keepdims=True) + TINY
    reverse, later = np.ascontiguousarray(transition.T), 0
    for step, block, size in packed.backward():
        if later:
            following = slice(packed.cuts[step + 1], packed.cuts[step + 1] + later)
            value = (backward[following] * potential[following]) @ reverse
            if step % RESCALE == 0:
                value /= value.sum(1, keepdims=True) + TINY
            backward[block][:later] = value
        later = size
    product = forward * backward
    product /= product.sum(1, keepdims=True) + TINY
    found = np.zeros(emissions.shape)
    found[packed.places] = product
    return found
