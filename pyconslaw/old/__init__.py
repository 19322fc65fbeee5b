"""Where public names were before: these modules are found beside those of the package."""
