"""Room `metrics`: more about a search, and about many.

Comes in:   a user's session, or the summaries of many searches.
Goes out:   a `SearchSummary` for each search, a `Quality` for a log, and pictures.
You change: a definition in `search` or `rates`; the look of a picture in `plots`.

    search  one search: rank and time of its first click, what follows it
    rates   many searches: means and medians of what is known
    plots   how pictures look; needs matplotlib, the extra `plots`
"""
