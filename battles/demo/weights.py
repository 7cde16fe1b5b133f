"""How people, industry and trades are spread: rough figures that make it look like the country."""

from __future__ import annotations

from volunteers.reference import popularity
from volunteers.states import Gender

INDUSTRY = {
    "VE-F": 2.6, "VE-G": 2.1, "VE-D": 1.9, "VE-I": 1.7, "VE-V": 1.5, "VE-B": 1.5, "VE-K": 1.4, "VE-P": 1.2,
    "VE-U": 1.2, "VE-R": 1.2, "VE-N": 1.1, "VE-A": 1.1, "VE-M": 1.0, "VE-X": 0.9,
}  # fmt: skip
QUIET = 0.7
TOWNS = {
    "0701": 1.6, "1105": 1.6, "1112": 2.0, "0811": 1.5, "0805": 1.8, "0804": 1.5, "0308": 1.4, "2303": 1.4,
    "2310": 1.5, "1914": 1.3, "0513": 1.4, "1808": 1.2,
}  # fmt: skip

GROUPS = (
    ("welding", "boilermaking", "structural-steel", "blacksmithing", "pipefitting", "sheet-metal"),
    ("industrial-electricity", "instrumentation", "building-electricity", "motor-rewinding", "automation"),
    ("electronics", "automation", "instrumentation", "telecommunications", "industrial-electricity"),
    ("power-lines", "transformers", "industrial-electricity", "building-electricity"),
    ("industrial-mechanics", "rotating-equipment", "alignment", "lubrication", "hydraulics", "compressors"),
    ("machining", "toolmaking", "grinding", "metrology", "industrial-mechanics"),
    ("diesel-engines", "vehicle-mechanics", "generators", "heavy-machinery", "agricultural-machinery"),
    ("driving", "vehicle-mechanics", "heavy-machinery", "agricultural-machinery", "rigging"),
    ("refrigeration", "air-conditioning", "building-electricity", "compressors"),
    ("boilers", "burners-combustion", "pipefitting", "refractories", "pressure-vessels"),
    ("gas-fitting", "pipefitting", "valves", "plumbing", "pressure-vessels"),
    ("masonry", "plumbing", "carpentry", "painting-coating", "refractories", "thermal-insulation"),
    ("food-process", "packaging-machines", "can-seaming", "metrology", "water-treatment"),
    ("cranes", "rigging", "structural-steel", "lifts"),
    ("process-operation", "instrumentation", "valves", "industrial-safety"),
    ("planning-maintenance", "industrial-safety", "technical-drawing", "metrology"),
    ("foundry", "refractories", "toolmaking", "machining"),
    ("hydraulics", "pneumatics", "plastics-machines", "industrial-mechanics"),
    ("textile-machines", "industrial-mechanics", "electronics"),
    ("vulcanising", "industrial-mechanics", "lubrication"),
    ("printing-machines", "electronics", "packaging-machines"),
    ("non-destructive-testing", "welding", "pressure-vessels", "metrology"),
    ("lifts", "electronics", "industrial-electricity"),
)  # fmt: skip

LOCAL = {
    "VE-F": (
        "welding",
        "machining",
        "boilermaking",
        "refractories",
        "foundry",
        "cranes",
        "industrial-mechanics",
    ),
    "VE-I": (
        "process-operation",
        "instrumentation",
        "pipefitting",
        "burners-combustion",
        "rotating-equipment",
    ),
    "VE-V": ("gas-fitting", "compressors", "process-operation", "welding", "diesel-engines"),
    "VE-B": ("process-operation", "compressors", "instrumentation", "pipefitting", "valves"),
    "VE-N": ("compressors", "valves", "gas-fitting", "diesel-engines"),
    "VE-G": ("automation", "machining", "packaging-machines", "toolmaking", "process-operation"),
    "VE-D": ("food-process", "machining", "textile-machines", "automation"),
    "VE-R": ("can-seaming", "refrigeration", "diesel-engines", "food-process", "boilers"),
    "VE-O": ("refrigeration", "diesel-engines"),
    "VE-P": ("agricultural-machinery", "food-process", "boilers", "diesel-engines"),
    "VE-J": ("agricultural-machinery", "diesel-engines", "welding"),
    "VE-E": ("agricultural-machinery", "diesel-engines"),
    "VE-K": ("agricultural-machinery", "food-process", "boilers", "refrigeration"),
    "VE-A": ("lifts", "electronics", "air-conditioning", "telecommunications", "printing-machines"),
}

OFTEN_WOMEN = frozenset(
    ("food-process", "metrology", "technical-drawing", "industrial-safety", "electronics", "instrumentation",
     "textile-machines", "planning-maintenance", "water-treatment", "non-destructive-testing")
)  # fmt: skip

TOOLS = {
    "welding": "Máquina inversora, careta y pinza",
    "machining": "Calibre y micrómetro",
    "industrial-electricity": "Multímetro y pinza amperimétrica",
    "industrial-mechanics": "Juego de llaves y extractor",
    "refrigeration": "Manómetros y bomba de vacío",
    "electronics": "Estación de soldadura",
    "instrumentation": "Calibrador de presión",
    "vehicle-mechanics": "Juego de dados",
    "diesel-engines": "Juego de llaves y escáner",
    "alignment": "Comparadores y bases magnéticas",
    "rigging": "Señorita de 2 t y eslingas",
    "pipefitting": "Llaves de tubo y terraja",
}

GROWN, OLD = 30, 60
ADVISERS = ((66, 0.3), (56, 0.06), (0, 0.01))
LEVELS = {"young": (40, 45, 14, 1), "grown": (9, 48, 37, 6), "old": (4, 31, 48, 17)}


def of_place(code: str, state: str, thousands: int) -> float:
    return float(thousands**0.9 * INDUSTRY.get(state, QUIET) * TOWNS.get(code, 1.0))


def of_trade(code: str, state: str, gender: str) -> float:
    pull = float(_POPULARITY[code])
    if code in LOCAL.get(state, ()):
        pull *= 2
    if gender == Gender.WOMAN:
        pull *= 3 if code in OFTEN_WOMEN else 0.8
    return pull


def related(code: str) -> list[str]:
    """Trades that people know together with this one."""
    return [other for group in GROUPS if code in group for other in group if other != code]


def levels(age: int) -> tuple[int, ...]:
    """How likely each level is at that age, in parts of a hundred."""
    return LEVELS["young" if age < GROWN else "old" if age > OLD else "grown"]


def advises_only(age: int) -> float:
    return next(share for least, share in ADVISERS if age >= least)


_POPULARITY = popularity()
