"""Sessions and click-through rates from the log of a search engine, on Bytewax 0.16.

The modules are the chapters of the README, in this order:

    events      the data model                 Event
    sample      the input of the tutorial run  [Event]
    pairs       keys, made cheap               (key, value)
    sessions    keys and session windows       Event -> (user, Event) -> (user, [Event])
    searches    a session's searches           (user, [Event]) -> SearchVisit -> SearchCTR
    metrics     all that is said of a search   SearchVisit -> (user, SearchSummary)
    rates       and of many searches           [SearchSummary] -> Quality
    dataflow    the whole flow
    ubi         a line of a real log           bytes -> [Event]
    inputs      logs, read line by line        Line
    account     what becomes of each line      Batch
    workers     what several workers need
    pickles     events for other processes, and for the day after
    holdback    what waits for what is older
    order       events in order of time        Line -> Batch of Events
    outputs     lines to files and pipes
    refused     lines that were refused, too
    kafka       where Kafka is, and whether it answers
    kafka_inputs    a topic as an input        Line
    kafka_outputs   and topics as outputs
    runs        a whole log in memory          Run
    plots       pictures of it
    __main__    the command line
"""
