"""Every table: whoever needs all of them imports the metadata from here."""

from tidings.backends.sql import tables_accounts as _accounts  # noqa: F401 its tables join the metadata
from tidings.backends.sql import tables_archive as _archive  # noqa: F401 as above
from tidings.backends.sql import tables_assets as _assets  # noqa: F401 as above
from tidings.backends.sql import tables_audiences as _audiences  # noqa: F401 as above
from tidings.backends.sql import tables_bulk as _bulk  # noqa: F401 as above
from tidings.backends.sql import tables_changes as _changes  # noqa: F401 as above
from tidings.backends.sql import tables_content as _content  # noqa: F401 as above
from tidings.backends.sql import tables_delivery as _delivery  # noqa: F401 as above
from tidings.backends.sql import tables_devices as _devices  # noqa: F401 as above
from tidings.backends.sql import tables_digests as _digests  # noqa: F401 as above
from tidings.backends.sql import tables_identity as _identity  # noqa: F401 as above
from tidings.backends.sql import tables_ledger as _ledger  # noqa: F401 as above
from tidings.backends.sql import tables_lists as _lists  # noqa: F401 as above
from tidings.backends.sql import tables_oauth as _oauth  # noqa: F401 as above
from tidings.backends.sql import tables_preferences as _preferences  # noqa: F401 as above
from tidings.backends.sql import tables_privacy as _privacy  # noqa: F401 as above
from tidings.backends.sql import tables_profiles as _profiles  # noqa: F401 as above
from tidings.backends.sql import tables_routing as _routing  # noqa: F401 as above
from tidings.backends.sql import tables_sending_rules as _sending_rules  # noqa: F401 as above
from tidings.backends.sql import tables_submissions as _submissions  # noqa: F401 as above
from tidings.backends.sql import tables_tenant_templates as _tenant_templates  # noqa: F401 as above
from tidings.backends.sql.tables import metadata

__all__ = ["metadata"]
