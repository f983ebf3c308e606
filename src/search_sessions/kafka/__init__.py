"""Room `kafka`: topics in and out, the run.

Comes in:   a topic of UBI records, keyed by user.
Goes out:   a message for each search to one topic, dead letters to another.
You change: what a message holds in `messages`; how the broker is spoken to in `cluster`.

    cluster        where Kafka is, and what is said while it does not answer
    client_config  properties of Kafka's client, such as those for security
    end            whether a partition was read to its end
    source         a partition as a source of messages
    topic_input    a topic as an input
    keys           whether the topic is keyed by user
    messages       searches and dead letters as messages
    sinks          topics as outputs
    flow           the flow from a topic to two others, also for `python -m bytewax.run`
    report         what was read and written so far
    status         the status line, and the account at the end
    group          offsets for Kafka's own tools
    say            sentences beside the status line
    options        the options of the command
    command        `python -m search_sessions.kafka --brokers ... --topic ...`

Needs the extra `kafka`.

The engine's own connectors will not do for sessions. Its `KafkaInput` hands on one message at a time, and at
each the engine visits every open session; its `KafkaOutput` waits for the broker at every message.

The offsets are kept with the sessions, in the engine's recovery store: after a crash every message counts
once. What is written is confirmed by the broker before the store moves on: after a crash a line may come
twice, and none is missing. `messages` says how to tell the second.
"""
