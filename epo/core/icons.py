"""A handful of own line drawings on a 24 by 24 grid, in the colour of the text beside them."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

DRAWINGS = {
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="M15.5 15.5 21 21"/>',
    "camera": '<path d="M3 7h4l2-3h6l2 3h4v13H3z"/><circle cx="12" cy="13" r="4"/>',
    "phone": '<rect x="7" y="2" width="10" height="20" rx="2"/><path d="M11 18.5h2"/>',
    "bell": '<path d="M5 17h14l-2-3V10a5 5 0 0 0-10 0v4z"/><path d="M10 20.5h4"/>',
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4 21c1-5 4-7 8-7s7 2 8 7"/>',
    "warning": '<path d="M12 3 22 20H2z"/><path d="M12 10v5M12 17.3v.4"/>',
    "check": '<path d="m4 13 5 5L20 6"/>',
    "cross": '<path d="M5 5 19 19M19 5 5 19"/>',
    "plus": '<path d="M12 4v16M4 12h16"/>',
    "print": '<path d="M7 8V3h10v5M7 17H3V8h18v9h-4"/><path d="M7 14h10v7H7z"/>',
    "back": '<path d="M15 4 7 12l8 8"/>',
    "next": '<path d="m9 4 8 8-8 8"/>',
}


def icon(name: str, label: str = "") -> SafeString:
    """Silent beside text; with `label` it speaks for itself."""
    says = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon" width="20" height="20" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
        ' stroke-width="2" stroke-linecap="round" stroke-linejoin="round" focusable="false" {}>{}</svg>',
        says,
        mark_safe(DRAWINGS[name]),  # noqa: S308 -- our own drawings
    )
