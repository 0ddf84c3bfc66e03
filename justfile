# The tasks of the house; `just` lists them.

_default:
    @just --list

# Start the demo with its embedded issuer
demo:
    cargo run -p demo-app

# Everything that needs nothing installed
test:
    cargo test --workspace

# Formatting and lints, as CI sees them
lint:
    .ci/run format lint

# Build the documentation and look at it
docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --all-features --open

# Run the demo against a real Keycloak, which Maven fetches
keycloak:
    RBAC_KEYCLOAK_TESTS=1 cargo test --workspace --test keycloak

# Run the curl lines of the README against the demo
readme:
    .ci/run readme

# Everything that has to hold before a change lands
ci:
    .ci/run
