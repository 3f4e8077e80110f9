"""The judge of licence SDKs, and everything that makes a recording for it."""
