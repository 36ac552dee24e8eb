"""A run: cuts documents into parts, has an engine make them, and says when the manifest is to be renewed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from policynlp.annotation.pipeline import model_hashes
from policynlp.codebook import load_codebook
from policynlp.corpus.documents import Document
from policynlp.corpus.files import Folder
from policynlp.corpus.manifest import Maker, Manifest, Part
from policynlp.corpus.parts import Task, find_part, make_part, name_part, split, try_part
from policynlp.corpus.pool import Died, run_alone, run_in_order
from policynlp.corpus.progress import show_progress
from policynlp.corpus.tables import columns_hash
from policynlp.errors import StoreError
from policynlp.version import __version__

__all__ = ["SIZE", "Run", "current_maker", "run_locally"]

SIZE = 500  # documents a part: some seconds of work
STRETCH = 64  # parts a worker between two looks at what the store holds
RENEW = 64  # the manifest is renewed each time it has grown by this part of itself, so that all renewals cost little
Engine = Callable[[Iterable[Task]], Iterator[Part]]


def current_maker() -> Maker:
    """Say what would make the tables now."""
    return Maker(__version__, load_codebook().sha256, model_hashes(), columns_hash())


@dataclass
class Run:
    """One call that adds documents; it counts what it did."""

    folder: Folder
    manifest: Manifest
    workers: int
    scheduler: str | None
    size: int
    documents: int = 0
    errors: int = 0
    skipped: int = 0

    def __post_init__(self) -> None:
        for name, value in (("workers", self.workers), ("size", self.size)):
            if value < 1:
                raise ValueError(f"{name} is {value}; it must be 1 or more")

    def stretches(self, documents: Iterator[Document]) -> Iterator[list[Document]]:
        """Cut the documents into stretches that keep every worker busy for a while and fit into memory."""
        from policynlp.corpus.cluster import count_workers

        workers = count_workers(self.scheduler) if self.scheduler else self.workers
        while stretch := list(islice(documents, STRETCH * workers * self.size)):
            yield stretch

    def commits(self, stretches: Iterable[list[Document]], total: int | None) -> Iterator[Manifest]:
        """Make the parts of each stretch, and give manifests that name more and more of them; the last one names all."""
        with show_progress(total) as progress:
            bar = progress.add_task("policynlp", total=total)
            for stretch in stretches:
                fresh = 0
                for part in self.parts(stretch):
                    self.manifest = replace(self.manifest, parts=(*self.manifest.parts, part))
                    self.documents += part.documents
                    self.errors += part.errors
                    fresh += 1
                    progress.update(bar, completed=self.documents + self.errors + self.skipped)
                    if fresh * RENEW > len(self.manifest.parts):
                        yield self.manifest
                        fresh = 0
                yield self.manifest

    def parts(self, stretch: list[Document]) -> Iterator[Part]:
        """Make the parts of a stretch; those that an earlier run finished but did not commit are taken over."""
        tasks = (self.task(stretch[i : i + self.size]) for i in range(0, len(stretch), self.size))
        found: list[Part] = []
        engine = self.engine()

        def missing() -> Iterator[Task]:
            for task in tasks:
                part = find_part(self.folder, task)
                if part is None:
                    yield task
                else:
                    found.append(part)

        for part in engine(missing()):
            yield part
            while found:
                yield found.pop()
        yield from found

    def task(self, documents: list[Document]) -> Task:
        """Give the task of a part."""
        name = name_part(self.manifest.maker, self.manifest.generation, documents)
        return Task(self.folder.url, name, tuple(documents))

    def engine(self) -> Engine:
        """Choose who makes the parts."""
        if self.scheduler:
            from policynlp.corpus.cluster import run_on_cluster

            scheduler = self.scheduler
            return lambda tasks: run_on_cluster(tasks, scheduler)
        return lambda tasks: run_locally(tasks, workers=self.workers)


def run_locally(tasks: Iterable[Task], *, workers: int) -> Iterator[Part]:
    """Make parts on this machine, in their order.

    A document on which the process dies, each time and alone, becomes a row of `errors`. With one worker everything runs in
    this process, and dies with it.
    """
    if workers == 1:
        yield from map(make_part, tasks)
        return
    for task, result in run_in_order(make_part, tasks, workers=workers):
        yield spare_deadly(task) if isinstance(result, Died) else result


def spare_deadly(task: Task) -> Part:
    """Make a part without the documents that kill their process."""
    outcomes = run_in_order(try_part, split(task), workers=1)
    deadly = frozenset(single.documents[0].id for single, result in outcomes if isinstance(result, Died))
    part = run_alone(make_part, replace(task, deadly=deadly))
    if isinstance(part, Died):
        raise StoreError(
            task.store, "the processes die on a part without one document being the cause", "use smaller parts, or fewer workers"
        )
    return part
