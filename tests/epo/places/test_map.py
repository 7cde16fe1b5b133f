from __future__ import annotations

import gzip
import json
import re

from epo.core.tables import read_table
from epo.places import map as places_map
from epo.places import outline
from epo.places.map import Spot
from epo.places.reference import DATA

BUDGET = 6 * 1024


def test_every_state_has_its_outline():
    codes = {row["code"] for row in read_table(DATA / "states.csv")}

    assert set(places_map.outlines()) == codes


def test_map_is_well_formed_and_small():
    codes = list(places_map.outlines())
    svg = places_map.drawn(
        figures={codes[0]: 4, codes[1]: 1}, names={}, spots=[Spot(10.5, -66.9, "<b>", "2", 2)], title="Batallas"
    )

    paths, spots = svg.count("<path "), svg.count("<circle ")
    assert (paths, svg.count("</path>"), spots, "<b>" in svg) == (len(codes), len(codes), 1, False)
    assert re.findall(r'class="(state shade-\d)"', svg)[:3] == ["state shade-4", "state shade-1", "state shade-0"]
    assert len(gzip.compress(svg.encode())) < BUDGET


def test_places_stand_inside_the_drawing():
    for row in read_table(DATA / "municipalities.csv"):
        x, y = places_map.project(lat=float(row["latitude"]), lon=float(row["longitude"]))

        assert (0 <= x <= places_map.WIDTH, 0 <= y <= places_map.HEIGHT) == (True, True), row["name"]


def test_spots_grow_with_their_number_and_small_ones_come_last():
    spots = [Spot(10.5, -66.9, "one", "", 1), Spot(8.0, -66.9, "most", "", 8), Spot(7.0, -66.9, "half", "", 4)]

    svg = places_map.drawn(figures={}, names={}, spots=spots, title="")

    assert re.findall(r'r="([\d.]+)"/>(?:<text[^>]*>(\d+)<)?', svg) == [("22.0", "8"), ("15.6", "4"), ("7.8", "")]


def test_places_near_each_other_are_gathered_around_the_first():
    places = [Spot(lat, -66.9, "", "") for lat in (10.0, 10.4, 10.8, 7.0)]

    assert places_map.gathered(places) == [places[:2], places[2:3], places[3:]]


def test_shades_go_up_to_the_largest_figure():
    assert [places_map.shade(figure, 8) for figure in (0, 1, 2, 3, 6, 8)] == [0, 1, 1, 2, 3, 4]


def test_a_border_keeps_its_ends_and_what_stands_out():
    line = [(0.0, 0.0), (5.0, 0.2), (10.0, 9.0), (15.0, 0.3), (20.0, 0.0)]

    assert (
        outline.simplified(line) == [(0.0, 0.0), (10.0, 9.0), (20.0, 0.0)] or outline.simplified(line)[::4] == line[::4]
    )


def test_outlines_come_from_topojson(tmp_path, capsys):
    """A square of four degrees whose border is written in two arcs, one of them used backwards."""
    topology = {
        "transform": {"scale": [1, 1], "translate": [-70, 6]},
        "arcs": [[[0, 0], [2, 0], [2, 0], [0, 2], [0, 2]], [[0, 0], [0, 4], [4, 0]]],
        "objects": {"units": {"geometries": [
            {"type": "Polygon", "properties": {"name": "Vargas"}, "arcs": [[0, -2]]},
            {"type": None, "properties": {"name": ""}},
        ]}},
    }  # fmt: skip
    (tmp_path / "VEN.json").write_text(json.dumps(topology))

    outline.main(str(tmp_path / "VEN.json"))

    head, row = capsys.readouterr().out.splitlines()
    assert (head, row.partition(",")[0], row.count("M")) == ("code,path", "VE-X", 1)
