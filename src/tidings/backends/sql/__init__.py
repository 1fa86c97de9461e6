"""State, written once with SQLAlchemy Core.

Where a hot statement needs a dialect's own words they stand side by side.

"""
