"""What the rules see around a token: head nouns of its compound, enumerations, governing verbs, quotes.

The rules propose; the trained model weighs the proposals and decides. Everything is worked out on whole reports at once:
tokens lie in one array, statements parted by pads, and a scan to the left or right is a running maximum or minimum.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from policynlp.annotation.vocabulary import Codes, Column, Integers, Vocabulary

__all__ = ["CONTEXTS", "context_values", "find_contexts", "find_governors"]

NEAREST = 4  # distances to a head noun are told apart up to here
LENGTHS = 6  # and lengths of a span
PLACES = 5  # and places in an item of an enumeration
FOLLOWERS = ("", "stop", "head", "list", "word")
STOP_FOLLOWS, HEAD_FOLLOWS, LIST_FOLLOWS, WORD_FOLLOWS = 1, 2, 3, 4
# What `find_contexts` gives of every token, by name.
CONTEXTS = ("close", "final", "proposal", "reach", "item", "listed", "quote")


def context_values(heads: Sequence[str]) -> dict[str, list[str]]:
    """Spell out the values behind the codes of `find_contexts`; code 0 is "", no feature.

    Args:
        heads: the values of head nouns by code.
    """
    kinds = head_kinds(heads)
    return {
        "close": [""] + [f"{head}{n}" for head in heads for n in range(NEAREST)],
        "final": list(heads),
        "proposal": [""] + [f"{place}:{head}" for head in heads for place in "BIEA"],
        "reach": [""] + [f"{place}:{n}:{kind}" for kind in kinds for n in range(LENGTHS) for place in "BIEA"],
        "item": [""] + [f"{place}:{head}:{n}" for head in heads for n in range(PLACES) for place in "BI"],
        "listed": list(heads),
        "quote": list(FOLLOWERS),
    }


def head_kinds(heads: Sequence[str]) -> list[str]:
    return sorted({head.partition(".")[0] for head in heads})


def find_contexts(columns: Codes, vocabulary: Vocabulary) -> dict[str, Integers]:
    """Read the context of every token by rule.

    Args:
        columns: (tokens, columns of the vocabulary), statements parted by pads.
        vocabulary: for the head nouns.

    Returns:
        Codes of `context_values`, one a token. `close`: the next head noun in the same compound and how far off it is;
        `final`: the last head noun of that compound; `proposal`: the place of the token in the span that the rules propose
        (beginning, inside, end, after), with its head noun; `reach`: the same with the length of that span and its type;
        `item`: its place in an item of an enumeration, with the head noun that closes the enumeration; `listed`: that head
        noun; `quote`: for a token in quotes what follows them.
    """
    head = columns[:, Column.HEAD]
    stop = columns[:, Column.STOP] > 0
    broken = columns[:, Column.BREAK] > 0
    place = np.arange(len(head))
    quote = find_quotes(columns, place)

    # Looking right: the nearest head noun that no break parts from the token, and the last one before the break.
    heads = (head > 0) & ~broken & ~stop
    ahead = next_true(heads | broken | stop)
    near = np.where(heads.take(ahead), head.take(ahead), 0)
    barrier = next_true(broken | stop)
    last = last_true(heads).take(np.maximum(barrier - 1, 0))
    far = np.where(near > 0, head.take(last), 0)
    distance = np.minimum(ahead - place, NEAREST - 1)
    close = np.where(near > 0, 1 + near * NEAREST + distance, 0)

    # 等 hands the head noun behind it to the enumeration before it.
    behind = np.append(far[1:], 0)
    handing = (columns[:, Column.LISTING] > 0) & (behind > 0)
    handed = next_true(handing | stop)
    listed = np.where(handing.take(handed), behind.take(handed), 0)

    # The compound around the token, and the span in it that ends with the last head noun.
    outside = (columns[:, Column.SEPARATOR] > 0) & (quote != HEAD_FOLLOWS)
    first = last_true(outside) + 1
    after = next_true(outside)
    anchor = last_true(head > 0).take(after - 1)
    closing = head.take(anchor)
    spanned = ~outside & (anchor >= first)
    where = np.where(place == first, 0, 1 + (place >= anchor) + (place > anchor))  # beginning, inside, end, after
    kinds = head_kinds(vocabulary.heads)
    kind_codes = np.array([kinds.index(value.partition(".")[0]) for value in vocabulary.heads])
    length = np.minimum(anchor - first, LENGTHS - 1)
    proposal = np.where(spanned, 1 + closing * 4 + where, 0)
    reach = np.where(spanned, 1 + (kind_codes.take(closing) * LENGTHS + length) * 4 + where, 0)
    width = np.minimum(after - first, PLACES - 1)
    item = np.where(~outside & (listed > 0), 1 + (listed * PLACES + width) * 2 + (place != first), 0)
    found = (close, far, proposal, reach, item, listed, quote)
    return dict(zip(CONTEXTS, found, strict=True))


def find_governors(columns: Codes) -> Integers:
    """Give every token the index of its clause's last act so far, or else of the clause's first verb; -1 where there is none."""
    stop = columns[:, Column.STOP] > 0
    place = np.arange(len(stop))
    opened = last_true(stop)
    act = last_true(columns[:, Column.ACT] > 0)
    verb = next_true(columns[:, Column.VERB] > 0).take(np.minimum(opened + 1, len(stop) - 1))
    verb = np.where((verb <= place) & (verb > opened), verb, -1)
    return np.where(act > opened, act, verb)


def find_quotes(columns: Codes, place: Integers) -> Integers:
    """Say of every token in quotes what follows them: a stop, a head noun, a list mark or another word."""
    opening, closing = columns[:, Column.OPENING] > 0, columns[:, Column.CLOSING] > 0
    ends = np.flatnonzero(closing)
    after = columns[ends + 1]  # a pad stands behind the last word
    follow = np.zeros(len(place), np.int64)
    follow[ends] = np.select(
        [after[:, Column.STOP] > 0, after[:, Column.HEAD] > 0, after[:, Column.LIST_MARK] > 0],
        [STOP_FOLLOWS, HEAD_FOLLOWS, LIST_FOLLOWS],
        WORD_FOLLOWS,
    )
    # The next mark to the right says whether a token is in quotes; an opening mark asks the one behind it.
    marks = next_true(opening | closing | (columns[:, Column.PAD] > 0))
    asked = marks.take(np.where(opening, place + 1, place))
    return follow.take(asked)


def next_true(flags: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Integers:
    """For every place the next place at or behind it that is true; the last place where there is none."""
    ends = np.append(np.flatnonzero(flags), len(flags) - 1)
    return np.repeat(ends, np.diff(ends, prepend=-1))


def last_true(flags: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Integers:
    """For every place the last place at or before it that is true; -1 where there is none."""
    begins = np.append(-1, np.flatnonzero(flags))
    return np.repeat(begins, np.diff(np.maximum(begins, 0), append=len(flags)))
