"""Work in the background: leases, retries, schedules and progress around the django.tasks API."""
