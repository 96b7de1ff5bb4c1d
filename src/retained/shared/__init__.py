"""Values that every stage speaks: money, months, calendars, business time, errors, remarks."""
