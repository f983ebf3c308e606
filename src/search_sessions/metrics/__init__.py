"""Room `metrics`: more about a search, and about many.

Comes in:   a user's session, or the summaries of many searches.
Goes out:   a `SearchSummary` for each search, a `Quality` for a log, and pictures.
You change: a definition in `search`, `rates` or `totals`; the look of a picture in `plots`.

    search          one search: rank and time of its first click, what follows it
    rates           many searches: means and medians of what is known
    totals          the searches of a period: their rate, how sure it is, and whether it is odd
    highlights      which sessions of a log are worth seeing
    one_line        text of a log, shown on one line
    picture_file    where a picture goes, checked before any work

Summaries need msgspec, the extra `logs` or `kafka`. Pictures need matplotlib as well, the extra `plots`:

    plots           how pictures look
    rate_chart      rates over time
    timeline        sessions on a time axis
    timeline_marks  how an event looks there
"""
