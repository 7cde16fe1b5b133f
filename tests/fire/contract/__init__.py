"""What the API's schema promises, held against its answers: requests made from docs/api.yaml, sent as each role."""
