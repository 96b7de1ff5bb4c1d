"""From texts with row numbers to changes of state in UTC seconds, and remarks."""
