"""
Captures: traffic that a proxy, a browser or we ourselves have recorded.

Readers turn files into flows, a wire profile turns flows into exchanges, and the judge
does the rest. The mitmproxy add-on does the same while the traffic goes by.
"""
