"""Answers what speaks of a node group: channels that sell from it, and live documents of any kind that name it."""

from typing import NamedTuple

from django.db import connection

from inventory.models import Channel

#: Whoever wrote a document: a rule names one group in `node_group`, or several in `groups`.
_NAMING = """
SELECT kind, scope FROM kernel_config_version
WHERE status = 'PUBLISHED' AND live_until IS NULL
  AND jsonb_path_exists(body, '$.** ? (@.node_group == $code || @.groups[*] == $code)',
                        jsonb_build_object('code', %s::text))
ORDER BY kind, scope
"""


class Use(NamedTuple):
    """What names the group: a kind of document, or "channels", and the code."""

    kind: str
    code: str

    @property
    def words(self) -> str:
        """Return "safety stock stores-keep-one"."""
        return f"{self.kind.removesuffix('s').replace('-', ' ')} {self.code}"


def uses_of_group(code: str) -> list[Use]:
    """Return what names the group, channels first; two statements."""
    channels = Channel.objects.filter(node_group__code=code).order_by("code").values_list("code", flat=True)
    with connection.cursor() as cursor:
        cursor.execute(_NAMING, [code])
        return [*(Use("channels", one) for one in channels), *(Use(*row) for row in cursor.fetchall())]
