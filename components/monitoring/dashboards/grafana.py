"""From a board to the JSON that Grafana reads.

Owns the way through Grafana's own library, whose builders place panels and know every option. It is
imported where dashboards are registered and nowhere else, since the library takes a tenth of a
second. Doesn't own what a board shows.
"""

from __future__ import annotations

import json
from itertools import count
from string import ascii_uppercase
from typing import Final

from grafana_foundation_sdk.builders import common as layout
from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.builders import prometheus, stat, table, timeseries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import common, dashboard
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from components.monitoring.dashboards.board import (
    Board,
    Colour,
    Kind,
    Panel,
    Query,
    Unit,
)

TAG: Final = "imaging-repository"
_SOURCE: Final = dashboard.DataSourceRef(type_val="prometheus", uid="${datasource}")
_HEIGHTS: Final = {Kind.FIGURE: 4, Kind.SERIES: 8, Kind.TABLE: 10}
_NOTHING: Final = "nobody tells"
"""Shown where a query has no result, which is never the same as 0."""
_KEPT: Final = (
    dashboard.ValueMap(
        {
            "0": dashboard.ValueMappingResult(text="no", color=Colour.RED, index=0),
            "1": dashboard.ValueMappingResult(text="yes", color=Colour.GREEN, index=1),
        }
    ),
)
_Builder = stat.Panel | table.Panel | timeseries.Panel


def rendered(board: Board) -> str:
    """Render a board; the same board is always the same text."""
    made = (
        build.Dashboard(board.title)
        .uid(board.uid)
        .description(board.description)
        .tags([TAG])
        .readonly()
        .refresh("30s")
        .time(board.since, "now")
        .timezone("browser")
        .tooltip(dashboard.DashboardCursorSync.CROSSHAIR)
        .link(_others())
        .with_variable(
            build.DatasourceVariable("datasource").label("Prometheus").type("prometheus")
        )
    )
    if board.institutions:
        made = made.with_variable(_institution(board.institutions))
    number = count(1)
    for row in board.rows:
        made = made.with_row(build.Row(row.title).id(next(number)))
        for panel in row.panels:
            made = made.with_panel(_panel(panel).id(next(number)))
    return json.dumps(made.build(), cls=JSONEncoder, indent=1, sort_keys=True) + "\n"


def _others() -> build.DashboardLink:
    """Link to all dashboards of ours, of the same time."""
    link = build.DashboardLink("Dashboards").type(dashboard.DashboardLinkType.DASHBOARDS)
    return link.tags([TAG]).as_dropdown(as_dropdown=True).keep_time(keep_time=True)


def _institution(metric: str) -> build.QueryVariable:
    return (
        build.QueryVariable("institution")
        .label("Institution")
        .query(f"label_values({metric}, institution)")
        .datasource(_SOURCE)
        .refresh(dashboard.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(dashboard.VariableSort.ALPHABETICAL_ASC)
    )


def _panel(panel: Panel) -> _Builder:
    made: _Builder
    if panel.kind is Kind.SERIES:
        made = _series(panel)
    elif panel.kind is Kind.FIGURE:
        newest = layout.ReduceDataOptions().calcs(["lastNotNull"])
        made = stat.Panel().graph_mode(common.BigValueGraphMode.NONE).reduce_options(newest)
    else:
        made = _table(panel)
    made = (
        made.title(panel.title)
        .description(panel.description)
        .unit(panel.unit)
        .datasource(_SOURCE)
        .height(_HEIGHTS[panel.kind])
        .span(panel.width)
        .thresholds(_thresholds(panel))
        .no_value(_NOTHING)
    )
    if panel.unit is Unit.KEPT:
        made = made.mappings(list(_KEPT))
    for name, query in zip(ascii_uppercase, panel.queries, strict=False):
        made = made.with_target(_query(panel.kind, name, query))
    return made


def _series(panel: Panel) -> timeseries.Panel:
    below = layout.VizLegendOptions().display_mode(common.LegendDisplayMode.LIST)
    made = (
        timeseries.Panel()
        .legend(below.placement(common.LegendPlacement.BOTTOM).show_legend(show_legend=True))
        .tooltip(layout.VizTooltipOptions().mode(common.TooltipDisplayMode.MULTI))
        .min(0)
    )
    if not panel.limits:
        return made
    dashed = layout.GraphThresholdsStyleConfig().mode(common.GraphThresholdsStyleMode.DASHED)
    return made.thresholds_style(dashed)


def _table(panel: Panel) -> table.Panel:
    """Join the queries on their labels; Grafana calls a column of values after its query."""
    several = len(panel.queries) > 1
    names = {
        f"Value #{letter}" if several else "Value": query.legend
        for letter, query in zip(ascii_uppercase, panel.queries, strict=False)
    }
    made = (
        table.Panel()
        .with_transformation(dashboard.DataTransformerConfig("merge", options={}))
        .with_transformation(
            dashboard.DataTransformerConfig(
                "organize", options={"excludeByName": {"Time": True}, "renameByName": names}
            )
        )
    )
    for query in panel.queries:
        if query.unit is not None:
            made = made.override_by_name(query.legend, _column(query.unit))
    return made


def _column(unit: Unit) -> list[dashboard.DynamicConfigValue]:
    shown = [dashboard.DynamicConfigValue("unit", unit)]
    if unit is not Unit.KEPT:
        return shown
    coloured = common.TableColoredBackgroundCellOptions()
    return [
        *shown,
        dashboard.DynamicConfigValue("mappings", list(_KEPT)),
        dashboard.DynamicConfigValue("custom.cellOptions", coloured),
    ]


def _query(kind: Kind, name: str, query: Query) -> prometheus.Dataquery:
    made = prometheus.Dataquery().expr(query.expression).ref_id(name).datasource(_SOURCE)
    if kind is Kind.SERIES:
        return made.legend_format(query.legend).range()
    if kind is Kind.FIGURE:
        return made.legend_format(query.legend).instant()
    return made.format(PromQueryFormat.TABLE).instant()


def _thresholds(panel: Panel) -> build.ThresholdsConfig:
    # The first step has no value: it holds from below everything.
    first = dashboard.Threshold(None, panel.below)
    steps = [first, *(dashboard.Threshold(each.value, each.colour) for each in panel.limits)]
    return build.ThresholdsConfig().mode(dashboard.ThresholdsMode.ABSOLUTE).steps(steps)
