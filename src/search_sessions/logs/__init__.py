"""Room `logs`: log files in and out, the run, its report.

Comes in:   paths of log files, plain or gzip, in the UBI format.
Goes out:   a line of JSON for each search, the dead letters, and a report on standard error.
You change: where lines go in `sinks` and `dead_letters`; what the command does in `command`.

    unpack         the bytes of a log: plain or gzip, whole or damaged
    file_checks    what must be so of a file before it is read or written
    log_file       one log, line by line
    source         several logs, one after the other
    sinks          lines to a file, each once
    stdout         searches to standard output
    dead_letters   lines that were rejected or late, to a file or to standard error
    progress       a bar that shows how far the reading is
    collect        a log in memory
    fixed_ends     logs that may grow, up to the sizes that they had
    share_process  a process for a share of the users
    shares         one log on several cores: all of those
    flow           the flow from log files to a file, for `python -m bytewax.run`
    files          what a run reads and writes
    command        `python -m search_sessions LOG ...`

Needs the extra `logs`.
"""
