"""The door: `python -m dom.supervisor`, which `make run` calls."""

import os
import signal
import sys
from types import FrameType

from dom.embedded.places import Places
from dom.supervisor.house import House, say
from dom.supervisor.lock import TakenError
from dom.supervisor.options import parse


def _stop(_number: int, _frame: FrameType | None) -> None:
    """Turn the first asking into an exception; further ones must not interrupt the orderly end."""
    for asking in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(asking, signal.SIG_IGN)
    raise KeyboardInterrupt


def main() -> int:
    """Run the product until it is told to stop; return the exit code."""
    options = parse(sys.argv[1:])
    places = Places.of(options.data)
    if places.data != options.data.resolve():
        say(f"Running as root below a closed folder: the data goes to {places.data}")
    if os.geteuid() == 0:
        os.umask(0o022)  # the servers' account must be able to walk down to its folders
    for asking in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(asking, _stop)
    try:
        House(options, places).run()
    except KeyboardInterrupt:
        return 0
    except (TakenError, RuntimeError) as refusal:
        say(str(refusal))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
