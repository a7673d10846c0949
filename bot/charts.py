"""Draws a Picture, as PNG for a phone or as SVG for a page.

Made for a phone 320 points wide and drawn at twice that, so that it stays sharp: letters come out at 11 points or
more. What differs by colour differs by shape as well. matplotlib takes two seconds and 40 MB to load, so it is loaded
by the first picture.
"""

from __future__ import annotations

import io
import threading
from typing import TYPE_CHECKING, Literal

from flows.picture import Picture, Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH = 640  # pixels: shown 320 points wide
ROW = 72
HEAD = 88
FOOT = 52
DPI = 100
LETTERS = 17  # points at DPI: 24 pixels, 12 points on the phone

_INK, _SOFT, _LINE, _NOW, _BEGAN = "#1b1b1b", "#595959", "#d4d4d4", "#1c5d99", "#7a4a00"
_lock = threading.Lock()  # its fonts are shared by all that draw


def draw(picture: Picture, form: Literal["png", "svg"] = "png", description: str = "") -> bytes:
    """The picture; the same one gives the same bytes. ``description``, its text equivalent, is kept inside an SVG."""
    with _lock:
        import matplotlib as mpl
        from matplotlib.figure import Figure

        mpl.rcParams["svg.hashsalt"] = "fingerpost"
        mpl.rcParams["svg.fonttype"] = "none"  # words stay words, for whoever has them read out
        height = HEAD + ROW * len(picture.rows) + FOOT
        figure = Figure(figsize=(WIDTH / DPI, height / DPI), dpi=DPI, facecolor="white")
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, WIDTH), ylim=(height, 0))
        axes.axis("off")
        _head(axes, picture)
        for number, row in enumerate(picture.rows):
            _row(axes, picture, row, HEAD + number * ROW)
        _foot(axes, picture, height)
        out = io.BytesIO()
        metadata = {"Software": None} if form == "png" else {"Date": None, "Description": description or None}
        figure.savefig(out, format=form, dpi=DPI, metadata=metadata)
        return out.getvalue()


_LEFT, _RIGHT = 34, WIDTH - 34


def _x(picture: Picture, value: float) -> float:
    return _LEFT + (_RIGHT - _LEFT) * (value - picture.low) / (picture.high - picture.low)


def _say(axes: Axes, x: float, y: float, words: str, *, colour: str = _INK, side: str = "left") -> None:
    # words are never formulas, whatever signs are in them
    axes.text(
        x, y, words, fontsize=LETTERS, color=colour, ha=side, va="center", parse_math=False, fontfamily="DejaVu Sans"
    )


def _head(axes: Axes, picture: Picture) -> None:
    """What the two marks mean."""
    _began(axes, _LEFT + 12, 30)
    _say(axes, _LEFT + 36, 30, picture.began)
    _now(axes, _LEFT + 12, 64)
    _say(axes, _LEFT + 36, 64, picture.now)


def _row(axes: Axes, picture: Picture, row: Row, top: float) -> None:
    line = top + 54
    _say(axes, _LEFT, top + 22, row.label)
    axes.plot([_LEFT, _RIGHT], [line, line], color=_LINE, linewidth=3, solid_capstyle="round", zorder=1)
    if row.now is None:
        _say(axes, _RIGHT, top + 22, picture.missing, colour=_SOFT, side="right")
    if row.start is not None and row.now is not None:
        ends = [_x(picture, row.start), _x(picture, row.now)]
        axes.plot(ends, [line, line], color=_NOW, linewidth=5, alpha=0.45, zorder=2)
    if row.now is not None:
        _now(axes, _x(picture, row.now), line)
    if row.start is not None:
        _began(axes, _x(picture, row.start), line)


def _began(axes: Axes, x: float, y: float) -> None:
    """A ring, larger than the dot, so that both are seen where nothing has moved."""
    axes.plot([x], [y], marker="o", markersize=17, markerfacecolor="none", markeredgecolor=_BEGAN, markeredgewidth=2.6)


def _now(axes: Axes, x: float, y: float) -> None:
    axes.plot([x], [y], marker="o", markersize=11, color=_NOW, zorder=3)


def _foot(axes: Axes, picture: Picture, height: int) -> None:
    """The scale's two ends."""
    _say(axes, _LEFT, height - 22, str(picture.low), colour=_SOFT)
    _say(axes, _RIGHT, height - 22, str(picture.high), colour=_SOFT, side="right")
