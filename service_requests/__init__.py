"""What callers ask for: appointments, subscriptions, summaries by SMS, complaints and suggestions. Rows for the back office."""
