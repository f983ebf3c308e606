"""Whether the topic is keyed by user: if it is not, sessions are wrong, and nothing else would tell."""

from search_sessions.kafka.say import say
from search_sessions.kafka.source import TopicMessage

REMEMBERED = 10_000
"""Users whose partition is remembered: those that come first; a topic with other keys shows among them."""


class KeyCheck:
    """Counts messages with another key than their user, or in another partition than their user's first.

    It says so once for each of the two. Of several processes, each sees its own partitions alone.
    """

    def __init__(self) -> None:
        self.misplaced = 0
        self._partitions: dict[str, int] = {}
        self._said_key = self._said_partition = False

    def check(self, message: TopicMessage, user: str) -> None:
        """Count the message if it is not where its user's belong."""
        wrong_key = message.key is not None and message.key != user.encode()
        first = self._partitions.get(user)
        if first is None and len(self._partitions) < REMEMBERED:
            self._partitions[user] = message.partition
        elsewhere = first is not None and first != message.partition
        if wrong_key or elsewhere:
            self.misplaced += 1
        if wrong_key and not self._said_key:
            self._said_key = True
            self._say(message, f"the key is {message.key!r}, not the user, {user!r}")
        if elsewhere and not self._said_partition:
            self._said_partition = True
            self._say(message, f"user {user!r} was in partition {first} before")

    def _say(self, message: TopicMessage, problem: str) -> None:
        say(
            f"{message.topic}[{message.partition}], offset {message.offset}: {problem}. Sessions are wrong "
            "where a user's messages are in several partitions: key the topic by user. This is said once."
        )
