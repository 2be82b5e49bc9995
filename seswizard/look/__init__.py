"""Look at the world: Services in, Facts out, everything at once, and every failure becomes an `Unseen`."""

from seswizard.look.everything import ALL_PARTS, PORTS_TOO, look
from seswizard.look.sweeping import sweep_zone
from seswizard.look.zone import zone_of

__all__ = ["ALL_PARTS", "PORTS_TOO", "look", "sweep_zone", "zone_of"]
