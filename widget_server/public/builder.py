"""The snippet builder."""

from flask import Blueprint, render_template

blueprint = Blueprint("builder", __name__)


@blueprint.get("/embed")
def build() -> str:
    return render_template("api.html", example="")
