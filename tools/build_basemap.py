"""Build ``src/kizuna/brief/assets/world-50m.json`` and ``centroids.csv``.

    python tools/build_basemap.py [path/to/geo_cepii.csv]

Needs node 18 or newer and npm. The commands it runs, in a temporary folder:

    npm install world-atlas@2.0.2 topojson-client@3.1.0 topojson-simplify@3.0.3 i18n-iso-countries@7.14.0
    node simplify.cjs        (the script SIMPLIFY below)

world-atlas 2.0.2 ``countries-50m.json`` (Natural Earth 1:50m, de facto boundaries) is simplified on the sphere with a
weight of 8e-6 steradian (a tenth of a pixel of a map 720 px wide) and quantised to a grid of 10 000 x 10 000, without
filtering rings: ``filterAttached`` would drop Japan and Australia. Each feature gets its ISO 3166 alpha-3 code as
property ``iso3``; Kosovo, which has no ISO code, gets the user-assigned ``XKX``; four areas without a code keep their
name only. The script fails when a feature of the source is lost.

``centroids.csv`` holds one point an economy, where arcs start and end: the main city (most populous agglomeration) of
CEPII GeoDist ``geo_cepii``, ISO codes brought up to date, and for economies that GeoDist does not hold the places in
ADDED_POINTS below.
"""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ASSETS = Path(__file__).resolve().parents[1] / "src" / "kizuna" / "brief" / "assets"
GEODIST = Path(__file__).resolve().parents[2] / "shared" / "data" / "cepii_geodist" / "geo_cepii.csv"
PACKAGES = ("world-atlas@2.0.2", "topojson-client@3.1.0", "topojson-simplify@3.0.3", "i18n-iso-countries@7.14.0")
SIMPLIFY = """
const fs = require('fs'), client = require('topojson-client'), simplify = require('topojson-simplify');
const iso = require('i18n-iso-countries');
const source = JSON.parse(fs.readFileSync('node_modules/world-atlas/countries-50m.json', 'utf8'));
const expected = source.objects.countries.geometries.length;
delete source.objects.land;
let world = simplify.presimplify(source, simplify.sphericalTriangleArea);
world = client.quantize(simplify.simplify(world, 8e-6), 1e4);
const features = client.feature(world, world.objects.countries).features;
const kept = features.filter(f => f.geometry && f.geometry.coordinates.length > 0).length;
if (kept !== expected) throw new Error(`${expected - kept} of ${expected} features lost`);
for (const geometry of world.objects.countries.geometries) {
  const name = geometry.properties.name;
  const iso3 = geometry.id ? iso.numericToAlpha3(geometry.id) : name === 'Kosovo' ? 'XKX' : undefined;
  if (geometry.id && !iso3) throw new Error(`no ISO code for ${geometry.id} ${name}`);
  if (iso3) geometry.properties.iso3 = iso3;
}
fs.writeFileSync('world-50m.json', JSON.stringify(world));
"""
RECODED = {"ROM": "ROU", "ZAR": "COD", "TMP": "TLS", "PAL": "PSE"}
FORMER = {"YUG", "ANT"}
ADDED_POINTS = {  # iso3: (longitude, latitude, place)
    "S19": (121.5, 25.04, "Taipei"),
    "SRB": (20.46, 44.82, "Belgrade"),
    "MNE": (19.26, 42.44, "Podgorica"),
    "XKX": (21.17, 42.67, "Pristina"),
    "SSD": (31.58, 4.85, "Juba"),
    "CUW": (-68.93, 12.11, "Willemstad"),
    "SXM": (-63.05, 18.02, "Philipsburg"),
    "BES": (-68.27, 12.15, "Kralendijk"),
    "GUM": (144.75, 13.47, "Hagatna"),
    "ASM": (-170.70, -14.28, "Pago Pago"),
    "VIR": (-64.93, 18.34, "Charlotte Amalie"),
    "LIE": (9.52, 47.14, "Vaduz"),
    "MCO": (7.42, 43.74, "Monaco"),
    "MYT": (45.23, -12.78, "Mamoudzou"),
    "IOT": (72.42, -7.31, "Diego Garcia"),
    "ATF": (70.22, -49.35, "Port-aux-Francais"),
    "VAT": (12.45, 41.90, "Vatican City"),
}


def main(geodist: Path) -> None:
    """Write the map and the points."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", *PACKAGES], cwd=folder, check=True)
        Path(folder, "simplify.cjs").write_text(SIMPLIFY, encoding="utf-8")
        subprocess.run(["node", "simplify.cjs"], cwd=folder, check=True)
        shutil.copyfile(Path(folder, "world-50m.json"), ASSETS / "world-50m.json")
        licence = Path(folder, "node_modules", "world-atlas", "LICENSE").read_text(encoding="utf-8")
    natural_earth = "The map data are made with Natural Earth (naturalearthdata.com), public domain.\n"
    (ASSETS / "world-50m.LICENSE.txt").write_text(f"{licence.rstrip()}\n\n{natural_earth}", encoding="utf-8")
    _write_points(geodist)
    features = json.loads((ASSETS / "world-50m.json").read_text(encoding="utf-8"))["objects"]["countries"]["geometries"]
    print(f"{len(features)} areas, {(ASSETS / 'world-50m.json').stat().st_size} bytes")


def _write_points(geodist: Path) -> None:
    points = dict(ADDED_POINTS)
    with geodist.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if float(row["maincity"]) == 1 and row["iso3"] not in FORMER:
                iso3 = RECODED.get(row["iso3"], row["iso3"])
                points.setdefault(iso3, (float(row["lon"]), float(row["lat"]), row["city_en"].strip()))
    with (ASSETS / "centroids.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["iso3", "lon", "lat", "place"])
        for iso3, (lon, lat, place) in sorted(points.items()):
            writer.writerow([iso3, f"{lon:.2f}", f"{lat:.2f}", place])


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else GEODIST)
