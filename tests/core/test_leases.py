"""Names of processes: what a fork shares with its parent must not be who it is."""

import os

from community.core.leases import this_process


def test_a_fork_has_a_name_of_its_own():
    ours = this_process()
    reading, writing = os.pipe()
    if not (child := os.fork()):
        os.write(writing, this_process().encode())
        os._exit(0)
    os.waitpid(child, 0)
    theirs = os.read(reading, 100).decode()
    os.close(reading)
    os.close(writing)
    assert ours == this_process()
    assert len(theirs) == len(ours)
    assert theirs != ours
