"""What kind of device asks: enough to recognise one's own, too little to follow anybody."""

from __future__ import annotations

# In this order: an Android phone says Linux as well, and nearly every browser says Safari.
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Mac OS X", "Mac"), ("KAIOS", "KaiOS"), ("Linux", "Linux"),
)  # fmt: skip
BROWSERS = (
    ("EdgA/", "Edge"), ("EdgiOS/", "Edge"), ("Edg/", "Edge"), ("OPR/", "Opera"), ("Opera Mini", "Opera Mini"),
    ("SamsungBrowser/", "Samsung Internet"), ("UCBrowser/", "UC Browser"), ("FxiOS/", "Firefox"), ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip


def family(user_agent: str) -> str:
    """ "Android · Chrome"; empty where nothing is recognised. No versions, no models."""
    found = (next((name for mark, name in marks if mark in user_agent), "") for marks in (SYSTEMS, BROWSERS))
    return " · ".join(part for part in found if part)
