-- The customer-care team's database, in SQLite.
CREATE TABLE account (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL COLLATE NOCASE,
  segment TEXT NOT NULL DEFAULT 'consumer' CHECK (segment IN ('consumer', 'business', 'public')),
  credit_limit NUMERIC(10, 2),
  created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE contact (
  id INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  first_name TEXT,
  last_name TEXT NOT NULL,
  email TEXT UNIQUE,
  full_name TEXT GENERATED ALWAYS AS (first_name || ' ' || last_name) VIRTUAL
);
CREATE TABLE ticket (
  id INTEGER PRIMARY KEY,
  contact_id INTEGER NOT NULL REFERENCES contact (id),
  subject TEXT NOT NULL,
  priority INTEGER NOT NULL DEFAULT 3,
  opened_at TEXT NOT NULL,
  closed_at TEXT
) STRICT;
CREATE TABLE ticket_message (
  ticket_id INTEGER NOT NULL REFERENCES ticket (id),
  seq INTEGER NOT NULL,
  author TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (ticket_id, seq)
) WITHOUT ROWID;
CREATE TABLE setting (key TEXT PRIMARY KEY, value);
CREATE INDEX ticket_open ON ticket (priority, opened_at) WHERE closed_at IS NULL;
CREATE VIEW open_tickets AS
SELECT t.id, t.subject, t.priority, c.last_name, a.name AS account
FROM ticket t JOIN contact c ON c.id = t.contact_id JOIN account a ON a.id = c.account_id
WHERE t.closed_at IS NULL;
INSERT INTO account (name) VALUES ('Jansen'), ('Bakkerij De Vries');
