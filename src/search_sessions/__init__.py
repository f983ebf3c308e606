"""Sessions and click-through rates from the log of a search engine, on Bytewax 0.16.

The ground floor is the tutorial, a module for each chapter:

    events      the data model               Event
    sample      the input                    [Event]
    sessions    keys and session windows     Event -> (user, Event) -> (user, [Event])
    searches    a session's searches         (user, [Event]) -> SearchVisit -> SearchCTR
    dataflow    the flow: all of it on one screen

    steps       the same flow again: what each step hands on
    __main__    the command line

What a real log needs on top of that lives in rooms. Each says in its `__init__` what comes in, what goes out,
and what you would change there. A room uses only those before it:

    engine      what only Bytewax 0.16 makes necessary
    metrics     more about a search, and about many
    formats     how a record reads, and how a result is written
    pipeline    the tutorial's steps for real input: settings, order, the flow between a source and its sinks
    logs        log files in and out
    kafka       topics of Kafka in and out
"""

__version__ = "0.3.0"
