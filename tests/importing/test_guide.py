"""docs/import.md says what the importer does."""

import re
from pathlib import Path

from fragments.importing.schema import FIELDS, NAMES, Part, fields_of, plain

GUIDE = Path(__file__).parents[2] / "docs" / "import.md"


def test_the_guide_lists_every_field_with_its_other_names() -> None:
    listed = re.findall(r"^\| `(\w+)` \| (.+?) \| (.*?) ?\|$", GUIDE.read_text(), re.M)

    assert listed == [
        (field.name, field.meaning, ", ".join(field.aliases)) for part in Part for field in fields_of(part)
    ]


def test_no_name_means_two_fields() -> None:
    names = [name for field in FIELDS for name in (field.name, *field.aliases)]

    assert len(names) == len(set(names)) == len(NAMES)
    assert names == [plain(name) for name in names]
