"""Pages of delivery: figures by month, their tickets, differences, wholeness and what-if."""
