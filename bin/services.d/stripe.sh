# Sourced by bin/services: what the sandbox and the gateway are held against beside Stripe's specification. Where Go or
# Node is not to be had these stay away, and nothing else does.

service_stripe_mock() {
  [ -n "${STRIPE_MOCK_URL:-}" ] && { offer stripe_mock STRIPE_MOCK 1; return; }
  command -v go >/dev/null || { echo "needs Go, or STRIPE_MOCK_URL"; return 1; }
  go install github.com/stripe/stripe-mock@v0.203.0 || { echo "go can't install it"; return 1; }
  offer stripe_mock STRIPE_MOCK 1
}

service_stripe_node() {
  command -v node >/dev/null && command -v npm >/dev/null || { echo "needs Node and npm"; return 1; }
  npm ci --silent --no-audit --no-fund --prefix tests/payments/two_sdks || { echo "npm can't install it"; return 1; }
  offer stripe_node STRIPE_NODE 1
}
