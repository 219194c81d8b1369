"""Answers where the demonstration's nodes stand: real cities with their coordinates, postal areas and time zones."""

from typing import NamedTuple

_EASTERN, _CENTRAL, _MOUNTAIN, _PACIFIC = "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"


class Place(NamedTuple):
    """A city; latitude and longitude in degrees."""

    code: str
    city: str
    region: str
    postal_code: str
    latitude: float
    longitude: float
    time_zone: str


DISTRIBUTION_CENTERS = (
    Place("DC-RNO", "Reno", "NV", "89506", 39.6296, -119.8819, _PACIFIC),
    Place("DC-DFW", "Fort Worth", "TX", "76177", 32.9815, -97.3120, _CENTRAL),
    Place("DC-CMH", "Columbus", "OH", "43217", 39.8173, -82.9300, _EASTERN),
    Place("DC-MDT", "Carlisle", "PA", "17015", 40.1826, -77.2400, _EASTERN),
    Place("DC-ATL", "McDonough", "GA", "30253", 33.4340, -84.1860, _EASTERN),
)

THIRD_PARTIES = (
    Place("3PL-ONT", "Ontario", "CA", "91761", 34.0345, -117.5900, _PACIFIC),
    Place("3PL-EWR", "Edison", "NJ", "08837", 40.5290, -74.3370, _EASTERN),
)

SUPPLIERS = (
    Place("SUP-HPT", "High Point", "NC", "27260", 35.9557, -80.0053, _EASTERN),
    Place("SUP-PDX", "Portland", "OR", "97210", 45.5440, -122.7200, _PACIFIC),
)

STORES = (
    Place("S-001", "New York", "NY", "10012", 40.7255, -73.9983, _EASTERN),
    Place("S-002", "Brooklyn", "NY", "11201", 40.6943, -73.9903, _EASTERN),
    Place("S-003", "Boston", "MA", "02116", 42.3503, -71.0810, _EASTERN),
    Place("S-004", "Philadelphia", "PA", "19103", 39.9526, -75.1741, _EASTERN),
    Place("S-005", "Washington", "DC", "20007", 38.9120, -77.0650, _EASTERN),
    Place("S-006", "Baltimore", "MD", "21202", 39.2970, -76.6080, _EASTERN),
    Place("S-007", "Pittsburgh", "PA", "15222", 40.4480, -79.9930, _EASTERN),
    Place("S-008", "Buffalo", "NY", "14202", 42.8870, -78.8780, _EASTERN),
    Place("S-009", "Hartford", "CT", "06103", 41.7670, -72.6740, _EASTERN),
    Place("S-010", "Providence", "RI", "02903", 41.8190, -71.4130, _EASTERN),
    Place("S-011", "Richmond", "VA", "23219", 37.5410, -77.4360, _EASTERN),
    Place("S-012", "Raleigh", "NC", "27601", 35.7740, -78.6360, _EASTERN),
    Place("S-013", "Charlotte", "NC", "28202", 35.2270, -80.8440, _EASTERN),
    Place("S-014", "Charleston", "SC", "29401", 32.7790, -79.9350, _EASTERN),
    Place("S-015", "Atlanta", "GA", "30309", 33.7970, -84.3880, _EASTERN),
    Place("S-016", "Savannah", "GA", "31401", 32.0750, -81.0880, _EASTERN),
    Place("S-017", "Jacksonville", "FL", "32202", 30.3250, -81.6500, _EASTERN),
    Place("S-018", "Orlando", "FL", "32801", 28.5410, -81.3750, _EASTERN),
    Place("S-019", "Tampa", "FL", "33602", 27.9530, -82.4570, _EASTERN),
    Place("S-020", "Miami", "FL", "33130", 25.7680, -80.2000, _EASTERN),
    Place("S-021", "Cleveland", "OH", "44114", 41.5090, -81.6780, _EASTERN),
    Place("S-022", "Cincinnati", "OH", "45202", 39.1070, -84.5020, _EASTERN),
    Place("S-023", "Detroit", "MI", "48226", 42.3310, -83.0490, _EASTERN),
    Place("S-024", "Ann Arbor", "MI", "48104", 42.2690, -83.7280, _EASTERN),
    Place("S-025", "Indianapolis", "IN", "46204", 39.7710, -86.1560, "America/Indiana/Indianapolis"),
    Place("S-026", "Louisville", "KY", "40202", 38.2530, -85.7520, "America/Kentucky/Louisville"),
    Place("S-027", "Chicago", "IL", "60611", 41.8930, -87.6230, _CENTRAL),
    Place("S-028", "Evanston", "IL", "60201", 42.0510, -87.6870, _CENTRAL),
    Place("S-029", "Milwaukee", "WI", "53202", 43.0440, -87.9040, _CENTRAL),
    Place("S-030", "Madison", "WI", "53703", 43.0760, -89.3810, _CENTRAL),
    Place("S-031", "Minneapolis", "MN", "55403", 44.9690, -93.2840, _CENTRAL),
    Place("S-032", "Saint Louis", "MO", "63101", 38.6310, -90.1930, _CENTRAL),
    Place("S-033", "Kansas City", "MO", "64105", 39.1020, -94.5900, _CENTRAL),
    Place("S-034", "Des Moines", "IA", "50309", 41.5880, -93.6230, _CENTRAL),
    Place("S-035", "Omaha", "NE", "68102", 41.2600, -95.9360, _CENTRAL),
    Place("S-036", "Nashville", "TN", "37203", 36.1520, -86.7890, _CENTRAL),
    Place("S-037", "Memphis", "TN", "38103", 35.1450, -90.0520, _CENTRAL),
    Place("S-038", "Birmingham", "AL", "35203", 33.5200, -86.8100, _CENTRAL),
    Place("S-039", "New Orleans", "LA", "70130", 29.9330, -90.0710, _CENTRAL),
    Place("S-040", "Houston", "TX", "77056", 29.7480, -95.4680, _CENTRAL),
    Place("S-041", "Austin", "TX", "78701", 30.2710, -97.7430, _CENTRAL),
    Place("S-042", "San Antonio", "TX", "78205", 29.4240, -98.4870, _CENTRAL),
    Place("S-043", "Dallas", "TX", "75205", 32.8370, -96.7950, _CENTRAL),
    Place("S-044", "Oklahoma City", "OK", "73102", 35.4710, -97.5190, _CENTRAL),
    Place("S-045", "Denver", "CO", "80206", 39.7320, -104.9530, _MOUNTAIN),
    Place("S-046", "Boulder", "CO", "80302", 40.0190, -105.2790, _MOUNTAIN),
    Place("S-047", "Salt Lake City", "UT", "84101", 40.7560, -111.8980, _MOUNTAIN),
    Place("S-048", "Boise", "ID", "83702", 43.6260, -116.2080, "America/Boise"),
    Place("S-049", "Albuquerque", "NM", "87102", 35.0830, -106.6490, _MOUNTAIN),
    Place("S-050", "Phoenix", "AZ", "85016", 33.5020, -112.0300, "America/Phoenix"),
    Place("S-051", "Tucson", "AZ", "85701", 32.2170, -110.9710, "America/Phoenix"),
    Place("S-052", "Las Vegas", "NV", "89109", 36.1270, -115.1640, _PACIFIC),
    Place("S-053", "Los Angeles", "CA", "90048", 34.0740, -118.3730, _PACIFIC),
    Place("S-054", "Santa Monica", "CA", "90401", 34.0150, -118.4930, _PACIFIC),
    Place("S-055", "San Diego", "CA", "92101", 32.7190, -117.1630, _PACIFIC),
    Place("S-056", "San Francisco", "CA", "94108", 37.7910, -122.4080, _PACIFIC),
    Place("S-057", "San Jose", "CA", "95128", 37.3160, -121.9430, _PACIFIC),
    Place("S-058", "Sacramento", "CA", "95814", 38.5800, -121.4930, _PACIFIC),
    Place("S-059", "Portland", "OR", "97205", 45.5200, -122.6890, _PACIFIC),
    Place("S-060", "Seattle", "WA", "98101", 47.6110, -122.3340, _PACIFIC),
)

#: Where demonstration customers live; the nearer a city is to the front, the more orders it sends.
HOMES = (*STORES, *DISTRIBUTION_CENTERS)
