"""Room `pipeline`: the tutorial's steps for real input, between a source and its sinks.

Comes in:   a source of lines, a reader of records, and `Settings`.
Goes out:   `(user, [SearchSummary])` pairs to one sink, dead letters to another, and counts to a report.
You change: a default in `settings`; a step in `flow`.

    settings        what a run can be told, checked where it is made
    options         the same, as options of a command
    printing        standard output, for programs that print tables
    records         a line, a dead letter, a batch
    counts          what became of the records, in numbers
    reader          the reader that the settings ask for
    reorder_buffer  events that wait for older ones
    intake          what becomes of each item, counted
    user_lags       the least lag of each user
    lag             the stop before the engine drops an event
    item_reader     a source's items, and its quiet times
    horizon         the end of the present
    ordered_source  a partition, in order of time
    order           any input, in order of time
    report          what the run did
    open_session    sessions that are counted while they are open
    state           what a source remembers
    recovery        a directory to go on from after a crash
    about           what a recovery directory belongs to
    lock            whether another run uses a file
    child           a process that ends with this one
    flow            the flow: source, steps, sinks
    collect         a run whose results stay in memory

Needs msgspec: the extra `logs` or `kafka`. A source knows no format, and the order of events knows no metric.
"""
