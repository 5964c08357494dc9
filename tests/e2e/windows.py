"""What the detectors say of their windows: the settings that are durations, by `mxtap detectors NAME`."""
import re

# Settings that say how long something is counted or remembered; others are durations without a unit.
DURATION = re.compile(r"(\d+)([smhd])$")
WITHOUT_UNIT = {"retry_min"}
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
# Windows in which something is counted. Other durations only end a case or forget its source.
WINDOW = re.compile(r"(\w+_)?window$")
MOST = {"slow_window": 1e7, "remember": 1e7}  # as the program allows; others
MOST_OTHERS = 1e6


class Detectors:
    """The durations among the settings of each detector, as `mxtap detectors NAME` tells them."""

    def __init__(self, bench):
        self.durations = {}
        for line in bench.run("detectors").out.decode().splitlines()[1:]:
            name = line.split()[1]
            for setting in bench.run("detectors", name).out.decode().splitlines():
                words = setting.split()
                value = DURATION.match(words[1]) if len(words) > 2 else None
                if setting.startswith("  ") and (value or words and words[0] in WITHOUT_UNIT):
                    seconds = int(value[1]) * SECONDS[value[2]] if value else int(words[1])
                    self.durations[name, words[0]] = seconds
        self.windowed = {name for name, setting in self.durations if WINDOW.match(setting)}
        # A queue is known by how long it waits: the score of a client depends on time too.
        self.timed = self.windowed | {name for name, setting in self.durations
                                      if setting in WITHOUT_UNIT}

    def options(self, factor):
        """The options that make every duration so many times as long."""
        made = []
        for (name, setting), seconds in sorted(self.durations.items()):
            longer = min(seconds * factor, MOST.get(setting, MOST_OTHERS))
            made += ["--set", "detectors.%s.%s=%s" % (name, setting, longer)]
        return tuple(made)
