"""What setting up Amazon SES is: values, rules and judgements. Standard library only; no I/O, no clock, no async."""
