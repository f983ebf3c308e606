"""Room `formats`: how a record reads, and how a result is written.

Comes in:   the bytes of a line or a message.
Goes out:   what became of each record in them: an event, or the reason why there is none.
You change: `ubi`, if your log has other names; `json_lines`, if your results should look otherwise.

    records     what a reader of records returns
    ubi         User Behavior Insights (UBI): a query or an event of a search engine's log
    json_lines  searches and dead letters as lines of JSON

Needs msgspec, for typed JSON: the extra `logs` or `kafka`.
"""
