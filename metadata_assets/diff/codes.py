"""The stable codes of changes: they never change their meaning, and a retired one is not reused.

AD adds, DS destroys, BC breaks what relied on it, MF may fail on the rows there are, CD drops a
constraint, MD modifies without consequence for what queries can say.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CODES: Mapping[str, str] = MappingProxyType(
    {
        "AD101": "table added",
        "AD102": "column added",
        "AD103": "index added",
        "AD104": "allowed value added",
        "AD105": "column type widened",
        "AD106": "user-defined type added",
        "DS102": "table dropped",
        "DS103": "column dropped",
        "DS104": "view dropped",
        "DS105": "allowed value removed",
        "DS106": "user-defined type dropped",
        "BC101": "table probably renamed",
        "BC102": "column probably renamed",
        "BC103": "column type narrowed",
        "BC104": "column type changed",
        "BC105": "kind of object changed",
        "BC106": "view definition changed",
        "BC107": "generated expression changed",
        "BC108": "primary key changed",
        "BC109": "columns reordered",
        "BC110": "collation changed",
        "BC111": "identity changed",
        "BC112": "user-defined type changed",
        "MF101": "unique constraint added",
        "MF102": "primary key added",
        "MF103": "required column added",
        "MF104": "column became NOT NULL",
        "MF105": "check added",
        "MF106": "foreign key added",
        "MF107": "exclusion constraint added",
        "CD101": "foreign key dropped",
        "CD102": "primary key dropped",
        "CD103": "unique constraint dropped",
        "CD104": "check dropped",
        "CD105": "column became nullable",
        "CD106": "exclusion constraint dropped",
        "CD107": "index dropped",
        "MD101": "default changed",
        "MD102": "foreign key actions changed",
        "MD103": "constraint renamed",
        "MD104": "index changed",
        "MD105": "index renamed",
        "MD106": "comment changed",
        "MD107": "annotation changed",
        "MD108": "engine property changed",
        "MD109": "allowed values reordered",
    }
)
"""Every code and what it stands for."""
