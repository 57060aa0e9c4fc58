"""Names in the USGS world files: commodities by file code and by name, their usual stage, countries, units."""

from __future__ import annotations

import re

COMMODITIES = {
    "abras": "abrasives",
    "alumi": "aluminum",
    "antim": "antimony",
    "arsen": "arsenic",
    "asbes": "asbestos",
    "barit": "barite",
    "bauxi": "bauxite and alumina",
    "beryl": "beryllium",
    "bismu": "bismuth",
    "boron": "boron",
    "bromi": "bromine",
    "cadmi": "cadmium",
    "cemen": "cement",
    "chrom": "chromium",
    "clays": "clays",
    "cobal": "cobalt",
    "coppe": "copper",
    "diamo": "diamond (industrial)",
    "diato": "diatomite",
    "felds": "feldspar",
    "feore": "iron ore",
    "fepig": "iron oxide pigments",
    "feste": "iron and steel",
    "fluor": "fluorspar",
    "galli": "gallium",
    "garne": "garnet (industrial)",
    "gemst": "gemstones",
    "germa": "germanium",
    "gold": "gold",
    "graph": "graphite (natural)",
    "gypsu": "gypsum",
    "heliu": "helium",
    "indiu": "indium",
    "iodin": "iodine",
    "kyani": "kyanite and related minerals",
    "lead": "lead",
    "lime": "lime",
    "lithi": "lithium",
    "manga": "manganese",
    "mercu": "mercury",
    "mgcomp": "magnesium compounds",
    "mgmet": "magnesium metal",
    "mica": "mica (natural)",
    "molyb": "molybdenum",
    "nicke": "nickel",
    "niobi": "niobium",
    "nitro": "nitrogen (fixed), ammonia",
    "peat": "peat",
    "perli": "perlite",
    "phosp": "phosphate rock",
    "plati": "platinum-group metals",
    "potas": "potash",
    "pumic": "pumice and pumicite",
    "raree": "rare earths",
    "rheni": "rhenium",
    "salt": "salt",
    "sandi": "sand and gravel (industrial)",
    "selen": "selenium",
    "silve": "silver",
    "simet": "silicon",
    "sodaa": "soda ash",
    "stond": "stone (dimension)",
    "stron": "strontium",
    "sulfu": "sulfur",
    "talc": "talc and pyrophyllite",
    "tanta": "tantalum",
    "tellu": "tellurium",
    "timin": "titanium mineral concentrates",
    "tin": "tin",
    "titan": "titanium sponge metal",
    "tungs": "tungsten",
    "vanad": "vanadium",
    "vermi": "vermiculite",
    "wolla": "wollastonite",
    "zeoli": "zeolites (natural)",
    "zinc": "zinc",
    "zirco": "zirconium and hafnium",
}

COUNTRIES = frozenset(
    name
    for line in (
        "Afghanistan|Algeria|Angola|Argentina|Armenia|Australia|Austria|Azerbaijan|Bahrain|Belarus|Belgium|Bhutan",
        "Bolivia|Botswana|Brazil|Bulgaria|Burkina Faso|Burma|Burundi|Cameroon|Canada|Chile|China|Congo (Kinshasa)",
        "Cuba|Cyprus|Czechia|Côte d’Ivoire|Denmark|Ecuador|Egypt|Estonia|Ethiopia|Finland|France|Gabon|Georgia",
        "Germany|Ghana|Greece|Greenland|Guadeloupe|Guatemala|Guinea|Hungary|Iceland|India|Indonesia|Iran|Ireland",
        "Israel|Italy|Jamaica|Japan|Jordan|Kazakhstan|Kenya|Korea, North|Korea, Republic of|Kuwait|Kyrgyzstan|Laos",
        "Latvia|Lesotho|Lithuania|Madagascar|Malaysia|Mali|Mauritania|Mexico|Mongolia|Morocco|Mozambique|Namibia",
        "Netherlands|New Caledonia|New Zealand|Nigeria|Norway|Oman|Other countries|Pakistan|Papua New Guinea|Peru",
        "Philippines|Poland|Portugal|Qatar|Romania|Russia|Rwanda|Saudi Arabia|Senegal|Sierra Leone|Slovakia",
        "Slovenia|South Africa|Spain|Sri Lanka|Sweden|Syria|Taiwan|Tajikistan|Tanzania|Thailand|Togo",
        "Trinidad and Tobago|Tunisia|Turkey|Turkmenistan|Uganda|Ukraine|United Arab Emirates|United Kingdom",
        "United States|United States and Canada|Uzbekistan|Venezuela|Vietnam|Zambia|Zimbabwe",
    )
    for name in line.split("|")
)

# The stage of each commodity whose figures of the 2024 edition are all of one stage.
STAGE_OF = {
    **{name: "mine" for name in COMMODITIES.values() if name not in ("abrasives", "bauxite and alumina", "copper")},
    **dict.fromkeys(("aluminum", "magnesium metal"), "smelter"),
    **dict.fromkeys(("bismuth", "cadmium", "germanium", "indium", "selenium", "tellurium"), "refinery"),
    **dict.fromkeys(("arsenic", "bromine", "lime", "nitrogen (fixed), ammonia", "silicon"), "plant"),
    **dict.fromkeys(
        (
            *("boron", "cement", "gallium", "iron and steel", "iron oxide pigments", "kyanite and related minerals"),
            *("sulfur", "titanium sponge metal"),
        ),
        "other",
    ),
}

# What later editions call a commodity of the 2024 edition, without case and marks; see commodity_of.
ALIASES = {
    "abrasives manufactured": "abrasives",
    "alumina": "bauxite and alumina",
    "ammonia": "nitrogen (fixed), ammonia",
    "bauxite": "bauxite and alumina",
    "diamond": "diamond (industrial)",
    "dimension stone": "stone (dimension)",
    "feldspar and nepheline syenite": "feldspar",
    "garnet": "garnet (industrial)",
    "gemanium": "germanium",
    "graphite": "graphite (natural)",
    "helium and rare gases": "helium",
    "industrial diamond": "diamond (industrial)",
    "industrial garnet": "garnet (industrial)",
    "industrial sand and gravel": "sand and gravel (industrial)",
    "kyanite": "kyanite and related minerals",
    "mica": "mica (natural)",
    "natural graphite": "graphite (natural)",
    "niobium columbium": "niobium",
    "nitrogen": "nitrogen (fixed), ammonia",
    "platinum group": "platinum-group metals",
    "pumice": "pumice and pumicite",
    "sand and gravel": "sand and gravel (industrial)",
    "talc": "talc and pyrophyllite",
    "titanium and titanium dioxide": "titanium sponge metal",
    "zeolites": "zeolites (natural)",
    "zirconium": "zirconium and hafnium",
}

# The unit that the publisher's words stand for; dry tons are tons whose water was taken off.
UNITS = {
    "metric tons": "t",
    "metric dry tons": "t",
    "thousand metric tons": "kt",
    "thousand metric dry tons": "kt",
    "million metric tons": "mmt",
    "million metric dry tons": "mmt",
    "kilograms": "kg",
    "carats": "ct",
    "thousand carats": "kct",
    "million carats": "mct",
    "million cubic meters": "mcm",
}

# Words of a type by which materials find their series, as the 2024 edition writes them.
WORDS = ("iron content", "usable ore", "silicon metal", "Bentonite", "Kaolin", "Palladium", "Platinum")


def worded(kind: str) -> str:
    """Return a type with the words by which materials find their series as the 2024 edition writes them.

    Examples
    --------
    >>> worded("Mine production: Iron content")
    'Mine production: iron content'
    """
    for word in WORDS:
        kind = re.sub(re.escape(word), word, kind, flags=re.IGNORECASE)
    return kind


def commodity_of(name: str) -> str:
    """Return what the 2024 edition calls a commodity; one that it has not is called as the publisher does, lower case.

    Examples
    --------
    >>> [commodity_of(name) for name in ("Iron Ore  ", "NITROGEN (FIXED)—AMMONIA", "Gemanium", "Yttrium")]
    ['iron ore', 'nitrogen (fixed), ammonia', 'germanium', 'yttrium']
    """
    key = unmarked(name)
    known = {unmarked(one): one for one in COMMODITIES.values()} | ALIASES
    return known.get(key, " ".join(name.casefold().split()))


def unmarked(name: str) -> str:
    """Return a name without case and marks."""
    return " ".join(re.sub(r"[^a-z0-9]+", " ", name.casefold().replace("&", " and ")).split())
