"""What holds for all tests: none depends on how fast the machine is, or on how the suite was started."""

import signal

from hypothesis import HealthCheck, settings

settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

# A suite that a shell starts in the background ignores Ctrl-C, and so would each run that it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)
