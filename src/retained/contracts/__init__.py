"""What was promised: agreements, service levels, credits."""
