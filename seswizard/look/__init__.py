"""Look at the world: Services in, Facts out, everything at once, and every failure becomes an `Unseen`."""

from seswizard.look.everything import ALL_PARTS, look
from seswizard.look.zone import sweep_zone, zone_of

__all__ = ["ALL_PARTS", "look", "sweep_zone", "zone_of"]
