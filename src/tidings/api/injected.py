"""How handlers are given the services."""

from litestar.di import NamedDependency
from litestar.params import SkipValidation

from tidings.api.services import Services

Injected = NamedDependency[SkipValidation[Services]]
