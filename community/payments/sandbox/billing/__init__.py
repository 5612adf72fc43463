"""What comes back each month: prices, subscriptions, their invoices, and clocks to move."""
