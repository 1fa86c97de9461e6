"""Which calls a destination gets: FQL, destination filters, and the integrations object. Pure."""

from tidings.filters.filter import Filter
from tidings.filters.gate import Gate, Verdict, check
from tidings.filters.integrations import COURIER, allows, is_odd
from tidings.filters.parse import parse
from tidings.filters.write import write

__all__ = ["COURIER", "Filter", "Gate", "Verdict", "allows", "check", "is_odd", "parse", "write"]
