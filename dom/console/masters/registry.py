"""Names the kinds of master data that have pages, in the order of the menu."""

from collections.abc import Mapping

from dom.console.masters import channels, groups, nodes, skus
from dom.console.masters.master import Master

MASTERS: Mapping[str, Master] = {
    one.slug: one for one in (skus.MASTER, nodes.MASTER, groups.MASTER, channels.MASTER, channels.QUOTA)
}
