"""Answers how an amount of customer money is written: exact decimals outside, integer minor units inside."""

import re
from decimal import Decimal

#: ISO 4217 currencies whose minor unit is not 1/100.
_EXPONENTS = {
    code: exponent
    for exponent, codes in {
        0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
        3: "BHD IQD JOD KWD LYD OMR TND",
        4: "CLF UYW",
    }.items()
    for code in codes.split()
}
_TWO = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF "
    "CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF "
    "IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR "
    "MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD "
    "SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD YER "
    "ZAR ZMW ZWG "
)
CURRENCIES = frozenset(_TWO.split()) | _EXPONENTS.keys()
_AMOUNT = re.compile(r"-?[0-9]{1,14}(?:\.[0-9]{1,4})?")


def exponent_of(currency: str) -> int:
    """Return how many decimals `currency` has."""
    return _EXPONENTS.get(currency, 2)


def to_minor(amount: str, currency: str) -> int:
    """Return "12.34" USD as 1234.

    Raises:
        ValueError: no plain decimal, or more decimals than the currency has.
    """
    if not _AMOUNT.fullmatch(amount):
        raise ValueError("An amount is a decimal such as 12.34, as text.")
    scaled = Decimal(amount).scaleb(exponent_of(currency))
    if scaled != int(scaled):
        raise ValueError(f"{currency} has {exponent_of(currency)} decimals.")
    return int(scaled)


def to_amount(minor: int, currency: str) -> str:
    """Return 1234 USD as "12.34"."""
    return format(Decimal(minor).scaleb(-exponent_of(currency)), "f")
