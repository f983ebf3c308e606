"""Watch sessions open, grow and close, on a page in the browser: `python examples/live/watch.py [LOG]`.

Serves the page to this machine alone, prints its address and opens it. The flow runs in a process of its own,
`feed.py`, and keeps its time whatever a browser does.
"""

import socket
import sys

import uvicorn
from arguments import make_parser, read_options
from web import make_app


def main() -> int:
    """Serve the page until Ctrl-C."""
    parser = make_parser()
    parser.add_argument("--no-open", action="store_true", help="open no browser")
    options, _ = read_options(parser)
    listener = socket.create_server(("127.0.0.1", 0))
    address = "http://{}:{}/".format(*listener.getsockname())
    print(f"Watch the windows at {address} until Ctrl-C.", flush=True)
    arguments = [argument for argument in sys.argv[1:] if argument != "--no-open"]
    app = make_app(arguments, None if options.no_open else address)
    try:
        uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listener])
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
