"""Which field of UNIMARC is which of MARC 21, and its subfields; for those that are no more than renamed.

After the Library of Congress's "UNIMARC to MARC 21 Conversion Specifications".
"""

from typing import Final, NamedTuple


class Conversion(NamedTuple):
    """A field of MARC 21 with its indicators, and its subfields by those of UNIMARC."""

    tag: str
    codes: dict[str, str]
    indicators: str = "  "


def codes(pairs: str) -> dict[str, str]:
    """`ac eb` as c for a, b for e."""
    return {pair[0]: pair[1] for pair in pairs.split()}


# Tags of UNIMARC, the field of MARC 21, its subfields, its indicators.
TABLE: Final = (
    ("010", "020", "aa", "  "),
    ("011", "022", "aa", "  "),
    ("013", "024", "aa", "2 "),
    ("015", "027", "aa", "  "),
    ("016", "024", "aa", "0 "),
    ("014 017", "024", "aa 22", "7 "),
    ("035", "035", "aa", "  "),
    ("071", "028", "aa bb", "  "),
    ("101", "041", "aa", "0 "),
    ("123", "034", "dd ee ff gg", "1 "),
    ("181", "336", "cb", "  "),
    ("205", "250", "aa fb", "  "),
    ("206", "255", "aa ba cb", "  "),
    ("207", "362", "aa", "  "),
    ("215", "300", "aa cb dc ee", "  "),
    ("300 301 303 304 305 306 307 308 310 311 312 313 314 315", "500", "aa", "  "),
    ("302", "546", "aa", "  "),
    ("317", "561", "aa", "1 "),
    ("320", "504", "aa", "  "),
    ("321", "510", "aa uu", "  "),
    ("322", "508", "aa", "  "),
    ("323", "511", "aa", "  "),
    ("324", "534", "aa", "  "),
    ("325", "533", "aa", "  "),
    ("326", "310", "aa bb", "  "),
    ("330", "520", "aa", "  "),
    ("332", "524", "aa", "  "),
    ("333", "521", "aa", "  "),
    ("334", "586", "aa", "  "),
    ("336", "516", "aa", "  "),
    ("337", "538", "aa", "  "),
    ("410", "830", "ta vv xx hn ip", " 0"),
    ("411", "762", "aa tt xx yz vg", "0 "),
    ("421", "770", "aa tt xx yz vg", "0 "),
    ("422", "772", "aa tt xx yz vg", "0 "),
    ("423 481 482", "777", "aa tt xx yz vg", "0 "),
    ("412 413 424 425 470 488", "787", "aa tt xx yz vg", "0 "),
    ("430 431 432 433 434 435 436 437", "780", "aa tt xx yz vg", "00"),
    ("440 441 442 443 444 445 446 447 448", "785", "aa tt xx yz vg", "00"),
    ("451", "775", "aa tt xx yz vg", "0 "),
    ("452 456", "776", "aa tt xx yz vg", "0 "),
    ("453", "767", "aa tt xx yz vg", "0 "),
    ("454", "765", "aa tt xx yz vg", "0 "),
    ("455", "786", "aa tt xx yz vg", "0 "),
    ("461 462 463", "773", "aa tt xx yz vg", "0 "),
    ("464", "774", "aa tt xx yz vg", "0 "),
    ("500 501", "240", "aa hn ip ml", "10"),
    ("510", "246", "aa eb hn ip", "31"),
    ("512 513 514 515 516 517 518 532 540", "246", "aa eb hn ip", "3 "),
    ("520", "247", "aa eb hn ip", "10"),
    ("530", "222", "aa bb", " 0"),
    ("531", "210", "aa bb", "0 "),
    ("541", "242", "aa eb hn ip zy", "10"),
    ("605", "630", "aa hn ip xx yz zy jv 22", "07"),
    ("606", "650", "aa xx yz zy jv 22", " 7"),
    ("607", "651", "aa xx yz zy jv 22", " 7"),
    ("608", "655", "aa xx yz zy jv 22", " 7"),
    ("610", "653", "aa", "  "),
    ("675", "080", "aa", "  "),
    ("676", "082", "aa", "  "),
    ("680", "050", "aa bb", "  "),
    ("686", "084", "aa 22", "  "),
    ("856", "856", "uu qq zz yy 33", "4 "),
)  # fmt: skip
CONVERSIONS: Final = {
    tag: Conversion(target, codes(pairs), indicators) for tags, target, pairs, indicators in TABLE
    for tag in tags.split()
}  # fmt: skip
