-- The views that cannot be used, with the reason.
FROM unreadable
