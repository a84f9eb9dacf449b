"""A centre's core system behind the port: HTTP and JSON, as fund/core/contract.json says."""
