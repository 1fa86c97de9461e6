"""Tenants: the companies, teams and accounts that users belong to."""

from tidings.tenants.lineage import LEVELS_MAX, NOBODY, Lineage
from tidings.tenants.template import TenantTemplate, TenantTemplateVersion
from tidings.tenants.tenant import Membership, Tenant

__all__ = ["LEVELS_MAX", "NOBODY", "Lineage", "Membership", "Tenant", "TenantTemplate", "TenantTemplateVersion"]
