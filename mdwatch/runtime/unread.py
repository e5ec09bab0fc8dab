"""Imported first, it leaves unread what libraries import for nothing: what processes are forked from does so."""

from mdwatch.runtime import later

later.leave_unread()
