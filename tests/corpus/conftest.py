"""The documents, and the store that an undisturbed run makes of them."""

import sys

import pytest
from stores import SIZE, make_documents, tables_of

from policynlp.corpus.documents import find_files
from policynlp.corpus.store import open_store


@pytest.fixture(scope="session")
def documents(tmp_path_factory):
    folder = tmp_path_factory.mktemp("documents")
    make_documents(folder, 200)
    return folder


@pytest.fixture(scope="session")
def paths(documents):
    return list(find_files(documents))


@pytest.fixture(scope="session")
def undisturbed(documents, paths, tmp_path_factory):
    """The tables of a run that nothing disturbs, with the folder of their store."""
    place = tmp_path_factory.mktemp("undisturbed") / "store"
    with open_store(place, create=True) as corpus:
        corpus.add(paths, root=documents, size=SIZE)
        return place, tables_of(corpus)


@pytest.fixture
def driver(documents, tmp_path):
    """The command line of a process that adds the documents to a store."""
    script = tmp_path / "driver.py"
    script.write_text(
        "import sys\n"
        "from policynlp.corpus.documents import find_files\n"
        "from policynlp.corpus.store import open_store\n"
        "if __name__ == '__main__':\n"
        "    documents, store, workers, size = sys.argv[1:]\n"
        "    with open_store(store, create=True) as corpus:\n"
        "        print(corpus.add(find_files(documents), root=documents, workers=int(workers), size=int(size)))\n",
        "utf-8",
    )

    def command(store, *, workers=2, size=SIZE):
        return [sys.executable, str(script), str(documents), str(store), str(workers), str(size)]

    return command
