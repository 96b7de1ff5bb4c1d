"""Settings, addresses, base templates, command line, API and background jobs."""
