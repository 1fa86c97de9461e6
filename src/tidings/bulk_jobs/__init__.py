"""Bulk jobs: one message, and users added to it until it is run."""

from tidings.bulk_jobs.bulk_job import BulkJob, BulkUser, recipient_of_user

__all__ = ["BulkJob", "BulkUser", "recipient_of_user"]
