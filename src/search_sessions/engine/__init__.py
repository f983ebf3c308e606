"""Room `engine`: what only Bytewax 0.16 makes necessary.

Comes in:   what the other rooms build: a wait, a pair, an event to pickle, a set of partitions.
Goes out:   the same, in a shape that the engine handles fast, or right.
You change: nothing, unless you upgrade the engine. Each module names the test that pins its reason: where
            that test fails with a newer engine, the module can go. `tests/engine` holds them all.

    clock       times moved into the future, so that no session is woken in vain
    keyed_item  pairs that are quick to print, since the engine prints them all
    pickles     short pickles of events
    workers     partitions to spare, and threads that Python knows
    run         a run on workers of this process, whose failure shows
    panics      what the engine prints when it fails, kept apart
    store       what the recovery store holds of a step
    repair      a recovery store put in order before each run
    stop        an end without a panic, with a status that is true
"""
