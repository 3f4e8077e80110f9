"""Who is authorised, for what, for how long, and why not."""
