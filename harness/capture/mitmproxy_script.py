"""What mitmproxy loads: ``mitmdump -s harness/capture/mitmproxy_script.py``."""

from harness.capture.addon import DlsAddon

addons = [DlsAddon()]
