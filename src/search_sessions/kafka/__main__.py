"""`python -m search_sessions.kafka --brokers HOST:PORT --topic TOPIC` runs the flow on Kafka."""

import sys

from search_sessions.kafka.command import main

if __name__ == "__main__":
    sys.exit(main())
