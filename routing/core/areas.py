"""Answers which zones and carrier services speak of a destination; kept from order to order."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from routing.core.config.carrier_services import CarrierService
from routing.core.config.rate_card import RateCard
from routing.core.types import Destination, Method

Kept = dict[tuple[str, ...], NDArray[np.bool_]]
AREAS_KEPT = 20_000


def _serves(service: CarrierService, place: Destination, method: Method, level: str) -> bool:
    fits = not service.levels or not level or level in service.levels
    return fits and method in service.methods and place in service.to


class Areas:
    """Which zones and services speak of a destination."""

    def __init__(self, cards: Sequence[RateCard], zones: int, services: Sequence[CarrierService]) -> None:
        self._cards, self._most_zones, self._known = cards, max(1, zones), services
        self._zones: Kept = {}
        self._services: Kept = {}

    def zones(self, place: Destination) -> NDArray[np.bool_]:
        """Return zone_ok[card, zone rule]."""
        key = (place.country, place.region, place.postal_code)
        found = self._zones.get(key)
        if found is None:
            found = np.zeros((max(1, len(self._cards)), self._most_zones), np.bool_)
            for k, card in enumerate(self._cards):
                found[k, : len(card.zones)] = [place in zone.to for zone in card.zones]
            self._keep(self._zones, key, found)
        return found

    def services(self, place: Destination, method: Method, level: str) -> NDArray[np.bool_]:
        """Return service_ok[service]: it serves the method, the level and the place."""
        key = (place.country, place.region, place.postal_code, method.value, level)
        found = self._services.get(key)
        if found is None:
            found = np.array([_serves(service, place, method, level) for service in self._known], np.bool_)
            self._keep(self._services, key, found)
        return found

    @staticmethod
    def _keep(kept: Kept, key: tuple[str, ...], value: NDArray[np.bool_]) -> None:
        if len(kept) >= AREAS_KEPT:
            kept.clear()
        kept[key] = value
