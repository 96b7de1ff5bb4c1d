"""Who gets which lot: the cheapest award that keeps every rule, and what each rule costs."""
