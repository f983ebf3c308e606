"""Room `formats`: how a record reads, and how a result is written.

Comes in:   the bytes of a line or a message.
Goes out:   what became of each record in them: an event, or the reason why there is none.
You change: `ubi_event`, if your log names its fields otherwise; `json_lines`, for other lines of results.

    outcomes      what a reader of records returns
    ubi           the reader of User Behavior Insights (UBI): a search engine's log, line by line
    ubi_event     a record of it into an event
    shapes        what else a line may hold: many records, a dump, a response
    item_list     what a search showed, kept as one text
    times         the times of records
    tally         hints for a log without clicks, or with its users in another field
    share_reader  a reader of one share of the users, for several processes
    json_lines    searches and dead letters as lines of JSON

Needs msgspec, for typed JSON: the extra `logs` or `kafka`.
"""
