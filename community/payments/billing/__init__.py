"""What is paid every month: Stripe's subscriptions and their invoices, each of which is a payment like any other."""
